"""A calendar elsewhere, in iCalendar: fetched from a file or an address, and read as shifts of the people that it names."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
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
EVENTS_MAX: Final = 20_000
SECONDS_MAX: Final = 20.0
LACKING: Final = "reading it needs two libraries that are not here; install stormjib[ical]"
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What the libraries raise over a file that is no calendar."""


class Unread(Exception):
    """It can't be had, or is no calendar; the text says why, as the end of a sentence."""


def fetch(where: str, directory: Path) -> bytes:
    """What stands there; raises ``Unread``. A redirect is not followed: it leads where nobody has set it to."""
    if not where.startswith(("http://", "https://")):
        try:
            with (directory / where).open("rb") as file:
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
        for event in _until(recurring_ical_events.of(whole, components=["VEVENT"]).after(datetime.fromtimestamp(low, UTC)), high):
            if str(event.get("STATUS", "")).upper() == "CANCELLED":
                continue
            person = _person(event, people)
            stranger = stranger or ("" if person else str(event.get("SUMMARY", "without a title"))[:60])
            if person:
                found.append(Shift(_second(event["DTSTART"].dt, zone), _second(event["DTEND"].dt, zone), person, "calendar"))
    except _BROKEN as error:
        raise Unread(f"it is no calendar: {str(error)[:120]}") from error
    return tuple(found), stranger


def _until(events: Any, high: float) -> Iterator[Any]:  # noqa: ANN401 - the library's
    for count, event in enumerate(events):
        if count >= EVENTS_MAX:
            raise Unread(f"it has more than {EVENTS_MAX:,} events")
        if _second(event["DTSTART"].dt, ZoneInfo("UTC")) > high:
            return
        yield event


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
