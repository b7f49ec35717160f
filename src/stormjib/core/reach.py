"""Proof of reach: in which times to come an incident would reach nobody as soon as is promised, and who would be first then.

It asks the decisions that page people (``core.escalation``), once for each time in which nothing changes of what they are made
from, so that four weeks of minutes cost as much as they have hand-offs and hours. A method that was not proven is taken to
swallow its page: what follows then is the person's next step, and the next level.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from math import inf
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from stormjib.core.catalogue.contact import IGNORES_QUIET, Step
from stormjib.core.catalogue.escalation import Escalation, named
from stormjib.core.catalogue.people import Team
from stormjib.core.catalogue.service import alike
from stormjib.core.duties import acknowledge_minutes
from stormjib.core.escalation import would_page
from stormjib.core.oncall.schedule import Schedule, Shift, Span, hours, shifts, united
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity, duty
from stormjib.core.text.units import counted, number

DAYS: Final = 28
AHEAD_SECONDS: Final = 2 * 3600.0
"""For so long after an incident's beginning it is asked who is reached."""
MINUTE: Final = 60

Works = Callable[[str, str], bool]
"""Whether a page to this person by this method arrives; by "" in the site's own way, which is one for all."""


class Unreached(msgspec.Struct, frozen=True):
    """From ``start`` until ``end``, in seconds since the epoch, an incident that begins then reaches nobody in time."""

    service: str
    severity: str
    start: float
    end: float
    within_minutes: float
    """What is promised."""
    first: str
    """Who is reached first then; "" where nobody is in the two hours after its beginning."""
    after_minutes: float | None
    time_zone: str
    """By whose clock people read these times."""


class _First(NamedTuple):
    who: str
    seconds: float
    until: float
    """Until then the same holds for incidents that begin later."""


def unreached(
    policy: Policy, runbook_of: Callable[[str], Runbook], works: Works, start: float, *, days: float = DAYS
) -> Iterator[Unreached]:
    """Of every service and every severity that pages: when the promise does not hold, by its time."""
    kept: dict[tuple[Escalation, Severity, float], list[Unreached]] = {}
    for name in [one.name for one in policy.services] or [""]:
        plan, book = policy.escalation_of(name), runbook_of(name)
        for severity in Severity:
            promised = acknowledge_minutes(severity, book, policy)
            if not duty(severity).pages or promised is None:
                continue
            if (plan, severity, promised) not in kept:
                walk = _Walk(name, severity, book, policy, works=works, span=(start, start + days * 86_400))
                kept[plan, severity, promised] = list(walk.late(promised))
            yield from (msgspec.structs.replace(one, service=name) for one in kept[plan, severity, promised])


class _Walk:
    """The escalation of one service and severity, from any moment of a time on."""

    def __init__(self, service: str, severity: Severity, book: Runbook, policy: Policy, *, works: Works, span: Span) -> None:
        own = policy.service_of(service)
        self._plan = policy.escalation_of(service)
        # With no other service and policy to look through, each time.
        alone = msgspec.structs.replace(
            policy, services=(own,) if own else (), escalation=(self._plan,) if self._plan.name else ()
        )
        self._asked = (service, severity, book, alone)
        self._works = works
        self._span = span
        anybody = works("", "") or any(works(one.name, method.name) for one in policy.people for method in one.contact)
        around = (span[0], span[1] + AHEAD_SECONDS)
        self._points = sorted({span[0], *(_changes(self._plan, policy, severity, around) if anybody else ())})
        self._kept: dict[tuple[int, int], tuple[int, dict[str, list[float]], float]] = {}

    def late(self, promised: float) -> Iterator[Unreached]:
        service, severity, _, policy = self._asked
        at, end = self._span
        last: Unreached | None = None
        while at < end:
            first = self._first(at)
            until = min(first.until, end)
            if first.seconds > promised * MINUTE:
                after = None if first.seconds == inf else first.seconds / MINUTE
                if last and (last.end, last.first, last.after_minutes) == (at, first.who, after):
                    last = msgspec.structs.replace(last, end=until)
                else:
                    yield from (last,) if last else ()
                    zone = _zone(self._plan, policy)
                    last = Unreached(service, severity.value, at, until, promised, first.who, after, zone)
            at = until
        yield from (last,) if last else ()

    def _first(self, began: float) -> _First:
        """Who is reached first by an incident that begins then. Whoever is paged again begins with their first step again."""
        at, level, until = began, 0, inf
        due: dict[str, list[float]] = {}
        while at - began <= AHEAD_SECONDS:
            place = bisect_right(self._points, at)
            if place < len(self._points):
                until = min(until, self._points[place] - (at - began))
            level, people, seconds = self._page(level, place, at)
            due |= {who: [at + after for after in times] for who, times in people.items()}
            when, who = min(((min(times), who) for who, times in due.items() if times), default=(inf, ""), key=lambda one: one[0])
            if when < at + seconds:
                return _First(who, when - began, max(until, began + 1))
            at, level = at + seconds, level + 1
        return _First("", inf, max(until, began + 1))

    def _page(self, level: int, place: int, at: float) -> tuple[int, dict[str, list[float]], float]:
        """Which level is paged, whom it reaches after how many seconds each, and until the next: the same until the next point."""
        if (level, place) not in self._kept:
            asked = would_page(*self._asked, level=level, at=at)
            steps = asked.steps or ((),) * len(asked.people)
            people = {who: list(self._reached(who, own)) for who, own in zip(asked.people, steps, strict=True)}
            self._kept[level, place] = (asked.level, people, asked.next_seconds)
        return self._kept[level, place]

    def _reached(self, who: str, steps: Sequence[Step]) -> Iterator[float]:
        return (after for after, method in sends(steps) if self._works(who, method))


def sends(steps: Sequence[Step]) -> Iterator[tuple[float, str]]:
    """After how many seconds by which method: of each step the first that had no page yet; "" in the site's own way."""
    tried: set[str] = set()
    for step in steps:
        method = next((one for one in step.methods if one not in tried), "")
        tried.add(method)
        if method:
            yield step.after_minutes * MINUTE, method
    if not steps:
        yield 0.0, ""


def _changes(plan: Escalation, policy: Policy, severity: Severity, span: Span) -> Iterator[float]:
    """The moments at which somebody else may be paged, or in another way."""
    people: set[str] = set()
    for name in {*plan.final, *(name for level in plan.levels for name in level.page)}:
        target = next(named(name, policy.pageable), None)
        if isinstance(target, Schedule):
            turns = _turns(target, policy, span)
            yield from (at for turn in turns for at in (turn.start, turn.end))
            people |= {turn.person for turn in turns}
        else:
            people |= {*target.members, target.lead} if isinstance(target, Team) else {name, target.name if target else name}
    for level in plan.levels:
        yield from (at for opened in hours(level.hours, plan.time_zone, *span) for at in opened)
    if severity.value == IGNORES_QUIET:
        return
    known = set(map(alike, people))
    everybody = not _always(plan, policy, span)
    for person in policy.people:
        if everybody or alike(person.name) in known:
            for one in person.quiet_hours:
                yield from (at for quiet in hours((one,), person.time_zone or "UTC", *span) for at in quiet)


def _always(plan: Escalation, policy: Policy, span: Span) -> bool:
    """Whether the catch-all has somebody all the time, so that everybody else is never paged."""
    found = [next(named(name, policy.pageable), None) for name in plan.final]
    if any(not isinstance(one, Schedule) and not (isinstance(one, Team) and not (one.members or one.lead)) for one in found):
        return True
    turns = [turn for one in found if isinstance(one, Schedule) for turn in _turns(one, policy, span)]
    return united([(turn.start, turn.end) for turn in turns]) == [span]


def _turns(schedule: Schedule, policy: Policy, span: Span) -> tuple[Shift, ...]:
    return shifts(schedule, policy.overrides, *span)


def _zone(plan: Escalation, policy: Policy) -> str:
    """The policy's own, else that of the first schedule that it pages."""
    targets = (next(named(name, policy.pageable), None) for level in plan.levels for name in level.page)
    own = plan.time_zone if plan.time_zone != "UTC" else ""
    return own or next((one.time_zone for one in targets if isinstance(one, Schedule)), "UTC")


def sentences(found: Iterable[Unreached]) -> list[str]:
    """One for all services and times with the same outcome: the first time, and how many more there are."""
    times: dict[tuple[str, str, str, float | None, bool], list[Unreached]] = {}
    for one, varies in _together(found):
        times.setdefault((one.service, one.severity, one.first, one.after_minutes, varies), []).append(one)
    services: dict[tuple[bool, tuple[Unreached, ...]], list[str]] = {}
    for (service, *_, varies), each in times.items():
        same = tuple(msgspec.structs.replace(one, service="") for one in each)
        services.setdefault((bool(varies), same), []).append(service)
    return [_said(same, names, varies=varies) for (varies, same), names in services.items()]


def _together(found: Iterable[Unreached]) -> Iterator[tuple[Unreached, bool]]:
    """What follows at once is one time with its worst outcome, for with every minute somebody else comes nearer; whether it varies."""
    last: Unreached | None = None
    varies = False
    for one in found:
        if last and (last.service, last.severity, last.end) == (one.service, one.severity, one.start):
            worst = max(last, one, key=lambda each: inf if each.after_minutes is None else each.after_minutes)
            last, varies = msgspec.structs.replace(worst, start=last.start, end=one.end), True
            continue
        yield from ((last, varies),) if last else ()
        last, varies = one, False
    yield from ((last, varies),) if last else ()


def _said(times: Sequence[Unreached], services: Sequence[str], *, varies: bool) -> str:
    """What it costs, in a sentence."""
    one = times[0]
    zone = ZoneInfo(one.time_zone)
    start, end = (datetime.fromtimestamp(at, UTC).astimezone(zone) for at in (one.start, one.end))
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a} {end.day} {end:%b %H:%M}"
    whose = f" of {', '.join(filter(None, services))}" if any(services) else ""
    within = f"within {counted_minutes(one.within_minutes)}"
    worst = "at worst " if varies else ""
    if one.after_minutes is None:
        then = f"nobody {within}, and {worst}nobody in the 2 hours after it begins"
    else:
        then = f"nobody {within}; {worst}the first would be {one.first} after {counted_minutes(one.after_minutes)}"
    more = f" ({counted(len(times) - 1, 'more time')})" if times[1:] else ""
    return f"{start:%a} {start.day} {start:%b %H:%M}–{until} {one.time_zone}{more}: {one.severity}{whose} reaches {then}."


def counted_minutes(minutes: float) -> str:
    """``1 minute``, ``2.5 minutes``."""
    return f"{number(minutes)} {'minute' if minutes == 1 else 'minutes'}"
