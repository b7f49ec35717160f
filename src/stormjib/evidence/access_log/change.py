"""What an access log says since a moment, compared with before: the facts and one sentence."""

from typing import Final, Literal

from stormjib.core.text import units
from stormjib.evidence.access_log.table import Change, Row, Table, compare
from stormjib.evidence.readers.reading import Clause, Fact, Measured, Reading, tell

SOURCE: Final = "access log"
FAILED_MORE: Final = 0.01
"""A share of answers 5xx that rose by so much is worth a clause …"""
FAILED_MIN: Final = 5
"""… from so many failed requests on."""
SLOWER_TIMES: Final = 2.0
SLOWER_SECONDS: Final = 0.1
FEWER_TIMES: Final = 0.5
MORE_TIMES: Final = 2.0
PER_MINUTE_MIN: Final = 10.0
"""Below so many requests a minute a rate is chance."""
NAMES_MAX: Final = 50
_BAD_SHARE: Final = 0.1


def read_change(table: Table, at: float, *, before_seconds: int = 3_600) -> Reading:
    """The routes and upstreams that fail or slow down since ``at`` (seconds since 1970), and traffic that came or went."""
    facts: list[Fact] = [Measured("all", "rejected lines", float(table.rejected), "count")]
    clauses: list[Clause] = []
    by: tuple[Literal["route", "upstream"], ...] = ("route", "upstream")
    for kind in by:
        changes = [change for change in compare(table, at, kind, before_seconds=before_seconds) if change.name]
        if kind == "route":
            clauses.extend(_traffic(changes))
        for change in changes[:NAMES_MAX]:
            facts.extend(_facts(change))
            clauses.extend(_clauses(change))
    return tell(SOURCE, facts, clauses)


def _facts(change: Change) -> list[Fact]:
    found: list[Fact] = [
        Measured(change.name, "requests per minute before", change.before_per_minute, "per minute"),
        Measured(change.name, "requests per minute since", change.since_per_minute, "per minute"),
    ]
    for when, row in (("before", change.before), ("since", change.since)):
        if row is not None:
            found.append(Measured(change.name, f"5xx {when}", 100 * row.failed_share, "percent", 100.0))
            ranks = (("p50", row.p50_seconds), ("p95", row.p95_seconds), ("p99", row.p99_seconds))
            found.extend(
                Measured(change.name, f"{rank} {when}", seconds, "seconds") for rank, seconds in ranks if seconds is not None
            )
    return found


def _clauses(change: Change) -> list[Clause]:
    since, before = change.since, change.before
    if since is None:
        return []
    found = []
    was = before.failed_share if before else 0.0
    if since.failed_share - was >= FAILED_MORE and since.statuses[-1] >= FAILED_MIN:
        earlier = f"before: {units.percent(round(100 * was, 1))}" if before else "it had no requests before"
        text = f"{change.name} fails with 5xx in {units.percent(round(100 * since.failed_share, 1))} of {since.requests:,} requests ({earlier})"
        found.append(Clause("bad" if since.failed_share >= _BAD_SHARE else "warn", text))
    now, then = since.p95_seconds, _p95(before)
    if now is not None and then is not None and now >= SLOWER_TIMES * then and now - then >= SLOWER_SECONDS:
        found.append(
            Clause(
                "warn",
                f"{change.name} answers one request in twenty after {units.duration(now)} or more (before: {units.duration(then)})",
            )
        )
    return found


def _p95(row: Row | None) -> float | None:
    return row.p95_seconds if row else None


def _traffic(changes: list[Change]) -> list[Clause]:
    """One clause where all the traffic together halved or doubled."""
    before, since = sum(change.before_per_minute for change in changes), sum(change.since_per_minute for change in changes)
    if max(before, since) < PER_MINUTE_MIN or not before:
        return []
    if since <= FEWER_TIMES * before:
        return [Clause("warn", f"only {units.number(since)} requests a minute arrive (before: {units.number(before)})")]
    if since >= MORE_TIMES * before:
        return [Clause("warn", f"{units.number(since)} requests a minute arrive (before: {units.number(before)})")]
    return []
