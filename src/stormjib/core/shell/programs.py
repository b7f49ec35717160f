"""The programs that are known here, and every argument that each may have before it counts as a read.

The tables are ``programs/*.txt``, a file for a program or a family, with the reference that its rows come from. A row is: level,
program and subcommands, ``:rest``, options, ``# why`` for a person. A row goes on behind a backslash at its end.

level     read, change, unknown, disrupt, destroy; ``run`` and ``shell`` run another command (``run:unknown``: at least that risky);
          ``far`` is a row of names only: these programs reach other machines with what they are given
program   ``a|b`` are alternatives, ``describe-*`` any word like it, ``**`` any number of names of groups, ``**a|b`` any number of these;
          neither stands for what is named after a secret
:rest     what may stand beside options: none · one · words · files (paths that get opened) · any · a number for ``run`` and
          ``shell`` (arguments before the command) · the name of a rule in rules.py; with a ``+`` the options go behind every subcommand
options   ``-x=`` takes a value, ``-x+=`` one or more up to the next option, ``--x?=`` takes one only when attached, ``-x#=`` attached or
          a number behind it, ``-#`` is a number, ``--*=`` is every other long option, ``-x!change`` raises the risk,
          one of those with ``-x^`` has to be there, ``*`` is any option
"""

import re
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import NamedTuple

import msgspec

from stormjib.core.risk import Risk
from stormjib.core.text.table import rows_of

_NAME = re.compile(r"[a-z][a-z0-9-]*")  # what may stand for a group of commands
# No pattern stands for what is named after a secret: such a row has to be written out.
_SECRET = re.compile(
    r"(?:^|-)(?:(?:secret|token|credential|password|passwd|key|connection-string|kubeconfig|sas|cookie|login|authkey|auth)s?|appsettings|publish\w*"
    r"|user-?data|session-?key|api-?keys?|admin-?keys?)(?:-|$)"
)


class Option(NamedTuple):
    """How one option is written.

    ``takes`` is empty, ``=`` (a value), ``+=`` (one or more up to the next option), ``?=`` (a value only when attached) or ``#=``
    (attached, or the next word if that is a number).
    """

    takes: str
    raises: Risk | None
    asks: bool = False


class Program(msgspec.Struct, frozen=True):
    """What is known of one program, or of one of its subcommands; ``everywhere`` says that its options go behind subcommands too."""

    level: str
    floor: Risk
    rest: str
    options: dict[str, Option]
    everywhere: bool = False
    open_ended: bool = False
    why: str = ""

    @property
    def runs(self) -> bool:
        """Whether it is there to run another command."""
        return self.level in {"run", "shell"}


def _option(text: str) -> tuple[str, Option]:
    """One option of the table."""
    written, _, risk = text.partition("!")
    written, asks = written.removesuffix("^"), written[-1] == "^"
    takes = next((kind for kind in ("?=", "#=", "+=", "=") if written.endswith(kind)), "")
    return written.removesuffix(takes), Option(takes, Risk(risk) if risk else None, asks)


def _paths(segments: list[str]) -> list[tuple[str, ...]]:
    """Every path that a row of alternatives stands for; ``**a|b`` stays one segment."""
    paths: list[tuple[str, ...]] = [()]
    for segment in segments:
        choices = [segment] if segment[:2] == "**" else segment.split("|")
        paths = [(*path, choice) for path in paths for choice in choices]
    return paths


def _read_table() -> dict[tuple[str, ...], Program]:
    """The tables as one dictionary from a path, such as ``("docker", "compose", "up")``. Raises ValueError for two rows of one path."""
    table: dict[tuple[str, ...], Program] = {}
    for name in sorted(file.name for file in (files(__package__) / "programs").iterdir()):
        for row in rows_of(__package__, f"programs/{name}"):
            if row[:4] == "far ":
                FAR.update(row[4:].split("|"))
                continue
            paths, program = _row(row)
            if twice := next((path for path in paths if path in table), None):
                raise ValueError(f"{name}: {' '.join(twice)} has a row already")
            table |= dict.fromkeys(paths, program)
    for path in list(table):  # `docker image` alone is no command, but the way to `docker image ls`
        for end in range(1, len(path)):
            table.setdefault(path[:end], Program("unknown", Risk.UNKNOWN, "none", {}))
    return table


def _row(row: str) -> tuple[list[tuple[str, ...]], Program]:
    """One row, with every path that it is about."""
    rule, _, why = row.partition(" # ")
    level, *words = rule.split()
    at = next(index for index, word in enumerate(words) if word[0] == ":" and len(word) > 1)
    name, _, floor = level.partition(":")
    least = floor or ("read" if name in {"run", "shell"} else name)
    options = dict(_option(word) for word in words[at + 1 :] if word != "*")
    rest = words[at][1:]
    program = Program(name, Risk(least), rest.removesuffix("+"), options, rest[-1] == "+", words[-1] == "*", why)
    return _paths(words[:at]), program


FAR: set[str] = set()
"""Programs that reach other machines with what they are given."""
PROGRAMS = _read_table()
_PATTERNS: dict[tuple[str, ...], list[tuple[str, ...]]] = {}  # paths whose last segment is a pattern, by what is in front of it
for _path in PROGRAMS:
    if "*" in _path[-1] and len(_path) > 1:
        _PATTERNS.setdefault(_path[:-1], []).append(_path)


GROUPS = {path[0] for path in PROGRAMS if len(path) > 1}
"""Programs that have subcommands."""


def onward(path: tuple[str, ...], word: str) -> tuple[str, ...] | None:
    """Where a word leads from a path of the table; nowhere if it is no subcommand there. What is exact comes before a pattern."""
    if "*" not in word and (*path, word) in PROGRAMS:
        return (*path, word)
    for longer in _PATTERNS.get(path, ()):
        found = longer if longer[-1][:2] != "**" and fnmatchcase(word, longer[-1]) and not _SECRET.search(word) else None
        found = onward(longer, word) if longer[-1][:2] == "**" else found
        if found:
            return found
    group = path[-1].removeprefix("**")
    stays = group != path[-1] and (word in group.split("|") if group else _NAME.fullmatch(word) and not _SECRET.search(word))
    return path if stays else None


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
