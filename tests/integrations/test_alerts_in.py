"""Webhooks become alerts. ``cases/alertmanager`` holds what a real Alertmanager 0.25 sent, ``cases/generic`` our own JSON."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from stormjib.integrations import alertmanager, generic

CASES = Path(__file__).parent / "cases"
SENT = sorted((CASES / "alertmanager").glob("alertmanager-v4.*.json"))
READ = json.loads((CASES / "alertmanager" / "read.json").read_text(encoding="utf-8"))
GENERIC = json.loads((CASES / "generic" / "accepted.json").read_text(encoding="utf-8"))
REFUSED = json.loads((CASES / "generic" / "refused.json").read_text(encoding="utf-8"))
REFUSED_WEBHOOKS = json.loads((CASES / "alertmanager" / "refused.json").read_text(encoding="utf-8"))
DEEP = b'{"more":' + b"[" * 10_000 + b"]" * 10_000 + b"}"


def told(alerts):
    """The alerts as JSON, without what is empty."""
    return [
        {name: value for name, value in msgspec.to_builtins(alert).items() if value is False or value not in ("", {}, 0.0)}
        for alert in alerts
    ]


@pytest.mark.parametrize("path", SENT, ids=lambda path: path.stem)
def test_what_alertmanager_sends(path):
    body = json.dumps(json.loads(path.read_text(encoding="utf-8"))["body"]).encode()
    assert told(alertmanager.read(body)) == READ[path.name]


def test_every_recorded_webhook_is_read():
    assert {path.name for path in SENT} == set(READ)


def webhook(**alert):
    whole = {"status": "firing", "labels": {"alertname": "Down"}, "startsAt": "2026-11-23T15:02:18Z", **alert}
    return msgspec.json.encode({"version": "4", "alerts": [whole]})


def test_what_a_webhook_leaves_out():
    (alert,) = alertmanager.read(webhook(labels={}, annotations={"description": "long"}, endsAt="0001-01-01T00:00:00Z"))
    assert (alert.name, alert.service, alert.severity, alert.summary, alert.ends_at, alert.url) == (
        "unnamed alert",
        "",
        "",
        "long",
        0.0,
        "",
    )
    assert len(alert.fingerprint) == 16


def test_labels_make_the_fingerprint_where_the_sender_gives_none():
    (one,), (same,), (other,) = (
        alertmanager.read(webhook(labels=labels)) for labels in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {"a": "1", "b": "3"})
    )
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_a_link_that_is_no_web_address_is_left_out():
    (alert,) = alertmanager.read(webhook(generatorURL="javascript:alert(1)"))
    assert alert.url == ""


def test_nanoseconds_and_zones_are_read():
    (alert,) = alertmanager.read(webhook(startsAt="2026-11-23T16:02:18.721999999+01:00"))
    assert alert.starts_at == pytest.approx(1_795_446_138.722, abs=0.001)


@pytest.mark.parametrize("case", GENERIC, ids=lambda case: case["says"])
def test_a_generic_alert_is_read(case):
    alerts = told(generic.read(json.dumps(case["body"]).encode()))
    for alert, expected in zip(alerts, case["alerts"], strict=True):
        assert {"source": "generic", **expected} == {
            name: value for name, value in alert.items() if name in {"source", *expected}
        }
        assert len(alert["fingerprint"]) == 16 or alert["fingerprint"] == case.get("fingerprint")


def test_the_same_generic_alert_has_the_same_fingerprint():
    first, moved, severe, other = generic.read(
        b'[{"name":"a","labels":{"x":"1","y":"2"}},{"labels":{"y":"2","x":"1"},"name":"a","summary":"s"},'
        b'{"name":"a","labels":{"x":"1","y":"2"},"severity":"P0"},{"name":"a","service":"api","labels":{"x":"1","y":"2"}}]'
    )
    assert first.fingerprint == moved.fingerprint == severe.fingerprint != other.fingerprint


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["body"][:60])
def test_a_generic_alert_is_refused_with_a_sentence(case):
    with pytest.raises(ValueError, match=f"^{re.escape(case['sentence'])}$") as refused:
        generic.read(case["body"].encode())
    assert isinstance(refused.value.__cause__, msgspec.ValidationError) is case["well_formed"]


@pytest.mark.parametrize("case", REFUSED_WEBHOOKS, ids=lambda case: case["body"][:60])
def test_a_webhook_is_refused_with_a_sentence(case):
    with pytest.raises(ValueError, match=f"^{re.escape(case['sentence'])}$") as refused:
        alertmanager.read(case["body"].encode())
    assert isinstance(refused.value.__cause__, msgspec.ValidationError) is case["well_formed"]


@pytest.mark.parametrize("read", [generic.read, alertmanager.read])
def test_depth_and_odd_bytes_are_refused(read):
    with pytest.raises(ValueError, match="nested too deeply"):
        read(DEEP)
    with pytest.raises(ValueError, match="not JSON"):
        read(b'{"name": "\xff", "alerts": [{"status": "\xff"}]}')
    with pytest.raises(ValueError, match="not JSON"):
        read(b'[{"name": "\\ud800"}]' if read is generic.read else webhook(labels={}).replace(b"{}", b'{"a": "\\ud800"}'))
