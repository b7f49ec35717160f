"""The rows of a table as texts with commands in them: what stands in a column of commands is one, whatever its program."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stormjib.core.kinds import Demand
from stormjib.core.markdown import clauses
from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.markdown.inline import CODE, names_program
from stormjib.core.markdown.output import is_printed
from stormjib.core.markdown.sense import of_lead
from stormjib.core.markdown.words import Words

_WORD = re.compile(r"[^\W\d_]{5,}")
_MARK = re.compile(r"^[$#]\s+")
_NO_PROGRAM = re.compile(r"/[\w-]*$")
"""One name behind a slash is a command of a chat or an address of a service."""


class Row(NamedTuple):
    """A row as one text; ``label`` is it without its commands. ``typed`` are the codes of it that are commands by their column; ``acts``: a cell says what to do; ``forbids``: what cells forbid."""

    line: int
    text: str
    label: str
    acts: bool
    forbids: tuple[str, ...]
    typed: frozenset[str]


def rows(table: Block, words: Words) -> Iterator[Row]:
    """Every row, a cell that is a command without a mark made code, and one below "Never" led by that word."""
    cells = [cell for _, row in table.rows for cell in row]
    width = max((len(row) for _, row in table.rows), default=0)
    heads = [*table.header, *[""] * (width - len(table.header))]
    columns = [[row[at] for _, row in table.rows if at < len(row)] for at in range(width)] if cells else []
    named = [words.has("h.command", head) for head in heads]
    commands = [said or any(map(_is_known, column)) for said, column in zip(named, columns, strict=False)]
    leads = [f"{head}: " if (sense := of_lead(head, words)) and sense.demand is Demand.FORBIDS else "" for head in heads]
    for line, row in table.rows:
        made = [_code(cell) if said else cell for said, cell in zip(named, row, strict=False)]
        typed = {
            one for is_command, cell in zip(commands, made, strict=False) if is_command and _is_code(cell) for one in _codes(cell)
        }
        text = " | ".join(lead + cell if cell else "" for lead, cell in zip(leads, made, strict=False))
        label = " | ".join(plain(cell) for cell in made if cell and not _is_code(cell))
        forbids = [lead + cell for lead, cell in zip(leads, made, strict=False) if cell and (lead or _forbids(cell, words))]
        acts = any(words.has("acts", plain(cell)) for lead, cell in zip(leads, made, strict=False) if lead + cell not in forbids)
        yield Row(line, text, label, acts, tuple(map(plain, forbids)), frozenset(filter(_may_run, typed)))


def _forbids(cell: str, words: Words) -> bool:
    return " " in cell and bool(clauses.forbidding(cell, words))


def _codes(cell: str) -> list[str]:
    return [_MARK.sub("", code.group(2).strip()) for code in CODE.finditer(cell)]


def _is_code(cell: str) -> bool:
    """Whether a cell is code and nothing that is said beside it."""
    return "`" in cell and not _WORD.search(CODE.sub("", cell))


def _is_known(cell: str) -> bool:
    return _is_code(cell) and any(len(parts) > 1 and names_program(parts) for parts in map(str.split, _codes(cell)))


def _code(cell: str) -> str:
    """A cell below "Command" as code, where it looks as a command does."""
    parts = _MARK.sub("", cell).split()
    begins = "`" not in cell and (names_program(parts) or any(part.startswith("-") for part in parts[1:]))
    return f"`{cell}`" if begins and len(parts) > 1 else cell


def _may_run(typed: str) -> bool:
    parts = typed.split()
    return len(parts) > 1 and not is_printed(typed) and not _NO_PROGRAM.match(parts[0])
