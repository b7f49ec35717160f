"""The start of a change: binary segmentation of clipped z-scores, which one wild point can't pull."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from stormjib.evidence.metrics.baseline import TO_SIGMA, Baseline, Floor
from stormjib.evidence.metrics.sample import Points

CLIP = 8.0
"""No single point weighs more than this many spreads."""
GAIN_MIN = 22.0
"""A cut has to explain this much of the squares, in units of the spread's square: about 4 times the log of 240 points."""
DIFFERS = 3.0
"""A segment differs from the usual when its median is this many spreads away."""
DEPTH_MAX = 8


def changed_at(points: Points, usual: Baseline) -> float | None:
    """When the present state began to differ from the usual one: the end of the last usual point, None where it does not differ.

    The segments are found by cutting where the squares shrink most (the maximum of the CUSUM statistic) until no cut is worth its
    penalty. From the last segment back, those that differ to the same side belong to the same change.
    """
    side, start = 0, None
    for begin, _, middle in reversed(_segments(points, usual)):
        here = 0 if abs(middle) < DIFFERS else int(math.copysign(1, middle))
        if here == 0 or (side and here != side):
            break
        side, start = here, begin
    if start is None:
        return None
    return points[start - 1][0] if start else points[0][0]


def before_present(points: Points, floor: Floor) -> Points:
    """The points before the present state began: what the present is compared with, also when it lasts longer than the past did.

    The scale is that of the noise from point to point, which a change of level does not widen.
    """
    if not points[1:]:  # nothing to cut
        return points
    centre = median(value for _, value in points)
    noise = TO_SIGMA * median(abs(b[1] - a[1]) for a, b in pairwise(points)) / math.sqrt(2)
    scale = max(noise, floor.least, floor.share * abs(centre), 1e-12)
    return points[: _segments(points, Baseline(centre, scale, len(points)))[-1][0]]


def _segments(points: Points, usual: Baseline) -> list[tuple[int, int, float]]:
    """(from, to, median in spreads) of the stretches that are of one level."""
    scores = [max(-CLIP, min(CLIP, usual.z(value))) for _, value in points]
    cuts = [0, *sorted(_cuts(scores, 0, len(scores), DEPTH_MAX)), len(scores)]
    return [(begin, end, median(scores[begin:end])) for begin, end in pairwise(cuts) if end > begin]


def _cuts(scores: Sequence[float], begin: int, end: int, depth: int) -> list[int]:
    """Where to cut ``scores[begin:end]``; a cut leaves at least one point on each side."""
    count = end - begin
    if count <= 1 or depth == 0:
        return []
    total = math.fsum(scores[begin:end])
    left, best, place = 0.0, 0.0, 0
    for size in range(1, count):
        left += scores[begin + size - 1]
        gain = (left - total * size / count) ** 2 * count / (size * (count - size))
        if gain > best:
            best, place = gain, begin + size
    if best < GAIN_MIN:
        return []
    return [*_cuts(scores, begin, place, depth - 1), place, *_cuts(scores, place, end, depth - 1)]
