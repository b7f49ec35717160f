"""What one process said of itself, scrape by scrape: its times, and a column of values for each of its series."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from stormjib.evidence.metrics.sample import Labels, Raw, Sample

_NONE = float("nan")


@dataclass(slots=True)
class Column:
    """One series: as many values as its process has times, NaN where it was not there."""

    values: "array[float]"
    counter: bool


class Process:
    """What one process said of itself.

    Replicas that answer in turn at one address are told apart by when they began, and where that is the same by their counters: in one
    process none of them falls.
    """

    def __init__(self, instance: str, began: float | None, *, seen_beginning: bool) -> None:
        """``began`` is when it started, None where it does not say so."""
        self.instance = instance
        self.began = began
        self.seen_beginning = seen_beginning
        """It started after the ring had begun, so that its counters count from zero."""
        self.per_second = 0.0
        """What its counters grew by at last, all together."""
        self.times = array("d")
        self.columns: dict[tuple[str, Labels], Column] = {}

    @property
    def size_bytes(self) -> int:
        """What its arrays take."""
        return len(self.times) * 8 * (len(self.columns) + 1)

    def add(self, at: float, samples: Sequence[Sample]) -> None:
        """One scrape."""
        before = len(self.times)
        if before and at > self.times[-1]:
            grown = self.could_say(samples)
            self.per_second = self.per_second if grown is None else grown / (at - self.times[-1])
        self.times.append(at)
        for sample in samples:
            column = self.columns.get((sample.name, sample.labels))
            if column is None:
                column = self.columns[sample.name, sample.labels] = Column(array("d", [_NONE]) * before, sample.counter)
            if len(column.values) == before:
                column.values.append(sample.value)
        for column in self.columns.values():
            if len(column.values) == before:
                column.values.append(_NONE)

    def before(self, other: "Process") -> None:
        """Take in the later life of the same process; its counters begin anew, as they do in Prometheus."""
        count, more = len(self.times), len(other.times)
        for key, column in other.columns.items():
            self.columns.setdefault(key, Column(array("d", [_NONE]) * count, column.counter))
        for key, column in self.columns.items():
            column.values.extend(other.columns[key].values if key in other.columns else array("d", [_NONE]) * more)
        self.times.extend(other.times)

    def starts(self) -> list[float]:
        """When it began anew, as far as its counters tell: one of them falls."""
        found = set()
        for column in self.columns.values():
            values = [
                (at, value)
                for at, value in zip(self.times, column.values, strict=True)
                if column.counter and math.isfinite(value)
            ]
            found |= {at for (_, a), (at, b) in pairwise(values) if b < a}
        return sorted(found)

    def could_say(self, samples: Sequence[Sample]) -> float | None:
        """None where a counter would fall; else by how much they would grow, so that the nearest process is known."""
        grown = 0.0
        for sample in samples:
            column = self.columns.get((sample.name, sample.labels)) if sample.counter else None
            before = column.values[-1] if column is not None and column.values else _NONE
            if sample.value < before:
                return None
            if math.isfinite(sample.value):
                grown += sample.value - (before if math.isfinite(before) else 0.0)
        return grown

    def keep(self, places: Sequence[int]) -> None:
        """Keep only these places, and the series that still have a value."""
        self.times = array("d", [self.times[place] for place in places])
        for key, column in list(self.columns.items()):
            column.values = array("d", [column.values[place] for place in places])
            if all(math.isnan(value) for value in column.values):
                del self.columns[key]

    def raw(self, key: tuple[str, Labels], since: float, process: str) -> Raw | None:
        """One of its series from a time on; None without a value."""
        column = self.columns[key]
        first = next((place for place, at in enumerate(self.times) if at >= since), len(self.times))
        found = [(at, value) for at, value in zip(self.times[first:], column.values[first:], strict=True) if math.isfinite(value)]
        if not found:
            return None
        born = self._born(column, found[0][0]) if column.counter else None
        return Raw(key[0], dict(key[1]), self.instance, found, column.counter, born, process)

    def _born(self, column: Column, first_at: float) -> float | None:
        """A counter that appears in a process that was seen before without it has counted from zero since then."""
        place = next(place for place, value in enumerate(column.values) if math.isfinite(value))
        if self.times[place] != first_at:
            return None
        if place:
            return self.times[place - 1]
        return self.began if self.seen_beginning else None
