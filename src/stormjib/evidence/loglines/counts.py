"""How often each shape of line came in each bucket of time, in bounded memory.

A shape is what a first pass tells lines apart by; its first line is kept as its example. When there are too many shapes they are folded
into their templates, and when that is of no use any more, new ones are counted as other lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from stormjib.evidence.loglines.envelope import message
from stormjib.evidence.loglines.group import group
from stormjib.evidence.loglines.line import line_of
from stormjib.evidence.loglines.trace import joined, says_failure

SHAPES_MAX: Final = 20_000
KEYS_MAX: Final = 40_000
"""Keys that a pass keeps to know the shapes by; several may stand for one shape after a fold."""
FOLDS_MAX: Final = 8
ERRORS_KEPT_MAX: Final = 2_000
"""Shapes of errors that are still taken in when the table is full."""
BUCKETS_MAX: Final = 2_000
CELLS_MAX: Final = 300_000
WIDTHS_SECONDS: Final = (60, 600, 3_600, 86_400)
"""Buckets of time; a log that covers too many of one goes on with the next."""
EXAMPLE_CHARS_MAX: Final = 1_000
TRACE_LINES_MAX: Final = 30

UNTIMED: Final = 0
_NO_TIME: Final = frozenset({UNTIMED})
_EVERY_PART: Final[frozenset[int]] = frozenset()

OTHER: Final = 0
OTHER_ERROR: Final = 1


@dataclass(slots=True)
class Shape:
    """Lines that the first pass takes for the same."""

    example: str
    text: str
    """The example without its time stamp."""
    error: bool
    joined: bool
    line: int = 0
    """The number of its first line."""
    file: str = ""
    head: int | None = None
    """Of a joined line: the shape of the line that it belongs to."""
    trace: tuple[str, ...] = ()
    """What followed its first line and belongs to it."""
    count: int = 0
    first: int = 0
    """The bucket of its first line; of its last."""
    last: int = 0


@dataclass(slots=True)
class Counts:
    """Counts by shape and bucket. A bucket is the second that it begins at, or its number where the log has no times."""

    shapes: list[Shape] = field(
        default_factory=lambda: [Shape("", "", error=False, joined=False), Shape("", "", error=True, joined=False)]
    )
    cells: dict[int, dict[int, int]] = field(default_factory=dict)
    level: int = 0
    """Which of the widths a bucket has."""
    timed: bool = True
    lines: int = 0
    bytes: int = 0
    folds: int = 0
    keep: tuple[int, ...] = ()
    """Moments (seconds) whose surroundings stay at a minute, so that before and since are told apart to the minute."""
    full: bool = False

    @property
    def no_time(self) -> frozenset[int]:
        """The bucket of lines whose time is not known, in a log that has times; without times every part of it is a bucket."""
        return _NO_TIME if self.timed else _EVERY_PART

    def forget_parts(self) -> None:
        """Times were found only now: of what was counted by its place in the log, no time is known."""
        if self.timed:
            return
        self.timed = True
        cells, self.cells = self.cells, {}
        for counted in cells.values():
            into = self.cells.setdefault(UNTIMED, {})
            for number, times in counted.items():
                into[number] = into.get(number, 0) + times
        for shape in self.shapes:
            shape.first = shape.last = UNTIMED

    @property
    def width_seconds(self) -> int:
        """How long a bucket is."""
        return WIDTHS_SECONDS[self.level]

    def bucket(self, second: int) -> int:
        """The bucket that a minute belongs to."""
        width = WIDTHS_SECONDS[self.level]
        begins = second // width * width
        return second if any(begins <= moment < begins + width for moment in self.keep) else begins

    def new(self, example: str, text: str, *, line: int, file: str = "", trace: Iterable[str] = ()) -> int:
        """A shape seen for the first time; its number, which is that of the other lines when the table is full."""
        error, said = line_of(example).level == "error", message(text)
        # With a time of its own it may be a line by itself all the same.
        apart = len(example) > len(text) and says_failure(said)
        if self.full and (not error or len(self.shapes) >= SHAPES_MAX + ERRORS_KEPT_MAX):
            return OTHER_ERROR if error else OTHER
        self.shapes.append(
            Shape(
                example[:EXAMPLE_CHARS_MAX],
                text[:EXAMPLE_CHARS_MAX],
                error,
                joined(said) and not apart,
                line,
                file,
                trace=tuple(trace),
            )
        )
        return len(self.shapes) - 1

    def stand_alone(self) -> None:
        """Where every line of a file looks like a part of another one, there is no other: they are lines."""
        shapes = self.shapes[OTHER_ERROR + 1 :]
        headed = {shape.file for shape in shapes if not shape.joined}
        for shape in shapes:
            shape.joined = shape.joined and shape.file in headed

    def crowded(self) -> bool:
        """Whether it is time to fold."""
        return not self.full and len(self.shapes) >= SHAPES_MAX

    def add(self, bucket: int, counted: Iterable[tuple[int, int]]) -> None:
        """So many lines of each shape in a bucket."""
        cell = self.cells.setdefault(bucket, {})
        shapes, unknown = self.shapes, self.no_time
        for number, times in counted:
            shape = shapes[number]
            cell[number] = cell.get(number, 0) + times
            if not shape.count or shape.first in unknown:
                shape.first = shape.last = bucket
            elif bucket not in unknown:
                shape.first, shape.last = min(shape.first, bucket), max(shape.last, bucket)
            shape.count += times

    def tidy(self) -> None:
        """Go on with longer buckets where there are too many."""
        while self.level + 1 < len(WIDTHS_SECONDS) and (
            len(self.cells) > BUCKETS_MAX or sum(map(len, self.cells.values())) > CELLS_MAX
        ):
            self.coarsen()
        if len(self.cells) > 2 * BUCKETS_MAX:
            self._drop_oldest()

    def coarsen(self) -> bool:
        """Go on with the next longer buckets; False where there are none."""
        if self.level + 1 == len(WIDTHS_SECONDS):
            return False
        self.level += 1
        self._regroup()
        return True

    def _regroup(self) -> None:
        old, self.cells = self.cells, {}
        for begins, counted in old.items():
            cell = self.cells.setdefault(self.bucket(begins), {})
            for number, times in counted.items():
                cell[number] = cell.get(number, 0) + times
        for shape in self.shapes:
            shape.first, shape.last = self.bucket(shape.first), self.bucket(shape.last)

    def _drop_oldest(self) -> None:
        """Times of a clock that went mad: the first buckets become one."""
        order = sorted(self.cells)
        into = self.cells[order[len(order) // 2]]
        for begins in order[: len(order) // 2]:
            for number, times in self.cells.pop(begins).items():
                into[number] = into.get(number, 0) + times

    def fold(self) -> list[int]:
        """Make the shapes of one template one; gives the new number of each old one."""
        self.folds += 1
        templates = group(shape.text for shape in self.shapes[2:])
        kept = self.shapes[:2]
        number_of: dict[tuple[str, bool, bool], int] = {}
        renumbered = [OTHER, OTHER_ERROR]
        for shape in self.shapes[2:]:
            key = (templates[shape.text], shape.error, shape.joined)
            number = number_of.get(key)
            if number is None:
                number = number_of[key] = len(kept)
                kept.append(shape)
            else:
                one = kept[number]
                one.count += shape.count
                one.first, one.last = min(one.first, shape.first), max(one.last, shape.last)
            renumbered.append(number)
        for shape in kept:
            shape.head = renumbered[shape.head] if shape.head is not None else None
        self.shapes = kept
        self._renumber(renumbered)
        self.full = self.folds >= FOLDS_MAX or len(kept) > SHAPES_MAX * 3 // 4
        return renumbered

    def _renumber(self, renumbered: list[int]) -> None:
        for begins, counted in self.cells.items():
            cell: dict[int, int] = {}
            for number, times in counted.items():
                cell[renumbered[number]] = cell.get(renumbered[number], 0) + times
            self.cells[begins] = cell
