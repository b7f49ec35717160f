"""Limits before anybody has said who they are: how many connections, how large a head, how long until it has come.

uvicorn bounds neither: a header of 100 MB kept the event loop busy for 42 seconds, a half-sent request was kept for ever, and as
many idle connections as the process may have files kept everybody else out.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX: Final = 64 * 1024
"""Everything of a request that is no body: its first line, its headers, the lengths of its chunks, its trailers."""
HEADERS_MAX: Final = 200
HEAD_SECONDS_MAX: Final = 10.0
"""From a connection, or the first byte of a request, to the end of its head."""
IDLE_BODY_SECONDS_MAX: Final = 60.0
"""A body of which nothing comes for so long does not come any more."""
BODY_SECONDS_MAX: Final = 300.0
LATE_BYTES_MAX: Final = 1024 * 1024
"""Of a body that goes on after its answer was sent."""
JOINED_BYTES_MAX: Final = 16 * 1024
"""Of one piece of an answer that may wait for the next."""
SWEEP_SECONDS: Final = 1.0
CONNECTIONS_MAX: Final = 2_048
ADDRESS_SHARE: Final = 0.75
"""Of all connections, for one address: behind a reverse proxy everybody has the same one."""
FILES_KEPT: Final = 32
"""For the log, the engine, pages that go out and commands that run, beside what is open at the start."""
CONNECTIONS_MIN: Final = 4

_OPEN_FILES: Final = Path("/proc/self/fd")

Note = Callable[[str, str, str], None]
"""Told the answer, the sentence and the address of whoever was refused."""


def room() -> int:
    """How many connections there may be, within the files that this process may have open (``ulimit -n``)."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    left = soft - len(list(_OPEN_FILES.iterdir())) if _OPEN_FILES.is_dir() else soft // 2
    return max(CONNECTIONS_MIN, min(CONNECTIONS_MAX, max(left - FILES_KEPT, left // 3)))


class Connections:
    """All that are open. Used by the event loop only."""

    def __init__(self, connections_max: int, note: Note) -> None:
        self.connections_max = connections_max
        self.address_max = max(CONNECTIONS_MIN, int(connections_max * ADDRESS_SHARE))
        self.note = note
        self._open: dict[BoundedProtocol, str] = {}
        """In the order in which they came."""
        self._by_address: Counter[str] = Counter()
        self._sweeping = False

    def protocol(self) -> Callable[..., asyncio.Protocol]:
        """What uvicorn calls for each connection."""

        def make(**given: Any) -> BoundedProtocol:
            return BoundedProtocol(self, **given)

        return make

    def add(self, one: "BoundedProtocol", address: str) -> bool:
        """Whether there is room for it, or somebody idle had to go to make some."""
        if self._by_address[address] >= self.address_max and not self._drop_idle(address):
            return False
        if len(self._open) >= self.connections_max:
            # Whoever has the most connections gives one up, so that one sender can't keep the others out.
            most = next((other for other, _ in self._by_address.most_common() if self._drop_idle(other)), None)
            if most is None:
                return False
        self._open[one] = address
        self._by_address[address] += 1
        if not self._sweeping:
            self._sweeping = True
            one.loop.call_later(SWEEP_SECONDS, self._sweep, one.loop)
        return True

    def remove(self, one: "BoundedProtocol") -> None:
        """It is closed."""
        address = self._open.pop(one, None)
        if address is not None:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def _drop_idle(self, address: str) -> bool:
        """Close the oldest connection of an address that waits for nothing but its own next request."""
        idle = next((one for one, other in self._open.items() if other == address and one.idle), None)
        if idle is None:
            return False
        self.remove(idle)
        idle.transport.abort()
        return True

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for one in list(self._open):
            one.look(now)
        self._sweeping = bool(self._open)
        if self._sweeping:
            loop.call_later(SWEEP_SECONDS, self._sweep, loop)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's connection within the limits above."""

    def __init__(self, all_open: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._all = all_open
        self._head_since: float | None = self.loop.time()
        """None while a request is answered, and between requests: uvicorn ends a connection that is idle there."""
        self._reading = False
        """The request's head is there, and the rest of it is not."""
        self._began = self._heard = 0.0
        self._plain_bytes = self._body_bytes = self._late_bytes = 0

    @property
    def idle(self) -> bool:
        """Nobody waits for an answer on it."""
        return not self._reading and (self.cycle is None or self.cycle.response_complete)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it, or say that there is no room."""
        super().connection_made(cast("asyncio.Transport", _Joined(self.loop, transport)))
        if not self._all.add(self, self._address()):
            self._refuse(503, "There are too many connections; close some, or try again in a moment.")

    def connection_lost(self, exc: Exception | None) -> None:
        """There is room for another one."""
        self._all.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before it is looked into."""
        if self.transport.is_closing():
            return
        if not self._reading:
            if self._head_since is None and (self.cycle is None or self.cycle.response_complete):
                self._head_since = self.loop.time()
                self._plain_bytes = self._body_bytes = 0
        else:
            self._heard = self.loop.time()
            if self.cycle.response_complete:
                self._late_bytes += len(data)
                if self._late_bytes > LATE_BYTES_MAX:
                    self.transport.abort()
                    return
        self._plain_bytes += len(data)
        super().data_received(data)
        # A body may be cut into small chunks, each with its length: as many bytes as it has itself are no attack.
        if self._plain_bytes - 2 * self._body_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self._refuse(431, f"The head of the request has more than {HEAD_BYTES_MAX} bytes.")

    def on_headers_complete(self) -> None:
        """The head is there; the answer begins."""
        self._head_since = None
        self._reading = True
        self._began = self._heard = self.loop.time()
        self._late_bytes = 0
        if len(self.headers) > HEADERS_MAX:
            self._refuse(431, f"The request has more than {HEADERS_MAX} headers.")
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body_bytes += len(body)
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """All of the request is there."""
        self._reading = False
        # What comes in one piece with this request is the next one's head.
        self._plain_bytes = self._body_bytes = 0
        if not self.transport.is_closing():
            super().on_message_complete()

    def look(self, now: float) -> None:
        """Once a second: whoever does not go on with its request is let go."""
        if self._head_since is not None and now - self._head_since > HEAD_SECONDS_MAX:
            if self._plain_bytes:
                self._refuse(408, f"The head of the request did not arrive within {HEAD_SECONDS_MAX:.0f} seconds.")
            else:
                # Browsers open connections to have them; nobody is refused anything.
                self.transport.close()
        elif self._reading and (now - self._heard > IDLE_BODY_SECONDS_MAX or now - self._began > BODY_SECONDS_MAX):
            self._refuse(408, "The body of the request did not arrive in time; send it again.")

    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _refuse(self, status: int, sentence: str) -> None:
        """Say why, unless an answer is under way, and hang up."""
        if self.transport.is_closing():
            return
        self._all.note(str(status), sentence, self._address())
        self._all.remove(self)
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            body = f'{{"error":"{sentence}"}}'.encode()
            self.transport.write(
                b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s"
                % (status, _PHRASES[status], len(body), body)
            )
            if self.cycle is not None:
                self.cycle.disconnected = True
        self.transport.close()


class _Joined:
    """A transport that sends what is written in one turn of the loop together.

    uvicorn writes the head of an answer and its body one after the other, and uvloop sends each at once: two system calls and
    two segments for every small answer.
    """

    __slots__ = ("_loop", "_transport", "_waiting", "is_closing")

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        self._loop = loop
        self._transport = transport
        self._waiting: list[bytes] = []
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send it before the loop's next turn; what is large, at once, so that the transport can say that it is full."""
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(data)
        if len(data) > JOINED_BYTES_MAX:
            self._send()

    def close(self) -> None:
        """Send what waits and hang up."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._waiting:
            data, self._waiting = b"".join(self._waiting), []
            if not self.is_closing():
                self._transport.write(data)


_PHRASES: Final = {408: b"Request Timeout", 431: b"Request Header Fields Too Large", 503: b"Service Unavailable"}
