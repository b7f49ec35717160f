"""A token that may only send alerts decides of its own alerts alone: it silences nobody else's, and it ends nobody else's."""

import pytest
from tests.story.foreign import SHOP
from tests.story.test_mail import free_port, lmtp, mail
from tests.story.test_opinion import asks, open_shop, worlds
from tests.story.test_opsgenie import ask
from tests.story.test_pagerduty import enqueue
from tests.story.test_pagerduty_webhook import NEW, event, taken
from tests.story.test_two_services import write
from tests.story.world import SERVICE, World

__all__ = ["open_shop", "worlds"]

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
    assert titles == ["not acknowledged by ana: CheckoutDown, nobody can pay (joined INC-1: deploy smoke test)"]
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
    assert [one["sender"] for one in world.facts("AlertCleared")] == ["other"], "what it says of its own makes it no owner"
    assert world.room("INC-1")["firing"] == ["AllDown"]
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


def hook(world, path, who, severity, *, firing):
    """As Alertmanager and Grafana send it."""
    labels = {"alertname": "L", "service": SERVICE, "severity": severity}
    alert = {
        "status": "firing" if firing else "resolved",
        "labels": labels,
        "startsAt": "2026-09-21T14:00:00Z",
        "fingerprint": "0f",
    }
    world.send("POST", path, who, {"version": "4", "alerts": [alert]}).raise_for_status()


def by_alertmanager(world, who, severity, firing):
    hook(world, "/hooks/alertmanager", who, severity, firing=firing)


def by_grafana(world, who, severity, firing):
    hook(world, "/hooks/grafana", who, severity, firing=firing)


def by_script(world, who, severity, firing):
    world.alert(name="L", severity=severity, status="firing" if firing else "resolved", who=who).raise_for_status()


def by_opsgenie(world, who, severity, firing):
    ask(world, "" if firing else "/l/close?identifierType=alias", who=who, message="L", alias="l", details={"severity": severity})


def by_pagerduty(world, who, severity, firing):
    enqueue(world, "trigger" if firing else "resolve", who=who, summary="L", custom_details={"severity": severity})


def by_webhook(world, who, severity, firing):
    said = event(world, "triggered" if firing else "resolved", title="L", priority={"summary": severity})
    world.send("POST", "/hooks/pagerduty", who, said).raise_for_status()


@pytest.mark.parametrize("send", [by_alertmanager, by_grafana, by_script, by_opsgenie, by_pagerduty, by_webhook])
def test_who_says_it_first_or_less_bad_decides_nothing_of_anothers_equal_alert(world, send):
    send(world, "other", "P4", True)
    assert paged(world) == []
    send(world, "watcher", "P1", True)
    assert paged(world) == ["ana"]
    send(world, "other", "P4", True)
    send(world, "watcher", "P1", True)
    world.restart()
    send(world, "other", "P4", False)
    send(world, "other", "P4", False)
    world.settle()
    assert world.incidents() == ["INC-1"]
    assert world.room("INC-1")["firing"] == ["L"]
    assert {one["alert"]["sender"]: one["firing"] for one in world.get("/alerts")["alerts"]} == {"watcher": True, "other": False}
    send(world, "watcher", "P1", False)
    world.settle()
    assert world.room("INC-1")["firing"] == []
    assert paged(world) == []
    assert world.get("/intake")["sources"][0]["missing"] == 0


def test_who_says_it_first_acknowledges_nothing_of_anothers_equal_alert(world):
    by_script(world, "other", "P4", True)
    by_script(world, "watcher", "P1", True)
    by_script(world, "other", "P4", False)
    ask(world, who="other", message="l", alias="l", priority="P1")
    ask(world, "/l/acknowledge?identifierType=alias", who="other", body='{"user": "ana"}')
    world.settle()
    assert world.facts("Acknowledged") == []


def test_two_replicas_with_a_token_each_page_once_and_each_ends_its_own(world):
    for _ in range(2):
        for who in ("watcher", "other"):
            by_alertmanager(world, who, "P1", True)
    assert paged(world) == ["ana"]
    assert world.incidents() == ["INC-1"]
    world.restart()
    by_alertmanager(world, "other", "P1", True)
    by_alertmanager(world, "other", "P1", False)
    world.settle()
    assert world.room("INC-1")["firing"] == ["L"]
    by_alertmanager(world, "watcher", "P1", False)
    world.settle()
    assert world.room("INC-1")["firing"] == []
    assert [one["text"] for one in world.log(kind="AlertCleared")] == [
        "alert L is clear, says other",
        "alert L is clear, says watcher",
    ]
    assert paged(world) == []


def test_what_is_signed_is_not_of_who_has_a_token(make):
    world = make(signed={"pagerduty-webhook": {"secrets": [NEW]}}, trusted=())
    world.tokens["other"] = world.app.tokens.create("other", ("alert",))
    by_webhook(world, "other", "P4", True)
    taken(world, "triggered")
    assert paged(world) == ["ana"]
    by_webhook(world, "other", "P4", False)
    said = event(world, "acknowledged", 7)
    world.send("POST", "/hooks/pagerduty", "other", said).raise_for_status()
    world.settle()
    assert world.facts("AlertAcknowledged") == []
    assert [one["sender"] for one in world.facts("AlertCleared")] == ["other"]
    assert world.room("INC-1")["firing"] == ["the API is down"]
    taken(world, "resolved", 8)
    assert world.room("INC-1")["firing"] == []


def test_what_comes_by_mail_is_of_its_address(make, tmp_path):
    fields = """
  name: subject
  service: tag
  severity: starts_with(text, 'bad') && 'P1' || 'P4'
  status: starts_with(text, 'over') && 'resolved' || 'firing'
"""
    write(tmp_path, intake__mail=f"name: mail\nfields:{fields}")
    world = make(mail={"lmtp_port": free_port(), "senders": ("*",)}, catalogue=tmp_path / "catalogue")
    for number, (sender, text) in enumerate(
        [
            ("evil@example.org", "a little"),
            ("cron@example.org", "bad"),
            ("evil@example.org", "a little"),
            ("evil@example.org", "over"),
        ]
    ):
        assert lmtp(world, mail("L", sender=sender, text=text, Message_ID=f"<{number}@example.org>"))[0] == 250
    assert paged(world) == ["ana"]
    assert world.room("INC-1")["firing"] == ["L"]
    lmtp(world, mail("L", text="over", Message_ID="<9@example.org>"))
    assert world.log(kind="AlertCleared")[-1]["text"] == "alert L is clear, says cron@example.org"


def second(world):
    world.tokens["other"] = world.app.tokens.create("other", ("alert",))
    return world


def fire(world, who, severity, status="firing"):
    world.alert(name="D", service=SHOP, severity=severity, status=status, who=who).raise_for_status()


@pytest.mark.parametrize("says", [("P4", "resolved"), ("P4", "firing")])
def test_what_waits_a_round_pages_whatever_another_says_of_an_equal_alert(worlds, open_shop, says):
    world = second(worlds(open_shop.url, asks()))
    fire(world, "other", "P4")
    fire(world, "watcher", "P2")
    fire(world, "other", *says)
    assert paged(world) == []
    world.forward(1.1)
    assert len(paged(world)) == 1
    assert world.facts("Declared")[0]["severity"] == "P2"


def test_what_is_silenced_pages_whatever_another_says_of_an_equal_alert(world):
    world.post("ana", "/silences", service=SERVICE, end="1m", reason="the database moves")
    by_script(world, "other", "P4", True)
    by_script(world, "watcher", "P1", True)
    by_script(world, "other", "P4", False)
    assert paged(world) == []
    world.forward(1.1)
    assert paged(world) == ["ana"]


def test_what_pages_by_the_word_of_its_service_pages_where_only_another_sender_has_acknowledged(worlds, open_shop):
    world = second(worlds(open_shop.url, asks()))
    ask(world, who="other", message="smoke", alias="s", priority="P1", details={"severity": "P1"}, entity=SHOP)
    ask(world, "/s/acknowledge?identifierType=alias", who="other", body='{"user": "nobody"}')
    world.settle()
    assert world.room("INC-1")["status"] == "acknowledged"
    paged(world)
    fire(world, "watcher", "P4")
    assert paged(world) == [], "what declares nothing pages nobody"
    fire(world, "watcher", "P2")
    assert len(paged(world)) == 1
    assert world.room("INC-1")["status"] != "acknowledged"
    ask(world, "/s/acknowledge?identifierType=alias", who="other", body='{"user": "nobody"}')
    world.settle()
    assert world.room("INC-1")["status"] != "acknowledged", "its own alert is not all that pages"


def test_nobody_takes_the_name_that_anothers_alert_gets_here(world):
    for name in ("0f/watcher", "0f/watcher/watcher", "0f"):
        world.alert(name="L", fingerprint=name, severity="P4", who="other").raise_for_status()
    world.alert(name="L", fingerprint="0f")
    assert paged(world) == ["ana"]
    for name in ("0f/watcher", "0f/watcher/watcher", "0f/watcher/watcher/watcher", "0f"):
        world.alert(name="L", fingerprint=name, status="resolved", who="other").raise_for_status()
    world.settle()
    assert world.room("INC-1")["firing"] == ["L"]
    world.alert(name="L", fingerprint="0f", status="resolved")
    assert world.room("INC-1")["firing"] == []
