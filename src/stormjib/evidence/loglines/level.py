"""The level of a log line: by its own word for it where it has one, by the words of what it says where it has none."""

import re
from typing import Final, Literal

import msgspec

from stormjib.core.text.table import rows_of, table

LineLevel = Literal["error", "warning", "other"]

HEAD_CHARS: Final = 300
"""A level stands in the first part of a line, behind the time and the names."""
_CHARS_MAX: Final = 4_000


class _Row(msgspec.Struct, frozen=True, array_like=True):
    level: LineLevel
    words: str


_LEVELS: Final[dict[str, LineLevel]] = {
    word: row.level for row in table(_Row, __package__, "levels.tsv") for word in row.words.split()
}
"""Every word for a level that a logger writes."""
_LETTERS: Final[dict[str, LineLevel]] = {"E": "error", "F": "error", "C": "error", "-1": "error", "W": "warning"}
"""What glog, Ruby, Android and others write for them; any other letter is no trouble."""
_SYSLOG_MAX, _SYSLOG_ERROR, _SYSLOG_WARNING = 7, 3, 4
_PINO_ERROR, _PINO_WARNING = 50, 40
_OTEL_ERROR, _OTEL_WARNING = 17, 13
_MONOLOG_MIN, _MONOLOG_ERROR, _MONOLOG_WARNING = 100, 400, 300

LEVEL_WORDS: Final = "|".join(sorted(_LEVELS, key=len, reverse=True))
_WEAK: Final = r"LOG|NOTE|HINT|DETAIL|CONTEXT|CONFIG|STATEMENT|FINE|FINER|FINEST|ALERT"
"""Words that are more often something else in capitals; as levels they end with a colon."""
_STRONG: Final = "|".join(word.upper() for word in sorted(_LEVELS, key=len, reverse=True) if word.upper() not in _WEAK.split("|"))
_NAMED: Final = re.compile(
    rf"(?<![\w/-])(?<!\.\w)(?:\w{{1,40}}\.)?(?P<capitals>{_STRONG})(?![\w-]|\.\w|=)"
    rf"|(?<![\w./-])(?P<weak>{_WEAK}): "
    rf"|[\[<|:]\s{{0,8}}(?P<framed>(?i:{LEVEL_WORDS}))\s{{0,8}}[\]>|]"
    r"|\b(?:level|lvl|severity|levelname|level_name|log\.level|at)[\"']? ?[=:] ?[\"']?"
    rf"(?P<field>(?i:{LEVEL_WORDS})|\d{{1,3}})(?![\w.])"
    rf"|(?:^\s{{0,8}}|[\]:Z\d] {{1,8}})(?P<word>{LEVEL_WORDS}|fail): "
    rf"|\b(?:PHP )(?P<php>(?:[A-Z]\w+ )?(?i:error|warning|notice|deprecated)):"
    rf"|(?:\[[^\[\]/\n]{{1,80}}|(?:^|\d[Z\]]? )[\w.#-]{{1,60}})/(?P<thread>{_STRONG})(?=[\]:,)\s]|$)"
    r"|(?:^|\s)(?P<glog>[IWEFD])\d{4}(?:\d\d){0,2} \d\d:"
    r"|^(?P<ruby>[DIWEFA]), \["
    r"|(?:^|\s)(?P<logcat>[VDIWEFS])/[\w.-]{1,60}\( *\d+\):"
    r"|\d +\d+ +\d+ (?P<android>[VDIWEFS]) "
    r"|(?:^|\d(?:Z| ?[+-]\d\d:?\d\d)?[:\]]? )(?P<letter>[VDIWEFC])(?:!|  ?[A-Z][A-Z]+ | tensorflow/| [\[|])"
    r"|\d(?:Z|[+-]\d{4})? [0-9a-f]{8,16} {1,2}(?P<below>-1) "
    r"|\[(?P<short>[VDIWEFC])(?:\]| \d)"
    r"|%[A-Z][\w-]{1,40}-(?P<cisco>[0-7])-[A-Z]"
    r"|^<(?P<priority>\d{1,3})>",
    re.MULTILINE,
)
_REDIS: Final = re.compile(r"^\d+:[MCSX] \d\d \w{3} (?:\d{4} )?[\d:.]+ (?P<mark>[.*#-]) ")
_REDIS_TROUBLE: Final = re.compile(r"(?i)warning")
_METHOD: Final = r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)"
ANSWERS: Final = (
    r"HTTP/[\d.]+\"? ",
    r"\| ",
    r"\bCompleted ",
    r"(?:-?\d{1,10}/){2,4}\+?-?\d{1,10} (?=\d\d\d [+-]?\d{1,20} )",  # HAProxy, behind its times
    r"(?: -?\d{1,10}(?:\.\d{1,10})?){3} (?=\d\d\d (?:\d\d\d|-) \d{1,20} \d{1,20} \")",  # load balancers of AWS
    rf"\b{_METHOD} /\S* (?=\d\d\d(?: |$))|\" from \S+ - (?=\d\d\d )",  # what frameworks of Node and Go print
    rf"^[^\n]{{0,300}}?\b{_METHOD} /\S* [^\n]{{1,2000}} (?=\d\d\d \d{{1,3}} \d{{1,10}}(?: \d{{1,10}}){{0,3}}\r?$)",  # IIS
)
"""What stands in front of the status of a request."""
_FAILED_REQUEST: Final = re.compile(
    "|".join((*(f"(?:{one})5\\d\\d\\b" for one in (ANSWERS[0], *ANSWERS[2:])), r"\| 5\d\d \|")), re.MULTILINE
)
"""What a server answered that could not: however it calls the level of such a line."""
_STATUS: Final = re.compile(r"\bstatus(?:_code)?=5\d\d\b")
_REQUEST: Final = re.compile(r"HTTP/[\d.]+\"? [1-4]\d\d\b")
_SPEAKS_OF_FAILURE: Final = re.compile(r"(?i)(?<!\w)(?:" + "|".join(rows_of(__package__, "failures.txt")) + r")(?!\w)")
_CRASHED: Final = re.compile(r"(?i)(?<!\w)(?:" + "|".join(rows_of(__package__, "crashes.txt")) + r")(?!\w)")
_HARMLESS: Final = re.compile("(?i)" + "|".join(rows_of(__package__, "harmless.txt")))


def level_of(line: str) -> LineLevel:
    """Of a line of text. A line at level INFO that speaks of an error is no error, unless something crashed; a line without a level may be one."""
    if _FAILED_REQUEST.search(line[:_CHARS_MAX]) or crashed(line):
        return "error"
    redis = _REDIS.match(line)
    found = None if redis and redis["mark"] == "#" else _NAMED.search(line[:HEAD_CHARS])
    if redis and redis["mark"] != "#":
        return "other"
    if found is None:
        if _REQUEST.search(line[:_CHARS_MAX]):
            return "other"
        if redis and _REDIS_TROUBLE.search(line[:HEAD_CHARS]):
            return "warning"
        return "error" if _STATUS.search(line[:_CHARS_MAX]) or _found(_SPEAKS_OF_FAILURE, line[:_CHARS_MAX]) else "other"
    kind, text = found.lastgroup, found[found.lastgroup or 0]
    if kind in {"below", "glog", "ruby", "logcat", "android", "letter", "short"}:
        return _LETTERS.get(text, "other")
    if kind == "priority":
        return of_word(int(text) % 8) or "other"
    return of_word("error" if text == "fail" else text.split()[-1]) or "other"


def crashed(text: str) -> bool:
    """Whether it says what is an error at any level."""
    return _found(_CRASHED, text[:_CHARS_MAX])


def of_number(number: object) -> LineLevel | None:
    """Of a severity as OpenTelemetry counts it, 1 to 24; None where it is no number."""
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return "error" if number >= _OTEL_ERROR else "warning" if number >= _OTEL_WARNING else "other"


def names_level(line: str) -> bool:
    """Whether a line of text has a word of its own for its level."""
    return _NAMED.search(line[:HEAD_CHARS]) is not None


def begins_with_level(line: str) -> bool:
    """Whether its own word for its level is the first of it, blanks aside."""
    return _NAMED.match(line[:HEAD_CHARS].lstrip()) is not None


def _found(words: re.Pattern[str], line: str) -> bool:
    return words.search(line) is not None and words.search(_HARMLESS.sub(" ", line)) is not None


def of_word(word: object) -> LineLevel | None:
    """Of the word or the number in a structured line: syslog's up to 7, then those of pino, from 100 on those of Monolog.

    None where it means nothing here.
    """
    if isinstance(word, str) and not word.isdecimal():
        return _LEVELS.get(word.lower())
    if not isinstance(word, int | float | str) or isinstance(word, bool):
        return None
    number = float(word)
    error, warning = number >= _PINO_ERROR, number >= _PINO_WARNING
    if number <= _SYSLOG_MAX:
        error, warning = number <= _SYSLOG_ERROR, number <= _SYSLOG_WARNING
    elif number >= _MONOLOG_MIN:
        error, warning = number >= _MONOLOG_ERROR, number >= _MONOLOG_WARNING
    return "error" if error else "warning" if warning else "other"
