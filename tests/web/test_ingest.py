"""The ways in: who may send, what is refused before it is read, and an answer only when it is on disk."""

import asyncio
import json
import threading
from hashlib import sha256

import msgspec
import pytest

from stormjib.core.access import Token
from stormjib.ports import Accepted, Counts, Overloaded, Unavailable
from stormjib.web import bodies
from stormjib.web.auth import Tokens
from stormjib.web.ingest import Ingest
from stormjib.web.refusals import Refusals
from stormjib.web.ways import WAYS

BODY = b'{"name":"Down","severity":"P1"}'
TOKENS = {"sender": ("alert",), "reader": ("read",), "root": ("admin",)}
BODY_BYTES_MAX = 200


class Inbox:
    """Answers from another thread, as the writer does; ``answer`` is a result or an exception."""

    def __init__(self):
        self.answer = Accepted(1, 0, 0, ("INC-1",))
        self.refuse = None
        self.taken, self.deliveries = [], []
        self.wait = None
        self.wanted, self.full = 0, asyncio.Event()

    def accept_for(self, delivery, reply):
        if self.refuse:
            raise self.refuse
        self.deliveries.append(delivery)
        self.taken += [delivery.alerts] if delivery.alerts else []
        if len(self.taken) == self.wanted:
            self.full.set()

        def tell():
            if self.wait:
                self.wait.wait(30)
            if isinstance(self.answer, Exception):
                reply.set_exception(self.answer)
            else:
                reply.set_result(self.answer)

        threading.Thread(target=tell).start()


class Kept:
    """Of a log: its tokens."""

    def __init__(self, rows):
        self.tokens = lambda: rows
        self.entries = lambda *_: ()


class Site:
    def __init__(self):
        rows = [Token(sha256(name.encode()).digest(), name, scopes, 0.0) for name, scopes in TOKENS.items()]
        self.inbox = Inbox()
        self.passed_on = []
        self.reads = 0
        self.missing = False
        tokens = Tokens(self.inbox, Kept(rows), lambda: 0.0, lambda: "new")
        self.counts = Counts()
        self.refusals = Refusals(self.counts.update, lambda: 1_000.0)
        self.ingest = Ingest(self.app, self.inbox, tokens, self.refusals, lambda: 1_000.0, body_bytes_max=BODY_BYTES_MAX)

    async def app(self, scope, receive, send):
        self.passed_on.append(scope["path"])
        if self.missing:
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})

    async def post(self, *pieces, path="/api/v1/alerts", token="sender", method="POST", headers=(), hang_up=False):
        """Send a body in pieces; the status, the headers and the JSON of the answer, None where there is none."""
        waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        if hang_up:
            waiting.append({"type": "http.disconnect"})
        elif waiting:
            waiting[-1]["more_body"] = False
        sent = []

        async def receive():
            self.reads += 1
            return waiting.pop(0)

        async def send(message):
            sent.append(message)

        bearer = [(b"authorization", b"Bearer " + token.encode())] if token else []
        scope = {"type": "http", "method": method, "path": path, "headers": [*bearer, *headers]}
        await self.ingest(scope, receive, send)
        if not sent:
            return None
        return sent[0]["status"], dict(sent[0]["headers"]), msgspec.json.decode(sent[1]["body"])


@pytest.fixture
def site():
    return Site()


def test_an_alert_is_taken_in(site):
    status, headers, answer = asyncio.run(site.post(BODY))
    assert (status, answer) == (
        200,
        {"schema": "stormjib.accepted/1", "accepted": 1, "new": 1, "repeated": 0, "incidents": ["INC-1"]},
    )
    assert headers[b"content-type"] == b"application/json"
    assert [alert.name for alert in site.inbox.taken[0]] == ["Down"]


def test_alertmanager_has_its_own_path(site):
    body = b'{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"Up"},"startsAt":"2026-11-23T15:02:18Z"}]}'
    assert asyncio.run(site.post(body, path="/hooks/alertmanager"))[0] == 200
    assert asyncio.run(site.post(BODY, path="/hooks/alertmanager"))[0] == 422
    assert [alert.name for alert in site.inbox.taken[0]] == ["Up"]


def test_a_body_may_come_in_pieces(site):
    assert asyncio.run(site.post(BODY[:5], b"", BODY[5:]))[0] == 200
    assert [alert.name for alert in site.inbox.taken[0]] == ["Down"]


def test_everything_else_goes_to_the_app(site):
    for path, method in (("/api/v1/alerts", "GET"), ("/api/v1/incidents", "POST"), ("/", "GET")):
        assert asyncio.run(site.post(path=path, method=method, token="")) is None
    assert site.passed_on == ["/api/v1/alerts", "/api/v1/incidents", "/"]
    asyncio.run(site.ingest({"type": "lifespan", "path": ""}, None, None))
    assert len(site.passed_on) == 4


@pytest.mark.parametrize(
    ("token", "headers", "status", "says"),
    [
        ("", [], 401, "stormjib token create NAME --scope alert"),
        ("wrong", [], 401, "token"),
        ("x" * 5_000, [], 401, "token"),
        ("", [(b"authorization", b"sender")], 401, "token"),
        ("", [(b"authorization", b"Basic c2VuZGVy")], 401, "token"),
        ("reader", [], 403, "The token reader lacks the scope 'alert'"),
        ("root", [], 200, ""),
        ("", [(b"authorization", b"bearer  sender ")], 200, ""),
        ("wrong", [(b"content-length", b"201")], 401, "token"),
        ("sender", [(b"content-length", b"-1")], 200, ""),
    ],
)
def test_who_sends_and_how_much_is_asked_before_the_body_is_read(site, token, headers, status, says):
    answered, answer_headers, answer = asyncio.run(site.post(BODY, token=token, headers=headers))
    assert answered == status
    if status != 200:
        assert says in answer["error"]
        assert (site.reads, site.inbox.taken) == (0, [])
        assert answer_headers[b"connection"] == b"close"
    if status == 401:
        assert answer_headers[b"www-authenticate"] == b"Bearer"


@pytest.mark.parametrize(
    ("pieces", "status", "says"),
    [
        ([b" " * 100, b" " * 100], 400, "not JSON"),
        ([b"{"], 400, "not JSON"),
        ([b""], 400, "not JSON"),
        ([b"\xff\xfe"], 400, "not JSON"),
        ([b'{"name":{}}'], 422, "at `$.name`"),
        ([b"[1,2]"], 422, "None of the 2 alerts is as documented. The first: Expected `object`, got `int` - at `$[0]`."),
        ([b'{"more":' + b"[" * 90 + b"]" * 90 + b"}"], 422, "`name`"),
    ],
)
def test_what_is_no_alert_is_refused(site, pieces, status, says):
    answered, _, answer = asyncio.run(site.post(*pieces))
    assert answered == status
    assert says in answer["error"]
    assert site.inbox.taken == []


@pytest.mark.parametrize(
    "pieces", [[b" " * 201], [b" " * 150, b" " * 51], [b" " * 150, b" " * 50, b"", b" "]], ids=["one", "two", "four"]
)
def test_a5_what_is_too_large_opens_an_incident_that_says_so(site, pieces):
    status, headers, answer = asyncio.run(site.post(*pieces))
    assert (status, headers[b"connection"], answer["incidents"]) == (413, b"close", ["INC-1"])
    assert answer["error"].startswith("The body has more than 200 bytes, so its alerts were not read. INC-1 says that they came.")
    ((begins, ends),) = site.inbox.taken
    assert (begins.name, begins.severity, begins.firing, ends.firing) == ("Message too large", "P1", True, False)
    assert begins.fingerprint == ends.fingerprint
    assert [(one.source, one.answer) for one in site.inbox.deliveries] == [("stormjib", ""), ("generic", "413")]


def test_a5_an_announced_length_is_refused_after_the_head(site):
    head = b'{"alerts":[{"labels":{"alertname":"DiskFull","service":"db","severity":"P0"}},' + b" " * 150
    status, _, answer = asyncio.run(site.post(head, b"", headers=[(b"content-length", b"201")]))
    assert (status, answer["incidents"]) == (413, ["INC-1"])
    begins = site.inbox.taken[0][0]
    assert (begins.service, begins.severity) == ("db", "P0")
    assert "It begins with DiskFull of db." in begins.summary


def test_a5_a_large_message_is_taken_in_pieces(site):
    site.ingest._bodies = bodies.Bodies(1 << 20)
    body = msgspec.json.encode([{"name": f"a{number}"} for number in range(4_500)] + [None])
    status, _, answer = asyncio.run(site.post(body))
    assert (status, answer["accepted"], answer["new"], answer["incidents"]) == (200, 4_500, 3, ["INC-1"])
    assert [len(delivery.alerts) for delivery in site.inbox.deliveries] == [2_000, 2_000, 500]
    assert [delivery.received for delivery in site.inbox.deliveries] == [2_000, 2_000, 501]
    assert [len(delivery.refused) for delivery in site.inbox.deliveries] == [0, 0, 1]


def test_a5_large_bodies_share_the_memory(site, monkeypatch):
    monkeypatch.setattr(bodies, "SMALL_BYTES_MAX", 100)
    monkeypatch.setattr(bodies, "LARGE_BYTES_MAX", 250)

    async def story():
        held = site.ingest._bodies
        whole = {"type": "http.request", "body": b" " * 150, "more_body": False}
        async with held.read(whole, None, 150) as body:
            assert len(body) == 150
            assert (await site.post(b" " * 150))[0] == 503
        return held._held_bytes, (await site.post(b" " * 150))[0]

    assert asyncio.run(story()) == (0, 400)
    assert site.counts["generic", "unread", "503"] == 1


def test_a9_the_good_ones_are_taken_and_the_odd_one_is_named(site):
    status, _, answer = asyncio.run(site.post(b'[{"name":"Down"},null,{"name":"Odd","labels":{"pod":null,"port":1}}]'))
    assert (status, answer["accepted"]) == (200, 2)
    assert answer["refused"] == ["Expected `object`, got `null` - at `$[1]`"]
    (delivery,) = site.inbox.deliveries
    assert (delivery.received, delivery.mended, delivery.answer) == (3, 1, "200, named as odd")


@pytest.mark.parametrize(
    ("post", "counted"),
    [
        ({"token": ""}, ("generic", "unread", "401")),
        ({"token": "reader"}, ("generic", "unread", "403")),
        ({"path": "/hooks/alertmanager", "token": "wrong"}, ("alertmanager", "unread", "401")),
        ({"path": "/hooks/alertmanager", "method": "GET"}, ("alertmanager", "unread", "405")),
        ({"path": "/hooks/alertmanager", "method": "PUT"}, ("alertmanager", "unread", "405")),
        ({"path": "/hooks/nagios"}, ("unknown address", "unread", "404")),
        ({"path": "/api/v2/alerts"}, ("unknown address", "unread", "404")),
    ],
)
def test_a9_every_refusal_is_counted_logged_and_shown(site, caplog, post, counted):
    site.missing = True
    asyncio.run(site.post(BODY, **post))
    assert site.counts == {counted: 1}
    assert f"refused an unknown number of alerts of {counted[0]} with {counted[2]}" in caplog.text
    (shown,) = site.refusals.newest()
    assert (shown.source, shown.answer) == (counted[0], counted[2])


@pytest.mark.parametrize("path", ["/status/subscribe", "/status/confirm/x", "/ack/x", "/incidents/INC-1/x", "/login/x"])
def test_what_is_posted_to_a_page_that_is_not_there_is_no_alert(site, caplog, path):
    site.missing = True
    asyncio.run(site.post(BODY, path=path, token=""))
    assert (site.counts, site.refusals.newest()) == ({}, [])
    assert "alerts" not in caplog.text


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 10_000, b'{"routing_key":[]}', b'{"routing_key":"\\ud800"}', BODY])
def test_what_has_no_key_in_it_is_refused_without_a_write(site, body):
    site.ingest._bodies = bodies.Bodies(1 << 20)
    status, _, answer = asyncio.run(site.post(body, path="/v2/enqueue", token=""))
    assert (status, answer["status"]) == (400, "invalid event")
    assert site.inbox.deliveries == []
    assert site.counts == {("pagerduty", "unread", "401"): 1}


def test_a_body_that_is_too_large_for_its_way_opens_no_incident(site):
    site.ingest._bodies = bodies.Bodies(4 << 20)
    for path, token, size in (
        ("/v2/enqueue", "", 1 << 20),
        ("/hooks/grafana", "", (1 << 22) - 1),
        ("/hooks/grafana", "", 1 << 22),
    ):
        status, _, _ = asyncio.run(site.post(b" " * (size + 1), path=path, token=token))
        assert status == (401 if size == (1 << 22) - 1 else 413)
    assert site.inbox.deliveries == []


def test_a9_a_body_that_is_none_is_counted(site):
    asyncio.run(site.post(b"{"))
    asyncio.run(site.post(b"17"))
    asyncio.run(site.post(b"[1,2]"))
    assert [(one.received, one.answer) for one in site.inbox.deliveries] == [(0, "400"), (0, "422"), (2, "422")]
    assert [one.alerts for one in site.refusals.newest()] == [2, None, None]


def test_a9_rubbish_does_not_fill_the_journal(site, caplog):
    for _ in range(100):
        asyncio.run(site.post(b"{"))
    assert len(caplog.records) == 1
    assert len(site.inbox.deliveries) == 100


def test_a_deep_nest_is_refused(site):
    site.ingest._bodies = bodies.Bodies(1 << 20)
    answered, _, answer = asyncio.run(site.post(b'{"more":' + b"[" * 10_000 + b"]" * 10_000 + b"}"))
    assert (answered, "nested too deeply" in answer["error"]) == (400, True)


def test_a_body_that_never_ends_is_given_up(site, monkeypatch):
    monkeypatch.setattr(bodies, "READ_SECONDS_MAX", 0.01)
    sent = []

    async def story():
        async def receive():
            site.reads += 1
            if site.reads == 1:
                return {"type": "http.request", "body": BODY[:5], "more_body": True}
            return await asyncio.get_running_loop().create_future()

        async def send(message):
            sent.append(message)

        headers = [(b"authorization", b"Bearer sender"), (b"content-length", b"31")]
        await site.ingest({"type": "http", "method": "POST", "path": "/api/v1/alerts", "headers": headers}, receive, send)

    asyncio.run(story())
    assert sent[0]["status"] == 408
    assert b"(31 bytes were announced)" in sent[1]["body"]


def test_who_hangs_up_gets_no_answer(site):
    assert asyncio.run(site.post(BODY, hang_up=True)) is None
    assert asyncio.run(site.post(hang_up=True)) is None
    assert site.inbox.taken == []


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("error", "retry"),
    [(Overloaded("Too much waits.", 3), b"3"), (Unavailable("The disk is full."), b"5")],
    ids=["overloaded", "full"],
)
def test_what_cannot_be_taken_now_is_asked_for_again(site, error, retry, at_once):
    """503 and never 429, upon which Alertmanager gives a notification up."""
    site.inbox.refuse, site.inbox.answer = (error, None) if at_once else (None, error)
    status, headers, answer = asyncio.run(site.post(BODY))
    assert (status, headers[b"retry-after"], answer["error"]) == (503, retry, str(error))


def test_a_mistake_of_the_program_is_not_hidden(site):
    site.inbox.answer = KeyError("x")
    with pytest.raises(KeyError):
        asyncio.run(site.post(BODY))


def test_nothing_is_answered_before_the_commit(site):
    site.inbox.wait, site.inbox.wanted = threading.Event(), 20

    async def story():
        posts = [asyncio.ensure_future(site.post(BODY)) for _ in range(20)]
        await site.inbox.full.wait()
        early = [post.done() for post in posts]
        site.inbox.wait.set()
        return early, [(await post)[0] for post in posts]

    assert asyncio.run(story()) == ([False] * 20, [200] * 20)


def test_a_sender_that_hangs_up_while_it_waits_harms_nobody(site):
    site.inbox.wait, site.inbox.wanted = threading.Event(), 2

    async def story():
        gone, other = (asyncio.ensure_future(site.post(BODY)) for _ in range(2))
        await site.inbox.full.wait()
        gone.cancel()
        site.inbox.wait.set()
        return (await other)[0], (await asyncio.gather(gone, return_exceptions=True))[0]

    status, left = asyncio.run(story())
    assert status == 200
    assert isinstance(left, asyncio.CancelledError)


@pytest.mark.parametrize(
    ("path", "body", "name", "summary"),
    [
        ("/api/v1/alerts", rb'{"name":"C","severity":"P1","summary":"x \ud800"}', "C", "x \ufffd"),
        ("/api/v1/alerts", rb'[{"name":"C","summary":"\ud83d\ude00 \ud83d"}]', "C", "\U0001f600 \ufffd"),
        ("/api/v1/alerts", rb'{"alerts":[{"name":"C\udfff","labels":{"\ud800":"\ud800"}}]}', "C\ufffd", ""),
        ("/api/v1/alerts", b'{"name":"C","summary":"x \xf0\x9f"}', "C", "x \ufffd"),
        ("/api/v1/alerts", '{"name":"\xfcber"}'.encode("latin-1"), "\ufffdber", ""),
        ("/api/v1/alerts", '{"name":"\xfcber"}'.encode("utf-16"), "\xfcber", ""),
        ("/api/v1/alerts", b'{"name":"two\nlines"}', "two\nlines", ""),
        ("/api/v1/alerts", rb'{"name":"C:\path","summary":"x \ud8"}', "C:\\path", "x \\ud8"),
        (
            "/hooks/alertmanager",
            rb'{"alerts":[{"status":"firing","labels":{"alertname":"C"},"annotations":{"summary":"\udfff"}}]}',
            "C",
            "\ufffd",
        ),
        ("/hooks/alertmanager", b'{"alerts":[{"status":"firing","labels":{"alertname":"\xff"}}]}', "\ufffd", ""),
    ],
)
def test_half_a_character_loses_no_alert(site, path, body, name, summary):
    assert asyncio.run(site.post(body, path=path))[0] == 200
    (delivery,) = site.inbox.deliveries
    assert [(alert.name, alert.summary) for alert in delivery.alerts] == [(name, summary)]
    assert (delivery.received, delivery.mended, delivery.refused) == (1, 1, ())


SENDS = {
    "generic": {"name": "C", "severity": "P1"},
    "alertmanager": {"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "C"}}]},
    "grafana": {"version": "1", "alerts": [{"status": "firing", "labels": {"alertname": "C"}, "fingerprint": "f"}]},
    "pagerduty": {"routing_key": "sender", "event_action": "trigger", "payload": {"summary": "C", "severity": "critical"}},
    "opsgenie": {"message": "C", "priority": "P1"},
    "pagerduty-webhook": {
        "event": {
            "id": "1",
            "event_type": "incident.triggered",
            "resource_type": "incident",
            "occurred_at": "2026-11-30T10:00:00Z",
            "data": {"id": "Q1", "type": "incident", "status": "triggered", "title": "C", "service": {"summary": "shop"}},
        }
    },
    "opsgenie-webhook": {"action": "Create", "alert": {"alertId": "7", "message": "C", "createdAt": 1}},
    "oncall-webhook": {"event": {"type": "alert group created"}, "alert_group": {"id": "I6", "title": "C"}},
    "sns": {
        "Type": "Notification",
        "MessageId": "m",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:t",
        "Message": "C",
        "Timestamp": "2026-11-30T10:00:00.000Z",
        "SignatureVersion": "2",
        "Signature": "c2VhbA==",
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/seal.pem",
    },
}


@pytest.mark.parametrize(
    "odd", [b"NaN", b"-Infinity", rb'"\ud800"', rb'{"v":"\udfff \x"}', b"1e400", b'["a"]', b'"\xff"', b"17", b"null"]
)
@pytest.mark.parametrize("field", ["more", "custom_details", "links", "images", "tags", "details"])
@pytest.mark.parametrize("path", WAYS)
def test_no_way_in_loses_an_alert_over_a_decoration(site, path, field, odd):
    """A sender gives up at 400, whatever its message was about; the token in a body is found as the rest of it is mended."""
    way = WAYS[path]
    said = json.dumps(SENDS[way.source]).encode()
    body = said[:-1] + b',"' + field.encode() + b'":' + odd + b"}"
    if way.source == "pagerduty":
        body = said.replace(b'"payload": {', b'"payload": {"' + field.encode() + b'":' + odd + b",")
    site.ingest._bodies = bodies.Bodies(1 << 20)
    for one in (body, said[:-1] + b',"' + field.encode() + b'":' + odd + b"}"):
        status, _, answer = asyncio.run(site.post(one, path=path, token="" if way.token_in else "sender"))
        assert status == way.status, answer
    taken = [(*one.alerts, *one.changes) or one.theirs for one in site.inbox.deliveries]
    assert [getattr(one, "summary", "") or getattr(one, "name", "") or one.title for (one,) in taken] == ["C", "C"]


def test_the_reason_is_the_true_one_where_an_event_cannot_be_taken(site):
    site.ingest._bodies = bodies.Bodies(1 << 20)
    deep = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    body = b'{"routing_key":"sender","event_action":"trigger","payload":{"summary":"C","custom_details":' + deep + b"}}"
    status, _, answer = asyncio.run(site.post(body, path="/v2/enqueue", token=""))
    assert (status, answer["error"]) == (400, "The JSON is nested too deeply; an event has four levels.")


def test_only_what_was_mended_is_counted_as_mended(site):
    assert asyncio.run(site.post(rb'[{"name":"a"},{"name":"b \ud800"},{"name":"c"}]'))[0] == 200
    assert site.inbox.deliveries[0].mended == 1


@pytest.mark.parametrize("body", [b"\xff", rb'{"name":"\ud800"', b'{"name":"a",}', b"", b"[" * 150 + b"\xff"])
def test_what_is_no_json_at_all_is_refused(site, body):
    assert asyncio.run(site.post(body))[0] == 400
