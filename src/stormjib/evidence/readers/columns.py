"""A table as kubectl, podman and their like print it: names in a first row, cells below them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_NAME: Final = re.compile(r"[A-Z][\w()%/&.-]*(?: [\w()%/&.-]+)*")
_GAP: Final = re.compile(r" {2,}")
_COLUMNS_MIN: Final = 2
_LINE_CHARS_MAX: Final = 4_000


def rows_of(lines: Iterable[str], *needed: str) -> Iterator[dict[str, str]]:
    """Each row by the names of its columns, which begin where their names do; another header begins another table.

    Only below a header that has all ``needed`` names. A row that does not stand below its header is split at its gaps.
    """
    header: list[tuple[int, str]] = []
    for line in lines:
        if len(line) > _LINE_CHARS_MAX:
            continue
        found = header_of(line)
        if found and ({*needed} <= {name for _, name in found}):
            header = found
        elif header and not found:
            yield _row(header, line)


def header_of(line: str) -> list[tuple[int, str]]:
    """Where each column begins, and its name; nothing where the line is no header. Names are in capitals, as in ``CPU %``."""
    if line != line.upper() and not re.search(r"\([a-z]+\)", line[:_LINE_CHARS_MAX]):
        return []
    found: list[tuple[int, str]] = []
    at = 0
    for cell in map(str.strip, line.split("\t")) if "\t" in line else _GAP.split(line.rstrip()):
        at = line.find(cell, at)
        if not _NAME.fullmatch(cell) or not any(letter.isupper() for letter in cell):
            return []
        found.append((at, cell))
        at += len(cell)
    return found if len(found) >= _COLUMNS_MIN else []


def _row(header: list[tuple[int, str]], line: str) -> dict[str, str]:
    names = [name for _, name in header]
    starts = [start for start, _ in header]
    if "\t" in line or any(0 < start < len(line) and line[start - 1] != " " for start in starts):
        cells = line.split("\t") if "\t" in line else _GAP.split(line.strip())
        return dict.fromkeys(names, "") | dict(zip(names, map(str.strip, cells), strict=False))
    ends = [*starts[1:], len(line)]
    return {name: line[start:end].strip() for name, start, end in zip(names, starts, ends, strict=True)}
