"""What pages through Opsgenie pages through us: only the address and the key are others."""

import json

import pytest
from tests.story.patience import until
from tests.story.world import SERVICE

PAGED = ["page ana", "to #leadership-alerts"]


def ask(world, path="", who="watcher", status=202, method="POST", prefix="/opsgenie/v2/alerts", body=None, **said):
    content = json.dumps({"message": "the API is down", "alias": "group-1", "priority": "P1", "entity": SERVICE, **said})
    headers = {"Authorization": f"GenieKey {world.tokens.get(who, who)}"}
    answer = world.http.request(method, f"{prefix}{path}", content=content if body is None else body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def account(world):
    found = next(one for one in world.get("/intake")["sources"] if one["source"] == "opsgenie")
    assert found["missing"] == 0
    return found


def test_an_alert_is_created_acknowledged_and_closed_by_its_alias(world):
    assert ask(world)["result"] == "Request will be processed"
    assert [line.partition(",")[0].partition(":")[0] for line in world.told()] == PAGED
    ask(world)
    ask(world, "/group-1/acknowledge?identifierType=alias", body="")
    world.settle()
    assert world.log("INC-1", "Acknowledged")[0]["text"] == "acknowledged by watcher, in opsgenie"
    ask(world, "/group-1/close?identifierType=alias", body='{"source": "x"}')
    assert [fact["name"] for fact in world.facts("AlertCleared")] == ["the API is down"]
    world.told()
    assert (account(world)["paged"], account(world)["suppressed"]) == (1, {"repeat": 1, "acknowledged": 1, "end": 1})


@pytest.mark.parametrize(
    ("priority", "severity"), [("P1", "P1"), ("P2", "P1"), ("P3", "P3"), (None, "P3"), ("P4", "P4"), ("P5", "P4")]
)
def test_its_five_priorities_are_read_by_their_names(world, priority, severity):
    """P1 is its worst, as P0 is ours; a high one pages there, too. Without one it is moderate."""
    ask(world, priority=priority, prefix="/v2/alerts")
    world.told()
    (state,) = world.get("/alerts")["alerts"]
    rules = world.get(f"/alerts/{state['id']}")["rules"]
    assert [one["says"][:2] for one in rules if one["name"] == "severity"] == [severity]


def test_alertmanagers_updates_are_taken(world):
    ask(world)
    world.told()
    for what in ("message", "description"):
        ask(world, f"/group-1/{what}?identifierType=alias", method="PUT", body='{"message": "x"}')
    assert world.told() == []
    assert account(world)["received"] == 1


def test_what_is_refused_says_so_as_there_and_is_counted(world):
    assert "stormjib token create" in ask(world, who="wrong", status=401)["message"]
    assert "lacks the scope" in ask(world, who="ana", status=403)["message"]
    assert "'message' is missing" in ask(world, status=400, message=" ")["message"]
    assert "not JSON" in ask(world, status=400, body="{")["message"]
    assert ask(world, "/group-1/snooze", status=404)
    assert ask(world, "/group-1/close", status=405, method="DELETE")
    until(lambda: account(world)["unread"] == {"400": 2, "401": 1, "403": 1, "405": 1}, "the refusals in the account")
    assert world.incidents() == []
