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
    word: str = ""
    """Of theirs: how severe it is as it is called there."""
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
    pairs = _pairs(theirs, ours)
    taken = {one.id for one, _ in pairs}
    more: dict[str, list[Course]] = {}
    for one in theirs:
        if one.id not in taken and (within := _within(one, ours)):
            taken.add(one.id)
            more.setdefault(within.id, []).append(one)
    met = {its.id: one for one, its in pairs}
    rows = [(met.get(one.id, _NONE), more.get(one.id, ()), one) for one in ours]
    rows += [(one, (), _NONE) for one in theirs if one.id not in taken]
    found = (each for first, others, one in rows for each in _differences(first, others, one, theirs, late_seconds))
    return sorted(found, key=lambda each: (each.at, each.theirs, each.ours))


def _pairs(theirs: Sequence[Course], ours: Sequence[Course]) -> list[tuple[Course, Course]]:
    """Those that are the same, one of theirs and one of ours: what has a key or a name in common first, then what is nearest in time.

    Where they have nothing but the service in common, both have to go on at the same time.
    """
    found = [
        (not close, abs(one.opened_at - each.opened_at), one.id, each.id, one, each)
        for one in theirs
        for each in ours
        if _together(one, each) and ((close := _close(one, each)) or (_same_service(one, each) and _overlap(one, each)))
    ]
    pairs: list[tuple[Course, Course]] = []
    taken: set[str] = set()
    for *_, one, each in sorted(found, key=lambda some: some[:4]):
        if not taken & {one.id, each.id}:
            taken |= {one.id, each.id}
            pairs.append((one, each))
    return pairs


def _within(one: Course, others: Sequence[Course]) -> Course | None:
    """The incident on the other side that holds this one as well: they have a key or a name in common, and go on at the same time."""
    near = (each for each in others if _overlap(one, each) and _close(one, each))
    return min(near, key=lambda each: (abs(each.opened_at - one.opened_at), each.id), default=None)


def _together(one: Course, other: Course) -> bool:
    """Whether the later one began while the earlier one went on, or soon after it began."""
    first, last = (one, other) if one.opened_at <= other.opened_at else (other, one)
    return last.opened_at <= max(first.opened_at + TOGETHER_SECONDS, first.ended_at)


def _overlap(one: Course, other: Course) -> bool:
    """Whether the later one began while the earlier one went on."""
    first, last = (one, other) if one.opened_at <= other.opened_at else (other, one)
    return _together(one, other) and (not first.ended_at or last.opened_at <= first.ended_at)


def _same_service(one: Course, other: Course) -> bool:
    return bool(one.service) and alike(one.service) == alike(other.service)


def _close(one: Course, other: Course) -> bool:
    """Whether they have a key in common, or are not of two services and have a title or the name of an alert in common."""
    if one.keys & other.keys:
        return True
    apart = one.service and other.service and not _same_service(one, other)
    return not apart and (alike(one.title) == alike(other.title) or _names(one, other) or _names(other, one))


def _names(one: Course, other: Course) -> bool:
    """Whether the title of one names an alert of the other."""
    return any(alike(name) in alike(one.title) for name in other.names if len(name) >= NAME_CHARS_MIN)


def _severity(theirs: Course) -> str:
    ours = f"{theirs.severity} on our scale" if theirs.severity else "no severity of ours"
    return f"{theirs.word} there, {ours}" if theirs.word else ours


def _differences(
    first: Course, more: Sequence[Course], ours: Course, theirs: Sequence[Course], late_seconds: float
) -> Iterator[Difference]:
    """Of one of ours, of what it is there, and of what they have beside that; each may be lacking."""

    def differs(kind: Kind, says: str, why: str = "", there: Course = first) -> Difference:
        at, known = there.paged_at or ours.paged_at or there.opened_at, ours if ours.id else there
        return Difference(kind, at, known.title, known.service, there.id, ours.id, says, ours.why.get(why, ""))

    within = None if first.id else _within(ours, theirs)
    if more:
        others = ", ".join(each.id for each in more)
        yield differs("other grouping", f"one incident here, {ours.id}, and theirs are {first.id}, {others}", "group")
    elif within:
        says = f"{ours.id} would be an incident of its own, and they have it in {within.id}"
        yield differs("other grouping", says, "group", within)
    there = within or first
    if there.severity and ours.severity and there.severity != ours.severity:
        yield differs(
            "other severity",
            f"it is {_severity(there)}, and {ours.severity} here",
            "severity",
            there,
        )
    of = f" ({_severity(there)})" if there.id else ""
    for each in (there, *more):
        they, we = ", ".join(each.people) or "somebody", ", ".join(ours.people)
        if each.paged_at and not ours.paged_at:
            says = f"they paged {they} ({_severity(each)}), and here nobody"
            yield differs("only they paged", says, "severity", each)
        elif ours.paged_at and not each.paged_at and each is there:
            yield differs("only we paged", f"we would have paged {we} ({ours.severity}), and they nobody{of}", "paged", each)
        elif ours.paged_at and each.people and {*map(alike, each.people)} != {*map(alike, ours.people)}:
            yield differs("other person", f"they paged {they} first, and we {we}", "people", each)
    late = ours.paged_at - first.paged_at
    if ours.paged_at and first.paged_at and abs(late) > late_seconds:
        than = "later" if late > 0 else "earlier"
        yield differs("other time", f"we would have paged {duration(abs(late))} {than}", "paged")
