"""Blocks of lines → runs of lines of one bucket of time, without looking at each line."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from stormjib.evidence.loglines.counts import Counts
from stormjib.evidence.loglines.time_forms import MINUTE
from stormjib.evidence.loglines.timestamp import LOOKED_AT_BYTES, Timestamp, recognise
from stormjib.integrations.logs.cells import CELL_BITS, KNOWN_MAX, Cells

SAMPLED_BYTES: Final = 2_000
SAMPLES: Final = 8
"""Lines looked at in a run whose ends are of one bucket, to see a clock that jumps to and fro."""
SECONDS_BYTES: Final = 3
"""A separator and the two digits of a second."""
UNSTAMPED_LINES_MAX: Final = 60
"""So far a line with a time is looked for, past the lines of a stack trace."""
SAMPLE_LINES: Final = 1_000
SAMPLE_BYTES: Final = 1 << 17


def sampled(data: bytes) -> list[bytes]:
    """Whole lines of the beginning of some bytes, to see what times look like in them."""
    data = data.lstrip(b"\0")
    lines = data[:SAMPLE_BYTES].split(b"\n")
    whole = lines[:-1] if len(data) > SAMPLE_BYTES else lines
    return [line for line in (whole or lines)[:SAMPLE_LINES] if line]


class Clock:
    """Tells the bucket of a line; a line without a time is of the bucket before it."""

    def __init__(self, stamp: Timestamp | None, counts: Counts, now: float, moment: int | None = None) -> None:
        """``now`` decides the year where the stamps have none. Without a stamp, one is looked for again further on.

        ``moment``: a second that the counts keep. What came before it in its minute and what came since stay apart.
        """
        self.stamp = stamp
        self._counts = counts
        self._now = now
        self._known: dict[bytes, int | None] = {}
        self._buckets: dict[bytes, int] = {}
        self._level = counts.level
        self._stamped = stamp.before() if stamp else re.compile(rb"")
        self._cells: Cells | None = None
        self._cells_for = (counts.level, 0)
        self.current: int | None = None
        self._blocks = 0
        self._moment = moment
        self._minute = None if moment is None else moment // MINUTE * MINUTE

    def learn(self, block: bytes) -> bool:
        """Whether a stamp was found only now: behind a banner, or what a copied and emptied file begins with."""
        self._blocks += 1
        if self.stamp is not None or self._blocks & (self._blocks - 1):  # the first block, the second, the fourth …
            return False
        self.stamp = recognise(sampled(block), self._now)
        if self.stamp is None:
            return False
        self._stamped, self.current = self.stamp.before(), None
        return True

    def bucket(self, line: bytes) -> int | None:
        """The bucket of a line that has a time; else None."""
        if self.stamp is None:
            return None
        level = self._counts.level
        if level != self._level:
            self._level = level
            self._buckets.clear()
        cut = self.stamp.cut(line, self.level)
        if cut is None:
            return None
        found = self._buckets.get(cut)
        if found is None:
            second = self.second(cut)
            if second is not None:
                found = self._buckets[cut] = self._counts.bucket(second)
        return found if found is None or found != self._minute else self._since(found, (self.exact(line) or 0) % MINUTE)

    def _since(self, minute: int, behind: int) -> int:
        """The moment itself is the bucket of the lines since it, in its minute."""
        return self._moment if self._moment is not None and minute + behind >= self._moment else minute

    def exact(self, line: bytes) -> int | None:
        """The second of a line that has a time."""
        return self.stamp.second(line) if self.stamp else None

    @property
    def level(self) -> int:
        """How much of a stamp is looked at: minutes as long as they are kept apart, or around a moment that has to be exact."""
        return 0 if self._counts.keep else self._counts.level

    def second(self, cut: bytes) -> int | None:
        """The second that a cut begins at; None where it is no time."""
        if cut not in self._known:
            if len(self._known) > KNOWN_MAX:
                self._known.clear()
                self._buckets.clear()
            self._known[cut] = self.stamp.seconds(cut) if self.stamp else None
        return self._known[cut]

    @property
    def cut_bytes(self) -> int:
        """How many bytes of a stamp are looked at by ``cells``: around a moment with the seconds."""
        size = self.stamp.form.levels[self.level] if self.stamp else 0
        return size + SECONDS_BYTES if size and self._moment is not None else size

    def cells(self, block: bytes) -> list[int]:
        """The first cell of each line's bucket; a line without a time is of the bucket of the line before it."""
        now = None if self.current is None else self.current << CELL_BITS
        if self.stamp is None:
            return [now or 0] * block.count(b"\n")
        self._see_zone(block)
        if self.stamp.single:
            return self._each(block)
        setting = (self._counts.level, self.cut_bytes)
        if self._cells is None or self._cells_for != setting:
            minute = self.stamp.form.levels[self.level]
            self._cells, self._cells_for = Cells(self.stamp, self.cut_bytes, minute, self.bucket_of_cut), setting
        found = self._cells.of(block, now)
        if now is not None or found[-1]:
            self.current = found[-1] >> CELL_BITS
        return found

    def _each(self, block: bytes) -> list[int]:
        """The same where each time is read by itself."""
        buckets = [self.bucket(line) for line in BytesIO(block)]
        current = self.current if self.current is not None else next((one for one in buckets if one is not None), 0)
        found = [(current := current if one is None else one) << CELL_BITS for one in buckets]
        self.current = current or None
        return found

    def _see_zone(self, block: bytes) -> None:
        """From the first line of another zone on, each time is read by itself."""
        if self.stamp is None or self.stamp.single:
            return
        end = max(0, len(block) - 2 * LOOKED_AT_BYTES)
        if any(map(self.stamp.changed, block[block.find(b"\n", end) + 1 :].splitlines())):
            self.stamp = self.stamp._replace(single=True)
            self._known.clear()
            self._buckets.clear()

    def bucket_of_cut(self, cut: bytes) -> int | None:
        """The bucket of a cut; None for what is no time."""
        size = self.cut_bytes if self._moment is None else self.cut_bytes - SECONDS_BYTES
        second = self.second(cut[:size])
        found = None if second is None else self._counts.bucket(second)
        if found is None or found != self._minute or self.stamp is None:
            return found
        return self._since(found, self.stamp.seconds_in(cut))

    def runs(self, block: bytes, most: int) -> list[tuple[int | None, int, int]]:
        """Bucket, start and end of each run, in order; runs of one bucket side by side are one. [] where there are too many."""
        self._see_zone(block)
        found: list[tuple[int | None, int, int]] = []
        start: int | None = None
        before = self.current
        for begin, bucket in self._cut(block):
            if bucket is not None and bucket != self.current:
                if start is not None and begin > start:
                    found.append((self.current, start, begin))
                    if len(found) > most:
                        self.current = before
                        return []
                start, self.current = begin, bucket
            elif start is None:
                start = begin
        if start is not None:
            found.append((self.current, start, len(block)))
        return found

    def _cut(self, block: bytes) -> Iterator[tuple[int, int | None]]:
        """Where parts of one bucket begin, and which it is, found by halving."""
        if self.stamp is None:
            yield 0, None
            return
        waiting = [(0, len(block), self._first(block, 0, len(block)), self._last(block, 0, len(block)))]
        while waiting:
            begin, end, first, last = waiting.pop()
            middle = 0
            if first != last or not self._same(block, begin, end, first):
                middle = block.find(b"\n", (begin + end) // 2, end - 1) + 1 or block.rfind(b"\n", begin, (begin + end) // 2) + 1
            if not begin < middle < end:
                yield begin, first
                continue
            waiting.append((middle, end, self._first(block, middle, end), last))
            waiting.append((begin, middle, first, self._last(block, begin, middle)))

    def _same(self, block: bytes, begin: int, end: int, bucket: int | None) -> bool:
        """Whether lines in between are of the bucket that the first and the last are of."""
        step = max(SAMPLED_BYTES, (end - begin) // SAMPLES)
        places = (block.rfind(b"\n", begin, at) + 1 or begin for at in range(begin + step, end, step))
        return all(self._at(block, place) in {None, bucket} for place in places)

    def _at(self, block: bytes, start: int) -> int | None:
        stamp = self.stamp
        if (
            self._moment is None
            and stamp is not None
            and not stamp.needle
            and not stamp.single
            and self._level == self._counts.level
        ):
            place = start + stamp.skip
            cut = block[place : place + stamp.form.levels[self.level]]
            known = self._buckets.get(cut)
            if known is not None or not stamp.form.begins(cut):
                return known
        end = block.find(b"\n", start, start + LOOKED_AT_BYTES)
        return self.bucket(block[start : end if end >= 0 else start + LOOKED_AT_BYTES])

    def _first(self, block: bytes, begin: int, end: int) -> int | None:
        """Of the first line with a time."""
        found = self._at(block, begin)
        if found is not None:
            return found
        stop = begin
        for _ in range(UNSTAMPED_LINES_MAX):
            stop = block.find(b"\n", stop, end) + 1
            if not stop:
                break
        others = (self._at(block, line.end()) for line in self._stamped.finditer(block, begin, stop or end))
        return next((other for other in others if other is not None), None)

    def _last(self, block: bytes, begin: int, end: int) -> int | None:
        """Of the last one."""
        start = max(block.rfind(b"\n", begin, end - 1) + 1, begin)
        found = self._at(block, start)
        if found is not None or start == begin:
            return found
        stop = start
        for _ in range(UNSTAMPED_LINES_MAX - 1):
            start = max(block.rfind(b"\n", begin, start - 1) + 1, begin)
            if start == begin:
                break
        places = [line.end() for line in self._stamped.finditer(block, max(start - 1, begin), stop)]
        if start == begin:
            places.insert(0, begin)
        others = (self._at(block, place) for place in reversed(places))
        return next((other for other in others if other is not None), None)
