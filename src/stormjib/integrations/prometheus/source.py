"""A Prometheus server as a source of metrics: every query side by side within one time, what fails is said, the rest goes on."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

import msgspec

from stormjib.evidence.metrics.judge import HOUR_SECONDS
from stormjib.evidence.metrics.sample import Points, Raw, Span
from stormjib.evidence.metrics.spec import MetricSpec, Series, Window
from stormjib.evidence.metrics.tracks import INSTANCES_MAX, VALUES_MAX, starts
from stormjib.integrations.prometheus.client import Client, Found, PrometheusFailed
from stormjib.integrations.prometheus.place import Place, look_around
from stormjib.integrations.prometheus.promql import promql

POINTS_MAX = 11_000
"""Prometheus refuses more in one query."""
PLACES_MAX = 240
QUERY_SECONDS_MAX = 5.0
SIDE_BY_SIDE = 4
WEEKS = 4
WEEK_SECONDS = 7 * 86_400.0
WEEK_STEP_SECONDS = 60.0
SERIES_MAX = 200
PROBLEMS_MAX = 8


class Query(msgspec.Struct, frozen=True):
    """One query: what it is for, the label that splits its result, and the label's use."""

    wanted: MetricSpec
    text: str
    group: str = ""
    use: str = ""
    """``thing``, ``instance``, ``part`` or "" for one series."""


class Prometheus:
    """``own`` are the operator's metrics; one of the same name as the catalogue's takes its place."""

    def __init__(
        self,
        url: str,
        *,
        selector: str = "",
        own: Sequence[MetricSpec] = (),
        monotonic: Callable[[], float],
        client: Client | None = None,
    ) -> None:
        """Nothing is asked yet."""
        self.name = "Prometheus"
        self._client = client or Client(url, monotonic)
        self._selector = selector
        self._own = tuple(own)
        self._monotonic = monotonic

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def tracks(self, asked: Window, timeout_seconds: float) -> tuple[tuple[Series, ...], float, tuple[str, ...]]:
        """Every metric since an hour before the detection: (tracks, seconds of a point, problems)."""
        end = self._monotonic() + timeout_seconds

        def left() -> float:
            return max(min(QUERY_SECONDS_MAX, end - self._monotonic()), 0.05)

        try:
            place = look_around(self._client, self._selector, asked.service, asked.now, left)
            start = self._start(place, asked, left)
        except PrometheusFailed as failed:
            return (), 1.0, (str(failed),)
        step = step_of(asked.now - start, place.every_seconds)
        span = Span(start, asked.now, step)
        queries = self._queries(place, step)
        weeks = self._weeks(asked, left)
        pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="prometheus")
        try:
            now = {pool.submit(self._range, query.text, start, asked.now, step, left): query for query in queries}
            past = {
                pool.submit(self._range, query.text, at - HOUR_SECONDS / 2, at + HOUR_SECONDS / 2, WEEK_STEP_SECONDS, left): query
                for at in weeks
                for query in queries
                if query.wanted.kind != "starts"
            }
            wait([*now, *past], timeout=max(end - self._monotonic(), 0))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        found, problems = _collected(now)
        formerly, late = _collected(past)
        return tuple(_tracks(found, formerly, place, asked.service, span)), step, (*place.problems, *_told([*problems, *late]))

    def _start(self, place: Place, asked: Window, left: Callable[[], float]) -> float:
        """An hour before the detection, or where the data begin: of a young server the points are finer."""
        hour = asked.detected_at - HOUR_SECONDS
        step = max(place.every_seconds, HOUR_SECONDS / PLACES_MAX)
        found = self._client.range(f"count(up{{{place.selector}}})", hour, asked.now, step, left())
        first = min((one.points[0][0] for one in found if one.points), default=hour)
        return max(hour, first - step)

    def _range(self, text: str, start: float, end: float, step: float, left: Callable[[], float]) -> list[Found]:
        return self._client.range(text, start, end, step, left())

    def _queries(self, place: Place, step: float) -> list[Query]:
        own = {one.name for one in self._own}
        window = max(4 * place.every_seconds, step)
        return [
            *(query for one in place.wanted if one.name not in own for query in queries_of(one, place, window)),
            *(Query(one, one.query) for one in self._own),
        ]

    def _weeks(self, asked: Window, left: Callable[[], float]) -> list[float]:
        """The same moment of former weeks, as far as the data reach back."""
        found: list[float] = []
        for week in range(1, WEEKS + 1):
            at = asked.detected_at - week * WEEK_SECONDS
            try:
                if not self._client.query("count(up)", at, left()):
                    break
            except PrometheusFailed:
                break
            found.append(at)
        return found


def step_of(seconds: float, every_seconds: float) -> float:
    """The seconds of one point: no finer than the scrapes, at most 240 points in the time, never more than Prometheus allows."""
    return max(every_seconds, seconds / PLACES_MAX, seconds / (POINTS_MAX - 1))


def queries_of(wanted: MetricSpec, place: Place, window_seconds: float) -> Iterator[Query]:
    """The queries of one metric: of the service as a whole, and of each part, thing or replica."""
    general = bool(wanted.thing or wanted.thing_label)
    selector = "" if general and wanted.thing_label != "dependency" else place.selector
    if wanted.family == "up":
        yield Query(wanted, promql(wanted, group="job", window_seconds=window_seconds), "job", "thing")
        yield Query(
            wanted, promql(wanted, selector=selector, group="instance", window_seconds=window_seconds), "instance", "instance"
        )
        return
    if wanted.kind == "starts":
        yield Query(wanted, promql(wanted, selector=selector, window_seconds=window_seconds), "instance", "instance")
        return
    group = wanted.thing_label or wanted.by
    use = "thing" if wanted.thing_label else "part" if wanted.by else ""
    yield Query(wanted, promql(wanted, selector=selector, group=group, window_seconds=window_seconds), group, use)
    if wanted.instances and len(place.instances) > 1:
        text = promql(wanted, selector=selector, group="instance", window_seconds=window_seconds)
        yield Query(wanted, text, "instance", "instance")


Results = list[tuple[Query, list[Found]]]


def _collected(futures: dict[Future[list[Found]], Query]) -> tuple[Results, list[str]]:
    found: Results = []
    problems = []
    for future, query in futures.items():
        if not future.done() or future.cancelled():
            problems.append("There was no time left to ask for it.")
            continue
        error = future.exception()
        if isinstance(error, PrometheusFailed):
            problems.append(str(error))
        elif error is not None:
            raise error
        else:
            series = future.result()
            if len(series) > SERIES_MAX:
                problems.append(f"{query.wanted.name} has {len(series)} series; the first {SERIES_MAX} were checked.")
            found.append((query, series[:SERIES_MAX]))
    return found, problems


def _told(problems: Iterable[str]) -> list[str]:
    """The same problem of many queries is said once, with their number."""
    counted = Counter(problems).most_common()
    told = [sentence if times == 1 else f"{sentence} ({times} queries)" for sentence, times in counted[:PROBLEMS_MAX]]
    return [*told, f"{len(counted) - PROBLEMS_MAX} more problems."] if len(counted) > PROBLEMS_MAX else told


def _tracks(found: Results, formerly: Results, place: Place, service: str, span: Span) -> Iterator[Series]:
    past: dict[tuple[str, str], list[Points]] = {}
    for query, series in formerly:
        for thing, name, points in _named(query, series, place, service):
            past.setdefault((thing, name), []).append(points)
    for query, series in found:
        for thing, name, points in _named(query, series, place, service):
            given = _started(thing, points, span) if query.wanted.kind == "starts" else points
            replica = query.use == "instance" and query.wanted.kind != "starts"
            yield Series(query.wanted, thing, name, given, tuple(past.get((thing, name), ())), replica)


def _started(instance: str, points: Points, span: Span) -> Points:
    return starts([Raw("", {}, instance, points)], span)


def _named(query: Query, series: list[Found], place: Place, service: str) -> Iterator[tuple[str, str, Points]]:
    """(thing, name, points) of each series that has any."""
    wanted = query.wanted
    limit = INSTANCES_MAX if query.use == "instance" else VALUES_MAX
    kept = sorted(series, key=lambda one: one.metric.get(query.group, ""))[: limit if query.group else SERIES_MAX]
    for one in kept:
        value = one.metric.get(query.group, "") if query.group else ""
        points = [(at, number * wanted.scale) for at, number in one.points]
        if not points or (query.group and not value):
            continue
        match query.use:
            case "thing":
                yield service if query.group == "job" and value == place.job else value, wanted.name, points
            case "instance":
                yield place.instances.get(value, value), wanted.name, points
            case "part":
                yield wanted.thing or service, f"{wanted.name} of {value}", points
            case _:
                yield one.metric.get("component") or wanted.thing or service, _own_name(wanted, one), points


def _own_name(wanted: MetricSpec, one: Found) -> str:
    """A query of the operator's may give several series; their labels tell them apart."""
    more = ", ".join(value for name, value in sorted(one.metric.items()) if name not in {"__name__", "component"})
    return f"{wanted.name} of {more}" if more and wanted.kind == "query" else wanted.name
