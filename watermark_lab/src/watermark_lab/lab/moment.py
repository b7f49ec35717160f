"""Times as docker and journalctl write and read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

MINUTE = 60
_UNITS = {
    "s": 1.0, "sec": 1.0, "second": 1.0, "m": 60.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hr": 3600.0, "hour": 3600.0,
    "d": 86400.0, "day": 86400.0, "w": 604800.0, "week": 604800.0, "ms": 0.001,
}  # fmt: skip
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")


def parse(text: str, now: datetime) -> datetime:
    """Read a point in time: ``1h30m``, ``1 hour ago``, ``-1h``, ``today``, ``@UNIX``, ISO 8601; ValueError otherwise."""
    cleaned = text.strip().lower()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    named = {"now": now, "today": midnight, "yesterday": midnight - timedelta(days=1)}
    if cleaned in named:
        return named[cleaned]
    if re.fullmatch(r"@?\d{9,}(\.\d+)?", cleaned):
        return datetime.fromtimestamp(float(cleaned.lstrip("@")), UTC)
    span = cleaned.removesuffix("ago").strip().lstrip("-").strip()
    parts = _PART.findall(span)
    if parts and not _PART.sub("", span).strip():
        return now - timedelta(seconds=sum(float(number) * _seconds(unit) for number, unit in parts))
    at = datetime.fromisoformat(text.strip())
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _seconds(unit: str) -> float:
    for name in (unit, unit.removesuffix("s")):
        if name in _UNITS:
            return _UNITS[name]
    msg = f"{unit!r} is no unit of time"
    raise ValueError(msg)


def ago(at: datetime | None, now: datetime) -> str:
    """Say how long ago ``at`` was, as docker does: ``5 minutes``, ``About an hour``."""
    if at is None:
        return "Less than a second"
    seconds = max(0, int((now - at).total_seconds()))
    steps = (
        (1, "Less than a second"),
        (2, "1 second"),
        (60, None),
        (120, "About a minute"),
        (3600, None),
        (7200, "About an hour"),
    )
    for limit, words in steps:
        if seconds < limit:
            return words or (f"{seconds} seconds" if limit <= MINUTE else f"{seconds // MINUTE} minutes")
    days = seconds // 86400
    return f"{seconds // 3600} hours" if days <= 1 else f"{days} days"


def rfc3339(at: datetime | None) -> str:
    """Write a time as docker does in JSON; the zero time for None."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else "0001-01-01T00:00:00Z"


def size(count: float, *, binary: bool = False) -> str:
    """Write a number of bytes as docker does: ``12.3MB``, or ``11.7MiB``."""
    step, names = (1024.0, ("B", "KiB", "MiB", "GiB", "TiB")) if binary else (1000.0, ("B", "kB", "MB", "GB", "TB"))
    value, index = float(count), 0
    while value >= step and index < len(names) - 1:
        value, index = value / step, index + 1
    return f"{value:.4g}{names[index]}"
