"""The control socket's two ends: JSON lines over a unix socket, however long its path is.

Only light imports: every stand-in program starts through this file.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LINE_BYTES_MAX = 4 * 1024 * 1024
SUN_PATH_BYTES_MAX = 100


@contextmanager
def _address(path: str) -> Iterator[str]:
    # A unix socket's address holds about 108 bytes; a deeper directory is reached through its descriptor.
    if len(os.fsencode(path)) <= SUN_PATH_BYTES_MAX:
        yield path
        return
    folder, _slash, name = path.rpartition("/")
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{name}"
    finally:
        os.close(directory)


def listen(path: str) -> socket.socket:
    """Open the listening end at ``path``, readable by its owner only."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _address(path) as address:
        sock.bind(address)
        os.chmod(path, 0o600)
    sock.listen(64)
    return sock


def connect(path: str, timeout_seconds: float | None = None) -> socket.socket:
    """Connect to the lab whose socket is at ``path``; OSError when no lab answers there."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.settimeout(timeout_seconds)
    try:
        with _address(path) as address:
            sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def send(sock: socket.socket, message: dict[str, Any]) -> None:
    """Send one message."""
    sock.sendall(json.dumps(message).encode() + b"\n")


def receive(sock: socket.socket) -> Iterator[dict[str, Any]]:
    """Yield messages until the other end closes; ValueError for what is not a JSON object or is too long."""
    buffer = b""
    while chunk := sock.recv(65536):
        buffer += chunk
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            message = json.loads(line)
            if not isinstance(message, dict):
                msg = "a control message must be a JSON object"
                raise ValueError(msg)
            yield message
        if len(buffer) > LINE_BYTES_MAX:
            msg = f"a control message is longer than {LINE_BYTES_MAX} bytes"
            raise ValueError(msg)
