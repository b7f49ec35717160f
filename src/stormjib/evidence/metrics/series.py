"""Arithmetic on series: counters → rates, histograms → quantiles, shares, gauges; all on one grid of time."""

import math
from collections.abc import Iterable
from itertools import pairwise

from stormjib.evidence.metrics.sample import Points, Raw, Span

Grid = list[float | None]
"""One value for each place of a span; None where nothing was measured, which is not zero."""


def rate(series: Iterable[Raw], span: Span) -> Grid:
    """The sum of the counters' growth per second. A counter that falls has begun anew at zero; a gap stays a gap."""
    total: Grid = [None] * span.places
    for one in series:
        for place, value in enumerate(_growth(one, span)):
            if value is not None:
                total[place] = (total[place] or 0.0) + value
    return total


def _growth(one: Raw, span: Span) -> Grid:
    """Growth per second, spread evenly between two samples over the places that lie between them."""
    grown, seen = [0.0] * span.places, [0.0] * span.places
    before = (one.born, 0.0) if one.born is not None else None
    for at, value in one.points:
        if before is not None and at > before[0]:
            delta = value - before[1] if value >= before[1] else value
            _spread(grown, seen, span, (before[0], at), delta)
        before = (at, value)
    least = span.step_seconds * 0.05
    found: Grid = [grown[place] / seen[place] if seen[place] > least else None for place in range(span.places)]
    _hold(found, span.hold_places)
    return found


def _hold(found: Grid, places: int) -> None:
    """Of replicas that answer in turn one may not have been heard of in the last places: it goes on as it was."""
    last = next((place for place in range(len(found) - 1, -1, -1) if found[place] is not None), None)
    if last is not None:
        for place in range(last + 1, min(last + 1 + places, len(found))):
            found[place] = found[last]


def _spread(grown: list[float], seen: list[float], span: Span, between: tuple[float, float], delta: float) -> None:
    since, until = between
    per_second = delta / (until - since)
    first = max(int((since - span.start) // span.step_seconds), 0)
    last = min(math.ceil((until - span.start) / span.step_seconds), span.places)
    for place in range(first, last):
        begin = span.start + place * span.step_seconds
        inside = min(until, begin + span.step_seconds) - max(since, begin)
        if inside > 0:
            grown[place] += per_second * inside
            seen[place] += inside


def gauge(series: Iterable[Raw], span: Span, how: str = "sum") -> Grid:
    """The newest value of each series in each place, taken together: ``sum``, ``min`` or ``max``."""
    total: Grid = [None] * span.places
    for one in series:
        newest: Grid = [None] * span.places
        for at, value in one.points:
            place = math.ceil((at - span.start) / span.step_seconds) - 1
            if 0 <= place < span.places:
                newest[place] = value
        for place, found in enumerate(newest):
            so_far = total[place]
            if found is not None:
                total[place] = (
                    found if so_far is None else {"sum": so_far + found, "min": min(so_far, found)}.get(how, max(so_far, found))
                )
    return total


def divided(part: Grid, whole: Grid) -> Grid:
    """Part / whole. A part that was not there beside a whole that was counts as zero; a whole of zero gives nothing."""
    return [(p or 0.0) / w if w is not None and w > 0 else None for p, w in zip(part, whole, strict=True)]


def quantile(q: float, buckets: dict[float, Grid], span: Span) -> Grid:
    """The q-quantile of a histogram at each place; ``buckets`` are the rates by their upper bound ``le``."""
    bounds = sorted(buckets)
    found: Grid = []
    for place in range(span.places):
        counts = [(bound, buckets[bound][place]) for bound in bounds]
        found.append(histogram_quantile(q, [(bound, count) for bound, count in counts if count is not None]))
    return found


def histogram_quantile(q: float, buckets: list[tuple[float, float]]) -> float | None:
    """By Prometheus' own rule: linear within a bucket, the lowest from zero, the highest finite bound above it.

    ``buckets`` are (upper bound, cumulative count), ascending, the last bound +Inf. None without observations, without +Inf, or with
    less than two buckets, where Prometheus says NaN. Counts that fall, as rates of torn scrapes may, are raised to the one before.
    """
    if not buckets[1:] or not math.isinf(buckets[-1][0]):
        return None
    even, most = [], 0.0
    for bound, count in buckets:
        most = max(most, count)
        even.append((bound, most))
    total = even[-1][1]
    if total <= 0:
        return None
    wanted = q * total
    place = next(place for place, (_, count) in enumerate(even) if count >= wanted)
    if place == len(even) - 1:
        return even[-2][0]
    bound, count = even[place]
    if place == 0 and bound <= 0:
        return bound
    low, below = even[place - 1] if place else (0.0, 0.0)
    return low + (bound - low) * (wanted - below) / (count - below) if count > below else bound


def points(grid: Grid, span: Span) -> Points:
    """The places that hold a finite number, with their times."""
    return [(span.time(place), value) for place, value in enumerate(grid) if value is not None and math.isfinite(value)]


def thinned(whole: Points, usual: float | None, points_max: int) -> Points:
    """At most so many points; of several the one that is farthest from what is usual, so that no spike is lost."""
    if len(whole) <= points_max:
        return whole
    centre = usual if usual is not None else sorted(value for _, value in whole)[len(whole) // 2]
    edges = [len(whole) * place // points_max for place in range(points_max + 1)]
    return [max(whole[a:b], key=lambda point: abs(point[1] - centre)) for a, b in pairwise(edges)]
