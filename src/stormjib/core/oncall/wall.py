"""The clock on the wall of a place: what people write in a schedule, and the second of UTC that it is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS: Final = {
    "hour": timedelta(hours=1),
    "hours": timedelta(hours=1),
    "day": timedelta(days=1),
    "days": timedelta(days=1),
    "week": timedelta(weeks=1),
    "weeks": timedelta(weeks=1),
}
HOUR_MINUTES: Final = 60
DAY_MINUTES: Final = 24 * HOUR_MINUTES
_COUNT_MAX: Final = 1_000
_CLOCK_CHARS: Final = 5


def utc(wall: datetime, zone: ZoneInfo) -> float:
    """The second of UTC at which a clock in the zone shows this, without zone of its own.

    Of a time that is there twice it is the first; of one that is skipped, the moment of the skip, at which the next one begins. So
    what comes later on the wall never comes earlier in UTC.
    """
    found = wall.replace(tzinfo=zone, fold=0).timestamp()
    late = wall.replace(tzinfo=zone, fold=1).timestamp()
    if late >= found:
        return found
    # PEP 495: within a gap the two differ the other way round, and the skip lies between them.
    low, high = late, found
    offset = datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


def wall_of(at: float, zone: ZoneInfo) -> datetime:
    """What a clock in the zone shows then, without zone."""
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None)


def utc_minute(at: float) -> str:
    """``2026-01-05 08:00 UTC``, for a sentence."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def instant(text: str, zone: ZoneInfo) -> float | None:
    """The second of UTC of a time as people and forms write it, by the clock of the zone where it names none; None where it is no time."""
    try:
        found = datetime.fromisoformat(text.strip())
        return found.timestamp() if found.tzinfo else utc(found, zone)
    except (ValueError, OverflowError):
        return None


def period(text: str) -> timedelta | None:
    """``1 week``, ``12 hours``, ``day``; None where it is none."""
    count, _, unit = (text if " " in text else f"1 {text}").partition(" ")
    if not (count.isascii() and count.isdigit() and 0 < int(count) <= _COUNT_MAX) or unit not in UNITS:
        return None
    return int(count) * UNITS[unit]


def moment(text: str) -> datetime | None:
    """``2026-01-05`` or ``2026-01-05 09:00``; None where there is no such day or time."""
    day, _, clock = text.partition(" ")
    minutes = minute(clock or "00:00")
    if minutes is None or minutes == DAY_MINUTES:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time()) + timedelta(minutes=minutes)
    except ValueError:
        return None


def minute(text: str) -> int | None:
    """``09:30`` as minutes since midnight, ``24:00`` as the whole day; None where no clock shows it."""
    hours, _, minutes = text.partition(":")
    if len(text) != _CLOCK_CHARS or not (hours + minutes).isascii() or not (hours.isdigit() and minutes.isdigit()):
        return None
    found = int(hours) * HOUR_MINUTES + int(minutes)
    return found if int(minutes) < HOUR_MINUTES and found <= DAY_MINUTES else None


def hand_off(text: str) -> tuple[int | None, int] | None:
    """``mon 09:00`` or ``09:00`` as the day of the week, None for every day, and the minute; None where it is neither."""
    day, _, clock = text.rpartition(" ")
    minutes = minute(clock)
    if minutes is None or minutes == DAY_MINUTES or (day and day not in DAYS):
        return None
    return (DAYS.index(day) if day else None), minutes
