"""PagerDuty's own webhooks: its incidents are alerts here, and of our own pages there only the acknowledgement comes back."""

import hmac
import json
from datetime import UTC, datetime

import pytest
from tests.story.patience import until
from tests.story.receiver import HANG
from tests.story.test_two_services import write
from tests.story.world import SERVICE

PATH = "/hooks/pagerduty"
OLD, NEW = "the-secret-before-0123", "the-secret-of-now-4567"
PAGED = ["page ana", "to #leadership-alerts"]


def event(world, kind, number=1, ago=0.0, agent="Ana Lee", **data):
    """As the documentation shows one, with what nobody here reads left out."""
    at = datetime.fromtimestamp(world.clock() - ago, UTC).isoformat().replace("+00:00", "Z")
    incident = {
        "id": "Q1A2B3C4D5",
        "type": "incident",
        "html_url": "https://acme.pagerduty.example/incidents/Q1A2B3C4D5",
        "number": 2,
        "status": kind,
        "incident_key": "d3640fbd41094207a1c11e58e46b1662",
        "created_at": "2026-04-09T15:16:27Z",
        "title": "the API is down",
        "service": {"id": "PF9KMXH", "summary": SERVICE, "type": "service_reference"},
        "priority": {"id": "PSO75BM", "summary": "P1", "type": "priority_reference"},
        "urgency": "high",
        **data,
    }
    agent = {"id": "PLH1HKV", "summary": agent, "type": "user_reference"}
    name = f"incident.{kind}" if "." not in kind else kind
    said = {"id": f"5AC64822-{number}", "event_type": name, "resource_type": "incident", "occurred_at": at, "agent": agent}
    return {"event": {**said, "client": None, "data": incident}}


PEOPLE = {
    "ana": "full_name: Ana Lee\nemail: ana@example.org\n",
    "bo": "full_name: Bo Backup\nemail: shift@example.org\n",
    "cy": "full_name: Ana Lee\nemail: shift@example.org\n",
}


@pytest.mark.parametrize(
    ("agent", "who"),
    [
        ("Bo Backup", "bo"),
        ("bo  backup ", "bo"),
        ("ANA@example.org", "ana"),
        ("cy", "cy"),
        ("Ana Lee", "pagerduty-webhook"),
        ("shift@example.org", "pagerduty-webhook"),
        ("Somebody Else", "pagerduty-webhook"),
    ],
)
def test_who_acknowledged_there_is_the_person_of_that_name_or_address_and_nobody_where_two_have_it(make, tmp_path, agent, who):
    write(tmp_path, **{f"people__{name}": f"name: {name}\n{rest}" for name, rest in PEOPLE.items()})
    world = make(signed={"pagerduty-webhook": {"secrets": [NEW]}}, catalogue=tmp_path / "catalogue")
    taken(world, "triggered")
    taken(world, "acknowledged", 2, agent=agent)
    world.settle()
    assert [one["who"] for one in world.facts("Acknowledged")] == [who]
    world.told()


def seal(content, *secrets):
    return ",".join("v1=" + hmac.new(one.encode(), content, "sha256").hexdigest() for one in secrets)


def post(world, said, secrets=(NEW,)):
    content = json.dumps(said).encode()
    return world.http.post(PATH, content=content, headers={"X-PagerDuty-Signature": seal(content, *secrets)})


def taken(world, *given, **data):
    answer = post(world, event(world, *given, **data))
    assert answer.status_code == 200, answer.text
    return answer.json()


def account(world):
    none = {"missing": 0, "unread": {}}
    found = next((one for one in world.get("/intake")["sources"] if one["source"] == "pagerduty-webhook"), none)
    assert found["missing"] == 0
    return found


@pytest.fixture
def world(make):
    return make(signed={"pagerduty-webhook": {"secrets": [OLD, NEW]}})


def paged(world):
    return [line.partition(",")[0].partition(":")[0] for line in world.told()]


def test_an_incident_there_pages_here_is_acknowledged_and_ended_from_there(world):
    """A ping, and what happens there beside, is taken and changes nothing; a note is a note."""
    taken(world, "pagey.ping", 0)
    assert taken(world, "triggered")["incidents"] == ["INC-1"]
    assert paged(world) == PAGED
    assert world.room("INC-1")["severity"] == "P1"
    taken(world, "reassigned", 2)
    taken(world, "annotated", 3, incident={"id": "Q1A2B3C4D5"}, id="PNOTE", content="it is the cache")
    taken(world, "acknowledged", 4)
    world.settle()
    assert [(one["who"], one["through"]) for one in world.facts("Acknowledged")] == [("pagerduty-webhook", "pagerduty-webhook")]
    assert [one["text"] for one in world.facts("NoteAdded")] == ["Ana Lee: it is the cache"]
    taken(world, "resolved", 5)
    assert world.room("INC-1")["firing"] == []
    assert account(world)["suppressed"] == {"acknowledged": 1, "end": 1, "note": 1}
    world.told()


def test_while_a_secret_takes_anothers_place_either_will_do(world):
    """PagerDuty signs with both, we know both; one in common is enough."""
    for number, secrets in enumerate([(OLD,), ("a-secret-of-nobody-1", NEW), (NEW, "a-secret-of-nobody-1")]):
        assert post(world, event(world, "triggered", number), secrets).status_code == 200
    assert paged(world) == PAGED


def test_an_event_that_is_sent_again_changes_nothing_whenever_it_comes(world):
    """PagerDuty sends one again with the same id, so it gets a 200. After a restart, too, it opens nothing that is over."""
    first = event(world, "triggered")
    assert post(world, first).status_code == 200
    again = post(world, first)
    assert (again.status_code, "taken before" in again.json()["error"]) == (200, True)
    taken(world, "resolved", 2)
    world.again()
    assert "taken before" in post(world, first).json()["error"]
    first["event"]["id"] += "-again"
    assert post(world, first).json()["new"] == 0
    assert world.room("INC-1")["firing"] == []
    assert account(world)["suppressed"] == {"end": 1, "late": 1}
    until(lambda: account(world)["unread"] == {"200": 2}, "the repetitions to be counted")
    taken(world, "reopened", 3)
    assert world.room("INC-1")["firing"] == ["the API is down"]
    paged(world)


def test_a_page_of_ours_that_is_an_incident_there_is_no_alert_here(world):
    """Its acknowledgement counts; that it was triggered and resolved there came from us."""
    world.alert()
    world.settle()
    (page,) = {message["dedup_key"] for message in world.receiver.tries if "who" in message}
    taken(world, "triggered", 1, incident_key=page)
    taken(world, "resolved", 2, incident_key=page)
    assert account(world)["suppressed"] == {"own page": 2}
    assert world.facts("Acknowledged") == []
    taken(world, "acknowledged", 3, incident_key=page.replace("INC-1/", "INC-9/"))
    assert world.facts("Acknowledged") == []
    taken(world, "acknowledged", 4, incident_key=page)
    assert [one["who"] for one in world.facts("Acknowledged")] == ["pagerduty-webhook"]
    assert world.incidents() == ["INC-1"]
    world.told()


def test_a_page_of_ours_whose_answer_was_lost_is_acknowledged_from_there(world):
    """It rings there, whatever we know of it."""
    world.receiver.answers = lambda message: HANG if "who" in message else 202
    world.alert()
    until(world.receiver.pages, "the page")
    world.receiver.let_go()
    until(lambda: world.facts("EffectFailed"), "the lost answer")
    (page,) = {message["dedup_key"] for message in world.receiver.tries if "who" in message}
    taken(world, "acknowledged", 1, incident_key=page)
    assert [one["through"] for one in world.facts("Acknowledged")] == ["pagerduty-webhook"]
    world.told()


def test_another_priority_is_judged_anew(world):
    """Not urgent, then P1 there: it pages."""
    taken(world, "triggered", priority=None, urgency="low")
    assert world.told() == []
    taken(world, "priority_updated", 2)
    assert paged(world) == PAGED


@pytest.mark.parametrize("said", [{}, {"event": {}}, [], {"event": {"id": "1", "event_type": "incident.triggered"}}])
def test_what_is_no_event_is_refused(world, said):
    assert post(world, said).status_code == 400
    until(lambda: sum(account(world)["unread"].values()) == 1, "it to be counted")


def test_what_decided_is_named_the_priority_there_and_no_label_here_and_no_log(world):
    taken(world, "triggered", title="card payments time out")
    world.settle()
    assert "(its priority there, P1, counts as critical, which reads as P1)" in world.log(kind="Declared")[0]["text"]
    world.told()
    assert "in its log" not in "".join(one["text"] for one in world.log())
