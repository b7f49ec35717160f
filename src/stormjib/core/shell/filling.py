"""A command text with its values put in, each as exactly one word wherever it stands; what can't be put in safely is refused."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tree_sitter import Node

from stormjib.core.shell import variables
from stormjib.core.shell.embedding import Place, embedded, problem_of
from stormjib.core.shell.names import name_of
from stormjib.core.shell.scripts import Script, from_heredoc, given_to_shells, piped, said_words
from stormjib.core.shell.syntax import find, parse
from stormjib.core.shell.values import ASCII_MAX, SPOTS_MAX, TEXT_CHARS_MAX, missing, read_through, spots_of

_DEPTH_MAX = 6
_BELOW = {
    "word",
    "command_name",
    "string",
    "string_content",
    "raw_string",
    "concatenation",
    "number",
    "heredoc_body",
    "heredoc_content",
}
_ABOVE = {
    *("pipeline", "list", "program", "redirected_statement", "negated_command", "compound_statement", "subshell"),
    "heredoc_redirect",
}
_SKELETON = {
    *(
        "command",
        "pipeline",
        "list",
        "file_redirect",
        "heredoc_redirect",
        "herestring_redirect",
        "command_substitution",
        "subshell",
    ),
    *("process_substitution", "variable_assignment", "simple_expansion", "expansion", "arithmetic_expansion", "comment", "ERROR"),
    *(
        "if_statement",
        "for_statement",
        "while_statement",
        "case_statement",
        "function_definition",
        "brace_expression",
        "|",
        "&",
        ";",
        "&&",
        "||",
    ),
}
_READ_AGAIN = re.compile(r"\b(?:xargs|parallel|eval|source|read|mapfile|readarray|select\s+\w+\s+in)\b|`")
_READS_SHELL = re.compile(r"(?:^|[\s/;|&(])(?:ba|da|z|k|a|rba|fi)?sh(?=[\s;|&)]|$)|(?:^|[;&|]\s*)\.\s", re.MULTILINE)
"""A shell that reads what it is given as a file, as its input or as further words."""
HOLES_MAX = 100
"""Places for a value in one text: each is looked for in the whole of it."""
_LOOPS = ("for_statement", "c_style_for_statement", "while_statement", "case_statement", "function_definition")
"""Where these stand, a word may be taken apart a second time."""


class Filled(NamedTuple):
    """``text`` with its values; ``used`` are their names. Without a ``problem`` it is complete but for ``left``, as written."""

    text: str
    used: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    problem: str = ""
    """Why a value can't be put in, one sentence."""


class _Hole(NamedTuple):
    start: int
    end: int
    name: str
    variable: bool


def names_in(text: str, given: frozenset[str]) -> dict[str, str]:
    """The names of the values that the text lacks, each with the first way in which it is written."""
    found: dict[str, str] = {}
    for shown in missing(text, given):
        if not shown.startswith(("$(", "`")) and (name := name_of(shown)):
            found.setdefault(name, shown)
    return found


def fill(text: str, values: Mapping[str, str], given: frozenset[str] = frozenset()) -> Filled:
    """Put the values in, by the names of ``name_of``; ``given`` are variables that the command will find by itself.

    All or nothing: where one can't be put in, the text comes back as it is, with the problem.
    """
    lacking = missing(text, given)
    if not lacking or len(text) > TEXT_CHARS_MAX:
        return Filled(text)
    holes = [hole for hole in _holes(text, given) if hole.name in values]
    if len(holes) > HOLES_MAX:
        return Filled(
            text, problem=f"It has {len(holes)} places for a value; more than {HOLES_MAX} are not filled in. Make it a script."
        )
    stem = next(stem for stem in ("vQ", "vQQ", "vQQQ", "vZQZ") if stem not in text)
    holes = [hole for hole in holes if not (hole.variable and _is_literal(text, hole, stem))]
    if not holes:
        return Filled(text, left=lacking)
    marks = [f"{stem}{number}Qv" for number in range(len(holes))]
    marked = _replaced(text, holes, marks)
    left = missing(marked, given)
    if left:
        return Filled(text, left=left)
    shapes: dict[str, list[str]] = {}
    for hole, mark in zip(holes, marks, strict=True):
        chain = _chain(marked, mark)
        value = values[hole.name]
        problem = problem_of(value, chain, mark, text[hole.start : hole.end])
        if problem:
            return Filled(text, problem=problem)
        shapes[mark] = embedded(value, chain, mark)
    filled = _replaced(text, holes, [shapes[mark][0] for mark in marks])
    if not _is_same(marked, filled, shapes, 1):
        names = " and ".join(dict.fromkeys(text[hole.start : hole.end] for hole in holes))
        return Filled(
            text, problem=f"The value of {names} can't be put in there as one word. Give a plainer value, or edit the runbook."
        )
    return Filled(filled, used=tuple(dict.fromkeys(hole.name for hole in holes)))


def with_variables(text: str, values: Mapping[str, str]) -> str:
    """The text with these variables replaced, which the same block set before: to a plain word, or to a placeholder that is left.

    One that can't be put in stays a variable.
    """
    holes = [hole for hole in _holes(text, frozenset()) if hole.variable and text[hole.start : hole.end].strip("${}") in values]
    holes = [hole for hole in holes if not _is_literal(text, hole, "vQ")]
    put = _replaced(text, holes, [values[text[hole.start : hole.end].strip("${}")] for hole in holes])
    return put if not parse(_plain(put).encode()).has_error or missing(put) else text


def _replaced(text: str, holes: list[_Hole], by: list[str]) -> str:
    ends = [0, *(hole.end for hole in holes)]
    starts = [*(hole.start for hole in holes), len(text)]
    return "".join(text[end:start] + put for end, start, put in zip(ends, starts, [*by, ""], strict=True))


def _holes(text: str, given: frozenset[str]) -> list[_Hole]:
    """Where values stand, in order."""
    masked, root = read_through(text)
    spots = spots_of(text, root)[:SPOTS_MAX]
    found = [_Hole(spot.start, spot.end, name_of(text[spot.start : spot.end]), variable=False) for spot in spots]
    apart = [(hole.start, hole.end) for hole in found] + [(node.start_byte, node.end_byte) for node in find(root, "comment")]
    own = _assigned(root, masked)
    for name in {use.name for use in variables.without_value(root, masked, given, read_through)} - own:
        for match in re.finditer(rf"\$(?:{name}(?!\w)|\{{{name}(?::?[-?=][^{{}}$`\"']*)?\}})", masked):
            escaped = (len(masked[: match.start()]) - len(masked[: match.start()].rstrip("\\"))) % 2
            if not escaped and not any(start <= match.start() < end for start, end in apart):
                found.append(_Hole(match.start(), match.end(), name_of(f"${name}"), variable=True))
    return sorted(found)


def assigned_in(text: str) -> set[str]:
    """The variables to which the text gives another value, or takes theirs."""
    masked, root = read_through(text)
    return _assigned(root, masked)


def _assigned(root: Node, masked: str) -> set[str]:
    """The variables to which the text itself gives something somewhere: what they are there is not for others to say."""
    texts = [masked[node.start_byte : node.end_byte] for node in find(root, "variable_assignment")]
    texts += [masked[node.start_byte : node.end_byte] for node in find(root, "for_statement")]
    named = {match[1] for text in texts if (match := re.match(r"(?:for\s+)?(\w+)", text))}
    for match in re.finditer(r"\b(?:read|mapfile|readarray|getopts|unset|printf -v)\b([^\n;|&<]*)", masked):
        named |= set(re.findall(r"\w+", match[1]))
    return named


def _is_literal(text: str, hole: _Hole, stem: str) -> bool:
    """Whether the dollar stands between single quotes which no other shell reads."""
    chain = _chain(_replaced(text, [hole], [f"{stem}0Qv"]), f"{stem}0Qv")
    return len(chain) == 1 and chain[0].quote in {"single", "raw"}


def _plain(text: str) -> str:
    return "".join("x" if ord(char) > ASCII_MAX else char for char in text)


def _chain(marked: str, mark: str, depth: int = 0) -> list[Place]:
    """How the place is quoted: for our shell first, then for every shell that gets the word as a text of its own."""
    masked, root = read_through(marked)
    at = masked.index(mark)
    node: Node | None = root.descendant_for_byte_range(at, at + len(mark))
    again = _READ_AGAIN.search(masked) or next(find(root, *_LOOPS), None)
    simple = not root.has_error and masked.count(mark) == 1 and not again
    quote, command, word = "bare", None, None
    while node is not None:
        above = node.parent
        if command is None:
            quote = {"raw_string": "single", "string": "double"}.get(node.type, quote)
            if node.type == "heredoc_body":
                quote = _of_heredoc(node, masked)
            if above is not None and above.type == "command":
                word, command = node, above
            simple = simple and (node.type in _BELOW | _ABOVE)
        elif node is not command:
            simple = simple and node.type in _ABOVE
        node = above
    if command is None:
        redirected = next((one for one in find(root, "redirected_statement") if one.start_byte <= at < one.end_byte), None)
        body = redirected.child_by_field_name("body") if redirected else None
        command = body if body is not None and body.type == "command" else None
    words = said_words(command, masked) if command else []
    own = next((said for said in words if mark in said), "")
    scripts = [script for script in _scripts(root, masked) if mark in script.text] if depth < _DEPTH_MAX else []
    if not scripts and (_READS_SHELL.search(masked) or (quote in {"doc", "raw"} and "|" in masked)):
        simple = False
    place = Place(
        quote, simple, tuple(words), words.index(own) if own and word else -1, hands_on=bool(scripts), piped="|" in masked
    )
    return [place, *_chain(scripts[0].text, mark, depth + 1)] if scripts else [place]


def _of_heredoc(body: Node, masked: str) -> str:
    start = next((child for child in (body.parent.children if body.parent else ()) if child.type == "heredoc_start"), None)
    return "raw" if start is not None and set(masked[start.start_byte : start.end_byte]) & set("'\"\\") else "doc"


def _scripts(root: Node, masked: str) -> Iterator[Script]:
    """The texts that other shells get."""
    for node in _all(root):
        if node.type == "command":
            yield from given_to_shells(said_words(node, masked), set())
        elif node.type == "pipeline":
            yield from piped([said_words(child, masked) for child in node.children if child.is_named])
        elif node.type == "heredoc_redirect":
            yield from from_heredoc(node, masked)


def _all(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _is_same(marked: str, filled: str, shapes: Mapping[str, list[str]], level: int, depth: int = 0) -> bool:
    """Whether bash reads the same words in both, with the values for the marks, here and in every shell below."""
    one, other = _plain(marked), _plain(filled)
    first, second = parse(one.encode()), parse(other.encode())
    if first.has_error:
        return all(re.fullmatch(r"[\w./:@%+-]+", shape[0]) for shape in shapes.values())
    before = [node for node in _all(first) if node.type in _SKELETON]
    after = [node for node in _all(second) if node.type in _SKELETON]
    if second.has_error or [node.type for node in before] != [node.type for node in after]:
        return False
    for old, new in zip(before, after, strict=True):
        if old.type == "command":
            words = [_put(word, shapes, level) for word in said_words(old, one)]
            if words != said_words(new, other):
                return False
    scripts = [script.text for script in _scripts(first, one)]
    inner = [script.text for script in _scripts(second, other)]
    if len(scripts) != len(inner) or depth > _DEPTH_MAX:
        return False
    touched = [(old, new) for old, new in zip(scripts, inner, strict=True) if any(mark in old for mark in shapes)]
    return all(_is_same(old, new, shapes, level + 1, depth + 1) for old, new in touched)


def _put(word: str, shapes: Mapping[str, list[str]], level: int) -> str:
    for mark, shape in shapes.items():
        word = word.replace(mark, _plain(shape[min(level, len(shape) - 1)]))
    return word
