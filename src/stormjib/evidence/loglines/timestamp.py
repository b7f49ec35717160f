"""Where the time stands in the lines of a log, and what it says: found by looking at some lines, the same for all of them.

A minute is the beginning of a time stamp, so lines of one minute share some bytes at one place, and nothing has to be parsed per line.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from operator import itemgetter
from typing import Final, NamedTuple

LOOKED_AT_BYTES: Final = 400
"""How far into a line its time stamp is looked for."""
SHARE_MIN: Final = 0.2
"""Of the lines looked at, how many must have the stamp (the rest may be stack traces)."""
PLACED_SHARE_MIN: Final = 0.9
"""Of the stamps found, how many must stand where the stamp is taken to be."""
NEEDLE_BYTES_MAX: Final = 16
LEADING_BYTES_MAX: Final = 5
"""What may stand in front of a stamp that a line begins with, such as ``[Sun ``."""
EPOCH_DIGITS: Final = 10
MINUTE: Final = 60


_KINDS: Final = (
    bytes(
        ord("0") if chr(byte).isdecimal() else ord("a") if chr(byte).isalpha() else byte if chr(byte) == "\n" else ord("-")
        for byte in range(128)
    )
    + b"-" * 128
)


class Form(NamedTuple):
    """One way to write a time. ``levels``: bytes of a minute, ten minutes, an hour, a day; ``reads``: what strptime reads a minute by.

    ``looks``: a minute with 0 for each digit, a for each letter, - for anything else.
    """

    name: str
    pattern: re.Pattern[bytes]
    levels: tuple[int, int, int, int]
    reads: str
    looks: tuple[bytes, ...]

    def begins(self, cut: bytes) -> bool:
        """Whether bytes look like the beginning of such a stamp."""
        return cut[:1].isdigit() or (self.name == "syslog" and cut[:3].isalpha())

    def looks_like(self, some: bytes) -> bool:
        """Whether a minute may begin with some bytes, by what kind of bytes they are."""
        kinds = some.translate(_KINDS)
        return any(looks.startswith(kinds) for looks in self.looks)


_DAY = rb"(?:0[1-9]|[12]\d|3[01])"
_CLOCK = rb"(?:[01]\d|2[0-3])[:.][0-5]\d[:.][0-5]\d"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_M = rb"(?:0[1-9]|1[0-2])"


def _form(name: str, pattern: bytes, levels: tuple[int, int, int, int], reads: str, *looks: bytes) -> Form:
    return Form(name, re.compile(rb"(?<![0-9A-Za-z])" + pattern), levels, reads, looks)


FORMS: Final = (
    _form(
        "iso",
        rb"(?:19|20)\d\d[-/.]" + _M + rb"[-/.]" + _DAY + rb"[T _-]" + _CLOCK,
        (16, 15, 13, 10),
        "%Y-%m-%d %H:%M",
        b"0000-00-00-00-00",
        b"0000-00-00a00-00",
    ),
    _form(
        "clf",
        _DAY + rb"[/-]" + _MONTH + rb"[/-](?:19|20)\d\d[: ]" + _CLOCK,
        (17, 16, 14, 11),
        "%d-%b-%Y %H:%M",
        b"00-aaa-0000-00-00",
    ),
    _form("syslog", _MONTH + rb" (?: [1-9]|[0-3]\d) " + _CLOCK, (12, 11, 9, 6), "%b %d %H:%M", b"aaa-00-00-00", b"aaa--0-00-00"),
    _form(
        "compact",
        rb"(?:19|20)\d\d" + _M + _DAY + rb"[-T _]" + _CLOCK,
        (14, 13, 11, 8),
        "%Y%m%d %H:%M",
        b"00000000-00-00",
        b"00000000a00-00",
    ),
    _form("basic", rb"(?:19|20)\d\d" + _M + _DAY + rb"T[0-2]\d[0-5]\d[0-5]\d", (13, 12, 11, 8), "%Y%m%d %H%M", b"00000000a0000"),
    _form("short", rb"\d\d" + _M + _DAY + rb" [0-2]\d[0-5]\d[0-5]\d(?!\d)", (11, 10, 9, 6), "%y%m%d %H%M", b"000000-0000"),
    _form("month-day", _M + rb"[-./]" + _DAY + rb" " + _CLOCK, (11, 10, 8, 5), "%m-%d %H:%M", b"00-00-00-00"),
    Form("glog", re.compile(rb"(?<=^[IWEFD])" + _M + _DAY + rb" " + _CLOCK), (10, 9, 7, 4), "%m%d %H:%M", (b"0000-00-00",)),
    _form("epoch", rb"1\d{9}(?=\.\d|(?:\d{3}){0,3}(?!\d))", (9, 8, 8, 8), "", b"000000000"),
    Form("clock", re.compile(rb"(?<=^)\[?" + _CLOCK), (5, 4, 2, 0), "%H:%M", (b"00-00",)),
)
_TAIL: Final = re.compile(
    rb"(?:[:.,]\d+)*(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?![0-9A-Za-z]))?(?: (?:19|20)\d\d(?=\]))?[\]|]?[ \t]*"
)
"""The fraction, the zone, a year at the end, the bracket."""
_SEPARATORS: Final = re.compile(r"[-/.T_: ]")


class Timestamp(NamedTuple):
    """Its place: ``skip`` bytes behind the first ``needle`` of the line, or behind its beginning where there is no needle."""

    form: Form
    needle: bytes
    skip: int
    offset_seconds: int
    """What the log's zone is ahead of UTC, where the stamps say so; else 0: its clock is taken as UTC."""

    def start(self, line: bytes) -> int:
        """Where the time begins in a line, or would; -1 for a line without the needle."""
        if not self.needle:
            return self.skip
        start = line.find(self.needle, 0, LOOKED_AT_BYTES)
        return -1 if start < 0 else start + len(self.needle) + self.skip

    def before(self) -> re.Pattern[bytes]:
        """Finds the newline in front of each line that has the time; the lines in between cost little."""
        return re.compile(rb"\n(?=" + self._up_to() + self.form.pattern.pattern + rb")", re.MULTILINE)

    def cuts(self, block: bytes, size: int) -> list[bytes]:
        """Of each whole line the bytes that stand where its time would, unchecked; b"" where nothing does."""
        needle, skip, end = self.needle, self.skip, self.skip + size
        if not needle:
            return list(map(itemgetter(slice(skip, end)), BytesIO(block)))
        room = LOOKED_AT_BYTES + end
        return [line[:room].partition(needle)[2][skip:end] for line in BytesIO(block)]

    def _up_to(self) -> bytes:
        """An expression for what stands in front of the time."""
        room = LOOKED_AT_BYTES - len(self.needle)
        needle = rb"(?>[^\n]{0,%d}?%s)" % (room, re.escape(self.needle)) if self.needle else b""
        return needle + rb"[^\n]{%d}" % self.skip

    def cut(self, line: bytes, level: int) -> bytes | None:
        """The bytes that lines of one minute (level 0), ten minutes, hour or day share; None for a line without a stamp."""
        start = self.start(line)
        if start < 0 or self.form.pattern.match(line, start) is None:
            return None
        return line[start : start + self.form.levels[level]]

    def behind(self, line: bytes) -> int:
        """How many seconds into its minute the time of a line is that has one; 0 where it does not say."""
        return self.seconds_in(line[self.start(line) :])

    def seconds_in(self, stamp: bytes) -> int:
        """The same for a time that stands at the beginning."""
        if not self.form.reads:
            return int(stamp[:EPOCH_DIGITS]) % MINUTE if stamp[:EPOCH_DIGITS].isdigit() else 0
        digits = stamp[self.form.levels[0] :].lstrip(b":.")[:2]
        return int(digits) if digits[1:] and digits.isdigit() else 0

    def without(self, line: bytes) -> bytes:
        """The line behind its stamp, where the stamp is what it begins with; else the line as it is."""
        if self.needle or self.skip > LEADING_BYTES_MAX:
            return line
        found = self.form.pattern.match(line, self.skip)
        if found is None:
            return line
        tail = _TAIL.match(line, found.end())
        return line[tail.end() :] if tail else line

    def seconds(self, cut: bytes, now: float) -> int | None:
        """The UTC second that a cut begins at; a stamp without a year is the latest one that is not a day after ``now``."""
        text = cut.decode("ascii", "replace")
        if not self.form.reads:
            return int(text) * 10 ** (EPOCH_DIGITS - len(text)) // MINUTE * MINUTE if text.isdecimal() else None
        whole = _SEPARATORS.sub(" ", text + _filled(self.form, text))
        today = datetime.fromtimestamp(now, UTC)
        try:
            found = self._read(whole, today)
        except ValueError:
            return None
        return int(found.timestamp()) - self.offset_seconds

    def _read(self, whole: str, today: datetime) -> datetime:
        reads = _SEPARATORS.sub(" ", self.form.reads)
        if self.form.name == "clock":
            return datetime.strptime(f"{today:%Y %m %d} {whole}", f"%Y %m %d {reads}").replace(tzinfo=UTC)
        if "%Y" in reads or "%y" in reads:
            return datetime.strptime(whole, reads).replace(tzinfo=UTC)
        found = datetime.strptime(f"{today.year} {whole}", f"%Y {reads}").replace(tzinfo=UTC)
        return found if found <= today + timedelta(days=1) else found.replace(year=today.year - 1)


def _filled(form: Form, text: str) -> str:
    """What a shorter cut lacks to be a minute: the beginning of its hour or day."""
    rest = {0: "", 1: "0", 2: ":00" if ":" in form.reads else "00", 3: " 00:00" if ":" in form.reads else " 0000"}
    return rest[form.levels.index(len(text))] if len(text) in form.levels else ""


def recognise(lines: Sequence[bytes]) -> Timestamp | None:
    """The stamp of a log by some of its lines; None where too few have one."""
    best: tuple[int, int, Timestamp] | None = None
    for rank, form in enumerate(FORMS):
        found = [(line, match) for line in lines if (match := form.pattern.search(line[:LOOKED_AT_BYTES]))]
        if len(found) < max(1, SHARE_MIN * len(lines)):
            continue
        stamp = _placed(form, found)
        if stamp is None:
            continue
        hits = sum(stamp.cut(line, 0) is not None for line in lines)
        if hits >= max(1, SHARE_MIN * len(lines)) and (best is None or (hits, -rank) > best[:2]):
            best = (hits, -rank, stamp)
    return best[2] if best else None


def _placed(form: Form, found: Sequence[tuple[bytes, re.Match[bytes]]]) -> Timestamp | None:
    """At a fixed place near the beginning, else behind the same bytes in all lines, else at a fixed place further on."""
    zone = _zone(found[0])
    enough = PLACED_SHARE_MIN * len(found)
    start, times = Counter(match.start() for _, match in found).most_common(1)[0]
    fixed = Timestamp(form, b"", start, zone) if times >= enough else None
    if fixed is not None and start <= LEADING_BYTES_MAX:
        return fixed
    shared = found[0][0][max(0, found[0][1].start() - NEEDLE_BYTES_MAX) : found[0][1].start()]
    for line, match in found:
        while shared and not line.endswith(shared, 0, match.start()):
            shared = shared[1:]
    while shared:
        if sum(line.find(shared) == match.start() - len(shared) for line, match in found) >= enough:
            return Timestamp(form, shared, 0, zone)
        shared = shared[1:]
    return fixed


_ZONE: Final = re.compile(rb"[:.][0-5]\d(?:[.,]\d+)? ?([+-])(\d\d):?([0-5]\d)(?!\d)")


def _zone(found: tuple[bytes, re.Match[bytes]]) -> int:
    line, match = found
    zone = _ZONE.search(line, match.start(), match.end() + 20)
    if zone is None:
        return 0
    seconds = int(zone[2]) * 3600 + int(zone[3]) * MINUTE
    return seconds if zone[1] == b"+" else -seconds
