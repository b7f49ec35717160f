"""The lab's load balancer: HTTP on the public port, passed on to the api replicas in turn, each request logged.

Run as a process: ``python -m watermark_lab.lab.proxy PORT BACKENDS_FILE ACCESS_LOG ERROR_LOG``. One request per
connection, so that a restarted replica is never met by a connection from before.
"""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from watermark_lab.lab.access_log import AccessLog
from watermark_lab.lab.exchange import Exchange
from watermark_lab.lab.port import LOOPBACK
from watermark_lab.lab.upstream import Upstream

HEAD_BYTES_MAX = 64 * 1024
CLIENT_SECONDS_MAX = 10.0
ANSWER_SECONDS_MAX = 60.0
CONNECT_SECONDS_MAX = 1.0
CONNECTIONS_MAX = 256
DRAIN_SECONDS_MAX = 3.0
_DROPPED_HEADERS = (b"connection", b"keep-alive", b"proxy-connection", b"x-forwarded-for", b"x-real-ip", b"expect")
_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE")


class _ClientGoneError(Exception):
    """The client went away; nobody is left to be answered."""


class Proxy:
    """Accepts connections until it is told to stop, then lets those under way finish."""

    def __init__(self, port: int, upstream: Upstream, log: AccessLog) -> None:
        """Open the public port."""
        self._upstream = upstream
        self._log = log
        self._slots = threading.Semaphore(CONNECTIONS_MAX)
        self._stop, self._stopped = socket.socketpair()
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((LOOPBACK, port))
        self._listener.listen(128)

    def serve(self) -> None:
        """Serve until ``stop``."""
        while True:
            ready, _, _ = select.select([self._listener, self._stopped], [], [])
            if self._stopped in ready:
                break
            client, address = self._listener.accept()
            self._slots.acquire()
            threading.Thread(target=self._handle, args=(client, address[0]), daemon=True).start()
        self._listener.close()
        deadline = time.monotonic() + DRAIN_SECONDS_MAX
        for _ in range(CONNECTIONS_MAX):
            if not self._slots.acquire(timeout=max(0.0, deadline - time.monotonic())):
                break

    def stop(self) -> None:
        """Make ``serve`` return; safe in a signal handler."""
        self._stop.send(b"x")

    def _handle(self, client: socket.socket, address: str) -> None:
        exchange = Exchange()
        try:
            # A client that goes away early leaves the status at 499, unless its answer had begun.
            with client, contextlib.suppress(_ClientGoneError, OSError):
                client.settimeout(CLIENT_SECONDS_MAX)
                head = _read_head(client)
                if head:
                    self._pass_on(client, address, head, exchange)
        finally:
            if exchange.line != "-":
                self._log.served(address, exchange)
            self._slots.release()

    def _pass_on(self, client: socket.socket, address: str, head: bytes, exchange: Exchange) -> None:
        top, _blank, rest = head.partition(b"\r\n\r\n")
        lines = top.split(b"\r\n")
        exchange.line = lines[0].decode("latin-1")
        headers = [line for line in lines[1:] if line.partition(b":")[0].strip().lower() not in _DROPPED_HEADERS]
        for line in headers:
            name, _colon, value = line.partition(b":")
            if name.strip().lower() == b"user-agent":
                exchange.agent = value.strip().decode("latin-1")
        added = [b"Connection: close", b"X-Forwarded-For: " + address.encode(), b"X-Real-IP: " + address.encode()]
        request = b"\r\n".join([lines[0], *headers, *added]) + b"\r\n\r\n" + rest
        again = exchange.line.partition(" ")[0] in _IDEMPOTENT
        for port in self._upstream.in_turn():
            with exchange.trying(port) as one:
                try:
                    backend = socket.create_connection((LOOPBACK, port), timeout=CONNECT_SECONDS_MAX)
                except OSError as err:
                    self._log.failed(f"connect() to upstream 127.0.0.1:{port} failed: {err}", exchange.line)
                    continue
                one.connect_seconds = time.monotonic() - one.began
                with backend:
                    if _relay(client, backend, request, exchange):
                        return
            self._log.failed(f"upstream 127.0.0.1:{port} closed the connection before answering", exchange.line)
            if not again:
                break
        else:
            self._log.failed("no live upstreams while connecting to upstream", exchange.line)
        _answer(client, exchange, 502, "Bad Gateway")


def _read_head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = client.recv(16384)
        if not chunk or len(head) + len(chunk) > HEAD_BYTES_MAX:
            return b""
        head += chunk
    return head


def _relay(client: socket.socket, backend: socket.socket, request: bytes, exchange: Exchange) -> bool:
    """Carry bytes both ways until the backend is done; False when it closed before its answer began."""
    head = b""
    watched = [backend, client]
    try:
        backend.settimeout(CLIENT_SECONDS_MAX)
        backend.sendall(request)
        while True:
            ready, _, _ = select.select(watched, [], [], ANSWER_SECONDS_MAX)
            if not ready and not exchange.answered:
                _answer(client, exchange, 504, "Gateway Time-out")
            if not ready:
                return True
            if client in ready and not _forward(client, backend):
                watched = [backend]
            if backend in ready:
                chunk = backend.recv(65536)
                if not chunk:
                    return exchange.answered
                if exchange.answered:
                    exchange.body_bytes += len(chunk)
                    _deliver(client, chunk)
                elif b"\r\n\r\n" in (head := head + chunk):
                    exchange.begin(head)
                    _deliver(client, head)
    except (ConnectionResetError, BrokenPipeError, TimeoutError):
        return exchange.answered


def _forward(client: socket.socket, backend: socket.socket) -> bool:
    """Pass on more of the request; False when the client sends no more."""
    try:
        more = client.recv(65536)
    except OSError as err:
        raise _ClientGoneError from err
    backend.sendall(more)
    return bool(more)


def _deliver(client: socket.socket, chunk: bytes) -> None:
    try:
        client.sendall(chunk)
    except OSError as err:
        raise _ClientGoneError from err


def _answer(client: socket.socket, exchange: Exchange, status: int, reason: str) -> None:
    body = f"<html><head><title>{status} {reason}</title></head><body><h1>{status} {reason}</h1></body></html>\n".encode()
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    exchange.status, exchange.body_bytes, exchange.answered = status, len(body), True
    with contextlib.suppress(OSError):
        client.sendall(head.encode() + body)


def main(argv: list[str]) -> int:
    """Run the load balancer until SIGTERM."""
    port, backends, access, errors = int(argv[0]), Path(argv[1]), Path(argv[2]), Path(argv[3])
    proxy = Proxy(port, Upstream(backends), AccessLog(access, errors))

    def stop(_number: int, _frame: FrameType | None) -> None:
        proxy.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(f"listening on 127.0.0.1:{port}")
    proxy.serve()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
