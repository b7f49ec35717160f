"""Whether a line tells of an error: by its level where it has one, by its words where it has none."""

import re
from typing import Final

HEAD_CHARS: Final = 300
"""A level stands in the first part of a line, behind the time and the names."""

_LEVEL: Final = re.compile(
    r"(?<![\w./-])(?P<bad>EMERG|EMERGENCY|ALERT|CRIT|CRITICAL|FATAL|SEVERE|PANIC|ERROR|ERR)(?![\w./-])"
    r"|(?<![\w./-])(?P<good>WARN|WARNING|NOTICE|INFO|DEBUG|TRACE|VERBOSE|FINE|CONFIG)(?![\w./-])"
    r"|\[(?P<bad2>emerg|alert|crit|critical|fatal|error|err)\]|\[(?P<good2>warn|warning|notice|info|debug|trace)\]"
    r"|\b(?:level|lvl|severity|levelname|log\.level)\"? ?[=:] ?\"?(?:(?P<bad3>emerg\w*|alert|crit\w*|fatal|panic|err|error|[5-9]0)|(?P<good3>warn\w*|notice|info\w*|debug|trace|[1-4]0))\b"
    r"|^(?:(?P<bad4>[EF])|(?P<good4>[IWD]))\d{4} \d\d:"
    r"|^\S+ \S+ +\d+ +\d+ (?:(?P<bad5>[EF])|(?P<good5>[VDIWS])) ",
    re.MULTILINE,
)
_LOUD: Final = re.compile(
    r"(?i)\b(?:error|errors|fail(?:ed|ure|ures|s)?|exception|fatal|panic\w*|refused|denied|timed out|timeout|unreachable|crash\w*|segfault|oom-killer|out of memory|cannot|can't|could not|couldn't|unable)\b|(?:Error|Exception)\b"
)


def is_error(line: str) -> bool:
    """True for a level of error and above; without any level, for a line with a word of failure."""
    found = _LEVEL.search(line[:HEAD_CHARS])
    if found is not None:
        return (found.lastgroup or "").startswith("bad")
    return _LOUD.search(line) is not None
