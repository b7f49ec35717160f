"""The Markdown of wikis made plain: boxes, tabs and folds of MkDocs, Docusaurus, GitHub and others become quotes, line by line."""

import re
from typing import NamedTuple

_BOX = re.compile(r'(\s*)(?:!!!|\?\?\?\+?)\s+([\w-]+)[^"\n]*(?:"([^"\n]*)")?\s*$')
_TAB = re.compile(r'(\s*)={3}[!+]?\s+"([^"\n]+)"\s*$')
_COLONS = re.compile(r"(\s*):{3,}\s?([A-Za-z][\w-]*)(?:\[([^\]\n]*)\]|\s+(?!\{)([^{\n]*))?.*$")
_COLONS_END = re.compile(r"\s*:{3,}\s*$")
_FOLD = re.compile(r"(\s{0,3})<details[^>]*>\s*(?:<summary[^>]*>(.*?)</summary>)?\s*$", re.IGNORECASE)
_SUMMARY = re.compile(r"\s*<summary[^>]*>(.*?)</summary>\s*$", re.IGNORECASE)
_FOLD_END = re.compile(r"\s*</details>\s*$", re.IGNORECASE)
_TAGS = re.compile(r"\s*(?:</?(?:p|div|br|span|aside|center|ac:[\w-]+|section)(?:\s[^<>]*)?/?>\s*)+$", re.IGNORECASE)
_HTML = re.compile(r"</?[A-Za-z][^<>]*>")
_HEADING = re.compile(r"#{1,6}\s")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_INDENT = 4


class Plain(NamedTuple):
    """The lines, as many as before, and the numbers of those that were nothing but markup; they count from 1."""

    lines: list[str]
    markup: frozenset[int]


def plain_lines(lines: list[str]) -> Plain:
    """The lines with every container of a dialect as a quote whose title is a heading in it, which owns nothing outside."""
    made, markup = list(lines), set[int]()
    at, fence = 0, ""
    while at < len(made):
        line = made[at]
        opened = _FENCE.match(line)
        if opened and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else opened.group(1)
        elif not fence:
            end = _indented(made, at) or _closed(made, at, markup)
            if end is None and _TAGS.match(line) and line.strip() and not _is_table(line):
                made[at] = ""
                markup.add(at + 1)
        at += 1
    return Plain(made, frozenset(markup))


def _is_table(line: str) -> bool:
    return "<t" in line.lower()


def _title(indent: str, text: str) -> str:
    return f"{indent}> #### {_HTML.sub('', text).strip().rstrip(':')}:"


def _indented(lines: list[str], at: int) -> int | None:
    """Make a quote of a box or a tab, which holds what is indented below it; the line behind it, None where there is none."""
    box, tab = _BOX.match(lines[at]), _TAB.match(lines[at])
    found = box or tab
    if found is None:
        return None
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
    return end


def _closed(lines: list[str], at: int, markup: set[int]) -> int | None:
    """Make a quote of what stands between an opening and a closing line; the line behind it, None where nothing is opened or closed."""
    colons, fold = _COLONS.match(lines[at]), _FOLD.match(lines[at])
    if colons is None and fold is None:
        return None
    ends = _COLONS_END if colons else _FOLD_END
    end, depth, fence = at + 1, 1, ""
    while end < len(lines):
        opened = _FENCE.match(lines[end])
        if opened and (not fence or lines[end].strip().startswith(fence)):
            fence = "" if fence else opened.group(1)
        elif not fence:
            depth += bool((_COLONS if colons else _FOLD).match(lines[end])) - bool(ends.match(lines[end]))
            if depth == 0 or _HEADING.match(lines[end]):
                break
        end += 1
    if end == len(lines) or depth:
        return None
    found = colons or fold
    indent = found.group(1) if found else ""
    named = (colons.group(3) or colons.group(4) or colons.group(2)) if colons else (fold.group(2) or "" if fold else "")
    lines[at] = _title(indent, named) if named else ""
    markup.add(at + 1)
    for number in range(at + 1, end):
        summary = None if colons else _SUMMARY.match(lines[number])
        lines[number] = _title(indent, summary.group(1)) if summary else f"{indent}> {lines[number].removeprefix(indent)}"
    lines[end] = ""
    markup.add(end + 1)
    return end + 1
