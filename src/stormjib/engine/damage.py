"""Incidents whose log can't be read any more: found, told, and followed by another one, so that somebody is paged all the same."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Declared
from stormjib.core.severity import Severity
from stormjib.engine.inbox import Inbox
from stormjib.ports import Clock, Damaged, Head, LogReader, NotFound, Overloaded, StoreFailed, Unavailable

EXAMINED_MAX: Final = 20
"""Open incidents that are read in one look after a start."""
TITLE_CHARS_MAX: Final = 300

_log = logging.getLogger(__name__)


class Damage:
    """Used by one thread, apart from ``problems``, which any thread may ask."""

    def __init__(
        self,
        inbox: Inbox,
        reader: LogReader,
        runbook_sha256: Callable[[], str],
        clock: Clock,
        on_read: Callable[[Incident], None] = lambda _: None,
    ) -> None:
        """``runbook_sha256`` names the runbook that a new incident follows; ``on_read`` gets every open incident after a start.

        Nothing is read before ``look``.
        """
        self._on_read = on_read
        self._inbox = inbox
        self._reader = reader
        self._runbook_sha256 = runbook_sha256
        self._clock = clock
        self._unread: deque[str] | None = None
        self._followed: set[str] = set()

    def problems(self) -> list[str]:
        """What is not well with the log, a sentence each; none where all is well."""
        return [f"{incident_id} is set aside: {reason}" for incident_id, reason in self._inbox.damaged().items()]

    def look(self) -> None:
        """After a start, read a few of the open incidents; then see to those that turned out to be damaged, here or elsewhere."""
        if self._unread is None:
            self._unread = deque(head.id for head in self._reader.incidents(open_only=True, limit=1_000_000))
        for _ in range(min(EXAMINED_MAX, len(self._unread))):
            self._examine(self._unread.popleft())
        for incident_id in self._inbox.damaged():
            if incident_id not in self._followed:
                self._follow(incident_id)

    def _examine(self, incident_id: str) -> None:
        try:
            self._on_read(self._reader.replay(incident_id))
        except Damaged:
            # Whoever writes to it finds out, and sets it aside.
            try:
                self._inbox.submit(incident_id, lambda _: (), by="stormjib")
            except (StoreFailed, Unavailable, Overloaded) as error:
                _log.warning("%s was examined: %s", incident_id, error)

    def _follow(self, incident_id: str) -> None:
        """Open another incident for one that was open: nobody may rely on its pages and deadlines any more."""
        try:
            head = self._reader.incident(incident_id)
            if head.open and not self._has_another(head):
                self._inbox.declare(
                    lambda _: self._declared(head), by="stormjib", cause=f"damaged/{incident_id}", group=head.group_key
                )
            self._followed.add(incident_id)
        except (Damaged, NotFound) as error:
            _log.error("%s can't be followed by another incident: %s", incident_id, error)
            self._followed.add(incident_id)
        except (StoreFailed, Unavailable, Overloaded) as error:
            _log.warning("%s waits for another incident: %s", incident_id, error)

    def _has_another(self, head: Head) -> bool:
        others = self._reader.incidents(open_only=True, limit=1_000)
        return any(other.group_key == head.group_key and other.number > head.number for other in others)

    def _declared(self, head: Head) -> Sequence[AnyFact]:
        return (
            Declared(
                title=f"{head.id} can't be read any more: {head.title}"[:TITLE_CHARS_MAX],
                severity=Severity(head.severity),
                service=head.service,
                runbook_sha256=self._runbook_sha256(),
                detected_at=min(head.declared_at, self._clock()),
                reason=f"The log of {head.id} is damaged, so its pages and deadlines have stopped; this incident goes on for it.",
            ),
        )
