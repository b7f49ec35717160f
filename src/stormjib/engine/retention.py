"""Retention: what is closed for long and owes nothing is exported, checked, and only then taken out of the log."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

from stormjib.core.closure import owed
from stormjib.core.comms import CUSTOMERS
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, Exported
from stormjib.core.runbook import Runbook
from stormjib.engine.inbox import Inbox
from stormjib.engine.rounds import Rounds
from stormjib.ports import Clock, Head, LogReader, NotFound, Overloaded, StoreFailed, Unavailable
from stormjib.store.export import Exports

FIRST_SECONDS: Final = 300.0
"""After the start, which has better things to do."""
EVERY_SECONDS: Final = 3600.0
DAY_SECONDS: Final = 86400.0
HEADS_AT_ONCE: Final = 500

_log = logging.getLogger(__name__)


class Retention(Rounds):
    """One thread, once an hour. A kill at any moment leaves an incident in the log, or a whole and checked file of it, or both."""

    def __init__(
        self,
        reader: LogReader,
        inbox: Inbox,
        exports: Callable[[], Exports],
        runbook_of: Callable[[str], Runbook],
        clock: Clock,
        *,
        days: float,
        public_days: float = 0.0,
    ) -> None:
        """``exports`` may raise ``OSError`` and ``ValueError``; with ``days`` 0 nothing ever goes.

        ``public_days``: how long the status page tells of what customers were told.
        """
        self._reader = reader
        self._inbox = inbox
        self._exports = exports
        self._runbook_of = runbook_of
        self._clock = clock
        self._days = days
        self._public_days = public_days
        self.problem = ""
        """Why the last run could not do its work, as a sentence."""
        self._stays: dict[str, int] = {}
        """Incidents of which something is owed, or that went already, with their newest entry: they are looked at again once they grow."""
        self._swept = False
        super().__init__("retention", self._run, None)

    def start(self) -> None:
        """Begin."""
        if self._days:
            super().start()

    def run(self) -> list[str]:
        """Export and remove what is due; the incidents that went. One that can't be exported holds no other up."""
        gone: list[str] = []
        problems: list[str] = []
        try:
            exports = self._exports()
            for head in self._due():
                if self.ending:
                    break
                try:
                    if self._goes(head) and self._export(exports, head):
                        gone.append(head.id)
                except StoreFailed as error:
                    problems.append(error.reason)
            if gone or not self._swept:
                # What a kill left behind is named by nothing, too.
                position, blobs = self._reader.unnamed_blobs()
                self._inbox.write(lambda log: log.drop_blobs(blobs, position))
                self._swept = True
        except (StoreFailed, Unavailable, Overloaded, OSError, ValueError, LookupError, TypeError) as error:
            problems.append(f"{type(error).__name__}: {error}" if isinstance(error, LookupError) else str(error))
        self.problem = f"Closed incidents could not be exported, and stay in the log: {problems[0]}" if problems else ""
        if problems:
            _log.error("%s (%d problems)", self.problem, len(problems))
        if gone:
            _log.info("%d incidents were exported and taken out of the log: %s", len(gone), ", ".join(gone))
        return gone

    def _run(self) -> None:
        wait = FIRST_SECONDS
        while not self.pause(wait):
            self.run()
            wait = EVERY_SECONDS

    def _due(self) -> list[Head]:
        """Closed for longer than that, the oldest first; those that are exported already say so themselves."""
        found: list[Head] = []
        before, number = self._clock() - self._days * DAY_SECONDS, None
        while heads := self._reader.incidents(before_number=number, limit=HEADS_AT_ONCE):
            found += [head for head in heads if head.over and head.updated_at < before]
            number = heads[-1].number
        return found[::-1]

    def _goes(self, head: Head) -> bool:
        """Whether it is here still, and nothing is owed in it."""
        if self._stays.get(head.id) == head.seq:
            return False
        try:
            now = self._reader.replay(head.id)
            goes = not (now.exported or owed(now, self._runbook_of(now.runbook_sha256)))
            public = any(post.audience == CUSTOMERS for _, post in now.posts)
            if goes and public and head.updated_at > self._clock() - self._public_days * DAY_SECONDS:
                return False
        except (StoreFailed, NotFound) as error:
            _log.warning("%s is not exported: %s", head.id, error)
            goes = False
        if not goes:
            self._stays[head.id] = head.seq
        return goes

    def _export(self, exports: Exports, head: Head) -> bool:
        line = exports.export(head, self._clock())

        def decide(now: Incident) -> Sequence[AnyFact]:
            """In the writer's thread: nothing may have been added since it was written."""
            return [_exported(now, line)] if now.seq == line["entries"] and now.closed and not now.exported else ()

        try:
            return bool(self._inbox.export(head.id, decide).entries)
        except Refused:
            return False


def _exported(now: Incident, line: dict[str, Any]) -> Exported:
    def at(name: str) -> float:
        happened = getattr(now, name)
        return happened.at if happened else 0.0

    return Exported(
        file=line["file"],
        file_sha256=line["file_sha256"],
        entries=line["entries"],
        head=line["head"],
        title=now.title,
        severity=now.severity,
        worst=now.worst,
        service=now.service,
        runbook_sha256=now.runbook_sha256,
        detected_at=now.detected_at,
        declared_at=at("declared"),
        acknowledged_at=at("first_acknowledged"),
        resolved_at=at("resolved"),
        closed_at=at("closed"),
        alerts_total=now.alerts_total,
        end=now.end,
        linked=tuple(link for _, link in now.linked),
    )
