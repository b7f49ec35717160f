"""The commands of the table of actions, read from ``actions.json``: the table itself needs libraries that take time to import."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from stormjib.cli import values
from stormjib.cli.vocabulary import INC, WAIT, Command, Word

FILE = Path(__file__).with_name("actions.json")
"""A test compares it with the table; write it again with ``python scripts/derive.py``."""


class Taken(NamedTuple):
    """A parameter as it is typed: its name in JSON, how a yes and a no are told, and what a bare number means."""

    wire: str
    said: tuple[str, ...]
    finds: str
    word: Word


class Row(NamedTuple):
    """What the command line needs to know of an action; see ``core.actions.Words``."""

    name: str
    help: str
    path: str
    command: str
    done: str
    repeated: str
    following: str
    group: str
    does: str
    incident: str
    waits: bool
    stdin: str
    takes: tuple[Taken, ...]


def _taken(found: dict[str, Any]) -> Taken:
    word = {**found["word"], "choices": tuple(found["word"]["choices"]), "kind": getattr(values, found["word"]["kind"], None)}
    return Taken(found["wire"], tuple(found["said"]), found["finds"], Word(**word))


ROWS = tuple(Row(**{**row, "takes": tuple(map(_taken, row["takes"]))}) for row in json.loads(FILE.read_text(encoding="utf-8")))
_INCIDENT = {
    "given": (INC,),
    "the only open one": (INC._replace(help="the incident; default: the only open one", optional=True),),
}


def _ordered(row: Row) -> tuple[Word, ...]:
    """Positional arguments in the order in which they are declared, then the options."""
    words = [*_INCIDENT.get(row.incident, ()), *(one.word for one in row.takes), *((WAIT,) if row.waits else ())]
    return tuple(sorted(words, key=lambda word: word.name.startswith("--")))


ACTIONS = {row.command: Command(row.command, row.help, row.does, _ordered(row), row) for row in ROWS}


def group(title: str, *placed: str | Command) -> tuple[str, tuple[Command, ...]]:
    """A group of commands: those that are named in this order, then every other action that belongs to it."""
    first = tuple(ACTIONS[one] if isinstance(one, str) else one for one in placed)
    return title, (*first, *(one for one in ACTIONS.values() if one.row.group == title and one not in first))
