"""Values that may turn out empty where something is destroyed: ``X=$(cat missing); rm -rf "/data/$X"`` takes all of /data."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from stormjib.core.risk import Risk
from stormjib.core.shell.reading import analyze
from stormjib.core.shell.syntax import find

_ALWAYS = re.compile(
    r"(?:\$\(|`)\s*(?:hostname|date|pwd|whoami|id|uname|nproc|mktemp|wc|basename|dirname|tty|arch)\b[^|;&]*(?:\)|`)"
)
"""They print something, or the machine is broken."""
_NAME = re.compile(r"\$\{?([A-Za-z_]\w*)", re.ASCII)
_SHOWN_CHARS_MAX = 60
_DEFENDED = re.compile(r":[?+-].")
_GUARDED = r"-[nz]\s+[\"']?\$\{?{name}\b|\$\{{{name}:\?"


def may_be_empty(text: str, root: Node) -> Iterator[tuple[int, str]]:
    """Where a part of a word that something is destroyed by may be nothing, and what to write there or what it is.

    A whole word is none: without it the command says that an operand is missing. ``root`` is the tree of the text.
    """
    if ("$(" not in text and "`" not in text) or not _destroys(text):
        return
    names = {
        name for name in _set_by_commands(text, root) if not re.search(_GUARDED.replace("{name}", name).replace("{{", "{"), text)
    }
    for command in find(root, "command"):
        raw = text[command.start_byte : command.end_byte]
        if "$" in raw + "`" and _destroys(raw):
            yield from _parts(text, command, names)


def _destroys(text: str) -> bool:
    worst = analyze(text).worst()
    return worst is not None and worst[0].risk is Risk.DESTROY


def _set_by_commands(text: str, root: Node) -> Iterator[str]:
    """The variables that get what a command prints, and nothing else."""
    for assignment in find(root, "variable_assignment"):
        name, value = assignment.child_by_field_name("name"), assignment.child_by_field_name("value")
        if name is None or value is None:
            continue
        raw = text[value.start_byte : value.end_byte].strip('"')
        lone = raw.startswith(("$(", "`")) and raw.endswith((")", "`")) and not raw.startswith("$((")
        if lone and not _ALWAYS.fullmatch(raw):
            yield text[name.start_byte : name.end_byte]


def _parts(text: str, command: Node, names: set[str]) -> Iterator[tuple[int, str]]:
    for word in command.children:
        if word.type not in {"string", "concatenation"}:
            continue
        whole = text[word.start_byte : word.end_byte].strip("\"'")
        for kind in ("simple_expansion", "expansion", "command_substitution"):
            for part in find(word, kind):
                raw = text[part.start_byte : part.end_byte].strip()
                if raw == whole or _DEFENDED.search(raw.partition("$(")[0]):
                    continue
                name = _NAME.match(raw)
                if kind == "command_substitution" and not _ALWAYS.fullmatch(raw):
                    yield part.start_byte, raw[:_SHOWN_CHARS_MAX]
                elif kind != "command_substitution" and name and name[1] in names:
                    yield part.start_byte, f"${{{name[1]}:?}}"
