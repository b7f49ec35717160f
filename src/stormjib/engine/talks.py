"""Which incident a channel of the chat belongs to, by the entry that opened it."""

import threading
from collections.abc import Sequence
from typing import Final

from stormjib.core.log import ChannelOpened, Entry
from stormjib.ports import LogReader

INCIDENTS_MAX: Final = 500
"""Read at the first question: those that are open, and the newest of the others."""
ENTRIES_MAX: Final = 200
"""Of each, the first: a channel is opened at the declaration."""


class Talks:
    """``heard`` is called in the writer's thread, the other by any."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader
        self._of: dict[str, str] = {}
        self._reading = threading.Lock()
        self._was_read = False

    def heard(self, entries: Sequence[Entry]) -> None:
        """Learn from what was written."""
        for entry in entries:
            if isinstance(entry.fact, ChannelOpened) and entry.fact.reference:
                self._of[entry.fact.reference] = entry.incident

    def incident_of(self, channel: str) -> str:
        """By the chat's own id of the channel; "" where it is no incident's, or of one that was over long ago."""
        with self._reading:
            if not self._was_read:
                for head in self._reader.worst_first(INCIDENTS_MAX, open_only=False)[0]:
                    self.heard(self._reader.entries(head.id, 0, ENTRIES_MAX))
                self._was_read = True
        return self._of.get(channel, "")
