"""A moment of a chart as people say it."""

from datetime import UTC, datetime

DAY_SECONDS = 86_400


def clock(at: float, now: float) -> str:
    """``03:02:10``; with its date where it is a day or more ago. UTC."""
    when = datetime.fromtimestamp(at, UTC)
    return f"{when:%H:%M:%S}" if abs(now - at) < DAY_SECONDS else f"{when:%Y-%m-%d %H:%M:%S}"
