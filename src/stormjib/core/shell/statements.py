"""The statements of a source: the command lines of a fence or transcript, each with the comment above it."""

import re

import msgspec

from stormjib.core.shell.heredoc import ended
from stormjib.core.shell.syntax import find, parse

_STATEMENT_LINES_MAX = 200
_STATEMENT_BYTES_MAX = 65_536

_PROMPT = re.compile(r"^\s*(?:\([^()\s]*\)\s*)?(?:[\w.-]+@[\w.-]+(?::\S*)?\s?)?[$%] (?=\S)")
_HEREDOC = re.compile(r"(?<!<)<<(?!<)-?\s*['\"\\]?([\w.-]+)")
_OPENING = re.compile(r"^(?:if|for|while|until|case|select(?=\s+\w+\s+in\b)|function|\{|\()(?:\s|$|;)|[\w-]+\s*\(\)")
_CONTINUES = re.compile(r"(?:\\|\||&&|\{|\(|\b(?:then|do|else|in))\s*$")


class Statement(msgspec.Struct, frozen=True):
    """One command line as it was written.

    ``text`` is exactly the source, continuation lines and here-documents included, without prompts; ``line`` counts from 1
    within the source that was split; ``label`` is the ``# comment`` above, which holds until a blank line or the next comment.
    A comment with no command below it is a manual task: ``text`` is empty, and ``label`` says what a person has to do.
    """

    text: str
    line: int
    label: str


def split(source: str) -> tuple[Statement, ...]:
    """Split the text of a fence into its statements, in order.

    Never raises. A line that does not parse and opens nothing comes back alone; what opens a quote, a block or a
    here-document that is never closed comes back as one statement to the end. In a console transcript the prompts are
    stripped and the output is dropped.
    """
    lines = _lines(source)
    found: list[Statement] = []
    label, label_line, idle = "", 0, False
    at = 0
    while at < len(lines):
        number, text = lines[at]
        bare = text.strip()
        if not bare or bare.startswith("#"):
            if idle:
                found.append(Statement(text="", line=label_line, label=label))
            words = "" if bare.startswith("#!") else bare.lstrip("#").strip()
            label, label_line = (words, number) if any(char.isalnum() for char in words) else ("", number)
            idle = bool(label)
            at += 1
            continue
        end = _end(lines, at)
        found.append(Statement(text="\n".join(line for _, line in lines[at:end]).strip(), line=number, label=label))
        idle, at = False, end
    if idle:
        found.append(Statement(text="", line=label_line, label=label))
    return tuple(found)


def _lines(source: str) -> list[tuple[int, str]]:
    """The lines with their numbers; of a transcript only what was typed."""
    lines = list(enumerate(source.replace("\r\n", "\n").split("\n"), start=1))
    first = next((text for _, text in lines if text.strip() and not text.lstrip().startswith("#")), "")
    if not _PROMPT.match(first):
        return lines
    typed: list[tuple[int, str]] = []
    for number, text in lines:
        prompt = _PROMPT.match(text)
        before = typed[-1][1] if typed else ""
        if prompt:
            typed.append((number, text[prompt.end() :]))
        elif not text.strip() or text.lstrip().startswith("#") or before.endswith("\\"):
            typed.append((number, text.removeprefix("> ")))
        elif text.startswith("> ") and before.strip() and not _complete(before):
            typed.append((number, text[2:]))
    return typed


def _end(lines: list[tuple[int, str]], start: int) -> int:
    """The index after the last line of the statement that begins at ``start``."""
    text = lines[start][1]
    if _complete(text):
        return start + 1
    if not _opens(text):
        return start + 1
    size = len(text)
    for end in range(start + 1, min(len(lines), start + _STATEMENT_LINES_MAX)):
        size += len(lines[end][1]) + 1
        if size > _STATEMENT_BYTES_MAX:
            break
        text += "\n" + lines[end][1]
        if _closed(text) and _complete(text):
            return end + 1
    return len(lines)


def _closed(text: str) -> bool:
    """A cheap first look that keeps a long here-document from being parsed once per line."""
    ends = {line.strip() for line in text.split("\n")[1:]}
    return all(word in ends for word in _HEREDOC.findall(text.split("\n", 1)[0]))


def _opens(text: str) -> bool:
    """Whether more lines may belong to a line that does not parse alone."""
    bare = text.strip()
    odd = any(bare.count(mark) % 2 for mark in "'\"`")
    return bool(odd or bare.count("(") > bare.count(")") or "<<" in bare or _OPENING.match(bare) or _CONTINUES.search(bare))


def _complete(text: str) -> bool:
    """Whether the text parses as whole statements, here-documents closed and no line left hanging."""
    if re.search(r"(?<!\\)(?:\\\\)*\\$", text):
        return False
    data = text.encode("utf-8", "replace")
    root = parse(data)
    return not root.has_error and all(ended(data, node) for node in find(root, "heredoc_redirect"))
