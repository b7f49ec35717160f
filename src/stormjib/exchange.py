"""The one place for calls out over HTTP: a whole exchange has one deadline and a limit on what may come back.

A client's own timeouts bound each read, so that who answers drop by drop never ends. Here the time of a request is what
everything takes together: the look-up of the name, connecting, TLS, sending, the head of the answer and its last byte.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import httpcore2
import httpx2

from stormjib.public_address import is_public

BYTES_MAX: Final = 16 * 1024 * 1024
"""Of an answer's body, as it comes over the wire, where the caller says nothing."""
SECONDS_MAX: Final = 30.0
"""Of a request that names no timeout."""
CONNECTIONS_KEPT: Final = 8
TOGETHER_BYTES: Final = 64 * 1024
"""Of a request, sent in one piece."""


class TooLarge(httpx2.ReadError):
    """An answer's body is over the limit."""


_Option = tuple[Any, ...]
_thread = threading.local()


def client(
    *,
    timeout_seconds: float,
    bytes_max: int = BYTES_MAX,
    headers: Mapping[str, str] | None = None,
    transport: httpx2.BaseTransport | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> httpx2.Client:
    """A client for one receiver, whose ``timeout`` bounds each whole exchange; a request may give its own.

    What takes longer raises ``httpx2.TimeoutException``, a body over ``bytes_max`` raises ``TooLarge``. Redirects
    are not followed and the environment's proxies not used. Each receiver has a client of its own and so its own
    connections, of which there are as many as exchanges: none waits for another that hangs.
    """
    limited = _Limited(transport or _connections(monotonic), bytes_max, monotonic)
    # Compressed, a small body could be a large one.
    given = {"Accept-Encoding": "identity", **(headers or {})}
    return httpx2.Client(timeout=timeout_seconds, headers=given, transport=limited, trust_env=False, follow_redirects=False)


class _Limited(httpx2.BaseTransport):
    """Gives an exchange its deadline, and its body the deadline and the limit."""

    def __init__(self, inner: httpx2.BaseTransport, bytes_max: int, monotonic: Callable[[], float]) -> None:
        self._inner = inner
        self._bytes_max = bytes_max
        self._monotonic = monotonic

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises what httpx2 raises; a deadline that passed is its ``TimeoutException``."""
        given = [seconds for seconds in request.extensions.get("timeout", {}).values() if seconds is not None]
        end = self._monotonic() + (min(given) if given else SECONDS_MAX)
        with _until(end):
            answer = self._inner.handle_request(request)
        assert isinstance(answer.stream, httpx2.SyncByteStream)
        answer.stream = _Body(answer.stream, end, self._bytes_max)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class _Body(httpx2.SyncByteStream):
    """An answer's body."""

    def __init__(self, inner: httpx2.SyncByteStream, end: float, bytes_max: int) -> None:
        self._inner = inner
        self._end = end
        self._bytes_max = bytes_max

    def __iter__(self) -> Iterator[bytes]:
        parts, seen = iter(self._inner), 0
        while True:
            with _until(self._end):
                part = next(parts, None)
            if part is None:
                return
            seen += len(part)
            if seen > self._bytes_max:
                raise TooLarge(f"the answer has more than {self._bytes_max} bytes")
            yield part

    def close(self) -> None:
        """Hang up, where the body was not read to its end."""
        self._inner.close()


@contextmanager
def _until(end: float) -> Iterator[None]:
    """Within it, this thread's reads and writes end by then."""
    before = getattr(_thread, "end", None)
    _thread.end = end
    try:
        yield
    finally:
        _thread.end = before


@cache
def trusted() -> ssl.SSLContext:
    """Whom this machine trusts, read once for all clients: each reading takes 30 ms and some megabytes."""
    return httpx2.create_ssl_context(trust_env=False)


def public_only(networks: Iterable[str]) -> httpx2.BaseTransport:
    """Connections to addresses that a stranger gave: to no network of our own but these, whatever a name leads to.

    The address that was looked up is the one that is connected to, so that a name can't lead elsewhere meanwhile.
    """
    own = [ipaddress.ip_network(one) for one in networks]
    return _connections(time.monotonic, lambda address: is_public(address, own))


def _connections(monotonic: Callable[[], float], allows: Callable[[str], bool] = lambda _: True) -> httpx2.HTTPTransport:
    """HTTP over streams that know the deadline of the thread that uses them."""
    made = httpx2.HTTPTransport(verify=trusted(), trust_env=False)
    made._pool = httpcore2.ConnectionPool(
        ssl_context=trusted(),
        max_connections=None,
        max_keepalive_connections=CONNECTIONS_KEPT,
        keepalive_expiry=httpx2.Limits().keepalive_expiry,
        network_backend=Backend(monotonic, allows),
    )
    return made


class _Clock:
    """How many seconds this thread's exchange has left."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic

    def left(self, timeout: float | None, late: type[Exception]) -> float | None:
        end: float | None = getattr(_thread, "end", None)
        if end is None:
            return timeout
        left = end - self._monotonic()
        if left <= 0:
            raise late("the whole exchange took too long")
        return left if timeout is None else min(left, timeout)


class Stream(httpcore2.NetworkStream):
    """A connection, each of whose steps has what is left of the whole time."""

    def __init__(self, inner: httpcore2.NetworkStream, clock: _Clock) -> None:
        self._inner = inner
        self._clock = clock
        self._unsent = bytearray()
        self._has_begun = False

    def begin(self, request: bytes) -> bool:
        """Send a whole request as far as that goes without waiting; False where the connection does not take it.

        Whoever then sends it in the usual way only waits for the answer.
        """
        sock: socket.socket = self._inner.get_extra_info("socket")
        try:
            sock.setblocking(False)
            sent = sock.send(request)
        except OSError:
            return False
        self._unsent += request[sent:]
        self._has_begun = True
        return True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, after everything is sent."""
        self._send(timeout)
        self._has_begun = False
        return self._inner.read(max_bytes, self._clock.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it, with what follows."""
        if self._has_begun:
            return
        # A request comes in pieces. At each send another thread may take the interpreter, and a page would wait for it.
        self._unsent += buffer
        if len(self._unsent) >= TOGETHER_BYTES:
            self._send(timeout)

    def _send(self, timeout: float | None) -> None:
        if not self._unsent:
            return
        buffer, self._unsent = bytes(self._unsent), bytearray()
        sock: socket.socket = self._inner.get_extra_info("socket")
        try:
            # Unlike single sends, ``sendall`` has one timeout for all that is to be sent.
            sock.settimeout(self._clock.left(timeout, httpcore2.WriteTimeout))
            sock.sendall(buffer)
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> "Stream":  # noqa: ANN401 - httpcore's own shape
        """The same connection over TLS."""
        left = self._clock.left(timeout, httpcore2.ConnectTimeout)
        return Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._clock)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own shape
        """What httpcore asks."""
        return self._inner.get_extra_info(info)


class Backend(httpcore2.NetworkBackend):
    """Connects within the deadline, the look-up of the name included."""

    def __init__(self, monotonic: Callable[[], float], allows: Callable[[str], bool] = lambda _: True) -> None:
        """``allows``: whether an address may be connected to."""
        self._clock = _Clock(monotonic)
        self._allows = allows
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_Option] | None = None,
    ) -> Stream:
        """A new connection."""
        late = httpcore2.ConnectTimeout
        found = [one for one in _addresses(host, port, self._clock.left(timeout, late)) if self._allows(one)]
        for number, address in enumerate(found, 1):
            left = self._clock.left(timeout, late)
            # An address that never answers leaves time for the next one.
            share = left / (len(found) - number + 1) if left is not None else None
            try:
                return Stream(self._sockets.connect_tcp(address, port, share, local_address, socket_options), self._clock)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(found):
                    raise
        raise httpcore2.ConnectError(f"{host} has no address that may be called")


def _addresses(host: str, port: int, seconds: float | None) -> list[str]:
    """The addresses of a host. The system's look-up knows no deadline, so that a thread does it, which may outlive us."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(one[4][0]) for one in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise httpcore2.ConnectTimeout(f"the address of {host} was not found in time") from None
    if isinstance(answer, OSError):
        raise httpcore2.ConnectError(str(answer)) from answer
    return answer
