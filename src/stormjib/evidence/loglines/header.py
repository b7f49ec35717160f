"""What a program writes in front of what it says: values, the level, the thread, the logger. Lines are compared without it.

``INFO [main] org.acme.Store: order <*> failed`` and the same of another thread are one message, and its first word is "order".
"""

import re
from typing import Final

from stormjib.evidence.loglines.level import LEVEL_WORDS

HEAD_CHARS_MAX: Final = 400

_LEVEL: Final = rf"(?:(?i:{LEVEL_WORDS})|[VDIWEFC](?=[ /]))"
_VALUE: Final = r"[^\s\[\](){}<>\"',;=|]*<\*>[^\s\[\](){}\"',;=|]*"
_FRAMED: Final = r"\[(?:[^\[\]]|\[[^\[\]]*\]){0,200}\]"
_NAME: Final = r"[A-Za-z_][\w.$/*@-]*(?:\([\w ]*\))?"
_BEFORE: Final = rf"(?:(?>(?:{_VALUE}|[A-Z][A-Z_]{{1,30}}|-+|\(<\*>\)|[\w.$-]{{1,60}}(?=\|))(?=[\s,|])|{_FRAMED}|\||,)[\s,|]*+)"
"""What may stand in front of a level: values, threads, words in capitals."""
_MORE: Final = rf"(?:(?:{_FRAMED}:?|-++|\||<\*>(?:[-:,.T/]<\*>)*+(?=[\s|]|$))[\s|]*)*"
_LOGGER: Final = rf"(?:(?:{_NAME}(?:\[[^\]]*\])? *:(?=\s)|{_NAME}(?: \*<\*>|:<\*>)? -(?=\s)|[A-Za-z_]\w*(?:\.[\w$]+)+(?=\s+\[)|[A-Z]\w*(?=\s{{2,}}))[\s|]*)?"
_WITH_LEVEL: Final = re.compile(
    rf"[\s,:]*{_BEFORE}{{0,12}}?\[?{_LEVEL}(?:/[\w<>*-]+)?(?:\s*[\]:,|]|(?=[\s(\[]))[\s|,]*{_MORE}{_LOGGER}{_MORE}"
)
_COLUMNS: Final = rf"(?>(?:{_VALUE}|[^\s:\[]*[\d@][^\s:\[]*|-+)\s+)*+"
_TAGGED: Final = re.compile(
    rf"{_COLUMNS}(?:(?:{_NAME}(?: [A-Z]\w+)?\[<\*>\]|kernel): ?|[A-Z][a-z]{{2}} <\*> <\*>:<\*>:<\*> \S+ {_NAME}(?:\[<\*>\])?: ?)"
)
_SOURCE: Final = re.compile(
    rf"\s*(?:<\*>\s+)*(?:[\w.<>*/-]+:<\*>\]\s+|[\w/-]+\.\w{{1,5}}:<\*>\s+(?:[^\w\s<]\s+)?{_FRAMED}\s+(?:<\*>\s+)*)|[.*#-] (?=[A-Z])"
)
"""A place in the code, as klog and others write it, with what the line is tagged with; the mark of Redis."""
_PIPED: Final = re.compile(r"(?:[\w.$<>*-]{1,60}\|)+")
_SAID: Final = re.compile(
    r"(?:^|[\s,{\"])(?:msg|message|event|MESSAGE|@m|(?P<why>err|error|reason|cause|exception))(?:\"?: ?\"|=\"?)"
)
"""Where a structured line says its message."""
_WORDS: Final = re.compile(r"(?:^|\s)[a-z]{2,} [a-z]{2,}(?=[\s:,]|$)")
"""Where it says something before a field with the reason, the reason is not all that it says."""
_NAMED: Final = re.compile(r"[\w.<>*-]+(?: \*<\*>)? - (?=\S)")


def behind_header(masked: str) -> int:
    """Where in a finely masked line the message begins; 0 where nothing stands in front of it."""
    head = masked[:HEAD_CHARS_MAX]
    said = _SAID.search(head)
    if said and not (said["why"] and _WORDS.search(head, 0, said.start())):
        return said.end()
    for pattern in (_WITH_LEVEL, _TAGGED, _PIPED, _SOURCE, _NAMED):
        if found := pattern.match(head):
            return found.end() if found.end() < len(masked) else 0
    return 0
