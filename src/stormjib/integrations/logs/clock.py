"""Blocks of lines → runs of lines of one stretch of time, without looking at each line."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.patterns.stamp import LOOKED_AT_BYTES, Stamp
from stormjib.core.patterns.tally import Tally

SAMPLES: Final = 8
"""Lines looked at in a run whose ends are of one stretch, to see a clock that jumps to and fro."""
UNSTAMPED_LINES_MAX: Final = 60
"""So far a line with a time is looked for, past the lines of a stack trace."""


class Clock:
    """Tells the stretch of a line; a line without a time is of the stretch before it."""

    def __init__(self, stamp: Stamp | None, tally: Tally, now: float) -> None:
        """``now`` decides the year where the stamps have none."""
        self.stamp = stamp
        self._tally = tally
        self._now = now
        self._known: dict[tuple[int, bytes], int | None] = {}
        self.current: int | None = None

    def stretch(self, line: bytes) -> int | None:
        """The stretch of a line that has a time; else None."""
        if self.stamp is None:
            return None
        cut = self.stamp.cut(line, self._tally.level)
        if cut is None:
            return None
        found = self._of(cut, self._tally.level)
        if found is not None and self._tally.keep and found != self._tally.stretch(found):
            return found
        if self._tally.level and any(found is not None and found <= moment < found + self._tally.width_seconds for moment in self._tally.keep):
            fine = self.stamp.cut(line, 0)
            return self._of(fine, 0) if fine is not None else found
        return self._tally.stretch(found) if found is not None else None

    def _of(self, cut: bytes, level: int) -> int | None:
        key = (level, cut)
        if key not in self._known:
            if len(self._known) > 50_000:  # noqa: PLR2004 - a broken clock must not fill the memory
                self._known.clear()
            self._known[key] = self.stamp.seconds(cut, self._now) if self.stamp else None
        return self._known[key]

    def runs(self, block: bytes) -> Iterator[tuple[int | None, int, int]]:
        """Stretch, start and end of each run, in order; runs of one stretch side by side are one."""
        start: int | None = None
        for begin, end in self._cut(block, 0, len(block)):
            found = self._first(block, begin, end)
            if found is not None and found != self.current:
                if start is not None and begin > start:
                    yield self.current, start, begin
                start, self.current = begin, found
            elif start is None:
                start = begin
        if start is not None:
            yield self.current, start, len(block)

    def _cut(self, block: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Parts of one stretch each, found by halving."""
        if self.stamp is None or self._same(block, begin, end):
            yield begin, end
            return
        middle = block.find(b"\n", (begin + end) // 2, end - 1) + 1
        if not middle:
            middle = block.rfind(b"\n", begin, (begin + end) // 2) + 1
        if not begin < middle < end:
            yield begin, end
            return
        yield from self._cut(block, begin, middle)
        yield from self._cut(block, middle, end)

    def _same(self, block: bytes, begin: int, end: int) -> bool:
        first, last = self._first(block, begin, end), self._last(block, begin, end)
        if first != last:
            return False
        step = (end - begin) // SAMPLES
        if step < LOOKED_AT_BYTES:
            return all(self._at(block, at) in {None, first} for at in _starts(block, begin, end))
        return all(self._at(block, block.rfind(b"\n", begin, at) + 1 or begin) in {None, first} for at in range(begin + step, end, step))

    def _at(self, block: bytes, start: int) -> int | None:
        end = block.find(b"\n", start, start + LOOKED_AT_BYTES)
        return self.stretch(block[start : end if end >= 0 else start + LOOKED_AT_BYTES])

    def _first(self, block: bytes, begin: int, end: int) -> int | None:
        at = begin
        for _ in range(UNSTAMPED_LINES_MAX):
            found = self._at(block, at)
            if found is not None:
                return found
            at = block.find(b"\n", at, end) + 1
            if not 0 < at < end:
                return None
        return None

    def _last(self, block: bytes, begin: int, end: int) -> int | None:
        stop = end - 1
        for _ in range(UNSTAMPED_LINES_MAX):
            at = max(block.rfind(b"\n", begin, stop) + 1, begin)
            found = self._at(block, at)
            if found is not None or at == begin:
                return found
            stop = at - 1
        return None


def _starts(block: bytes, begin: int, end: int) -> Iterator[int]:
    at = begin
    while begin <= at < end:
        yield at
        at = block.find(b"\n", at, end) + 1
        if not at:
            return
