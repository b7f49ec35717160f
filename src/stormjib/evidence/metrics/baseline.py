"""The baseline: what is usual, as a median and a robust scale that a flat idle hour can't make zero."""

from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from stormjib.evidence.metrics.sample import Points

POINTS_MIN = 5
"""Fewer points are no baseline."""
TO_SIGMA = 1.4826
"""MAD × this is the standard deviation of normal noise (Rousseeuw and Croux 1993)."""

Times = Sequence[tuple[float, float]]
"""(from, to) in seconds since the epoch."""


class Floor(msgspec.Struct, frozen=True):
    """The least scale of a metric: in its own unit, and as a share of its baseline. Smaller differences mean nothing to a person."""

    least: float
    share: float = 0.0


class Baseline(msgspec.Struct, frozen=True):
    """``spread`` is never below the floor, and never zero."""

    centre: float
    spread: float
    points: int

    def z(self, value: float) -> float:
        """How many spreads above the centre."""
        return (value - self.centre) / self.spread


def baseline(values: Iterable[float], floor: Floor) -> Baseline | None:
    """Of these values; None where they are too few."""
    found = sorted(values)
    if len(found) < POINTS_MIN:
        return None
    centre = median(found)
    noise = TO_SIGMA * median(abs(value - centre) for value in found)
    return Baseline(centre, max(noise, floor.least, floor.share * abs(centre), 1e-12), len(found))


def outside(points: Points, incidents: Times) -> Points:
    """The points that lie in no incident: an outage is not what is usual."""
    if not incidents:
        return points
    return [(at, value) for at, value in points if not any(begin <= at <= end for begin, end in incidents)]


def nearest(value: float, usual: Sequence[Baseline]) -> Baseline | None:
    """The baseline that the value differs from least: what was so in the hour before, or every week, is not unusual."""
    return min(usual, key=lambda one: abs(one.z(value)), default=None)
