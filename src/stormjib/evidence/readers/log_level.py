"""The level of a log line, by its own word for it or, without one, by what it says."""

import re
from typing import Final, Literal

Level = Literal["error", "warning", "other"]

HEAD_CHARS: Final = 160
"""A line names its level within so many characters, or nowhere."""

SPEAKS_OF_ERROR: Final = re.compile(
    r"\b(?:error|exception|traceback|fatal|panic|critical|refused|oom)\b|[a-z](?:Error|Exception)\b", re.IGNORECASE
)
_CHARS_MAX: Final = 4_000
_NAMED: Final = re.compile(
    r"\b(?:level|lvl|severity|levelname)=[\"']?([A-Za-z]{1,10})|[\[<|]\s?(debug|info|notice|warn|warning|error|err|crit|critical|alert|emerg|fatal)\s?[\]>|]"
    r"|\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE|PANIC|EMERGENCY|ALERT)\b(?!-)"
)
_ERRORS: Final = {"error", "err", "crit", "critical", "alert", "emerg", "emergency", "fatal", "severe", "panic", "dpanic"}
_WARNINGS: Final = {"warn", "warning"}
_PINO_ERROR, _PINO_WARNING = 50, 40


def level_of(line: str) -> Level:
    """Of a line of text. A line at level INFO that speaks of an error is no error; a line without a level may be one."""
    named = _NAMED.search(line[:HEAD_CHARS])
    if named:
        return of_word(next(group for group in named.groups() if group))
    return "error" if SPEAKS_OF_ERROR.search(line[:_CHARS_MAX]) else "other"


def of_word(word: object) -> Level:
    """Of the word or the number (as pino writes it) that a structured line gives."""
    if isinstance(word, int | float):
        return "error" if word >= _PINO_ERROR else "warning" if word >= _PINO_WARNING else "other"
    said = str(word)[:20].lower()
    return "error" if said in _ERRORS else "warning" if said in _WARNINGS else "other"
