"""Grafana's own way in: signed or with a token, and what it shows of an alert is a link on the incident's page."""

import hmac
import json

import pytest
from tests.story.patience import until
from tests.story.world import SERVICE

PATH = "/hooks/grafana"
OLD, NEW = "the-secret-before-0123", "the-secret-of-now-4567"
SIGNED = {"grafana": {"secrets": [OLD, NEW], "signature_header": "X-Sealed", "timestamp_header": "X-Sent"}}


def body(status="firing", **more):
    alert = {
        "status": status,
        "labels": {"alertname": "High load", "grafana_folder": "api", "service": SERVICE, "severity": "critical"},
        "annotations": {"summary": "the load is high"},
        "startsAt": "2026-09-21T14:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-09-21T15:00:00Z",
        "generatorURL": "https://grafana.example/alerting/grafana/x/view",
        "fingerprint": "57c6d9296de2ad39",
        "silenceURL": "https://grafana.example/alerting/silence/new",
        "dashboardURL": "https://grafana.example/d/x",
        "panelURL": "https://grafana.example/d/x?viewPanel=1",
        "imageURL": "javascript:alert(1)",
        "values": {"A": 12.5},
        "valueString": "[ var='A' value=12.5 ]",
        **more,
    }
    return {"receiver": "us", "status": status, "orgId": 1, "alerts": [alert], "version": "1", "state": "alerting", "title": "x"}


def signed(world, said, secret=NEW, sent=None, **headers):
    content = json.dumps(said).encode()
    at = str(int(world.clock() if sent is None else sent))
    seal = hmac.new(secret.encode(), f"{at}:".encode() + content, "sha256").hexdigest()
    found = {"X-Sent": at, "X-Sealed": seal, **headers}
    return world.http.post(PATH, content=content, headers={name: value for name, value in found.items() if value})


def counted(world, unread):
    """What is refused is on disk a moment later."""
    until(lambda: [one["unread"] for one in world.get("/intake")["sources"] if one["source"] == "grafana"] == [unread], unread)


@pytest.fixture
def world(make):
    return make(signed=SIGNED)


def test_a_signed_alert_pages_and_its_links_are_on_the_page(world):
    """By the secret of now or, while one takes the other's place, the one before; its end clears it."""
    assert signed(world, body()).json()["incidents"] == ["INC-1"]
    assert len(world.told()) == 2
    assert world.room("INC-1")["see_also"] == [
        ["dashboard", "https://grafana.example/d/x"],
        ["panel", "https://grafana.example/d/x?viewPanel=1"],
        ["silence", "https://grafana.example/alerting/silence/new"],
    ]
    assert signed(world, body("resolved"), secret=OLD).status_code == 200
    assert world.room("INC-1")["firing"] == []


def test_a_token_does_as_well(world):
    assert world.send("POST", PATH, "watcher", body()).status_code == 200
    assert len(world.told()) == 2
    assert world.send("POST", PATH, "ana", body()).status_code == 403
    counted(world, {"403": 1})


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"secret": "another-secret-0123"}, "another secret, or it was changed"),
        ({"X-Sealed": ""}, "no token and no signature in the header X-Sealed"),
        ({"X-Sealed": "ä"}, "another secret, or it was changed"),
        ({"X-Sent": ""}, "another secret, or it was changed"),
        ({"X-Sent": "1"}, "another secret, or it was changed"),
        ({"sent": 1}, "of another time than now"),
        ({"sent": 4e9}, "of another time than now"),
    ],
    ids=["wrong secret", "missing", "no digits", "no time", "another time", "stale", "in the future"],
)
def test_what_is_not_signed_well_is_refused(world, how, says, caplog):
    """Refused with a sentence, counted and logged; nobody is paged."""
    headers = {name: value.encode() for name, value in how.items() if isinstance(value, str) and name.startswith("X-")}
    answer = signed(world, body(), **{name: value for name, value in how.items() if name not in headers}, **headers)
    assert answer.status_code == 401
    assert says in answer.json()["error"]
    counted(world, {"401": 1})
    assert "refused an unknown number of alerts of grafana with 401" in caplog.text
    assert world.incidents() == []


def test_a_tampered_body_and_a_replayed_one_are_refused(world):
    first = signed(world, body())
    assert first.status_code == 200
    world.told()
    head = {name: first.request.headers[name] for name in ("x-sealed", "x-sent")}
    for content, says in ((first.request.content, "taken before"), (first.request.content.replace(b"12.5", b"12.6"), "changed")):
        again = world.http.post(PATH, content=content, headers=head)
        assert (again.status_code, says in again.json()["error"]) == (401, True)
    counted(world, {"401": 2})


def test_without_secrets_in_the_settings_a_token_is_needed(make):
    world = make()
    answer = signed(world, body())
    assert (answer.status_code, "[signed.grafana]" in answer.json()["error"]) == (401, True)
    counted(world, {"401": 1})


def test_without_a_time_only_the_body_is_signed(make):
    """Then the same message again is a repetition, as Grafana sends it while an alert fires on."""
    world = make(signed={"grafana": {"secrets": [NEW]}})
    content = json.dumps(body()).encode()
    seal = hmac.new(NEW.encode(), content, "sha256").hexdigest()
    answers = [world.http.post(PATH, content=content, headers={"X-Grafana-Alerting-Signature": seal}) for _ in range(2)]
    assert [answer.json()["new"] for answer in answers] == [1, 0]
    assert len(world.told()) == 2


def test_an_odd_alert_is_mended_and_the_others_are_taken(world):
    said = body(dashboardURL=None, values=None)
    said["alerts"] += [{"status": "firing"}]
    answer = signed(world, said)
    assert (answer.json()["accepted"], len(answer.json()["refused"])) == (1, 1)
    assert world.room("INC-1")["see_also"][0][0] == "panel"
    world.told()
