"""Lines of blocks → counts by shape: lines without their digits are the shapes, counted as they are split."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from io import BytesIO
from operator import add
from typing import Final, NamedTuple, cast

from stormjib.evidence.loglines.counts import EXAMPLE_CHARS_MAX, KEYS_MAX, OTHER, OTHER_ERROR, Counts, Shape
from stormjib.evidence.loglines.envelope import message
from stormjib.evidence.loglines.level import level_of
from stormjib.evidence.loglines.trace import raised
from stormjib.integrations.logs.cells import CELL_BITS
from stormjib.integrations.logs.clock import Clock, sampled
from stormjib.integrations.logs.lines import head_of, text_of, text_without, trace_behind
from stormjib.integrations.logs.marks import Marks
from stormjib.integrations.logs.source import Block, Origin

FRESH_SHARE_MAX: Final = 0.2
"""With more lines of new shapes in a block than this, more has to be left out of a key."""
FRESH_LINES_MIN: Final = 1_000
"""So many are new in any log, at its beginning."""
_DIGITS: Final = b"0123456789"
_HEX: Final = b"0123456789abcdef"
_NUMBERED: Final = re.compile(rb"(?<![A-Za-z])[A-Za-z]*+[0-9][0-9A-Za-z]*+")
RUNS_MAX: Final = 8
"""With more runs of one bucket in a block, buckets are too short, or times in disorder."""
CELLS_HELD_MAX: Final = 50_000
"""Cells whose counts are held before they go into the counts."""
SPARSE_BLOCKS: Final = 16
"""So many blocks are counted line by line before runs are looked for again."""
_NUMBER: Final = (1 << CELL_BITS) - 1


class Seen(NamedTuple):
    """Where a shape was seen last; the largest is the latest."""

    block: int
    place: int
    """Where the run of lines begins in the file, or which line of the block it is where the file can't be read again."""
    length: int
    """Of the run; 0 where the file can't be read again."""
    text: str
    source: Origin


class Keys(IntEnum):
    """What is left out of a line to get its key; each costs more than the one before, or tells fewer lines apart."""

    DIGITS = 0
    HEX = 1
    """Digits and a to f: ids in hex vanish, and so do these letters of words, so that "replica a" and "replica b" are one shape."""
    WORDS = 2
    """Every word with a digit in it."""

    def of(self, run: bytes, marks: Marks) -> bytes:
        """The keys of whole lines, one a line."""
        run = marks.of(run)
        if self is Keys.WORDS:
            return _NUMBERED.sub(b"", run)
        return run.translate(None, _HEX if self is Keys.HEX else _DIGITS)


_NO_MARKS: Final = Marks(())


class LineCounts:
    """Counts the shapes of blocks."""

    def __init__(self, counts: Counts) -> None:
        """Begin with no shape."""
        self._counts = counts
        self._numbers: dict[bytes, int] = {}
        self._seen: dict[int, Seen] = {}
        self._held: Counter[int] = Counter()
        """Lines by cell, which is a bucket and the number of a shape in one."""
        self._level = counts.level
        """Of the buckets that are held."""
        self._untidy = False
        """Whether something was counted, so that there may be too many buckets."""
        self._source: Origin | None = None
        self._lines = 0
        self._blocks = 0
        self._sparse_until = 0
        self._clock: Clock | None = None
        self._since: int | None = None
        self._keys = Keys.DIGITS
        self._marks = _NO_MARKS
        self._fresh = self._met = 0
        """Lines of new shapes, and all lines, since the keys are what they are."""

    def take(self, block: Block, source: Origin, clock: Clock, since: int | None) -> None:
        """Count one block; lines before ``since`` (a second) are passed over."""
        if source is not self._source:
            self.flush()
            self._source, self._clock, self._since, self._lines, self._sparse_until = source, clock, since, 0, 0
            self._marks = Marks(sampled(block.data))
        self._blocks += 1
        if clock.stamp is None and clock.learn(block.data):
            self.flush()
            self._counts.forget_parts()
        since = since if clock.stamp is not None else None  # of lines without a time nobody knows whether they are older
        self._since = since
        runs = [] if self._blocks < self._sparse_until else clock.runs(block.data, RUNS_MAX)
        if self._level != self._counts.level:
            self.flush()
        for bucket, start, end in runs:
            run = block.data if (start, end) == (0, len(block.data)) else block.data[start:end]
            if since is not None and bucket is not None and bucket < since:
                self._lines += run.count(b"\n")
            else:
                self._count(run, -1 if block.offset < 0 else block.offset + start, bucket or 0)
        if not runs:
            if self._blocks >= self._sparse_until:
                self._sparse_until = self._blocks + SPARSE_BLOCKS
            self._count_each(block, clock)
        if len(self._held) > CELLS_HELD_MAX:
            self.flush()
        if self._untidy:
            self._counts.tidy()
            self._untidy = False
        if self._counts.crowded() or len(self._numbers) > KEYS_MAX:
            self._fold()

    def _count(self, run: bytes, offset: int, bucket: int) -> None:
        """Lines of one bucket."""
        numbers = self._shapes_of(run)
        counted = Counter(numbers)
        self._see(counted, numbers, run, offset)
        held, first = self._held, bucket << CELL_BITS
        for number, times in counted.items():
            cell = first + number
            held[cell] = held.get(cell, 0) + times

    def _count_each(self, block: Block, clock: Clock) -> None:
        """Lines of many buckets, each by its own time."""
        numbers = self._shapes_of(block.data)
        self._see(set(numbers), numbers, block.data, block.offset)
        self._held.update(map(add, clock.cells(block.data), numbers))

    def _shapes_of(self, run: bytes) -> list[int]:
        """The number of each line's shape; where too many of them are new, more is left out of the keys from now on."""
        while True:
            some = self._keys.of(run, self._marks)
            numbers = list(map(self._numbers.get, BytesIO(some)))
            keys = BytesIO(some).readlines() if None in numbers else []
            fresh = dict.fromkeys(key for key, number in zip(keys, numbers, strict=False) if number is None)
            self._fresh, self._met = self._fresh + len(fresh), self._met + len(numbers)
            if self._keys is Keys.WORDS or self._fresh <= max(FRESH_LINES_MIN, FRESH_SHARE_MAX * self._met):
                break
            self._leave_out_more()
        learnt = self._learn(fresh, keys, run) if fresh else {}
        self._lines += len(numbers)
        if fresh:
            return [learnt[key] if number is None else number for key, number in zip(keys, numbers, strict=True)]
        return cast("list[int]", numbers)

    def _leave_out_more(self) -> None:
        """PatternMemo keys stay known: less of the same line. Words with digits can't be told from a key any more; they are learnt anew."""
        self._keys = Keys(self._keys + 1)
        self._fresh = self._met = 0
        self._numbers = (
            {} if self._keys is Keys.WORDS else {self._keys.of(key, _NO_MARKS): number for key, number in self._numbers.items()}
        )

    def flush(self) -> None:
        """Put what is held into the counts."""
        by_bucket: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for cell, times in self._held.items():
            by_bucket[cell >> CELL_BITS].append((cell & _NUMBER, times))
        self._held.clear()
        counts, since, same = self._counts, self._since, self._level == self._counts.level
        for bucket, counted in by_bucket.items():
            if since is None or not bucket or bucket >= since:  # 0: nothing had a time yet
                counts.add(bucket if same else counts.bucket(bucket), counted)
        self._level, self._untidy = counts.level, True

    def _see(self, met: Iterable[int], numbers: Sequence[int], run: bytes, offset: int) -> None:
        """Learn where shapes were seen; of the other lines nobody asks it."""
        assert self._source is not None
        if offset >= 0:
            self._seen.update(dict.fromkeys(met, Seen(self._blocks, offset, len(run), "", self._source)))
        else:
            lines = run.split(b"\n")
            for number, place in dict(zip(numbers, range(len(numbers)), strict=True)).items():
                text = text_of(lines[place])[:EXAMPLE_CHARS_MAX]
                self._seen[number] = Seen(self._blocks, place, 0, text, self._source)
        self._seen.pop(OTHER, None)
        self._seen.pop(OTHER_ERROR, None)

    def _learn(self, fresh: Iterable[bytes], keys: list[bytes], run: bytes) -> Mapping[bytes, int]:
        """The numbers of new shapes, by their keys; of those that only count among the others the key is not remembered."""
        assert self._clock is not None
        assert self._source is not None
        stamp = self._clock.stamp
        lines = run.split(b"\n")
        places = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
        learnt: dict[bytes, int] = {}
        raising: list[bytes] = []
        for key in fresh:
            place = places[key]
            line = text_of(lines[place])
            text = text_without(lines[place], stamp)
            number = learnt[key] = self._counts.new(
                line, text, line=self._lines + place + 1, file=self._source.name, trace=trace_behind(lines, place, stamp)
            )
            if number not in {OTHER, OTHER_ERROR}:
                self._numbers[key] = number
                if raised(message(text)):
                    raising.append(key)
        for key in raising:
            head = head_of(lines, places[key], stamp)
            self._raise(self._counts.shapes[self._numbers[key]], None if head is None else self._numbers.get(keys[head]))
        return learnt

    def _raise(self, shape: Shape, head: int | None) -> None:
        """An exception belongs to the line that reports it; one that nothing reports, where a program just ended, is an error itself."""
        reports = None if head is None else self._counts.shapes[head]
        if reports is None or not (reports.error or level_of(reports.example) == "warning"):
            shape.joined, shape.error = False, True
        else:
            shape.head = head

    def _fold(self) -> None:
        self.flush()
        renumbered = self._counts.fold()
        seen, self._seen = self._seen, {}
        for number, one in seen.items():
            new = renumbered[number]
            self._seen[new] = max(self._seen.get(new, one), one)
        self._numbers = {key: renumbered[number] for key, number in self._numbers.items()}
        if len(self._numbers) > KEYS_MAX // 2:
            one_each = {number: key for key, number in self._numbers.items()}
            self._numbers = {key: number for number, key in one_each.items()}

    def last(self, numbers: Iterable[int]) -> str:
        """The last line of a pattern, given its shapes; "" where it can't be read any more."""
        wanted = set(numbers)
        seen = max((self._seen[number] for number in wanted if number in self._seen), default=None)
        if seen is None:
            return ""
        if not seen.length:
            return seen.text
        found = b""
        for line in BytesIO(seen.source.again(seen.place, seen.length).removesuffix(b"\n") + b"\n"):
            if self._numbers.get(self._keys.of(line, self._marks)) in wanted:
                found = line
        return text_of(found.removesuffix(b"\n"))[:EXAMPLE_CHARS_MAX]
