"""The access log read with the standard library alone."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from stormjib.integrations.access_log.grammar import (
    OTHER,
    ROUTES_MAX,
    UPSTREAMS_MAX,
    bucket_of,
    minute_of,
    route_of_request,
    seconds_of,
    tail_of,
)
from stormjib.integrations.access_log.table import RANKS, Cell, Table

CACHE_MAX: Final = 65_536
"""So many request lines, and endings of lines, are remembered at a time."""

EXCERPT_BYTES_MAX: Final = 200
_QUOTED: Final = rb'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"'
_LINE: Final = re.compile(
    rb"^[^\s]++ [^\s]++ [^\[ \n][^\[\n]*+(?<= )\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d):\d\d ([+-]\d{4})\] "
    + _QUOTED.replace(rb'"', rb'"(', 1)[:-1]
    + rb')" ([1-9]\d\d) (\d++|-) '
    + _QUOTED
    + rb" "
    + _QUOTED
    + rb"(?: ([^\n]*+))?$",
    re.MULTILINE,
)
_BLANK: Final = re.compile(rb"^\r?\n", re.MULTILINE)
_DIGITS_MAX: Final = 18

Key = tuple[int, int, int]


class PlainCounts:
    """What has been counted so far: fed with whole lines, it gives the table."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._cells: dict[Key, list[int]] = {}
        self._latencies: dict[Key, dict[int, int]] = {}
        self._routes: dict[str, int] = {OTHER: 0}
        self._upstreams: dict[str, int] = {"": 0}
        self._minutes: dict[bytes, int | None] = {}
        self._by_request: dict[bytes, int] = {}
        self._by_tail: dict[bytes, tuple[int, int]] = {}
        self._rejected = 0
        self._first_rejected = ""

    def feed(self, lines: bytes) -> None:
        """Take whole lines in, each with its line feed."""
        took = 0
        for found in _LINE.finditer(lines.replace(b"\r\n", b"\n") if b"\r" in lines else lines):
            minute = self._minute(found[1], found[2])
            if minute is None:
                continue
            took += 1
            request = self._by_request.get(found[3])
            route = self._route(found[3]) if request is None else request
            bucket, upstream = (-1, 0) if found[6] is None else self._by_tail.get(found[6]) or self._tail(found[6])
            key = (minute, route, upstream)
            cell = self._cells.get(key)
            if cell is None:
                cell = self._cells[key] = [0] * 6
            status = found[4][0] - 49
            cell[status if status < 5 else 4] += 1  # noqa: PLR2004 - 6xx and beyond count as failures
            size = found[5]
            cell[5] += int(size) if size != b"-" and len(size) <= _DIGITS_MAX else 0
            if bucket >= 0:
                buckets = self._latencies.setdefault(key, {})
                buckets[bucket] = buckets.get(bucket, 0) + 1
        whole = lines.count(b"\n") - len(_BLANK.findall(lines))
        if took < whole:
            self._reject(lines, whole - took)

    def _minute(self, stamp: bytes, zone: bytes) -> int | None:
        key = stamp + zone
        if key not in self._minutes:
            self._minutes = {} if len(self._minutes) > CACHE_MAX else self._minutes
            self._minutes[key] = minute_of(f"{stamp.decode()}:00 {zone.decode()}")
        return self._minutes[key]

    def _route(self, request: bytes) -> int:
        if len(self._by_request) > CACHE_MAX:
            self._by_request.clear()
        name = route_of_request(request.decode("latin-1"))
        route = self._routes.get(name, 0)
        if not route and len(self._routes) <= ROUTES_MAX:
            route = self._routes[name] = len(self._routes)
        self._by_request[request] = route
        return route

    def _tail(self, more: bytes) -> tuple[int, int]:
        if len(self._by_tail) > CACHE_MAX:
            self._by_tail.clear()
        milliseconds, name = tail_of(more.decode("latin-1"))
        upstream = self._upstreams.get(name, 0)
        if name and not upstream and len(self._upstreams) <= UPSTREAMS_MAX:
            upstream = self._upstreams[name] = len(self._upstreams)
        found = (bucket_of(milliseconds) if milliseconds >= 0 else -1, upstream)
        self._by_tail[more] = found
        return found

    def _reject(self, lines: bytes, count: int) -> None:
        self._rejected += count
        if not self._first_rejected:
            rejected = next(line for line in _nonempty(lines) if not self._takes(line))
            self._first_rejected = rejected[:EXCERPT_BYTES_MAX].decode("utf-8", "replace")

    def _takes(self, line: bytes) -> bool:
        found = _LINE.fullmatch(line)
        return found is not None and self._minute(found[1], found[2]) is not None

    def skip(self, line: bytes) -> None:
        """Count a line that is too long to be looked at; ``line`` is its beginning."""
        self._rejected += 1
        self._first_rejected = self._first_rejected or line[:EXCERPT_BYTES_MAX].decode("utf-8", "replace")

    def table(self) -> Table:
        """What was counted."""
        routes, upstreams, keys = list(self._routes), list(self._upstreams), list(self._cells)
        cells = [Cell(minute, routes[route], upstreams[upstream], (c[0], c[1], c[2], c[3], c[4]), c[5]) for (minute, route, upstream), c in self._cells.items()]  # fmt: skip

        def percentiles(group_of: Sequence[int], groups: int) -> list[tuple[float | None, ...]]:
            merged: list[dict[int, int]] = [{} for _ in range(groups)]
            for key, group in zip(keys, group_of, strict=True):
                if group < 0:  # outside the time that is asked for, where there may be no group at all
                    continue
                into = merged[group]
                for bucket, count in self._latencies.get(key, {}).items():
                    into[bucket] = into.get(bucket, 0) + count
            return [at_ranks(buckets) for buckets in merged]

        return Table(cells, percentiles, rejected=self._rejected, first_rejected=self._first_rejected)


def at_ranks(buckets: dict[int, int]) -> tuple[float | None, ...]:
    """The seconds that 50, 95 and 99 percent do not exceed (nearest rank)."""
    whole = sum(buckets.values())
    if not whole:
        return (None,) * len(RANKS)
    found: list[float | None] = []
    seen = 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        while len(found) < len(RANKS) and seen * 100 >= whole * RANKS[len(found)]:
            found.append(seconds_of(bucket))
    return tuple(found)


def _nonempty(lines: bytes) -> Iterator[bytes]:
    return (line.rstrip(b"\r") for line in lines.split(b"\n") if line.rstrip(b"\r"))
