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
    mine = {one.id: _same(one, ours) for one in theirs}
    partners = {one.id: [each for each in theirs if (its := mine[each.id]) and its.id == one.id] for one in ours}
    found = [each for one in theirs if mine[one.id] is None for each in _only_they(one)]
    for one in ours:
        if some := partners[one.id]:
            found += _of_pair(some, one, late_seconds)
        else:
            found += _alone(one, _same(one, theirs))
    return sorted(found, key=lambda each: (each.at, each.theirs, each.ours))


def _same(one: Course, others: Sequence[Course]) -> Course | None:
    """The incident on the other side that is this one: by a key, else the nearest of its service, or of an alert that its title names."""
    keyed = [each for each in others if one.keys & each.keys]
    near = keyed or [each for each in others if _about_the_same(one, each) and _together(one, each)]
    return min(near, key=lambda each: (abs(each.opened_at - one.opened_at), each.id), default=None)


def _about_the_same(one: Course, other: Course) -> bool:
    if one.service and other.service:
        return alike(one.service) == alike(other.service)
    return alike(one.title) == alike(other.title) or _names(one, other) or _names(other, one)


def _names(one: Course, other: Course) -> bool:
    """Whether the title of one names an alert of the other."""
    return any(alike(name) in alike(one.title) for name in other.names if len(name) >= NAME_CHARS_MIN)


def _together(one: Course, other: Course) -> bool:
    """Whether the later one began while the earlier one went on, or soon after it began."""
    first, last = sorted((one, other), key=lambda each: each.opened_at)
    return last.opened_at <= max(first.opened_at + TOGETHER_SECONDS, first.ended_at or 0.0)


def _only_they(one: Course) -> Iterator[Difference]:
    if one.paged_at:
        who = ", ".join(one.people) or "somebody"
        says = f"they paged {who} ({one.severity or 'no severity'}), and we nobody"
        yield Difference("only they paged", one.paged_at, one.title, one.service, one.id, "", says)


def _alone(one: Course, theirs: Course | None) -> Iterator[Difference]:
    """Ours without one of theirs: they have it in another one, or did not page."""
    if theirs and theirs.paged_at:
        says = f"{one.id} would be an incident of its own, and they have it in {theirs.id}"
        yield Difference(
            "other grouping", one.opened_at, one.title, one.service, theirs.id, one.id, says, one.why.get("group", "")
        )
    elif one.paged_at:
        says = f"we would have paged {', '.join(one.people)} ({one.severity}), and they nobody"
        yield Difference("only we paged", one.paged_at, one.title, one.service, "", one.id, says, one.why.get("paged", ""))


def _of_pair(theirs: Sequence[Course], ours: Course, late_seconds: float) -> Iterator[Difference]:
    first, *more = sorted(theirs, key=lambda each: each.opened_at)

    def differs(kind: Kind, says: str, why: str = "") -> Difference:
        at = first.paged_at or ours.paged_at or first.opened_at
        return Difference(kind, at, ours.title, ours.service, first.id, ours.id, says, ours.why.get(why, ""))

    if more:
        others = ", ".join(each.id for each in more)
        yield differs("other grouping", f"one incident here, {ours.id}, and theirs are {first.id}, {others}", "group")
    if first.severity and ours.severity and first.severity != ours.severity:
        yield differs("other severity", f"it was {first.severity} there, and is {ours.severity} here", "severity")
    if bool(first.paged_at) != bool(ours.paged_at):
        if first.paged_at:
            yield differs(
                "only they paged", f"they paged {', '.join(first.people) or 'somebody'}, and {ours.id} nobody", "severity"
            )
        else:
            yield differs("only we paged", f"{ours.id} would have paged {', '.join(ours.people)}, and {first.id} nobody", "paged")
        return
    if first.people and {*map(alike, first.people)} != {*map(alike, ours.people)}:
        yield differs("other person", f"they paged {', '.join(first.people)} first, and we {', '.join(ours.people)}", "people")
    late = ours.paged_at - first.paged_at
    if abs(late) > late_seconds:
        yield differs("other time", f"we would have paged {duration(abs(late))} {'later' if late > 0 else 'earlier'}", "paged")
