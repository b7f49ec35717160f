"""TCP ports on loopback: is one free, which are the next free ones."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

from watermark_lab.lab.settings import LabError

LOOPBACK = "127.0.0.1"
PORT_MAX = 65535


def is_free(port: int) -> bool:
    """Tell whether a listener could be opened on ``port``; nothing keeps it free afterwards."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((LOOPBACK, port))
        except OSError as err:
            if err.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def any_free() -> int:
    """Return a free port that the kernel picks."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind((LOOPBACK, 0))
        return int(sock.getsockname()[1])


def free_ports(base: int) -> Iterator[int]:
    """Yield free ports without end: from ``base`` upwards, or any when ``base`` is 0; never one twice."""
    given: set[int] = set()
    candidate = base
    while True:
        port = any_free() if base == 0 else candidate
        candidate += 1
        if port > PORT_MAX:
            msg = f"No free port is left above {base}. Choose a lower --base-port, or 0 for any."
            raise LabError(msg)
        if port not in given and is_free(port):
            given.add(port)
            yield port


def accepts(port: int, timeout_seconds: float = 0.5) -> bool:
    """Tell whether something accepts connections on ``port``."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout_seconds):
            return True
    except OSError:
        return False
