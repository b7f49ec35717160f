"""An incident may end without a recovery: a false alarm, cancelled, a duplicate of another, merged into one, or split."""

import pytest
from starlette.testclient import TestClient
from tests.story.test_alerts import alertmanager
from tests.story.test_closing import FINAL_CHECK
from tests.story.test_closing import world as curl_world
from tests.story.test_commands import MAINTENANCE_OFF, MAINTENANCE_ON, RESTART_REDIS
from tests.story.world import SERVICE

from stormjib.core.log import OutcomeUnknown, RunStarted
from stormjib.store.database import verify

able_world = curl_world
"""A world whose maintenance mode can be switched on and off."""


def declare(world, title="Uploads fail", severity="P1", service=SERVICE, who="bo"):
    return world.post(who, "/incidents", 201, title=title, severity=severity, service=service)["incident"]


def end(world, incident, verb, status=200, who="bo", **given):
    return world.post(who, f"/incidents/{incident}/{verb}", status, **{"reason": "the probe was wrong", **given})


def sound(world):
    assert verify(world.settings.data_dir / "log.db")[1] is None
    return True


def test_a_false_alarm_ends_paging_and_reminders_and_is_told_to_whoever_was_woken(world):
    """No proof, no post-mortem; what waits for approval is withdrawn, and what is due later is not said to be late."""
    incident = world.begin()
    run_id = world.propose(incident, RESTART_REDIS)
    world.told()
    end(world, incident, "false-alarm")
    said = "INC-1 was ended by bo (false alarm): the probe was wrong. Nothing is left to do. It was: the API is down"
    assert world.told() == [f"to #leadership-alerts: {said}", f"to ana: {said}"]
    room = world.room(incident)
    assert (room["status"], room["next_action"], room["closed_at"] is not None) == ("false alarm", "ended", True)
    assert next(run["state"] for run in room["runs"] if run["run_id"] == run_id) == "withdrawn"
    seq = room["seq"]
    world.forward(minutes=24 * 60)
    assert world.told() == []
    assert world.room(incident)["seq"] == seq
    assert world.facts("PostmortemDrafted") == []
    assert world.get("/incidents")["incidents"][0]["status"] == "false alarm"
    assert "has ended already" in end(world, incident, "cancel", 409)
    assert sound(world)


@pytest.mark.parametrize("verb", ["false-alarm", "cancel", "duplicate", "merge"])
def test_what_is_open_in_an_incident_does_not_vanish_with_it(world, verb):
    """A temporary measure in force, and a run whose outcome nobody knows, are settled first; the refusal says how."""
    incident, into = world.begin(), {}
    if verb in {"duplicate", "merge"}:
        into = {"into": declare(world, service="other")}
    assert "why" in world.post("bo", f"/incidents/{incident}/{verb}", 409, reason=" ", **into)
    world.told()
    lost = world.propose(incident, RESTART_REDIS)
    facts = (RunStarted(lost), OutcomeUnknown(lost, world.command(RESTART_REDIS)))
    world.app.inbox.submit(incident, lambda _: facts, by="stormjib")
    sentence = end(world, incident, verb, 409, **into)
    assert "the outcome of INC-1-R1 is unknown. First record its outcome: stormjib settle INC-1-R1" in sentence
    world.post("bo", f"/incidents/{incident}/runs/INC-1-R1/settle", took_effect=False, note="it did nothing")
    end(world, incident, verb, **into)
    world.told()
    for other in into.values():
        end(world, other, "cancel")
    world.told()
    assert sound(world)


def test_a_temporary_measure_is_switched_off_before_a_false_alarm_and_goes_along_with_a_merged_incident(able_world):
    world = able_world
    incident = world.begin()
    world.run(incident, MAINTENANCE_ON)
    sentence = end(world, incident, "false-alarm", 409)
    assert "while a temporary measure is in force (maintenance mode): first switch it off: stormjib run start INC-1 " in sentence
    other = declare(world, service="b")
    end(world, incident, "merge", into=other)
    assert (world.room(incident)["debts"], world.room(other)["debts"]) == ([], ["maintenance mode"])
    assert "maintenance mode" in end(world, other, "false-alarm", 409)
    world.post("ana", f"/incidents/{other}/collect", command_id=world.command(FINAL_CHECK))
    world.settle()
    world.run(other, MAINTENANCE_OFF)
    end(world, other, "false-alarm")
    assert sound(world)
    world.told()


def test_customers_who_were_told_of_it_are_told_its_end(world):
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/status", stage="Investigating", audience="customers", text="We look into it.")
    assert world.told() == ["to customers: We look into it."]
    assert "customers were told of INC-1" in end(world, incident, "false-alarm", 409)
    end(world, incident, "false-alarm", update="All is well; our probe was wrong.")
    assert "to customers: All is well; our probe was wrong." in world.told()
    assert world.facts("StatusPosted", incident)[-1]["stage"] == "Resolved"


def test_a_duplicate_goes_on_in_the_other_with_its_alerts(world):
    """Its pages stop; alerts that fire, their ends, and later ones of its group belong to the other, which says so."""
    alertmanager(world, "firing", "ApiDown")
    world.told()
    other = declare(world, "The network is down", service="network")
    world.post("bo", f"/incidents/{other}/acknowledge")
    world.told()
    end(world, "INC-1", "duplicate", into="inc-2")
    assert [line for line in world.told() if line.startswith("to ana")] == [
        "to ana: INC-1 was ended by bo (duplicate of INC-2): the probe was wrong. It goes on in INC-2. It was: ApiDown is on"
    ]
    assert world.room("INC-1")["links"] == [["duplicate of", "INC-2"]]
    room = world.room("INC-2")
    assert (room["links"], room["firing"], room["status"]) == ([["has the duplicate", "INC-1"]], ["ApiDown"], "acknowledged")
    assert "acknowledge that one: stormjib ack INC-2" in world.post("ana", "/incidents/INC-1/acknowledge", 409)
    assert "still firing: ApiDown" in world.post("bo", "/incidents/INC-2/resolve", 409)
    assert alertmanager(world, "firing", "DbSlow")["incidents"] == ["INC-2"]
    world.again()
    assert alertmanager(world, "firing", "DiskFull")["incidents"] == ["INC-2"]
    for name in ("ApiDown", "DbSlow", "DiskFull"):
        assert alertmanager(world, "resolved", name)["incidents"] == ["INC-2"]
    assert world.room("INC-2")["firing"] == []
    world.forward(minutes=60)
    assert [line for line in world.told() if line.startswith("page")] == []
    assert sound(world)


def test_a_worse_incident_that_goes_on_in_a_lesser_one_pages_there(world):
    """As a worse alert would: the other becomes as bad, and whoever has it has to acknowledge it as it is now."""
    incident = world.begin()
    other = declare(world, "Slow", "P3", "network")
    world.post("bo", f"/incidents/{other}/acknowledge")
    world.told()
    end(world, incident, "merge", into=other)
    told = world.told()
    assert "page ana, rung 0, INC-2" in told
    assert any("#leadership-alerts: INC-2 is P1 now, P3 before: INC-1, which goes on here, was worse." in one for one in told)
    room = world.room(other)
    assert (room["severity"], room["status"]) == ("P1", "declared")
    assert [fact["people"] for fact in world.facts("Linked", other)] == [["ana"]]
    world.post("bo", f"/incidents/{other}/acknowledge")
    world.told()


def test_merging_is_refused_where_it_makes_no_sense(world):
    incident = world.begin()
    assert "is the incident itself" in end(world, incident, "merge", 409, into=incident)
    assert "There is no incident INC-9" in end(world, incident, "merge", 404, into="INC-9")
    other, third = declare(world, service="b"), declare(world, service="c")
    world.told()
    end(world, incident, "merge", into=other)
    assert "that would be a circle" in end(world, other, "merge", 409, into=incident)
    assert "name that one: INC-2" in end(world, third, "merge", 409, into=incident)
    end(world, other, "cancel")
    assert "INC-2 is cancelled. Name one that is open, or reopen it" in end(world, third, "merge", 409, into=other)
    end(world, third, "cancel")
    world.told()


def test_a_reopened_duplicate_is_an_incident_of_its_own_again(world):
    incident = world.begin()
    other = declare(world, service="b")
    end(world, incident, "duplicate", into=other)
    world.told()
    world.post("ana", f"/incidents/{incident}/reopen", text="it was another thing")
    assert "page ana, rung 0, INC-1" in world.told()
    room = world.room(incident)
    assert (room["status"], room["links"], len(room["episodes"])) == ("declared", [], 2)
    assert world.facts("Linked", other)[-1]["tie"] == "reopened"
    assert not world.room(other)["links"]
    assert alertmanager(world, "firing", "Another")["incidents"] == [incident]
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.post("ana", f"/incidents/{other}/acknowledge")
    world.told()
    assert sound(world)


def test_alerts_that_are_split_off_are_an_incident_that_pages_by_its_own_severity(world):
    alertmanager(world, "firing", "ApiDown")
    alertmanager(world, "firing", "DiskFull", severity="P0")
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()
    assert "No alert Nothing fires in INC-1" in end(world, "INC-1", "split", 409, alert="Nothing")
    end(world, "INC-1", "split", alert="DiskFull")
    assert [line for line in world.told() if line.startswith("page")] == ["page ana, rung 0, INC-2"]
    first, second = world.room("INC-1"), world.room("INC-2")
    assert (first["firing"], second["firing"], second["severity"]) == (["ApiDown"], ["DiskFull"], "P0")
    assert (first["links"], second["links"]) == ([["split into", "INC-2"]], [["split from", "INC-1"]])
    assert alertmanager(world, "resolved", "DiskFull", severity="P0")["incidents"] == ["INC-2"]
    assert world.room("INC-2")["firing"] == []
    assert alertmanager(world, "firing", "DiskFull", severity="P0")["incidents"] == ["INC-2"]
    assert alertmanager(world, "firing", "More")["incidents"] == ["INC-1"]
    for incident in ("INC-1", "INC-2"):
        world.post("ana", f"/incidents/{incident}/acknowledge")
    world.told()
    assert sound(world)


def test_i10_a_second_declaration_is_offered_to_join_the_first(world):
    """Whoever declares beside an open incident that is as bad is asked first; what is worse is never held up."""
    declare(world, "Uploads fail", "P2", "shop")
    again = {"title": "Uploads are broken", "severity": "P2", "service": "shop", "separate": False}
    sentence = world.post("ana", "/incidents", 409, **again)
    assert (
        "INC-1 is open for shop already. If this is the same problem, write a note there: stormjib incident note INC-1 TEXT."
        in sentence
    )
    assert world.incidents() == ["INC-1"]
    assert world.post("ana", "/incidents", 201, **again | {"separate": True})["incident"] == "INC-2"
    assert world.post("ana", "/incidents", 201, **again | {"severity": "P0"})["incident"] == "INC-3"
    assert "page ana, rung 0, INC-3" in world.told()
    end(world, "INC-3", "duplicate", into="INC-1")
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()


def test_of_an_incident_that_ended_otherwise_nothing_is_owed_or_firing_any_more(world):
    """An hour after a false alarm, whose alert never cleared and which nobody acknowledged, its page asks nothing of anybody."""
    alertmanager(world, "firing", "ApiDown")
    before = world.room("INC-1")
    assert before["firing"] == ["ApiDown"]
    assert before["acknowledge_due_at"]
    end(world, "INC-1", "false-alarm")
    world.forward(minutes=60)
    world.told()
    room = world.room("INC-1")
    assert (room["firing"], room["acknowledge_due_at"]) == ([], None)
    boxes = [*room["checklist"], *(box for step in room["steps"] for group in step["groups"] for box in group["tasks"])]
    assert boxes
    assert not any(box["overdue"] or box["due_at"] for box in boxes)


def test_what_fires_on_after_its_incident_was_ended_is_on_the_home_page(world):
    """It pages nobody any more, so that it must not vanish as well; when it is clear, or its incident open again, it goes."""
    incident = world.begin()
    with TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        assert "without an open incident" not in browser.get("/").text
        assert "Still firing" in end(world, incident, "false-alarm")["warning"]
        home = browser.get("/").text
        assert "1 alert fires on without an open incident" in home
        assert f"{incident} has ended: false alarm" in home
        assert f'href="/incidents/{incident}#whole"' in home
        world.post("bo", f"/incidents/{incident}/reopen", text="it fires on")
        assert "without an open incident" not in browser.get("/").text
    world.told()
