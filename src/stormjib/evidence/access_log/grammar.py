"""The parts of the line that decide a request's cell: its minute, route, latency bucket and upstream."""

import re
from datetime import UTC, datetime
from typing import Final

from stormjib.evidence.loglines.access_line import fields_of

OTHER: Final = "(other routes)"
"""Where every route beyond ROUTES_MAX is counted: a scanner may ask for any number of paths."""

ROUTES_MAX: Final = 500
UPSTREAMS_MAX: Final = 100
_FIRST_YEAR: Final = 1_970
MINUTE_SECONDS: Final = 60
EXACT_BELOW: Final = 1_024
"""Latencies are exact to the millisecond below this many, and to 1/128 (0.8 %) above."""
STEPS: Final = 128
_STEP_BITS: Final = 7
_EXACT_BITS: Final = 10
MILLISECONDS_MAX: Final = (1 << 30) - 1

_MONTHS: Final = {name: at for at, name in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1)}  # fmt: skip
_SECONDS: Final = re.compile(r"(\d{1,9})\.(\d{1,6})")


def minute_of(stamp: str) -> int | None:
    """Minutes since 1970 (UTC) of ``23/Nov/2026:18:03:12 +0000``; None for a day or an hour that does not exist."""
    month, year = _MONTHS.get(stamp[3:6], 0), int(stamp[7:11])
    try:
        moment = datetime(year, month, int(stamp[:2]), int(stamp[12:14]), int(stamp[15:17]), tzinfo=UTC)
    except ValueError:
        return None
    offset = (int(stamp[22:24]) * 60 + int(stamp[24:26])) * (-1 if stamp[21] == "-" else 1)
    return int(moment.timestamp()) // MINUTE_SECONDS - offset if year >= _FIRST_YEAR else None


def milliseconds_of(text: str) -> int:
    """Whole milliseconds of ``0.123``, cut off below; at most MILLISECONDS_MAX."""
    found = _SECONDS.fullmatch(text)
    return min(int(found[1]) * 1_000 + int((found[2] + "00")[:3]), MILLISECONDS_MAX) if found else -1


def tail_of(more: str) -> tuple[int, str]:
    """Milliseconds (-1 without a time) and upstream ("" without one) of what stands behind the user agent."""
    times, upstream_times, upstream = fields_of(more)
    if times:
        return milliseconds_of(times[0]), upstream
    return (min(sum(map(milliseconds_of, upstream_times)), MILLISECONDS_MAX) if upstream_times else -1), upstream


def bucket_of(milliseconds: int) -> int:
    """The bucket of a latency."""
    if milliseconds < EXACT_BELOW:
        return milliseconds
    octave = milliseconds.bit_length() - 1 - _EXACT_BITS
    return EXACT_BELOW + octave * STEPS + ((milliseconds >> (octave + _EXACT_BITS - _STEP_BITS)) - STEPS)


def seconds_of(bucket: int) -> float:
    """The smallest latency of a bucket."""
    if bucket < EXACT_BELOW:
        return bucket / 1_000
    octave, step = divmod(bucket - EXACT_BELOW, STEPS)
    return ((STEPS + step) << (octave + _EXACT_BITS - _STEP_BITS)) / 1_000
