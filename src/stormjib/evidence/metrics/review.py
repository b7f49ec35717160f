"""The review: tracks → judged metrics, what stands out first, one sentence for the log, and the whole series as JSON."""

from collections.abc import Sequence
from typing import Any

import msgspec

from stormjib.core.observation import RANK, Metric
from stormjib.evidence.metrics.judge import NOTE_Z, judge
from stormjib.evidence.metrics.spec import Series, Window

SCHEMA = "stormjib/metrics/1"
METRICS_MAX = 120
NAMED_MAX = 3


Judged = tuple[Metric, Series]


class Review(msgspec.Struct, frozen=True):
    """What was found. ``body`` is JSON with every point; see ``docs/howto/metrics.md`` for its shape."""

    metrics: tuple[Metric, ...]
    sentence: str
    problems: tuple[str, ...]
    body: bytes


def review(tracks: Sequence[Series], asked: Window, step_seconds: float, source: str, problems: Sequence[str]) -> Review:
    """Judge each; the worst first, and of the same severity the farthest from its baseline."""
    judged = _against_peers([(judge(track, asked, step_seconds), track) for track in tracks])
    judged.sort(key=lambda pair: order(pair[0]))
    told = list(problems)
    if len(judged) > METRICS_MAX:
        told.append(f"{len(judged)} metrics were checked; the {METRICS_MAX} that stand out most are kept.")
    metrics = tuple(metric for metric, _ in judged[:METRICS_MAX])
    body = {
        "schema": SCHEMA,
        "source": source,
        "service": asked.service,
        "detected_at": asked.detected_at,
        "at": asked.now,
        "step_seconds": step_seconds,
        "problems": told,
        "metrics": [_whole(metric, track) for metric, track in judged],
    }
    return Review(metrics, summary(metrics), tuple(told), msgspec.json.encode(body))


def _against_peers(judged: list[Judged]) -> list[Judged]:
    """A replica that is no worse than its peers is no news beside the service as a whole; the one sick of three is."""
    peers: dict[str, list[float]] = {}
    for metric, track in judged:
        if track.replica and metric.now is not None:
            peers.setdefault(track.wanted.name, []).append(metric.now)
    return [(_no_louder(metric) if _alike(metric, track, peers) else metric, track) for metric, track in judged]


def _alike(metric: Metric, track: Series, peers: dict[str, list[float]]) -> bool:
    if not track.replica or metric.now is None or metric.spread is None:
        return False
    values = sorted(peers[track.wanted.name])
    # Of two the other one, of more the lower middle: half of the replicas being sick is the service being sick.
    usual = values[(len(values) - 1) // 2] if metric.worse != "down" else values[len(values) // 2]
    return abs(metric.now - usual) < NOTE_Z * metric.spread


def _no_louder(metric: Metric) -> Metric:
    return msgspec.structs.replace(metric, severity=min(metric.severity, "note", key=RANK.__getitem__))


def order(metric: Metric) -> tuple[int, bool, float, str, str]:
    """How far down a metric stands; that nothing comes at all stands before what is wrong with the little that does."""
    return (
        -RANK[metric.severity],
        not (metric.worse == "both" and metric.now == 0),
        -abs(metric.z or 0.0),
        metric.thing,
        metric.name,
    )


def summary(metrics: Sequence[Metric]) -> str:
    """What stands out, the worst first; what had no data is counted, and that nothing of the service was among it is said."""
    loud = [metric.sentence for metric in metrics if metric.stands_out]
    if not metrics:
        return "there is no metric"
    if not loud:
        silent = sum(metric.now is None for metric in metrics)
        loud = [f"nothing stands out in {len(metrics)} metrics" + (f" ({silent} without data)" if silent else "")]
    more = f"; and {len(loud) - NAMED_MAX} more" if len(loud) > NAMED_MAX else ""
    of_hosts = {metric.thing for metric in metrics if metric.now is not None} == {"host"}
    return "; ".join(loud[:NAMED_MAX]) + more + ("; of the service itself no metric was read" if of_hosts else "")


def _whole(metric: Metric, track: Series) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(metric)
    return {**found, "points": track.points, "formerly": track.formerly}
