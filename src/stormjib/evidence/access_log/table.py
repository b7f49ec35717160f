"""The table of an access log: requests, status shares and latency, by minute, route and upstream."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

import msgspec

from stormjib.evidence.access_log.grammar import MINUTE_SECONDS

By = Literal["minute", "route", "upstream"]
RANKS: Final = (50, 95, 99)
_CLASSES: Final = 5
_SERVER: Final = 4


class Cell(msgspec.Struct, frozen=True):
    """What was counted for one minute, route and upstream. ``minute`` counts from 1970 (UTC); ``statuses`` are 1xx … 5xx."""

    minute: int
    route: str
    upstream: str
    statuses: tuple[int, int, int, int, int]
    bytes: int


class Row(msgspec.Struct, frozen=True):
    """Cells put together. What they were not grouped by is None; seconds are None where the log has no times."""

    minute: int | None
    route: str | None
    upstream: str | None
    requests: int
    statuses: tuple[int, int, int, int, int]
    bytes: int
    p50_seconds: float | None
    p95_seconds: float | None
    p99_seconds: float | None

    @property
    def failed_share(self) -> float:
        """The share of answers 5xx, 0 to 1."""
        return self.statuses[_SERVER] / self.requests if self.requests else 0.0


Percentiles = Callable[[Sequence[int], int], list[tuple[float | None, ...]]]
"""The group of each cell (-1: left out) and how many groups there are → the seconds at RANKS of each group."""


class Table:
    """The cells of one or more files, and the lines that were no requests."""

    def __init__(self, cells: Sequence[Cell], percentiles: Percentiles, *, rejected: int, first_rejected: str) -> None:
        """``rejected`` lines were not in the combined format; ``first_rejected`` is the first of them, shortened."""
        self.cells = cells
        self.rejected = rejected
        self.first_rejected = first_rejected
        self._percentiles = percentiles

    @property
    def requests(self) -> int:
        """How many lines were requests."""
        return sum(sum(cell.statuses) for cell in self.cells)

    def rows(self, *by: By, since: int | None = None, until: int | None = None) -> list[Row]:
        """One row for each combination, in order; ``since`` (included) and ``until`` (left out) are minutes since 1970."""
        groups: dict[tuple[int | str | None, ...], int] = {}
        sums: list[list[int]] = []
        group_of: list[int] = []
        timed, routed, upstreamed = "minute" in by, "route" in by, "upstream" in by
        for cell in self.cells:
            if (since is not None and cell.minute < since) or (until is not None and cell.minute >= until):
                group_of.append(-1)
                continue
            key = (cell.minute if timed else None, cell.route if routed else None, cell.upstream if upstreamed else None)
            group = groups.setdefault(key, len(groups))
            if group == len(sums):
                sums.append([0] * (_CLASSES + 1))
            group_of.append(group)
            into = sums[group]
            for at, count in enumerate(cell.statuses):
                into[at] += count
            into[_CLASSES] += cell.bytes
        seconds = self._percentiles(group_of, len(sums))
        rows = [_row(key, sums[group], seconds[group]) for key, group in groups.items()]
        return sorted(rows, key=lambda row: (row.minute or 0, row.route or "", row.upstream or ""))


def _row(key: tuple[int | str | None, ...], sums: list[int], seconds: tuple[float | None, ...]) -> Row:
    minute, route, upstream = key
    statuses = (sums[0], sums[1], sums[2], sums[3], sums[4])
    return Row(
        minute if isinstance(minute, int) else None,
        route if isinstance(route, str) else None,
        upstream if isinstance(upstream, str) else None,
        sum(statuses),
        statuses,
        sums[_CLASSES],
        *seconds,
    )


class Change(msgspec.Struct, frozen=True):
    """A route or an upstream before a moment and since; ``before`` is None for one that is new, ``since`` for one that is gone."""

    name: str
    before: Row | None
    since: Row | None
    before_per_minute: float
    since_per_minute: float


def compare(table: Table, at: float, by: Literal["route", "upstream"] = "route", *, before_seconds: int = 3_600) -> list[Change]:
    """Each route or upstream ``before_seconds`` before the moment ``at`` (seconds since 1970) and since; the busiest first.

    The minute of the moment belongs to "since". Rates are per minute between the first and the last minute of each part.
    """
    minute = int(at // MINUTE_SECONDS)
    start = minute - before_seconds // MINUTE_SECONDS
    older, newer = table.rows(by, since=start, until=minute), table.rows(by, since=minute)
    before, since = {_name(row, by): row for row in older}, {_name(row, by): row for row in newer}
    seen = sorted({cell.minute for cell in table.cells})
    minutes_before = max(1, minute - max(start, seen[0])) if seen and seen[0] < minute else 1
    minutes_since = max(1, seen[-1] - minute + 1) if seen else 1
    changes = [
        Change(
            name,
            before.get(name),
            since.get(name),
            before[name].requests / minutes_before if name in before else 0.0,
            since[name].requests / minutes_since if name in since else 0.0,
        )
        for name in {**before, **since}
    ]
    return sorted(changes, key=lambda change: (-max(change.before_per_minute, change.since_per_minute), change.name))


def _name(row: Row, by: str) -> str:
    return (row.route if by == "route" else row.upstream) or ""
