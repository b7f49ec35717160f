"""The ways in for alerts: a raw ASGI callable around the app, because this is the path that has to be fast."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any, Final

import msgspec

from stormjib.engine.inbox import Inbox
from stormjib.ports import Accepted, Clock, Delivery, Overloaded, Unavailable
from stormjib.web import oversized
from stormjib.web.auth import Tokens
from stormjib.web.bodies import Bodies, NoRoom, TooLarge, TooSlow
from stormjib.web.bridge import Bridge, Waiting
from stormjib.web.mended import mended
from stormjib.web.pieces import PIECE_ALERTS_MAX, added, pieces
from stormjib.web.refusals import Refusals
from stormjib.web.signed import Signatures
from stormjib.web.ways import WAYS, Body, Refusal, Way, elsewhere, reader

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Read = Callable[[Body], Delivery]
Head = tuple[bytes, Iterable[tuple[bytes, bytes]]]
"""The token that came as a bearer, and all headers."""

BODY_BYTES_MAX: Final = 32 * 1024 * 1024
READ_AT_ONCE_BYTES_MAX: Final = 256 * 1024
TOKEN_BYTES_MAX: Final = 1_024
REFUSED_TOLD_MAX: Final = 20
UNAVAILABLE_RETRY_SECONDS: Final = 5
ELSEWHERE: Final = "unknown address"
ODD: Final = "200, named as odd"
"""The answer to an alert that can't be read in a request whose others are taken."""


class Ingest:
    """Every way in of the table; every other request goes to ``app``."""

    def __init__(
        self,
        app: App,
        inbox: Inbox,
        tokens: Tokens,
        refusals: Refusals,
        clock: Clock,
        *,
        body_bytes_max: int = BODY_BYTES_MAX,
        signatures: Signatures | None = None,
        own: Callable[[str], Way | None] = lambda _: None,
    ) -> None:
        """``own``: the way in of the catalogue with this path."""
        self._app = app
        self._inbox = inbox
        self._tokens = tokens
        self._refusals = refusals
        self._clock = clock
        self._own = own
        self._signatures = signatures or Signatures({}, clock)
        self._body_bytes_max = body_bytes_max
        self._bodies = Bodies(body_bytes_max)
        self._bridge: Bridge | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take alerts in, or pass the request on."""
        way = WAYS.get(scope["path"]) if scope["type"] == "http" else None
        if way is None and scope["type"] == "http":
            way = elsewhere(scope["path"], self._own)
        if way is None or scope["method"] not in way.methods:
            await self._pass_on(way, scope, receive, send)
            return
        sender = ""
        try:
            raw, length = _said(scope["headers"])
            if way.token_in is None and (raw or not way.signed):
                sender = self._holder(raw)
            if 0 < way.bytes_max < length:
                raise _too_much(way)
            answer = await self._taken(way, sender, (raw, scope["headers"]), receive, length)
        except Refusal as refusal:
            who = sender or _address(scope)
            self._refusals.note(
                way.source, str(refusal.status), refusal.reason, sender=who, alerts=refusal.alerts, counted=refusal.counted
            )
            status, told = way.refuse(refusal.status, refusal.reason)
            await _answer(send, status, _encode({**told, **refusal.more}), refusal.headers)
            return
        if answer is not None:
            await _answer(send, way.status, answer)

    async def _pass_on(self, way: Way | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Everything else; what looks like an alert that was sent to a wrong address is counted, or nobody would ever know."""
        if way is not None and not scope["path"].startswith("/api/"):
            reason = f"{scope['path']} takes POST only."
            self._refusals.note(way.source, "405", reason, sender=_address(scope))
            await _answer(send, 405, _encode({"error": reason}), ((b"allow", b"POST"), _CLOSE))
            return
        if scope["type"] != "http" or (scope["method"] in _LOOKS and not scope["path"].startswith("/hooks/")):
            await self._app(scope, receive, send)
            return
        source = way.source if way else ELSEWHERE

        async def noted(message: Message) -> None:
            status = message.get("status")
            if status in {404, 405} and not scope["path"].startswith(_NO_ALERTS):
                reason = f"{scope['method']} {scope['path'][:100]}: alerts go to POST {' or POST '.join(WAYS)}"
                self._refusals.note(source, str(status), reason, sender=_address(scope))
            await send(message)

        await self._app(scope, receive, noted)

    def _holder(self, raw: bytes) -> str:
        """Who sends: the name of the token's holder."""
        holder = self._tokens.check(raw) if 0 < len(raw) <= TOKEN_BYTES_MAX else None
        if holder is None:
            raise Refusal(401, self._tokens.refusal(raw[:TOKEN_BYTES_MAX], "alert"), (b"www-authenticate", b"Bearer"), _CLOSE)
        if not holder.may("alert"):
            raise Refusal(403, f"The token {holder.name} lacks the scope 'alert'.", _CLOSE)
        return holder.name

    async def _taken(self, way: Way, sender: str, head: Head, receive: Receive, length: int) -> bytes | None:
        """The answer once everything is on disk; None where the sender hung up."""
        message = await receive()
        small = self._bodies.small(message)
        try:
            if small is not None:
                return await self._understood(way, sender, head, small)
            async with self._bodies.read(message, receive, length) as body:
                return None if body is None else await self._understood(way, sender, head, body)
        except TooLarge as large:
            if way.bytes_max:
                raise _too_much(way) from large
            raise await self._too_large(way.source, large) from large
        except TooSlow as slow:
            reason = f"The body did not arrive within {slow} ({length} bytes were announced); send it again."
            raise Refusal(408, reason, _CLOSE) from slow
        except NoRoom as full:
            raise Refusal(503, "Too many large bodies are being read; send it again.", _RETRY, _CLOSE) from full

    async def _understood(self, way: Way, sender: str, head: Head, body: Body) -> bytes:
        seal = None
        if 0 < way.bytes_max < len(body):
            raise TooLarge(b"", len(body))
        if way.token_in is not None:
            sender = self._holder(head[0] or way.token_in(body))
        elif not sender:
            seal = await self._signatures.check(way.source, head[1], body)
            sender = way.source
        read = reader(way, sender, self._own(f"/hooks/{way.source}") if way.mapped else None)
        try:
            # A large one takes a second to read, which nobody else should wait for.
            delivery = _read(read, body) if len(body) <= READ_AT_ONCE_BYTES_MAX else await asyncio.to_thread(_read, read, body)
        except ValueError as error:
            status = 422 if isinstance(error.__cause__, msgspec.ValidationError) else 400
            await self._accept(Delivery(way.source, 0, (), answer=str(status)))
            raise Refusal(status, str(error), counted=True) from error
        delivery = msgspec.structs.replace(delivery, sender=sender)
        answer = await self._accepted(way, delivery, sender)
        if seal is not None:
            await self._signatures.taken(seal)
        return answer

    async def _accepted(self, way: Way, delivery: Delivery, sender: str) -> bytes:
        if delivery.refused and not delivery.alerts:
            await self._accept(msgspec.structs.replace(delivery, answer="422"))
            reason = f"None of the {delivery.received} alerts is as documented. The first: {delivery.refused[0]}."
            raise Refusal(422, reason, alerts=delivery.received, counted=True)
        if delivery.refused:
            delivery = msgspec.structs.replace(delivery, answer=ODD)
            self._refusals.note(
                delivery.source, ODD, delivery.refused[0], sender=sender, alerts=len(delivery.refused), counted=True
            )
        accepted = await self._accept(delivery)
        if way.answer is not None:
            return _encode(way.answer(delivery))
        answer: dict[str, Any] = {
            "schema": "stormjib.accepted/1",
            "accepted": len(delivery.alerts),
            "new": accepted.new,
            "repeated": accepted.repeated,
            "incidents": accepted.incidents,
        }
        if delivery.refused:
            answer["refused"] = delivery.refused[:REFUSED_TOLD_MAX]
        return _encode(answer)

    async def _accept(self, delivery: Delivery) -> Accepted:
        """Take it in, a large one in pieces: each is on disk before the next, so that no other sender waits for all of it."""
        if len(delivery.alerts) <= PIECE_ALERTS_MAX:
            return await self._accept_piece(delivery)
        whole = Accepted()
        for piece in pieces(delivery):
            whole = added(whole, await self._accept_piece(piece))
        return whole

    async def _accept_piece(self, delivery: Delivery) -> Accepted:
        loop = asyncio.get_running_loop()
        if self._bridge is None or self._bridge.loop is not loop:
            self._bridge = Bridge(loop)
        waiting = Waiting(self._bridge, loop.create_future())
        try:
            self._inbox.accept_for(delivery, waiting)
            return await waiting.future
        except Overloaded as error:
            retry = (b"retry-after", b"%d" % error.retry_after_seconds)
            raise Refusal(503, error.reason, retry, alerts=delivery.received) from error
        except Unavailable as error:
            raise Refusal(503, str(error), _RETRY, alerts=delivery.received) from error

    async def _too_large(self, source: str, large: TooLarge) -> Refusal:
        """Its alerts can't be read, so an incident says that they came: the largest outage must not be the one that is missed."""
        told = oversized.alerts(source, large.head, large.length, self._body_bytes_max, self._clock())
        accepted = await self._accept(Delivery(oversized.SOURCE, len(told), told))
        reason = (
            f"The body has more than {self._body_bytes_max} bytes, so its alerts were not read. "
            f"{', '.join(accepted.incidents)} says that they came. Send the alerts in smaller batches."
        )
        await self._accept(Delivery(source, 0, (), answer="413"))
        return Refusal(413, reason, _CLOSE, counted=True, more={"incidents": accepted.incidents})


def _read(read: Read, body: bytes | bytearray) -> Delivery:
    """What a body holds; where it is no JSON for a few characters, without those: a sender does not ask twice, and somebody has to know."""
    try:
        return read(body)
    except ValueError as error:
        odd_shape = isinstance(error.__cause__, msgspec.ValidationError | RecursionError) and "out of range" not in str(error)
        again = None if odd_shape else mended(body)
        if again is None:
            raise
        whole, odd = again
        delivery = read(whole)
        return msgspec.structs.replace(delivery, mended=min(max(delivery.mended, odd), len(delivery.alerts)))


def _said(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, int]:
    """The token of the head, b"" for none; and the announced length, 0 for none."""
    token, length = b"", 0
    for name, value in headers:
        if name == b"authorization":
            kind, _, raw = value.partition(b" ")
            token = raw.strip() if kind.lower() in _SCHEMES else b""
        elif name == b"content-length":
            length = int(value) if value.isdigit() else 0
    return token, length


def _too_much(way: Way) -> Refusal:
    return Refusal(413, f"The body has more than {way.bytes_max} bytes; send less at once.", _CLOSE)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


async def _answer(send: Send, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [_JSON, length, *headers]})
    await send({"type": "http.response.body", "body": body})


_JSON = (b"content-type", b"application/json")
_CLOSE = (b"connection", b"close")
_RETRY = (b"retry-after", b"%d" % UNAVAILABLE_RETRY_SECONDS)
_SCHEMES = frozenset({b"bearer", b"geniekey"})
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
_NO_ALERTS = ("/api/v1/incidents/", "/incidents/", "/status/", "/ack/", "/login")
"""What is posted below these is of a person at a page, or of a mail program."""
_encode = msgspec.json.Encoder().encode
