"""What is measured: a metric as data, whoever answers it: a Prometheus server in PromQL, or the samples of the scrapes."""

from typing import Literal

import msgspec

from stormjib.core.observation import Level
from stormjib.evidence.metrics.baseline import Floor, Times
from stormjib.evidence.metrics.sample import Points

Kind = Literal["rate", "share", "quantile", "gauge", "of", "free", "busy", "mean", "starts", "query"]
"""``rate``: growth per second. ``share``: of the requests whose status begins with ``digit``. ``quantile``: of a histogram. ``gauge``:
as it is. ``of``: family / over. ``free``: 1 - family / over. ``busy``: 1 - the idle share of CPU seconds. ``mean``: the growth of family / that of over. ``starts``: when the
processes began. ``query``: the operator's own PromQL."""


class MetricSpec(msgspec.Struct, frozen=True):
    """``thing`` names the component, "" the service itself; ``thing_label`` is the label that names it instead.

    ``by`` is a label that makes one metric of each of its values, named after it; ``instances``: one of each process besides.
    """

    name: str
    unit: str
    kind: Kind
    family: str
    floor: Floor
    thing: str = ""
    thing_label: str = ""
    by: str = ""
    over: str = ""
    status: str = ""
    digit: str = ""
    q: float = 0.0
    scale: float = 1.0
    """What a value is multiplied with to be in the unit: .001 for milliseconds."""
    how: Literal["sum", "min", "max"] = "sum"
    match: tuple[tuple[str, str], ...] = ()
    """Labels that have to have these values."""
    routes: str = ""
    """The label of the route, whose operators' own values are left out."""
    instances: bool = False
    worse: Literal["up", "down", "both"] = "up"
    worst: Level = "bad"
    """It is never called worse than this."""
    warn_at: float | None = None
    bad_at: float | None = None
    """Values that are bad whatever is usual."""
    query: str = ""


class Series(msgspec.Struct, frozen=True):
    """One metric of one thing over time, not judged yet. ``formerly`` are the same hours of earlier weeks."""

    wanted: MetricSpec
    thing: str
    name: str
    points: Points
    formerly: tuple[Points, ...] = ()
    replica: bool = False
    """It is one of several processes that do the same."""


class Window(msgspec.Struct, frozen=True):
    """What a review is about: the moment, and the incidents that are no baseline. Seconds since the epoch."""

    service: str
    detected_at: float
    now: float
    incidents: Times = ()
