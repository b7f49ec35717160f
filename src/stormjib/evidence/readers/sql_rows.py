"""Rows as psql prints them: aligned, expanded, as CSV or bare, by the names of their columns."""

import csv
import io
import re
from typing import Final

_RULE: Final = re.compile(r"-+(?:\+-+)*")
_RECORD: Final = re.compile(r"-\[ RECORD \d{1,9} \][-+]*")
_COUNTED: Final = re.compile(r"\((\d{1,9}) rows?\)")
_NAME: Final = re.compile(r'(?:.*\bAS\s+)?"?(?:\w+\.)?([\w ?]{1,80})"?(?:\(.*\))?$', re.IGNORECASE | re.DOTALL)
_ROWS_MAX: Final = 2_000
_LINE_CHARS_MAX: Final = 8_000
_QUERY_CHARS_MAX: Final = 4_000

Row = dict[str, str]


def rows_of(output: str, query: str, *, bare: bool) -> list[Row] | None:
    """The rows, at most _ROWS_MAX; None where the output is no table. Names are in lower case.

    ``bare`` is whether the command leaves the header out: then the names are those that the query selects.
    """
    lines = [line.rstrip() for line in output.split("\n") if line.strip() and len(line) <= _LINE_CHARS_MAX][: _ROWS_MAX + 3]
    if any(_RECORD.fullmatch(line) for line in lines[:1]):
        return _expanded(lines)
    rule = next((at for at, line in enumerate(lines[:4]) if _RULE.fullmatch(line)), 0)
    if rule:
        names = _cells(lines[rule - 1])
        return _named(names, [_cells(line) for line in lines[rule + 1 :] if not _COUNTED.fullmatch(line)])
    if bare:
        return _named(selected(query), [_cells(line) for line in lines])
    if lines and _COUNTED.fullmatch(lines[-1]):
        return _named(_cells(lines[0]), [_cells(line) for line in lines[1:-1]])
    if lines and "," in lines[0]:
        listed = list(csv.reader(io.StringIO("\n".join(lines))))
        return _named(listed[0], listed[1:])
    return None


def counted(output: str) -> int | None:
    """The number in psql's ``(3 rows)``."""
    found = _COUNTED.search(output[-200:])
    return int(found[1]) if found else None


def selected(query: str) -> list[str]:
    """The names of the columns that a SELECT gives, as far as the text tells; a place without a name is its number."""
    found = re.match(
        r"\s*select\s+(?:distinct\s+)?(.*?)(?:\bfrom\b(?![^(]*\))|;|$)", query[:_QUERY_CHARS_MAX], re.IGNORECASE | re.DOTALL
    )
    parts, depth = [""], 0
    for letter in found[1] if found else "":
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    names = (_NAME.match(part.strip()) for part in parts)
    return [name[1].strip().lower() if name else str(at) for at, name in enumerate(names)]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _named(names: list[str], rows: list[list[str]]) -> list[Row]:
    """Rows that have another number of cells are parts of a cell with a line break, or no rows."""
    lowered = [name.lower() for name in names]
    fitting = [row for row in rows if len(row) == len(lowered)]
    if not fitting and rows:
        return [dict(zip(map(str, range(len(row))), row, strict=True)) for row in rows]
    return [dict(zip(lowered, row, strict=True)) for row in fitting]


def _expanded(lines: list[str]) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        if _RECORD.fullmatch(line):
            rows.append({})
        elif " | " in line or line.endswith(" |"):
            name, _, value = line.partition("|")
            rows[-1][name.strip().lower()] = value.strip()
    return rows
