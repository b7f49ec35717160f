"""The programs that are known here, and every argument that each may have before it counts as a read."""

from typing import NamedTuple

import msgspec

from stormjib.core.risk import Risk
from stormjib.core.text.table import rows_of


class Option(NamedTuple):
    """How one option is written.

    ``takes`` is empty, ``=`` (a value), ``?=`` (a value only when attached) or ``#=`` (attached, or the next word if that is a
    number).
    """

    takes: str
    raises: Risk | None


class Program(msgspec.Struct, frozen=True):
    """What is known of one program, or of one of its subcommands."""

    level: str
    floor: Risk
    rest: str
    options: dict[str, Option]
    open_ended: bool
    why: str

    @property
    def runs(self) -> bool:
        """Whether it is there to run another command."""
        return self.level in {"run", "shell"}


def _option(text: str) -> tuple[str, Option]:
    """One option of the table."""
    written, _, risk = text.partition("!")
    takes = next((kind for kind in ("?=", "#=", "=") if written.endswith(kind)), "")
    return written.removesuffix(takes), Option(takes, Risk(risk) if risk else None)


def _paths(segments: list[str]) -> list[tuple[str, ...]]:
    """Every path that a row of alternatives stands for."""
    paths: list[tuple[str, ...]] = [()]
    for segment in segments:
        paths = [(*path, choice) for path in paths for choice in segment.split("|")]
    return paths


def _read_table() -> dict[tuple[str, ...], Program]:
    """The table as a dictionary from a path, such as ``("docker", "compose", "up")``."""
    table: dict[tuple[str, ...], Program] = {}
    for row in rows_of(__package__, "programs.txt"):
        rule, _, why = row.partition(" # ")
        level, *words = rule.split()
        at = next(index for index, word in enumerate(words) if word[0] == ":" and len(word) > 1)
        name, _, floor = level.partition(":")
        least = floor or ("read" if name in {"run", "shell"} else name)
        options = dict(_option(word) for word in words[at + 1 :] if word != "*")
        program = Program(name, Risk(least), words[at][1:], options, words[-1] == "*", why)
        table |= dict.fromkeys(_paths(words[:at]), program)
    for path in list(table):  # `docker image` alone is no command, but the way to `docker image ls`
        for end in range(1, len(path)):
            table.setdefault(path[:end], Program("unknown", Risk.UNKNOWN, "none", {}, open_ended=False, why=""))
    return table


PROGRAMS = _read_table()

_ALIASES = {
    "docker-compose": ("docker", "compose"),
    "podman-compose": ("docker", "compose"),
    "podman": ("docker",),
    "nerdctl": ("docker",),
    "oc": ("kubectl",),
    "egrep": ("grep",),
    "fgrep": ("grep",),
}


def path_of(name: str) -> tuple[str, ...]:
    """Where a program's base name is found in the table, known or not."""
    return _ALIASES.get(name, (name.split(".", maxsplit=1)[0] if name.startswith(("mkfs.", "python3.")) else name,))


def is_known(name: str) -> bool:
    """Whether a base name is that of a program known here."""
    return path_of(name)[:1] in PROGRAMS
