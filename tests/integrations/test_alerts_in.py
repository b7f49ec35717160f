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
    assert told(alertmanager.read(body).alerts) == READ[path.name]


def test_every_recorded_webhook_is_read():
    assert {path.name for path in SENT} == set(READ)


def webhook(**alert):
    whole = {"status": "firing", "labels": {"alertname": "Down"}, "startsAt": "2026-11-23T15:02:18Z", **alert}
    return msgspec.json.encode({"version": "4", "alerts": [whole]})


def test_what_a_webhook_leaves_out():
    (alert,) = alertmanager.read(webhook(labels={}, annotations={"description": "long"}, endsAt="0001-01-01T00:00:00Z")).alerts
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
        alertmanager.read(webhook(labels=labels)).alerts
        for labels in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {"a": "1", "b": "3"})
    )
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_a_link_that_is_no_web_address_is_left_out():
    (alert,) = alertmanager.read(webhook(generatorURL="javascript:alert(1)")).alerts
    assert alert.url == ""


def test_nanoseconds_and_zones_are_read():
    (alert,) = alertmanager.read(webhook(startsAt="2026-11-23T16:02:18.721999999+01:00")).alerts
    assert alert.starts_at == pytest.approx(1_795_446_138.722, abs=0.001)


@pytest.mark.parametrize("case", GENERIC, ids=lambda case: case["says"])
def test_a_generic_alert_is_read(case):
    alerts = told(generic.read(json.dumps(case["body"]).encode()).alerts)
    for alert, expected in zip(alerts, case["alerts"], strict=True):
        assert {"source": "generic", **expected} == {
            name: value for name, value in alert.items() if name in {"source", *expected}
        }
        assert len(alert["fingerprint"]) == 16 or alert["fingerprint"] == case.get("fingerprint")


def test_the_same_generic_alert_has_the_same_fingerprint():
    first, moved, severe, other = generic.read(
        b'[{"name":"a","labels":{"x":"1","y":"2"}},{"labels":{"y":"2","x":"1"},"name":"a","summary":"s"},'
        b'{"name":"a","labels":{"x":"1","y":"2"},"severity":"P0"},{"name":"a","service":"api","labels":{"x":"1","y":"2"}}]'
    ).alerts
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


GOOD = {"status": "firing", "labels": {"alertname": "Down"}, "startsAt": "2026-11-23T15:02:18Z"}
ODD_WEBHOOKS = {
    "labels null": ({"labels": {"alertname": "Odd", "pod": None}}, {"alertname": "Odd"}),
    "label number": (
        {"labels": {"alertname": "Odd", "port": 8080, "ratio": 0.5}},
        {"alertname": "Odd", "port": "8080", "ratio": "0.5"},
    ),
    "label true": ({"labels": {"alertname": "Odd", "up": False}}, {"alertname": "Odd", "up": "false"}),
    "label object": ({"labels": {"alertname": "Odd", "pod": {"a": 1}}}, {"alertname": "Odd", "pod": '{"a":1}'}),
    "labels none": ({"labels": None}, {}),
    "annotations null": ({"labels": {"alertname": "Odd"}, "annotations": {"summary": None}}, {"alertname": "Odd"}),
    "annotation number": ({"labels": {"alertname": "Odd"}, "annotations": {"value": 17}}, {"alertname": "Odd"}),
    "start null": ({"labels": {"alertname": "Odd"}, "startsAt": None}, {"alertname": "Odd"}),
    "start odd": ({"labels": {"alertname": "Odd"}, "startsAt": "yesterday"}, {"alertname": "Odd"}),
    "start without a zone": ({"labels": {"alertname": "Odd"}, "startsAt": "2026-11-23T15:02:18"}, {"alertname": "Odd"}),
    "end odd": ({"labels": {"alertname": "Odd"}, "endsAt": 17}, {"alertname": "Odd"}),
    "fingerprint number": ({"labels": {"alertname": "Odd"}, "fingerprint": 17}, {"alertname": "Odd"}),
    "fingerprint odd": ({"labels": {"alertname": "Odd"}, "fingerprint": "é"}, {"alertname": "Odd"}),
    "link null": ({"labels": {"alertname": "Odd"}, "generatorURL": None}, {"alertname": "Odd"}),
    "status null": ({"labels": {"alertname": "Odd"}, "status": None}, {"alertname": "Odd"}),
}


@pytest.mark.parametrize("kind", ODD_WEBHOOKS)
def test_a9_an_odd_alert_of_a_webhook_is_mended_and_the_good_ones_are_taken(kind):
    said, labels = ODD_WEBHOOKS[kind]
    delivery = alertmanager.read(json.dumps({"alerts": [GOOD, {**GOOD, **said}, GOOD]}).encode())
    assert (delivery.received, delivery.refused) == (3, ())
    assert delivery.mended == (kind != "start null")
    assert [alert.labels for alert in delivery.alerts] == [GOOD["labels"], labels, GOOD["labels"]]
    assert all(alert.firing for alert in delivery.alerts)


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        (None, "Expected `object`, got `null` - at `$.alerts[1]`"),
        (17, "Expected `object`, got `int` - at `$.alerts[1]`"),
        ({}, "Object missing required field `labels` - at `$.alerts[1]`"),
        ({**GOOD, "labels": []}, "Expected `object | null`, got `array` - at `$.alerts[1]`"),
        ({**GOOD, "status": "odd"}, "Invalid enum value 'odd' - at `$.status` - at `$.alerts[1]`"),
    ],
)
def test_a9_what_is_no_alert_is_named_and_the_good_ones_are_taken(odd, says):
    delivery = alertmanager.read(json.dumps({"alerts": [GOOD, odd, GOOD]}).encode())
    assert (delivery.received, len(delivery.alerts), delivery.refused) == (3, 2, (says,))


@pytest.mark.parametrize(("said", "count"), [(7, 7), (None, 0), ("7", 7), (-1, 0), ({}, 0), (10**12, 0)])
def test_a9_truncation_is_read(said, count):
    assert alertmanager.read(json.dumps({"alerts": [GOOD], "truncatedAlerts": said}).encode()).truncated == count


def test_a9_an_alert_without_a_status_has_that_of_its_group():
    (alert,) = alertmanager.read(json.dumps({"status": "resolved", "alerts": [{**GOOD, "status": None}]}).encode()).alerts
    assert not alert.firing


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"name": 503}, {"name": "503"}),
        ({"name": True}, {"name": "true"}),
        ({"name": "x" * 2_000}, {"name": "x" * 1_000}),
        ({"name": "a", "severity": 1}, {"severity": "1"}),
        ({"name": "a", "service": None}, {"service": ""}),
        ({"name": "a", "labels": {"x": 1, "y": None}}, {"labels": {"x": "1"}}),
        ({"name": "a", "labels": None}, {"labels": {}}),
        ({"name": "a", "summary": 3.5}, {"summary": "3.5"}),
        ({"name": "a", "status": None}, {"firing": True}),
        ({"name": "a", "starts_at": "yesterday"}, {"starts_at": 0.0}),
        ({"name": "a", "starts_at": "2026-11-23T15:02:18"}, {"starts_at": 0.0}),
        ({"name": "a", "starts_at": 1795446138000}, {"starts_at": 0.0}),
        ({"name": "a", "starts_at": -1}, {"starts_at": 0.0}),
        ({"name": "a", "starts_at": True}, {"starts_at": 0.0}),
        ({"name": "a", "fingerprint": 17}, {"fingerprint": "17"}),
        ({"name": "a", "url": None}, {"url": ""}),
    ],
)
def test_a9_an_odd_generic_alert_is_mended(said, found):
    for body, total in ((said, 1), ([{"name": "good"}, said], 2), ({"alerts": [{"name": "good"}, said]}, 2)):
        delivery = generic.read(json.dumps(body).encode())
        assert (delivery.received, len(delivery.alerts), delivery.refused, delivery.mended) == (total, total, (), 1)
        alert = delivery.alerts[-1]
        assert {field: getattr(alert, field) for field in found} == found


def test_a9_a_generic_alert_that_is_none_is_named():
    delivery = generic.read(b'[{"name":"a"},{"service":"api"},{"name":{}},null]')
    assert (delivery.received, len(delivery.alerts), len(delivery.refused)) == (4, 1, 3)
    assert delivery.refused[-1] == "Expected `object`, got `null` - at `$[3]`"


def test_a9_a_byte_order_mark_is_no_mistake():
    assert generic.read(b"\xef\xbb\xbf" + b'{"name":"a"}').received == 1
    assert alertmanager.read(b"\xef\xbb\xbf" + webhook()).received == 1


@pytest.mark.parametrize("read", [generic.read, alertmanager.read])
def test_depth_and_odd_bytes_are_refused(read):
    with pytest.raises(ValueError, match="nested too deeply"):
        read(DEEP)
    with pytest.raises(ValueError, match="not JSON"):
        read(b'{"name": "\xff", "alerts": [{"status": "\xff"}]}')
    with pytest.raises(ValueError, match="not JSON"):
        read(b'[{"name": "\\ud800"}]' if read is generic.read else webhook(labels={}).replace(b"{}", b'{"a": "\\ud800"}'))


def test_a_field_that_nobody_can_read_is_cut_and_says_so():
    long = "x" * 300_000
    labels = {"alertname": "Down", "service": long, "note": long, **{f"l{number}": "1" for number in range(300)}}
    webhook = json.dumps({"alerts": [{"status": "firing", "labels": labels, "annotations": {"summary": long}}]}).encode()
    script = json.dumps({"name": "Down", "service": long, "summary": long, "severity": long, "labels": labels}).encode()
    for alert in (*alertmanager.read(webhook).alerts, *generic.read(script).alerts):
        assert alert.name == "Down"
        assert len(alert.service) == 200
        assert alert.service.endswith("… (cut: 300000 characters)")
        assert len(alert.summary) == len(alert.labels["note"]) == 10_000
        assert alert.labels["cut"] == "103 more"
        assert len(alert.severity) <= 200


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400])
def test_a_number_that_no_computer_holds_is_the_text_that_was_sent(number):
    (alert,) = generic.read(f'{{"name":"x","labels":{{"a":{number}}}}}'.encode()).alerts
    assert (alert.name, alert.labels) == ("x", {"a": number})
    sent = msgspec.json.decode(SENT[0].read_bytes())["body"]
    sent["alerts"][0]["labels"]["odd"] = 4711
    (first, *_) = alertmanager.read(msgspec.json.encode(sent).replace(b":4711", f":{number}".encode())).alerts
    assert first.labels["odd"] == number
