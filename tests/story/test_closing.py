"""Recovery, closure and the post-mortem: nothing is over because somebody says so."""

import pytest
from tests.story.test_commands import FLUSH, MAINTENANCE_OFF, MAINTENANCE_ON, RESTART_REDIS, with_token
from tests.story.world import report

FINAL_CHECK = 159
CURL = """case "$*" in
*'"enabled": true'*) echo '{"enabled": true}';;
*'"enabled": false'*) echo '{"enabled": false}';;
esac"""


@pytest.fixture
def world(make, tmp_path):
    world = with_token(make, tmp_path, target_url="http://service.example")
    world.stand_in("curl", CURL)
    return world


def clear(world):
    world.alert(status="resolved")


def say(world, incident):
    """Tick what only people can say."""
    for criterion in world.room(incident)["closure"]:
        if not criterion["met"] and criterion["detail"].startswith("not done"):
            world.post("bo", f"/incidents/{incident}/items/{criterion['detail'].split()[-1]}/tick", text="by hand")


def recovered(world):
    """An incident whose service is back, measured and resolved."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.run(incident, RESTART_REDIS)
    world.post("ana", f"/incidents/{incident}/verify")
    world.settle()
    clear(world)
    say(world, incident)
    world.post("ana", f"/incidents/{incident}/resolve", text="Redis is back")
    return incident


def test_an_incident_is_closed_only_by_what_is_proven(world):
    """Resolved and closed are refused, each time with all that is missing, until the runbook's own criteria hold; then the post-mortem is drafted by itself."""
    incident = world.begin()
    early = world.post("ana", f"/incidents/{incident}/resolve", 409)
    for words in ("INC-1 can't be resolved yet", "still firing: ApiDown", "not measured: stormjib incident verify INC-1"):
        assert words in early
    world.report = report("user_flow")
    world.post("ana", f"/incidents/{incident}/verify")
    world.settle()
    clear(world)
    assert "user_flow is bad" in world.post("ana", f"/incidents/{incident}/resolve", 409)
    world.report = report()
    world.post("ana", f"/incidents/{incident}/verify")
    world.settle()
    world.run(incident, RESTART_REDIS)
    say(world, incident)
    assert "ran after the measurement" in world.post("ana", f"/incidents/{incident}/resolve", 409)
    world.post("ana", f"/incidents/{incident}/verify")
    world.settle()
    world.post("ana", f"/incidents/{incident}/resolve", text="Redis is back")
    missing = world.post("ana", f"/incidents/{incident}/close", 409)
    assert "health_check" in missing or f"line {FINAL_CHECK}" in missing
    world.post("ana", f"/incidents/{incident}/collect", command_id=world.command(FINAL_CHECK))
    world.settle()
    say(world, incident)
    world.post("ana", f"/incidents/{incident}/close")
    world.settle()
    assert world.kinds()[-1] == "PostmortemDrafted" or "PostmortemDrafted" in world.kinds()
    assert world.room(incident)["status"] == "closed"
    document = world.send("GET", f"/api/v1/incidents/{incident}/postmortem", "ana").text
    assert "the API is down" in document


def test_maintenance_mode_is_a_debt(world):
    """Maintenance mode is on: the incident can't be closed until the runbook's own command has switched it off, and the answer proves it."""
    incident = recovered(world)
    assert world.run(incident, MAINTENANCE_ON)["conclusion"] == "Maintenance mode is on."
    assert [fact["debt"] for fact in world.facts("DebtTaken")] == ["maintenance mode"]
    world.post("ana", f"/incidents/{incident}/collect", command_id=world.command(FINAL_CHECK))
    world.settle()
    refused = world.post("ana", f"/incidents/{incident}/close", 409)
    assert f"maintenance mode is off: still on; line {MAINTENANCE_OFF} switches it off" in refused
    assert world.run(incident, MAINTENANCE_OFF)["conclusion"] == "Maintenance mode is off."
    say(world, incident)
    world.post("ana", f"/incidents/{incident}/close")
    assert world.room(incident)["status"] == "closed"


def test_an_answer_that_does_not_confirm_is_no_success(world):
    """curl ends with 0 on a 401: maintenance mode counts as neither on nor off, and the debt stays."""
    incident = recovered(world)
    world.run(incident, MAINTENANCE_ON)
    world.post("ana", f"/incidents/{incident}/collect", command_id=world.command(FINAL_CHECK))
    world.settle()
    world.stand_in("curl", """echo '{"error": "not authorised"}'""")
    finished = world.run(incident, MAINTENANCE_OFF)
    assert (finished["ok"], finished["exit_code"]) == (False, 0)
    assert "the answer does not confirm it" in finished["conclusion"]
    assert "maintenance mode is off: still on" in world.post("ana", f"/incidents/{incident}/close", 409)


def test_the_next_alert_after_the_end_is_a_new_incident(world):
    """The incident is resolved; the same alert fires anew: that is a new incident and a new page."""
    recovered(world)
    assert world.alert(starts_at=world.clock() + 1).json()["incidents"] == ["INC-2"]
    assert "page ana, rung 0, INC-2" in world.told()
    world.post("ana", "/incidents/INC-2/acknowledge")


def test_what_was_reopened_has_to_be_measured_again(world):
    """It was not over: the measurements from before the reopening prove nothing any more."""
    incident = recovered(world)
    world.post("bo", f"/incidents/{incident}/reopen", text="users still see errors")
    refused = world.post("ana", f"/incidents/{incident}/resolve", 409)
    assert "not measured" in refused
    assert f"page ana, rung 0, {incident}" in world.told()


def test_without_an_address_to_measure_people_say_that_it_works(make):
    """No target_url is set: the runbook's verification is ticked by people, and the incident can be resolved."""
    world = make()
    incident = world.begin()
    clear(world)
    say(world, incident)
    for criterion in world.room(incident)["resolution"]:
        if not criterion["met"]:
            world.post("ana", f"/incidents/{incident}/items/t{criterion['line']}/tick", text="I looked")
    world.post("ana", f"/incidents/{incident}/resolve", text="it works")


def test_nothing_happens_to_a_closed_incident(world):
    """Closed is closed: commands, statuses and severities are refused with how to reopen it; a note is always welcome."""
    incident = recovered(world)
    world.post("ana", f"/incidents/{incident}/collect", command_id=world.command(FINAL_CHECK))
    world.settle()
    say(world, incident)
    world.post("ana", f"/incidents/{incident}/close")
    reopen = f"reopen it first: stormjib incident reopen {incident}"
    for path, body in (
        ("runs", {"command_id": world.command(FLUSH), "reason": "because"}),
        ("collect", {"command_id": world.command(FINAL_CHECK)}),
        ("severity", {"severity": "P0", "reason": "because"}),
        ("resolve", {"text": ""}),
    ):
        assert reopen in world.post("ana", f"/incidents/{incident}/{path}", 409, **body), path
    assert "is not open" in world.post("ana", f"/incidents/{incident}/status", 409, stage="Monitoring", text="x")
    world.post("ana", f"/incidents/{incident}/notes", text="learnt later")
    quiet = [entry["seq"] for entry in world.log(incident) if entry["fact"]["fact"] != "PostmortemDrafted"]
    world.forward(minutes=60)
    late = [entry["fact"]["fact"] for entry in world.log(incident) if entry["seq"] > quiet[-1]]
    assert set(late) <= {"PostmortemDrafted", "TimerDue"}, late
