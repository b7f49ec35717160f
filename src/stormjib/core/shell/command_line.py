"""The command behind a command line: through sudo, timeout, docker exec and their like to the programs that print."""

import re
from typing import Final

import msgspec

from stormjib.core.shell.arguments import Invocation
from stormjib.core.shell.reading import analyze
from stormjib.core.shell.syntax import ANYTHING, OUTPUT, PLAIN, Word, unmarked

TEXT_CHARS_MAX: Final = 8_192
"""Of a longer command line only the output is read, by its look alone."""

_FILTERS: Final = {"head", "tail", "grep", "awk", "sed", "sort", "uniq", "cut", "cat", "less", "more", "wc", "tee", "jq", "tr", "column", "tac", "nl"}  # fmt: skip
_WITH_SUBCOMMANDS: Final = {"docker", "kubectl", "git", "systemctl"}
_SAME: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("docker", "ls"): ("docker", "ps"),
    ("docker", "list"): ("docker", "ps"),
    ("docker", "image", "ls"): ("docker", "images"),
    ("docker", "image", "list"): ("docker", "images"),
}


class Program(msgspec.Struct, frozen=True):
    """A program that prints, with its words; ``path`` is its name and subcommands: ``("docker", "compose", "ps")``.

    ``called`` are its words as far as the subcommand, as they stand there; ``before`` is what stands in front of it in the text,
    None for one in a text within the text.
    """

    path: tuple[str, ...]
    words: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    before: str | None = None

    def has(self, *options: str) -> bool:
        """Whether one of the options is given; a short one counts within a group of letters too."""
        for word in self.words:
            if word in options or any(option.startswith("--") and word.startswith(option + "=") for option in options):
                return True
            if re.fullmatch(r"-[A-Za-z]{2,}", word) and any(option[1:] in word[1:] for option in options if option[:2] != "--"):
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
    """The command of a line. Never raises; what cannot be separated has no programs."""
    if len(text) > TEXT_CHARS_MAX:
        return Command(text)
    programs: list[Program] = []
    filters: list[Program] = []
    for call, piped in analyze(text).invocations:
        program = _program(call, text)
        (filters if piped and program.path[0] in _FILTERS else programs).append(program)
    return Command(text, tuple(programs), tuple(filters))


def _program(call: Invocation, text: str) -> Program:
    """A program by its name and subcommands; those of others than docker and its like are words as any."""
    written = tuple(map(_written, call.words))
    subcommands = call.path[0] in _WITH_SUBCOMMANDS
    at = next(place for place, word in enumerate(call.words) if word is call.head) + 1 if subcommands else 1
    start = call.words[0].start
    before = None if start < 0 else text.encode("utf-8", "surrogatepass")[:start].decode("utf-8", "replace").strip()
    return Program(_SAME.get(call.path, call.path) if subcommands else call.path[:1], written[at:], written[:at], before)


def _written(word: Word) -> str:
    """The text of a word; as it stands in the source where only the shell knows what it becomes."""
    unknown = any(mark in word.text for mark in (ANYTHING, OUTPUT, PLAIN))
    return (word.written.strip('"') or unmarked(word.text)) if unknown else word.text
