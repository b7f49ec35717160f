"""What stands behind the user agent, read as bytes: the times and the upstream."""

# ruff: noqa: PLR2004, SIM109, PLR1714 - bytes are compared as the numbers that they are, in plain loops

from typing import Final

import numpy as np

from stormjib.core.investigate.access_line import TIME_KEYS, UPSTREAM_KEYS, UPSTREAM_TIME_KEYS
from stormjib.integrations.access_log.byte_kernel import (
    CLOSE,
    COLON,
    COMMA,
    DASH,
    DOT,
    FNV,
    NINE,
    ONE,
    OPEN,
    PRIME,
    QUOTE,
    SEED,
    SPACE,
    START,
    ZERO,
    Array,
    byte_at,
    compiled,
)

MINUTE, ROUTE, PATH_START, PATH_STOP, STATUS, BYTES, MILLISECONDS, UPSTREAM_START, UPSTREAM_STOP = range(9)
"""Where ``read_line`` puts what it found; a route of 0 is a malformed request, and -1 milliseconds are none."""

FIELDS: Final = 9


def key_of(name: str) -> int:
    """The hash of a field's name, as ``_hash`` computes it."""
    value = SEED
    for byte in name.encode():
        value = ((value ^ byte) * FNV) & 0xFFFF_FFFF_FFFF_FFFF
    return value >> 1


_TIME: Final = tuple(sorted(map(key_of, TIME_KEYS)))
_UPSTREAM_TIME: Final = tuple(sorted(map(key_of, UPSTREAM_TIME_KEYS)))
_UPSTREAM_NAME: Final = tuple(sorted(map(key_of, UPSTREAM_KEYS)))


@compiled
def milliseconds_at(buffer: int, at: int, end: int) -> int:
    """Whole milliseconds of ``0.123``, or -1 where it is no number with a point."""
    value, whole = 0, 0
    while at < end and ZERO <= byte_at(buffer, at) <= NINE:
        value = value * 10 + byte_at(buffer, at) - ZERO
        at += 1
        whole += 1
        if whole > 9:
            return -1
    if whole == 0 or at >= end or byte_at(buffer, at) != DOT or end - at < 2 or end - at > 7:
        return -1
    for index in range(at + 1, end):
        if not ZERO <= byte_at(buffer, index) <= NINE:
            return -1
    for place in range(3):
        value = value * 10 + (int(byte_at(buffer, at + 1 + place)) - ZERO if at + 1 + place < end else 0)
    return min(value, (1 << 30) - 1)


@compiled
def is_address(buffer: int, at: int, end: int) -> bool:
    """Whether it is ``host:port``, ``[::1]:port`` or ``unix:…``."""
    if (
        end - at > 5
        and byte_at(buffer, at) == 117
        and byte_at(buffer, at + 1) == 110
        and byte_at(buffer, at + 2) == 105
        and byte_at(buffer, at + 3) == 120
        and byte_at(buffer, at + 4) == COLON
    ):
        return True
    colon = end - 1
    while colon > at and ZERO <= byte_at(buffer, colon) <= NINE:
        colon -= 1
    if colon <= at or byte_at(buffer, colon) != COLON or end - colon < 2 or end - colon > 6:
        return False
    if byte_at(buffer, at) == OPEN:
        if colon - at < 3 or byte_at(buffer, colon - 1) != CLOSE:
            return False
        for index in range(at + 1, colon - 1):
            byte = byte_at(buffer, index)
            if not (ZERO <= byte <= NINE or 97 <= byte <= 102 or 65 <= byte <= 70 or byte == COLON):
                return False
        return True
    for index in range(at, colon):
        byte = byte_at(buffer, index)
        if not (ZERO <= byte <= NINE or 97 <= byte <= 122 or 65 <= byte <= 90 or byte == 95 or byte == DOT or byte == DASH):
            return False
    return True


@compiled
def _name_at(buffer: int, at: int, end: int) -> tuple[int, int]:
    """The hash of a field's name in lower case, and where its value begins; (0, at) without a name."""
    value, index = START, at
    while index < end and index - at <= 32:
        byte = byte_at(buffer, index) | 32 if 65 <= byte_at(buffer, index) <= 90 else byte_at(buffer, index)
        if not (97 <= byte <= 122 or byte == 95):
            break
        value = (value ^ np.uint64(byte)) * PRIME
        index += 1
    if index < end and byte_at(buffer, index) == 61 and 0 < index - at <= 32:
        return int(value >> ONE), index + 1
    return 0, at


@compiled
def _value_end(buffer: int, at: int, end: int) -> int:
    """Where a value without quotes ends: at a blank that does not follow a comma."""
    while at < end and byte_at(buffer, at) != QUOTE:
        if byte_at(buffer, at) == SPACE and not (
            byte_at(buffer, at - 1) == COMMA
            and at + 1 < end
            and byte_at(buffer, at + 1) != SPACE
            and byte_at(buffer, at + 1) != QUOTE
        ):
            break
        at += 1
    return at


@compiled
def _parts(buffer: int, at: int, end: int, found: Array) -> None:
    """Of a value's parts: the first number, the sum of the numbers, the last address."""
    found[0], found[1], found[2], found[3] = -1, -1, 0, 0
    while at < end:
        while at < end and (byte_at(buffer, at) == COMMA or byte_at(buffer, at) == SPACE):
            at += 1
        stop = at
        while stop < end and byte_at(buffer, stop) != COMMA and byte_at(buffer, stop) != SPACE:
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
def read_tail(buffer: int, at: int, end: int, out: Array, found: Array) -> None:
    """The fields behind the user agent: times and upstream."""
    end = min(end, at + 2_000)
    upstream_milliseconds = -1
    while at < end:
        if byte_at(buffer, at) == SPACE:
            at += 1
            continue
        name, at = _name_at(buffer, at, end)
        if at < end and byte_at(buffer, at) == QUOTE:
            start = at + 1
            stop = start
            while stop < end and byte_at(buffer, stop) != QUOTE:
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
