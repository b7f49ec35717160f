"""The machine's clock steps while an approval waits: none runs out by that, and none becomes good again."""

import pytest
from starlette.testclient import TestClient
from tests.engine.log_room import LogRoom
from tests.story.patience import until
from tests.story.test_commands import RESTART_API

from stormjib.core.log import RunProposed
from stormjib.core.risk import Risk
from stormjib.engine.run_clock import RunClock

HOUR = 3_600.0
HALF_HOUR = 1_800.0


@pytest.mark.parametrize("step", [HOUR, -24 * HOUR, 24 * HOUR])
def test_f5_an_approval_is_good_for_as_long_as_it_was_whatever_the_clock_does(world, step):
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    run_id = world.propose(incident, RESTART_API)
    world.stepped_seconds = step
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", reason="it has to be")
    world.settle()
    assert world.facts("RunFinished")[0]["ok"]
    again = world.propose(incident, RESTART_API)
    world.post("bo", f"/incidents/{incident}/runs/{again}/approve", reason="it has to be")
    world.settle()
    assert len(world.facts("RunFinished")) == 2


def test_f5_a_clock_that_went_back_while_the_server_was_down_makes_no_approval_good_again(world):
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    run_id = world.propose(incident, RESTART_API)
    world.ahead_seconds += HALF_HOUR - 60
    world.post("ana", f"/incidents/{incident}/notes", text="still waiting")
    world.stop()
    world.stepped_seconds = -24 * HOUR
    world.start()
    world.ahead_seconds += 62
    late = world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", 409)
    assert "run out" in late or "is expired" in late
    assert not world.ran("docker-compose restart")


@pytest.mark.parametrize(("step", "way"), [(-HOUR, "back"), (HOUR, "forward")])
def test_that_the_clock_stepped_is_said_until_it_is_right_and_what_is_due_comes(world, step, way):
    incident = world.begin()
    assert not world.room(incident)["clock_problem"]
    world.stepped_seconds = step
    said = until(lambda: world.room(incident)["clock_problem"], "the sentence")
    assert f"clock was set {way} by 1 h while stormjib ran" in said
    assert said in world.send("GET", "/healthz", "ana").json()["problems"]
    with TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        for page in ("/", f"/incidents/{incident}", "/services", "/oncall", "/runbooks/current", "/intake"):
            assert browser.get(page).text.count(f"clock was set {way} by 1 h") == 1, page
    paged = len(world.facts("PageSent"))
    world.forward(5.1)
    assert len(world.facts("PageSent")) > paged
    world.told()
    world.stepped_seconds = 0.0
    until(lambda: not world.room(incident)["clock_problem"], "that it is right again")


@pytest.mark.parametrize("step", [HOUR, 0.0, -HOUR])
def test_f5_a_run_has_the_time_that_has_passed_since_it_was_proposed(tmp_path, step):
    room, steady = LogRoom(tmp_path), [0.0]
    clock = RunClock(lambda: room.at, lambda: steady[0], room.reader)
    room.inbox.subscribe(clock.heard)
    incident = room.declare()
    for seconds in (10.0, 1_700.0):
        steady[0], room.at = steady[0] + seconds, room.at + seconds + step
        run_id = f"{incident}-R{seconds:.0f}"
        asked = RunProposed(run_id, "c1", 1, "x", "f", "r", Risk.CHANGE, "host", 1, room.at + HALF_HOUR, 60.0)
        room.inbox.submit(incident, lambda _, asked=asked: [asked], by="ana")
        proposed = room.reader.entries(incident)[-1]
        room.at += step
        steady[0] += 1_000.0
        assert clock.at(run_id) == pytest.approx(proposed.at + 1_000.0)
    room.close()
