"""now against what is usual → one metric with its severity and its sentence."""

from statistics import median

from stormjib.core.observation import RANK, Level, Metric
from stormjib.core.text.units import figure
from stormjib.evidence.metrics.baseline import Baseline, baseline, nearest, outside
from stormjib.evidence.metrics.change import before_present, changed_at
from stormjib.evidence.metrics.sample import Points
from stormjib.evidence.metrics.series import thinned
from stormjib.evidence.metrics.spec import Series, Window
from stormjib.evidence.metrics.words import clock

POINTS_MAX = 60
HOUR_SECONDS = 3600.0
LATEST = 3
"""The value now is the median of so many points, or of those since the change where they are fewer."""
STALE_STEPS = 3.0
"""The newest point may be so old; then there is no value now."""
NOTE_Z, WARN_Z, BAD_Z = 3.5, 6.0, 10.0
GONE_POINTS_MIN = 2
GONE_EVENTS_MIN = 20.0
"""So many requests should have come while none did (of a gauge: as many times one); with fewer it may be chance."""
USUALLY_SHARE = 0.9
"""Of the points before, how many must not be zero for it to be usual that there is some."""
RESTART_SECONDS = 900.0
"""A start this long before the detection may have to do with it."""
_STATES = {"up", "on"}


def judge(track: Series, asked: Window, step_seconds: float) -> Metric:
    """One metric. Without data now there is no value and no z; without a baseline only what is bad by itself is called bad."""
    wanted = track.wanted
    if wanted.kind == "starts":
        return _started(track, asked)
    before = [(at, value) for at, value in track.points if asked.detected_at - HOUR_SECONDS <= at < asked.detected_at]
    present = before_present(track.points, wanted.floor)
    until = present[-1][0] if present else asked.detected_at
    usual = _usual(track, [point for point in before if point[0] <= until], asked) or _usual(track, before, asked)
    first = usual[0] if usual else None
    since = changed_at(track.points, first) if first else None
    now = _now(track, since, asked.now - STALE_STEPS * step_seconds)
    against = nearest(now, usual) if now is not None and usual else first
    z = against.z(now) if against is not None and now is not None else None
    if z is not None and abs(z) < NOTE_Z:
        since = None
    if now is None and track.points:
        since = track.points[-1][0]
    severity = _severity(track, now, z, len([at for at, _ in track.points if since is not None and at > since]))
    if against is not None and _gone(track, before, against, step_seconds):
        severity = "bad"
    return Metric(
        thing=track.thing,
        name=track.name,
        unit=wanted.unit,
        now=now,
        baseline=against.centre if against else None,
        spread=against.spread if against else None,
        z=z,
        worse=wanted.worse,
        changed_at=since,
        severity=severity,
        sentence=sentence(track, now, against, since, asked),
        points=tuple(thinned(track.points, against.centre if against else None, POINTS_MAX)),
    )


def _usual(track: Series, before: Points, asked: Window) -> list[Baseline]:
    """The hour before, then the same hours of former weeks; what lay in an incident does not count."""
    windows = (before, *track.formerly)
    found = (baseline((value for _, value in outside(window, asked.incidents)), track.wanted.floor) for window in windows)
    return [one for one in found if one is not None]


def _gone(track: Series, before: Points, usual: Baseline, step_seconds: float) -> bool:
    """Whether there usually is some, and now there is none: a drop to nothing is no more spreads away than a smaller one."""
    values = [value for _, value in track.points]
    zeros = next((place for place, value in enumerate(reversed(values)) if value > 0), len(values))
    some = sum(value > 0 for _, value in before[: len(before) - zeros or None])
    if track.wanted.worse != "both" or zeros < GONE_POINTS_MIN or some < USUALLY_SHARE * max(1, len(before) - zeros):
        return False
    events = usual.centre * step_seconds * zeros if track.wanted.kind == "rate" else usual.centre * GONE_EVENTS_MIN
    return events >= GONE_EVENTS_MIN


def _now(track: Series, since: float | None, fresh: float) -> float | None:
    latest = [value for at, value in track.points[-LATEST:] if since is None or at > since]
    if not latest or track.points[-1][0] < fresh:
        return None
    if track.wanted.unit in _STATES:
        return min(latest[-2:]) if track.wanted.worse == "down" else max(latest[-2:])
    return float(median(latest))


def _severity(track: Series, now: float | None, z: float | None, points_since: int) -> Level:
    wanted = track.wanted
    if now is None:
        return "note" if track.points else "fine"
    if wanted.unit == "up":
        return wanted.worst if now < 1 else "fine"
    signed = 0.0 if z is None else {"up": z, "down": -z, "both": abs(z)}[wanted.worse]
    graded: Level = "bad" if signed >= BAD_Z else "warn" if signed >= WARN_Z else "note" if signed >= NOTE_Z else "fine"
    if RANK[graded] > RANK["note"] and points_since <= 1 and signed < BAD_Z:  # one point may be noise
        graded = "note"
    relative = wanted.kind in {"share", "busy"}
    if relative and wanted.warn_at is not None and now < wanted.warn_at:
        graded = min(graded, "note", key=RANK.__getitem__)
    if not relative or z is None or signed >= NOTE_Z:
        absolute: Level = "fine"
        if wanted.bad_at is not None and now >= wanted.bad_at:
            absolute = "bad"
        elif wanted.warn_at is not None and now >= wanted.warn_at:
            absolute = "warn"
        graded = max(graded, absolute, key=RANK.__getitem__)
    return min(graded, wanted.worst, key=RANK.__getitem__)


def sentence(track: Series, now: float | None, usual: Baseline | None, since: float | None, asked: Window) -> str:
    """``p95 latency of /orders is 2.1 s, usually 40 ms, since 03:02:10``; times are UTC."""
    wanted = track.wanted
    when = f", since {clock(since, asked.now)}" if since is not None else ""
    what = track.name if track.thing == asked.service else f"{track.thing}: {track.name}"
    if now is None:
        was = f"; usually it is {figure(usual.centre, wanted.unit)}" if usual and wanted.unit not in _STATES else ""
        return f"{what} has no data{when}{was}"
    if wanted.unit == "up":
        return (
            f"{track.thing} is {'up' if now >= 1 else 'down'}{when}" if wanted.name == "up" else _answers(track.thing, now, when)
        )
    if wanted.unit == "on":
        return f"{what} is {'on' if now >= 1 else 'off'}{when}"
    told = f"{what} is {figure(now, wanted.unit)}"
    return f"{told}, usually {figure(usual.centre, wanted.unit)}{when}" if usual else f"{told}; what is usual is not known yet"


def _answers(thing: str, now: float, when: str) -> str:
    return f"{thing} answers the service" if now >= 1 else f"{thing} does not answer the service{when}"


def _started(track: Series, asked: Window) -> Metric:
    """Starts of processes close to the detection; older ones are history."""
    fresh = [(at, count) for at, count in track.points if at >= asked.detected_at - RESTART_SECONDS and count]
    total = sum(count for _, count in fresh)
    told = f"{track.thing} has not restarted"
    if fresh:
        times = "once" if total == 1 else f"{total:.0f} times"
        told = f"{track.thing} restarted {times}, last at {clock(fresh[-1][0], asked.now)}"
    return Metric(
        thing=track.thing,
        name=track.name,
        unit="count",
        now=total,
        worse="up",
        changed_at=fresh[0][0] if fresh else None,
        severity="warn" if fresh else "fine",
        sentence=told,
        points=tuple(thinned(track.points, 0.0, POINTS_MAX)),
    )
