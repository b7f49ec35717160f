"""The ways in: who may send, what is refused before it is read, and an answer only when it is on disk."""

import asyncio
import threading
from hashlib import sha256

import msgspec
import pytest

from stormjib.ports import Accepted, Overloaded, TokenRow, Unavailable
from stormjib.web import ways_in
from stormjib.web.auth import Tokens
from stormjib.web.ways_in import WaysIn

BODY = b'{"name":"Down","severity":"P1"}'
TOKENS = {"sender": ("alert",), "reader": ("read",), "root": ("admin",)}
BODY_BYTES_MAX = 200


class Inbox:
    """Answers from another thread, as the writer does; ``answer`` is a result or an exception."""

    def __init__(self):
        self.answer = Accepted(1, 0, 0, ("INC-1",))
        self.refuse = None
        self.taken = []
        self.wait = None
        self.wanted, self.full = 0, asyncio.Event()

    def accept_for(self, alerts, reply):
        if self.refuse:
            raise self.refuse
        self.taken.append(alerts)
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


class Site:
    def __init__(self):
        rows = [TokenRow(sha256(name.encode()).digest(), name, scopes, 0.0) for name, scopes in TOKENS.items()]
        self.inbox = Inbox()
        self.passed_on = []
        self.reads = 0
        tokens = Tokens(lambda action: action(None), lambda: rows, lambda: 0.0, lambda: "new")
        self.ways_in = WaysIn(self.app, self.inbox, tokens, body_bytes_max=BODY_BYTES_MAX)

    async def app(self, scope, receive, send):
        self.passed_on.append(scope["path"])

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
        await self.ways_in(scope, receive, send)
        if not sent:
            return None
        return sent[0]["status"], dict(sent[0]["headers"]), msgspec.json.decode(sent[1]["body"])


@pytest.fixture
def site():
    return Site()


def test_an_alert_is_taken_in(site):
    status, headers, answer = asyncio.run(site.post(BODY))
    assert (status, answer) == (200, {"accepted": 1, "new": 1, "repeated": 0, "incidents": ["INC-1"]})
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
    asyncio.run(site.ways_in({"type": "lifespan", "path": ""}, None, None))
    assert len(site.passed_on) == 4


@pytest.mark.parametrize(
    ("token", "headers", "status", "says"),
    [
        ("", [], 401, "stormjib token create NAME --scope alert"),
        ("wrong", [], 401, "bearer token"),
        ("x" * 5_000, [], 401, "bearer token"),
        ("", [(b"authorization", b"sender")], 401, "bearer token"),
        ("", [(b"authorization", b"Basic c2VuZGVy")], 401, "bearer token"),
        ("reader", [], 403, "The token reader lacks the scope 'alert'"),
        ("root", [], 200, ""),
        ("", [(b"authorization", b"bearer  sender ")], 200, ""),
        ("sender", [(b"content-length", b"201")], 413, "more than 200 bytes"),
        ("wrong", [(b"content-length", b"201")], 401, "bearer token"),
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
        ([b" " * 201], 413, "more than 200 bytes; send the alerts in smaller batches"),
        ([b" " * 150, b" " * 51], 413, "more than 200 bytes"),
        ([b" " * 150, b" " * 50, b"", b" "], 413, "more than 200 bytes"),
        ([b" " * 100, b" " * 100], 400, "not JSON"),
        ([b"{"], 400, "not JSON"),
        ([b""], 400, "not JSON"),
        ([b"\xff\xfe"], 400, "not JSON"),
        ([b'{"name":1}'], 422, "at `$.name`"),
        ([b'{"more":' + b"[" * 90 + b"]" * 90 + b"}"], 422, "`name`"),
    ],
)
def test_what_is_no_alert_is_refused(site, pieces, status, says):
    answered, _, answer = asyncio.run(site.post(*pieces))
    assert answered == status
    assert says in answer["error"]
    assert site.inbox.taken == []


def test_a_deep_nest_is_refused(site):
    site.ways_in._body_bytes_max = 1 << 20
    answered, _, answer = asyncio.run(site.post(b'{"more":' + b"[" * 10_000 + b"]" * 10_000 + b"}"))
    assert (answered, "nested too deeply" in answer["error"]) == (400, True)


def test_a_body_that_never_ends_is_given_up(site, monkeypatch):
    monkeypatch.setattr(ways_in, "BODY_SECONDS_MAX", 0.01)
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
        await site.ways_in({"type": "http", "method": "POST", "path": "/api/v1/alerts", "headers": headers}, receive, send)

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
