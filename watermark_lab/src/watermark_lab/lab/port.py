"""TCP ports on loopback: which are free, and how a lab keeps those that it has chosen."""

from __future__ import annotations

import socket
import sys

from watermark_lab.lab.settings import LabError

LOOPBACK = "127.0.0.1"
PORT_MAX = 65535
_CLAIM = "\0watermark-lab/port/{}"


class Ports:
    """The ports of one lab. Each is kept from the moment that it is chosen: no connection gets it, and no other lab."""

    def __init__(self, base: int) -> None:
        """Choose from ``base`` upwards, or any when it is 0."""
        self._candidate = base
        self._any = base == 0
        self._kept: list[socket.socket] = []

    def __iter__(self) -> Ports:
        """Give ports without end."""
        return self

    def __next__(self) -> int:
        """Choose and keep the next free port; never one twice. ``LabError`` when none is left."""
        while True:
            if self._any:
                kept = _bound(0)
                if kept is not None and self._keep(kept):
                    return _port(kept)
                continue
            port, self._candidate = self._candidate, self._candidate + 1
            if port > PORT_MAX:
                msg = "No free port is left above it. Choose a lower --base-port, or 0 for any."
                raise LabError(msg)
            if self.keep(port):
                return port

    def keep(self, port: int) -> bool:
        """Keep this very port; False when somebody else has it."""
        kept = _bound(port)
        return kept is not None and self._keep(kept)

    def close(self) -> None:
        """Let them go."""
        for kept in self._kept:
            kept.close()
        self._kept.clear()

    def _keep(self, kept: socket.socket) -> bool:
        """Claim the port of a bound socket against other labs, which may bind it too as long as nobody listens."""
        self._kept.append(kept)
        if sys.platform != "linux":
            return True
        # An abstract name is free again when its process has ended, and belongs to the network namespace as the port does.
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._kept.append(claim)
        try:
            claim.bind(_CLAIM.format(_port(kept)))
        except OSError:
            del self._kept[-2:]
            claim.close()
            kept.close()
            return False
        return True


def any_free() -> int:
    """Return a free port that the kernel picks; nothing keeps it free afterwards."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.bind((LOOPBACK, 0))
        return _port(sock)


def accepts(port: int, timeout_seconds: float = 0.5) -> bool:
    """Tell whether something accepts connections on ``port``."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout_seconds):
            return True
    except OSError:
        return False


def _bound(port: int) -> socket.socket | None:
    """Bind a port so that a server which sets SO_REUSEADDR can still listen on it; None when somebody else has it."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
    except OSError:
        sock.close()
        return None
    return sock


def _port(sock: socket.socket) -> int:
    return int(sock.getsockname()[1])
