"""The ways in for alerts: a raw ASGI callable around the app, because this is the path that has to be fast."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from stormjib.core.alert import Alert
from stormjib.engine.writer import Reply
from stormjib.integrations import alertmanager, generic
from stormjib.ports import Accepted, Overloaded, Unavailable
from stormjib.web.auth import Principal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Read = Callable[[bytes], tuple[Alert, ...]]

BODY_BYTES_MAX: Final = 1_048_576
BODY_SECONDS_MAX: Final = 30.0
"""For the rest of a body that does not arrive at once."""
TOKEN_BYTES_MAX: Final = 1_024
UNAVAILABLE_RETRY_SECONDS: Final = 5
PATHS: Final[dict[str, Read]] = {"/api/v1/alerts": generic.read, "/hooks/alertmanager": alertmanager.read}


class Alerts(Protocol):
    """The inbox, as far as it is needed here."""

    def accept_for(self, alerts: Sequence[Alert], reply: Reply) -> None:
        """Take alerts in and tell ``reply`` once they are on disk."""
        ...


class Holders(Protocol):
    """The tokens, as far as they are needed here."""

    def check(self, raw: bytes) -> Principal | None:
        """The holder of a token."""
        ...


class Refusal(Exception):  # noqa: N818 - an answer
    """A status and a sentence."""

    def __init__(self, status: int, reason: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


class Bridge:
    """Brings answers from the writer's thread into one event loop, with one wake-up for a whole commit."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._answers: deque[tuple[asyncio.Future[Accepted], Accepted | None, BaseException | None]] = deque()
        self._woken = False

    def put(self, future: asyncio.Future[Accepted], result: Accepted | None, error: BaseException | None) -> None:
        """Called in the writer's thread."""
        self._answers.append((future, result, error))
        if not self._woken:
            self._woken = True
            if not self.loop.is_closed():
                self.loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        # Lowered before the queue is read: whatever is put in after that wakes the loop again.
        self._woken = False
        while self._answers:
            future, result, error = self._answers.popleft()
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            elif result is not None:
                future.set_result(result)


class Waiting:
    """One request that waits for its commit."""

    __slots__ = ("_bridge", "future")

    def __init__(self, bridge: Bridge, future: asyncio.Future[Accepted]) -> None:
        self._bridge = bridge
        self.future = future

    def set_running_or_notify_cancel(self) -> bool:
        """Alerts are written even if their sender has hung up."""
        return True

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401 - the writer's answers are of any type
        """It is on disk."""
        self._bridge.put(self.future, result, None)

    def set_exception(self, exception: BaseException, /) -> None:
        """It is not."""
        self._bridge.put(self.future, None, exception)


class WaysIn:
    """``POST /api/v1/alerts`` and ``POST /hooks/alertmanager``; every other request goes to ``app``."""

    def __init__(self, app: App, inbox: Alerts, tokens: Holders, *, body_bytes_max: int = BODY_BYTES_MAX) -> None:
        self._app = app
        self._inbox = inbox
        self._tokens = tokens
        self._body_bytes_max = body_bytes_max
        self._bridge: Bridge | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take alerts in, or pass the request on."""
        read = PATHS.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if read is None:
            await self._app(scope, receive, send)
            return
        try:
            length = self._check(scope["headers"])
            body = await self._body(receive, length)
            if body is None:
                return
            alerts = _understood(read, body)
            accepted = await self._accept(alerts)
        except Refusal as refusal:
            await _answer(send, refusal.status, _encode({"error": refusal.reason}), refusal.headers)
            return
        answer = {
            "accepted": len(alerts),
            "new": accepted.new,
            "repeated": accepted.repeated,
            "incidents": accepted.incidents,
        }
        await _answer(send, 200, _encode(answer))

    def _check(self, headers: Iterable[tuple[bytes, bytes]]) -> int:
        """Who sends, and how much: before a byte of the body is read. Returns the announced length, 0 for none."""
        token, length = b"", 0
        for name, value in headers:
            if name == b"authorization":
                token = value
            elif name == b"content-length":
                length = int(value) if value.isdigit() else 0
        kind, _, raw = token.partition(b" ")
        raw = raw.strip()
        holder = self._tokens.check(raw) if kind.lower() == b"bearer" and 0 < len(raw) <= TOKEN_BYTES_MAX else None
        if holder is None:
            reason = "This needs a bearer token with the scope 'alert'; make one: stormjib token create NAME --scope alert"
            raise Refusal(401, reason, (b"www-authenticate", b"Bearer"), _CLOSE)
        if not holder.may("alert"):
            raise Refusal(403, f"The token {holder.name} lacks the scope 'alert'.", _CLOSE)
        if length > self._body_bytes_max:
            raise self._too_large()
        return length

    def _too_large(self) -> Refusal:
        return Refusal(413, f"The body has more than {self._body_bytes_max} bytes; send the alerts in smaller batches.", _CLOSE)

    async def _body(self, receive: Receive, length: int) -> bytes | None:
        """The whole body, which mostly comes at once; None where the sender hung up."""
        message = await receive()
        try:
            async with asyncio.timeout(BODY_SECONDS_MAX) if message.get("more_body") else _AT_ONCE:
                return await self._pieces(message, receive)
        except TimeoutError as error:
            reason = (
                f"The body did not arrive within {BODY_SECONDS_MAX:.0f} seconds ({length} bytes were announced); send it again."
            )
            raise Refusal(408, reason, _CLOSE) from error

    async def _pieces(self, message: Message, receive: Receive) -> bytes | None:
        pieces, size = [], 0
        while message["type"] == "http.request":
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > self._body_bytes_max:
                raise self._too_large()
            if not message.get("more_body", False):
                return b"".join(pieces)
            message = await receive()
        return None

    async def _accept(self, alerts: tuple[Alert, ...]) -> Accepted:
        loop = asyncio.get_running_loop()
        if self._bridge is None or self._bridge.loop is not loop:
            self._bridge = Bridge(loop)
        waiting = Waiting(self._bridge, loop.create_future())
        try:
            self._inbox.accept_for(alerts, waiting)
            return await waiting.future
        except Overloaded as error:
            raise Refusal(503, error.reason, (b"retry-after", b"%d" % error.retry_after_seconds)) from error
        except Unavailable as error:
            raise Refusal(503, str(error), (b"retry-after", b"%d" % UNAVAILABLE_RETRY_SECONDS)) from error


def _understood(read: Read, body: bytes) -> tuple[Alert, ...]:
    try:
        return read(body)
    except ValueError as error:
        status = 422 if isinstance(error.__cause__, msgspec.ValidationError) else 400
        raise Refusal(status, str(error)) from error


async def _answer(send: Send, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [_JSON, length, *headers]})
    await send({"type": "http.response.body", "body": body})


_JSON = (b"content-type", b"application/json")
_CLOSE = (b"connection", b"close")
_AT_ONCE = contextlib.nullcontext()
_encode = msgspec.json.Encoder().encode
