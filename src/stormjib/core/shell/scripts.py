"""The texts that a command hands to another shell, and the variables that a builtin gives a value."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node


def words_of(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


MANY = "@"
"""Stands for the positional parameters."""
WORDS = {
    *("command_name", "word", "string", "raw_string", "concatenation", "number"),
    *("simple_expansion", "expansion", "command_substitution"),
}
_EXPANSIONS = {"simple_expansion", "expansion", "command_substitution"}
_SHELLS = {"sh", "bash", "dash", "ash", "zsh", "ksh"}
_ELSEWHERE = {
    *(
        "ssh",
        "docker",
        "docker-compose",
        "podman",
        "nerdctl",
        "kubectl",
        "oc",
        "crictl",
        "lxc",
        "chroot",
        "vagrant",
        "machinectl",
    ),
    *("sudo", "su", "doas", "runuser", "nsenter", "systemd-run", "ansible", "pdsh"),
}
"""They run their command with another environment than ours."""
_JOINING = {"ssh", "eval", "watch", "trap", "pdsh"}
_READ_VALUES = {"read": set("ptnNdiu"), "mapfile": set("dnOsuCc"), "readarray": set("dnOsuCc")}
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_READS_TEXT = re.compile(r"(?:^|[\s|;&/])(?:sh|bash|dash|ash|zsh|ksh|ssh)(?:\s|$)")


class Script(NamedTuple):
    """A text for another shell; ``given`` are variables that it gets besides, ``elsewhere`` that ours do not reach it."""

    text: str
    given: set[str]
    elsewhere: bool


def given_to_shells(words: Sequence[str], before: set[str]) -> Iterator[Script]:
    """The texts in one command's words; ``before`` are the variables set in front of it."""
    elsewhere = False
    given = set(before)
    for index, word in enumerate(words):
        base = word.rsplit("/", 1)[-1]
        after = words[index + 1 :]
        if found := re.match(r"([A-Za-z_]\w*)=.", word):
            given.add(found[1])
        if base in _SHELLS:
            flag = next((at for at, option in enumerate(after) if re.fullmatch(r"-\w*c\w*", option)), None)
            if flag is not None and flag + 1 < len(after):
                many = {MANY} if len(after) > flag + 2 else set[str]()
                yield Script(after[flag + 1], given | many, elsewhere)
            return
        elsewhere = elsewhere or base in _ELSEWHERE
        if base in _JOINING and (index == 0 or base == "ssh"):
            yield Script(" ".join(after), given, elsewhere)


def from_heredoc(redirect: Node, text: str) -> Iterator[Script]:
    """A quoted here-document that a shell reads: its variables are expanded there. In any other they are expanded here."""
    parts = {child.type: child for child in redirect.children}
    start, body = parts.get("heredoc_start"), parts.get("heredoc_body")
    if start is None or body is None or not set(text[start.start_byte : start.end_byte]) & set("'\"\\"):
        return
    line = text[text.rfind("\n", 0, start.start_byte) + 1 : body.start_byte]
    if _READS_TEXT.search(line):
        yield Script(
            text[body.start_byte : body.end_byte], set(), elsewhere=bool(re.search(r"\b(?:ssh|docker|kubectl|sudo)\b", line))
        )


def assigned(words: Sequence[str], *, redirected: bool) -> tuple[set[str], set[str]]:
    """What a builtin gives a value: in any case, and only where it succeeds.

    ``read`` without a redirection succeeds in a pipeline only, for nobody types anything here.
    """
    name, after = words[0], words[1:]
    if name in _READ_VALUES:
        named = _names(after, _READ_VALUES[name]) or {"REPLY" if name == "read" else "MAPFILE"}
        return (named, set()) if redirected else (set(), named)
    if name == "getopts" and len(after) > 1:
        return set(), {after[1]}
    if name == "printf" and after[:1] == ["-v"] and len(after) > 1:
        return {after[1]}, set()
    if name == "set" and "--" in after and after[-1] != "--":
        return {MANY}, set()
    return set(), set()


def _names(words: Sequence[str], with_value: set[str]) -> set[str]:
    """The words that are neither options nor their values."""
    names: set[str] = set()
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            letter = next((at for at, char in enumerate(word) if at and char in with_value), None)
            skip = letter == len(word) - 1
        elif _NAME.fullmatch(word):
            names.add(word)
    return names


def said(node: Node, text: str) -> str:
    """A word without its quotes; what is expanded in it here is an x there."""
    raw = text[node.start_byte : node.end_byte]
    if node.type == "raw_string":
        return raw[1:-1]
    if node.type in _EXPANSIONS:
        return "x"
    if node.type in {"command_name", "concatenation"} and node.children:
        return "".join(said(child, text) for child in node.children)
    if node.type != "string":
        return re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL)
    whole, at = "", node.start_byte + 1
    for child in node.children:
        if child.type in _EXPANSIONS:
            whole += text[at : child.start_byte] + "x"
            at = child.end_byte
    whole += text[at : node.end_byte - 1]
    return re.sub(r'\\([$`"\\])', r"\1", whole)
