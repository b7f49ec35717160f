"""The runbook's check on a running server: asked for, done by itself, and shown where responders look."""

import pytest
from tests.story.patience import until

CONTAINER = "watermark-lab-api"
GONE = f'case "$*" in *{CONTAINER}*) echo "Error response from daemon: No such container: {CONTAINER}" >&2; exit 1;; esac; exit 0'


def option(world, incident, line):
    steps = world.room(incident)["steps"]
    return next(one for step in steps for group in step["groups"] for one in group["options"] if one["line"] == line)


@pytest.fixture
def checks(world):
    def of():
        return {one["line"]: one for one in world.get("/runbook/checks")["checks"]}

    return of


def test_asked_for_it_runs_every_read_and_is_remembered(world, checks):
    assert checks() == {}
    report = world.post("ana", "/runbook/check")
    assert (report["schema"], report["title"] != "") == ("stormjib.runbook-check/1", True)
    assert {one["line"] for one in report["probes"]} >= {33, 38, 41, 159, 257}
    assert 99 not in {one["line"] for one in report["probes"]}, "nothing above a read is run"
    world.stand_in("docker", GONE)
    report = world.post("ana", "/runbook/check")
    assert {one["line"] for one in report["probes"] if not one["works"]} >= {38, 51, 241}
    known = checks()[38]
    assert (known["works"], known["worked_at"] < known["failing_since"]) == (False, True)
    assert known["finding"] == f"There is no container named {CONTAINER}."


def test_a_reader_may_look_and_not_run_it(world):
    assert world.send("POST", "/api/v1/runbook/check", "watcher").status_code == 403
    assert world.send("GET", "/api/v1/runbook/checks", "ana").status_code == 200


def test_the_room_says_how_old_each_look_is(world):
    world.stand_in("docker", GONE)
    world.post("ana", "/runbook/check")
    world.forward(6 * 60)
    incident = world.alert().json()["incidents"][0]
    assert world.told()
    assert option(world, incident, 159)["checked"] == "worked 6 h ago"
    assert option(world, incident, 159)["works"] is True
    failing = option(world, incident, 38)
    assert (failing["checked"].startswith("failing since "), failing["works"]) == (True, False)
    assert (option(world, incident, 99)["checked"], option(world, incident, 99)["works"]) == ("", None)
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.settle()
    world.told()


def test_an_incidents_look_is_an_age_as_well(world):
    """Nobody ever asked for a check: what the incident saw at three in the morning is known all the same."""
    incident = world.alert().json()["incidents"][0]
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.settle()
    world.told()
    until(lambda: option(world, incident, 33)["checked"] == "worked just now", "what the incident saw")
    assert option(world, incident, 159)["checked"] == "never ran"


def test_by_itself_it_is_done_once_a_day_and_never_during_an_incident(world, checks):
    world.forward(10)
    world.app.checker.look()
    assert len(checks()) > 20
    assert not world.app.checker.look()
    incident = world.alert().json()["incidents"][0]
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.settle()
    world.told()
    world.ahead_seconds += 25 * 3600
    assert not world.app.checker.look()


def test_it_can_be_switched_off(make):
    world = make(check_every_hours=0)
    world.forward(60 * 30)
    assert not world.app.checker.look()
    until(world.app.checker._thread.is_alive, "the checker still learns from incidents")
