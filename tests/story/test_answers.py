"""Who acknowledges here has acknowledged where the alert comes from, and that ends there with the incident."""

import json

import pytest
from tests.integrations.test_contact_methods import Receiver
from tests.story.test_pagerduty import enqueue
from tests.story.world import SERVICE

KEY = "routing-key-0123456789"


@pytest.fixture
def source():
    receiver = Receiver()
    receiver.status = 202
    yield receiver
    receiver.close()


@pytest.fixture
def world(make, source):
    return make(sources={name: {"url": source.url, "key": KEY} for name in ("pagerduty", "opsgenie")})


def heard(source):
    return [(path, json.loads(body)) for _, path, _, body in source.requests]


def test_pagerduty_hears_it_under_the_senders_own_key(world, source):
    enqueue(world)
    world.told()
    assert heard(source) == []
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()
    asked = {"routing_key": KEY, "event_action": "acknowledge", "dedup_key": "group-1"}
    assert heard(source) == [("/v2/enqueue", asked)]
    (fact,) = world.facts("SourceAnswered")
    assert (fact["source"], fact["status"], fact["name"]) == ("pagerduty", "acknowledged", "the API is down")
    world.post("ana", "/incidents/INC-1/false-alarm", reason="a test")
    world.told()
    assert heard(source)[1:] == [("/v2/enqueue", {**asked, "event_action": "resolve"})]
    assert world.facts("SourceAnswered")[1]["status"] == "resolved"


def test_opsgenie_hears_it_by_its_alias(world, source):
    headers = {"Authorization": f"GenieKey {world.tokens['watcher']}"}
    alert = {"message": "down", "alias": "db 1/x", "priority": "P1", "details": {"service": SERVICE}}
    assert world.http.post("/v2/alerts", json=alert, headers=headers).status_code == 202
    world.told()
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()
    (request,) = source.requests
    assert request[1] == "/v2/alerts/db%201%2Fx/acknowledge?identifierType=alias"
    assert request[2]["Authorization"] == f"GenieKey {KEY}"


def test_who_acknowledged_there_is_not_told_of_it(world, source):
    enqueue(world)
    enqueue(world, "acknowledge")
    world.told()
    assert (world.room("INC-1")["acknowledged_by"], heard(source)) == ("watcher", [])


def test_a_refusal_is_in_the_timeline_and_leaves_the_incident_as_it_is(world, source):
    source.status = 400
    enqueue(world)
    world.told()
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()
    (failed,) = world.facts("EffectFailed")
    assert (failed["integration"], failed["permanent"]) == ("pagerduty", True)
    assert failed["reason"].startswith("pagerduty answers 400")
    assert (len(source.requests), world.facts("SourceAnswered")) == (1, [])
