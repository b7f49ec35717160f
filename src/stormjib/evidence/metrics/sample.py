"""A sample: one number of one series at one time, and series of them."""

import msgspec

Labels = tuple[tuple[str, str], ...]
"""(name, value) pairs in the order of the names."""

Points = list[tuple[float, float]]
"""(seconds since the epoch, value) in the order of time. What was not measured has no point; a value is a finite number."""

COUNTER_ENDINGS = ("_total", "_count", "_sum", "_bucket")


class Sample(msgspec.Struct, frozen=True):
    """``counter``: it only ever grows, and falls where its process began anew."""

    name: str
    labels: Labels
    value: float
    counter: bool = False


class Raw(msgspec.Struct, frozen=True):
    """The samples of one series of one process; ``gauge`` values as read, counters as read too. NaN is left out.

    ``born``: the first value counts from zero at that time, because the series was not there before.
    """

    name: str
    labels: dict[str, str]
    instance: str
    points: Points
    counter: bool = False
    born: float | None = None
    process: str = ""
    """Which of several processes at one address; "" where there is one."""


class Span(msgspec.Struct, frozen=True):
    """From when to when, in seconds since the epoch, and how wide one point is."""

    start: float
    end: float
    step_seconds: float
    hold_places: int = 0
    """How long a counter that is not heard of goes on at its last rate."""

    @property
    def places(self) -> int:
        """How many points there may be."""
        return max(int((self.end - self.start) / self.step_seconds + 1e-6), 1)

    def time(self, place: int) -> float:
        """When the point at a place ends."""
        return self.start + (place + 1) * self.step_seconds
