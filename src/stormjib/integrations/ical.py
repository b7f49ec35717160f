"""A calendar elsewhere, in iCalendar: fetched from a file or an address, and read as shifts of the people that it names."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx2

from stormjib import exchange
from stormjib.core.catalogue.people import Person
from stormjib.core.catalogue.service import alike
from stormjib.core.oncall.schedule import Schedule, Shift
from stormjib.core.oncall.wall import utc

BYTES_MAX: Final = 4 * 1024 * 1024
SECONDS_MAX: Final = 20.0
TURNS_MAX: Final = 50_000
"""Since their beginning: a library follows all of them."""
DAY_SECONDS: Final = 86_400.0
_A_DAY: Final = {
    "SECONDLY": 86_400.0,
    "MINUTELY": 1_440.0,
    "HOURLY": 24.0,
    "DAILY": 1.0,
    "WEEKLY": 1 / 7,
    "MONTHLY": 1 / 28,
    "YEARLY": 1 / 365,
}
FINE: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
LACKING: Final = "reading it needs two libraries that are not here; install stormjib[ical]"
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What the libraries raise over a file that is no calendar."""


class Unread(Exception):
    """It can't be had, or is no calendar; the text says why, as the end of a sentence."""


def fetch(where: str, directory: Path) -> bytes:
    """What stands there; raises ``Unread``. A redirect is not followed: it leads where nobody has set it to."""
    if not where.startswith(("http://", "https://")):
        path = (directory / where).resolve()
        if not path.is_relative_to(directory.resolve()):
            raise Unread("it leads out of the catalogue")
        try:
            with path.open("rb") as file:
                found = file.read(BYTES_MAX + 1)
        except OSError as error:
            raise Unread(f"it can't be read: {error.strerror}") from error
    else:
        with exchange.client(timeout_seconds=SECONDS_MAX, bytes_max=BYTES_MAX) as client:
            try:
                answer = client.get(where)
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise Unread(f"it does not answer: {error or type(error).__name__}") from error
        if not answer.is_success:
            raise Unread(f"it answers {answer.status_code}")
        found = answer.content
    if len(found) > BYTES_MAX:
        raise Unread(f"it has more than {BYTES_MAX:,} bytes")
    return found


def read(body: bytes, schedule: Schedule, people: Sequence[Person], low: float, high: float) -> tuple[tuple[Shift, ...], str]:
    """The shifts between two moments, and the first event that names nobody, "" where each does; raises ``Unread``."""
    try:
        icalendar, recurring_ical_events = map(import_module, ("icalendar", "recurring_ical_events"))
    except ImportError as error:
        raise Unread(LACKING) from error
    zone, found, stranger = ZoneInfo(schedule.time_zone), list[Shift](), ""
    try:
        whole = icalendar.Calendar.from_ical(body)
        _bounded(whole.walk("VEVENT"), zone, high)
        window = (datetime.fromtimestamp(at, UTC) for at in (low, high))
        for event in recurring_ical_events.of(whole, components=["VEVENT"]).between(*window):
            if str(event.get("STATUS", "")).upper() == "CANCELLED":
                continue
            person = _person(event, people)
            stranger = stranger or ("" if person else str(event.get("SUMMARY", "without a title"))[:60])
            if person:
                found.append(Shift(_second(event["DTSTART"].dt, zone), _second(event["DTEND"].dt, zone), person, "calendar"))
    except _BROKEN as error:
        raise Unread(f"it is no calendar: {str(error)[:120]}") from error
    return tuple(found), stranger


def _bounded(events: Sequence[Any], zone: ZoneInfo, high: float) -> None:
    """Raise ``Unread`` before a rule is followed that has too many turns: at the most as many as its parts name, from its beginning on."""
    turns = 0.0
    for event in events:
        rule, title = event.get("RRULE"), str(event.get("SUMMARY", "without a title"))[:60]
        for one in rule if isinstance(rule, list) else filter(None, [rule]):
            often = str(one.get("FREQ", ["DAILY"])[0]).upper()
            parts = [len(one[name]) for name in one if str(name).startswith("BY")]
            # A part of a rule for hours or less takes turns away: a rule that leaves none would be followed for thousands of years.
            a_day = math.inf if parts and often in FINE else _A_DAY.get(often, 1.0) * math.prod(parts)
            begins = event["DTSTART"].dt
            turns += a_day / int(one.get("INTERVAL", [1])[0]) * (high - _second(begins, zone)) / DAY_SECONDS
            if turns <= TURNS_MAX and parts:
                turns += _to_next(one, begins, high - _second(begins, zone)) * _A_DAY.get(often, 1.0)
                if turns == math.inf:
                    raise Unread(f"no day fits the rule of the event {title!r} ({one.to_ical().decode()[:80]}); correct it there")
            if turns > TURNS_MAX:
                raise Unread(
                    f"it has too many turns: the event {title!r} repeats too often ({often}), and {TURNS_MAX:,} are the most"
                )


def _to_next(rule: Any, begins: date, seconds: float) -> float:  # noqa: ANN401
    """The days from then to a rule's next turn; inf without one. Asked near the year 9999, the last one: days repeat every 400 years."""
    endless = ";".join(part for part in rule.to_ical().decode().split(";") if not part.startswith(("UNTIL=", "COUNT=")))
    near = datetime(begins.year + (9_500 - begins.year) // 400 * 400, begins.month, begins.day, tzinfo=UTC)
    end = near + timedelta(seconds=max(seconds, 0.0))
    found = import_module("dateutil.rrule").rrulestr(endless, dtstart=near).after(end)
    return (found - end).days if found else math.inf


def _second(moment: Any, zone: ZoneInfo) -> float:  # noqa: ANN401 - a day, or a time with or without a zone
    """RFC 5545: a day and a time without zone are by the clock of whoever reads it, here of the schedule."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment.timestamp() if moment.tzinfo else utc(moment, zone)


def _person(event: Any, people: Sequence[Person]) -> str:  # noqa: ANN401
    """By who is invited, else by the title."""
    invited = event.get("ATTENDEE", [])
    mails = {str(one).lower().removeprefix("mailto:") for one in (invited if isinstance(invited, list) else [invited])}
    title = alike(str(event.get("SUMMARY", "")))
    words = set("".join(char if char.isalnum() or char in "._@-" else " " for char in title).split())
    ways = (
        (one.name for one in people if one.email and one.email.lower() in mails),
        (one.name for one in people if one.full_name and alike(one.full_name) in title),
        (one.name for one in people if alike(one.name) in {*words, title}),
    )
    return next(chain(*ways), "")
