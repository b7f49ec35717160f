"""Figures as people say them: 2.1 s, 40 ms, 12 %, 1.4 GiB, 03:02:10."""

from datetime import UTC, datetime

_UNITS = ((1024**4, "TiB"), (1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))
DAY_SECONDS = 86_400


def figure(value: float, unit: str) -> str:
    """A value of a unit: ``seconds``, ``share`` (of 1), ``bytes``, ``per second``, ``cores``, ``count``, or any other word."""
    if unit == "seconds":
        return seconds(value)
    if unit == "share":
        percent = value * 100
        return f"{percent:.0f} %" if abs(percent) >= 10 or percent == 0 else f"{percent:.2g} %"  # noqa: PLR2004
    if unit == "bytes":
        size, name = next(((size, name) for size, name in _UNITS if abs(value) >= size), (1, "B"))
        return f"{value / size:.3g} {name}" if abs(value / size) < 1000 else f"{value / size:.0f} {name}"  # noqa: PLR2004
    number = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
    return {"per second": f"{number}/s", "cores": f"{number} cores", "count": number, "": number}.get(unit, f"{number} {unit}")


def seconds(value: float) -> str:
    """``2.1 s``, ``40 ms``, ``0.3 ms``."""
    if abs(value) >= 1:
        return f"{value:.3g} s" if abs(value) < 1000 else f"{value:,.0f} s"  # noqa: PLR2004
    return f"{value * 1000:.2g} ms" if abs(value) < 0.1 else f"{value * 1000:.0f} ms"  # noqa: PLR2004


def clock(at: float, now: float) -> str:
    """``03:02:10``; with its date where it is a day or more ago. UTC."""
    when = datetime.fromtimestamp(at, UTC)
    return f"{when:%H:%M:%S}" if abs(now - at) < DAY_SECONDS else f"{when:%Y-%m-%d %H:%M:%S}"
