"""The dead man's switch: a sign of life, sent only while somebody could really be paged, so that silence is the alarm."""

import logging
from collections.abc import Callable
from typing import Final

from stormjib.core.effects import Notification
from stormjib.engine.rounds import Rounds
from stormjib.ports import Clock, DeliveryError, Notifier, Overloaded, StoreFailed, Unavailable

SCHEMA: Final = "stormjib.heartbeat/1"

_log = logging.getLogger(__name__)


class Heartbeat(Rounds):
    """One thread. Whatever hangs, hangs it too, and then nothing is sent, which is what it is for."""

    def __init__(
        self,
        notifier: Notifier | None,
        works: Callable[[], str],
        clock: Clock,
        *,
        every_seconds: float,
    ) -> None:
        """``works`` tries whatever a page needs and says why one would not arrive, "" where it would.

        Without a ``notifier`` nothing ever beats.
        """
        self._notifier = notifier
        self._works = works
        self._clock = clock
        self._every_seconds = every_seconds
        self._silent = ""
        self.sent_at: float | None = None
        """When one last arrived, in seconds since the epoch."""
        super().__init__("heartbeat", self._run)

    def start(self) -> None:
        """Begin."""
        if self._notifier:
            super().start()

    def beat(self) -> bool:
        """Whether one was sent, and arrived."""
        try:
            silent = self._works()
            if self._notifier and not silent:
                at = self._clock()
                content = {"schema": SCHEMA, "at": at, "every_seconds": self._every_seconds}
                self._notifier.send(Notification("heartbeat", "", content, f"heartbeat/{at}"))
        except (DeliveryError, StoreFailed, Unavailable, Overloaded) as error:
            silent = str(error)
        if silent != self._silent:
            _log.log(logging.ERROR if silent else logging.INFO, "heartbeat: %s", silent or "it is sent again")
        self._silent = silent
        if not silent:
            self.sent_at = self._clock()
        return not silent

    def _run(self) -> None:
        while not self.ending:
            self.beat()
            self.pause(self._every_seconds)
