"""A schedule: layers of people who take turns, and who is on call at a moment.

Turns and restrictions begin and end by the clock on the wall of the schedule's zone and become seconds of UTC there; everything
after that is arithmetic of seconds, so that no change of the clocks can be counted twice.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from stormjib.core.oncall.wall import DAY_MINUTES, DAYS, hand_off, minute, moment, period, utc, wall_of

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Span = tuple[float, float]
"""From and until, in seconds of UTC."""
NOBODY = "nobody"
"""In place of a person: a turn in which this layer has nobody."""
_DAY = timedelta(days=1)


class Restriction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Hours in which a layer has anybody on call."""

    days: Annotated[
        tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...],
        Meta(description="On which days these hours begin; every day where it is empty."),
    ] = ()
    begins: Annotated[str, Meta(description="Such as 09:00, by the clock of the schedule's time zone.")] = msgspec.field(
        name="from", default="00:00"
    )
    ends: Annotated[str, Meta(description="Such as 17:00 or 24:00; on the next day where it is not after `from`.")] = (
        msgspec.field(name="to", default="24:00")
    )


class Layer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """People who take turns. Where it has somebody on call, nobody of the layers above it in the file is."""

    people: Annotated[
        tuple[Name, ...], Meta(description="Names of files in people/, in the order of their turns; `nobody` leaves one out.")
    ]
    name: Annotated[str, Meta(max_length=80)] = ""
    every: Annotated[str, Meta(description="How long a turn is: 1 week, 2 days, 12 hours, by the clock on the wall.")] = "1 week"
    start: Annotated[str, Meta(description="When the first turn begins: 2026-01-05 09:00, or only the day.")] = "2024-01-01"
    hand_off: Annotated[
        str,
        Meta(
            description="When turns change: mon 09:00, or 09:00; where it is empty, as the first one began. It ends the first turn."
        ),
    ] = ""
    end: Annotated[str, Meta(description="When its last turn ends, as start is written; never where it is empty.")] = ""
    restrictions: Annotated[tuple[Restriction, ...], Meta(description="The hours that it is for; all where it is empty.")] = ()
    time_zone: Annotated[str, Meta(description="Where its clock is another one than the schedule's.")] = ""


class Shift(msgspec.Struct, frozen=True, order=True):
    """Somebody is on call from ``start`` until ``end``, in seconds of UTC. ``layer``: by which part of the schedule."""

    start: float
    end: float
    person: str
    layer: str = ""


class Override(msgspec.Struct, frozen=True):
    """Somebody else is on call in this time, whatever the layers say. Seconds of UTC."""

    schedule: str
    person: str
    start: float
    end: float
    id: str = ""
    reason: str = ""
    by: str = ""
    other: str = ""
    """The number of the other half of a swap."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file of schedules/."""

    name: Name
    summary: Annotated[str, Meta(max_length=500, description="What it is for, in a sentence.")] = ""
    time_zone: Annotated[str, Meta(description="As in Europe/Berlin: by its clock turns begin and end.")] = "UTC"
    always: Annotated[
        bool, Meta(description="Whether somebody has to be on call at all times; false where hours without anybody are meant.")
    ] = True
    layers: Annotated[tuple[Layer, ...], Meta(description="A later one comes before an earlier one.")] = ()
    ical: Annotated[
        str, Meta(description="A calendar in place of layers: its file, from the directory of the catalogue, or its address.")
    ] = ""
    imported: tuple[Shift, ...] = ()
    """What the calendar said when it was last read; never in a file."""


def shifts(schedule: Schedule, overrides: Sequence[Override], start: float, end: float) -> tuple[Shift, ...]:
    """Who is on call in this time, by its beginning. A later layer covers those before it, and an override covers all."""
    found = [Shift(max(one.start, start), min(one.end, end), one.person, one.layer) for one in schedule.imported]
    for number, layer in enumerate(schedule.layers, 1):
        found = _cover(found, list(_of_layer(layer, layer.name or f"layer {number}", _zone(schedule, layer), start, end)))
    for one in overrides:
        if one.schedule == schedule.name:
            found = _cover(found, [Shift(max(one.start, start), min(one.end, end), one.person, "override")])
    return tuple(_joined(sorted(one for one in found if one.start < one.end)))


def turns(schedule: Schedule, overrides: Sequence[Override], start: float, end: float) -> tuple[Shift, ...]:
    """The same, but the first ones from their own beginning: one that never ends begins with its layer."""
    far = start - 400 * _DAY.total_seconds()
    firsts = [utc(first, _zone(schedule, one)) for one in schedule.layers if (first := moment(one.start))]
    begin = max((at for at in firsts if at <= far), default=far)
    found = (one for one in shifts(schedule, overrides, far, end) if one.end > start)
    return tuple(msgspec.structs.replace(one, start=begin) if one.start == far else one for one in found)


def _joined(found: Sequence[Shift]) -> Iterator[Shift]:
    """Of the same person by the same layer what follows without a break, as where a turn ends and the next one is hers, too."""
    last: Shift | None = None
    for one in found:
        if last and (last.end, last.person, last.layer) == (one.start, one.person, one.layer):
            last = msgspec.structs.replace(last, end=one.end)
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def on_call(schedule: Schedule, overrides: Sequence[Override], at: float) -> tuple[str, ...]:
    """Who is on call at this second; () where nobody is."""
    return tuple(dict.fromkeys(one.person for one in shifts(schedule, overrides, at, at + 1) if one.start <= at < one.end))


def within(restrictions: Sequence[Restriction], time_zone: str, at: float) -> bool:
    """Whether a moment lies in these hours."""
    day = wall_of(at, ZoneInfo(time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return any(start <= at < end for start, end in _around(tuple(restrictions), time_zone, day))


@lru_cache(maxsize=1024)
def _around(restrictions: tuple[Restriction, ...], time_zone: str, day: datetime) -> list[Span]:
    return _hours(restrictions, ZoneInfo(time_zone), day - _DAY, day + 2 * _DAY)


def hours(restrictions: Sequence[Restriction], time_zone: str, start: float, end: float) -> list[Span]:
    """All hours of a time, by their beginning, also those that reach into it or out of it."""
    zone = ZoneInfo(time_zone)
    return _hours(restrictions, zone, wall_of(start, zone) - _DAY, wall_of(end, zone) + _DAY)


def outside(restrictions: Sequence[Restriction], time_zone: str, start: float, end: float) -> tuple[Span, ...]:
    """When a moment in this time lies in none of these hours."""
    zone = ZoneInfo(time_zone)
    found = _hours(restrictions, zone, wall_of(start, zone) - _DAY, wall_of(end, zone) + _DAY)
    return _left_out(((max(one, start), min(until, end)) for one, until in found if until > start and one < end), start, end)


def gaps(schedule: Schedule, overrides: Sequence[Override], start: float, end: float) -> tuple[Span, ...]:
    """When nobody is on call in this time."""
    return _left_out(((one.start, one.end) for one in shifts(schedule, overrides, start, end)), start, end)


def _left_out(spans: Iterable[Span], start: float, end: float) -> tuple[Span, ...]:
    """What these spans, by their beginning, leave of a time."""
    found: list[Span] = []
    covered = start
    for since, until in spans:
        if since > covered:
            found.append((covered, since))
        covered = max(covered, until)
    return (*found, (covered, end)) if covered < end else tuple(found)


def _zone(schedule: Schedule, layer: Layer) -> ZoneInfo:
    return ZoneInfo(layer.time_zone or schedule.time_zone)


def _of_layer(layer: Layer, name: str, zone: ZoneInfo, start: float, end: float) -> Iterator[Shift]:
    first, length = moment(layer.start), period(layer.every)
    if first is None or length is None or not layer.people:
        return
    base, begins = _base(layer, first), utc(first, zone)
    if last := moment(layer.end):
        end = min(end, utc(last, zone))
    # Two days more on each side than a clock can be off.
    low, high = wall_of(start, zone) - 2 * _DAY, wall_of(end, zone) + 2 * _DAY
    open_hours = deque(_hours(layer.restrictions, zone, low, high) if layer.restrictions else [(start, end)])
    for turn in range(max((low - base) // length, 0), (high - base) // length + 1):
        person = layer.people[turn % len(layer.people)]
        since = max(utc(base + turn * length, zone), begins, start)
        until = min(utc(base + (turn + 1) * length, zone), end)
        while open_hours and open_hours[0][1] <= since:
            open_hours.popleft()
        for opens, closes in open_hours:
            if opens >= until:
                break
            if person != NOBODY and max(since, opens) < min(until, closes):
                yield Shift(max(since, opens), min(until, closes), person, name)


def _base(layer: Layer, first: datetime) -> datetime:
    """The newest moment at or before the beginning at which turns change."""
    wanted = hand_off(layer.hand_off) if layer.hand_off else None
    if wanted is None:
        return first
    day, minutes = wanted
    base = first.replace(hour=0, minute=0) + timedelta(minutes=minutes)
    base -= _DAY * ((base.weekday() - day) % 7 if day is not None else 0)
    return base if base <= first else base - (_DAY if day is None else 7 * _DAY)


def _hours(restrictions: Sequence[Restriction], zone: ZoneInfo, low: datetime, high: datetime) -> list[Span]:
    """The hours of all restrictions between two days, put together, by their beginning."""
    found: list[Span] = []
    day = low.replace(hour=0, minute=0, second=0, microsecond=0) - _DAY
    while day <= high:
        for one in restrictions:
            begins, ends = minute(one.begins) or 0, minute(one.ends) or DAY_MINUTES
            if not one.days or DAYS[day.weekday()] in one.days:
                until = day + timedelta(minutes=ends + (DAY_MINUTES if ends <= begins else 0))
                found.append((utc(day + timedelta(minutes=begins), zone), utc(until, zone)))
        day += _DAY
    return united(found)


def united(spans: Sequence[Span]) -> list[Span]:
    """Spans that touch or overlap become one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _cover(below: Sequence[Shift], above: Sequence[Shift]) -> list[Shift]:
    """What is above, and of what is below the rest."""
    hidden = united([(one.start, one.end) for one in above if one.start < one.end])
    return [*(part for one in below for part in _left(one, hidden)), *above]


def _left(shift: Shift, hidden: Sequence[Span]) -> Iterator[Shift]:
    since = shift.start
    for start, end in hidden:
        if end <= since or start >= shift.end:
            continue
        if start > since:
            yield msgspec.structs.replace(shift, start=since, end=start)
        since = end
    if since < shift.end:
        yield msgspec.structs.replace(shift, start=since)
