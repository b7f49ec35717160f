"""The line to one receiver: a request may leave in the caller's own thread, over a connection that is open, without waiting.

A page that changes threads before it leaves takes half as long again, and several times as long on a busy machine.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Final

import httpcore2
import httpx2

from stormjib.exchange import CONNECTIONS_KEPT, Backend, Stream, trusted

BEGUN: Final = "begun"
"""The extension of a request that has left already: the connection on which its answer comes."""


class Line(httpx2.HTTPTransport):
    """For one receiver. Any thread may use it; each exchange under way has a connection of its own, so that none waits for another."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Nothing is opened here; ``monotonic`` gives the seconds of the deadlines."""
        super().__init__(verify=trusted(), trust_env=False)
        self._pool: Any = _Connections(monotonic)

    def begin(self, url: httpx2.URL, headers: Mapping[str, str], body: bytes) -> "Connection | None":
        """POST it where a connection is open that takes it at once; None where there is none.

        The same request with this as its extension ``BEGUN`` waits for the answer. Never blocks.
        """
        # What the caller gives is checked when it is sent in the usual way; here a line break would be another header.
        given = {"Host": url.netloc.decode("ascii"), **headers, "Content-Length": str(len(body))}
        lines = [f"POST {url.raw_path.decode('ascii')} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        if any("\r" in line or "\n" in line or not line.isascii() for line in lines):
            return None
        found: Connection | None = self._pool.kept()
        if found and not found.stream.begin("\r\n".join([*lines, "\r\n"]).encode() + body):
            found.close()
            return None
        return found


class Connection:
    """One that is open, its last answer read to the end."""

    def __init__(self, made: httpcore2.HTTPConnection, stream: Stream) -> None:
        self.made = made
        self.stream = stream

    def close(self) -> None:
        """Hang up."""
        self.made.close()


class _Connections:
    """What httpcore's pool does, for one receiver; those that are kept can be had without a request."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._backend = Backend(monotonic)
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def kept(self) -> Connection | None:
        """The connection that was used last, if the receiver has not hung up meanwhile."""
        with self._lock:
            while self._idle:
                found = self._idle.pop()
                if not found.made.has_expired():
                    return found
                found.close()
        return None

    def handle_request(self, request: httpcore2.Request) -> httpcore2.Response:
        begun: Connection | None = request.extensions.get(BEGUN) or self.kept()
        made = begun.made if begun else self._new(request.url.origin)
        with ExitStack() as failed:
            failed.callback(made.close)
            answer = made.handle_request(request)
            failed.pop_all()
        ended = Connection(made, answer.extensions["network_stream"])
        content = _Answer(answer.stream, lambda: self._keep(ended))
        return httpcore2.Response(answer.status, headers=answer.headers, content=content, extensions=answer.extensions)

    def close(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def _new(self, origin: httpcore2.Origin) -> httpcore2.HTTPConnection:
        expiry = httpx2.Limits().keepalive_expiry
        return httpcore2.HTTPConnection(origin, ssl_context=trusted(), keepalive_expiry=expiry, network_backend=self._backend)

    def _keep(self, ended: Connection) -> None:
        with self._lock:
            if ended.made.is_idle() and len(self._idle) < CONNECTIONS_KEPT:
                self._idle.append(ended)
                return
        ended.close()


class _Answer:
    """An answer's body, after which its connection is kept."""

    def __init__(self, inner: Any, keep: Callable[[], None]) -> None:  # noqa: ANN401 - httpcore's own shape
        self._inner = inner
        self._keep = keep

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner

    def close(self) -> None:
        self._inner.close()
        self._keep()
