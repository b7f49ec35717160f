"""The head of all chains leaves the machine: into the journal, a file elsewhere, a webhook. What left can't be changed with the log."""

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from stormjib.core.effects import Notification
from stormjib.engine.rounds import Rounds
from stormjib.owned import opened
from stormjib.ports import Clock, DeliveryError, LogReader, Notifier, StoreFailed
from stormjib.store.log_head import Follower, LogHead

FIRST_SECONDS: Final = 60.0
"""After the start, which has better things to do than to read the whole log."""
STOP_SECONDS_MAX: Final = 5.0

_log = logging.getLogger(__name__)

Send = Callable[[LogHead], None]
"""Takes a head elsewhere; raises ``OSError`` or ``DeliveryError``."""


def to_journal(head: LogHead) -> None:
    """A line of the server's own log."""
    _log.info("log head: %s", head.line())


def to_file(path: Path) -> Send:
    """A line at the end of a file, which lies best on another machine."""

    def send(head: LogHead) -> None:
        with os.fdopen(opened(path, os.O_WRONLY | os.O_APPEND), "a", encoding="utf-8") as file:
            file.write(f"{head.line()}\n")
            file.flush()
            os.fsync(file.fileno())

    return send


def to_receiver(notifier: Notifier) -> Send:
    """To whoever keeps heads elsewhere."""

    def send(head: LogHead) -> None:
        notifier.send(Notification("head", "", msgspec.to_builtins(head), f"log-head/{head.position}"))

    return send


class LogHeads(Rounds):
    """Takes a head every so often, and sends it where there is something new. Only its thread sends."""

    def __init__(
        self, reader: LogReader, clock: Clock, key: Callable[[], bytes], *, every_seconds: float, sends: Sequence[Send]
    ) -> None:
        """Nothing is read before ``start``; with ``every_seconds`` 0 nothing ever is. ``key`` may raise ``OSError``."""
        self._follower = Follower(reader)
        self._clock = clock
        self._key = key
        self._every_seconds = every_seconds
        self._sends = sends
        self._sent = 0
        self.left_at: float | None = None
        """When one last went everywhere that it should, in seconds since the epoch."""
        super().__init__("log-heads", self._run, STOP_SECONDS_MAX)

    def start(self) -> None:
        """Begin."""
        if self._every_seconds:
            super().start()

    def send(self) -> bool:
        """Take a head and send it; False where nothing is new or the log can't be read."""
        try:
            head = self._follower.take(self._clock(), self._key())
        except (StoreFailed, OSError) as error:
            _log.error("no head of the log could be taken: %s", error)
            return False
        if head.position == self._sent:
            return False
        left = True
        for send in self._sends:
            try:
                send(head)
            except (OSError, DeliveryError) as error:
                _log.error("the head of the log at position %d did not leave: %s", head.position, error)
                left = False
        self._sent = head.position
        if left:
            self.left_at = head.taken_at
        return True

    def _run(self) -> None:
        wait = min(FIRST_SECONDS, self._every_seconds)
        while not self.pause(wait):
            self.send()
            wait = self._every_seconds
        # So that what was written last can't be cut off unseen.
        self.send()
