"""Lines that belong to the line before: the frames of a stack trace and what frames them."""

import re
from typing import Final

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


def joined(line: str) -> bool:
    """Whether it continues the line before it. Told by the line alone, so that the order of reading does not matter."""
    return bool(_JOINED.match(line)) or raised(line) != ""


def raised(line: str) -> str:
    """The class of the exception that the line names at its very beginning; "" for any other line."""
    found = _RAISED.match(line)
    return (found[1] or found[2]) if found else ""
