"""A word that nobody knows, where a sender has one of its own, does not hide the severity that the event itself has."""

import json

import pytest
from tests.story.test_pagerduty import enqueue
from tests.story.world import SERVICE


def pagerduty(world, word):
    enqueue(world, custom_details={"severity": word})


def opsgenie(world, word):
    said = {"message": "down", "alias": "a", "priority": "P1", "entity": SERVICE, "details": {"severity": word}}
    assert world.send("POST", "/v2/alerts", "watcher", said).status_code == 202


def generic(world, word):
    world.alert(severity=word, labels={"severity": "critical"})


def alertmanager(world, word):
    labels = {"alertname": "Down", "service": SERVICE, "severity": word, "priority": "critical"}
    body = {"version": "4", "alerts": [{"status": "firing", "labels": labels}]}
    assert world.send("POST", "/hooks/alertmanager", "watcher", body).status_code == 200


@pytest.mark.parametrize("word", ["banana", "2 of 7"])
@pytest.mark.parametrize("send", [pagerduty, opsgenie, generic, alertmanager])
def test_an_unknown_word_falls_back_to_the_severity_that_is_known(world, send, word):
    send(world, word)
    assert "page ana" in "".join(world.told())
    rules = world.get("/alerts/1")["rules"]
    (said,) = [one["says"] for one in rules if one["name"] == "severity"]
    assert said.startswith("P1: ")
    assert said.endswith(f"; {word!r}, which its details say, is not known")
    assert said.removeprefix("P1: ") == world.facts("AlertReceived")[0]["reason"]


def test_a_known_word_counts_and_where_none_is_known_a_person_decides(world):
    enqueue(world, custom_details={"severity": "P3"}, key="a")
    enqueue(world, custom_details={"severity": "banana"}, severity="mango", key="b")
    assert world.incidents() == []
    assert "says severity 'banana', which is not known" in "".join(world.told())
    assert "not known" not in json.dumps(world.get("/alerts/1")["rules"])
