"""Access log lines of nginx: requests, status shares and latency, per route and upstream."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from stormjib.core.text import units
from stormjib.evidence.loglines.access_line import Request, parse
from stormjib.evidence.readers.amount import share
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, tell

SOURCE = "access log"
FAILING_PERCENT: Final = 1.0
BAD_PERCENT: Final = 10.0
SLOW_SECONDS: Final = 1.0
ROUTES_MAX: Final = 20
_UNDERSTOOD_SHARE: Final = 0.5
_SERVER_ERROR: Final = 500
_CLIENT_ERROR: Final = 400


def read(evidence: Evidence) -> Reading | None:
    """At least half of the lines have to be requests; the others are counted as rejected."""
    lines = evidence.lines()
    requests = [request for line in lines if (request := parse(line))]
    if not requests or len(requests) < _UNDERSTOOD_SHARE * len(lines):
        return None
    failing = [request for request in requests if request.status >= _SERVER_ERROR]
    refused = sum(_CLIENT_ERROR <= request.status < _SERVER_ERROR for request in requests)
    facts: list[Fact] = [
        Measured("all", "requests", float(len(requests)), "count"),
        Measured("all", "rejected lines", float(len(lines) - len(requests)), "count"),
        Measured("all", "5xx", share(len(failing), len(requests)), "percent", 100.0),
        Measured("all", "4xx", share(refused, len(requests)), "percent", 100.0),
    ]
    by_route: dict[str, list[Request]] = defaultdict(list)
    by_upstream: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        by_route[request.route].append(request)
        if request.upstream:
            by_upstream[request.upstream].append(request)
    for group in (by_route, by_upstream):
        for name, members in sorted(group.items(), key=lambda item: -len(item[1]))[:ROUTES_MAX]:
            facts.extend(_facts(name, members))
    seconds = [request.seconds for request in requests if request.seconds is not None]
    facts.extend(_latency("all", seconds))
    return tell(SOURCE, facts, [*_failing(requests, failing, by_upstream), *_slow(seconds)])


def _failing(requests: list[Request], failing: list[Request], by_upstream: dict[str, list[Request]]) -> list[Clause]:
    percent = share(len(failing), len(requests))
    if percent < FAILING_PERCENT:
        return []
    route, most = Counter(request.route for request in failing).most_common(1)[0]
    where = f", all of them {route}" if most == len(failing) else f", {most:,} of them {route}"
    text = f"{len(failing):,} of {len(requests):,} requests failed with 5xx ({units.percent(round(percent, 1))}){where}"
    sick = [
        name
        for name, members in by_upstream.items()
        if share(sum(one.status >= _SERVER_ERROR for one in members), len(members)) >= BAD_PERCENT
    ]
    if len(sick) == 1 and len(by_upstream) > 1:
        text += f", and of {len(by_upstream)} upstreams only {sick[0]} fails"
    return [Clause("bad" if percent >= BAD_PERCENT else "warn", text)]


def _slow(seconds: Sequence[float]) -> list[Clause]:
    at = percentile(seconds, 95)
    return (
        [Clause("warn", f"one request in twenty takes {units.duration(at)} or longer")]
        if at is not None and at >= SLOW_SECONDS
        else []
    )


def _facts(name: str, requests: list[Request]) -> list[Fact]:
    failing = sum(request.status >= _SERVER_ERROR for request in requests)
    found: list[Fact] = [
        Measured(name, "requests", float(len(requests)), "count"),
        Measured(name, "5xx", share(failing, len(requests)), "percent", 100.0),
    ]
    found.extend(_latency(name, [request.seconds for request in requests if request.seconds is not None]))
    found.extend(
        _latency(name, [request.upstream_seconds for request in requests if request.upstream_seconds is not None], "upstream ")
    )
    return found


def _latency(name: str, seconds: Sequence[float], whose: str = "") -> list[Fact]:
    return [
        Measured(name, f"{whose}p{rank}", at, "seconds") for rank in (50, 95, 99) if (at := percentile(seconds, rank)) is not None
    ]


def percentile(values: Sequence[float], rank: int) -> float | None:
    """The smallest value that ``rank`` percent do not exceed (nearest rank); None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * rank // 100) - 1)] if ordered else None
