"""The severity levels that a fence, a table or a list of a runbook defines."""

import re
from collections.abc import Iterable

from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.runbook import Severity

_LEVEL = r"(P[0-9]|SEV[ -]?[0-9])"
_APART = r"(?:\s{0,3}[:|]\s{0,3}|\s{1,3}[\u2013\u2014-]\s{1,3}|\s{2,9}|\t)"
_DEFINES = re.compile(rf"\W{{0,6}}{_LEVEL}\W{{0,6}}?{_APART}(\S.*)", re.IGNORECASE)
_NAME = re.compile(rf"{_LEVEL}(?:\s{{0,3}}[:(\u2013\u2014-].*)?", re.IGNORECASE)
_WORDS = ("critical", "high", "major", "medium", "moderate", "minor", "low", "info", "emergency", "urgent", "normal")


def of_fence(block: Block) -> tuple[Severity, ...]:
    """The levels of a fence whose every line, comments aside, defines one; else none. Its language tag says nothing."""
    first = block.line + (1 if block.fenced else 0)
    lines = [(first + offset, line) for offset, line in enumerate(block.text.split("\n"))]
    return _all((line, text) for line, text in lines if text.strip() and not text.lstrip().startswith("#"))


def of_items(items: Iterable[Block]) -> tuple[Severity, ...]:
    """The levels of a list whose every item defines one, else none."""
    return _all((item.line, plain(item.text)) for item in items)


def _all(lines: Iterable[tuple[int, str]]) -> tuple[Severity, ...]:
    found = []
    for line, text in lines:
        defined = _DEFINES.fullmatch(text.strip()[:2_000])
        if defined is None:
            return ()
        found.append(Severity(_canonical(defined.group(1)), defined.group(2).strip(), line))
    return tuple(found)


def of_table(block: Block, *, about_severity: bool) -> tuple[Severity, ...]:
    """The levels of a table with one in the first cell of every row; words such as "Critical" count below a severity heading."""
    found = []
    for line, cells in block.rows:
        name = plain(cells[0]) if cells else ""
        named = _NAME.fullmatch(name[:200])
        if named is None and not (about_severity and name.lower() in _WORDS):
            return ()
        text = ", ".join(plain(cell) for cell in cells[1:] if cell)
        found.append(Severity(_canonical(named.group(1)) if named else name, text, line))
    return tuple(found)


def _canonical(name: str) -> str:
    return re.sub(r"[ -]", "", name).upper()
