"""Samples → tracks: what the catalogue asks for, computed from the scrapes themselves as Prometheus would compute it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, assert_never

from stormjib.evidence.metrics import series
from stormjib.evidence.metrics.catalogue import OPERATOR_ROUTES
from stormjib.evidence.metrics.sample import Points, Raw, Span
from stormjib.evidence.metrics.series import Grid
from stormjib.evidence.metrics.spec import MetricSpec, Series

VALUES_MAX = 12
"""Of a label that makes metrics, such as the route: those with the most traffic."""
INSTANCES_MAX = 12
ALIVE_STEPS = 10
"""A process that was heard of within so many points is there; of one that is gone nothing is asked by itself."""
_operators = re.compile(OPERATOR_ROUTES).fullmatch


class Part(NamedTuple):
    """A metric of its own, and which series belong to it."""

    thing: str
    name: str
    has: Callable[[Raw], bool]
    replica: bool = False


def labels_of(raws: Iterable[Raw]) -> dict[str, set[str]]:
    """The names that are there and the names of their labels."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in raws:
        found[one.name].update(one.labels)
    return dict(found)


def tracks(raws: Sequence[Raw], wanted: Sequence[MetricSpec], span: Span, service: str) -> tuple[Series, ...]:
    """Every metric of every thing that has any data."""
    families: dict[str, list[Raw]] = defaultdict(list)
    for one in raws:
        families[one.name].append(one)
    return tuple(track for one in wanted for track in _of(one, families, span, service))


def _of(wanted: MetricSpec, families: Mapping[str, list[Raw]], span: Span, service: str) -> Iterator[Series]:
    def users(one: Raw) -> bool:
        return not (wanted.routes and _operators(one.labels.get(wanted.routes, "")))

    names = (wanted.family, f"{wanted.family}_bucket", wanted.over)
    kept = {name: [one for one in families.get(name, ()) if users(one)] for name in names if name}
    main = kept[wanted.family] or kept.get(f"{wanted.family}_bucket", [])
    for part in _parts(wanted, main, service, span):
        found = _points(wanted, {each: [one for one in of if part.has(one)] for each, of in kept.items()}, span)
        if found:
            yield Series(wanted, part.thing, part.name, found, replica=part.replica)


def _parts(wanted: MetricSpec, main: Sequence[Raw], service: str, span: Span) -> Iterator[Part]:
    """What the series are split into."""
    if wanted.thing_label:
        for value in _busiest(main, lambda one: one.labels.get(wanted.thing_label, "")):
            yield Part(value, wanted.name, _is(wanted.thing_label, value))
        return
    thing = wanted.thing or service
    if wanted.by:
        for value in _busiest(main, lambda one: one.labels.get(wanted.by, "")):
            yield Part(thing, f"{wanted.name} of {value}", _is(wanted.by, value))
        return
    yield Part(thing, wanted.name, lambda _: True)
    yield from _replicas(wanted, main, thing, span.end - ALIVE_STEPS * span.step_seconds)


def _replicas(wanted: MetricSpec, main: Sequence[Raw], thing: str, fresh: float) -> Iterator[Part]:
    """Each process that is there, by its address; where several answer at one address they are parts of the service."""
    alive = sorted({(one.instance, one.process) for one in main if one.points[-1][0] >= fresh})
    if not wanted.instances or not 1 < len(alive) <= INSTANCES_MAX:
        return
    several = len({instance for instance, _ in alive}) > 1
    for instance, process in alive:
        name = f"{wanted.name} of {process}" if process else wanted.name
        yield Part(instance if several else thing, name, _of_process(instance, process), replica=True)


def _of_process(instance: str, process: str) -> Callable[[Raw], bool]:
    return lambda one: (one.instance, one.process) == (instance, process)


def _is(label: str, value: str) -> Callable[[Raw], bool]:
    return lambda one: one.labels.get(label, "") == value


def _busiest(main: Iterable[Raw], key: Callable[[Raw], str]) -> list[str]:
    """The values of a label that counted most; a route that nobody asks for says nothing."""
    weight: dict[str, float] = defaultdict(float)
    for one in main:
        if key(one) and one.points:
            grown = one.points[-1][1] - (0.0 if one.born is not None else one.points[0][1])
            weight[key(one)] += max(grown, 0.0) if one.counter else 1.0
    return sorted(sorted(weight, key=lambda value: (-weight[value], value))[:VALUES_MAX])


def _points(wanted: MetricSpec, kept: Mapping[str, list[Raw]], span: Span) -> Points:
    main, over = kept[wanted.family], kept.get(wanted.over, [])
    match wanted.kind:
        case "rate":
            grid = series.rate(main, span)
        case "share":
            part = [one for one in main if one.labels.get(wanted.status, "").startswith(wanted.digit)]
            grid = series.divided(series.rate(part, span), series.rate(main, span))
        case "quantile":
            grid = _quantile(wanted, kept.get(f"{wanted.family}_bucket", []), span)
        case "gauge":
            grid = series.gauge(main, span, wanted.how)
        case "of":
            grid = series.divided(series.gauge(main, span, wanted.how), series.gauge(over, span, "max"))
        case "free":
            free = series.divided(series.gauge(main, span, wanted.how), series.gauge(over, span, "max"))
            grid = [None if value is None else 1 - value for value in free]
        case "busy":
            idle = [one for one in main if one.labels.get("mode") == "idle"]
            grid = [
                None if value is None else 1 - value for value in series.divided(series.rate(idle, span), series.rate(main, span))
            ]
        case "mean":
            grid = series.divided(series.rate(main, span), series.rate(over, span))
        case "starts":
            return starts(main, span)
        case "query":
            return []
        case _:
            assert_never(wanted.kind)
    return [(at, value * wanted.scale) for at, value in series.points(grid, span)]


def _quantile(wanted: MetricSpec, buckets: Iterable[Raw], span: Span) -> Grid:
    by_bound: dict[float, list[Raw]] = defaultdict(list)
    for one in buckets:
        try:
            by_bound[float(one.labels.get("le", ""))].append(one)
        except ValueError:
            continue
    return series.quantile(wanted.q, {bound: series.rate(of, span) for bound, of in by_bound.items()}, span)


def starts(main: Iterable[Raw], span: Span) -> Points:
    """How many processes began in each place; the first that were seen do not count. Several replicas have a time of start each."""
    main = list(main)
    first = min((one.points[0][0] for one in main), default=span.end)
    born = sorted({value for one in main for _, value in one.points if value > first})
    places: Grid = [0.0 if main else None] * span.places
    for at in born:
        place = int((at - span.start) // span.step_seconds)
        if 0 <= place < span.places:
            places[place] = (places[place] or 0.0) + 1.0
    return series.points(places, span)
