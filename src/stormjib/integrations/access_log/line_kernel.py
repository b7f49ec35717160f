"""One line of an access log read as bytes, compiled by numba: no object for each line.

Functions take the buffer and offsets. A position of -1 says that the line is not in the format.
"""

from typing import Any, Final

import numba
import numpy as np

MINUTE, ROUTE, PATH_START, PATH_STOP, STATUS, BYTES, MILLISECONDS, UPSTREAM, UPSTREAM_START, UPSTREAM_STOP = range(10)
"""Where ``read_line`` puts what it found; the hashes are 0 where there is nothing."""

FIELDS: Final = 10
_FNV: Final = 1_099_511_628_211
_SEED: Final = 1_469_598_103_934_665_603
_ID_HASH: Final = 7_777_777_777_777

compiled: Any = numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")


def key_of(text: bytes) -> int:
    """The hash of a field's name, as ``_hash`` computes it."""
    value = _SEED
    for byte in text:
        value = ((value ^ byte) * _FNV) & 0xFFFF_FFFF_FFFF_FFFF
    return value >> 1


_TIME: Final = tuple(key_of(name) for name in (b"rt", b"request_time", b"rtime", b"duration"))
_UPSTREAM_TIME: Final = tuple(key_of(name) for name in (b"urt", b"upstream_response_time", b"upstream_time"))
_UPSTREAM_NAME: Final = tuple(key_of(name) for name in (b"ua", b"upstream", b"upstream_addr"))
# Unsigned, since the compiler may assume that signed arithmetic never wraps.
_PRIME: Final = np.uint64(_FNV)
_START: Final = np.uint64(_SEED)
_ID: Final = np.uint64(_ID_HASH)
_ONE: Final = np.uint64(1)
_SPACE, _QUOTE, _BACKSLASH, _OPEN, _CLOSE, _DASH, _DOT, _SLASH, _COLON, _COMMA = 32, 34, 92, 91, 93, 45, 46, 47, 58, 44
_ZERO, _NINE = 48, 57


@compiled
def _two(buffer: Any, at: int) -> int:
    """Two digits as a number, or -1."""
    tens, ones = buffer[at], buffer[at + 1]
    if not (_ZERO <= tens <= _NINE and _ZERO <= ones <= _NINE):
        return -1
    return (int(tens) - _ZERO) * 10 + int(ones) - _ZERO


@compiled
def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar (Howard Hinnant's algorithm)."""
    year -= 1 if month <= 2 else 0
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@compiled
def _month(buffer: Any, at: int) -> int:
    code = (int(buffer[at]) << 16) | (int(buffer[at + 1]) << 8) | int(buffer[at + 2])
    names = (0x4A616E, 0x466562, 0x4D6172, 0x417072, 0x4D6179, 0x4A756E, 0x4A756C, 0x417567, 0x536570, 0x4F6374, 0x4E6F76, 0x446563)
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
def minute_at(buffer: Any, at: int) -> int:
    """Minutes since 1970 (UTC) of ``23/Nov/2026:18:03:12 +0000``, or -1."""
    day, century, years = _two(buffer, at), _two(buffer, at + 7), _two(buffer, at + 9)
    hour, minute, second = _two(buffer, at + 12), _two(buffer, at + 15), _two(buffer, at + 18)
    zone_hours, zone_minutes = _two(buffer, at + 22), _two(buffer, at + 24)
    if min(day, century, years, hour, minute, second, zone_hours, zone_minutes) < 0 or hour > 23 or minute > 59:
        return -1
    if buffer[at + 2] != _SLASH or buffer[at + 6] != _SLASH or buffer[at + 11] != _COLON or buffer[at + 14] != _COLON or buffer[at + 17] != _COLON:
        return -1
    month, year, sign = _month(buffer, at + 3), century * 100 + years, buffer[at + 21]
    if month == 0 or year < 1970 or day < 1 or day > _days_in(year, month) or buffer[at + 20] != _SPACE or (sign != 43 and sign != _DASH):
        return -1
    offset = zone_hours * 60 + zone_minutes
    return days_from_civil(year, month, day) * 1_440 + hour * 60 + minute - (offset if sign == 43 else -offset)


@compiled
def quoted_end(buffer: Any, at: int, end: int) -> int:
    """The offset of the quote that closes the one before ``at``, or -1; a backslash takes the next byte with it."""
    while at < end:
        byte = buffer[at]
        if byte == _QUOTE:
            return at
        at += 2 if byte == _BACKSLASH else 1
    return -1


@compiled
def route_hash(buffer: Any, at: int, end: int) -> Any:
    """Hash of method and path with ids left out, and where the path ends; (0, at) where the request line is malformed."""
    start = at
    value = _START
    while at < end and 65 <= buffer[at] <= 90:
        value = (value ^ np.uint64(buffer[at])) * _PRIME
        at += 1
    if at == start or at - start > 16 or at >= end or buffer[at] != _SPACE:
        return np.int64(0), start
    at += 1
    while True:
        part = at
        inner = _START
        digits, hexes = True, True
        while at < end:
            byte = buffer[at]
            if byte == _SLASH or byte == _SPACE or byte == 63:
                break
            inner = (inner ^ np.uint64(byte)) * _PRIME
            if not _ZERO <= byte <= _NINE:
                digits = False
                if not (97 <= byte <= 102 or 65 <= byte <= 70 or byte == _DASH):
                    hexes = False
            at += 1
        length = at - part
        if length > 0 and (digits or (hexes and length >= 16)):
            inner = _ID
        value = (value ^ inner) * _PRIME + np.uint64(length > 0)
        if at < end and buffer[at] == _SLASH:
            at += 1
            continue
        break
    stop = at
    if at < end and buffer[at] == 63:
        while at < end and buffer[at] != _SPACE:
            at += 1
    if at < end and not _is_protocol(buffer, at, end):
        return np.int64(0), start
    return np.int64(value >> _ONE) | np.int64(1), stop


@compiled
def _is_protocol(buffer: Any, at: int, end: int) -> bool:
    """Whether `` HTTP/1.1`` and nothing else stands there."""
    if end - at < 7 or buffer[at] != _SPACE or buffer[at + 1] != 72 or buffer[at + 2] != 84 or buffer[at + 3] != 84 or buffer[at + 4] != 80:
        return False
    if buffer[at + 5] != _SLASH:
        return False
    for index in range(at + 6, end):
        if not (_ZERO <= buffer[index] <= _NINE or buffer[index] == _DOT):
            return False
    return True


@compiled
def milliseconds_at(buffer: Any, at: int, end: int) -> int:
    """Whole milliseconds of ``0.123``, or -1 where it is no number with a point."""
    value, whole = 0, 0
    while at < end and _ZERO <= buffer[at] <= _NINE:
        value = value * 10 + int(buffer[at]) - _ZERO
        at += 1
        whole += 1
        if whole > 9:
            return -1
    if whole == 0 or at >= end or buffer[at] != _DOT or end - at < 2 or end - at > 7:
        return -1
    for index in range(at + 1, end):
        if not _ZERO <= buffer[index] <= _NINE:
            return -1
    for place in range(3):
        value = value * 10 + (int(buffer[at + 1 + place]) - _ZERO if at + 1 + place < end else 0)
    return min(value, (1 << 30) - 1)


@compiled
def is_address(buffer: Any, at: int, end: int) -> bool:
    """Whether it is ``host:port``, ``[::1]:port`` or ``unix:…``."""
    if end - at > 5 and buffer[at] == 117 and buffer[at + 1] == 110 and buffer[at + 2] == 105 and buffer[at + 3] == 120 and buffer[at + 4] == _COLON:
        return True
    colon = end - 1
    while colon > at and _ZERO <= buffer[colon] <= _NINE:
        colon -= 1
    if colon <= at or buffer[colon] != _COLON or end - colon < 2 or end - colon > 6:
        return False
    if buffer[at] == _OPEN:
        if colon - at < 3 or buffer[colon - 1] != _CLOSE:
            return False
        for index in range(at + 1, colon - 1):
            byte = buffer[index]
            if not (_ZERO <= byte <= _NINE or 97 <= byte <= 102 or 65 <= byte <= 70 or byte == _COLON):
                return False
        return True
    for index in range(at, colon):
        byte = buffer[index]
        if not (_ZERO <= byte <= _NINE or 97 <= byte <= 122 or 65 <= byte <= 90 or byte == 95 or byte == _DOT or byte == _DASH):
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
def hash_of(buffer: Any, at: int, end: int) -> int:
    """The hash of some bytes; letters count as they stand."""
    value = _START
    for index in range(at, end):
        value = (value ^ np.uint64(buffer[index])) * _PRIME
    return np.int64(value >> _ONE)


@compiled
def _name_at(buffer: Any, at: int, end: int) -> Any:
    """The hash of a field's name in lower case, and where its value begins; (0, at) without a name."""
    value, index = _START, at
    while index < end and index - at <= 32:
        byte = buffer[index] | 32 if 65 <= buffer[index] <= 90 else buffer[index]
        if not (97 <= byte <= 122 or byte == 95):
            break
        value = (value ^ np.uint64(byte)) * _PRIME
        index += 1
    if index < end and buffer[index] == 61 and 0 < index - at <= 32:
        return np.int64(value >> _ONE), index + 1
    return np.int64(0), at


@compiled
def _value_end(buffer: Any, at: int, end: int) -> int:
    """Where a value without quotes ends: at a blank that does not follow a comma."""
    while at < end and buffer[at] != _QUOTE:
        if buffer[at] == _SPACE and not (buffer[at - 1] == _COMMA and at + 1 < end and buffer[at + 1] != _SPACE and buffer[at + 1] != _QUOTE):
            break
        at += 1
    return at


@compiled
def _parts(buffer: Any, at: int, end: int, found: Any) -> None:
    """Of a value's parts: the first number, the sum of the numbers, the last address."""
    found[0], found[1], found[2], found[3] = -1, -1, 0, 0
    while at < end:
        while at < end and (buffer[at] == _COMMA or buffer[at] == _SPACE):
            at += 1
        stop = at
        while stop < end and buffer[stop] != _COMMA and buffer[stop] != _SPACE:
            stop += 1
        if stop > at:
            milliseconds = milliseconds_at(buffer, at, stop)
            if milliseconds >= 0:
                found[0] = milliseconds if found[0] < 0 else found[0]
                found[1] = milliseconds if found[1] < 0 else found[1] + milliseconds
            elif is_address(buffer, at, stop):
                found[2], found[3] = at, stop
        at = stop


@compiled
def read_tail(buffer: Any, at: int, end: int, out: Any, found: Any) -> None:
    """The fields behind the user agent: times and upstream."""
    end = min(end, at + 2_000)
    upstream_milliseconds = -1
    while at < end:
        if buffer[at] == _SPACE:
            at += 1
            continue
        name, at = _name_at(buffer, at, end)
        if at < end and buffer[at] == _QUOTE:
            start = at + 1
            stop = start
            while stop < end and buffer[stop] != _QUOTE:
                stop += 1
            at = stop + 1
        else:
            start = at
            stop = _value_end(buffer, at, end)
            at = stop + 1 if stop == start else stop
        _parts(buffer, start, stop, found)
        if name in _TIME or (name == 0 and found[0] >= 0 and out[MILLISECONDS] < 0):
            out[MILLISECONDS] = found[0] if found[0] >= 0 else out[MILLISECONDS]
        elif name in _UPSTREAM_TIME or (name == 0 and found[0] >= 0):
            upstream_milliseconds = found[1] if found[1] >= 0 else upstream_milliseconds
        elif (name in _UPSTREAM_NAME or name == 0) and found[3] > 0:
            out[UPSTREAM_START], out[UPSTREAM_STOP] = found[2], found[3]
    if out[MILLISECONDS] < 0 and upstream_milliseconds >= 0:
        out[MILLISECONDS] = min(upstream_milliseconds, (1 << 30) - 1)


@compiled
def _head(buffer: Any, at: int, end: int) -> int:
    """The offset behind ``address ident user [``, or -1."""
    for _ in range(2):
        start = at
        while at < end and buffer[at] != _SPACE and not 9 <= buffer[at] <= 13:
            at += 1
        if at == start or at >= end or buffer[at] != _SPACE:
            return -1
        at += 1
    while at < end and buffer[at] != _OPEN:
        at += 1
    return at + 1


@compiled
def read_line(buffer: Any, at: int, end: int, out: Any, found: Any) -> bool:
    """Take a line apart, without its line feed. False where it is not in the combined format."""
    at = _head(buffer, at, end)
    if at < 0 or end - at < 40 or buffer[at + 26] != _CLOSE or buffer[at + 27] != _SPACE or buffer[at + 28] != _QUOTE:
        return False
    out[MINUTE] = minute_at(buffer, at)
    start = at + 29
    stop = quoted_end(buffer, start, end)
    if out[MINUTE] < 0 or stop < 0 or end - stop < 12 or buffer[stop + 1] != _SPACE or buffer[stop + 5] != _SPACE:
        return False
    out[ROUTE], out[PATH_STOP] = route_hash(buffer, start, stop)
    out[PATH_START] = start
    tens = _two(buffer, stop + 3)
    if not 49 <= buffer[stop + 2] <= _NINE or tens < 0:
        return False
    out[STATUS] = min(int(buffer[stop + 2]) - 49, 4)
    at = stop + 6
    size, digits = 0, 0
    while at < end and _ZERO <= buffer[at] <= _NINE:
        size = size * 10 + int(buffer[at]) - _ZERO if digits < 18 else 0
        digits += 1
        at += 1
    if digits == 0 and buffer[at] == _DASH:
        at += 1
    elif digits == 0:
        return False
    out[BYTES] = size if digits <= 18 else 0
    for _ in range(2):
        if end - at < 3 or buffer[at] != _SPACE or buffer[at + 1] != _QUOTE:
            return False
        at = quoted_end(buffer, at + 2, end) + 1
        if at == 0:
            return False
    out[MILLISECONDS], out[UPSTREAM_START], out[UPSTREAM_STOP] = -1, 0, 0
    if at < end:
        if buffer[at] != _SPACE:
            return False
        read_tail(buffer, at + 1, end, out, found)
    return True
