"""A command line of a runbook: what it runs, how much it may do, whether it ever ends. Nothing here executes anything."""

import hashlib
import re
import shlex
from collections.abc import Sequence

import msgspec
from tree_sitter import Node

from stormjib.core import bounded
from stormjib.core.arguments import Trouble, Use, examine, opens_device
from stormjib.core.programs import is_known, path_of
from stormjib.core.risk import Risk
from stormjib.core.syntax import ANYTHING, OUTPUT, PLAIN, Piece, Statement, Unreadable, Word, ended, parse, pieces, split

__all__ = ["TEXT_BYTES_MAX", "Statement", "Verdict", "fingerprint", "is_shell", "judge", "quote", "split"]

TEXT_BYTES_MAX = 65_536
_DEPTH_MAX = 60
_NESTED_MAX = 6


class Verdict(msgspec.Struct, frozen=True):
    """What is known of a command line without running it.

    ``bounded`` is the form of an ``endless`` one that ends; ``programs`` are base names in order of appearance, wrappers
    included; ``variables`` are those of the environment that it expands, ``secrets`` those of them whose names say so;
    ``target`` is a guess such as ``host``, ``container:api``, ``compose:api``, ``unit:nginx``, ``http://localhost:8080``;
    ``reason`` is one sentence; ``opens_editor`` says that it waits for a person in an editor.
    """

    risk: Risk
    endless: bool
    bounded: str | None
    programs: tuple[str, ...]
    secrets: tuple[str, ...]
    variables: tuple[str, ...]
    target: str
    reason: str
    opens_editor: bool


def fingerprint(text: str) -> str:
    """The sha256 of the text as hex digits, whitespace at the ends stripped."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def quote(value: str) -> str:
    """One shell word that stands for exactly this value."""
    return shlex.quote(value)


_LEVEL_LINE = re.compile(r"\s*(?:P|S|L|SEV|Sev|sev|Priority|Severity|Level)[- ]?\d\s*(?:[:=|–-]|\s-)\s*\S")
_TAGS = {"bash", "sh", "shell", "console", "zsh", "ksh", "dash", "shell-session", "shellsession", "terminal", "shellscript"}


def is_shell(source: str, language: str) -> bool:
    """Whether a Markdown fence reads as shell.

    ``language`` is its info string. A fence whose every line defines a severity level does not, whatever its tag says; a
    fence without a tag does when every command line parses and most begin with a program that is known.
    """
    tag = re.split(r"[\s{,]", language.strip().lower(), maxsplit=1)[0]
    lines = [line for line in source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if (tag and tag not in _TAGS) or not source.strip() or (lines and all(_LEVEL_LINE.match(line) for line in lines)):
        return False
    if tag:
        return True
    texts = [statement.text for statement in split(source) if statement.text]
    sights = [_see(text) for text in texts]
    known = [sight for sight in sights if sight.programs and all(is_known(name) for name in sight.programs[:1])]
    return bool(texts) and all(sight.parsed for sight in sights) and 2 * len(known) > len(texts)
