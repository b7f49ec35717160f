"""Metrics: what a metric that differs from its baseline says about a component."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from stormjib.core.incident import Happened
from stormjib.core.log import MetricsReviewed
from stormjib.core.observation import Level, Metric
from stormjib.evidence.suspects.signal import UPSTREAM, Kind, Signal
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import CPU, DISK, MAINTENANCE, MEMORY, TRAFFIC, tokens

_STRENGTHS: Final[dict[Level, float]] = {"fine": 0.0, "note": 0.15, "warn": 0.5, "bad": 0.7}
_SURE_Z: Final = 8.0
"""So many spreads away nobody takes it for chance."""
_SURGE_RATIO: Final = 2.0
SLOW_SECONDS: Final = 1.0
"""From here on a wait interrupts a person's thought (Nielsen 1993); what is shorter counts less, however unusual it is."""
_UNNOTICED: Final = 0.4
_PROCESS: Final = re.compile(r" \(process (?:of )?\d+\)$")
"""Several processes behind one address are told apart by when they started, which names none of them."""
_HOST: Final = {"host", "machine", "node"}

_MEANINGS: Final[tuple[tuple[frozenset[str], Kind, float], ...]] = (
    (frozenset({"maintenance"}), "maintenance", 1.1),
    (frozenset({"xx", "error", "errors", "failed", "failures"}), "erroring", 1.0),
    (frozenset({"latency", "duration", "seconds", "slow"}), "slow", 1.0),
    (frozenset({"up"}), "down", 1.0),
    (frozenset({"rejected", "clients", "files", "cpu", "threads"}), "saturated", 0.9),
    (frozenset({"memory", "disk", "evictions", "space", "swap"}), "full", 1.0),
    (frozenset({"starts", "restarts", "start"}), "restarted", 0.9),
    (frozenset({"requests"}), "surge", 0.55),
)


def of_metrics(tree: Tree, when: Happened, review: MetricsReviewed) -> Iterator[Signal]:
    """One signal for each metric that stands out and whose name says what it means.

    A service that is down tells no figures of itself nor of what it needs: that they are missing says nothing more.
    """
    silent = any(metric.name == "up" and metric.now == 0 and tree.of(metric.thing) == tree.service for metric in review.metrics)
    for metric in review.metrics:
        if (
            (metric.now is None and (silent or not _whole(metric)))
            or tree.strange(_PROCESS.sub("", metric.thing))
            or _is_over(metric, when.at)
        ):
            continue
        strength = _strength(metric)
        if strength > 0.0:
            yield from _of(tree, when.seq, metric, strength)


def _whole(metric: Metric) -> bool:
    """Whether it is of a whole thing: that one process of several tells no more figures says nothing of the others."""
    return " of process " not in metric.name and not _PROCESS.search(metric.thing)


def _is_over(metric: Metric, at: float) -> bool:
    """Whether its series ended long before: what was measured then is not so now."""
    return bool(metric.points) and metric.name != "up" and 0 < metric.points[-1][0] < at - DEAD_SECONDS


DEAD_SECONDS: Final = 600.0
"""Of a series whose last point is older nothing is known now."""


def _strength(metric: Metric) -> float:
    """By its severity, and more the farther it is from its baseline."""
    base = _STRENGTHS[metric.severity]
    if not base or metric.z is None:
        return base
    return min(base + 0.15 * min(abs(metric.z) / _SURE_Z, 1.0), 0.85)


def _of(tree: Tree, seq: int, metric: Metric, strength: float) -> Iterator[Signal]:
    words = set(tokens(metric.name))
    kind, factor = next(((kind, factor) for names, kind, factor in _MEANINGS if names & words), (None, 0.0))
    if kind is None:
        return
    if "xx" in words and "4xx" in metric.name:
        kind, factor = "surge", 0.5
    if kind == "surge" and (metric.now is None or not metric.baseline or metric.now < _SURGE_RATIO * metric.baseline):
        return
    component, thing = _component(tree, metric, kind, words)
    seen_from_outside = kind == "down" and component == tree.service  # through whatever stands before it
    own = not (kind == "surge" or "dependency" in words or (kind == "slow" and component != tree.service) or seen_from_outside)
    if kind == "slow":
        factor *= min(max((metric.now or 0.0) / SLOW_SECONDS, _UNNOTICED), 1.0)
    yield Signal(component, kind, min(strength * factor, 0.9), seq, _says(tree, metric), thing, own=own)


def _component(tree: Tree, metric: Metric, kind: Kind, words: set[str]) -> tuple[str, str]:
    """Whose it is; and the replica or the address, where there are several."""
    if kind == "maintenance":
        return MAINTENANCE, ""
    if kind == "surge":
        return TRAFFIC, ""
    thing = _PROCESS.sub("", metric.thing.strip())
    if "disk" in words or "space" in words or (thing.startswith("/") and kind == "full"):
        return DISK, ""
    if thing.lower() in _HOST:
        return (MEMORY if kind == "full" else CPU), ""
    if thing.startswith("/"):
        return tree.service, ""  # a route of it
    component = tree.of(thing)
    if component:
        return component, thing if component == tree.service and thing.lower() != tree.service.lower() else ""
    host, colon, port = thing.rpartition(":")
    if colon and port.isdigit():
        return tree.service, "" if thing != metric.thing.strip() else f"{UPSTREAM}{host}:{port}"
    return thing, ""


def _says(tree: Tree, metric: Metric) -> str:
    said = (metric.sentence or f"{metric.name} differs from what is usual").rstrip(".")
    said = said.removeprefix(f"{metric.thing}: ") if metric.thing != tree.service else said
    since = f", since {_clock(metric.changed_at)}" if metric.changed_at is not None and "since" not in said else ""
    return f"{said}{since}"


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M}" if 0 < at < _AT_MAX else "long ago"


_AT_MAX: Final = 32_503_680_000.0
"""The year 3000: what is later is no time."""


def began(review: MetricsReviewed | None) -> float | None:
    """When the first metric that is bad began to differ."""
    found = [m.changed_at for m in review.metrics if m.changed_at is not None and m.severity in {"warn", "bad"}] if review else []
    return min(found, default=None)
