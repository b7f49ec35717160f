"""The command behind a command line: through sudo, timeout, docker exec and their like to the programs that print."""

import re
import shlex
from collections.abc import Sequence
from typing import Final

import msgspec

TEXT_CHARS_MAX: Final = 8_192
"""A longer command line is not taken apart; its output is read by its look alone."""

_DEPTH_MAX: Final = 8
_FILTERS: Final = {"head", "tail", "grep", "egrep", "fgrep", "awk", "sed", "sort", "uniq", "cut", "cat", "less", "more", "wc", "tee", "jq", "tr", "column", "tac", "nl"}  # fmt: skip
_SEPARATORS: Final = {"&&", "||", ";", "&", "\n", "|", "|&"}
_REDIRECTION: Final = re.compile(r"\d*(?:[<>]{1,3}|>&|<&|&>{1,2})")
_SETTING: Final = re.compile(r"[A-Za-z_]\w*=")

# Wrapper → its options that take a value, and how many words of its own come before the command.
_WRAPPERS: Final[dict[str, tuple[frozenset[str], int]]] = {
    "sudo": (frozenset({"-u", "--user", "-g", "--group", "-h", "--host", "-p", "-C", "-D", "-r", "-t", "-T", "-U"}), 0),
    "doas": (frozenset({"-u", "-C"}), 0),
    "env": (frozenset({"-u", "--unset", "-C", "--chdir"}), 0),
    "timeout": (frozenset({"-s", "--signal", "-k", "--kill-after"}), 1),
    "nice": (frozenset({"-n", "--adjustment"}), 0),
    "ionice": (frozenset({"-c", "-n", "-p"}), 0),
    "stdbuf": (frozenset({"-i", "-o", "-e"}), 0),
    "nohup": (frozenset(), 0),
    "setsid": (frozenset(), 0),
    "time": (frozenset({"-f", "-o"}), 0),
    "command": (frozenset(), 0),
    "exec": (frozenset({"-a"}), 0),
    "busybox": (frozenset(), 0),
    "chroot": (frozenset(), 1),
    "watch": (frozenset({"-n", "--interval"}), 0),
    "nsenter": (frozenset({"-t", "--target", "-S", "-G"}), 0),
    "ssh": (frozenset({"-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p", "-R", "-S", "-W", "-w"}), 1),
}  # fmt: skip
_EXEC_OPTIONS: Final = frozenset({"-e", "--env", "--env-file", "-u", "--user", "-w", "--workdir", "--index", "--detach-keys", "-c", "--container", "-n", "--namespace"})  # fmt: skip
_DOCKER_OPTIONS: Final = frozenset({"-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "-f", "--file", "-p", "--project-name", "--project-directory", "--profile", "--env-file", "-n", "--namespace"})  # fmt: skip
_SHELLS: Final = {"sh", "bash", "dash", "ash", "zsh", "ksh"}
_SAME: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("docker", "container", "ls"): ("docker", "ps"),
    ("docker", "container", "list"): ("docker", "ps"),
    ("docker", "image", "ls"): ("docker", "images"),
    ("docker", "image", "list"): ("docker", "images"),
}


class Program(msgspec.Struct, frozen=True):
    """A program that prints, with its words; ``path`` is its name and subcommands: ``("docker", "compose", "ps")``."""

    path: tuple[str, ...]
    words: tuple[str, ...] = ()

    def has(self, *options: str) -> bool:
        """Whether one of the options is given; a short one counts within a group of letters too."""
        for word in self.words:
            if word in options or any(option.startswith("--") and word.startswith(option + "=") for option in options):
                return True
            if re.fullmatch(r"-[A-Za-z]{2,}", word) and any(len(option) == 2 and option[1] in word for option in options):  # noqa: PLR2004 - "-x"
                return True
        return False

    def value(self, *options: str) -> str:
        """What follows one of the options, apart or after "="; "" without one."""
        for at, word in enumerate(self.words):
            if word in options:
                return self.words[at + 1] if at + 1 < len(self.words) else ""
            for option in options:
                if option.startswith("--") and word.startswith(option + "="):
                    return word[len(option) + 1 :]
        return ""


class Command(msgspec.Struct, frozen=True):
    """The programs of a command line that print, in order, and those that only filter what another one printed."""

    text: str
    programs: tuple[Program, ...] = ()
    filters: tuple[Program, ...] = ()

    def named(self, *path: str) -> Program | None:
        """The first program whose path begins like this."""
        return next((program for program in self.programs if program.path[: len(path)] == path), None)


def parse_command(text: str) -> Command:
    """The command of a line. Never raises; what cannot be told apart has no programs."""
    if len(text) > TEXT_CHARS_MAX:
        return Command(text)
    programs: list[Program] = []
    filters: list[Program] = []
    _statements(text, programs, filters, 0)
    return Command(text, tuple(programs), tuple(filters))


def first_words(text: str) -> tuple[str, ...]:
    """The words of the first simple command as they stand, its wrappers included, without redirections."""
    words: list[str] = []
    for token in _tokens(text) if len(text) <= TEXT_CHARS_MAX else ():
        if token in _SEPARATORS:
            break
        words.append(token)
    return tuple(_without_redirections(words))


def _statements(text: str, programs: list[Program], filters: list[Program], depth: int) -> None:
    """Take in every simple command of a text, piped ones as filters."""
    if depth > _DEPTH_MAX:
        return
    words: list[str] = []
    piped = False
    for token in [*_tokens(text), ";"]:
        if token not in _SEPARATORS:
            words.append(token)
            continue
        if words:
            _command(words, programs, filters, piped=piped, depth=depth)
        words, piped = [], token in {"|", "|&"}


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


def _command(words: Sequence[str], programs: list[Program], filters: list[Program], *, piped: bool, depth: int) -> None:
    """Take in one simple command: redirections dropped, wrappers looked through."""
    words = _without_redirections(words)
    while words and _SETTING.match(words[0]):
        words = words[1:]
    if not words or depth > _DEPTH_MAX:
        return
    name = words[0].rsplit("/", 1)[-1]
    if name in _WRAPPERS:
        options, own = _WRAPPERS[name]
        inner = _after(words[1:], options, own)
        if name in {"ssh", "watch"}:
            _statements(" ".join(inner), programs, filters, depth + 1)
        else:
            _command(inner, programs, filters, piped=piped, depth=depth + 1)
    elif name in _SHELLS and "-c" in words[1:-1]:
        _statements(words[words.index("-c") + 1], programs, filters, depth + 1)
    elif name == "ip" and list(words[1:3]) == ["netns", "exec"]:
        _command(words[4:], programs, filters, piped=piped, depth=depth + 1)
    else:
        _program(name, words[1:], programs, filters, piped=piped, depth=depth)


def _program(
    name: str, words: Sequence[str], programs: list[Program], filters: list[Program], *, piped: bool, depth: int
) -> None:
    """Take in a program that is no wrapper, and through docker exec the one that it runs."""
    path: tuple[str, ...] = (name,)
    rest = list(words)
    if name in {"docker", "podman", "docker-compose", "podman-compose", "kubectl"}:
        path = ("docker",) if name in {"docker", "podman"} else ("kubectl",) if name == "kubectl" else ("docker", "compose")
        rest = _after(rest, _DOCKER_OPTIONS, 0)
        while rest and len(path) < 3 and (len(path) == 1 or path[1] in {"compose", "container", "image", "system"}):  # noqa: PLR2004 - docker compose ps
            path, rest = (*path, rest[0]), _after(rest[1:], _DOCKER_OPTIONS, 0) if rest[0] == "compose" else rest[1:]
        path = _SAME.get(path, path)
        if path[1:2] in {("container",), ("image",)} and path[-1] != "inspect":
            path = (path[0], *path[2:])
        if path[-1] == "exec":
            inner = rest[rest.index("--") :] if name == "kubectl" and "--" in rest else _after(rest, _EXEC_OPTIONS, 1)
            _command(inner[1:] if inner[:1] == ["--"] else inner, programs, filters, piped=piped, depth=depth + 1)
            return
    elif name in {"git", "systemctl", "service"}:
        rest = _after(rest, frozenset({"-C", "-c", "--git-dir", "--work-tree", "-n", "--lines", "-o", "--output", "-H", "-M"}), 0)
        path, rest = (name, *rest[:1]), rest[1:]
    program = Program(path, tuple(rest))
    (filters if piped and name in _FILTERS else programs).append(program)


def _after(words: Sequence[str], options: frozenset[str], own: int) -> list[str]:
    """What is left behind a wrapper's options and its own first words."""
    rest = list(words)
    while rest:
        if rest[0] == "--":
            rest = rest[1:]
            break
        if rest[0] in options:
            rest = rest[2:]
        elif (rest[0].startswith("-") and len(rest[0]) > 1) or _SETTING.match(rest[0]):
            rest = rest[1:]
        elif own:
            own, rest = own - 1, rest[1:]
            if not own:
                break
        else:
            break
    return rest


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
