"""The ways to write a time: what each looks like, and what it says.

A strict form has its parts at fixed places, so that lines of one minute share some bytes; of a loose one each time is read by itself.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from stormjib.core.text.table import table

EPOCH_DIGITS: Final = 10
MINUTE: Final = 60
YEARS_BACK_MAX: Final = 8
"""So far back 29 February is looked for."""
_NOON: Final = 12
_CENTURY: Final = 100
_MINUTES_DIGITS: Final = 3
"""An offset of so many digits is in minutes (DB2)."""

_KINDS: Final = (
    bytes(
        ord("0") if chr(byte).isdecimal() else ord("a") if chr(byte).isalpha() else byte if chr(byte) == "\n" else ord("-")
        for byte in range(128)
    )
    + b"-" * 128
)


class _Zone(msgspec.Struct, frozen=True, array_like=True):
    name: str
    minutes: str


_ZONES: Final = {
    zone.name.encode(): None if zone.minutes == "?" else int(zone.minutes) * MINUTE
    for zone in table(_Zone, __package__, "zones.tsv")
}


class Form(NamedTuple):
    """One way to write a time. ``levels``: bytes of a minute, ten minutes, an hour, a day; ``reads``: what strptime reads a minute by.

    ``looks``: a minute with 0 for each digit, a for each letter, - for anything else. A loose form has none of these: its pattern has groups
    (y, m or b, d, H, M, S, p). ``order``: forms of one order may be mistaken for one another.
    """

    name: str
    pattern: re.Pattern[bytes]
    levels: tuple[int, int, int, int] = (0, 0, 0, 0)
    reads: str = ""
    looks: tuple[bytes, ...] = ()
    order: str = ""

    @property
    def loose(self) -> bool:
        """Whether lines of one minute may differ in what they begin with."""
        return not self.levels[0]

    def begins(self, cut: bytes) -> bool:
        """Whether bytes look like the beginning of such a stamp."""
        return cut[:1].isdigit() or (self.name == "syslog" and cut[:3].isalpha())

    def looks_like(self, some: bytes) -> bool:
        """Whether a minute may begin with some bytes, by what kind of bytes they are."""
        kinds = some.translate(_KINDS)
        return any(looks.startswith(kinds) for looks in self.looks)

    def minute(self, text: str, now: float) -> int | None:
        """The second at which the minute that begins a strict time begins, its clock taken as UTC; None where there is no such time."""
        if not self.reads:
            return int(text) * 10 ** (EPOCH_DIGITS - len(text)) // MINUTE * MINUTE if text.isdecimal() else None
        whole = _SEPARATORS.sub(" ", text + self._filled(text))
        reads = _SEPARATORS.sub(" ", self.reads)
        today = datetime.fromtimestamp(now, UTC)
        try:
            if self.name == "clock":
                return _today(datetime.strptime(f"{today:%Y %m %d} {whole}", f"%Y %m %d {reads}").replace(tzinfo=UTC), today)
            if "%Y" in reads or "%y" in reads:
                return int(datetime.strptime(whole, reads).replace(tzinfo=UTC).timestamp())
            return _latest(
                datetime.strptime(f"2000 {whole}", f"%Y {reads}").replace(tzinfo=UTC), today
            )  # a leap year has any day
        except ValueError:
            return None

    def _filled(self, text: str) -> str:
        """What a shorter cut lacks to be a minute: the beginning of its hour or day."""
        rest = {0: "", 1: "0", 2: ":00" if ":" in self.reads else "00", 3: " 00:00" if ":" in self.reads else " 0000"}
        return rest[self.levels.index(len(text))] if len(text) in self.levels else ""


ZONE: Final = (
    rb"(?P<zone>"
    + b"|".join(sorted(_ZONES, reverse=True))
    + rb"|[+-]\d\d:?\d\d|(?<! )[+-]\d{2,3}|[+-][01]\d|[A-Z][a-z]+/[A-Z]\w+)(?![0-9A-Za-z])"
)


def offset_of(zone: bytes | None) -> int | None:
    """Seconds ahead of UTC; 0 where none is named, None for a name that several zones have."""
    if not zone:
        return 0
    if zone[:1] not in b"+-":
        return _ZONES.get(zone)
    digits = zone[1:].replace(b":", b"")
    minutes = int(digits) if len(digits) == _MINUTES_DIGITS else int(digits[:2]) * 60 + int(digits[2:] or 0)
    return minutes * MINUTE * (-1 if zone[:1] == b"-" else 1)


def read_loose(parts: Mapping[str, bytes | None], now: float) -> int | None:
    """The second that the parts of a loose time say, its clock taken as UTC; None where there is no such time."""
    hour = int(parts["H"] or 0)
    half = (parts.get("p") or b"")[:1].lower()
    if half and not 1 <= hour <= _NOON:
        return None
    hour = hour % _NOON + (_NOON if half == b"p" else 0) if half else hour
    today = datetime.fromtimestamp(now, UTC)
    month, day, year = parts.get("m"), parts.get("d"), parts.get("y")
    if parts.get("b"):
        month = b"%d" % (_MONTHS.index((parts["b"] or b"").capitalize()) // 4 + 1)
    number = int(year) if year else today.year
    number += 2_000 if number < _CENTURY else 0
    try:
        told = datetime(number if year or not day else 2_000, int(month or today.month), int(day or today.day), hour, int(parts["M"] or 0), int(parts.get("S") or 0), tzinfo=UTC)  # fmt: skip
    except ValueError:
        return None
    if year:
        return int(told.timestamp())
    return _latest(told, today) if day else _today(told, today)


def _today(told: datetime, today: datetime) -> int:
    """A time without a day: the last time that it was so."""
    return int((told if told <= today + timedelta(minutes=1) else told - timedelta(days=1)).timestamp())


def _latest(told: datetime, today: datetime) -> int | None:
    """A time without a year: the latest one that is not a day after now."""
    for year in range(today.year + 1, today.year - YEARS_BACK_MAX, -1):
        try:
            found = told.replace(year=year)
        except ValueError:  # 29 February
            continue
        if found <= today + timedelta(days=1):
            return int(found.timestamp())
    return None


_MONTHS: Final = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_SEPARATORS: Final = re.compile(r"[-/.T_: \t|]")
_DAY = rb"(?:0[1-9]|[12]\d|3[01])"
_CLOCK = rb"(?:[01]\d|2[0-3])[:.][0-5]\d[:.][0-5]\d"
_HALF = rb"(?: |\xe2\x80\xaf|\xc2\xa0)?(?P<p>[AaPp]\.? ?[Mm]\b\.?)"
_NO_HALF = rb"(?!(?:[.,:]\d+)?" + _HALF.replace(b"?P<p>", b"?:") + rb")"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_M = rb"(?:0[1-9]|1[0-2])"
_YEAR = rb"(?:19|20)\d\d"
# What a colour ends with is a letter, but no part of a word.
_COLOURS = rb"(?<=\[m)|(?<=\[\dm)|(?<=[\[;]\d\dm)|(?<=;\dm)|(?<=;\d\d\dm)"
_EDGE = rb"(?:(?<![0-9A-Za-z])|" + _COLOURS + rb")"
_FIRST = rb"(?:(?<=^)|(?<=^\[)|(?<=^\x1b\[\dm)|(?<=^\x1b\[\d\dm)|(?<=^\x1b\[\d;\d\dm))"


def _strict(name: str, pattern: bytes, levels: tuple[int, int, int, int], reads: str, *looks: bytes, edge: bytes = _EDGE) -> Form:
    return Form(name, re.compile(edge + pattern + _NO_HALF), levels, reads, looks)


_HOUR = rb"(?P<H>[01]?\d|2[0-3])[:.](?P<M>[0-5]\d)(?:[:.](?P<S>[0-5]\d))?(?!\d)(?:(?:[.,:]\d+)?" + _HALF + rb")?(?![:.]?\d\d:)"
_NUMBER_OF_DAY = rb"(?P<d>0?[1-9]|[12]\d|3[01])"
_NUMBER_OF_MONTH = rb"(?P<m>0?[1-9]|1[0-2])"
_NAME = rb"(?P<b>" + _MONTH + rb"|(?i:" + _MONTH + rb")(?=-))[a-z]*\.?"
_TWO_OR_FOUR = rb"(?P<y>(?:19|20)?\d\d)"
_LOOSE_EDGE = rb"(?:(?<![0-9A-Za-z./-])|" + _COLOURS + rb")"
_THEN = rb"[ T,_:-]{1,3}"


def _loose(name: str, date: bytes, then: bytes = _THEN, order: str = "", edge: bytes = _LOOSE_EDGE) -> Form:
    return Form(name, re.compile(edge + date + then + _HOUR), order=order)


FORMS: Final = (
    _strict("iso", _YEAR + rb"[-/.]" + _M + rb"[-/.]" + _DAY + rb"[Tt \t_-](?:" + _CLOCK + rb"|(?:[01]\d|2[0-3]):[0-5]\d(?![:.]?\d))",
            (16, 15, 13, 10), "%Y-%m-%d %H:%M", b"0000-00-00-00-00", b"0000-00-00a00-00"),
    _strict("clf", _DAY + rb"(?:[/-]" + _MONTH + rb"[/-]|(?: )" + _MONTH + rb" )" + _YEAR + rb"[: ]" + _CLOCK,
            (17, 16, 14, 11), "%d-%b-%Y %H:%M", b"00-aaa-0000-00-00"),
    _loose("month-day-year", _NAME + rb" {1,2}" + _NUMBER_OF_DAY + rb",? (?P<y>" + _YEAR + rb")", rb"(?:,|:| at| @)? {1,2}"),
    _loose("ctime", _NAME + rb" {1,2}" + _NUMBER_OF_DAY + rb"(?= [\d:.]{7,15}(?: [A-Z]{3,5}| [+-]\d{4})? (?P<y>" + _YEAR + rb")(?![0-9A-Za-z]))", rb" "),
    _strict("syslog", _MONTH + rb" (?: [1-9]|[0-3]\d) " + _CLOCK, (12, 11, 9, 6), "%b %d %H:%M", b"aaa-00-00-00", b"aaa--0-00-00"),
    _loose("month-day-name", _NAME + rb" {1,2}" + _NUMBER_OF_DAY, rb" "),
    _loose("day-month-name", _NUMBER_OF_DAY + rb"\.?[ -]" + _NAME + rb"(?:[ ,-]{1,2}" + _TWO_OR_FOUR + rb"(?=[ T,:]))?", rb"(?:[ T,]{1,2}|::)"),
    _loose("year-month-name", rb"(?P<y>" + _YEAR + rb")[ -]" + _NAME + rb"[ -]" + _NUMBER_OF_DAY, rb"[ T:,]{1,2}"),
    _strict("compact", _YEAR + _M + _DAY + rb"[-T _]" + _CLOCK, (14, 13, 11, 8), "%Y%m%d %H:%M", b"00000000-00-00", b"00000000a00-00"),
    Form("compact-loose", re.compile(_LOOSE_EDGE + rb"(?P<y>" + _YEAR + rb")(?P<m>" + _M + rb")(?P<d>" + _DAY + rb")[-T _](?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]?\d):(?P<S>[0-5]?\d)(?!\d)")),
    _strict("basic", _YEAR + _M + _DAY + rb"[T:][0-2]\d[0-5]\d[0-5]\d", (13, 12, 11, 8), "%Y%m%d %H%M", b"00000000a0000", b"00000000-0000"),
    _strict("digits", _YEAR + _M + _DAY + rb"[0-2]\d[0-5]\d[0-5]\d(?!\d)", (12, 12, 12, 12), "%Y%m%d%H%M", b"000000000000"),
    _strict("short", rb"\d\d" + _M + _DAY + rb" [0-2]\d[0-5]\d[0-5]\d(?!\d)", (11, 10, 9, 6), "%y%m%d %H%M", b"000000-0000"),
    _loose("short-hour", rb"(?P<y>\d\d)(?P<m>" + _M + rb")(?P<d>" + _DAY + rb")", rb" {1,2}"),
    _loose("iso-loose", rb"(?P<y>" + _YEAR + rb")(?P<x>[-/.])" + _NUMBER_OF_MONTH + rb"(?P=x)" + _NUMBER_OF_DAY),
    _loose("year-first", rb"(?P<y>\d\d)(?P<x>[/-])" + _NUMBER_OF_MONTH + rb"(?P=x)" + _NUMBER_OF_DAY, order="ymd"),
    _loose("day-first", _NUMBER_OF_DAY + rb"(?P<x>[/.-])" + _NUMBER_OF_MONTH + rb"(?P=x)" + _TWO_OR_FOUR, order="dmy"),
    _loose("month-first", _NUMBER_OF_MONTH + rb"(?P<x>[/-])" + _NUMBER_OF_DAY + rb"(?P=x)" + _TWO_OR_FOUR, order="mdy"),
    _strict("month-day", _M + rb"[-./]" + _DAY + rb"[ |]" + _CLOCK, (11, 10, 8, 5), "%m-%d %H:%M", b"00-00-00-00", edge=_LOOSE_EDGE),
    _strict("glog", _M + _DAY + rb" " + _CLOCK, (10, 9, 7, 4), "%m%d %H:%M", b"0000-00-00", edge=rb"(?<=^[IWEFD])"),
    _strict("glog-year", _YEAR + _M + _DAY + rb" " + _CLOCK, (14, 13, 11, 8), "%Y%m%d %H:%M", b"00000000-00-00", edge=rb"(?<=^[IWEFD])"),
    _strict("glog-short", rb"\d\d" + _M + _DAY + rb" " + _CLOCK, (12, 11, 9, 6), "%y%m%d %H:%M", b"000000-00-00", edge=rb"(?<=^[IWEFD])"),
    _strict("epoch", rb"1\d{9}(?=\.\d|(?:\d{3}){0,3}(?![0-9A-Za-z]))", (9, 8, 8, 8), "", b"000000000"),
    _strict("clock", _CLOCK, (5, 4, 2, 0), "%H:%M", b"00-00", edge=_FIRST),
    _loose("half-day", rb"(?=\d{1,2}:\d\d(?::\d\d)? ?[AaPp][Mm]\b)", rb"", edge=_FIRST),
)  # fmt: skip
"""Where a time may be read by several, the first one reads it."""
