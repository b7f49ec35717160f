"""Lines that stand among commands and are none: what a command printed, configuration, SQL, trees, addresses, sentences."""

import re

from stormjib.core.shell.programs import is_known
from stormjib.core.shell.values import PATTERNS
from stormjib.core.text.table import words_of

_PRINTED = re.compile(
    r"""(?:
    https?://\S+\s*$                                   # an address alone
    | [\u2500-\u257f\u2713\u2714\u2717\u2718\u2022\u2192\u2190\u2026\u276f<>|+*\}\]"',=~]   # trees, tables, JSON, arrows, bullets
    | \{\s*["}]? \s*$ | \{\s*" | \[\s*$ | \[\s*["{\d]  # JSON
    | -+\s*(?:$|\s|\+|\|) | =+\s*$ | \.{2,3}\s*$
    | \(\d+\s(?:rows?|lines?)\)
    | [\w./\[\]"-]+:(?:\s|$)                           # key: value
    | [\w.-]+\s+=\s                                    # key = value
    | (?:HTTP/\d|\d{4}-\d\d-\d\d|\d{1,3}(?:\.\d+)?(?:%|\s|$)|\d{1,2}:\d\d|\d+\.\d+\.\d+\.\d+\b)
    | (?:ERROR|WARN(?:ING)?|INFO|FATAL|DEBUG|PANIC|TRACE|Error|Warning|FAIL|PASS|OK)\b
    | [A-Z][A-Z0-9_()/%-]+(?:[\s;(]|$)                 # statements of SQL, methods of HTTP, heads of tables
    | (?i:select\s[^\n]*\sfrom|insert\sinto|update\s\w+\sset|delete\sfrom|(?:alter|create|drop|truncate)\s(?:table|index|user|database|view))\s
    | (?i:show\s(?:(?:full\s)?processlist|tables|databases|(?:master|slave|replica)\sstatus))\b
    | [A-Z][a-z]+(?:\s+[a-z][\w'’-]*,?)+(?:[.:?!]?\s*$|\s+[a-z])  # a sentence, or a question for somebody who types
    | \(?\s*[a-z_]+\s?(?:by\s?|without\s?)?\([^)]    # an expression, such as a query of metrics
    | [\w/-]+\s(?:->|=>|\u2192)\s                        # a chain of names
    | [^\W\d_A-Za-z]                                   # a word in another script
    | \d{1,2}[.)]\s | @\w | \(?\.{3} | \\[a-z?]+\s*$      # a numbered line, a mention, an ellipsis, a command of psql
    | (?:Ctrl|Cmd|Alt|Shift|Strg)\s?[+-] | :\w | [a-zA-Z]\s*$  # keys, and what an editor is told
    | \S+\s+\d+/\d+\b | [\w.-]+(?:\s[^(){}]*)?\{\s*$   # a row of a table, a block of settings
    | [A-Z]\w*\s+(?:yes|no|on|off|true|false|\d+)\s*$    # a setting
    | [A-Z][a-z]+-[A-Z][a-z]\w*                         # a command of PowerShell
    )""",
    re.VERBOSE,
)
_COLUMNS = re.compile(r"\S+(?:[ ]{2,}\S+){2,}")
_ASSIGNS = re.compile(r"[A-Za-z_]\w*=")
_NAME = re.compile(r"[\w./-]+")
_WINDOWS = re.compile(r"set\s+\w+=|\.\\\w|\w+\\\w+\\\w|(?:cd\s+(?:/d\s+)?)?[A-Z]:\\")
_ALSO_WORDS = words_of(
    "column cut date file find fold free head host join kill kind last less line look more nice paste read script sensors set sort split stern tail test time "
    "top uptime wait watch who write yes"
)
"""Programs whose names are words of English: with nothing but words behind them they are none, "file missing", unless they run a program."""
_OUTCOMES = words_of(
    "not no is are was were does did cannot out failed fails failure missing denied refused unavailable unreachable exceeded expired timed exited died lost crashed broken stuck "
    "conflict wrong invalid in of the with"
)
_LANGUAGES = words_of("python python3 node ruby perl")
SHELLS_OWN = re.compile(r"\s-[\w-]|\s\S*/|[|&;$=<>~*]")
_QUOTED = re.compile(r"([\"'])[^\"'\n]*\1")


def is_printed(text: str) -> bool:
    """Whether a statement of a fence is no command. A program that is known, by its name or its path, is one; ``text`` is never run."""
    line = text.lstrip().split("\n", 1)[0]
    if _WINDOWS.match(line):
        return True
    name = _NAME.match(line)
    word = name.group(0).rsplit("/", 1)[-1] if name else ""
    if (word and is_known(word) and not line[name.end() :].startswith(":")) if name else False:
        return False
    if _ASSIGNS.match(line):
        return False
    return bool(_PRINTED.match(line) or (_COLUMNS.match(line) and " -" not in line))


def is_said(typed: str) -> bool:
    """Whether code is what something says or holds, though it may begin as a command does: "host not found", "top level", "false"."""
    first, *rest = [part.strip(".,:!?") for part in _QUOTED.sub("", typed).split()] or [""]
    program = first.rsplit("/", 1)[-1]
    if is_printed(typed) or typed in {"true", "false"}:
        return True
    if (program in PATTERNS and program not in _LANGUAGES) or SHELLS_OWN.search(typed):
        return False
    runs = any(is_known(part) and part not in _ALSO_WORDS for part in rest)
    return not _OUTCOMES.isdisjoint(rest) or (program in _ALSO_WORDS and not runs and any(part.isalpha() for part in rest))
