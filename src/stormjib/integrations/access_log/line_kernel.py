"""One line of an access log read as bytes, compiled by numba: no object for each line."""

# ruff: noqa: PLR2004, SIM109, SIM110, PLR1714 - bytes are compared as the numbers that they are, in plain loops

from typing import Final

import numpy as np

from stormjib.integrations.access_log.byte_kernel import (
    BACKSLASH,
    CLOSE,
    COLON,
    DASH,
    DOT,
    NINE,
    ONE,
    OPEN,
    PRIME,
    QUOTE,
    SLASH,
    SPACE,
    START,
    ZERO,
    Array,
    byte_at,
    compiled,
)
from stormjib.integrations.access_log.tail_kernel import (
    BYTES,
    MILLISECONDS,
    MINUTE,
    PATH_START,
    PATH_STOP,
    ROUTE,
    STATUS,
    UPSTREAM_START,
    UPSTREAM_STOP,
    read_tail,
)

_ID: Final = np.uint64(7_777_777_777_777)
"""The hash of every id, so that requests of one kind are one route."""


@compiled
def _two(buffer: int, at: int) -> int:
    """Two digits as a number, or -1."""
    tens, ones = byte_at(buffer, at), byte_at(buffer, at + 1)
    if not (ZERO <= tens <= NINE and ZERO <= ones <= NINE):
        return -1
    return (int(tens) - ZERO) * 10 + int(ones) - ZERO


@compiled
def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar (Howard Hinnant's algorithm)."""
    year -= 1 if month <= 2 else 0
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@compiled
def _month(buffer: int, at: int) -> int:
    code = (byte_at(buffer, at) << 16) | (int(byte_at(buffer, at + 1)) << 8) | int(byte_at(buffer, at + 2))
    names = (
        0x4A616E,
        0x466562,
        0x4D6172,
        0x417072,
        0x4D6179,
        0x4A756E,
        0x4A756C,
        0x417567,
        0x536570,
        0x4F6374,
        0x4E6F76,
        0x446563,
    )
    for index in range(12):
        if names[index] == code:
            return index + 1
    return 0


@compiled
def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@compiled
def minute_at(buffer: int, at: int) -> int:
    """Minutes since 1970 (UTC) of ``23/Nov/2026:18:03:12 +0000``, or -1."""
    day, century, years = _two(buffer, at), _two(buffer, at + 7), _two(buffer, at + 9)
    hour, minute, second = _two(buffer, at + 12), _two(buffer, at + 15), _two(buffer, at + 18)
    zone_hours, zone_minutes = _two(buffer, at + 22), _two(buffer, at + 24)
    if min(day, century, years, hour, minute, second, zone_hours, zone_minutes) < 0 or hour > 23 or minute > 59:
        return -1
    if (
        byte_at(buffer, at + 2) != SLASH
        or byte_at(buffer, at + 6) != SLASH
        or byte_at(buffer, at + 11) != COLON
        or byte_at(buffer, at + 14) != COLON
        or byte_at(buffer, at + 17) != COLON
    ):
        return -1
    month, year, sign = _month(buffer, at + 3), century * 100 + years, byte_at(buffer, at + 21)
    if (
        month == 0
        or year < 1970
        or day < 1
        or day > _days_in(year, month)
        or byte_at(buffer, at + 20) != SPACE
        or (sign != 43 and sign != DASH)
    ):
        return -1
    offset = zone_hours * 60 + zone_minutes
    return days_from_civil(year, month, day) * 1_440 + hour * 60 + minute - (offset if sign == 43 else -offset)


@compiled
def quoted_end(buffer: int, at: int, end: int) -> int:
    """The offset of the quote that closes the one before ``at``, or -1; a backslash takes the next byte with it."""
    while at < end:
        byte = byte_at(buffer, at)
        if byte == QUOTE:
            return at
        at += 2 if byte == BACKSLASH else 1
    return -1


@compiled
def route_hash(buffer: int, at: int, end: int) -> tuple[int, int]:
    """Hash of method and path with ids left out, and where the path ends; (0, at) where the request line is malformed."""
    start = at
    value = START
    while at < end and 65 <= byte_at(buffer, at) <= 90:
        value = (value ^ np.uint64(byte_at(buffer, at))) * PRIME
        at += 1
    if at == start or at - start > 16 or at >= end or byte_at(buffer, at) != SPACE:
        return 0, start
    at += 1
    while True:
        part = at
        inner = START
        digits, hexes = True, True
        while at < end:
            byte = byte_at(buffer, at)
            if byte == SLASH or byte == SPACE or byte == 63:
                break
            inner = (inner ^ np.uint64(byte)) * PRIME
            if not ZERO <= byte <= NINE:
                digits = False
                if not (97 <= byte <= 102 or 65 <= byte <= 70 or byte == DASH):
                    hexes = False
            at += 1
        length = at - part
        if length > 0 and (digits or (hexes and length >= 16)):
            inner = _ID
        value = (value ^ inner) * PRIME + np.uint64(length > 0)
        if at < end and byte_at(buffer, at) == SLASH:
            at += 1
            continue
        break
    stop = at
    if at < end and byte_at(buffer, at) == 63:
        while at < end and byte_at(buffer, at) != SPACE:
            at += 1
    if at < end and not _is_protocol(buffer, at, end):
        return 0, start
    return int(value >> ONE) | 1, stop


@compiled
def _is_protocol(buffer: int, at: int, end: int) -> bool:
    """Whether `` HTTP/1.1`` and nothing else stands there."""
    if (
        end - at < 7
        or byte_at(buffer, at) != SPACE
        or byte_at(buffer, at + 1) != 72
        or byte_at(buffer, at + 2) != 84
        or byte_at(buffer, at + 3) != 84
        or byte_at(buffer, at + 4) != 80
    ):
        return False
    if byte_at(buffer, at + 5) != SLASH:
        return False
    for index in range(at + 6, end):
        if not (ZERO <= byte_at(buffer, index) <= NINE or byte_at(buffer, index) == DOT):
            return False
    return True


@compiled
def bucket_at(milliseconds: int) -> int:
    """The bucket of a latency: the millisecond below 1,024, a step of 1/128 above."""
    if milliseconds < 1_024:
        return milliseconds
    octave = 0
    while milliseconds >> (octave + 11):
        octave += 1
    return 1_024 + octave * 128 + ((milliseconds >> (octave + 3)) - 128)


@compiled
def _head(buffer: int, at: int, end: int) -> int:
    """The offset behind ``address ident user [``, or -1."""
    for _ in range(2):
        start = at
        while at < end and byte_at(buffer, at) != SPACE and not 9 <= byte_at(buffer, at) <= 13:
            at += 1
        if at == start or at >= end or byte_at(buffer, at) != SPACE:
            return -1
        at += 1
    start = at
    while at < end and byte_at(buffer, at) != OPEN:
        at += 1
    return at + 1 if at - start >= 2 and byte_at(buffer, start) != SPACE and byte_at(buffer, at - 1) == SPACE else -1


@compiled
def read_line(buffer: int, at: int, end: int, out: Array, found: Array) -> bool:
    """Take a line apart, without its line feed. False where it is not in the combined format."""
    at = _head(buffer, at, end)
    if (
        at < 0
        or end - at < 40
        or byte_at(buffer, at + 26) != CLOSE
        or byte_at(buffer, at + 27) != SPACE
        or byte_at(buffer, at + 28) != QUOTE
    ):
        return False
    out[MINUTE] = minute_at(buffer, at)
    start = at + 29
    stop = quoted_end(buffer, start, end)
    if out[MINUTE] < 0 or stop < 0 or end - stop < 12 or byte_at(buffer, stop + 1) != SPACE or byte_at(buffer, stop + 5) != SPACE:
        return False
    out[ROUTE], out[PATH_STOP] = route_hash(buffer, start, stop)
    out[PATH_START] = start
    tens = _two(buffer, stop + 3)
    if not 49 <= byte_at(buffer, stop + 2) <= NINE or tens < 0:
        return False
    out[STATUS] = min(int(byte_at(buffer, stop + 2)) - 49, 4)
    at = stop + 6
    size, digits = 0, 0
    while at < end and ZERO <= byte_at(buffer, at) <= NINE:
        size = size * 10 + byte_at(buffer, at) - ZERO if digits < 18 else 0
        digits += 1
        at += 1
    if digits == 0 and byte_at(buffer, at) == DASH:
        at += 1
    elif digits == 0:
        return False
    out[BYTES] = size if digits <= 18 else 0
    for _ in range(2):
        if end - at < 3 or byte_at(buffer, at) != SPACE or byte_at(buffer, at + 1) != QUOTE:
            return False
        at = quoted_end(buffer, at + 2, end) + 1
        if at == 0:
            return False
    out[MILLISECONDS], out[UPSTREAM_START], out[UPSTREAM_STOP] = -1, 0, 0
    if at < end:
        if byte_at(buffer, at) != SPACE:
            return False
        read_tail(buffer, at + 1, end, out, found)
    return True
