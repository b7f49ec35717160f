"""Amounts as people read them, one way each: 1,204 · 1.4 GiB · 98 % · 2.1 s · 12 m · 3 h 05 m. Three digits, and no more."""

from typing import Final

MINUTE, HOUR, DAY = 60, 3_600, 86_400
_STEP: Final = 1_024
_SIZES: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_WHOLE_FROM: Final = 100
_WHOLE_PERCENT_FROM: Final = 10


def number(value: float) -> str:
    """``1,204``, ``97.3``, ``0.25``: thousands apart, three digits that count."""
    value = float(f"{value:.3g}") if abs(value) < _WHOLE_FROM else value
    return f"{value:,.0f}" if value == int(value) or abs(value) >= _WHOLE_FROM else f"{value:.3g}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 client``, ``1,204 clients``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def size(value: float) -> str:
    """Of so many bytes: ``64 MiB``, ``1.4 GiB``, ``512 B``; a step is 1,024, as in the limits that people set."""
    step = 0
    while abs(value) >= _STEP and step < len(_SIZES) - 1:
        value /= _STEP
        step += 1
    return f"{number(value)} {_SIZES[step]}"


def percent(value: float) -> str:
    """``98 %``; below ten with what counts behind the point: ``9.3 %``, ``0.25 %``."""
    return f"{value:,.0f} %" if abs(value) >= _WHOLE_PERCENT_FROM else f"{number(float(f'{value:.2g}'))} %"


def duration(seconds: float) -> str:
    """``40 ms``, ``2.1 s``, ``12 m``, ``3 h 05 m``, ``2 d 4 h``: from a minute on rounded down, without a zero at the end."""
    if 0 < abs(seconds) < 1:
        return f"{number(seconds * 1_000)} ms"
    if seconds < MINUTE:
        return f"{number(seconds)} s"
    whole = int(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE} m"
    if whole < DAY:
        minutes = whole % HOUR // MINUTE
        return f"{whole // HOUR} h {minutes:02d} m" if minutes else f"{whole // HOUR} h"
    hours = whole % DAY // HOUR
    return f"{whole // DAY} d {hours} h" if hours else f"{whole // DAY} d"


def figure(value: float, unit: str) -> str:
    """A value of a unit: ``seconds``, ``share`` (of 1), ``percent``, ``bytes``, ``per second``, ``cores``, ``count``, or any other word."""
    match unit:
        case "seconds":
            return duration(value)
        case "share":
            return percent(100 * value)
        case "percent":
            return percent(value)
        case "bytes":
            return size(value)
        case "per second":
            return f"{number(value)}/s"
        case "count" | "":
            return number(value)
        case _:
            return f"{number(value)} {unit}"
