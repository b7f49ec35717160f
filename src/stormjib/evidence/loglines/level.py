"""The level of a log line: by its own word for it where it has one, by the words of what it says where it has none."""

import re
from typing import Final, Literal

LineLevel = Literal["error", "warning", "other"]

HEAD_CHARS: Final = 300
"""A level stands in the first part of a line, behind the time and the names."""
_CHARS_MAX: Final = 4_000

_LEVELS: Final[dict[str, LineLevel]] = {
    **dict.fromkeys(
        ["emerg", "emergency", "alert", "crit", "critical", "fatal", "severe", "panic", "dpanic", "error", "err"], "error"
    ),
    **dict.fromkeys(["warn", "warning"], "warning"),
    **dict.fromkeys(["notice", "info", "information", "debug", "trace", "verbose", "fine", "config"], "other"),
}
"""Every word for a level that a logger writes."""
_LETTERS: Final[dict[str, LineLevel]] = {"E": "error", "F": "error", "W": "warning"}
"""What glog and Android write for them; any other letter is no trouble."""
_SYSLOG_MAX, _SYSLOG_ERROR, _SYSLOG_WARNING = 7, 3, 4
_PINO_ERROR, _PINO_WARNING = 50, 40

_ANY: Final = "|".join(sorted(_LEVELS, key=len, reverse=True))
_NAMED: Final = re.compile(
    rf"(?<![\w./-])(?P<capitals>{_ANY.upper()})(?![\w.-])"
    rf"|[\[<|]\s{{0,8}}(?P<framed>(?i:{_ANY}))\s{{0,8}}[\]>|]"
    rf"|\b(?:level|lvl|severity|levelname|log\.level)[\"']? ?[=:] ?[\"']?(?P<field>(?i:{_ANY})|\d{{1,2}})\b"
    r"|^(?P<glog>[IWEFD])\d{4} \d\d:"
    r"|^\S+ \S+ +\d+ +\d+ (?P<android>[VDIWEFS]) ",
    re.MULTILINE,
)
_SPEAKS_OF_FAILURE: Final = re.compile(
    r"(?i)\b(?:errors?|fail(?:ed|ures?|s)?|exception|traceback|fatal|critical|panic\w*|refused|denied|timed out|timeout|unreachable"
    r"|crash\w*|segfault|oom|oom-killer|out of memory|cannot|can't|could not|couldn't|unable)\b|(?:Error|Exception)\b"
)


def level_of(line: str) -> LineLevel:
    """Of a line of text. A line at level INFO that speaks of an error is no error; a line without a level may be one."""
    found = _NAMED.search(line[:HEAD_CHARS])
    if found is None:
        return "error" if _SPEAKS_OF_FAILURE.search(line[:_CHARS_MAX]) else "other"
    letter = found["glog"] or found["android"]
    return _LETTERS.get(letter, "other") if letter else of_word(found["capitals"] or found["framed"] or found["field"]) or "other"


def of_word(word: object) -> LineLevel | None:
    """Of the word or the number (syslog's up to 7, above it those of pino) in a structured line; None where it means nothing here."""
    if isinstance(word, str) and not word.isdecimal():
        return _LEVELS.get(word.lower())
    if not isinstance(word, int | float | str) or isinstance(word, bool):
        return None
    number = float(word)
    error, warning = number >= _PINO_ERROR, number >= _PINO_WARNING
    if number <= _SYSLOG_MAX:
        error, warning = number <= _SYSLOG_ERROR, number <= _SYSLOG_WARNING
    return "error" if error else "warning" if warning else "other"
