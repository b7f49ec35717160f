"""A token that may only send alerts decides of its own alerts alone: it silences nobody else's, and it ends nobody else's."""

import pytest
from tests.story.test_opsgenie import ask
from tests.story.test_pagerduty import enqueue
from tests.story.world import SERVICE, World

REFERENCE = b"# Whatever\n\n## Mitigation\n\n- Ask somebody who knows\n"


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, REFERENCE, trusted=())
    made.tokens["other"] = made.app.tokens.create("other", ("alert",))
    yield made
    made.close()


def paged(world):
    return [line.split(",")[0].removeprefix("page ") for line in world.told() if line.startswith("page ")]


def test_what_merely_joined_acknowledges_nobody_elses_alert(world):
    """A disk that is half full is acknowledged where it comes from; the outage of another sender goes on paging."""
    world.alert(name="AllDown", severity="P0")
    enqueue(world, key="z1", who="other", summary="disk 71 %", severity="info")
    assert paged(world) == ["ana"]
    enqueue(world, "acknowledge", key="z1", who="other")
    world.settle()
    assert world.facts("Acknowledged") == []
    assert world.log(kind="AlertAcknowledged")[-1]["text"] == (
        "alert disk 71 % is acknowledged by other, in pagerduty, which is about this alert alone"
    )
    world.forward(6)
    assert paged(world) == ["bo"]


def test_as_bad_an_alert_of_another_sender_is_not_acknowledged_along(world):
    world.alert(name="Api", severity="P1")
    enqueue(world, who="other")
    enqueue(world, "acknowledge", who="other")
    world.settle()
    assert world.facts("Acknowledged") == []


def test_all_that_are_as_bad_have_to_be_acknowledged_by_their_sender(world):
    enqueue(world, key="a", summary="api down")
    enqueue(world, key="b", summary="db down")
    enqueue(world, "acknowledge", key="a")
    world.settle()
    assert world.facts("Acknowledged") == []
    enqueue(world, "acknowledge", key="b")
    world.settle()
    assert [fact["who"] for fact in world.facts("Acknowledged")] == ["watcher"]


def test_what_a_person_declared_is_not_acknowledged_by_a_sender(world):
    world.post("bo", "/incidents", 201, title="checkout fails", severity="P1", service=SERVICE)
    enqueue(world)
    enqueue(world, "acknowledge")
    world.settle()
    assert world.facts("Acknowledged") == []


def test_what_joins_where_only_a_sender_has_acknowledged_pages_anew(world):
    """Nobody mutes a service beforehand."""
    enqueue(world, key="m1", who="other", summary="deploy smoke test")
    enqueue(world, "acknowledge", key="m1", who="other")
    world.settle()
    assert world.room("INC-1")["status"] == "acknowledged"
    paged(world)
    world.alert(name="CheckoutDown", severity="P1", summary="nobody can pay")
    world.settle()
    titles = [message["title"] for message in world.receiver.taken if "who" in message]
    assert titles == ["CheckoutDown, nobody can pay (joined INC-1: deploy smoke test)"], "what is new comes first"
    assert paged(world) == ["ana"]
    assert world.room("INC-1")["status"] != "acknowledged"
    assert "CheckoutDown joined, and other has acknowledged only what came before" in world.log(kind="PageRequested")[-1]["text"]
    number = next(one["id"] for one in world.get("/alerts")["alerts"] if one["alert"]["name"] == "CheckoutDown")
    assert (
        world.get(f"/alerts/{number}")["outcome"]
        == "It paged ana: it joined INC-1, which only a sender of alerts had acknowledged."
    )
    world.alert(name="SearchDown", severity="P1")
    assert paged(world) == []
    world.forward(minutes=6)
    titles = [message["title"] for message in world.receiver.taken if message.get("who") == "bo"]
    assert titles == ["CheckoutDown, nobody can pay (joined INC-1: deploy smoke test)"]
    world.post("bo", "/incidents/INC-1/acknowledge")
    world.settle()
    assert world.receiver.updates[-1]["title"] == "deploy smoke test"


def test_a_person_whom_the_sender_names_has_the_incident_and_gets_its_reminders(tmp_path):
    people = tmp_path / "catalogue" / "people"
    people.mkdir(parents=True)
    (people / "ana.yaml").write_text("name: ana\n")
    world = World(tmp_path, REFERENCE, trusted=(), catalogue=tmp_path / "catalogue")
    try:
        ask(world)
        ask(world, "/group-1/acknowledge?identifierType=alias", body='{"user": "Ana"}')
        world.settle()
        assert world.log("INC-1", "Acknowledged")[0]["text"] == "acknowledged by ana, in opsgenie"
        assert world.room("INC-1")["acknowledged_by"] == "ana"
    finally:
        world.close()


def test_nobody_ends_what_another_sender_says(world):
    world.alert(name="AllDown", severity="P0")
    world.alert(name="AllDown", severity="P0", status="resolved", who="other")
    world.settle()
    assert world.facts("AlertCleared") == []
    assert world.room("INC-1")["firing"] == ["AllDown"]
    assert "other says that AllDown is over" in world.log(kind="NoteAdded")[-1]["text"]
    source = world.get("/intake")["sources"][0]
    assert source["suppressed"] == {"end by another": 1}
    assert source["missing"] == 0
    world.alert(name="AllDown", severity="P0", who="other")
    world.alert(name="AllDown", severity="P0", status="resolved", who="other")
    world.settle()
    assert world.facts("AlertCleared") == [], "that it repeats the alert makes it no owner"
    world.alert(name="AllDown", severity="P0", status="resolved")
    world.settle()
    assert world.log(kind="AlertCleared")[-1]["text"] == "alert AllDown is clear, says watcher"


def test_an_alarm_behind_many_alerts_that_are_only_counted_pages_where_a_sender_alone_has_acknowledged(world):
    enqueue(world, key="a", summary="api down")
    enqueue(world, "acknowledge", key="a")
    world.settle()
    assert len(world.facts("Acknowledged")) == 1
    world.told()
    for number in range(60):
        enqueue(world, key=f"z{number}", who="other", summary=f"disk {number}", severity="info")
    world.settle()
    assert paged(world) == []
    enqueue(world, key="b", who="other", summary="db down")
    world.settle()
    assert paged(world) == ["ana"]
