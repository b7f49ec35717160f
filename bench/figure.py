"""A figure: one thing that was measured, here and there, and the bar that it has to clear."""

from collections.abc import Sequence
from statistics import median
from typing import Final

import msgspec

PERCENT: Final = 100


class Figure(msgspec.Struct, frozen=True):
    """Numbers are as measured, in ``unit``. ``theirs`` None: there is nothing to compare with, and the bar is absolute.

    ``bar`` is a ratio where ``theirs`` is given and a value of ``unit`` otherwise; ``at_least`` says on which side of it is good.
    ``bar`` None: for information.
    """

    name: str
    unit: str
    ours: float
    theirs: float | None = None
    bar: float | None = None
    at_least: bool = False
    ratio_measured: float | None = None
    """The median of the rounds' ratios, where the two were measured in alternating rounds."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over theirs."""
        if self.ratio_measured is not None:
            return self.ratio_measured
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool | None:
        """Whether the bar is cleared; None where there is none."""
        judged = self.ours if self.theirs is None else self.ratio
        if self.bar is None or judged is None:
            return None
        return judged >= self.bar if self.at_least else judged <= self.bar


class Part(msgspec.Struct):
    """What one measurement found: its figures, and the raw numbers that they were computed from."""

    figures: list[Figure]
    raw: dict[str, object] = {}
    missing: str = ""
    """Why it could not be measured here."""


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // PERCENT)
    return ordered[max(0, int(rank) - 1)]


def compared(
    name: str, unit: str, ours: Sequence[float], theirs: Sequence[float], bar: float | None, *, at_least: bool
) -> Figure:
    """Alternating rounds: the medians, and the median of the ratios of neighbours, which noise of minutes cancels out of."""
    ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
    return Figure(name, unit, median(ours), median(theirs), bar, at_least, ratio)
