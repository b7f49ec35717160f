"""Fair shares: whoever calls waits for their own requests and never for somebody else's. A share belongs to a token, else to an address."""

import asyncio
import ipaddress
import json
import re
from collections import deque
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Final

import msgspec

from stormjib.ports import Clock
from stormjib.web.auth import Principal
from stormjib.web.body_limit import App, Receive, Scope, Send
from stormjib.web.session import COOKIE


class Share(msgspec.Struct, frozen=True):
    """What one caller gets of a kind of requests: so many at once, so many that wait, and so many in a minute (0: any number)."""

    at_once: int
    waiting: int
    a_minute: int = 0


_ORDINARY: Final = Share(at_once=8, waiting=256)
"""Forty requests are answered at a time, so one caller leaves the most of them to others."""
_KINDS: Final[tuple[tuple[re.Pattern[str], Share], ...]] = (
    (re.compile(r"(/incidents/[^/]+)?/events"), Share(at_once=50, waiting=0)),
    (re.compile(r"/login"), Share(at_once=4, waiting=16, a_minute=60)),
    (re.compile(r"/status/(subscribe|confirm/.*)"), Share(at_once=2, waiting=16, a_minute=10)),
    (re.compile(r"/status/unsubscribe/.*"), Share(at_once=8, waiting=1_000)),
    (
        re.compile(
            r"/api/v1/(runbook/check|metrics|baseline|log/verify|incidents/[^/]+/postmortem)|/incidents/[^/]+/postmortem(\.md)?"
        ),
        Share(at_once=1, waiting=4),
    ),
)
"""Live pages, signing in, subscribing, leaving (many do from few addresses: RFC 8058), and what takes seconds to answer."""
RETRY_SECONDS: Final = 5
_MINUTE: Final = 60.0
_OLD: Final = 10_000
"""Callers that are remembered before those who wait for nothing are forgotten."""


class _Line:
    """One caller's requests of one kind. Used by the event loop only."""

    __slots__ = ("began", "running", "waiting")

    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.began: deque[float] = deque()


class Shares:
    """Passes on as many requests of a caller as its share has; the others wait, and what is too much gets a 429."""

    def __init__(
        self, app: App, holder: Callable[[bytes], Principal | None], session: Callable[[str], Principal | None], clock: Clock
    ) -> None:
        """``holder``: whose a token is; ``session``: whose a browser's session is."""
        self._app = app
        self._holder = holder
        self._session = session
        self._clock = clock
        self._lines: dict[tuple[str, Share], _Line] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a place, then pass it on."""
        if scope["type"] != "http" or scope["path"].startswith(("/static/", "/healthz")):
            await self._app(scope, receive, send)
            return
        share = next((share for pattern, share in _KINDS if pattern.fullmatch(scope["path"])), _ORDINARY)
        line = self._line(self._caller(scope), share)
        if not self._admits(line, share, scope["method"]):
            await _refuse(send, share)
            return
        await _turn(line, share)
        try:
            await self._app(scope, receive, send)
        finally:
            _next(line)

    def _line(self, caller: str, share: Share) -> _Line:
        if len(self._lines) >= _OLD:
            self._lines = {key: line for key, line in self._lines.items() if line.running or line.waiting}
        return self._lines.setdefault((caller, share), _Line())

    def _admits(self, line: _Line, share: Share, method: str) -> bool:
        if share.a_minute and method == "POST":
            now = self._clock()
            while line.began and not 0 <= now - line.began[0] < _MINUTE:
                line.began.popleft()
            if len(line.began) >= share.a_minute:
                return False
            line.began.append(now)
        return line.running < share.at_once or len(line.waiting) < share.waiting

    def _caller(self, scope: Scope) -> str:
        bearer, cookies = _credentials(scope["headers"])
        found = self._holder(bearer) if bearer else self._session(cookies) if cookies else None
        client = scope.get("client")
        return f"token/{found.name}" if found else f"address/{_network(client[0]) if client else ''}"


def _network(address: str) -> str:
    """Of IPv6 the /64, within which each customer has any number of addresses (RFC 6177)."""
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def _credentials(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, str]:
    bearer, session = b"", ""
    for name, value in headers:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            bearer = value[7:].strip()
        elif name == b"cookie" and COOKIE.encode() in value:
            try:
                session = SimpleCookie(value.decode("latin-1"))[COOKIE].value
            except (CookieError, KeyError):
                session = ""
    return bearer, session


async def _turn(line: _Line, share: Share) -> None:
    if line.running < share.at_once:
        line.running += 1
        return
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    line.waiting.append(turn)
    try:
        await turn
    except asyncio.CancelledError:
        if turn.done() and not turn.cancelled():
            _next(line)
        raise


def _next(line: _Line) -> None:
    """Give the place to whoever waits the longest."""
    while line.waiting:
        turn = line.waiting.popleft()
        if not turn.done():
            turn.set_result(None)
            return
    line.running -= 1


async def _refuse(send: Send, share: Share) -> None:
    seconds = int(_MINUTE) if share.a_minute else RETRY_SECONDS
    limit = f"{share.a_minute} a minute" if share.a_minute else f"{share.at_once} at once"
    body = json.dumps(
        {"error": f"Too many requests of this kind ({limit} for each token or address); try again in {seconds} s."}
    ).encode()
    headers = [
        (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), (b"retry-after", b"%d" % seconds),
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body})
