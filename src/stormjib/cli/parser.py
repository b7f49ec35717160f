"""From words to a command and its options. One argparse parser is built, that of the command: fifty would take 20 ms."""

import argparse
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, NoReturn

from stormjib.cli import manual
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.grammar import COMMANDS
from stormjib.cli.vocabulary import FORMER, GLOBALS, NOUNS, Command, Word

_FLAGS = {word.name for word in GLOBALS if word.flag}
_VALUED = {word.name for word in GLOBALS if not word.flag}


class ParsedArguments(NamedTuple):
    """What was typed: a command and its words, or a text to print. ``noun`` is the part that was understood."""

    command: Command | None
    words: tuple[str, ...]
    text: str = ""
    asked: bool = True
    """The text is help that was asked for, not help because something was missing."""
    version: bool = False


def understand(words: Sequence[str]) -> ParsedArguments:
    """Find the command; options that hold everywhere may stand before, between and after its words."""
    known = {command.words: command for command in COMMANDS}
    before: list[str] = []
    found = ""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in _FLAGS or word.partition("=")[0] in _VALUED:
            before.append(word)
            if word in _VALUED and rest:
                before.append(rest.pop(0))
        elif word in {"-h", "--help"}:
            return ParsedArguments(None, (), manual.of_noun(found) if found else manual.overall())
        elif word == "--version" and not found:
            return ParsedArguments(None, (), version=True)
        else:
            found = f"{found} {word}".strip()
            found = FORMER.get(found, found)
            if found in known:
                return _found(known[found], (*before, *rest))
            if found not in NOUNS:
                raise Stop(Exit.USAGE, _unknown(found))
    return ParsedArguments(None, (), manual.of_noun(found) if found else manual.overall(), asked=False)


def _found(command: Command, words: tuple[str, ...]) -> ParsedArguments:
    """The command, or its help where that is asked for; ``health`` has a help of its own."""
    typed = words[: words.index("--")] if "--" in words else words
    if not command.bare and ("-h" in typed or "--help" in typed):
        return ParsedArguments(None, (), manual.of_command(command))
    return ParsedArguments(command, words)


def parse(command: Command, words: Sequence[str]) -> argparse.Namespace:
    """The options of a command; raises ``Stop`` where they are wrong."""
    parser = _Parser(command, words)
    for word in (*command.takes, *GLOBALS):
        _add(parser, word)
    return parser.parse_args(words)


_DASHED: Final = re.compile(r"-[^\d.]")


class _Parser(argparse.ArgumentParser):
    """Says a mistake as one sentence; the help is the manual's."""

    def __init__(self, command: Command, words: Sequence[str]) -> None:
        super().__init__(prog=f"stormjib {command.words}", add_help=False, allow_abbrev=False)
        self._command = command
        self._typed = words

    def error(self, message: str) -> NoReturn:
        """A word that begins with a dash is missed where it was meant, and that it is an option is what has to be said."""
        known = {word.name for word in (*self._command.takes, *GLOBALS)}
        typed = self._typed[: self._typed.index("--")] if "--" in self._typed else self._typed
        dashed = next((word for word in typed if _DASHED.match(word) and word.partition("=")[0] not in known), "")
        if dashed:
            message = f"{dashed!r} begins with a dash and is read as an option, and there is none of that name. Put -- in front of the words where it is meant as one"
        raise Stop(Exit.USAGE, f"{message[:1].upper()}{message[1:]}; {manual.usage(self._command)}")


def _add(parser: argparse.ArgumentParser, word: Word) -> None:
    if word.flag:
        parser.add_argument(word.name, action="store_true")
        return
    options: dict[str, Any] = {"metavar": word.metavar or None, "type": word.kind, "default": word.default}
    if word.choices:
        options["choices"] = word.choices
    if word.name.startswith("--"):
        options["required"] = word.required
        options["action"] = "append" if word.repeated else "store"
    elif word.optional or word.repeated:
        options["nargs"] = {(True, False): "?", (False, True): "+", (True, True): "*"}[word.optional, word.repeated]
    parser.add_argument(word.name, **options)


def _unknown(typed: str) -> str:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    noun, _, _ = typed.rpartition(" ")
    names = [command.words for command in COMMANDS] + list(NOUNS)
    near = [name for name in names if name.endswith(f" {typed}")][:1] or difflib.get_close_matches(typed, names, n=1)
    meant = f" Did you mean: stormjib {near[0]}?" if near else ""
    where = f"stormjib {noun} --help" if noun else "stormjib --help"
    return f"There is no command {typed!r}.{meant} All of them: {where}"
