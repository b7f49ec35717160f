"""Access log lines → counts: lines become columns, and columns are looked up and counted as a whole."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from operator import add, and_, rshift
from typing import Final

from stormjib.evidence.access_log.change import read_change
from stormjib.evidence.access_log.grammar import (
    OTHER,
    ROUTES_MAX,
    UPSTREAMS_MAX,
    bucket_of,
    minute_of,
    seconds_of,
    tail_of,
)
from stormjib.evidence.access_log.table import RANKS, Cell, Table
from stormjib.evidence.loglines.access_line import LINE, SIZE_DIGITS_MAX, TIME, route_of_request
from stormjib.evidence.loglines.memo import PatternMemo
from stormjib.evidence.readers import Reading

CACHE_MAX: Final = 65_536
"""So many times, request lines and endings of lines are remembered at a time."""
COLUMN_BYTES: Final = 1 << 17
"""So much is taken apart at a time: what it becomes should not leave the processor's cache."""

EXCERPT_BYTES_MAX: Final = 200
_BLANK: Final = re.compile(rb"^\n", re.MULTILINE)
_STATUS_BYTES: Final = 5
"""The quotation mark, the blank and the three digits behind a request."""

# Codes. A line's is the sum of that of its request and that of its ending: route, upstream, class of status, bucket of latency + 1.
_BUCKET_BITS: Final = 12
_CLASS_BITS: Final = 3
_UPSTREAM_BITS: Final = 7
_CLASS_AT: Final = _BUCKET_BITS
_UPSTREAM_AT: Final = _CLASS_AT + _CLASS_BITS
_ROUTE_AT: Final = _UPSTREAM_AT + _UPSTREAM_BITS
_BUCKET: Final = (1 << _BUCKET_BITS) - 1
_CLASS: Final = (1 << _CLASS_BITS) - 1
_UPSTREAM: Final = (1 << _UPSTREAM_BITS) - 1
_ALL_BUT_CLASS: Final = ~(_CLASS << _CLASS_AT)

Row = tuple[bytes, bytes, bytes, bytes]


class _Minute:
    """What was counted in one minute."""

    __slots__ = ("bytes", "latencies", "statuses")

    def __init__(self) -> None:
        self.latencies: Counter[int] = Counter()
        """Requests by code without the class of their status …"""
        self.statuses: Counter[int] = Counter()
        """… and by code without the bucket of their latency."""
        self.bytes: dict[int, int] = {}

    def take(self, codes: Sequence[int], sizes: Sequence[bytes]) -> None:
        """Requests by their codes."""
        self.latencies.update(map(and_, codes, repeat(_ALL_BUT_CLASS)))
        statuses = list(map(rshift, codes, repeat(_CLASS_AT)))
        self.statuses.update(statuses)
        sent = self.bytes
        if len(sent) < len(self.statuses):
            self.bytes = sent = dict.fromkeys(self.statuses, 0) | sent
        for status, size in zip(statuses, _numbers(sizes), strict=True):
            sent[status] += size


class RequestCounts:
    """What has been counted so far: fed with whole lines, it gives the table."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._minutes: defaultdict[int, _Minute] = defaultdict(_Minute)
        self._routes: dict[str, int] = {OTHER: 0}
        self._upstreams: dict[str, int] = {"": 0}
        self._by_minute = PatternMemo(_minute, CACHE_MAX)
        self._by_time = PatternMemo(
            lambda time: self._by_minute[time[:17] + time[20:]] if TIME.fullmatch(time) else None, CACHE_MAX
        )
        self._by_request = PatternMemo(self._request, CACHE_MAX)
        self._by_tail = PatternMemo(self._tail, CACHE_MAX)
        self._rejected = 0
        self._first_rejected = ""

    def feed(self, lines: bytes) -> None:
        """Take whole lines in, each with its line feed."""
        if b"\r" in lines:
            lines = lines.replace(b"\r\n", b"\n")
        at = 0
        while at < len(lines):
            end = lines.find(b"\n", at + COLUMN_BYTES) + 1 or len(lines)
            left = lines.count(b"\n", at, end) - self._take(LINE.findall(lines, at, end))
            if left:
                left -= len(_BLANK.findall(lines, at, end))
            if left:
                self._reject(lines[at:end], left)
            at = end

    def _take(self, rows: list[Row]) -> int:
        """Count lines; gives how many have a time that exists."""
        if not rows:
            return 0
        times, requests, sizes, tails = zip(*rows, strict=True)
        found = list(map(self._by_time.__getitem__, times))
        minutes = [minute for minute in found if minute is not None]
        if len(minutes) < len(rows):
            return self._take([row for row, minute in zip(rows, found, strict=True) if minute is not None])
        codes = list(map(add, map(self._by_request.__getitem__, requests), map(self._by_tail.__getitem__, tails)))
        if minutes.count(minutes[0]) == len(rows):
            self._minutes[minutes[0]].take(codes, sizes)
        else:
            apart: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
            for minute, code, size in zip(minutes, codes, sizes, strict=True):
                apart[minute].append((code, size))
            for minute, some in apart.items():
                self._minutes[minute].take(*zip(*some, strict=True))
        return len(rows)

    def _request(self, some: bytes) -> int:
        """Its part of a code."""
        name = route_of_request(some[:-_STATUS_BYTES].decode("utf-8", "replace"))
        route = self._routes.get(name, 0)
        if not route and len(self._routes) <= ROUTES_MAX:
            route = self._routes[name] = len(self._routes)
        return route << _ROUTE_AT | min(some[-3] - ord("1"), 4) << _CLASS_AT  # 6xx and beyond count as failures

    def _tail(self, more: bytes) -> int:
        """Its part of a code."""
        milliseconds, name = tail_of(more[1:].decode("utf-8", "replace"))
        upstream = self._upstreams.get(name, 0)
        if name and not upstream and len(self._upstreams) <= UPSTREAMS_MAX:
            upstream = self._upstreams[name] = len(self._upstreams)
        return upstream << _UPSTREAM_AT | (bucket_of(milliseconds) + 1 if milliseconds >= 0 else 0)

    def _reject(self, lines: bytes, count: int) -> None:
        self._rejected += count
        if not self._first_rejected:
            rejected = next((line for line in _nonempty(lines) if not self._takes(line)), b"")
            self._first_rejected = rejected[:EXCERPT_BYTES_MAX].decode("utf-8", "replace")

    def _takes(self, line: bytes) -> bool:
        found = LINE.fullmatch(line + b"\n")
        return found is not None and self._by_time[found[1]] is not None

    def reading(self, at: float) -> Reading | None:
        """Since ``at`` (seconds since 1970) compared with before; None where most of the lines are no requests."""
        table = self.table()
        return read_change(table, at) if table.requests > table.rejected else None

    def table(self) -> Table:
        """What was counted."""
        routes, upstreams = list(self._routes), list(self._upstreams)
        cells: list[Cell] = []
        number_of: dict[tuple[int, int], int] = {}
        for minute, counted in self._minutes.items():
            sums: dict[int, list[int]] = {}
            for status, times in counted.statuses.items():
                into = sums.setdefault(status >> _CLASS_BITS, [0] * 6)
                into[status & _CLASS] += times
                into[5] += counted.bytes[status]
            for pair, c in sums.items():
                number_of[minute, pair] = len(cells)
                route, upstream = routes[pair >> _UPSTREAM_BITS], upstreams[pair & _UPSTREAM]
                cells.append(Cell(minute, route, upstream, (c[0], c[1], c[2], c[3], c[4]), c[5]))

        def percentiles(group_of: Sequence[int], groups: int) -> list[tuple[float | None, ...]]:
            merged: list[dict[int, int]] = [{} for _ in range(groups)]
            for minute, counted in self._minutes.items():
                for code, times in counted.latencies.items():
                    bucket = (code & _BUCKET) - 1
                    group = group_of[number_of[minute, code >> _UPSTREAM_AT]]
                    if group >= 0 <= bucket:  # within the time that is asked for, which may hold no group at all
                        merged[group][bucket] = merged[group].get(bucket, 0) + times
            return [at_ranks(buckets) for buckets in merged]

        return Table(cells, percentiles, rejected=self._rejected, first_rejected=self._first_rejected)


def _minute(time: bytes) -> int | None:
    """Of a time without its seconds; None for one that does not exist."""
    return minute_of(f"{time[:17].decode()}:00{time[17:].decode()}")


def _numbers(sizes: Sequence[bytes]) -> Iterable[int]:
    """Bytes sent; 0 for a dash, and for a number that no answer can have."""
    if b"-" in sizes or max(map(len, sizes)) > SIZE_DIGITS_MAX:
        return [int(size) if size != b"-" and len(size) <= SIZE_DIGITS_MAX else 0 for size in sizes]
    return map(int, sizes)


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
