"""The Markdown of wikis made plain: boxes, tabs and folds of MkDocs, Docusaurus, GitHub and others become quotes, line by line."""

import re
from typing import NamedTuple

from stormjib.core.kinds import Kind
from stormjib.core.markdown.headings import kind_of
from stormjib.core.markdown.words import Words

_BOX = re.compile(r'(\s*)(?:!!!|\?\?\?\+?)\s+([\w-]+)[^"\n]*(?:"([^"\n]*)")?\s*$')
_TAB = re.compile(r'(\s*)={3}[!+]?\s+"([^"\n]+)"\s*$')
_COLONS = re.compile(r"(\s*):{3,}\s?([A-Za-z][\w-]*)(?:\[([^\]\n]*)\]|\s+(?!\{)([^{\n]*))?.*$")
_COLONS_END = re.compile(r"\s*:{3,}\s*$")
_FOLD = re.compile(r"(\s{0,3})<details[^>]*>\s*(?:<summary[^>]*>(.*?)</summary>)?\s*$", re.IGNORECASE)
_SUMMARY = re.compile(r"\s*<summary[^>]*>(.*?)</summary>\s*$", re.IGNORECASE)
_FOLD_END = re.compile(r"\s*</details>\s*$", re.IGNORECASE)
_TAGS = re.compile(r"\s*(?:</?(?:p|div|br|span|aside|center|ac:[\w-]+|section)(?:\s[^<>]*|/)?>\s*)+$", re.IGNORECASE)
_HTML = re.compile(r"</?[A-Za-z][^<>]*>")
_HEADING = re.compile(r"#{1,6}\s")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_BALLOT = re.compile(r"(\s*)(?:[-*+]\s+)?([\u2610\u25a2\u25a1\u2611\u2612])\ufe0f?\s+(?=\S)")
"""A box as a character before a line, or as what a list item begins with, empty or checked: how Confluence and Word write tasks."""
_EMPTY_BALLOTS = "\u2610\u25a2\u25a1"
_INDENT = 4
_LABEL = re.compile(r"[^\W\d_][^\n:.`*|<>#]{1,40}[:\uff1a]\s*")
_LABEL_WORDS_MAX = 4
_LISTED = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
_PARTS = {Kind.INVESTIGATE, Kind.MITIGATE, Kind.VERIFY, Kind.AFTER}


class Plain(NamedTuple):
    """The lines, as many as before, and the numbers of those that were nothing but markup; they count from 1."""

    lines: list[str]
    markup: frozenset[int]


def plain_lines(lines: list[str], words: Words) -> Plain:
    """The lines with every container of a dialect as a quote whose title is a heading in it, which owns nothing outside.

    A label on a line of its own ("Fix:") above a list or a fence heads it, where it names a part of a runbook, and ends the list before.
    """
    made, markup = list(lines), set[int]()
    ends = _ends(lines)
    at, fence = 0, ""
    while at < len(made):
        line = made[at]
        opened = _FENCE.match(line)
        if opened and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else opened.group(1)
        elif not fence:
            _boxed(made, at)
            done = _indented(made, at) or _closed(made, at, ends.get(at, 0), markup) or _labelled(made, at, words)
            if not done and _TAGS.match(line) and line.strip() and not _is_table(line):
                made[at] = ""
                markup.add(at + 1)
        at += 1
    return Plain(made, frozenset(markup))


def _boxed(lines: list[str], at: int) -> None:
    """Make the item of a checklist of a line that begins with a box."""
    found = _BALLOT.match(lines[at])
    if found:
        mark = " " if found[2] in _EMPTY_BALLOTS else "x"
        lines[at] = f"{found[1]}- [{mark}] {lines[at][found.end() :]}"


def _labelled(lines: list[str], at: int, words: Words) -> bool:
    """Make a heading, or a quote where it names no part, of a label that introduces what stands below it."""
    before, text = lines[at - 1] if at else "", lines[at]
    if not _LABEL.fullmatch(text) or len(text.split()) > _LABEL_WORDS_MAX:
        return False
    below = next((line for line in lines[at + 1 : at + 3] if line.strip()), "")
    if not (_LISTED.match(below) or _FENCE.match(below)):
        return False
    title = text.strip(" :\uff1a")
    if kind_of(title, words, mitigates=False) in _PARTS and (not before.strip() or _LISTED.match(before)):
        lines[at] = f"###### {title}"
    elif _LISTED.match(before):
        lines[at] = f"> {text}"
    else:
        return False
    return True


def _is_table(line: str) -> bool:
    return "<t" in line.lower()


def _title(indent: str, text: str) -> str:
    return f"{indent}> #### {_HTML.sub('', text).strip().rstrip(':')}:"


def _indented(lines: list[str], at: int) -> bool:
    """Make a quote of a box or a tab, which holds what is indented below it, where one stands here."""
    box, tab = _BOX.match(lines[at]), _TAB.match(lines[at])
    found = box or tab
    if found is None:
        return False
    inner = len(found.group(1)) + _INDENT
    end = at + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) >= inner):
        end += 1
    while end > at + 1 and not lines[end - 1].strip():
        end -= 1
    named = (box.group(3) or box.group(2)) if box else found.group(2)
    lines[at] = _title(found.group(1), named)
    for number in range(at + 1, end):
        lines[number] = f"{found.group(1)}> {lines[number][inner:]}"
    return True


def _ends(lines: list[str]) -> dict[int, int]:
    """The closing line of each opening one, by their places; what holds a heading of the book or is never closed has none."""
    found: dict[int, int] = {}
    opened: dict[bool, list[int]] = {True: [], False: []}
    fence = ""
    for at, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark.group(1)
        elif fence:
            continue
        elif _HEADING.match(line):
            opened = {True: [], False: []}
        elif _COLONS.match(line) or _FOLD.match(line):
            opened[bool(_FOLD.match(line))].append(at)
        elif _COLONS_END.match(line) or _FOLD_END.match(line):
            waiting = opened[bool(_FOLD_END.match(line))]
            if waiting:
                found[waiting.pop()] = at
    return found


def _closed(lines: list[str], at: int, end: int, markup: set[int]) -> bool:
    """Make a quote of what stands between an opening and its closing line, where there are both."""
    colons, fold = _COLONS.match(lines[at]), _FOLD.match(lines[at])
    found = colons or fold
    if found is None or not end:
        return False
    named = (colons.group(3) or colons.group(4) or colons.group(2)) if colons else found.group(2) or ""
    indent = found.group(1)
    lines[at] = _title(indent, named) if named else ""
    markup.update({at + 1, end + 1})
    for number in range(at + 1, end):
        summary = None if colons else _SUMMARY.match(lines[number])
        lines[number] = _title(indent, summary.group(1)) if summary else f"{indent}> {lines[number].removeprefix(indent)}"
    lines[end] = ""
    return True
