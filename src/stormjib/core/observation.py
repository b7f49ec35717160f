"""What was observed, as data: measured numbers, states in the words of their source, metrics over time, patterns of log lines, suspects."""

from typing import Literal

import msgspec

Level = Literal["fine", "note", "warn", "bad"]
"""``note`` is worth knowing, ``warn`` will hurt soon or may be the trouble, ``bad`` is broken now."""

RANK: dict[Level, int] = {"fine": 0, "note": 1, "warn": 2, "bad": 3}


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    """A number about a thing, in ``unit`` (``bytes``, ``seconds``, ``percent``, ``count``); ``limit`` is in the same unit."""

    thing: str
    name: str
    value: float
    unit: str
    limit: float | None = None


class State(msgspec.Struct, frozen=True, tag="state"):
    """What a thing is said to be, in the words of its source."""

    thing: str
    name: str
    value: str


class Metric(msgspec.Struct, frozen=True, omit_defaults=True):
    """One metric of one thing over time, judged against its baseline. Times are seconds since the epoch.

    ``now`` and ``baseline`` are None where there is no data, which is not zero. ``spread`` is the robust scale of the
    baseline in the metric's own unit, never below the metric's floor; ``z`` is (now - baseline) / spread, and positive
    is worse where ``worse`` is "up". ``changed_at`` is when it began to differ.
    """

    thing: str
    name: str
    unit: str
    now: float | None = None
    baseline: float | None = None
    spread: float | None = None
    z: float | None = None
    worse: Literal["up", "down", "both"] = "up"
    changed_at: float | None = None
    severity: Level = "fine"
    sentence: str = ""
    points: tuple[tuple[float, float], ...] = ()
    """(time, value), thinned out for a small chart; the whole series is in the stored output."""

    @property
    def stands_out(self) -> bool:
        """Whether it is drawn and named, not only listed."""
        return RANK[self.severity] >= RANK["warn"]


class LogPattern(msgspec.Struct, frozen=True, omit_defaults=True):
    """Log lines of one shape. ``before`` and ``since`` are lines per minute before and since the moment that was compared."""

    text: str
    count: int
    level: str = ""
    new: bool = False
    changed: bool = False
    before: float = 0.0
    since: float = 0.0
    first: str = ""
    last: str = ""
    """The first and the last line of it, cut to what fits a screen."""
    last_at: float = 0.0
    """Until when it came at the latest, in seconds since the epoch; 0 where its lines have no time."""


class Suspect(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to look at first: a component, how strongly the evidence points to it (0 to 1), why, and the entries that say so."""

    component: str
    score: float
    sentence: str
    entries: tuple[int, ...] = ()
