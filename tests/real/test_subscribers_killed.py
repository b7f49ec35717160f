"""A server that is killed while it sends an update sends it again with the same key, and what was taken not once more."""

import asyncio
import threading

import msgspec
import pytest
from tests.real.site import Site
from tests.real.test_status_page import BOOK, SERVICE
from tests.story.patience import until
from tests.story.test_subscribers import CARL, Mailbox

from stormjib.core.status_page.subscriber import Subscriber


class Slow(Mailbox):
    """The first mail has no answer until ``go_on``."""

    def __init__(self):
        self.go_on = threading.Event()
        super().__init__()

    async def handle_DATA(self, server, session, envelope):
        said = await super().handle_DATA(server, session, envelope)
        await asyncio.to_thread(self.go_on.wait, 60)
        return said


@pytest.fixture
def box():
    box = Slow()
    yield box
    box.go_on.set()
    box.close()


@pytest.fixture
def site(tmp_path, box):
    (tmp_path / "catalogue" / "services").mkdir(parents=True)
    (tmp_path / "catalogue" / "services" / "up.yaml").write_text(SERVICE)
    site = Site(tmp_path, BOOK, catalogue=tmp_path / "catalogue")
    with site.settings.open("a") as settings:
        settings.write(
            f'[status_page]\npublish_dir = "{tmp_path / "public"}"\n[status_page.subscribers]\n'
            f'mail_server = "{box.server}"\nmail_from = "status@example.com"\nmail_starttls = false\n'
        )
    yield site
    site.close()


def post(site, text):
    assert (
        site.send("POST", "/api/v1/incidents/INC-1/status", msgspec.json.encode({"stage": "Identified", "text": text}), "ana")[0]
        == 200
    )


def test_a_kill_while_a_mail_leaves(site, box):
    one = Subscriber("email", CARL)
    data = site.where / "data" / "subscribers"
    site.start()
    site.kill()
    data.mkdir()
    (data / f"{one.id}.json").write_bytes(msgspec.json.encode(one))
    site.start()
    declared = '{"title": "5xx", "severity": "P1", "service": "uploader-prod"}'
    assert site.send("POST", "/api/v1/incidents", declared, "ana")[0] == 201
    post(site, "Uploads fail.")
    until(lambda: box.mails, lambda: f"the mail:\n{site.said()}")
    site.kill()
    box.go_on.set()
    site.start()
    until(lambda: len(box.mails) == 2, lambda: f"the mail again:\n{site.said()}")
    until(lambda: b"told" in (data / f"{one.id}.json").read_bytes(), "that it was taken to be noted")
    site.kill()
    site.start()
    post(site, "We know why.")
    until(lambda: len(box.mails) == 3, lambda: f"the next mail:\n{site.said()}")
    assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"] != box.mails[2]["Message-ID"]
    assert "We know why." in box.mails[2].get_content()
