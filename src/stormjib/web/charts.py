"""The charts of the room: what stands out is drawn, the rest is a table with a sparkline each."""

import msgspec
from markupsafe import Markup

from stormjib.core.incident_view import MetricsView
from stormjib.core.observation import Metric
from stormjib.core.text.units import figure
from stormjib.evidence.metrics.chart import chart
from stormjib.evidence.metrics.spark import spark

DRAWN_MAX = 8
_WORDLESS = {"up", "on"}


class Drawn(msgspec.Struct, frozen=True):
    """A metric as a picture, with its sentence for those who don't see it."""

    metric: Metric
    svg: Markup


class Row(msgspec.Struct, frozen=True):
    """A metric as a line of the table."""

    metric: Metric
    now: str
    usual: str
    spark: str


class Charts(msgspec.Struct, frozen=True):
    """What is drawn and what is listed."""

    drawn: tuple[Drawn, ...]
    rows: tuple[Row, ...]


def charts(view: MetricsView | None, detected_at: float) -> Charts | None:
    """Of the newest review; None where there is none."""
    if view is None:
        return None
    loud = [metric for metric in view.review.metrics if metric.stands_out and metric.points][:DRAWN_MAX]
    rest = [metric for metric in view.review.metrics if metric not in loud]
    return Charts(tuple(Drawn(metric, _svg(metric, detected_at)) for metric in loud), tuple(map(_row, rest)))


def _svg(metric: Metric, detected_at: float) -> Markup:
    return Markup(chart(metric, detected_at))  # noqa: S704 - the chart escapes every text in it


def _row(metric: Metric) -> Row:
    unit = "" if metric.unit in _WORDLESS else metric.unit
    now = figure(metric.now, unit) if metric.now is not None else "no data"
    usual = figure(metric.baseline, unit) if metric.baseline is not None else "–"
    return Row(metric, now, usual, spark(metric.points))
