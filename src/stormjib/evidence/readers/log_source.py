"""The log behind a command: where all of its recent lines can be had, whatever part of them the command shows."""

import re
import shlex
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from stormjib.core.shell.command_line import Program, parse_command
from stormjib.core.shell.log_origin import origin_of, paths_of

LINES_MAX: Final = 400_000
"""Of a container's log so many of the newest lines are asked for."""

Kind = Literal["container", "journal", "files", "output"]

_SEARCHES: Final = {"grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack"}
_GROUP: Final = re.compile(r"-[ft]+")
_OF_CONTAINER: Final = (
    {"-f", "--follow", "-t", "--timestamps", "--no-color"},
    {"-n", "--tail", "--since", "--until", "--since-time"},
)
_OF_JOURNAL: Final = (
    {"-f", "--follow", "-r", "--reverse", "-e", "--pager-end", "--no-pager", "-x", "--catalog", "-q", "--quiet"},
    {"-n", "--lines", "-S", "--since", "-U", "--until", "-o", "--output"},
)
_CALLS: Final = {
    tuple(call.split()) for call in ("docker logs", "podman logs", "docker-compose logs", "docker compose logs", "kubectl logs")
}
_ROOTS: Final = {"log", "logs"}
_NOBODYS: Final = {
    "tmp",
    "var",
    "home",
    "opt",
    "srv",
    "usr",
    "data",
    "root",
    "mnt",
    "run",
    "etc",
    "local",
    "lib",
    "share",
    "containers",
    "pods",
}
"""Directories that say nothing of who writes a log."""
_ANYBODYS: Final = re.compile(
    r"(?:access|errors?|all|app|application|server|service|main|current|combined|std(?:out|err)|out(?:put)?|debug|log|logs|prod|production|staging|development)?"
)
"""Names of files that any program gives its log."""
_HOSTS: Final = {"syslog", "messages", "kern", "kernel", "daemon", "auth", "secure", "dmesg", "boot"}


class LogSource(msgspec.Struct, frozen=True):
    """A log. ``component`` is who writes it; ``container`` is a name for the Docker API; ``words`` begin its own command.

    ``output`` is a command that is not understood so far, such as one on another host: then it is run as it is.
    """

    kind: Kind
    name: str
    component: str
    words: tuple[str, ...] = ()
    container: str = ""
    paths: tuple[str, ...] = ()
    searched: bool = False
    """The last program is a search, which says by its exit code 1 that it has found nothing."""

    def command(self, seconds: float) -> str:
        """The command that prints the lines of the last ``seconds``, with their times; "" for files and for an output."""
        minutes = int(seconds // 60) + 1
        if self.kind == "journal":
            return shlex.join([*self.words, "--since", f"{minutes} minutes ago", "-o", "short-iso", "--no-pager"])
        if self.kind != "container":
            return ""
        since = [] if "docker-compose" in self.words else [f"--since={minutes}m"]
        return shlex.join([*self.words, *since, f"--tail={LINES_MAX}", "--timestamps"])


def log_source(text: str) -> LogSource | None:
    """The log that a command reads; None where it reads none."""
    command = parse_command(text)
    found = next(((program, name) for program in command.programs if (name := origin_of(program))), None)
    searched = command.filters[-1:] and command.filters[-1].path[0] in _SEARCHES
    return _source(*found, searched=bool(searched)) if found else None


def _source(program: Program, name: str, *, searched: bool) -> LogSource:
    component = _component(name)
    output = LogSource("output", name, component, searched=searched)
    if program.before not in {"", "sudo"}:
        return output
    before = ("sudo",) if program.before else ()
    paths = paths_of(program)
    if paths and not any("$" in path or "`" in path for path in paths):
        return LogSource("files", name, component, before, paths=paths)
    if program.called == ("journalctl",):
        return LogSource("journal", name, component, (*before, "journalctl", *_kept(program.words, *_OF_JOURNAL)))
    if program.called in _CALLS:
        flags, valued = _OF_CONTAINER
        # What docker calls -n (--tail) is the namespace for kubectl.
        kept = _kept(program.words, flags, valued - {"-n"} if program.called[0] == "kubectl" else valued)
        # Only a plain `docker logs NAME` is what the engine's API answers.
        plain = not before and program.called == ("docker", "logs") and len(kept) == 1
        return LogSource("container", name, component, (*before, *program.called, *kept), kept[0] if plain else "")
    return output


def _kept(words: Sequence[str], flags: set[str], valued: set[str]) -> list[str]:
    """The words without the options that say how much is shown, and how."""
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in valued:
            skip = True
        elif word in flags or _GROUP.fullmatch(word) or word.partition("=")[0] in valued:
            continue
        else:
            kept.append(word)
    return kept


def _component(name: str) -> str:
    """Who writes the log: the container, the unit, the directory of the file, or the file's own name."""
    if name.startswith("file "):
        parts = [part for part in name.removeprefix("file ").split("/") if part]
        root = max((at for at, part in enumerate(parts) if part in _ROOTS), default=-1)
        plain = [part for part in parts[root + 1 : -1] if "*" not in part and part not in _NOBODYS]
        stem = re.split(r"[._-]?(?:[*{[]|\.|\d{4})", parts[-1], maxsplit=1)[0] if parts else ""
        above = [part for part in parts[: max(root, 0)] if "*" not in part and part not in _NOBODYS]
        if plain or (above and _ANYBODYS.fullmatch(stem)):
            return plain[0] if plain else above[-1]
        return "host" if stem in _HOSTS or not stem else stem
    last = name.rpartition(" ")[2]
    if name.startswith("journalctl"):
        return last.removesuffix(".service") if " -u " in name else "host"
    return last
