"""From the alert to the person who has it."""

from stormjib.core.log import ChannelOpened
from stormjib.core.narrate import narrate

LEADERSHIP = "to #leadership-alerts: P1: the API is down (INC-1)"


def test_an_alert_becomes_an_incident_a_page_and_an_acknowledgement(world):
    """A P1 alert declares an incident, opens its channel, pages the first responder once and tells leadership; an ack stops the ladder."""
    answer = world.alert()
    assert answer.json() == {"schema": "stormjib.accepted/1", "accepted": 1, "new": 1, "repeated": 0, "incidents": ["INC-1"]}
    assert world.told() == ["page ana, rung 0, INC-1", LEADERSHIP]
    kinds = world.kinds()
    assert kinds[:2] == ["AlertReceived", "Declared"]
    room = world.get("/incidents/INC-1")["incident"]
    assert (room["channel"], room["channel_url"]) == ("", ""), "no chat is connected"
    (opened,) = (entry for entry in world.app.reader.entries("INC-1") if isinstance(entry.fact, ChannelOpened))
    assert narrate(opened.fact) == "no chat is connected: no channel"
    assert kinds.count("PageSent") == kinds.count("ChannelOpened") == 1
    world.post("ana", "/incidents/INC-1/acknowledge")
    assert world.post("bo", "/incidents/INC-1/acknowledge")["entries"] == 0
    world.forward(minutes=60)
    assert world.told() == []
    assert [fact["who"] for fact in world.facts("Acknowledged")] == ["ana"]


def test_nobody_acknowledges_so_the_page_is_escalated(world):
    """Nobody answers: after five minutes the second responder is paged, after five more everybody; each page leaves once."""
    world.alert()
    assert "page ana, rung 0, INC-1" in world.told()
    world.forward(minutes=5.1)
    assert world.told() == ["page bo, rung 1, INC-1"]
    world.forward(minutes=5)
    assert world.told() == ["page ana, rung 2, INC-1", "page bo, rung 2, INC-1"]
    world.post("bo", "/incidents/INC-1/acknowledge")
    world.forward(minutes=60)
    assert world.told() == []
    assert set(world.receiver.pages().values()) == {1}


def test_u7_a_program_that_sends_its_request_again_writes_it_once(world):
    """A note and a status under one Idempotency-Key each: sent twice they stand once; other words under the same key are another act, and another person's key is theirs."""
    incident = world.begin()
    for who, path, body in (
        ("ana", "notes", {"text": "the disk is full"}),
        ("ana", "notes", {"text": "the disk is full"}),
        ("ana", "notes", {"text": "the disk is empty"}),
        ("bo", "notes", {"text": "the disk is empty"}),
        ("ana", "status", {"stage": "Monitoring", "audience": "customers", "text": "It is better."}),
        ("ana", "status", {"stage": "Monitoring", "audience": "customers", "text": "It is better."}),
    ):
        answer = world.send("POST", f"/api/v1/incidents/{incident}/{path}", who, body, key="the-same-key")
        assert answer.status_code == 200, answer.text
    assert [fact["text"] for fact in world.facts("NoteAdded")] == ["the disk is full", "the disk is empty", "the disk is empty"]
    assert len(world.facts("StatusPosted")) == 1
    world.told()


def test_s9_a_clients_key_is_never_one_of_the_engines_causes(world):
    """A note whose key is the cause of an escalation to come, or of a run's start, silences neither."""
    incident = world.begin()
    for seq in range(1, 40):
        for cause in (f"{incident}/{seq}/escalate/1", f"run/{incident}-R1/started"):
            world.send("POST", f"/api/v1/incidents/{incident}/notes", "bo", {"text": cause}, key=cause)
    world.forward(6)
    assert world.told() == ["page bo, rung 1, INC-1"]
