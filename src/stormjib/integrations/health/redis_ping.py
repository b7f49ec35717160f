"""A PING to Redis over a plain socket, in its own protocol (RESP2, redis.io/docs/latest/develop/reference/protocol-spec)."""

import socket
import ssl
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from stormjib.integrations.health.probe import Finding, UnhealthyError

REPLY_BYTES_MAX: Final = 4096
_PORT: Final = 6379


class RedisAddress:
    """Where a Redis is and how to log in, from a redis://, rediss:// or unix:// URL."""

    def __init__(self, url: str) -> None:
        """Read the URL; raises ValueError with a sentence, which never repeats the URL, for it may hold a password."""
        wrong = "The Redis address cannot be used; give one such as redis://localhost:6379."
        try:
            parts = urlsplit(url)
            self.port = parts.port or _PORT
        except ValueError as error:
            raise ValueError(wrong) from error
        if parts.scheme not in {"redis", "rediss", "unix"} or not (parts.hostname or parts.scheme == "unix"):
            raise ValueError(wrong)
        self.host = parts.hostname or ""
        self.path = unquote(parts.path) if parts.scheme == "unix" else ""
        self.tls = parts.scheme == "rediss"
        self.login = _login(parts)

    def __str__(self) -> str:
        """Give the address without the login."""
        return self.path or f"{self.host}:{self.port}"

    def connect(self, timeout_seconds: float) -> socket.socket:
        """Open a connection; raises OSError."""
        if self.path:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(timeout_seconds)
                connection.connect(self.path)
            except OSError:
                connection.close()
                raise
            return connection
        connection = socket.create_connection((self.host, self.port), timeout_seconds)
        if not self.tls:
            return connection
        return ssl.create_default_context().wrap_socket(connection, server_hostname=self.host)


def ping(address: RedisAddress, timeout_seconds: float) -> Finding:
    """Log in if the address says so, and PING; raises UnhealthyError."""
    try:
        with (
            address.connect(timeout_seconds) as connection,
            connection.makefile("rb") as replies,
        ):
            if address.login:
                connection.sendall(_command("AUTH", *address.login))
                _expect(replies.readline(REPLY_BYTES_MAX), b"+OK", "AUTH", address)
            connection.sendall(_command("PING"))
            _expect(replies.readline(REPLY_BYTES_MAX), b"+PONG", "PING", address)
    except TimeoutError as error:
        raise UnhealthyError(f"Redis at {address} did not answer within {timeout_seconds:g} s.") from error
    except OSError as error:
        raise UnhealthyError(
            f"Cannot talk to Redis at {address} ({error.strerror or error}). Check that it runs there."
        ) from error
    return Finding(detail=f"Redis at {address} answered PONG.")


def _login(parts: SplitResult) -> tuple[str, ...]:
    if parts.password is None:
        return ()
    password = unquote(parts.password)
    return (unquote(parts.username), password) if parts.username else (password,)


def _command(*words: str) -> bytes:
    encoded = [word.encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


def _expect(reply: bytes, expected: bytes, command: str, address: RedisAddress) -> None:
    if reply.rstrip(b"\r\n") == expected:
        return
    if not reply:
        raise UnhealthyError(f"Redis at {address} closed the connection instead of answering {command}.")
    text = reply[:200].decode("ascii", "replace").strip().lstrip("-")
    raise UnhealthyError(f"Redis at {address} refused {command}: {text}")
