"""The shell's syntax: a text as a tree, and its words as the shell itself would read them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import tree_sitter_bash
from tree_sitter import Language, Node, Parser

_BASH = Language(tree_sitter_bash.language())
_RECOVERED_BYTES_MAX = 4_096
_REDIRECTIONS_MAX = 1_000
_JOINED_MAX = 1_000
"""Bars, brackets and backticks: what they join or nest takes the parser and the reader time with the square of their number."""
_READ_BYTES = 65_536

# Stand-ins inside Word.text for what is not known before the command runs. None of them can be typed: judge() refuses
# control characters before it looks any closer.
ANYTHING = "\0"  # the value of a variable: any text at all
PLAIN = "\1"  # a loop's value: not empty, no blanks, no leading dash
OUTPUT = "\2"  # what another command printed, or what xargs was given


class Word(msgspec.Struct, frozen=True):
    """One word of a command, after quotes are removed.

    ``kind`` says what it becomes: ``one`` word; ``lone``, one plain word or none; ``numbers``, any count of plain words;
    ``glob``, one or more that begin alike;
    ``many``, any count of any words. ``start`` and ``end`` are bytes of the source, or -1 where a word was made up.
    """

    text: str
    kind: str = "one"
    start: int = -1
    end: int = -1
    secret: bool = False
    written: str = ""  # as in the source, for a sentence
    foreign: bool = False  # holds what another command printed or a file holds
    made: tuple[str, ...] = ()  # every text that it may become by what the source puts into its variables

    @property
    def static(self) -> bool:
        """Whether it is known letter by letter."""
        return self.kind == "one" and not any(mark in self.text for mark in (ANYTHING, PLAIN, OUTPUT))

    @property
    def leads(self) -> bool:
        """Whether it certainly begins with something that is not a dash, so that it cannot become an option."""
        return bool(self.text) and self.text[0] not in ("-", ANYTHING, OUTPUT)


def unmarked(text: str) -> str:
    """A word's text as a shell could read it: an expansion stands for what is not known."""
    return re.sub(f"[{ANYTHING}{PLAIN}{OUTPUT}]+", "${_}", text)


def quoted(word: Word) -> str:
    """A word as it could stand in a text for a shell."""
    return f'"{word.text}"' if re.search(r"[\s;&|<>()']", word.text) and '"' not in word.text else word.text


def is_database(word: Word) -> bool:
    """Whether a word is the operator's own variable for a database's address, which may have its password in it."""
    return word.kind in {"one", "many"} and word.text == ANYTHING and bool(_DATABASE.fullmatch(word.written.strip()))


class Unreadable(ValueError):
    """A word that the shell may read differently from the parser. Its text says why, as a clause."""


class Piece(NamedTuple):
    """A part of a word: literal text, or the node of an expansion."""

    text: str
    node: Node | None
    quoted: bool


_DATABASE = re.compile(r"(\"?)\$\{?\w*(?:DATABASE|DB|PG|POSTGRES(?:QL)?)_?(?:URL|URI|DSN)\}?\1", re.IGNORECASE)
_LETTERS = bytes(range(128)) + b"x" * 128


def parse(data: bytes) -> Node:
    """The root of the syntax tree. Never raises; what does not parse holds ERROR nodes.

    Its text is not in it: bytes outside ASCII are parsed as a letter, since the parser's scanner reads past the end of a
    table at characters beyond U+FFFF, which ends the process. The offsets stay the same.

    Recovering from an error takes time that grows with the square of the length, and redirections without a command, long
    pipelines and thousands of brackets take long too. A text past one of the limits is given up: the tree is then that of a lone ``(``.
    """
    letters = data.translate(_LETTERS)
    joined = sum(letters.count(char) for char in (b"|", b"`", b"("))
    if letters.count(b"<") + letters.count(b">") > _REDIRECTIONS_MAX or joined > _JOINED_MAX:
        letters = b"("

    def read(offset: int, _point: object) -> bytes:
        return letters[offset : offset + _READ_BYTES]

    def stop(offset: int, erroneous: bool) -> bool:
        return erroneous and offset > _RECOVERED_BYTES_MAX

    try:
        return Parser(_BASH).parse(read, progress_callback=stop).root_node
    except ValueError:
        return Parser(_BASH).parse(b"(").root_node


def covered(data: bytes, root: Node) -> bool:
    """Whether nothing but blanks and line ends stands between the leaves of a tree: the parser passed nothing over."""
    at = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.children and node.type != "string":
            waiting.extend(reversed(node.children))
            continue
        if data[at : node.start_byte].replace(b"\\\n", b"").strip(b" \t\n"):
            return False
        at = max(at, node.end_byte)
    return not data[at:].replace(b"\\\n", b"").strip(b" \t\n")


def find(root: Node, *types: str) -> Iterator[Node]:
    """Every node of these types, outermost first, without recursion and not inside one another."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in types:
            yield node
        else:
            waiting.extend(reversed(node.children))


def is_deeper(root: Node, levels_max: int) -> bool:
    """Whether a tree has more levels below its root than this."""
    level, depth = [root], 0
    while level and depth <= levels_max:
        level = [child for node in level for child in node.children]
        depth += 1
    return bool(level)


EXPANSIONS = ("simple_expansion", "expansion", "command_substitution", "arithmetic_expansion", "process_substitution")
_BARE = re.compile(r"[^\s'\"`$\\;&|<>()]+")
_IN_DOUBLE = re.compile(r'[^"`$\\]+')
_IN_HEREDOC = re.compile(r"[^`$\\]+")
_EXPANDS = re.compile(r"[A-Za-z0-9_{(\[@*#?$!'\"-]")


def pieces(data: bytes, node: Node, *, heredoc: bool = False) -> list[Piece]:
    """Read one word by the shell's own rules, independently of how the parser divided it.

    The parser only says where expansions stand. Whatever it saw differently from here raises Unreadable: the two must
    agree before anything is called a read. With ``heredoc`` the rules are those of a here-document's body.
    """
    base = node.start_byte
    raw = data[base : node.end_byte].decode("latin-1")
    nodes: dict[int, Node] = {}
    for inner in find(node, *EXPANSIONS):
        text = data[inner.start_byte : inner.end_byte].decode("latin-1")
        nodes[inner.start_byte - base + len(text) - len(text.lstrip())] = inner
    found: list[Piece] = []
    at, double = 0, False
    while at < len(raw):
        if at in nodes:
            found.append(Piece("", nodes[at], double or heredoc))
            at = nodes[at].end_byte - base
        elif heredoc or double:
            at, double = _inside(raw, at, found, _IN_HEREDOC if heredoc else _IN_DOUBLE)
        else:
            at, double = _outside(raw, at, found)
    if double and not heredoc:
        message = "a quote is not closed"
        raise Unreadable(message)
    return found


def _inside(raw: str, at: int, found: list[Piece], plain: re.Pattern[str]) -> tuple[int, bool]:
    """One step between double quotes, or in a here-document: what comes next, and whether the quotes are still open."""
    if raw[at] == '"' and plain is _IN_DOUBLE:
        return at + 1, False
    if raw[at] == "\\":
        escaped = raw[at + 1 : at + 2]
        special = escaped in '$`\\\n"' if plain is _IN_DOUBLE else escaped in "$`\\\n"
        found.append(Piece("" if escaped == "\n" else escaped if special else "\\" + escaped, None, quoted=True))
        return at + 2, True
    if raw[at] in "$`":
        return _dollar(raw, at, found, quoted=True), True
    match = plain.match(raw, at)
    found.append(Piece(match[0] if match else raw[at], None, quoted=True))
    return (match.end() if match else at + 1), True


def _outside(raw: str, at: int, found: list[Piece]) -> tuple[int, bool]:
    """One step outside quotes: what comes next, and whether it opened double quotes."""
    match = _BARE.match(raw, at)
    if match:
        if at == 0 and raw[0] == "#":
            message = "a word begins with #, which the shell may take for a comment"
            raise Unreadable(message)
        found.append(Piece(match[0], None, quoted=False))
        return match.end(), False
    if raw[at] == '"':
        found.append(Piece("", None, quoted=True))
        return at + 1, True
    if raw[at] == "\\" and at + 1 < len(raw):
        found.append(Piece("" if raw[at + 1] == "\n" else raw[at + 1], None, quoted=True))
        return at + 2, False
    if raw[at] == "'" and (end := raw.find("'", at + 1)) > 0:
        found.append(Piece(raw[at + 1 : end], None, quoted=True))
        return end + 1, False
    if raw[at] in "$`":
        return _dollar(raw, at, found, quoted=False), False
    message = "a word holds a character that separates words"
    raise Unreadable(message)


def _dollar(raw: str, at: int, found: list[Piece], *, quoted: bool) -> int:
    """A dollar or backtick where the parser saw no expansion: literal, ``$'…'``, or a disagreement."""
    following = raw[at + 1 : at + 2]
    if raw[at] == "$" and following == "'" and not quoted:
        end = raw.find("'", at + 2)
        if end > 0 and "\\" not in raw[at:end]:
            found.append(Piece(raw[at + 2 : end], None, quoted=True))
            return end + 1
        message = "$'…' spells out characters that cannot be seen"
        raise Unreadable(message)
    if raw[at] == "`" or (_EXPANDS.match(following) and not (quoted and following in "'\"")):
        message = "an expansion cannot be separated from its surroundings"
        raise Unreadable(message)
    found.append(Piece("$", None, quoted=True))
    return at + 1
