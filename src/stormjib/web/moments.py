"""Times as people say them: how long ago, how long left, and the same moment in UTC."""

from datetime import UTC, datetime

from stormjib.core.text.units import DAY, HOUR, MINUTE, duration

_LAST = 253_402_300_799.0
"""The end of the year 9999: a sender may put any number into an alert, and a page must show it all the same."""


def ago(at: float, now: float) -> str:
    """``12 m ago``; ``in 12 m`` for what is still to come. Both in seconds since the epoch."""
    seconds = now - at
    if abs(seconds) < MINUTE:
        return "just now" if seconds >= 0 else "in under 1 m"
    return f"{rough(seconds)} ago" if seconds > 0 else f"in {rough(-seconds)}"


def rough(seconds: float) -> str:
    """``45 s``, ``12 m``, ``3 h 05 m`` or ``2 d 4 h``: whole seconds, 0 for what is past."""
    return duration(max(int(seconds), 0))


def took(seconds: float) -> str:
    """``0.4 s``, ``2 s``, ``3 m``: how long something took."""
    return f"{seconds:.1f} s".replace(".0 s", " s") if seconds < MINUTE else rough(seconds)


def clock(seconds: float) -> str:
    """A running clock: ``09:05`` below an hour, ``1:09:05`` below a day, then days."""
    whole = max(int(abs(seconds)), 0)
    if whole >= DAY:
        return f"{whole // DAY} d {whole % DAY // HOUR} h"
    hours, minutes, rest = whole // HOUR, whole % HOUR // MINUTE, whole % MINUTE
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def iso(at: float) -> str:
    """The moment for a machine: ``2026-11-24T03:04:05Z``."""
    return f"{_moment(at):%Y-%m-%dT%H:%M:%SZ}"


def utc(at: float) -> str:
    """The moment for a person: ``2026-11-24 03:04:05 UTC``."""
    return f"{_moment(at):%Y-%m-%d %H:%M:%S} UTC"


def hour(at: float) -> str:
    """``03:04:05``, in UTC."""
    return f"{_moment(at):%H:%M:%S}"


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(min(max(at, 0.0), _LAST), UTC)
