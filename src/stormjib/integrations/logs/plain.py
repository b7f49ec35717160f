"""The byte pass with nothing but the standard library: lines without their digits are the shapes, counted as they are split."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final, NamedTuple

from stormjib.core.patterns.tally import EXAMPLE_CHARS_MAX, KEYS_MAX, OTHER, OTHER_ERROR, STRETCHES_MAX, Tally
from stormjib.core.patterns.trace import raised
from stormjib.integrations.logs.clock import Clock
from stormjib.integrations.logs.lines import head_of, text_of, text_without, trace_behind
from stormjib.integrations.logs.source import BLOCK_BYTES, Block, Origin

FRESH_SHARE_MAX: Final = 0.2
"""With more lines of new shapes in a block than this, more has to be left out of a key."""
FRESH_LINES_MIN: Final = 1_000
"""So many are new in any log, at its beginning."""
_DIGITS: Final = b"0123456789"
_HEX: Final = b"0123456789abcdef"
_NUMBERED: Final = re.compile(rb"[A-Za-z]*+[0-9][0-9A-Za-z]*+")
RUNS_MAX: Final = 8
"""With more runs of one stretch in a block, stretches are too short, or times in disorder."""
PAIRS_MAX: Final = 100_000
STRETCHES_HELD_MAX: Final = 16
"""Stretches whose counts are held before they go into the tally."""
STRETCH_KEYS_MAX: Final = 4_000
"""… and keys of one of them."""
SPARSE_BLOCKS: Final = 16
"""So many blocks are taken that way before it is tried again."""


class Seen(NamedTuple):
    """Where a shape was seen last: a run of lines, or its text where the file can't be read again."""

    source: Origin
    offset: int
    length: int
    order: int
    text: str = ""


class Keys(IntEnum):
    """What is left out of a line to get its key; each costs more than the one before, or tells fewer lines apart."""

    DIGITS = 0
    HEX = 1
    """Digits and a to f: ids in hex vanish, and so do these letters of words, so that "replica a" and "replica b" are one shape."""
    WORDS = 2
    """Every word with a digit in it."""

    def of(self, run: bytes) -> bytes:
        """The keys of whole lines, one a line."""
        if self is Keys.WORDS:
            return _NUMBERED.sub(b"", run)
        return run.translate(None, _HEX if self is Keys.HEX else _DIGITS)


class PlainPass:
    """Counts the shapes of blocks into a tally."""

    def __init__(self, tally: Tally) -> None:
        """Begin with no shape."""
        self._tally = tally
        self._numbers: dict[bytes, int] = {}
        self._seen: dict[bytes, Seen] = {}
        self._kept: dict[int, Seen] = {}
        self._stretches: dict[int, Counter[bytes]] = {}
        self._level = tally.level
        """Of the stretches that are held."""
        self._pairs: Counter[tuple[bytes, bytes]] = Counter()
        self._source: Origin | None = None
        self._lines = 0
        self._blocks = 0
        self._sparse_until = 0
        self._clock: Clock | None = None
        self._since: int | None = None
        self._keys = Keys.DIGITS
        self._fresh = self._met = 0
        """Lines of new shapes, and all lines, since the keys are what they are."""

    def take(self, block: Block, source: Origin, clock: Clock, since: int | None) -> None:
        """Count one block; lines before ``since`` (a second) are passed over."""
        if source is not self._source:
            self.flush()
            self._source, self._clock, self._since, self._lines, self._sparse_until = source, clock, since, 0, 0
        self._blocks += 1
        runs = [] if self._blocks < self._sparse_until else self._runs(block.data, source, clock)
        if runs:
            for stretch, start, end in runs:
                run = block.data if (start, end) == (0, len(block.data)) else block.data[start:end]
                if since is not None and stretch is not None and stretch < since:
                    self._lines += run.count(b"\n")
                else:
                    self._count(run, -1 if block.offset < 0 else block.offset + start, stretch or 0)
        else:
            if self._blocks >= self._sparse_until:
                self._sparse_until = self._blocks + SPARSE_BLOCKS
            self._count_pairs(block)
        self._tally.tidy()
        if self._tally.crowded() or len(self._numbers) > KEYS_MAX:
            self._fold()

    def _runs(self, data: bytes, source: Origin, clock: Clock) -> list[tuple[int | None, int, int]]:
        """The runs of a block. Where the whole log would have too many stretches anyway, longer ones are taken at once."""
        while True:
            runs = clock.runs(data, RUNS_MAX)
            many = source.bytes_total // BLOCK_BYTES * RUNS_MAX > STRETCHES_MAX
            if runs or not many or clock.level != self._tally.level or not self._tally.coarsen():
                return runs

    def _count(self, run: bytes, offset: int, stretch: int) -> None:
        """Lines of one stretch."""
        keys, met, fresh = self._keys_of(run)
        others = self._meet(keys, met, fresh, run, offset)
        if others:
            numbers = self._numbers
            some = Counter(keys)
            self._tally.add(stretch, [(numbers[key] if key in numbers else others[key], times) for key, times in some.items()])
        else:
            self._hold(stretch, keys)
        self._lines += len(keys)

    def _keys_of(self, run: bytes) -> tuple[list[bytes], dict[bytes, None], set[bytes]]:
        """The key of each line, each key once, and which are new; where too many of them are, more is left out from now on."""
        while True:
            keys = self._keys.of(run).split(b"\n")
            keys.pop()  # behind the last newline
            met = dict.fromkeys(keys)
            fresh = set(met).difference(self._numbers)
            self._fresh, self._met = self._fresh + len(fresh), self._met + len(keys)
            if self._keys is Keys.WORDS or self._fresh <= max(FRESH_LINES_MIN, FRESH_SHARE_MAX * self._met):
                return keys, met, fresh
            self._leave_out_more()

    def _leave_out_more(self) -> None:
        """Known keys stay known: less of the same line. Words with digits can't be told from a key any more; they are learnt anew."""
        self.flush()
        self._keys = Keys(self._keys + 1)
        self._fresh = self._met = 0
        numbers, seen = self._numbers, self._seen
        self._numbers, self._seen = {}, {}
        for key, one in seen.items():
            self._keep(numbers[key], one)
        if self._keys is not Keys.WORDS:
            self._numbers = {self._keys.of(key): number for key, number in numbers.items()}

    def _count_pairs(self, block: Block) -> None:
        """Lines of many stretches: each is counted with the bytes of its time; which time that is, is found out later."""
        assert self._clock is not None
        run = block.data
        keys, met, fresh = self._keys_of(run)
        others = self._meet(keys, met, fresh, run, block.offset)
        cuts = self._clock.cuts(run)
        pairs = zip(cuts, keys, strict=True)
        if others:
            self._count_others(pairs, others)
        else:
            self._pairs.update(pairs)
        self._lines += len(keys)
        if len(self._pairs) > PAIRS_MAX:
            self.flush()

    def _count_others(self, pairs: Iterable[tuple[bytes, bytes]], others: Mapping[bytes, int]) -> None:
        for cut, key in pairs:
            if key in others:
                self._add(self._stretch_of(cut), others[key], 1)
            else:
                self._pairs[cut, key] += 1

    def flush(self) -> None:
        """Put what is counted by stretches and in pairs into the tally."""
        self._put_stretches()
        for (cut, key), times in self._pairs.items():
            self._add(self._stretch_of(cut), self._numbers[key], times)
        self._pairs.clear()

    def _hold(self, stretch: int, keys: list[bytes]) -> None:
        """Count lines of known keys; blocks of one stretch are put together before the tally gets them."""
        if self._level != self._tally.level or (stretch not in self._stretches and len(self._stretches) >= STRETCHES_HELD_MAX):
            self._put_stretches()
            self._level = self._tally.level
        counted = self._stretches.setdefault(stretch, Counter())
        counted.update(keys)
        if len(counted) > STRETCH_KEYS_MAX:
            self._put_stretches()

    def _put_stretches(self) -> None:
        numbers, same = self._numbers, self._level == self._tally.level
        for stretch, counted in self._stretches.items():
            into = stretch if same else self._tally.stretch(stretch)
            self._tally.add(into, [(numbers[key], times) for key, times in counted.items()])
        self._stretches.clear()

    def _keep(self, number: int, seen: Seen) -> None:
        """Where a shape was seen last under a key that is not used any more."""
        if number not in self._kept or self._kept[number].order <= seen.order:
            self._kept[number] = seen

    def _stretch_of(self, cut: bytes) -> int:
        assert self._clock is not None
        return self._clock.stretch_of_cut(cut)

    def _add(self, stretch: int, number: int, times: int) -> None:
        if self._since is None or stretch >= self._since:
            self._tally.add(stretch, ((number, times),))

    def _meet(self, keys: list[bytes], met: dict[bytes, None], fresh: set[bytes], run: bytes, offset: int) -> Mapping[bytes, int]:
        """Learn the shapes that are new, and where all were seen; gives the numbers of those that only count among the others."""
        assert self._source is not None
        numbers = self._numbers
        others = self._learn([key for key in met if key in fresh], keys, run) if fresh else {}
        if offset >= 0:
            self._seen.update(dict.fromkeys(met, Seen(self._source, offset, len(run), self._blocks)))
            for key in others:
                del self._seen[key]
        else:
            lines = run.split(b"\n")
            for key, place in dict(zip(keys, range(len(keys)), strict=True)).items():
                if key in numbers:
                    text = text_of(lines[place])[:EXAMPLE_CHARS_MAX]
                    self._seen[key] = Seen(self._source, -1, 0, self._lines + place, text)
        return others

    def _learn(self, fresh: Iterable[bytes], keys: list[bytes], run: bytes) -> Mapping[bytes, int]:
        assert self._clock is not None
        assert self._source is not None
        lines = run.split(b"\n")
        places = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
        others: dict[bytes, int] = {}
        raising: list[bytes] = []
        for key in fresh:
            place = places[key]
            line = text_of(lines[place])
            number = self._tally.new(
                line,
                text_without(lines[place], self._clock.stamp),
                line=self._lines + place + 1,
                file=self._source.name,
                trace=trace_behind(lines, place),
            )
            if number in {OTHER, OTHER_ERROR}:
                others[key] = number
            else:
                self._numbers[key] = number
                if raised(line):
                    raising.append(key)
        for key in raising:
            head = head_of(lines, places[key])
            if head is not None:
                self._tally.shapes[self._numbers[key]].head = self._numbers.get(keys[head])
        return others

    def _fold(self) -> None:
        self.flush()
        renumbered = self._tally.fold()
        kept, self._kept = self._kept, {}
        for number, seen in kept.items():
            self._keep(renumbered[number], seen)
        self._numbers = {key: renumbered[number] for key, number in self._numbers.items()}
        if len(self._numbers) > KEYS_MAX // 2:
            one_each = {number: key for key, number in self._numbers.items()}
            for key in self._seen.keys() - set(one_each.values()):
                self._keep(self._numbers[key], self._seen.pop(key))
            self._numbers = {key: number for number, key in one_each.items()}

    def last(self, numbers: Iterable[int]) -> str:
        """The last line of a pattern, given its shapes; "" where it can't be read any more."""
        wanted = set(numbers)
        some = [self._kept[number] for number in wanted if number in self._kept]
        some += [seen for key, seen in self._seen.items() if self._numbers[key] in wanted]
        if not some:
            return ""
        order = max(seen.order for seen in some)
        runs = {(seen.offset, seen.length, seen.text): seen for seen in some if seen.order == order}
        seen = runs[max(runs)]
        if seen.offset < 0:
            return seen.text
        found = b""
        for line in seen.source.again(seen.offset, seen.length).split(b"\n"):
            if self._numbers.get(self._keys.of(line)) in wanted:
                found = line
        return text_of(found)[:EXAMPLE_CHARS_MAX]
