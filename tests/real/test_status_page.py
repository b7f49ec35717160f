"""The status page outlives the server: what was posted and not published when it was killed is published by the next start."""

import pytest
from tests.real.site import Site
from tests.story.patience import until

BOOK = "# Small\n\n## Mitigation\n\n- Ask somebody who knows\n"
SERVICE = "name: uploader-prod\nstatus: {name: Uploads, public: true}\n"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "catalogue" / "services").mkdir(parents=True)
    (tmp_path / "catalogue" / "services" / "up.yaml").write_text(SERVICE)
    site = Site(tmp_path, BOOK, catalogue=tmp_path / "catalogue")
    with site.settings.open("a") as settings:
        settings.write(f'[status_page]\npublish_dir = "{tmp_path / "public"}"\n')
    yield site
    site.close()


def test_a_kill_between_post_and_page(site):
    """The directory is out of reach meanwhile, so that the kill comes certainly between."""
    index, aside = site.where / "public" / "index.html", site.where / "aside"
    site.start()
    until(index.exists, "the first page")
    index.parent.rename(aside)
    index.parent.write_text("in the way")
    declared = '{"title": "5xx", "severity": "P1", "service": "uploader-prod"}'
    assert site.send("POST", "/api/v1/incidents", declared, "ana")[0] == 201
    text = '{"stage": "Identified", "text": "Uploads fail."}'
    assert site.send("POST", "/api/v1/incidents/INC-1/status", text, "ana")[0] == 200
    site.kill()
    index.parent.unlink()
    aside.rename(index.parent)
    assert "Uploads fail." not in index.read_text()
    site.start()
    until(lambda: "Uploads fail." in index.read_text(), lambda: f"the page with the post:\n{site.said()}")
    assert "Partial outage" in index.read_text()
    site.kill()
    assert index.read_text().endswith("</html>")
