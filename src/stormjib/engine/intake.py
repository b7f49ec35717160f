"""The account of what arrives: each alert of each request has exactly one outcome, written together with its effect."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import msgspec

from stormjib.core.alert import PRIORITIES, Alert, Triage, triage
from stormjib.core.effects import Page
from stormjib.core.heartbeat import SOURCE
from stormjib.core.severity import Words, read_severity
from stormjib.engine.change import Change
from stormjib.ports import AlertMark, AlertRow, Counts, Delivery
from stormjib.ports.intake import JOINED, MENDED, PAGED, RECEIVED, REFUSED, REQUESTS, SUPPRESSED, TRUNCATED, UNREAD, WAITING

FAILED: Final = "500"
COUNTED_FIRST: Final = 100
SILENCED: Final = "silenced"
UNKNOWN_SEVERITY: Final = "unknown severity"
OPINION: Final = "second opinion"
BELOW: Final = "below P1"
RULES: Final = {
    "repeat": "it is known and still firing",
    "late": "a late message about a firing that is over",
    BELOW: "its severity declares nothing by itself; it is listed on the home page",
    OPINION: "it waits a round at most while its users are well, and pages by itself if it still fires then",
    SILENCED: "a silence hides it until it ends, or until something worse or other breaks it",
    "end": "it fires no more",
    "end by another": "another sender says that it is over than the one whose alert it is",
    "end repeated": "its end was known",
    "check-in": "a heartbeat checked in, as it should",
    "end of unknown": "its end, but its beginning was never received",
    "ended while waiting": "it waited for a person, and its end came first",
    "acknowledged": "it acknowledges an alert, where that alert comes from",
    "acknowledged unknown": "it acknowledges an alert that is in no open incident",
    "theirs": "it tells what the system that pages today did, which is compared with what we would have done",
    "own page": "it tells of a page that we sent ourselves, of which only the acknowledgement counts",
    "note": "somebody wrote it about an alert, where that alert comes from; the incident shows it",
    "note unknown": "it was written about an alert that is in no open incident",
    "change": "it tells of a change, which the incidents of its service show",
    "superseded while waiting": "it waited for a person, and a newer message of it was judged instead",
}
"""Why an alert that was understood changed nothing for anybody, in words."""

Known = AlertMark | AlertRow


class Account:
    """Counts one request into the change of its job: on disk together with what it did, or not at all."""

    __slots__ = ("_change", "_counts", "_seen", "_source", "_words")

    def __init__(self, change: Change, delivery: Delivery, words: Callable[[Alert], Words]) -> None:
        """``words``: the own ones of the operator and of the alert's runbook for severities."""
        self._words = words
        self._change = change
        self._counts = change.counts
        self._seen = len(change.entries)
        self._source = delivery.source
        counts, source = self._counts, delivery.source
        if delivery.received:
            counts[source, RECEIVED, ""] += delivery.received
        if delivery.refused:
            counts[source, REFUSED, delivery.answer] += len(delivery.refused)
        if delivery.answer and not delivery.received:
            counts[source, UNREAD, delivery.answer] += 1
        elif delivery.alerts or not delivery.answer:
            counts[source, REQUESTS, ""] += 1
        if delivery.truncated:
            counts[source, TRUNCATED, ""] += delivery.truncated
        if delivery.mended:
            counts[source, MENDED, ""] += delivery.mended

    def judged(self, alert: Alert, known: Known | None, row: AlertRow | None) -> None:
        """What became of one alert: ``known`` is what was known of it before, ``row`` what is from now on, None if the same."""
        source = self._source
        if row is not None and known is not None and waits(known, self._words(alert)):
            self._counts[source, WAITING, UNKNOWN_SEVERITY] -= 1
            self._counts[source, SUPPRESSED, "superseded while waiting" if row.firing else "ended while waiting"] += 1
        paged = len(self._change.entries) > self._seen and self._paged()
        outcome, rule = (PAGED, "") if paged else _outcome(alert, known, row, self._words)
        self._counts[source, outcome, rule] += 1

    def suppressed(self, rule: str) -> None:
        """The same of what is no alert."""
        self._counts[self._source, SUPPRESSED, rule] += 1

    def _paged(self) -> bool:
        """Whether somebody is paged for one of the entries that were written since the last alert."""
        first, self._seen = self._seen, len(self._change.entries)
        return _pages(self._change, first)


def _pages(change: Change, first: int) -> bool:
    return any(isinstance(effect, Page) for _, _, effects in change.entries[first:] for effect in effects)


def joined_later(change: Change, row: AlertRow, words: Words, seen: int | None = None) -> None:
    """An alert that belonged to no incident belongs to one that is opened now: its outcome moves with it.

    ``seen``: the number of entries before it, where it may have opened that incident by itself.
    """
    change.counts[row.source, *_apart(row, words)] -= 1
    change.counts[row.source, PAGED if seen is not None and _pages(change, seen) else JOINED, ""] += 1


def _outcome(alert: Alert, known: Known | None, row: AlertRow | None, words: Callable[[Alert], Words]) -> tuple[str, str]:
    if row is None:
        if not alert.firing:
            return SUPPRESSED, "check-in" if alert.source == SOURCE else "end repeated"
        return SUPPRESSED, "repeat" if known is not None and known.firing else "late"
    if not row.firing:
        return SUPPRESSED, "end" if known is not None else "check-in" if alert.source == SOURCE else "end of unknown"
    if row.incident:
        return JOINED, ""
    return _apart(row, words(alert))


def _apart(row: AlertRow, words: Words) -> tuple[str, str]:
    """The outcome of an alert that fires and belongs to no incident."""
    return (SUPPRESSED, OPINION) if row.course and row.course.asked else _unheard(row.severity, words)


def waits(known: Known, words: Words) -> bool:
    """Whether a person has to judge it: it fires, belongs to no incident, and its severity says nothing that is known."""
    return known.firing and not known.incident and _unknown(known.severity, words)


def _unknown(severity: str, words: Words) -> bool:
    return _unheard(severity, words)[0] == WAITING


@lru_cache(maxsize=1024)
def _unheard(severity: str, words: Words) -> tuple[str, str]:
    """The same of one that waits for no users."""
    read = read_severity(severity, words)
    if read is None:
        return WAITING, UNKNOWN_SEVERITY
    return SUPPRESSED, SILENCED if read[0].rank <= 1 else BELOW


@lru_cache(maxsize=1024)
def judge(severity: str, words: Words, book: Words) -> Triage:
    """Triage reads nothing but the severity, and there are few of them."""
    return triage(Alert(fingerprint="", source="", firing=True, name="", service="", severity=severity), words, book)


def settled(alert: Alert, words: Words, book: Words) -> Alert:
    """The alert with the severity that counts: many senders put a number of their own where the first one stands."""
    if not alert.severity_else:
        return alert
    first, other = judge(alert.severity, words, book), judge(alert.severity_else, words, book)
    if first.severity is None and other.severity is not None:
        return msgspec.structs.replace(alert, severity=alert.severity_else, severity_else=alert.severity)
    return msgspec.structs.replace(alert, severity_else="")


def reason(alert: Alert, judged: Triage) -> str:
    """How the severity was read, and what was not."""
    unread = f"; {alert.severity_else!r}, which its details say, is not known" if alert.severity_else else ""
    given, said = alert.labels.get("priority", ""), judged.reason
    if PRIORITIES.get(given.upper()) == alert.severity != alert.labels.get("severity"):
        said = said.replace("the label says", f"its priority there, {given}, counts as", 1)
    return f"{said}{unread}"


def doubled(total: int) -> bool:
    """Whether it is 100, 200, 400, 800 …."""
    times, rest = divmod(total, COUNTED_FIRST)
    return rest == 0 and times > 0 and times & (times - 1) == 0


def waits_for_person(alert: Alert, incident: str, words: Words) -> bool:
    """The same of an alert that fires."""
    return not incident and _unknown(alert.severity, words)


def failed(delivery: Delivery) -> Counts:
    """A request that could not be written because of a mistake in the program: nothing of it is kept but this."""
    return refused(delivery.source, FAILED, delivery.received) if delivery.source else Counts()


def refused(source: str, answer: str, alerts: int | None) -> Counts:
    """A request that was refused with all its alerts; None where nobody knows how many it held."""
    if alerts is None:
        return Counts({(source, UNREAD, answer): 1})
    return Counts({(source, RECEIVED, ""): alerts, (source, REFUSED, answer): alerts}) if alerts else Counts()
