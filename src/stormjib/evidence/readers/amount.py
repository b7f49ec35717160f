"""Amounts as tools print them: numbers, sizes, shares and spans of time."""

import math
import re
from typing import Final

_NUMBER: Final = re.compile(r"[+-]?\d{1,24}(?:\.\d{0,12})?(?:[eE][+-]?\d{1,2})?")
_SIZE: Final = re.compile(r"(\d{1,20}(?:[.,]\d{1,6})?)\s?([KMGTPE]?)(i?)(B?)", re.IGNORECASE)
_POWERS: Final = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_SECONDS: Final = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "year": 31_536_000,
}
_SPAN: Final = re.compile(r"(?:About )?(an?|less than a|\d{1,6}) (second|minute|hour|day|week|month|year)s?", re.IGNORECASE)
_BINARY: Final = 1_024


def number(text: str) -> float | None:
    """A finite number written out in full, or None."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def size(text: str, *, base: int = _BINARY) -> float | None:
    """Bytes in ``64MiB``, ``1.2kB``, ``980Mi``, ``10G`` or ``512``. ``base`` is that of a letter without "i"."""
    match = _SIZE.fullmatch(text.strip())
    if not match:
        return None
    power = _BINARY if match[3] else base
    return float(match[1].replace(",", ".")) * float(power ** _POWERS[match[2].upper()])


def percent(text: str) -> float | None:
    """The number of ``97%``, ``0.15%`` or ``97 %``; None for ``--``."""
    text = text.strip()
    return number(text[:-1]) if text.endswith("%") else None


def span_seconds(text: str) -> float | None:
    """Seconds in the first "2 hours", "About a minute" or "Less than a second" of the text."""
    match = _SPAN.search(text[:200])
    if not match:
        return None
    count = match[1].lower()
    times = 0.0 if count.startswith("less") else 1.0 if count in {"a", "an"} else float(count)
    return times * _SECONDS[match[2].lower()]


def share(part: float, whole: float) -> float:
    """Percent; 0 of nothing."""
    return 100.0 * part / whole if whole > 0 else 0.0
