"""The disk runs full and is not full yet: nothing new is taken, and whoever has to know of that and of what is open is paged."""

import shutil

from starlette.testclient import TestClient
from tests.story.patience import until


def restart(world, free_bytes_min):
    """The disk has what it has; what counts is what the settings want of it."""
    world.settings = world.settings.model_copy(update={"free_bytes_min": free_bytes_min})
    world.restart()


def test_an_open_incident_goes_on_paging_and_everybody_sees_why_nothing_new_comes(world):
    """Far below the least, where not even an output is kept any more."""
    incident = world.begin()
    restart(world, 1 << 60)
    assert world.alert(name="Another", service="mailer").status_code == 503
    before = len(world.facts("PageSent"))
    world.pass_by(30 * 60)
    until(lambda: len(world.facts("PageSent")) > before, "the next page")
    assert "iB left" in world.room(incident)["stopped"]
    with TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        for page in (f"/incidents/{incident}", "/services", "/oncall", "/runbooks/current", "/intake"):
            assert browser.get(page).text.count("No new alert is taken:") == 1, page
        assert "left and stormjib takes nothing new" in browser.get("/").text
    world.post("ana", f"/incidents/{incident}/acknowledge")
    assert world.facts("Acknowledged")
    restart(world, 0)
    assert world.room(incident)["stopped"] == ""
    world.told()


def test_that_no_alert_is_taken_is_an_incident_that_pages(world):
    restart(world, shutil.disk_usage(world.where).free * 2)
    world.app.intake_check.look_at_disk()
    assert "page ana, rung 0, INC-1" in world.told()
    assert "Intake: no alert is taken" in world.room("INC-1")["title"]
    world.app.intake_check.look_at_disk()
    restart(world, shutil.disk_usage(world.where).free * 2)
    world.app.intake_check.look_at_disk()
    assert world.incidents() == ["INC-1"]
    world.told()
