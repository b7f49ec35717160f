"""The byte pass with nothing but the standard library: lines without their digits are the shapes, counted as they are split."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from stormjib.core.patterns.masks import LINE_CHARS_MAX
from stormjib.core.patterns.tally import EXAMPLE_CHARS_MAX, TRACE_LINES_MAX, Tally
from stormjib.core.patterns.trace import joined, raised
from stormjib.integrations.logs.clock import Clock
from stormjib.integrations.logs.source import LINE_BYTES_MAX, Block, Source

DIGITS: Final = b"0123456789"
HEAD_LINES_MAX: Final = 200
"""So far back the line that a trace belongs to is looked for."""


class Seen(NamedTuple):
    """Where a shape was seen last: a run of lines, or its text where the file can't be read again."""

    source: Source
    offset: int
    length: int
    text: str = ""


class PlainPass:
    """Counts the shapes of blocks into a tally."""

    def __init__(self, tally: Tally) -> None:
        """Begin with no shape."""
        self._tally = tally
        self._numbers: dict[bytes, int] = {}
        self._seen: dict[int, Seen] = {}

    def take(self, block: Block, source: Source, clock: Clock, since: int | None) -> None:
        """Count one block; runs before ``since`` (a stretch) are passed over."""
        for stretch, start, end in clock.runs(block.data):
            if since is not None and stretch is not None and stretch < since:
                continue
            run = block.data if (start, end) == (0, len(block.data)) else block.data[start:end]
            self._count(run, -1 if block.offset < 0 else block.offset + start, source, clock, stretch)
        self._tally.tidy()
        if self._tally.crowded():
            self._fold()

    def _count(self, run: bytes, offset: int, source: Source, clock: Clock, stretch: int | None) -> None:
        keys = run.translate(None, DIGITS).split(b"\n")
        keys.pop()  # behind the last newline
        counted = Counter(keys)
        numbers = self._numbers
        fresh = [key for key in counted if key not in numbers]
        added = self._add(fresh, keys, run, source, clock) if fresh else {}
        self._tally.add(stretch or 0, [(numbers[key] if key in numbers else added[key], times) for key, times in counted.items()])
        self._tally.lines += len(keys)
        if offset >= 0:
            seen = Seen(source, offset, len(run))
            self._seen.update((numbers[key], seen) for key in counted if key in numbers)
        else:
            lines = run.split(b"\n")
            for key, place in dict(zip(keys, range(len(keys)), strict=True)).items():
                if key in numbers:
                    self._seen[numbers[key]] = Seen(source, -1, 0, text_of(lines[place])[:EXAMPLE_CHARS_MAX])

    def _add(self, fresh: Iterable[bytes], keys: list[bytes], run: bytes, source: Source, clock: Clock) -> Mapping[bytes, int]:
        """Shapes seen for the first time; gives the numbers of those that are only counted among the others."""
        lines = run.split(b"\n")
        places = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))
        others: dict[bytes, int] = {}
        for key in fresh:
            place = places[key]
            line = lines[place]
            number = self._tally.new(
                text_of(line),
                text_of(clock.stamp.without(line[:LINE_BYTES_MAX])) if clock.stamp else text_of(line),
                line=self._tally.lines + place + 1,
                file=source.name,
                trace=trace_behind(lines, place),
            )
            if number < 2:  # noqa: PLR2004 - the other lines
                others[key] = number
            else:
                self._numbers[key] = number
        for key in fresh:
            number = self._numbers.get(key, 0)
            shape = self._tally.shapes[number]
            if shape.joined and raised(shape.example):
                head = head_of(lines, places[key])
                shape.head = self._numbers.get(keys[head]) if head is not None else None
        return others

    def _fold(self) -> None:
        renumbered = self._tally.fold()
        kept: dict[int, bytes] = {}
        for key, number in self._numbers.items():
            kept.setdefault(renumbered[number], key)
        self._seen = {renumbered[number]: seen for number, seen in self._seen.items()}
        self._numbers = {key: number for number, key in kept.items()}

    def last(self, numbers: Iterable[int]) -> str:
        """The last line of a pattern, given its shapes; "" where it can't be read any more."""
        some = [(self._seen[number], number) for number in numbers if number in self._seen]
        if not some:
            return ""
        seen, _ = max(some, key=lambda one: one[0].offset)
        if seen.offset < 0:
            return seen.text
        wanted = {number for _, number in some}
        found = ""
        for line in seen.source.again(seen.offset, seen.length).split(b"\n"):
            if self._numbers.get(line.translate(None, DIGITS)) in wanted:
                found = text_of(line)
        return found[:EXAMPLE_CHARS_MAX]


def text_of(line: bytes) -> str:
    """A line as text: UTF-8 where it is, else one character a byte, so that nothing fails and nothing is lost."""
    cut = line[: 4 * LINE_CHARS_MAX].rstrip(b"\r")
    try:
        return cut.decode()
    except UnicodeDecodeError as error:
        return cut.decode("utf-8", "ignore") if error.start >= len(cut) - 3 else cut.decode("latin-1")


def trace_behind(lines: list[bytes], place: int) -> list[str]:
    """The lines behind a line that belong to it; none for a line that itself belongs to another."""
    found: list[str] = []
    for line in lines[place + 1 : place + 1 + TRACE_LINES_MAX]:
        text = text_of(line[:EXAMPLE_CHARS_MAX])
        if not text or not joined(text):
            break
        found.append(text)
    return found


def head_of(lines: list[bytes], place: int) -> int | None:
    """The line that a joined line belongs to."""
    for back in range(place - 1, max(-1, place - HEAD_LINES_MAX), -1):
        text = text_of(lines[back][:EXAMPLE_CHARS_MAX])
        if text and not joined(text):
            return back
    return None
