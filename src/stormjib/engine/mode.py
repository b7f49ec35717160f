"""Live or shadow: what is seen to at the switch from one to the other, and which open incidents page nobody since then."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from stormjib.core.log import Closed, Ended, Entry, Resolved
from stormjib.engine.inbox import Inbox
from stormjib.ports import Damaged, LogReader

MODE: Final = "mode"
"""What the log calls the mode of the newest start."""
NAMED_MAX: Final = 5
SAID: Final = "was open when this server went into shadow, and pages nobody any more: end it, or see to it elsewhere."
_log = logging.getLogger(__name__)


class Mode:
    """``begin`` is called once, before anything may leave; ``heard`` by the writer's thread; any thread may ask for the ``problems``."""

    def __init__(self, reader: LogReader, inbox: Inbox, mode: str) -> None:
        self._reader, self._inbox, self._mode = reader, inbox, mode
        self._left: dict[str, None] = {}
        """What was declared while the server was live, and was open as it began in shadow."""

    def begin(self) -> None:
        """What shadow left behind ends on a live server; what a live one left behind is named in shadow."""
        before = self._reader.setting(MODE)
        if self._mode == "shadow":
            self._left = dict.fromkeys(self._live())
            self._inbox.subscribe(self.heard)
            for sentence in self.problems():
                _log.warning("%s", sentence)
        elif before == "shadow":
            self._inbox.leave_shadow(self._open())
        if before != self._mode:
            self._inbox.write(lambda log: log.put_setting(MODE, self._mode))

    def heard(self, entries: Sequence[Entry]) -> None:
        """Entries that were written. What is opened again later was opened in shadow."""
        for entry in entries:
            if isinstance(entry.fact, Resolved | Closed | Ended):
                self._left.pop(entry.incident, None)

    def problems(self) -> list[str]:
        """What is open and pages nobody any more, a sentence each."""
        found = list(self._left)
        named = found if len(found) <= NAMED_MAX else [*found[:NAMED_MAX], f"Each of {len(found) - NAMED_MAX} others"]
        return [f"{one} {SAID}" for one in named]

    def _open(self) -> list[str]:
        heads = self._reader.incidents(open_only=True, limit=self._reader.incident_count() + 1)
        return [one.id for one in reversed(heads)]

    def _live(self) -> Iterator[str]:
        for incident_id in self._open():
            with suppress(Damaged):
                if not self._reader.replay(incident_id).shadow:
                    yield incident_id
