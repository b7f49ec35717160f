"""Shifts as a calendar that other programs show: iCalendar, RFC 5545. Times are in UTC, so that no program has to know a zone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from stormjib.core.oncall.schedule import Shift

LINE_BYTES_MAX: Final = 75
"""RFC 5545, 3.1."""


def calendar(name: str, found: Sequence[tuple[str, Shift]], at: float) -> str:
    """All shifts, each with the name of its schedule. ``at`` is now, in seconds of UTC."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//stormjib//on call//EN", f"X-WR-CALNAME:{_text(name)}"]
    for schedule, shift in found:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(f'{schedule}/{shift.person}/{int(shift.start)}')}@stormjib",
            f"DTSTAMP:{_moment(at)}",
            f"DTSTART:{_moment(shift.start)}",
            f"DTEND:{_moment(shift.end)}",
            f"SUMMARY:{_text(f'{shift.person} on call: {schedule}')}",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in _folded(line))


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """RFC 5545, 3.3.11."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """No line of more bytes than may be; a character is never cut."""
    part, size = "", 0
    for char in line:
        width = len(char.encode())
        if size + width > LINE_BYTES_MAX:
            yield part
            part, size = " ", 1
        part, size = part + char, size + width
    yield part
