"""The storm brake: whom to page one by one, and whom to tell in one page of all that is left."""

import re
import threading
from collections.abc import Callable
from typing import Final

import msgspec

from stormjib.core.effects import Page
from stormjib.core.log import Acknowledged, Closed, EffectFailed, Ended, Entry, PageHeld, PageSent, Resolved
from stormjib.engine.paged import Held, Person, Trying

WINDOW_SECONDS: Final = 600.0
PAGES_MAX: Final = 20
"""To one person within the window, whatever happens."""
SUMMARY_SECONDS: Final = (10.0, 60.0, 150.0, 240.0)
"""How long after a page was held back the first, second … page that sums up leaves; a storm begins with its largest part."""
WORST: Final = "P0"
LISTED_MAX: Final = 5
NAMED_MAX: Final = 3
"""Incidents that a page names which sums up."""
TITLE_CHARS_MAX: Final = 120
_TRY: Final = re.compile(r"(#[^/~@]*)?(~\d+)?(@\d+)?/failed$")
"""What follows upon the effect's id in the cause of a failure."""
_UNSAID: Final = "P1"
"""The severity of a page that was held back, where an older version wrote none down."""


class Brake:
    """Counts the pages of each person within the last ten minutes. Any thread may use it.

    One in five is kept for pages that sum up, one in five for the first pages of P0, and one in five for other first pages:
    who is paged again for what they know takes no place from what nobody knows. What is held back, and by which page it is
    told, is a fact; the counts are read from the facts again after a start.
    """

    def __init__(
        self, monotonic: Callable[[], float], pages_max: int = PAGES_MAX, title_of: Callable[[str], str] = lambda _: ""
    ) -> None:
        """``pages_max``: to one person in ten minutes, at least 5; ``title_of`` an incident that was held back before a start."""
        self._monotonic = monotonic
        self._title_of = title_of
        self._kept = max(1, pages_max // 5)
        self._alone_max = pages_max - self._kept
        self._people: dict[str, Person] = {}
        self._lock = threading.Lock()

    def decide(self, page: Page, incident: str, effect_id: str) -> Page | PageHeld:
        """The page as it may leave now, or the fact that stands in its place. What leaves is ``settled`` afterwards."""
        with self._lock:
            now = self._monotonic()
            person = self._people.setdefault(page.who, Person())
            while person.sent and person.sent[0][0] <= now - WINDOW_SECONDS:
                person.sent.popleft()
            if page.sums_up:
                return self._sum_up(person, page, incident, effect_id, now)
            if page.further:
                return _telling(page, sum(not held.told for other, held in person.held.items() if other != incident))
            if effect_id in person.trying:
                person.trying[effect_id].severity = page.severity
            else:
                # With contact methods of their own, what one does not take another gets, each time that they are paged.
                if not page.method and person.is_owed(page, incident):
                    return PageHeld(page.who, page.rung, "owed")
                if person.alone >= self._alone_max - self._kept_from(page):
                    return self._hold(person, page, incident, now)
                person.trying[effect_id] = Trying(incident, page.severity, sums_up=False)
            return _telling(page, len(person.held.keys() - {incident}))

    def failed(self, page: Page, effect_id: str, *, final: bool) -> None:
        """A page did not arrive; ``final``: it is not tried again."""
        with self._lock:
            person = self._people.setdefault(page.who, Person())
            if final:
                tried = person.trying.pop(effect_id, None)
                if tried and tried.sums_up and person.summary == tried.incident:
                    person.summary = ""
            elif effect_id in person.trying:
                person.trying[effect_id].failed = True

    def tries(self, page: Page, incident: str, effect_id: str) -> None:
        """A page waits for its next try since before the start, however long ago its failures were written down."""
        with self._lock:
            trying = self._people.setdefault(page.who, Person()).trying
            trying[effect_id] = Trying(incident, page.severity, page.sums_up, failed=True)

    def undo(self, held: PageHeld, incident: str) -> None:
        """It was decided before, in another way: the log says so."""
        with self._lock:
            person = self._people.setdefault(held.who, Person())
            person.held.pop(incident, None)
            if held.summary_seconds and person.summary == incident:
                person.summary = ""

    def observe(self, entry: Entry, age_seconds: float = 0.0) -> None:
        """Learn from an entry of the log, in the order of the log; ``age_seconds`` after a start."""
        fact = entry.fact
        if not isinstance(fact, PageSent | PageHeld | EffectFailed | Acknowledged | Resolved | Closed | Ended):
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
                    sums_up = fact.effect.startswith("summary/")
                    # Where an older version wrote no severity, "" is as bad as any: the page that is owed will be enough.
                    tried = Trying(entry.incident, fact.severity, sums_up=sums_up, failed=True)
                    self._people.setdefault(who, Person()).trying.setdefault(effect_id, tried)
                case Acknowledged() | Resolved() | Closed() | Ended():
                    for person in self._people.values():
                        person.held.pop(entry.incident, None)
                        for effect_id in [key for key, tried in person.trying.items() if tried.incident == entry.incident]:
                            if not person.trying[effect_id].sums_up:
                                del person.trying[effect_id]
                case _:
                    pass

    def untold(self) -> list[tuple[str, str]]:
        """Whose pages were held back, and not one of those that sum up has arrived since: incident and person, the worst first."""
        with self._lock:
            found = [
                (held.severity, incident, who)
                for who, person in self._people.items()
                for incident, held in person.held.items()
                if not held.told
            ]
        return [(incident, who) for _, incident, who in sorted(found, key=lambda one: one[0])]

    def untold_incidents(self) -> list[str]:
        """The same by incident, each once, however many people were not paged for it."""
        return list(dict.fromkeys(incident for incident, _ in self.untold()))

    def sentences(self) -> list[str]:
        """The same for people, in one sentence however many there are; none where everybody was paged."""
        untold = self.untold()
        if not untold:
            return []
        incidents = list(dict.fromkeys(incident for incident, _ in untold))
        more = f" and {len(incidents) - LISTED_MAX:,} more incidents" if len(incidents) > LISTED_MAX else ""
        names = ", ".join(list(dict.fromkeys(who for _, who in untold))[:LISTED_MAX])
        listed = ", ".join(incidents[:LISTED_MAX])
        why = "They have received the maximum number of pages for ten minutes; one summary page of the others follows."
        return [f"Pages are held back: {names} has not been paged for {listed}{more}. {why} Acknowledge what you can."]

    def _kept_from(self, page: Page) -> int:
        """How many places a page may not take because worse or newer things may need them."""
        if page.rung == 0:
            return 0 if page.severity == WORST else self._kept
        return self._kept + (self._kept // 2 if page.severity == WORST else self._kept)

    def _sum_up(self, person: Person, page: Page, incident: str, effect_id: str, now: float) -> Page | PageHeld:
        if not person.held or (not page.further and all(held.told for held in person.held.values())):
            person.trying.pop(effect_id, None)
            if person.summary == incident:
                person.summary = ""
            return PageHeld(page.who, page.rung, "over")
        if page.further:
            return self._named(person, page)
        tried = person.trying.get(effect_id)
        if tried is None:
            seconds = self._full_seconds(person, now)
            if seconds:
                person.summary, person.summary_until = incident, now + seconds + WINDOW_SECONDS
                return PageHeld(page.who, page.rung, "storm", incident, seconds, page.severity)
            tried = person.trying[effect_id] = Trying(incident, page.severity, sums_up=True)
        tried.failed, tried.covers = False, frozenset(person.held)
        return self._named(person, page)

    def _named(self, person: Person, page: Page) -> Page:
        """It names some of them, the worst and newest first, and says how many more there are; about one alone it is a page like any."""
        newest = list(person.held.items())[::-1]
        found = sorted(newest, key=lambda one: (one[1].severity, one[1].told))
        (worst, held), home, alone = found[0], _home(page), len(found) == 1
        titles = [(one.title or self._title_of(incident) or page.title, incident) for incident, one in found[:NAMED_MAX]]
        title = titles[0][0] if alone else "; ".join(f"{title[:TITLE_CHARS_MAX]} ({incident})" for title, incident in titles)
        url, asked_at = (f"{home}incidents/{worst}", page.asked_at) if alone else (home, 0.0)
        named = msgspec.structs.replace(page, title=title, severity=held.severity, url=url, about=worst, asked_at=asked_at)
        return msgspec.structs.replace(_telling(named, len(found) - len(titles)), more=len(found) - 1)

    def _full_seconds(self, person: Person, now: float) -> float:
        """How long until one more page that sums up may leave; 0 where it may at once."""
        summaries = [at for at, sums_up in person.sent if sums_up]
        trying = sum(tried.sums_up for tried in person.trying.values())
        if len(summaries) + trying < self._kept:
            return 0.0
        leaves_first = len(summaries) + trying - self._kept
        return summaries[leaves_first] + WINDOW_SECONDS - now + 1.0 if leaves_first < len(summaries) else SUMMARY_SECONDS[1]

    def _hold(self, person: Person, page: Page, incident: str, now: float) -> PageHeld:
        seconds = self._summary_seconds(person, page, now)
        if seconds:
            person.summary, person.summary_until = incident, now + seconds + WINDOW_SECONDS
        person.held[incident] = Held(page.severity, page.title, person.summary)
        return PageHeld(page.who, page.rung, "storm", person.summary, seconds, page.severity)

    def _summary_seconds(self, person: Person, page: Page, now: float) -> float:
        """When to ask for a page that sums up; 0 where the one that was asked for will tell of this incident as well."""
        summaries = [at for at, sums_up in person.sent if sums_up]
        # What is on its way does not tell of it any more; what failed counts anew when it is tried again.
        leaving = any(tried.sums_up and not tried.failed for tried in person.trying.values())
        awaited = person.summary and now <= person.summary_until and not leaving
        soon = SUMMARY_SECONDS[0]
        # A P0 that nobody knows does not wait for the next of several pages that sum up; those would be used up soon, though.
        urgent = page.severity == WORST and page.rung == 0 and len(summaries) < max(1, self._kept // 2)
        if awaited:
            due_in_seconds = person.summary_until - WINDOW_SECONDS - now
            return soon if urgent and due_in_seconds > soon else 0.0
        seconds = soon if urgent else SUMMARY_SECONDS[min(len(summaries), len(SUMMARY_SECONDS) - 1)]
        if len(summaries) >= self._kept:
            seconds = max(seconds, summaries[-self._kept] + WINDOW_SECONDS - now + 1.0)
        return seconds

    def _arrived(self, fact: PageSent, entry: Entry, at: float) -> None:
        person = self._people.setdefault(fact.who, Person())
        tried = person.trying.pop(entry.cause, None)
        if not fact.further:
            person.sent.append((at, fact.sums_up))
        if not fact.sums_up:
            person.held.pop(entry.incident, None)
            return
        if person.summary == entry.incident:
            person.summary = ""
        for incident, held in person.held.items():
            if held.summary == entry.incident or (tried and incident in tried.covers):
                held.told = True

    def _was_held(self, fact: PageHeld, entry: Entry, at: float) -> None:
        person = self._people.setdefault(fact.who, Person())
        if fact.reason == "over":
            if person.summary == entry.incident:
                person.summary = ""
            for held in person.held.values():
                held.told = held.told or held.summary == entry.incident
        is_new = fact.reason == "storm" and entry.cause.partition("/summary/")[1] == ""
        if is_new and (entry.incident not in person.held or person.held[entry.incident].summary != fact.summary):
            person.held[entry.incident] = Held(fact.severity or _UNSAID, summary=fact.summary)
        if fact.summary_seconds:
            person.summary, person.summary_until = entry.incident, at + fact.summary_seconds + WINDOW_SECONDS


def _telling(page: Page, more: int) -> Page:
    """The page with word of the other incidents, and of where they are."""
    if not more:
        return page
    others = (
        f"{more:,} more incident{' that had no page of its' if more == 1 else 's that had no page of their'} own: {_home(page)}"
    )
    return msgspec.structs.replace(page, title=f"{page.title} (and {others})", more=more)


def _home(page: Page) -> str:
    return page.url.partition("/incidents/")[0].rstrip("/") + "/"
