"""The charts of an incident beside its post-mortem: which metrics are drawn, and the names of their files."""

from collections.abc import Sequence

from stormjib.core.metrics.review import stands_out
from stormjib.core.observation import Metric

CHARTS_MAX = 6


def gallery(incident_id: str, metrics: Sequence[Metric]) -> tuple[tuple[str, Metric], ...]:
    """(file name, metric) of those that stand out, the worst first."""
    drawn = [metric for metric in metrics if stands_out(metric) and metric.points][:CHARTS_MAX]
    return tuple((f"{incident_id}-metric-{number}.svg", metric) for number, metric in enumerate(drawn, 1))
