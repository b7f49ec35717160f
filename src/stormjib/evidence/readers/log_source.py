"""The log behind a command: where all of its recent lines can be had, whatever part of them the command shows."""

import re
import shlex
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from stormjib.core.shell.command_line import TEXT_CHARS_MAX, parse_command
from stormjib.core.shell.log_origin import origin_of, paths_of
from stormjib.core.shell.programs import path_of

LINES_MAX: Final = 400_000
"""Of a container's log so many of the newest lines are asked for."""

Kind = Literal["container", "journal", "files", "output"]

_GROUP: Final = re.compile(r"-[ft]+")
_OF_CONTAINER: Final = (
    {"-f", "--follow", "-t", "--timestamps", "--no-color"},
    {"-n", "--tail", "--since", "--until", "--since-time"},
)
_OF_JOURNAL: Final = (
    {"-f", "--follow", "-r", "--reverse", "-e", "--pager-end", "--no-pager", "-x", "--catalog", "-q", "--quiet"},
    {"-n", "--lines", "-S", "--since", "-U", "--until", "-o", "--output"},
)
_SEPARATORS: Final = {"&&", "||", ";", "&", "\n", "|", "|&"}
_REDIRECTION: Final = re.compile(r"\d*(?:[<>]{1,3}|>&|<&|&>{1,2})")
_ROOTS: Final = {"log", "logs"}


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
    found = next(((program, name) for program in parse_command(text).programs if (name := origin_of(program))), None)
    if found is None:
        return None
    program, name = found
    component = _component(name)
    words = _first_words(text)
    sudo = words[:1] == ("sudo",)
    own = words[1:] if sudo else words
    before = ("sudo",) if sudo else ()
    paths = paths_of(program)
    if paths and own and path_of(own[0]) == program.path and not any("$" in path or "`" in path for path in paths):
        return LogSource("files", name, component, before, paths=paths)
    if own[:1] == ("journalctl",) == program.path:
        return LogSource("journal", name, component, (*before, "journalctl", *_kept(own[1:], *_OF_JOURNAL)))
    calls = (
        ("docker", "logs"),
        ("podman", "logs"),
        ("docker-compose", "logs"),
        ("docker", "compose", "logs"),
        ("kubectl", "logs"),
    )
    call = next((call for call in calls if own[: len(call)] == call), None)
    if call is not None:
        flags, valued = _OF_CONTAINER
        # What docker calls -n (--tail) is the namespace for kubectl.
        kept = _kept(own[len(call) :], flags, valued - {"-n"} if call[0] == "kubectl" else valued)
        # Only a plain `docker logs NAME` is what the engine's API answers.
        plain = not sudo and call == ("docker", "logs") and len(kept) == 1
        return LogSource("container", name, component, (*before, *call, *kept), kept[0] if plain else "")
    return LogSource("output", name, component)


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
        behind = parts[max((at for at, part in enumerate(parts) if part in _ROOTS), default=-1) + 1 :]
        plain = [part for part in behind[:-1] if "*" not in part]
        return plain[0] if plain else (behind or parts)[-1].partition(".")[0].strip("*") or "host"
    last = name.rpartition(" ")[2]
    if name.startswith("journalctl"):
        return last.removesuffix(".service") if " -u " in name else "host"
    return last


def _first_words(text: str) -> tuple[str, ...]:
    """The words of the first simple command as they stand, its wrappers included, without redirections."""
    words: list[str] = []
    for token in _tokens(text) if len(text) <= TEXT_CHARS_MAX else ():
        if token in _SEPARATORS:
            break
        words.append(token)
    return tuple(_without_redirections(words))


def _tokens(text: str) -> list[str]:
    """The words and operators, as the shell would see them; by blanks alone where a quote is left open."""
    text = text.replace("\\\n", " ").strip().replace("\n", " ; ")
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return text.split()


def _without_redirections(words: Sequence[str]) -> list[str]:
    """The words without ``2>&1``, ``> file`` and the like."""
    kept: list[str] = []
    skip = False
    for at, word in enumerate(words):
        if skip:
            skip = False
        elif _REDIRECTION.fullmatch(word):
            skip = True
            if kept and kept[-1].isdigit() and at:
                kept.pop()
        else:
            kept.append(word)
    return kept
