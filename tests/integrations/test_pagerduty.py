"""PagerDuty's Events API v2 as senders use it. ``cases/pagerduty`` holds what a real Alertmanager 0.25 and ``pagerduty`` 7 sent."""

import json
from pathlib import Path

import msgspec
import pytest

from stormjib.integrations import pagerduty

SENT = sorted((Path(__file__).parent / "cases" / "pagerduty").glob("*.json"))
KEY = "6213205cea0a34faa17c914d272900b85cfc31d3606d9e3af355b1f3d515de5b"


def body_of(name):
    path = next(path for path in SENT if name in path.name)
    return json.dumps(json.loads(path.read_text(encoding="utf-8"))["body"]).encode()


def event(**more):
    said = {
        "routing_key": "k",
        "event_action": "trigger",
        "payload": {"summary": "Disk full", "source": "h1", "severity": "error"},
    }
    return msgspec.json.encode({**said, **more})


@pytest.mark.parametrize("path", SENT, ids=lambda path: path.stem)
def test_every_recorded_event_is_read(path):
    body = json.dumps(json.loads(path.read_text(encoding="utf-8"))["body"]).encode()
    delivery = pagerduty.read(body, "prod")
    assert pagerduty.key(body) == b"R0UTINGKEY0000000000000000000000"
    assert (delivery.received, len(delivery.alerts) + len(delivery.acknowledged)) == (1, 1)


def test_alertmanagers_default_details_give_the_labels():
    (alert,) = pagerduty.read(body_of("from-alertmanager.trigger.json"), "prod").alerts
    assert (alert.name, alert.service, alert.severity, alert.firing) == ("ApiDown", "watermark-lab-api", "P0", True)
    assert alert.fingerprint == f"prod/{KEY}"
    assert alert.labels["instance"] == "127.0.0.1:27081"
    assert (alert.labels["integration"], alert.labels["num_firing"], "firing" in alert.labels) == ("prod", "1", False)
    assert alert.links == {"runbook": "http://127.0.0.1/runbook"}


def test_of_a_group_only_what_all_alerts_have_is_a_label():
    (alert,) = pagerduty.read(body_of("trigger.grouped2.json"), "prod").alerts
    assert "instance" not in alert.labels
    assert (alert.name, alert.severity, alert.labels["num_firing"]) == ("ApiDown", "P0", "2")


def test_the_end_names_the_same_alert():
    (begins,), (ends,) = (pagerduty.read(event(dedup_key="a", event_action=one), "h").alerts for one in ("trigger", "resolve"))
    assert (begins.fingerprint, begins.firing, ends.firing) == (ends.fingerprint, True, False)


def test_two_tokens_have_keys_of_their_own():
    one, other = (pagerduty.read(event(dedup_key="a"), who).alerts[0].fingerprint for who in ("one", "other"))
    assert one != other


@pytest.mark.parametrize("key", ["ä", "x" * 300, "a\nb"])
def test_a_key_that_can_not_be_shown_is_hashed(key):
    assert len(pagerduty.read(event(dedup_key=key), "h").alerts[0].fingerprint) == len("h/") + 16


def test_without_a_key_the_same_event_is_the_same_alert_and_is_told_its_key():
    first, same, other = (pagerduty.read(event(payload={"summary": one}), "h") for one in ("a", "a", "b"))
    assert first.key == same.key != other.key
    assert pagerduty.answer(first) == {"status": "success", "message": "Event processed", "dedup_key": first.key}


def test_odd_values_are_mended():
    said = {"summary": 17, "severity": None, "component": "db", "custom_details": [1]}
    (alert,) = pagerduty.read(event(payload=said, links=None, images=[{"src": "https://i.example/1", "alt": None}]), "h").alerts
    assert (alert.summary, alert.severity, alert.service) == ("17", "", "db")
    assert alert.links == {"image": "https://i.example/1"}


def test_a_link_that_is_no_web_address_is_left_out():
    (alert,) = pagerduty.read(event(links=[{"href": "javascript:alert(1)", "text": "x"}], client_url="file:///x"), "h").alerts
    assert (alert.links, alert.url) == ({}, "")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "not JSON"),
        (b"[]", "no event of PagerDuty"),
        (b'{"event_action":"page"}', "Invalid enum value 'page'"),
        (b'{"payload":{"summary":"x"}}', "event_action"),
        (event(event_action="resolve"), "'dedup_key' is missing"),
        (event(event_action="acknowledge", dedup_key=""), "'dedup_key' is missing"),
        (event(payload={"source": "h"}), "'payload.summary' is missing"),
        (event(payload=None), "'payload.summary' is missing"),
        (b'{"more":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested too deeply"),
    ],
)
def test_what_is_no_event_is_refused(body, says):
    with pytest.raises(ValueError, match=says):
        pagerduty.read(body, "h")


def test_a_change_is_no_alert():
    delivery = pagerduty.read_change(event(payload={"summary": "Deploy 42", "custom_details": {"service": "api"}}), "ci")
    (change,) = delivery.changes
    assert (change.summary, change.service, delivery.alerts) == ("Deploy 42", "api", ())
    assert pagerduty.answer(delivery) == {"status": "success", "message": "Change event processed"}
