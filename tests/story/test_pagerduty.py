"""What pages through PagerDuty pages through us: only the address and the key are others."""

import json

from tests.story.patience import until
from tests.story.world import SERVICE

PAGED = ["page ana", "to #leadership-alerts"]


def enqueue(world, action="trigger", key="group-1", who="watcher", path="/v2/enqueue", status=202, **payload):
    said = {"summary": "the API is down", "source": "h1", "severity": "critical", "component": SERVICE, **payload}
    event = {"routing_key": world.tokens.get(who, who), "event_action": action, "dedup_key": key}
    if action == "trigger" or path.endswith("change/enqueue"):
        event["payload"] = said
    answer = world.http.post(path, content=json.dumps(event))
    assert answer.status_code == status, answer.text
    return answer.json()


def account(world):
    found = next(one for one in world.get("/intake")["sources"] if one["source"] == "pagerduty")
    assert found["missing"] == 0
    return found


def test_an_event_pages_and_its_end_clears_the_alert(world):
    """Trigger, the same trigger again, resolve: one incident, one page, and the alert is clear by its name."""
    assert enqueue(world) == {"status": "success", "message": "Event processed", "dedup_key": "group-1"}
    assert [line.partition(",")[0].partition(":")[0] for line in world.told()] == PAGED
    enqueue(world)
    enqueue(world, "resolve")
    world.settle()
    assert [fact["name"] for fact in world.facts("AlertCleared")] == ["the API is down"]
    assert world.room("INC-1")["firing"] == []
    assert (account(world)["paged"], account(world)["suppressed"]) == (1, {"end": 1, "repeat": 1})


def test_a_group_that_grows_is_a_note_and_no_second_page(world):
    """Alertmanager sends a group's change as another trigger with the same key."""
    enqueue(world, custom_details={"num_firing": "1"})
    world.told()
    for _ in range(2):
        enqueue(world, summary="two are down", custom_details={"num_firing": "2"})
    assert world.told() == []
    assert [fact["text"] for fact in world.facts("NoteAdded")] == ["alert two are down says now: two are down"]
    (listed,) = world.get("/alerts")["alerts"]
    assert listed["alert"]["summary"] == "two are down"


def test_a_text_that_is_another_each_time_does_not_fill_the_timeline(world):
    """A value in the details is another with each message; a note every ten minutes says so."""
    for value in range(30):
        enqueue(world, summary=f"the load is {value}", custom_details={"load": value})
        world.pass_by(60)
    world.told()
    assert 3 <= len(world.facts("NoteAdded")) <= 4
    assert world.get("/alerts")["alerts"][0]["alert"]["labels"]["load"] == "29"


def test_many_changes_do_not_fill_the_timeline(world):
    for number in range(30):
        enqueue(world, path="/v2/change/enqueue", summary=f"Deploy {number}")
    enqueue(world)
    for number in range(30, 90):
        enqueue(world, path="/v2/change/enqueue", summary=f"Deploy {number}")
    world.told()
    shown = [one["change"]["summary"] for one in world.room("INC-1")["changes"]]
    assert (len(shown), shown[-1], shown[0]) == (50, "Deploy 20", "Deploy 69")
    assert len(world.log("INC-1", "ChangeReported")) == 50


def test_an_alert_whose_incident_is_over_pages_anew(world):
    """As there: once the incident has ended, a trigger with the same key is a new one."""
    enqueue(world)
    world.told()
    world.post("ana", "/incidents/INC-1/cancel", reason="it was a test")
    world.told()
    enqueue(world)
    assert [line.partition(",")[0].partition(":")[0] for line in world.told()] == PAGED
    assert world.incidents() == ["INC-1", "INC-2"]


def test_an_acknowledgement_there_is_one_here(world):
    """Nobody is paged after it, and the timeline says where it was acknowledged."""
    enqueue(world)
    world.told()
    enqueue(world, "acknowledge")
    world.settle()
    assert world.log("INC-1", "Acknowledged")[0]["text"] == "acknowledged by watcher, in pagerduty"
    assert world.room("INC-1")["status"] == "acknowledged"
    world.forward(30)
    assert [line for line in world.told() if line.startswith("page ")] == []
    enqueue(world, "acknowledge", key="never heard of")
    assert account(world)["suppressed"] == {"acknowledged": 1, "acknowledged unknown": 1}


def test_a_change_is_shown_in_what_begins_later_and_in_what_is_open(world):
    """A deployment pages nobody; the incident that follows says what was changed, also after a restart."""
    assert enqueue(world, path="/v2/change/enqueue", summary="Deploy 41")["message"] == "Change event processed"
    enqueue(world, path="/pagerduty/v2/change/enqueue", summary="Elsewhere", component="other")
    assert (world.told(), world.incidents()) == ([], [])
    world.again()
    enqueue(world)
    enqueue(world, path="/v2/change/enqueue", summary="Deploy 42")
    world.told()
    assert [one["change"]["summary"] for one in world.room("INC-1")["changes"]] == ["Deploy 42", "Deploy 41"]
    assert world.log("INC-1", "ChangeReported")[0]["text"] == f"change of {SERVICE}: Deploy 41 (reported by watcher)"
    assert account(world)["suppressed"] == {"change": 3}


def test_a_change_long_before_is_not_shown(world):
    enqueue(world, path="/v2/change/enqueue", summary="Deploy 41")
    world.pass_by(25 * 3600)
    enqueue(world)
    world.told()
    assert world.room("INC-1")["changes"] == []


def test_what_is_refused_is_400_as_there_and_counted(world):
    """A wrong key, one without the scope, no event: nothing is sent again for them, so each leaves a trace."""
    for refused in (
        enqueue(world, who="wrong", status=400),
        enqueue(world, who="ana", status=400),
        enqueue(world, "resolve", key="", status=400),
    ):
        assert (refused["status"], refused["message"]) == ("invalid event", "Event object is invalid")
        assert refused["errors"] == [refused["error"]]
    until(lambda: account(world)["unread"] == {"400": 1, "401": 1, "403": 1}, "the refusals in the account")
    assert world.incidents() == []
