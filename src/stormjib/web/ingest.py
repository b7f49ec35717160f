"""The ways in for alerts: a raw ASGI callable around the app, because this is the path that has to be fast."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol

import msgspec

from stormjib.engine.change import Reply
from stormjib.integrations import alertmanager, generic
from stormjib.ports import Accepted, Clock, Delivery, Overloaded, Unavailable
from stormjib.web import oversized
from stormjib.web.auth import Principal
from stormjib.web.bodies import Bodies, NoRoom, TooLarge, TooSlow
from stormjib.web.bridge import Bridge, Waiting
from stormjib.web.mended import mended
from stormjib.web.refusals import Refusals

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Read = Callable[[bytes | bytearray], Delivery]
Way = tuple[str, Read]

BODY_BYTES_MAX: Final = 32 * 1024 * 1024
READ_AT_ONCE_BYTES_MAX: Final = 256 * 1024
PIECE_ALERTS_MAX: Final = 2_000
"""Of one request in one transaction."""
REFUSED_TOLD_MAX: Final = 20
TOKEN_BYTES_MAX: Final = 1_024
UNAVAILABLE_RETRY_SECONDS: Final = 5
ALERTMANAGER_PATH: Final = "/hooks/alertmanager"
PATHS: Final[dict[str, Way]] = {
    "/api/v1/alerts": (generic.SOURCE, generic.read),
    ALERTMANAGER_PATH: (alertmanager.SOURCE, alertmanager.read),
}
"""The source that each is counted as, and who reads it."""
ELSEWHERE: Final = "unknown address"
ODD: Final = "200, named as odd"
"""The answer to an alert that can't be read in a request whose others are taken."""


class Alerts(Protocol):
    """The inbox, as far as it is needed here."""

    def accept_for(self, delivery: Delivery, reply: Reply) -> None:
        """Take in what a request held and tell ``reply`` once it is on disk."""
        ...


class Holders(Protocol):
    """The tokens, as far as they are needed here."""

    def check(self, raw: bytes) -> Principal | None:
        """The holder of a token."""
        ...

    def refusal(self, raw: bytes, scope: str) -> str:
        """Why there is none."""
        ...


class Refusal(Exception):
    """A status and a sentence; ``alerts`` is how many were refused, None for unknown, ``counted`` whether the account has them."""

    def __init__(
        self,
        status: int,
        reason: str,
        *headers: tuple[bytes, bytes],
        alerts: int | None = None,
        counted: bool = False,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers
        self.alerts = alerts
        self.counted = counted
        self.more = more


class Ingest:
    """``POST /api/v1/alerts`` and ``POST /hooks/alertmanager``; every other request goes to ``app``."""

    def __init__(
        self,
        app: App,
        inbox: Alerts,
        tokens: Holders,
        refusals: Refusals,
        clock: Clock,
        *,
        body_bytes_max: int = BODY_BYTES_MAX,
    ) -> None:
        self._app = app
        self._inbox = inbox
        self._tokens = tokens
        self._refusals = refusals
        self._clock = clock
        self._body_bytes_max = body_bytes_max
        self._bodies = Bodies(body_bytes_max)
        self._bridge: Bridge | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take alerts in, or pass the request on."""
        way = PATHS.get(scope["path"]) if scope["type"] == "http" else None
        if way is None or scope["method"] != "POST":
            await self._pass_on(way, scope, receive, send)
            return
        source, read = way
        sender = _address(scope)
        try:
            sender, length = self._check(scope["headers"])
            answer = await self._taken(source, read, sender, receive, length)
        except Refusal as refusal:
            self._refusals.note(
                source, str(refusal.status), refusal.reason, sender=sender, alerts=refusal.alerts, counted=refusal.counted
            )
            await _answer(send, refusal.status, _encode({"error": refusal.reason, **refusal.more}), refusal.headers)
            return
        if answer is not None:
            await _answer(send, 200, answer)

    async def _pass_on(self, way: Way | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Everything else; what looks like an alert that was sent to a wrong address is counted, or nobody would ever know."""
        if scope["type"] != "http" or (scope["method"] in _LOOKS and not scope["path"].startswith("/hooks/")):
            await self._app(scope, receive, send)
            return
        if scope["path"] == ALERTMANAGER_PATH:
            reason = f"{ALERTMANAGER_PATH} takes POST only."
            self._refusals.note(alertmanager.SOURCE, "405", reason, sender=_address(scope))
            await _answer(send, 405, _encode({"error": reason}), ((b"allow", b"POST"), _CLOSE))
            return
        source = way[0] if way else ELSEWHERE

        async def noted(message: Message) -> None:
            status = message.get("status")
            if status in {404, 405} and not scope["path"].startswith(_INCIDENTS):
                reason = f"{scope['method']} {scope['path'][:100]}: alerts go to POST {' or POST '.join(PATHS)}"
                self._refusals.note(source, str(status), reason, sender=_address(scope))
            await send(message)

        await self._app(scope, receive, noted)

    def _check(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, int]:
        """Who sends, before a byte of the body is read; and the announced length, 0 for none."""
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
            raise Refusal(401, self._tokens.refusal(raw[:TOKEN_BYTES_MAX], "alert"), (b"www-authenticate", b"Bearer"), _CLOSE)
        if not holder.may("alert"):
            raise Refusal(403, f"The token {holder.name} lacks the scope 'alert'.", _CLOSE)
        return holder.name, length

    async def _taken(self, source: str, read: Read, sender: str, receive: Receive, length: int) -> bytes | None:
        """The answer once everything is on disk; None where the sender hung up."""
        message = await receive()
        small = self._bodies.small(message)
        if small is not None:
            return await self._accepted(await self._understood(source, read, small), sender)
        try:
            async with self._bodies.read(message, receive, length) as body:
                if body is None:
                    return None
                return await self._accepted(await self._understood(source, read, body), sender)
        except TooLarge as large:
            raise await self._too_large(source, large) from large
        except TooSlow as slow:
            reason = f"The body did not arrive within {slow} ({length} bytes were announced); send it again."
            raise Refusal(408, reason, _CLOSE) from slow
        except NoRoom as full:
            raise Refusal(503, "Too many large bodies are being read; send it again.", _RETRY, _CLOSE) from full

    async def _understood(self, source: str, read: Read, body: bytes | bytearray) -> Delivery:
        try:
            # A large one takes a second to read, which nobody else should wait for.
            return _read(read, body) if len(body) <= READ_AT_ONCE_BYTES_MAX else await asyncio.to_thread(_read, read, body)
        except ValueError as error:
            status = 422 if isinstance(error.__cause__, msgspec.ValidationError) else 400
            await self._accept(Delivery(source, 0, (), answer=str(status)))
            raise Refusal(status, str(error), counted=True) from error

    async def _accepted(self, delivery: Delivery, sender: str) -> bytes:
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
        answer: dict[str, Any] = {
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
        for piece in _pieces(delivery):
            whole = _added(whole, await self._accept_piece(piece))
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
        again = None if isinstance(error.__cause__, msgspec.ValidationError | RecursionError) else mended(body)
        if again is None:
            raise
        whole, odd = again
        delivery = read(whole)
        return msgspec.structs.replace(delivery, mended=min(max(delivery.mended, odd), len(delivery.alerts)))


def _pieces(delivery: Delivery) -> list[Delivery]:
    """What was refused, left out and mended, and every alert that was found and is in no piece before, goes with the last."""
    cut = [delivery.alerts[at : at + PIECE_ALERTS_MAX] for at in range(0, len(delivery.alerts), PIECE_ALERTS_MAX)]
    *first, last = cut
    before = sum(map(len, first))
    rest = msgspec.structs.replace(delivery, alerts=last, received=delivery.received - before)
    return [*(Delivery(delivery.source, len(alerts), alerts) for alerts in first), rest]


def _added(one: Accepted, other: Accepted) -> Accepted:
    return Accepted(
        one.new + other.new,
        one.repeated + other.repeated,
        one.cleared + other.cleared,
        tuple(dict.fromkeys((*one.incidents, *other.incidents))),
    )


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
_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
_INCIDENTS = ("/api/v1/incidents/", "/incidents/")
_encode = msgspec.json.Encoder().encode
