"""One loop that sends an alert and sees the page arrive: one clock, one thread, nothing in between that takes time."""

import select
import selectors
import socket
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import msgspec

ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
CHUNK_BYTES: Final = 65_536


class Late(Exception):
    """No page came in time."""


class Arrival(msgspec.Struct, frozen=True):
    """Seconds after the first byte of the alert was sent."""

    page_seconds: float
    answer_seconds: float


class Receiver:
    """A pager's HTTP server on loopback; it takes every request and answers 200."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._read: dict[socket.socket, bytes] = {}
        self._pages: list[tuple[float, bytes]] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/page"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for connection in [*self._read, self._listening]:
            connection.close()
        self._selector.close()

    def sample(
        self, to: "Sender", body: bytes, marks: tuple[bytes, ...], seen: Callable[[], None], timeout_seconds: float
    ) -> Arrival:
        """Send the alert; the time until a request arrived that holds all ``marks``. Raises ``Late``.

        ``seen`` is called at that moment, after the clock is read and before anything else is let happen here.
        """
        self._pages.clear()
        page = answer = 0.0
        self._selector.register(to.connection, selectors.EVENT_READ)
        began = time.perf_counter()
        to.send(body)
        try:
            while not (page and answer):
                left = began + timeout_seconds - time.perf_counter()
                if left <= 0:
                    raise Late(f"No page within {timeout_seconds:.0f} seconds.")
                for key, _ in self._selector.select(left):
                    now = time.perf_counter()
                    if key.fileobj is to.connection:
                        answer = now if to.receive() else answer
                    else:
                        self._take(key.fileobj, now)
                if not page and (page := next((at for at, read in self._pages if all(mark in read for mark in marks)), 0.0)):
                    seen()
        finally:
            self._selector.unregister(to.connection)
        return Arrival(page - began, answer - began)

    def drain(self) -> None:
        """Answer what comes beside the pages, such as messages and retries."""
        while ready := self._selector.select(0):
            for key, _ in ready:
                self._take(key.fileobj, 0.0)

    def _take(self, ready: object, now: float) -> None:
        if ready is self._listening:
            connection, _ = self._listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(connection, selectors.EVENT_READ)
            self._read[connection] = b""
            return
        assert isinstance(ready, socket.socket)
        chunk = ready.recv(CHUNK_BYTES)
        if not chunk:
            self._selector.unregister(ready)
            del self._read[ready]
            ready.close()
            return
        self._read[ready] += chunk
        if _whole(self._read[ready]):
            self._pages.append((now, self._read[ready]))
            self._read[ready] = b""
            ready.sendall(ANSWER)


class Sender:
    """A connection that stays open to a server that takes alerts."""

    def __init__(self, url: str, path: str, headers: dict[str, str]) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._address = (host, int(port))
        self.connection = self._connect()
        lines = [f"POST {path} HTTP/1.1", f"Host: {host}:{port}", "Content-Type: application/json"]
        self._head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items())])
        self._answer = b""

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def renew(self) -> None:
        """Connect again where the server has hung up, as servers do with what was idle for seconds."""
        if select.select([self.connection], [], [], 0)[0]:
            self.connection.close()
            self.connection = self._connect()

    def send(self, body: bytes) -> None:
        """One POST."""
        self._answer = b""
        self.connection.sendall(f"{self._head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    def receive(self) -> bool:
        """Read; whether the answer is complete. Raises ``OSError`` where it is a refusal."""
        chunk = self.connection.recv(CHUNK_BYTES)
        self._answer += chunk
        if not chunk:
            raise ConnectionError("The server hung up.")
        if not self._answer.startswith(b"HTTP/1.1 2"):
            raise ConnectionError(self._answer.decode(errors="replace"))
        return _whole(self._answer)

    def post(self, body: bytes) -> None:
        """One POST and its answer."""
        self.send(body)
        while not self.receive():
            pass

    def close(self) -> None:
        """Hang up."""
        self.connection.close()


def _whole(message: bytes) -> bool:
    """Whether a message with a Content-Length has arrived as a whole."""
    head, end, body = message.partition(b"\r\n\r\n")
    length = next((line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"0")
    return bool(end) and len(body) >= int(length)
