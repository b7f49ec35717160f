"""Every signed way in: what is not signed well is refused, counted and logged, and does nothing."""

import base64
import hmac
import json
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from tests.story import test_grafana, test_pagerduty_webhook, test_replies, test_sns
from tests.story.patience import until

SECRET, OTHER = "the-secret-of-now-4567", "another-secret-0123"
SIGNED = {
    "grafana": {"secrets": [SECRET], "timestamp_header": "X-Sent"},
    "pagerduty-webhook": {"secrets": [SECRET]},
    "slack": {"secrets": [SECRET]},
    "twilio": {"secrets": [SECRET]},
}


def grafana(world, ago=0, secret=SECRET, **_):
    content, at = json.dumps(test_grafana.body()).encode(), str(int(world.clock() - ago))
    seal = hmac.new(secret.encode(), f"{at}:".encode() + content, "sha256").hexdigest()
    return test_grafana.PATH, content, {"X-Sent": at, "X-Grafana-Alerting-Signature": seal}


def pagerduty(world, ago=0, secret=SECRET, **_):
    content = json.dumps(test_pagerduty_webhook.event(world, "triggered", ago=ago)).encode()
    return test_pagerduty_webhook.PATH, content, {"X-PagerDuty-Signature": test_pagerduty_webhook.seal(content, secret)}


def twilio(world, secret=SECRET, **_):
    form = {"MessageSid": "SM1", "From": "+15550000000", "Body": "ack"}
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    head["X-Twilio-Signature"] = test_replies.seal(world.settings.url + test_replies.PATH, form, secret)
    return test_replies.PATH, urlencode(form).encode(), head


def amazon(world, ago=0, secret=SECRET, **_):
    said = test_sns.signed(test_sns.message(world, test_sns.alarm(world), ago=ago), key=int(secret != SECRET))
    return test_sns.PATH, json.dumps(said).encode(), {}


def slack(world, ago=0, secret=SECRET, **_):
    content, at = urlencode({"command": "/incident", "text": "list", "user_id": "U0"}), str(int(world.clock() - ago))
    seal = SignatureVerifier(secret).generate_signature(timestamp=at, body=content)
    return "/hooks/slack/commands", content.encode(), {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": seal}


WAYS = {"grafana": grafana, "pagerduty-webhook": pagerduty, "slack": slack, "twilio": twilio, "sns": amazon}
LATE = {"grafana": 301, "pagerduty-webhook": 50 * 3600, "slack": 301, "sns": 3601}
"""Twilio signs no time."""
CHANGED = {
    "grafana": (b"12.5", b"12.6"),
    "pagerduty-webhook": (b'"high"', b'"low!"'),
    "slack": (b"list", b"show"),
    "twilio": (b"ack", b"1"),
    "sns": (b"97.0", b"98.0"),
}


@pytest.fixture
def world(make):
    return test_sns.build(make, signed=SIGNED)


def post(world, path, content, head):
    return world.http.post(path, content=content, headers=head)


def unread(world, source):
    return next((one["unread"] for one in world.get("/intake")["sources"] if one["source"] == source), {})


def refused(world, source, answer, caplog, count=1):
    assert answer.status_code == 401, answer.text
    until(lambda: unread(world, source) == {"401": count}, "it to be counted")
    assert f"of {source} with 401" in caplog.text
    assert (
        f'stormjib_intake_requests_unread_total{{source="{source}",answer="401"}} {count}\n'
        in world.send("GET", "/metrics", "ana").text
    )
    assert world.incidents() == []


@pytest.mark.parametrize("source", WAYS)
def test_tampered(world, source, caplog):
    path, content, head = WAYS[source](world)
    assert CHANGED[source][0] in content
    refused(world, source, post(world, path, content.replace(*CHANGED[source]), head), caplog)


@pytest.mark.parametrize("source", LATE)
def test_stale_and_of_the_future(world, source, caplog):
    for count, ago in enumerate((LATE[source], -LATE[source]), 1):
        refused(world, source, post(world, *WAYS[source](world, ago=ago)), caplog, count)


@pytest.mark.parametrize("source", WAYS)
def test_another_secret(world, source, caplog):
    refused(world, source, post(world, *WAYS[source](world, secret=OTHER)), caplog)


@pytest.mark.parametrize("source", WAYS)
def test_without_a_signature(world, source, caplog):
    path, content, head = WAYS[source](world)
    if source == "sns":
        content = json.dumps({**json.loads(content), "Signature": ""}).encode()
    head = {name: value for name, value in head.items() if "Signature" not in name}
    refused(world, source, post(world, path, content, head), caplog)


@pytest.mark.parametrize("source", WAYS)
def test_a_signature_that_is_none(world, source, caplog):
    path, content, head = WAYS[source](world)
    for count, odd in enumerate(("ä", "v1=", base64.b64encode(b"x" * 20).decode()), 1):
        if source == "sns":
            content = json.dumps({**json.loads(content), "Signature": odd}).encode()
        broken = {name: odd.encode() if "Signature" in name else value for name, value in head.items()}
        refused(world, source, post(world, path, content, broken), caplog, count)


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("source", WAYS)
def test_replayed(world, source, restarts, caplog):
    """Refused, and counted; who sends a message again by itself gets a 200, or it would go on."""
    sent = WAYS[source](world)
    first = post(world, *sent)
    assert first.status_code == 200, first.text
    told = world.told()
    before = int(source == "twilio")  # its number is nobody's
    if restarts:
        fetch = world.app.sns.fetch
        world.again()
        world.app.sns.fetch = fetch
    again = post(world, *sent)
    status = "401" if source in {"grafana", "slack"} else "200"
    assert (again.status_code, "taken before" in again.text) == (int(status), True) or source == "twilio", again.text
    assert again.status_code == int(status)
    until(lambda: unread(world, source) == {status: before + 1}, "it to be counted")
    assert f"of {source} with {status}" in caplog.text
    assert world.told() == []
    assert bool(told) == (source not in {"slack", "twilio"})


@pytest.mark.parametrize("source", WAYS)
def test_without_a_word_in_the_settings(make, source, caplog):
    world = make()
    answer = post(world, *WAYS[source](world))
    refused(world, source, answer, caplog)
