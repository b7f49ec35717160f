"""Rotations of any system as layers of schedules: who covers whom, who is on call beside whom, and where the first turn is a part."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from stormjib.core.oncall.schedule import Layer, Restriction
from stormjib.core.oncall.wall import DAY_MINUTES, DAYS, HOUR_MINUTES, minute, utc, wall_of

WEEK_MINUTES: Final = 7 * DAY_MINUTES
NAME_CHARS_MAX: Final = 80
LENGTHS: Final = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
_HOUR: Final = timedelta(hours=1)


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """People who take turns. One of a higher level covers those below it; of one level several are on call beside each other.

    ``start``: when the first of ``people`` begins, as a moment, or by the clock of ``zone`` where it has none of its own. ``begins``:
    when the rotation is in force, in the middle of somebody's turn perhaps; ``end``: until when.
    """

    people: tuple[str, ...]
    length: timedelta
    start: datetime
    begins: datetime | None = None
    end: datetime | None = None
    restrictions: tuple[Restriction, ...] = ()
    level: int = 0
    name: str = ""
    zone: str = ""


def hours(first_day: int, begins: int, minutes: int) -> tuple[Restriction, ...]:
    """Hours of a week that begin on a day (0 is Monday) at a minute of it, cut at every midnight."""
    found = []
    while minutes > 0:
        part = min(minutes, DAY_MINUTES - begins)
        found.append(Restriction(days=(DAYS[first_day % 7],), begins=_clock(begins), ends=_clock(begins + part)))
        first_day, begins, minutes = first_day + 1, 0, minutes - part
    return tuple(found)


def daily(begins: int, minutes: int, days: Sequence[int] = ()) -> tuple[Restriction, ...]:
    """Hours of every day, or of these days, that begin at a minute of it and may end on the next."""
    if minutes > DAY_MINUTES and days:
        return tuple(part for day in days for part in hours(day, begins, minutes))
    ends = (begins + min(minutes, DAY_MINUTES)) % DAY_MINUTES
    limits = Restriction(begins=_clock(begins), ends=_clock(ends or DAY_MINUTES))
    return (msgspec.structs.replace(limits, days=tuple(DAYS[day] for day in sorted(set(days)))),)


def _merged(restrictions: Sequence[Restriction]) -> tuple[Restriction, ...]:
    """Days with the same hours are one restriction."""
    found: dict[tuple[str, str, bool], Restriction] = {}
    for one in restrictions:
        key = (one.begins, one.ends, bool(one.days))
        days = {*found[key].days, *one.days} if key in found else set(one.days)
        found[key] = msgspec.structs.replace(one, days=tuple(day for day in DAYS if day in days))
    return tuple(found.values())


def _clock(minutes: int) -> str:
    return f"{minutes // HOUR_MINUTES:02}:{minutes % HOUR_MINUTES:02}"


def tracks(rotations: Sequence[Rotation], zone: str, now: float) -> list[tuple[Layer, ...]]:
    """The layers of as many schedules as people are on call at once, so that together they say the same."""
    found: list[list[Layer]] = []
    at = wall_of(now, ZoneInfo(zone))
    current = [one for one in rotations if not one.end or _wall(one.end, one.zone or zone) > at]
    for level in sorted({one.level for one in current}):
        homes: list[list[Rotation]] = []
        for one in (one for one in current if one.level == level):
            home = next((home for home in homes if not any(_meet(one, other) for other in home)), None)
            if home is None:
                homes.append([one])
            else:
                home.append(one)
        for number in range(max(len(homes), len(found))):
            own = homes[number] if number < len(homes) else []
            if number == len(found):
                found.append([])
            others = [one for home in homes if home is not own for one in home] if found[number] else []
            found[number] += [layer for one in (*others, *own) for layer in _layers(one, zone, now)]
    return [tuple(layers) for layers in found]


def _meet(one: Rotation, other: Rotation) -> bool:
    """Whether both may have somebody on call at once."""
    if one.zone != other.zone:
        return True
    ended = any(a.end and _later(b.begins or b.start, a.end) for a, b in ((one, other), (other, one)))
    return not ended and bool(_minutes(one.restrictions) & _minutes(other.restrictions))


def _later(one: datetime, other: datetime) -> bool:
    return bool(one.tzinfo) == bool(other.tzinfo) and one >= other


@lru_cache
def _minutes(restrictions: tuple[Restriction, ...]) -> set[int]:
    """The minutes of a week that are in these hours."""
    if not restrictions:
        return set(range(WEEK_MINUTES))
    found: set[int] = set()
    for one in restrictions:
        begins, ends = minute(one.begins) or 0, minute(one.ends) or DAY_MINUTES
        ends += DAY_MINUTES if ends <= begins else 0
        for day in one.days or DAYS:
            since = DAYS.index(day) * DAY_MINUTES
            found.update(at % WEEK_MINUTES for at in range(since + begins, since + ends))
    return found


def _layers(one: Rotation, zone: str, now: float) -> Iterable[Layer]:
    """As a rule one; two where it begins later, in the middle of a turn: the rest of that turn is a layer of its own."""
    own = one.zone or zone
    if len(one.people) == 1 and any(_comes_twice(at, own) for at in (one.start, one.end) if at):
        own = "UTC"
    base, begins, people = _wall(one.start, own), _wall(one.begins or one.start, own), one.people
    whole = Layer(
        people=people,
        name=one.name[:NAME_CHARS_MAX],
        every=_every(one.length),
        start=_text(base),
        end=_text(_wall(one.end, own)) if one.end else "",
        restrictions=_merged(one.restrictions),
        time_zone=own if own != zone else "",
    )
    if begins <= base or begins <= wall_of(now, ZoneInfo(own)):
        return (whole,)
    turn = (begins - base) // one.length
    if begins > base + turn * one.length:
        turn += 1
    first = base + turn * one.length
    later = msgspec.structs.replace(whole, people=_from(people, turn), start=_text(first))
    if first == begins:
        return (later,)
    part = msgspec.structs.replace(
        whole, people=_from(people, turn - 1)[:1], start=_text(begins), end=_text(first), every="100 weeks"
    )
    return (part, later)


def _comes_twice(at: datetime, zone: str) -> bool:
    """Whether it is the second time on one day that a clock shows this."""
    return bool(at.tzinfo) and utc(_wall(at, zone), ZoneInfo(zone)) != at.replace(second=0, microsecond=0).timestamp()


def _from(people: tuple[str, ...], turn: int) -> tuple[str, ...]:
    return (*people[turn % len(people) :], *people[: turn % len(people)])


def _wall(at: datetime, zone: str) -> datetime:
    """By the clock of the zone, to the minute."""
    return (at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if at.tzinfo else at).replace(second=0, microsecond=0)


def _every(length: timedelta) -> str:
    count, unit = next(
        (length // one, word)
        for word, one in (("week", timedelta(7)), ("day", timedelta(1)), ("hour", _HOUR))
        if not length % one
    )
    return f"{count} {unit}{'s' if count > 1 else ''}"


def _text(wall: datetime) -> str:
    return f"{wall:%Y-%m-%d %H:%M}"
