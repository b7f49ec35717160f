"""Lines that belong to the line before: the frames of a stack trace and what frames them."""

import re
from typing import Final

from stormjib.evidence.loglines.level import begins_with_level, level_of

_JOINED: Final = re.compile(
    r"\s|$"  # indented: a frame, a pretty-printed value; or empty
    r"|at [\w.$<>]+\("
    r"|Caused by: |Suppressed: |\.\.\. \d+ (?:more|common frames)"
    r"|Traceback \(most recent call last\)|During handling of the above|The above exception was"
    r"|goroutine \d+ \[|created by [\w./]+|(?=[\w/-]*\.)[\w./-]++(?:\(\*?\w+\)[\w.]++)?\([^)]*+\)$|exit status \d+$|\[signal SIG"
    r"|Stack trace:$|#\d{1,3} {1,2}(?:0x|/|\{main\}|\[internal)|(?:from )?\S+:\d+:in [`'\w]|\[stacktrace\]$|Node\.js v\d"
    r"|stack backtrace:|note: run with |called `(?:Option|Result)::"
    r"|\*\* \((?:\w+\.)*\w+\)(?: |$)|Last message(?: \(.*\))?: |State: |Initial Call: |Ancestors: \["
    r"|\"?[)\]}]+[,;]?\s*$"
)
_RAISED: Final = re.compile(
    r"(?:Caused by: )?((?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$][\w$]*(?:Error|Exception|Exit|Interrupt|Fault|Failure|panic)"
    r"|(?:\w+\.)*(?:errors?|exceptions?|exc)\.[A-Z]\w*)(?::|$)|(panic): "
)

_SENTENCE: Final = re.compile(
    r"\s+(?!(?:at|in|raise|return|throw|from|File)\b)[A-Za-z][\w'/.:,-]{0,80}(?: [\w'/.:,-]{1,80}){1,30}[.!]?"
)


def joined(line: str) -> bool:
    """Whether it continues the line before it. Told by the line alone, so that the order of reading does not matter."""
    if line[:1].isspace() and (begins_with_level(line) or line.lstrip().startswith("panic: ")):
        return False  # a logger sets levels flush right; whatever is one by itself must not vanish in another line
    return bool(_JOINED.match(line)) or raised(line) != ""


def says_failure(line: str) -> bool:
    """Whether an indented line is a sentence about a failure, and no frame and no code."""
    return _SENTENCE.fullmatch(line) is not None and level_of(line) == "error"


def raised(line: str) -> str:
    """The class of the exception that the line names at its very beginning; "" for any other line."""
    found = _RAISED.match(line)
    return (found[1] or found[2]) if found else ""
