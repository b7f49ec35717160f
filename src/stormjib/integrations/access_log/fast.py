"""The access log read by the compiled pass; importing this needs the extra ``fast``."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from stormjib.core.investigate.access_line import MALFORMED
from stormjib.integrations.access_log import scan_kernel as kernel
from stormjib.integrations.access_log.byte_kernel import Array
from stormjib.integrations.access_log.grammar import OTHER, ROUTES_MAX, UPSTREAMS_MAX, route_of_request, seconds_of
from stormjib.integrations.access_log.plain import EXCERPT_BYTES_MAX
from stormjib.integrations.access_log.table import RANKS, Cell, Table

_NAMES_AT_A_TIME: Final = 256
_CELLS_AT_FIRST: Final = 1 << 12
_LATENCIES_AT_FIRST: Final = 1 << 16
_NAME_PLACES: Final = 1 << 12
_NO_BUCKET: Final = -1


class FastCounts:
    """What has been counted so far, in arrays that grow by doubling; the same interface as ``PlainCounts``."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._routes: dict[int, str] = {0: OTHER}
        self._upstreams: dict[int, str] = {0: ""}
        self._counts = np.zeros(8, np.int64)
        self._names = np.zeros((_NAMES_AT_A_TIME, 4), np.int64)
        self._most = np.array([ROUTES_MAX, UPSTREAMS_MAX], np.int64)
        self._route_keys, self._route_ids = np.zeros(_NAME_PLACES, np.int64), np.zeros(_NAME_PLACES, np.int64)
        self._upstream_keys, self._upstream_ids = np.zeros(_NAME_PLACES, np.int64), np.zeros(_NAME_PLACES, np.int64)
        self._cell_keys, self._cell_ids = np.zeros(_CELLS_AT_FIRST, np.int64), np.zeros(_CELLS_AT_FIRST, np.int64)
        self._cells = np.zeros((_CELLS_AT_FIRST // 2, 7), np.int64)
        self._latency_keys, self._latency_counts = (
            np.zeros(_LATENCIES_AT_FIRST, np.int64),
            np.zeros(_LATENCIES_AT_FIRST, np.int64),
        )
        self._first_rejected = ""

    def feed(self, lines: bytes | bytearray | memoryview) -> None:
        """Take whole lines in, each with its line feed."""
        buffer = np.frombuffer(lines, np.uint8)
        at, end = 0, len(buffer)
        while at < end:
            at = kernel.scan(
                buffer.ctypes.data,
                at,
                end,
                self._most,
                self._counts,
                self._names,
                self._route_keys,
                self._route_ids,
                self._upstream_keys,
                self._upstream_ids,
                self._cell_keys,
                self._cell_ids,
                self._cells,
                self._latency_keys,
                self._latency_counts,
            )
            self._take_names(buffer)
            self._grow()

    def _take_names(self, buffer: Array) -> None:
        """Read the names that the pass met for the first time, while their bytes are still there."""
        for kind, number, start, stop in self._names[: self._counts[kernel.NAMES]].tolist():
            text = buffer[start:stop].tobytes().decode("latin-1")
            if kind == kernel.UPSTREAM_NAME:
                self._upstreams[number] = text
            else:
                self._routes[number] = MALFORMED if kind == kernel.MALFORMED_NAME else route_of_request(text)
        self._counts[kernel.NAMES] = 0
        if self._counts[kernel.REJECTED] and not self._first_rejected:
            start, stop = self._counts[kernel.FIRST_REJECTED_START], self._counts[kernel.FIRST_REJECTED_STOP]
            self._first_rejected = buffer[start:stop][:EXCERPT_BYTES_MAX].tobytes().decode("utf-8", "replace")

    def _grow(self) -> None:
        """Double the tables that are half full."""
        if self._counts[kernel.CELLS] * 2 >= len(self._cell_keys):
            self._cell_keys, self._cell_ids = _doubled(self._cell_keys, self._cell_ids)
            self._cells = np.concatenate([self._cells, np.zeros_like(self._cells)])
        if self._counts[kernel.LATENCIES] * 2 >= len(self._latency_keys):
            self._latency_keys, self._latency_counts = _doubled(self._latency_keys, self._latency_counts)

    def skip(self, line: bytes) -> None:
        """Count a line that is too long to be looked at; ``line`` is its beginning."""
        self._first_rejected = self._first_rejected or line[:EXCERPT_BYTES_MAX].decode("utf-8", "replace")
        self._counts[kernel.REJECTED] += 1

    def table(self) -> Table:
        """What was counted."""
        cells = []
        for one, two, three, four, five, size, key in self._cells[: self._counts[kernel.CELLS]].tolist():
            route = key >> kernel.UPSTREAM_BITS & (1 << kernel.ROUTE_BITS) - 1
            upstream = key & (1 << kernel.UPSTREAM_BITS) - 1
            minute = (key >> kernel.UPSTREAM_BITS + kernel.ROUTE_BITS) - 1
            cells.append(Cell(minute, self._routes[route], self._upstreams[upstream], (one, two, three, four, five), size))
        used = self._latency_keys != 0
        percentiles = Percentiles(self._latency_keys[used], self._latency_counts[used])
        return Table(cells, percentiles.of, rejected=int(self._counts[kernel.REJECTED]), first_rejected=self._first_rejected)


def _doubled(keys: Array, values: Array) -> tuple[Array, Array]:
    new_keys, new_values = np.zeros(len(keys) * 2, np.int64), np.zeros(len(keys) * 2, np.int64)
    kernel.moved(keys, values, new_keys, new_values)
    return new_keys, new_values


class Percentiles:
    """The latency buckets of every cell."""

    def __init__(self, keys: Array, counts: Array) -> None:
        """``keys`` are cell + 1 and bucket."""
        self._cells = (keys >> kernel.BUCKET_BITS) - 1
        self._buckets = keys & kernel.BUCKET_MASK
        self._counts = counts

    def of(self, group_of: Sequence[int], groups: int) -> list[tuple[float | None, ...]]:
        """The seconds at RANKS of each group."""
        if not groups:
            return []
        group = np.asarray(group_of, np.int64)[self._cells]
        kept = group >= 0
        keys, counts = (group[kept] << kernel.BUCKET_BITS) | self._buckets[kept], self._counts[kept]
        order = np.argsort(keys)
        found = np.full((groups, len(RANKS)), _NO_BUCKET, np.int64)
        kernel.at_ranks(keys[order], counts[order], np.array(RANKS, np.int64), found)
        return [tuple(seconds_of(bucket) if bucket >= 0 else None for bucket in row) for row in found.tolist()]
