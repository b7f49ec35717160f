"""Recovery, closure and the post-mortem: nothing is over because somebody says so."""

import pytest
from tests.story.test_commands import FLUSH, MAINTENANCE_OFF, MAINTENANCE_ON, RESTART_REDIS, with_token
from tests.story.world import MEASURED, report

FINAL_CHECK = 159
CURL = """case "$*" in
*'"enabled": true'*) echo '{"enabled": true}';;
*'"enabled": false'*) echo '{"enabled": false}';;
esac"""


@pytest.fixture
def world(make, tmp_path):
    world = with_token(make, tmp_path, service=MEASURED)
    world.stand_in("curl", CURL)
    return world


def clear(world):
    world.alert(status="resolved")


def say(world, incident):
    """Tick what only people can say."""
    for criterion in world.room(incident)["closure"]:
        if not criterion["met"] and criterion["detail"].startswith("not done"):
            world.post("bo", f"/incidents/{incident}/items/{criterion['detail'].split()[-1]}/tick", text="by hand")


def recovered(world, *lines):
    """An incident whose service is back, measured and resolved; these lines were run before."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    for line in lines:
        world.run(incident, line)
    world.run(incident, RESTART_REDIS)
    measured(world, incident)
    world.post("ana", f"/incidents/{incident}/resolve", text="Redis is back")
    return incident


def measured(world, incident):
    """Its recovery is measured, no alert fires, and people have said the rest."""
    world.post("ana", f"/incidents/{incident}/verify")
    world.settle()
    clear(world)
    say(world, incident)


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


def in_maintenance(world):
    """An incident with maintenance mode on, otherwise recovered as far as anybody can measure."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.run(incident, MAINTENANCE_ON)
    assert world.room(incident)["next_action"] == "mitigate", "it mends nothing"
    world.run(incident, RESTART_REDIS)
    measured(world, incident)
    return incident


def test_maintenance_mode_is_a_temporary_measure(world):
    """Maintenance mode is on: the incident can't be resolved until the runbook's own command has switched it off and the recovery was measured since."""
    incident = in_maintenance(world)
    assert world.facts("RunFinished")[0]["conclusion"] == "Maintenance mode is on."
    assert [fact["debt"] for fact in world.facts("DebtTaken")] == ["maintenance mode"]
    refused = world.post("ana", f"/incidents/{incident}/resolve", 409)
    assert f"maintenance mode is off (line {MAINTENANCE_OFF}): it is still on" in refused
    assert world.room(incident)["next_step"].startswith("Switch maintenance mode off, then measure the recovery")
    assert world.run(incident, MAINTENANCE_OFF)["conclusion"] == "Maintenance mode is off."
    refused = world.post("ana", f"/incidents/{incident}/resolve", 409)
    assert "maintenance mode kept them out" in refused
    assert world.room(incident)["next_action"] == "verify"
    measured(world, incident)
    world.post("ana", f"/incidents/{incident}/resolve", text="Redis is back")
    world.post("ana", f"/incidents/{incident}/collect", command_id=world.command(FINAL_CHECK))
    world.settle()
    say(world, incident)
    world.post("ana", f"/incidents/{incident}/close")
    assert world.room(incident)["status"] == "closed"


def test_an_answer_that_does_not_confirm_is_no_success(world):
    """curl ends with 0 on a 401: maintenance mode counts as neither on nor off, and the debt stays."""
    incident = in_maintenance(world)
    world.stand_in("curl", """echo '{"error": "not authorised"}'""")
    finished = world.run(incident, MAINTENANCE_OFF)
    assert (finished["ok"], finished["exit_code"]) == (False, 0)
    assert "the answer does not confirm it" in finished["conclusion"]
    assert f"maintenance mode is off (line {MAINTENANCE_OFF}): it is still on" in world.post(
        "ana", f"/incidents/{incident}/resolve", 409
    )


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


def test_s5_u1_what_waits_for_a_yes_ends_with_the_incident(world):
    """A flush is proposed before the resolution: resolving withdraws it with the reason, nobody can approve it any more, and nothing of it runs."""
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    waiting = world.propose(incident, FLUSH, reason="the cache is poisoned")
    world.run(incident, RESTART_REDIS)
    world.post("ana", f"/incidents/{incident}/verify")
    world.settle()
    clear(world)
    say(world, incident)
    world.post("ana", f"/incidents/{incident}/resolve", text="Redis is back")
    (withdrawn,) = world.facts("RunExpired")
    assert withdrawn["run_id"] == waiting
    assert withdrawn["reason"].startswith("INC-1 is resolved. If it is still needed, reopen it")
    late = world.post("bo", f"/incidents/{incident}/runs/{waiting}/approve", 409, reason="I saw it")
    assert late == f"{waiting} is withdrawn and needs no approval."
    assert world.room(incident)["next_action"] != "approve"
    world.forward(minutes=40)
    assert not world.ran("redis-cli flushdb")


def test_s5_nothing_is_proposed_or_run_after_the_end(world):
    """Resolved: a mitigation is refused with a sentence, a read and what closing asks for are not. Closed: everything is refused."""
    incident = recovered(world)
    refused = world.post("ana", f"/incidents/{incident}/runs", 409, command_id=world.command(FLUSH), reason="once more")
    assert refused.startswith("INC-1 is resolved, so line 99 is not run any more. If it is not over, reopen it first")
    world.post("ana", f"/incidents/{incident}/collect", command_id=world.command(FINAL_CHECK))
    world.settle()
    say(world, incident)
    world.post("ana", f"/incidents/{incident}/close")
    for path in ("runs", "collect"):
        for line in (FLUSH, FINAL_CHECK, MAINTENANCE_OFF):
            refused = world.post("ana", f"/incidents/{incident}/{path}", 409, command_id=world.command(line), reason="once more")
            assert "INC-1 is closed; reopen it first" in refused
    world.settle()
    assert not world.ran("redis-cli flushdb")


def test_s5_a_run_under_way_refuses_the_resolution(world):
    """Approved and not ended: the resolution is refused and says which run."""
    incident = world.begin()
    world.app.outbox.stop()
    run_id = world.propose(incident, RESTART_REDIS)
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve")
    refused = world.post("ana", f"/incidents/{incident}/resolve", 409)
    assert f"no command is under way: {run_id}" in refused
    world.again()
    world.settle()
    assert world.ran("docker-compose restart redis")


def test_s9_a_key_that_a_client_chose_names_nothing_of_the_engine(world):
    """The key of a declaration reads like the engine's own cause; the run of that incident starts all the same, and once."""
    declared = world.post("ana", "/incidents", 201, title="x", severity="P3", service="other", cause="run/INC-1-R1/started")
    again = world.post("ana", "/incidents", 201, title="x", severity="P3", service="other", cause="run/INC-1-R1/started")
    assert declared["incident"] == again["incident"] == "INC-1"
    world.settle()
    world.told()
    assert world.run("INC-1", RESTART_REDIS)["ok"]
    assert world.facts("OutcomeUnknown") == []
    assert world.ran("docker-compose restart") == ["docker-compose restart redis"]
