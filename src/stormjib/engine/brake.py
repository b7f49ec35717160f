"""The storm brake: whom to page one by one, and whom to tell in one page of all that is left."""

import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from stormjib.core.effects import Page
from stormjib.core.log import Acknowledged, Closed, EffectFailed, Entry, PageHeld, PageSent, Resolved

WINDOW_SECONDS: Final = 600.0
PAGES_MAX: Final = 20
"""To one person within the window, whatever happens."""
SUMMARY_SECONDS: Final = (10.0, 60.0, 150.0, 240.0)
"""How long after a page was held back the first, second … page that sums up leaves; a storm begins with its largest part."""
WORST: Final = "P0"
_TRY: Final = re.compile(r"(#[^/~@]*)?(~\d+)?(@\d+)?/failed$")
"""What follows upon the effect's id in the cause of a failure."""
_UNKNOWN: Final = "P9"
"""A page that failed before the start; its severity is known when it is tried again."""


class _Trying(msgspec.Struct):
    """A page that is being sent, or waits for another try."""

    incident: str
    severity: str
    sums_up: bool
    failed: bool = False


class _Person(msgspec.Struct):
    sent: deque[tuple[float, bool]] = msgspec.field(default_factory=deque)
    """When pages arrived (monotonic seconds), and whether they summed up."""
    trying: dict[str, _Trying] = {}
    held: dict[str, str] = {}
    """The incidents that nobody has and whose pages were held back, each with its severity."""
    summary: str = ""
    """The incident that will send the page that sums up, while it has not."""
    summary_until: float = 0.0
    """When nobody counts on that page any more (monotonic seconds)."""


class Brake:
    """Counts the pages of each person within the last ten minutes. Any thread may use it.

    One in five is kept for pages that sum up and one in five for P0. What is held back, and by which page it is told, is a
    fact; the counts are read from the facts again after a start.
    """

    def __init__(self, monotonic: Callable[[], float], pages_max: int = PAGES_MAX) -> None:
        """``pages_max``: to one person in ten minutes, at least 5."""
        self._monotonic = monotonic
        self._kept = max(1, pages_max // 5)
        self._alone_max = pages_max - self._kept
        self._people: dict[str, _Person] = {}
        self._lock = threading.Lock()

    def decide(self, page: Page, incident: str, effect_id: str) -> Page | PageHeld:
        """The page as it may leave now, or the fact that stands in its place. What leaves is ``settled`` afterwards."""
        with self._lock:
            now = self._monotonic()
            person = self._people.setdefault(page.who, _Person())
            while person.sent and person.sent[0][0] <= now - WINDOW_SECONDS:
                person.sent.popleft()
            if page.sums_up:
                return self._sum_up(person, page, incident, effect_id)
            if effect_id in person.trying:
                person.trying[effect_id].severity = page.severity
            else:
                if _tried_already(person, page, incident):
                    return PageHeld(page.who, page.rung, "owed")
                if _alone(person) >= self._alone_max - (0 if page.severity == WORST else self._kept):
                    return self._hold(person, page, incident, now)
                person.trying[effect_id] = _Trying(incident, page.severity, sums_up=False)
            return _telling(page, len(person.held.keys() - {incident}))

    def failed(self, page: Page, effect_id: str, *, final: bool) -> None:
        """A page did not arrive; ``final``: it is not tried again."""
        with self._lock:
            person = self._people.setdefault(page.who, _Person())
            if final:
                tried = person.trying.pop(effect_id, None)
                person.summary = "" if tried and tried.sums_up else person.summary
            elif effect_id in person.trying:
                person.trying[effect_id].failed = True

    def undo(self, held: PageHeld, incident: str) -> None:
        """It was decided before, in another way: the log says so."""
        with self._lock:
            person = self._people.setdefault(held.who, _Person())
            person.held.pop(incident, None)
            if held.summary_seconds and person.summary == incident:
                person.summary = ""

    def observe(self, entry: Entry, age_seconds: float = 0.0) -> None:
        """Learn from an entry of the log, in the order of the log; ``age_seconds`` after a start."""
        fact = entry.fact
        if not isinstance(fact, PageSent | PageHeld | EffectFailed | Acknowledged | Resolved | Closed):
            return
        with self._lock:
            now = self._monotonic()
            match fact:
                case PageSent():
                    self._arrived(fact, entry, now - age_seconds)
                case PageHeld():
                    self._was_held(fact, entry, now - age_seconds)
                case EffectFailed(who=who) if who and not fact.permanent and age_seconds:
                    effect_id = _TRY.sub("", entry.cause)
                    tried = _Trying(entry.incident, _UNKNOWN, sums_up=fact.effect.startswith("summary/"), failed=True)
                    self._people.setdefault(who, _Person()).trying.setdefault(effect_id, tried)
                case Acknowledged() | Resolved() | Closed():
                    for person in self._people.values():
                        person.held.pop(entry.incident, None)
                        for effect_id in [key for key, tried in person.trying.items() if tried.incident == entry.incident]:
                            if not person.trying[effect_id].sums_up:
                                del person.trying[effect_id]
                case _:
                    pass

    def _sum_up(self, person: _Person, page: Page, incident: str, effect_id: str) -> Page | PageHeld:
        if not person.held:
            person.trying.pop(effect_id, None)
            person.summary = ""
            return PageHeld(page.who, page.rung, "over")
        person.trying.setdefault(effect_id, _Trying(incident, page.severity, sums_up=True))
        worst = min((page.severity, *person.held.values()))
        return _telling(msgspec.structs.replace(page, severity=worst), len(person.held.keys() - {incident}))

    def _hold(self, person: _Person, page: Page, incident: str, now: float) -> PageHeld:
        person.held[incident] = page.severity
        seconds = 0.0
        if not person.summary or now > person.summary_until:
            summaries = [at for at, sums_up in person.sent if sums_up]
            last = min(len(summaries), len(SUMMARY_SECONDS) - 1)
            seconds = SUMMARY_SECONDS[last]
            if len(summaries) >= self._kept:
                seconds = max(seconds, summaries[-self._kept] + WINDOW_SECONDS - now + 1.0)
            person.summary, person.summary_until = incident, now + seconds + WINDOW_SECONDS
        return PageHeld(page.who, page.rung, "storm", person.summary, seconds)

    def _arrived(self, fact: PageSent, entry: Entry, at: float) -> None:
        person = self._people.setdefault(fact.who, _Person())
        person.trying.pop(entry.cause, None)
        person.sent.append((at, fact.sums_up))
        if fact.sums_up:
            person.summary = ""
        else:
            person.held.pop(entry.incident, None)

    def _was_held(self, fact: PageHeld, entry: Entry, at: float) -> None:
        person = self._people.setdefault(fact.who, _Person())
        if fact.reason == "over":
            person.summary = ""
        if fact.reason == "storm":
            person.held.setdefault(entry.incident, "P1")
        if fact.summary_seconds:
            person.summary, person.summary_until = entry.incident, at + fact.summary_seconds + WINDOW_SECONDS


def _alone(person: _Person) -> int:
    """How many pages for one incident each have been sent lately or are on their way."""
    sent = sum(not sums_up for _, sums_up in person.sent)
    return sent + sum(not tried.sums_up for tried in person.trying.values())


def _tried_already(person: _Person, page: Page, incident: str) -> bool:
    """An earlier page of this incident could not be delivered yet and will be; a worse one is news all the same."""
    return any(
        tried.incident == incident and tried.failed and not tried.sums_up and tried.severity <= page.severity
        for tried in person.trying.values()
    )


def _telling(page: Page, more: int) -> Page:
    """The page with word of the other incidents, and of where they are."""
    if not more:
        return page
    home = page.url.partition("/incidents/")[0].rstrip("/") + "/"
    others = f"{more:,} more incident{'' if more == 1 else 's'} nobody has: {home}"
    return msgspec.structs.replace(page, title=f"{page.title} (and {others})", more=more)
