"""The server's own log: what happened in each incident, a line each, and lines as JSON where a machine reads them.

Not the timeline, which has everything and can be proven: this is what an administrator greps.
"""

import json
import logging
import queue
import re
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from stormjib.core import log
from stormjib.core.narrate import narrate
from stormjib.core.redact import redacted
from stormjib.core.text.visible import visible

WAITING_MAX: Final = 10_000
"""Entries that wait for a terminal or a journal that hangs; what comes then is left out, which is said."""
LINE_CHARS_MAX: Final = 500
_LEFT_OUT: Final = (
    log.AlertCleared
    | log.AlertReceived
    | log.ChangeReported
    | log.IncumbentReported
    | log.AlertsCounted
    | log.CollectRequested
    | log.EvidenceCollected
    | log.ItemTicked
    | log.ItemUnticked
    | log.LogsRead
    | log.MetricsReviewed
    | log.PolicyChanged
    | log.SuspectsRanked
    | log.TimerDue
    | log.VerificationStarted
    | log.Verified
)
"""What there is much of, and nobody greps for."""
_OURS: Final = re.compile(r"message to .{1,200}? through \w+: |token [0-9a-f]+ of ")
"""Words of ours that only look as if a secret followed upon them."""
_SIGN_IN_SECONDS: Final = 10.0
_SIGN_IN_MAX: Final = 20

_log = logging.getLogger("stormjib.incident")


class OwnLog:
    """``heard`` is called in the writer's thread, which a hanging terminal must not hold up; a thread of its own writes."""

    def __init__(self) -> None:
        """Nothing is written before ``start``."""
        self._entries: queue.Queue[log.Entry | None] = queue.Queue(WAITING_MAX)
        self._missed = 0
        self._thread = threading.Thread(target=self._run, name="own log", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, unless that hangs."""
        if self._thread.is_alive():
            self._put(None)
            self._thread.join(1.0)

    def heard(self, entries: Sequence[log.Entry]) -> None:
        """What a commit wrote."""
        for entry in entries:
            if not isinstance(entry.fact, _LEFT_OUT):
                self._put(entry)

    def _put(self, entry: log.Entry | None) -> None:
        try:
            self._entries.put_nowait(entry)
        except queue.Full:
            self._missed += 1

    def _run(self) -> None:
        while (entry := self._entries.get()) is not None:
            missed, self._missed = self._missed, 0
            if missed:
                _log.warning("%d entries are not in this log, because it could not be written; they are in the timeline", missed)
            _log.log(
                level_of(entry.fact),
                "%s %s: %s",
                entry.incident,
                entry.by,
                line(entry.fact),
                extra={"incident": entry.incident, "seq": entry.seq, "by": entry.by, "fact": type(entry.fact).__name__},
            )


def level_of(fact: log.AnyFact) -> int:
    """How loud it is."""
    match fact:
        case log.EffectFailed() | log.OutcomeUnknown():
            return logging.ERROR
        case log.Declared() | log.Escalated() | log.ItemOverdue() | log.PageRequested(escalates=True):
            return logging.WARNING
        case log.RunFinished(ok=False):
            return logging.WARNING
        case _:
            return logging.INFO


def line(fact: log.AnyFact) -> str:
    """In one line, without what people have written in their own words and without what looks like a secret."""
    match fact:
        case log.NoteAdded():
            return "note added"
        case log.StatusPosted():
            return f"posted for {fact.audience} ({fact.stage})"
        case _:
            told = " ".join(visible(narrate(fact)).split())
            ours = _OURS.match(told)
            at = ours.end() if ours else 0
            return (told[:at] + redacted(told[at:]))[:LINE_CHARS_MAX]


class Lines(logging.Formatter):
    """Text in which nothing drives the terminal that it is read in."""

    def format(self, record: logging.LogRecord) -> str:
        """Without its end."""
        return visible(super().format(record))


class JsonLines(logging.Formatter):
    """One object a line: when, how loud, from where, what; and of an entry its incident, number, who and kind."""

    def format(self, record: logging.LogRecord) -> str:
        """Without its end."""
        found = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": visible(record.getMessage()),
        }
        found |= {name: getattr(record, name) for name in ("incident", "seq", "by", "fact") if hasattr(record, name)}
        if record.exc_info:
            found["exception"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False)


class Seldom(logging.Filter):
    """So many lines in ten seconds: whoever tries tokens must not fill the journal."""

    def __init__(self) -> None:
        """None yet."""
        super().__init__()
        self._since, self._count = 0.0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        if not 0 <= record.created - self._since < _SIGN_IN_SECONDS:
            self._since, self._count = record.created, 0
        self._count += 1
        return self._count <= _SIGN_IN_MAX
