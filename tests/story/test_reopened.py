"""It was not over: a reopened incident is an emergency again, and what was said and proven before counts no more."""

from tests.story.test_closing import clear, recovered, report, say, world

__all__ = ["world"]


def reopened(world):
    incident = recovered(world)
    world.told()
    world.post("bo", f"/incidents/{incident}/reopen", text="users still see errors")
    return incident


def test_a11_reopening_pages_again_until_somebody_acknowledges_again(world):
    """The page comes at once and escalates; the acknowledgement of before is for what was before."""
    incident = reopened(world)
    assert world.told() == ["page ana, rung 0, INC-1", "to #leadership-alerts: P1: the API is down (INC-1, open again)"]
    assert world.room(incident)["status"] == "declared"
    assert world.room(incident)["next_action"] == "acknowledge"
    world.forward(minutes=5.1)
    assert world.told() == ["page bo, rung 1, INC-1"]
    world.post("bo", f"/incidents/{incident}/acknowledge")
    world.forward(minutes=60)
    assert world.told() == []


def test_a11_what_proved_the_recovery_proves_nothing_after_the_reopening(world):
    """Measurements, and what people said about the end: each has to be said anew."""
    incident = reopened(world)
    world.post("ana", f"/incidents/{incident}/acknowledge")
    lacking = {one["name"] for one in world.room(incident)["resolution"] if not one["met"]}
    assert len(lacking) >= 3
    assert "not measured" in world.post("ana", f"/incidents/{incident}/resolve", 409)
    world.post("ana", f"/incidents/{incident}/verify")
    world.settle()
    by_hand = [one for one in world.room(incident)["resolution"] if not one["met"]]
    assert all(one["detail"].startswith("not done") for one in by_hand)
    say(world, incident)
    world.post("ana", f"/incidents/{incident}/resolve", text="now it is")
    assert world.room(incident)["status"] == "resolved"
    world.told()


def test_a11_the_deadlines_begin_anew(world):
    """The acknowledgement was in time the first time; the second time it is late, and that is said."""
    incident = reopened(world)
    world.forward(minutes=16)
    assert [fact["text"] for fact in world.facts("ItemOverdue", incident)].count("Acknowledge alert within 15 minutes") == 1
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.told()


def test_a11_a_new_alert_of_the_reopened_incident_joins_it(world):
    """The service fails again while the incident is open again: one incident, and its alert has to end again."""
    incident = reopened(world)
    assert world.alert(starts_at=world.clock() + 1).json()["incidents"] == [incident]
    assert "still firing: ApiDown" in world.post("ana", f"/incidents/{incident}/resolve", 409)
    world.report = report()
    clear(world)
    assert "still firing" not in world.post("ana", f"/incidents/{incident}/resolve", 409)
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.told()
