"""The pass over a buffer of whole lines, compiled by numba: every request into its cell and its latency bucket."""

# ruff: noqa: PLR0917 - bytes are compared as the numbers that they are, in plain loops

from typing import Final

import numpy as np

from stormjib.integrations.access_log.byte_kernel import Array, byte_at, compiled, hash_of
from stormjib.integrations.access_log.line_kernel import bucket_at, read_line
from stormjib.integrations.access_log.tail_kernel import (
    BYTES,
    FIELDS,
    MILLISECONDS,
    MINUTE,
    PATH_START,
    PATH_STOP,
    ROUTE,
    STATUS,
    UPSTREAM_START,
    UPSTREAM_STOP,
)

ROUTES, UPSTREAMS, CELLS, LATENCIES, REJECTED, FIRST_REJECTED_START, FIRST_REJECTED_STOP, NAMES = range(8)
"""What ``counts`` holds, by place."""

ROUTE_NAME, MALFORMED_NAME, UPSTREAM_NAME = range(3)
"""The kinds of rows of ``names``: kind, id, start and stop in the buffer."""

ROUTE_BITS: Final = 10
UPSTREAM_BITS: Final = 8
BUCKET_BITS: Final = 12
BUCKET_MASK: Final = (1 << BUCKET_BITS) - 1
_MALFORMED_HASH: Final = 2
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_TOP: Final = np.uint64(33)
_LINE_FEED: Final = 10
_RETURN: Final = 13


@compiled
def slot_of(keys: Array, key: int) -> int:
    """Where a key is in an open table of a power of two, or where it would go; 0 marks an empty place."""
    mask = len(keys) - 1
    slot = int((np.uint64(key) * _SPREAD) >> _TOP) & mask
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@compiled
def _named(keys: Array, ids: Array, key: int, counts: Array, which: int, most: int) -> int:
    """The id of a route or an upstream; a new one gets the next, and -1 says so; beyond ``most`` it is 0."""
    slot = slot_of(keys, key)
    if keys[slot] == key:
        return int(ids[slot])
    if counts[which] >= most:
        return 0
    counts[which] += 1
    keys[slot] = key
    ids[slot] = counts[which]
    return -1


@compiled
def _note(names: Array, counts: Array, kind: int, number: int, start: int, stop: int) -> None:
    """Leave word where a new name stands in the buffer."""
    row = counts[NAMES]
    names[row, 0], names[row, 1], names[row, 2], names[row, 3] = kind, number, start, stop
    counts[NAMES] += 1


@compiled
def _count(
    out: Array,
    route: int,
    upstream: int,
    counts: Array,
    cell_keys: Array,
    cell_ids: Array,
    cells: Array,
    latency_keys: Array,
    latency_counts: Array,
) -> None:
    """Add a request to its cell, and to its latency bucket."""
    key = (((out[MINUTE] + 1) << ROUTE_BITS | route) << UPSTREAM_BITS) | upstream
    slot = slot_of(cell_keys, key)
    if cell_keys[slot] == 0:
        cell_keys[slot] = key
        cell_ids[slot] = counts[CELLS]
        cells[counts[CELLS], 6] = key
        counts[CELLS] += 1
    cell = cell_ids[slot]
    cells[cell, out[STATUS]] += 1
    cells[cell, 5] += out[BYTES]
    if out[MILLISECONDS] >= 0:
        latency = ((cell + 1) << BUCKET_BITS) | bucket_at(out[MILLISECONDS])
        slot = slot_of(latency_keys, latency)
        if latency_keys[slot] == 0:
            latency_keys[slot] = latency
            counts[LATENCIES] += 1
        latency_counts[slot] += 1


@compiled
def scan(
    buffer: int,
    at: int,
    end: int,
    most: Array,
    counts: Array,
    names: Array,
    route_keys: Array,
    route_ids: Array,
    upstream_keys: Array,
    upstream_ids: Array,
    cell_keys: Array,
    cell_ids: Array,
    cells: Array,
    latency_keys: Array,
    latency_counts: Array,
) -> int:
    """Read whole lines from ``at`` to ``end``; comes back before the line that a table might have no room for.

    ``most`` holds how many routes and upstreams may have a name.
    """
    out = np.zeros(FIELDS, np.int64)
    found = np.zeros(4, np.int64)
    while at < end:
        if counts[CELLS] * 2 >= len(cell_keys) or counts[LATENCIES] * 2 >= len(latency_keys) or counts[NAMES] + 2 > len(names):
            return at
        feed = at
        while byte_at(buffer, feed) != _LINE_FEED:
            feed += 1
        stop = feed - 1 if feed > at and byte_at(buffer, feed - 1) == _RETURN else feed
        if stop > at:
            if read_line(buffer, at, stop, out, found):
                malformed = out[ROUTE] == 0
                route = _named(route_keys, route_ids, _MALFORMED_HASH if malformed else out[ROUTE], counts, ROUTES, most[0])
                if route < 0:
                    route = counts[ROUTES]
                    _note(names, counts, MALFORMED_NAME if malformed else ROUTE_NAME, route, out[PATH_START], out[PATH_STOP])
                upstream = 0
                if out[UPSTREAM_STOP] > 0:
                    key = hash_of(buffer, out[UPSTREAM_START], out[UPSTREAM_STOP]) | 1
                    upstream = _named(upstream_keys, upstream_ids, key, counts, UPSTREAMS, most[1])
                    if upstream < 0:
                        upstream = counts[UPSTREAMS]
                        _note(names, counts, UPSTREAM_NAME, upstream, out[UPSTREAM_START], out[UPSTREAM_STOP])
                _count(out, route, upstream, counts, cell_keys, cell_ids, cells, latency_keys, latency_counts)
            else:
                counts[REJECTED] += 1
                if counts[REJECTED] == 1:
                    counts[FIRST_REJECTED_START], counts[FIRST_REJECTED_STOP] = at, stop
        at = feed + 1
    return at


@compiled
def moved(keys: Array, values: Array, new_keys: Array, new_values: Array) -> None:
    """Take a table over into a larger one."""
    for index in range(len(keys)):
        if keys[index] != 0:
            slot = slot_of(new_keys, keys[index])
            new_keys[slot] = keys[index]
            new_values[slot] = values[index]


@compiled
def at_ranks(keys: Array, counts: Array, ranks: Array, found: Array) -> None:
    """Buckets at ``ranks`` percent of each group (nearest rank) into ``found``; ``keys`` are sorted, ``group << BUCKET_BITS | bucket``."""
    at = 0
    while at < len(keys):
        group = keys[at] >> BUCKET_BITS
        stop, whole = at, 0
        while stop < len(keys) and keys[stop] >> BUCKET_BITS == group:
            whole += counts[stop]
            stop += 1
        seen, rank = 0, 0
        for index in range(at, stop):
            seen += counts[index]
            while rank < len(ranks) and seen * 100 >= whole * ranks[rank]:
                found[group, rank] = keys[index] & BUCKET_MASK
                rank += 1
        at = stop
