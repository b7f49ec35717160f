"""What customers read, in a real Chromium: no script, no request to anybody, on a phone, light and dark, accessible, valid."""

from html.parser import HTMLParser

import pytest
from tests.real.test_browser import CHROMIUM, TAGS, axe, chromium
from tests.web.test_status_page import built

from stormjib.core.status_page.api import moment
from stormjib.core.status_page.page import status_page
from stormjib.core.status_page.record import Record
from stormjib.web.moments import utc
from stormjib.web.templating import environment

__all__ = ["axe", "chromium"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
VOID = {"meta", "link", "input", "br", "hr", "img"}


def pages():
    """Every page by its path, the form for subscribers among them."""
    found = {path: content.decode() for path, content in built().items() if path.endswith(".html")}
    given = {"up": "", "title": "Shop status", "page": status_page(Record(), (), 0.0), "moment": moment, "utc": utc, "button": ""}
    given |= {"fields": True, "kinds": ("email", "webhook"), "components": ["Uploads", "Payments"], "subscribe": ""}
    form = environment("").get_template("status_page/subscribe.html")
    return found | {"subscribe.html": form.render(heading="Get updates", sentence="A link is on its way.", **given)}


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_page_is_readable_on_a_phone(chromium, axe, tmp_path, scheme):
    asked = []
    page = chromium.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.on("request", lambda request: asked.append(request.url))
    for path, text in pages().items():
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the phone"
        assert page.evaluate("document.scripts.length") == 0
        page.evaluate(axe)
        ran = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
        assert [(one["id"], one["nodes"][0]["html"]) for one in ran["violations"]] == [], path
    page.close()
    assert all(url.startswith("file:") for url in asked)


class Nested(HTMLParser):
    """Each element ends where it has to."""

    def __init__(self):
        super().__init__()
        self.open, self.ids = [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", pages())
def test_every_page_is_well_formed(path):
    read = Nested()
    read.feed(pages()[path])
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
