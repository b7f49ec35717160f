"""Where the time stands in the lines of a log, and what it says: found by looking at some lines, the same for all of them.

A minute is the beginning of a time stamp, so lines of one minute share some bytes at one place, and nothing has to be parsed per line.
Where it is not (AM and PM, a zone that changes, a year at the end), each time is read by itself.
"""

import re
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from operator import itemgetter
from statistics import median
from typing import Final, NamedTuple

from stormjib.evidence.loglines.level import LEVEL_WORDS
from stormjib.evidence.loglines.time_forms import EPOCH_DIGITS, FORMS, MINUTE, ZONE, Form, offset_of, read_loose

LOOKED_AT_BYTES: Final = 400
"""How far into a line its time stamp is looked for."""
LINES_MAX: Final = 300
"""Of the lines given, so many are looked at."""
SHARE_MIN: Final = 0.2
"""Of the lines looked at, how many must have the stamp (the rest may be stack traces)."""
PLACED_SHARE_MIN: Final = 0.9
"""Of the stamps found, how many must stand where the stamp is taken to be."""
NEARLY_ALL: Final = 0.95
"""A form that so many lines have as have the most frequent one is as good as that one, and better where it comes first in the line."""
CONSTANT_LINES_MIN: Final = 20
"""In so many lines a time that never changes is part of a name."""
NEEDLE_BYTES_MAX: Final = 16
LEADING_BYTES_MAX: Final = 5
"""What may stand in front of a stamp that a line begins with, such as ``[Sun ``."""
DAY: Final = 86_400
RECENT_SECONDS: Final = 45 * DAY
"""A date that can be read in two ways is taken as the one that is no older."""

_ANSI: Final = rb"(?:\x1b\[[\d;]*m)*"
_TAIL: Final = re.compile(
    rb"(?:[:.,]\d+)*" + _ANSI + rb"(?: ?" + ZONE + rb"(?: UTC\b)?)?(?: (?P<year>(?:19|20)\d\d)(?=[\] ]|$))?"
)
"""The fraction, the zone, a year at the end."""
_FRAME: Final = re.compile(rb"[\]|]?" + _ANSI)
_WRAPPED: Final = re.compile(
    rb"\0*" + _ANSI + rb"(?:[\w.-]{1,80} *\| |\[pod/[\w./-]+\] | *\d{1,7}:(?:[MCSX] )?|<\d{1,3}>(?:\d )?|[A-Z], \[)?"
    rb"\[?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?"
)
"""What collectors, Redis, Zabbix, syslog and Ruby put before the time."""
_LEVELLED: Final = re.compile(rb"\[?(?:" + LEVEL_WORDS.upper().encode() + rb")\]? *(?:\[[^\]]*\] *)?")
"""A level, or a level and a thread, in front of the time."""


class Timestamp(NamedTuple):
    """Its place: ``skip`` bytes behind the first ``needle`` of the line, or behind its beginning where there is no needle."""

    form: Form
    needle: bytes
    skip: int
    now: float
    """What a time without a year or a day is read by."""
    offset_seconds: int = 0
    """What the log's zone is ahead of UTC, where the stamps say so; else 0: its clock is taken as UTC."""
    gap: int = 1
    """How many blanks stand between the time and the rest of a line at least; more are indentation."""
    single: bool = False
    """Whether each time is read by itself: it has no fixed form, or its zone changes."""

    def start(self, line: bytes) -> int:
        """Where the time begins in a line, or would; -1 for a line without the needle."""
        if not self.needle:
            return self.skip if not line.startswith(b"\0") else self.skip + len(line) - len(line.lstrip(b"\0"))
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
        """The bytes that lines of one minute (level 0), ten minutes, hour or day share; None for a line without a stamp.

        Where each time is read by itself, its second since 1970 in figures.
        """
        if self.single:
            second = self.second(line)
            return None if second is None else b"%d" % second
        start = self.start(line)
        if start < 0 or self.form.pattern.match(line, start) is None:
            return None
        return line[start : start + self.form.levels[level]]

    def second(self, line: bytes) -> int | None:
        """The UTC second of a line; None where it has no time, or one of a zone that is not known."""
        start = self.start(line)
        found = self.form.pattern.match(line, start) if start >= 0 else None
        offset = offset_of(zone_of(line, found)) if found else None
        if found is None or offset is None:
            return None
        if self.form.loose:
            local = read_loose(found.groupdict(), self.now)
        else:
            local = self.form.minute(line[start : start + self.form.levels[0]].decode("ascii", "replace"), self.now)
            local = None if local is None else local + self.seconds_in(line[start:])
        return None if local is None else local - offset

    def seconds_in(self, stamp: bytes) -> int:
        """How many seconds into its minute a strict time is that stands at the beginning; 0 where it does not say."""
        if not self.form.reads:
            return int(stamp[:EPOCH_DIGITS]) % MINUTE if stamp[:EPOCH_DIGITS].isdigit() else 0
        digits = stamp[self.form.levels[0] :].lstrip(b":.")[:2]
        return int(digits) if digits[1:] and digits.isdigit() and int(digits) < MINUTE else 0

    def apart(self, line: bytes) -> tuple[bytes, bytes]:
        """What stands in front of the time that a line begins with, and what stands behind it; all of a line that begins with none."""
        start = self.start(line)
        found = self.form.pattern.match(line, start) if start >= 0 else None
        head = line[: found.start()] if found else b""
        wrapped = _WRAPPED.match(head)
        if found and _LEVELLED.fullmatch(head):
            return b"", head + line[behind(line, found, self.form) :].lstrip(b" \t")
        if found is None or (len(head) > LEADING_BYTES_MAX and wrapped is not None and wrapped.end() < len(head)):
            return b"", line
        rest = line[behind(line, found, self.form) :]
        blanks = len(rest) - len(rest.lstrip(b" \t"))
        return head, rest[min(self.gap, blanks) :]

    def seconds(self, cut: bytes) -> int | None:
        """The UTC second that the minute of a cut begins at."""
        if self.single:
            return int(cut) // MINUTE * MINUTE
        local = self.form.minute(cut.decode("ascii", "replace"), self.now)
        return None if local is None else local - self.offset_seconds

    def changed(self, line: bytes) -> bool:
        """Whether a line is of another zone than the others."""
        start = self.start(line)
        found = self.form.pattern.match(line, start) if start >= 0 else None
        return found is not None and offset_of(zone_of(line, found)) != self.offset_seconds


def zone_of(line: bytes, found: re.Match[bytes]) -> bytes | None:
    """The zone behind a time; None where none is named."""
    tail = _TAIL.match(line, found.end())
    return tail["zone"] if tail else None


def behind(line: bytes, found: re.Match[bytes], form: Form) -> int:
    """Where a time ends with all that belongs to it."""
    tail = _TAIL.match(line, found.end())
    end = found.end() if tail is None else tail.end()
    if tail and tail["year"] and form.name != "ctime" and line[end : end + 1] != b"]":
        end = tail.start("year") - 1  # a number of the message
    frame = _FRAME.match(line, end)
    return frame.end() if frame else end


def recognise(lines: Sequence[bytes], now: float) -> Timestamp | None:
    """The stamp of a log by some of its lines; None where too few have one, or where none can say what day it is."""
    lines = (
        lines if len(lines) <= LINES_MAX else [*lines[: LINES_MAX // 2], *lines[LINES_MAX // 2 :: len(lines) // (LINES_MAX // 2)]]
    )
    found = [one for rank, form in enumerate(FORMS) if (one := _found(form, rank, lines, now)) is not None]
    most = max((one.hits for one in found), default=0)
    found = sorted((one for one in found if one.hits >= NEARLY_ALL * most), key=lambda one: (one.start, -one.hits, one.rank))
    if not found:
        return None
    best = found[0]
    rivals = [one for one in found if one.stamp.form.order and (one.start, one.hits) == (best.start, best.hits)]
    return _decided(rivals, now) if best.stamp.form.order else best.stamp


class _Found(NamedTuple):
    stamp: Timestamp
    hits: int
    start: float
    rank: int
    first: int
    """The second of its first time."""
    half: bool
    """Whether it says AM or PM."""


def _found(form: Form, rank: int, lines: Sequence[bytes], now: float) -> _Found | None:
    enough = max(1, SHARE_MIN * len(lines))
    found = [(line, match) for line in lines if (match := form.pattern.search(line[:LOOKED_AT_BYTES].lstrip(b"\0"))) is not None]
    if len(found) < enough:
        return None
    if len(found) >= CONSTANT_LINES_MIN and len({match[0] for _, match in found}) == 1:
        later = [(line, match) for line, one in found if (match := form.pattern.search(line[:LOOKED_AT_BYTES], one.end()))]
        found = later if len(later) >= enough else found
    stamp = _placed(form, found, now)
    if stamp is None:
        return None
    times = [second for line, _ in found if (second := stamp.second(line)) is not None]
    if len(times) < enough:
        return None
    half = "p" in form.pattern.groupindex and any(match["p"] for _, match in found)
    return _Found(stamp, len(times), median(match.start() for _, match in found), rank, times[0], half)


def _decided(rivals: Sequence[_Found], now: float) -> Timestamp | None:
    """Of several orders of day, month and year the one that can be so; AM and PM are written where the month comes first."""
    if not rivals[1:]:
        return rivals[0].stamp
    recent = [one for one in rivals if -DAY <= now - one.first <= RECENT_SECONDS]
    usual = {"mdy"} if rivals[0].half else {"ymd"}
    chosen = recent if len(recent) == 1 else [one for one in rivals if one.stamp.form.order in usual]
    return chosen[0].stamp if len(chosen) == 1 else None


def _placed(form: Form, found: Sequence[tuple[bytes, re.Match[bytes]]], now: float) -> Timestamp | None:
    """At a fixed place near the beginning, else behind the same bytes in all lines, else at a fixed place further on."""
    zones = {offset_of(zone_of(line, match)) for line, match in found}
    rests = [line[behind(line, match, form) :] for line, match in found]
    gaps = [len(rest) - len(rest.lstrip(b" \t")) for rest in rests if rest.strip()]
    stamp = Timestamp(
        form, b"", 0, now, next(iter(zones)) or 0, min(gaps, default=1), form.loose or len(zones) > 1 or None in zones
    )
    enough = PLACED_SHARE_MIN * len(found)
    start, times = Counter(match.start() for _, match in found).most_common(1)[0]
    fixed = stamp._replace(skip=start) if times >= enough else None
    if fixed is not None and start <= LEADING_BYTES_MAX:
        return fixed
    shared = found[0][0][max(0, found[0][1].start() - NEEDLE_BYTES_MAX) : found[0][1].start()]
    for line, match in found:
        while shared and not line.endswith(shared, 0, match.start()):
            shared = shared[1:]
    while shared:
        if sum(line.find(shared) == match.start() - len(shared) for line, match in found) >= enough:
            return stamp._replace(needle=shared)
        shared = shared[1:]
    return fixed
