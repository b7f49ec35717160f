"""The cell that each line of a block is counted in, by the bytes that it begins with: most lines begin as one did that is known."""

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from itertools import islice
from operator import itemgetter
from typing import Final

from stormjib.evidence.loglines.memo import PatternMemo
from stormjib.evidence.loglines.timestamp import Timestamp

CELL_BITS: Final = 24
"""A cell is a bucket and the number of a shape in one number: the bucket stands above so many bits."""
KNOWN_MAX: Final = 50_000
"""Beginnings that are remembered; a clock gone mad must not fill the memory."""
SAMPLED_EACH: Final = 25
"""Every so many lines one is looked at, to see where the time ends in most of them."""
MORE_BYTES: Final = 9
"""Looked at behind the time: with them most words are told from a time of which only a part is seen."""
MET_MIN: Final = 50_000
MISSED_SHARE_MAX: Final = 0.3
"""With more lines that begin as none did before, only what may be a time is looked at."""
UNSURE: Final = -1
"""What a line begins with does not say; no bucket begins with this cell."""


class Cells:
    """For lines with one kind of stamp, as long as buckets stay as long as they are."""

    def __init__(self, stamp: Timestamp, size: int, minute: int, bucket_of: Callable[[bytes], int | None]) -> None:
        """A cut has ``size`` bytes, of which the first ``minute`` must look like a time; ``bucket_of`` reads it."""
        self._stamp = stamp
        self._size = size
        self._minute = minute
        self._bucket_of = bucket_of
        self._known = PatternMemo(self._look, KNOWN_MAX)
        self._reach: int | None = None if stamp.needle else 0
        """How much of a line is looked at first; 0: nothing but what may be its cut; None: not known yet."""
        self._met = self._missed = 0
        """Lines, and those of them whose beginning was new or did not say."""

    def of(self, block: bytes, now: int | None) -> list[int]:
        """The first cell of each line's bucket. A line without a time is of the bucket before it, the first ones of that of ``now``.

        Without that they are of the first one that there is; 0 where there is none.
        """
        if self._reach is None:
            self._reach = self._usual(block)
            self._known.clear()
        misses = -len(self._known)
        if self._reach:
            found = list(map(self._known.__getitem__, map(itemgetter(slice(0, self._reach)), BytesIO(block))))
            unsure = found.count(UNSURE)
            lines, at = BytesIO(block).readlines() if unsure else [], -1
            for _ in range(unsure):
                at = found.index(UNSURE, at + 1)
                found[at] = self._look(lines[at], whole=True)
            self._met += len(found)
            self._missed += max(0, misses + len(self._known)) + unsure
            if self._met > MET_MIN and self._missed > MISSED_SHARE_MAX * self._met:
                self._reach = 0
                self._known.clear()
        else:
            found = list(map(self._known.__getitem__, self._stamp.cuts(block, self._size)))
        if now is None:
            now = next((cell for cell in found if cell is not None), 0)
        return [now := now if cell is None else cell for cell in found]

    def _usual(self, block: bytes) -> int | None:
        """Where the time ends in most of some lines; None where none has one."""
        lines = list(islice(BytesIO(block), 0, None, SAMPLED_EACH))
        ends = Counter(self._stamp.start(line) + self._size for line in lines if self._stamp.cut(line, 0) is not None)
        return ends.most_common(1)[0][0] + MORE_BYTES if ends else None

    def _look(self, begin: bytes, *, whole: bool = False) -> int | None:
        """The cell of a line by its beginning, or its cut."""
        cut = begin
        if self._reach:
            whole = whole or begin.endswith(b"\n")
            start = self._stamp.start(begin)
            if start < 0:
                return None if whole else UNSURE
            cut = begin[start : start + self._size]
            if len(cut) < self._size and not whole:
                return UNSURE if self._stamp.form.looks_like(cut[: self._minute]) else None
        minute = cut[: self._minute]
        if len(minute) < self._minute or not self._stamp.form.looks_like(minute):
            return None
        bucket = self._bucket_of(cut)
        return None if bucket is None else bucket << CELL_BITS
