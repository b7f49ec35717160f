"""Where the log lines of a command come from, whatever part of them it shows."""

import itertools
from functools import lru_cache
from typing import Final

from stormjib.core.shell.command_line import Program, parse_command

_CONTAINERS: Final = {("docker", "logs"), ("docker", "compose", "logs"), ("kubectl", "logs")}
_FILES: Final = {"tail", "head", "cat", "zcat", "less", "grep", "egrep", "fgrep", "zgrep"}
_SEARCHES: Final = {"grep", "egrep", "fgrep", "zgrep"}
_WITH_VALUE: Final = {"--tail", "--since", "--until", "-n", "--lines", "-S", "-U", "-A", "-B", "-C", "-m", "-c", "--bytes", "-p", "--priority", "-o", "--output"}  # fmt: skip
_OF_JOURNAL: Final = {"-u", "--unit", "-t", "--identifier"}


@lru_cache(maxsize=1024)
def origin_of_logs(text: str) -> str:
    """Which log a command reads, such as ``docker logs shop-api``, however much of it; "" where it reads none."""
    return next((origin for program in parse_command(text).programs if (origin := origin_of(program))), "")


def origin_of(program: Program) -> str:
    """``docker logs NAME``, ``journalctl -u UNIT`` or ``file PATH``; "" for a program that shows no log."""
    name = program.path[0]
    if program.path in _CONTAINERS:
        named = _plain(program.words)
        return f"{' '.join(program.path)} {named[0]}" if named else ""
    if name == "journalctl":
        return " ".join(["journalctl", *(f"-u {unit}" for unit in _units(program.words))])
    paths = paths_of(program)
    return f"file {paths[0]}" if paths else ""


def paths_of(program: Program) -> tuple[str, ...]:
    """The files that a program shows log lines of, as they stand there: a name may be a pattern of names."""
    name = program.path[0]
    if name not in _FILES:
        return ()
    return tuple(word for word in _plain(program.words)[1 if name in _SEARCHES else 0 :] if "/" in word and "log" in word)


def _plain(words: tuple[str, ...]) -> list[str]:
    """The words that are neither options nor the values of options."""
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _WITH_VALUE:
            skip = True
        elif not word.startswith("-"):
            kept.append(word)
    return kept


def _units(words: tuple[str, ...]) -> list[str]:
    units = [value for option, value in itertools.pairwise(words) if option in _OF_JOURNAL]
    return units + [word.partition("=")[2] for word in words if word.startswith("--unit=")]
