"""Access log files, plain or gzipped, in pieces: a file is never whole in memory."""

import gzip
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from stormjib.integrations.access_log.plain import PlainCounts
from stormjib.integrations.access_log.table import Table

PIECE_BYTES: Final = 4_194_304
LINE_BYTES_MAX: Final = 1_048_576
"""A longer line is rejected without being looked at."""

_GZIP: Final = b"\x1f\x8b"


class Counts(Protocol):
    """Either of the two ways to count."""

    def feed(self, lines: bytes) -> None:
        """Take whole lines in."""

    def skip(self, line: bytes) -> None:
        """Count a line that is too long."""

    def table(self) -> Table:
        """What was counted."""


def is_fast() -> bool:
    """Whether the extra ``fast`` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("numba", "numpy"))


def read_access_log(paths: Iterable[Path], *, fast: bool | None = None) -> Table:
    """The table of one or more files. ``fast`` None: compiled where the extra is installed. OSError where a file cannot be read."""
    counts = _counts(fast)
    for path in paths:
        with path.open("rb", buffering=0) as raw:
            zipped = raw.read(2) == _GZIP
            raw.seek(0)
            if zipped:
                with gzip.open(raw) as unpacked:
                    _feed(unpacked, counts)  # type: ignore[arg-type]  # a GzipFile reads like any binary file
            else:
                _feed(raw, counts)
    return counts.table()


def _counts(fast: bool | None) -> Counts:
    if fast is False or not (fast or is_fast()):
        return PlainCounts()
    try:
        from stormjib.integrations.access_log.fast import FastCounts  # noqa: PLC0415 - numba takes a second to import
    except (ImportError, RuntimeError):  # RuntimeError: there is nowhere to keep the compiled code
        if fast:
            raise
        return PlainCounts()
    return FastCounts()


def _feed(file: BinaryIO, counts: Counts) -> None:
    """Whole lines, piece by piece; the rest of a piece goes in front of the next one."""
    buffer = bytearray(PIECE_BYTES + LINE_BYTES_MAX)
    view = memoryview(buffer)
    held = 0
    skipping = False
    while True:
        got = file.readinto(view[held : held + PIECE_BYTES])  # type: ignore[attr-defined]
        if not got:
            break
        end = held + got
        last = buffer.rfind(b"\n", held, end) + 1
        start = 0
        if skipping:
            start = buffer.find(b"\n", 0, end) + 1
            skipping = start == 0
        if skipping or last == 0:
            held = 0 if skipping else end
            if held > LINE_BYTES_MAX:
                counts.skip(bytes(view[:1_000]))
                held, skipping = 0, True
            continue
        if last > start:
            counts.feed(bytes(view[start:last]))
        held = end - last
        buffer[:held] = buffer[last:end]
    if held and not skipping:
        counts.feed(bytes(view[:held]) + b"\n")
