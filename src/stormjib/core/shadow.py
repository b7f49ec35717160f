"""Shadow: what we would have done beside what the system that pages today did, and where the two differ."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from stormjib.core.catalogue.service import alike
from stormjib.core.text.units import duration

SAID: Final = "SHADOW: nothing leaves this server."
OVER: Final = "SHADOW: its alerts are over"
LEFT: Final = "SHADOW: the server is live from now on; what still fires is judged as if it came now"
TOGETHER_SECONDS: Final = 15 * 60.0
"""Two incidents of one service that begin within it may be the same one."""
NAME_CHARS_MIN: Final = 4
"""A shorter name stands in titles by chance."""

Kind = Literal["only they paged", "only we paged", "other person", "other time", "other severity", "other grouping"]


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """One incident, theirs or ours; times in seconds since the epoch, 0 where there is none."""

    id: str
    title: str
    service: str
    severity: str
    """P0 … P4; "" where nobody says it."""
    opened_at: float
    paged_at: float = 0.0
    people: tuple[str, ...] = ()
    """Whom the first page was for; () where they do not say it."""
    ended_at: float = 0.0
    keys: frozenset[str] = frozenset()
    """By which its senders name it."""
    names: tuple[str, ...] = ()
    """Of its alerts."""
    why: dict[str, str] = {}
    """Why it paged, was so severe, paged these people: in our own words."""


_NONE: Final = Course(id="", title="", service="", severity="", opened_at=0.0)


class Difference(msgspec.Struct, frozen=True):
    """One thing in which we would have done otherwise. ``theirs`` and ``ours`` are ids, "" where there is no such incident."""

    kind: Kind
    at: float
    title: str
    service: str
    theirs: str
    ours: str
    says: str
    why: str = ""


def compared(theirs: Sequence[Course], ours: Sequence[Course], late_seconds: float) -> list[Difference]:
    """All differences, the oldest first. Why only they paged is not known here."""
    mine = [(one, _same(one, ours)) for one in theirs]
    pairs = [([each for each, its in mine if its is one], one) for one in ours]
    pairs += [([each], _NONE) for each, its in mine if its is None]
    found = (each for some, one in pairs for each in _differences(some, one, theirs, late_seconds))
    return sorted(found, key=lambda each: (each.at, each.theirs, each.ours))


def _same(one: Course, others: Sequence[Course]) -> Course | None:
    """The incident on the other side that is this one: by a key, else the nearest of its service, or of an alert that its title names."""
    keyed = [each for each in others if one.keys & each.keys]
    near = keyed or [each for each in others if _together(one, each) and _about_the_same(one, each)]
    return min(near, key=lambda each: (abs(each.opened_at - one.opened_at), each.id), default=None)


def _together(one: Course, other: Course) -> bool:
    """Whether the later one began while the earlier one went on, or soon after it began."""
    first, last = (one, other) if one.opened_at <= other.opened_at else (other, one)
    return last.opened_at <= max(first.opened_at + TOGETHER_SECONDS, first.ended_at)


def _about_the_same(one: Course, other: Course) -> bool:
    if one.service and other.service:
        return alike(one.service) == alike(other.service)
    return alike(one.title) == alike(other.title) or _names(one, other) or _names(other, one)


def _names(one: Course, other: Course) -> bool:
    """Whether the title of one names an alert of the other."""
    return any(alike(name) in alike(one.title) for name in other.names if len(name) >= NAME_CHARS_MIN)


def _differences(some: Sequence[Course], ours: Course, theirs: Sequence[Course], late_seconds: float) -> Iterator[Difference]:
    """Of one of ours and of what it is there; either may be lacking."""
    first, *more = sorted(some, key=lambda each: each.opened_at) or [_NONE]

    def differs(kind: Kind, says: str, why: str = "", there: Course = first) -> Difference:
        at, known = there.paged_at or ours.paged_at or there.opened_at, ours if ours.id else there
        return Difference(kind, at, known.title, known.service, there.id, ours.id, says, ours.why.get(why, ""))

    if more:
        others = ", ".join(each.id for each in more)
        yield differs("other grouping", f"one incident here, {ours.id}, and theirs are {first.id}, {others}", "group")
    within = None if some else _same(ours, theirs)
    if within and within.paged_at:
        says = f"{ours.id} would be an incident of its own, and they have it in {within.id}"
        yield differs("other grouping", says, "group", within)
        return
    if first.severity and ours.severity and first.severity != ours.severity:
        yield differs("other severity", f"it was {first.severity} there, and is {ours.severity} here", "severity")
    they, we = ", ".join(first.people) or "somebody", ", ".join(ours.people)
    if first.paged_at and not ours.paged_at:
        yield differs("only they paged", f"they paged {they} ({first.severity or 'no severity'}), and here nobody", "severity")
    elif ours.paged_at and not first.paged_at:
        yield differs("only we paged", f"we would have paged {we} ({ours.severity}), and they nobody", "paged")
    elif ours.paged_at:
        if first.people and {*map(alike, first.people)} != {*map(alike, ours.people)}:
            yield differs("other person", f"they paged {they} first, and we {we}", "people")
        late = ours.paged_at - first.paged_at
        if abs(late) > late_seconds:
            than = "later" if late > 0 else "earlier"
            yield differs("other time", f"we would have paged {duration(abs(late))} {than}", "paged")
