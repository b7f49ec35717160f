"""One request on its way through the load balancer, and the backends that it was passed to."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_CLIENT_CLOSED = 499


@dataclass
class Try:
    """One backend that a request was passed to: its port, the time to connect (None: it refused), the time altogether."""

    port: int
    began: float
    """on the monotonic clock"""
    connect_seconds: float | None = None
    seconds: float = 0.0


@dataclass
class Exchange:
    """One request and what became of it: the status that the client saw, and the body bytes that it got."""

    line: str = "-"
    agent: str = "-"
    status: int = _CLIENT_CLOSED
    body_bytes: int = 0
    answered: bool = False
    began: float = field(default_factory=time.monotonic)
    tries: list[Try] = field(default_factory=list)

    def seconds(self) -> float:
        """Return the time since its first byte."""
        return time.monotonic() - self.began

    @contextlib.contextmanager
    def trying(self, port: int) -> Iterator[Try]:
        """Time what one backend takes, however that ends."""
        one = Try(port, began=time.monotonic())
        self.tries.append(one)
        try:
            yield one
        finally:
            one.seconds = time.monotonic() - one.began

    def begin(self, head: bytes) -> None:
        """Note the status from the beginning of an answer, and the part of the body that came with it."""
        words = head.split(b" ", 2)
        self.status = int(words[1][:3]) if len(words) > 1 and words[1][:3].isdigit() else 502
        self.body_bytes = len(head.partition(b"\r\n\r\n")[2])
        self.answered = True
