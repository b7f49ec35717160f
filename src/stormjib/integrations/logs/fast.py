"""The byte pass by the kernel: its memory, and what it found put into the tally."""

import ctypes
from array import array
from collections.abc import Iterable
from typing import Final

from stormjib.core.patterns.tally import EXAMPLE_CHARS_MAX, KEYS_MAX, OTHER, OTHER_ERROR, TRACE_LINES_MAX, Tally
from stormjib.core.patterns.trace import raised
from stormjib.integrations.logs.clock import Clock
from stormjib.integrations.logs.lines import head_of, text_of, text_without, trace_behind
from stormjib.integrations.logs.loader import Kernel
from stormjib.integrations.logs.shape import shape_key
from stormjib.integrations.logs.source import BLOCK_BYTES, LINE_BYTES_MAX, Block, Source

SLACK_BYTES: Final = 256
"""Behind the data; the kernel reads a little further than it counts."""
ROOM: Final = BLOCK_BYTES + 2 * LINE_BYTES_MAX
SHAPE_SLOTS: Final = 1 << 16
CUT_SLOTS: Final = 1 << 14
CELL_SLOTS: Final = 1 << 18
CUTS_MAX: Final = CUT_SLOTS // 2
CELLS_MAX: Final = CELL_SLOTS // 2
AROUND_BYTES: Final = 40_000
DAY_PLACE: Final = 4
"""In a stamp of syslog, what may be a digit or a blank."""
LETTERS_BEFORE: Final = 7
"""Letters of a stamp are those of a month; further on they are themselves, such as the T of ISO 8601."""

# Words of the kernel's state: three tables (address, mask, entries, most), then what it has to say.
_SHAPES, _N_SHAPES = 0, 2
_CUTS, _N_CUTS = 4, 6
_CELLS, _N_CELLS = 8, 10
_FRESH, _N_FRESH, _LINES = 12, 13, 14
_FRESH_CUTS, _N_FRESH_CUTS = 15, 16
_OUT, _LASTS, _OFFSET = 17, 18, 19
_CUT, _CUT_WORDS, _NEAR = 20, 21, 24
# Words of its setting.
_NEEDLE, _NEEDLE_WORDS, _SKIP, _CUT_BYTES, _FORM = 0, 1, 3, 4, 5
_MAY_BE = 6  # digits, letters, the form's own bytes: a bit for each place


class FastPass:
    """Counts the shapes of blocks into a tally.

    The kernel numbers hashes; ``_shape_of`` says which shape of the tally a number is, ``_second_of`` which second a cut begins at.
    """

    def __init__(self, tally: Tally, kernel: Kernel) -> None:
        """Lay out the kernel's memory: about 12 MB, the same for any log."""
        self._tally = tally
        self._kernel = kernel
        self._data = ctypes.create_string_buffer(ROOM + SLACK_BYTES)
        self._turns, self._ends = (ctypes.create_string_buffer(4 * (ROOM + SLACK_BYTES)) for _ in range(2))
        self._form = ctypes.create_string_buffer(64)
        self._setting = (ctypes.c_int64 * 12)()
        self._state = (ctypes.c_int64 * 28)()
        self._tables = [ctypes.create_string_buffer(16 * slots) for slots in (SHAPE_SLOTS, CUT_SLOTS, CELL_SLOTS)]
        self._cells = array("q", bytes(16 * CELLS_MAX + 64))
        self._fresh = array("q", bytes(24 * KEYS_MAX + 64))
        self._fresh_cuts = array("q", bytes(16 * CUTS_MAX + 64))
        self._lasts, self._near = (array("q", bytes(8 * KEYS_MAX + 64)) for _ in range(2))
        self._shape_of: list[int] = []
        self._second_of: list[int | None] = []
        self._texts: dict[int, tuple[int, str]] = {}
        self._files: list[tuple[int, Source]] = []
        self._base = 0
        self._clock: Clock | None = None
        self._since: int | None = None
        self._set_for: tuple[Clock, int] | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        state = self._state
        for place, table, most in zip((_SHAPES, _CUTS, _CELLS), self._tables, (KEYS_MAX, CUTS_MAX, CELLS_MAX), strict=True):
            state[place], state[place + 1], state[place + 2] = ctypes.addressof(table), len(table) // 16 - 1, 0
            state[place + 3] = most
        outs = {_OUT: self._cells, _FRESH: self._fresh, _FRESH_CUTS: self._fresh_cuts, _LASTS: self._lasts, _NEAR: self._near}
        for place, out in outs.items():
            state[place] = out.buffer_info()[0]
        state[_CUT] = -1

    def take(self, block: Block, source: Source, clock: Clock, since: int | None) -> None:
        """Count one block; lines before ``since`` (a second) are passed over."""
        if not self._files or source is not self._files[-1][1]:
            self._begin(source, clock, since)
        offset = self._base + max(0, block.offset)
        data = block.data
        address = ctypes.addressof(self._data)
        ctypes.memmove(address, data, len(data))
        ctypes.memset(address + len(data), 0, SLACK_BYTES)
        taken = 0
        while taken < len(data):
            self._set(data, taken)
            self._state[_OFFSET] = offset + taken
            some = self._run(address + taken, len(data) - taken)
            self._learn(data, taken, source)
            taken += some
            self._make_room()
        if block.offset < 0:
            self._remember(data, offset)
            self._base += len(data)
        self._tally.tidy()

    def _begin(self, source: Source, clock: Clock, since: int | None) -> None:
        self.flush()
        if self._files:
            self._base += self._files[-1][1].bytes_read + BLOCK_BYTES
        self._files.append((self._base, source))
        self._clock, self._since = clock, since
        self._forget_cuts()
        self._state[_LINES] = 0

    def _forget_cuts(self) -> None:
        ctypes.memset(self._tables[1], 0, len(self._tables[1]))
        self._second_of = []
        self._state[_N_CUTS], self._state[_CUT] = 0, -1
        self._state[_CUT_WORDS] = 0

    def _run(self, address: int, size: int) -> int:
        turns, ends = ctypes.addressof(self._turns), ctypes.addressof(self._ends)
        return self._kernel.run(address, size, turns, ends, ctypes.addressof(self._setting), ctypes.addressof(self._state))

    def _set(self, data: bytes, start: int) -> None:
        """Tell the kernel where the time stands, by a line that has one."""
        assert self._clock is not None
        stamp, setting = self._clock.stamp, self._setting
        if self._set_for == (self._clock, self._clock.level):
            return
        setting[_CUT_BYTES] = 0
        if stamp is None:
            return
        cut = self._clock.example(data, start)
        if cut is None:
            return
        needle = stamp.needle.ljust(16, b"\0")
        setting[_NEEDLE], setting[_SKIP], setting[_CUT_BYTES] = len(stamp.needle), stamp.skip, len(cut)
        setting[_NEEDLE_WORDS : _NEEDLE_WORDS + 2] = [int.from_bytes(needle[at : at + 8], "little", signed=True) for at in (0, 8)]
        day = DAY_PLACE if stamp.form.name == "syslog" else -1
        digits = [place for place, byte in enumerate(cut) if chr(byte).isdecimal() or place == day]
        letters = [place for place, byte in enumerate(cut) if chr(byte).isalpha() and place < LETTERS_BEFORE]
        own = [place for place in range(len(cut)) if place == day or place not in {*digits, *letters}]
        self._form.raw = bytes(ord(" ") if place == day else byte for place, byte in enumerate(cut)).ljust(len(self._form), b"\0")
        setting[_MAY_BE : _MAY_BE + 3] = [sum(1 << place for place in places) for places in (digits, letters, own)]
        setting[_FORM] = ctypes.addressof(self._form)
        self._set_for = (self._clock, self._clock.level)

    def _learn(self, data: bytes, start: int, source: Source) -> None:
        """Take in the cuts and shapes that are new."""
        assert self._clock is not None
        for entry in range(0, 2 * self._state[_N_FRESH_CUTS], 2):
            at = start + self._fresh_cuts[entry]
            stamped = data[at : at + AROUND_BYTES].partition(b"\n")[0]
            self._second_of.append(self._clock.second_of_line(stamped, self._setting[_CUT_BYTES]))
        raising: list[tuple[int, int]] = []
        for entry in range(0, 3 * self._state[_N_FRESH], 3):
            at = start + self._fresh[entry]
            end = data.index(b"\n", at)
            line = text_of(data[at:end])
            number = self._tally.new(
                line,
                text_without(data[at:end], self._clock.stamp),
                line=self._fresh[entry + 2] + 1,
                file=source.name,
                trace=trace_behind([b"", *data[end + 1 : end + AROUND_BYTES].split(b"\n", TRACE_LINES_MAX)[:TRACE_LINES_MAX]], 0),
            )
            self._shape_of.append(number)
            if number not in {OTHER, OTHER_ERROR} and raised(line):
                raising.append((number, at))
        for number, at in raising:
            self._tally.shapes[number].head = self._head(data, at)

    def _head(self, data: bytes, at: int) -> int | None:
        """The shape of the line that a joined line belongs to; the kernel tells it, by counting that line apart."""
        lines = data[max(0, at - AROUND_BYTES) : at].split(b"\n")[:-1]
        place = head_of([*lines, b""], len(lines))
        if place is None or self._clock is None:
            return None
        stamp = self._clock.stamp
        cut = stamp.cut(lines[place], self._clock.level) if stamp else None
        begin = stamp.skip + len(cut) if stamp and cut and not stamp.needle else 0
        number = self._number_of(shape_key(lines[place], begin))
        return self._shape_of[number] if number is not None else None

    def _number_of(self, key: int) -> int | None:
        """The kernel's number of a hash."""
        for known, number in self._entries(0, start=(key >> 20) & (SHAPE_SLOTS - 1)):
            if known == key:
                return number
            if not known:
                break
        return None

    def _entries(self, table: int, start: int = 0) -> Iterable[tuple[int, int]]:
        """Key and value of each slot, from one on; key 0 is a free one."""
        words = memoryview(self._tables[table]).cast("B").cast("Q")
        slots = len(words) // 2
        for slot in range(start, start + slots):
            yield words[slot % slots * 2], words[slot % slots * 2 + 1]

    def _make_room(self) -> None:
        """Empty what is full."""
        state = self._state
        if state[_N_CELLS] >= CELLS_MAX:
            self.flush()
        if state[_N_CUTS] >= CUTS_MAX:
            self.flush()
            self._forget_cuts()
        if state[_N_SHAPES] >= KEYS_MAX or self._tally.crowded():
            self._fold()

    def flush(self) -> None:
        """Put the cells into the tally."""
        state, tally = self._state, self._tally
        shapes, current = self._shape_of, (self._clock.current if self._clock else None) or 0
        by_stretch: dict[int, dict[int, int]] = {}
        cells = self._cells
        for entry in range(0, 2 * state[_N_CELLS], 2):
            pair = cells[entry]
            cut = (pair >> 32) - 1
            second = self._second_of[cut] if cut >= 0 else None
            stretch = current if second is None else tally.stretch(second)
            if self._since is None or stretch >= self._since:
                counted = by_stretch.setdefault(stretch, {})
                number = shapes[(pair & 0xFFFFFFFF) - 1]
                counted[number] = counted.get(number, 0) + cells[entry + 1]
        for stretch, counted in by_stretch.items():
            tally.add(stretch, counted.items())
        if state[_N_CELLS]:
            ctypes.memset(self._tables[2], 0, len(self._tables[2]))
            state[_N_CELLS] = 0

    def _fold(self) -> None:
        self.flush()
        renumbered = self._tally.fold() if self._tally.crowded() else list(range(len(self._tally.shapes)))
        self._shape_of = [renumbered[number] for number in self._shape_of]
        self._texts = {renumbered[number]: text for number, text in self._texts.items()}
        if self._state[_N_SHAPES] > KEYS_MAX // 2:
            self._forget_shapes()

    def _forget_shapes(self) -> None:
        """Keep one hash for each shape, the one that was seen last."""
        latest: dict[int, int] = {}
        for number, shape in enumerate(self._shape_of):
            if shape not in {OTHER, OTHER_ERROR} and (shape not in latest or self._lasts[number] > self._lasts[latest[shape]]):
                latest[shape] = number
        kept = sorted(latest.values())
        again = {old: new for new, old in enumerate(kept)}
        entries = [(key, again[number]) for key, number in self._entries(0) if key and number in again]
        ctypes.memset(self._tables[0], 0, len(self._tables[0]))
        words = memoryview(self._tables[0]).cast("B").cast("Q")
        for key, number in entries:
            slot = (key >> 20) & (SHAPE_SLOTS - 1)
            while words[slot * 2]:
                slot = (slot + 1) & (SHAPE_SLOTS - 1)
            words[slot * 2], words[slot * 2 + 1] = key, number
        self._shape_of = [self._shape_of[old] for old in kept]
        for new, old in enumerate(kept):
            self._lasts[new] = self._lasts[old]
        self._state[_N_SHAPES] = len(kept)

    def _remember(self, data: bytes, offset: int) -> None:
        """Keep the last lines of a block that can't be read again."""
        for number, shape in enumerate(self._shape_of):
            place = self._lasts[number] - offset
            if 0 <= place < len(data):
                self._texts[shape] = (offset + place, text_of(data[place : place + EXAMPLE_CHARS_MAX].partition(b"\n")[0]))

    def last(self, numbers: Iterable[int]) -> str:
        """The last line of a pattern, given its shapes; "" where it can't be read any more."""
        wanted = set(numbers)
        kept = max((self._texts[number] for number in wanted if number in self._texts), default=(-1, ""))
        at = max((self._lasts[number] for number, shape in enumerate(self._shape_of) if shape in wanted), default=-1)
        if at <= kept[0]:
            return kept[1]
        base, source = max((one for one in self._files if one[0] <= at), key=lambda one: one[0])
        return text_of(source.again(at - base, 4 * EXAMPLE_CHARS_MAX).partition(b"\n")[0])[:EXAMPLE_CHARS_MAX]
