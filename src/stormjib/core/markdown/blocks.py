"""Markdown text as a flat list of blocks, each with the lines that it stands on."""

import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

_NESTING_MAX = 40
_CHECKBOX = re.compile(r"\[([ xX])\](?:\s+|$)")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\(([^()\s]{0,500})\)")
_MARKS = re.compile(r"\*\*|__|`")
_ESCAPED = re.compile(r"\\([#*_\[\]`!<>~|+.-])")
_CONTAINER = re.compile(r">|[*+-]|\d[.)]")
_LEADING = re.compile(r"[ \t>*+\-.)\d]*")
_LINE_END = re.compile(r"\r\n?")


QUOTED = "quote"
BOLD_LEVEL = 7
"""The level of a line that is nothing but bold: a heading below all others."""
_BOLD_LINE = re.compile(r"(?:\*\*|__)([^*_\n]{1,80})(?:\*\*|__)\s?[:\uff1a]?")
_BOLD_WORDS_MAX = 8


def _is_title(text: str) -> bool:
    """Whether a paragraph is one bold line that is no sentence, which is how people write a heading without marking it as one."""
    found = _BOLD_LINE.fullmatch(text.strip())
    words = found.group(1).strip() if found else ""
    return bool(words) and not words.endswith((".", "!", "?", "\u3002")) and len(words.split()) <= _BOLD_WORDS_MAX


def _is_bold(cells: tuple[str, ...]) -> bool:
    return all(_BOLD_LINE.fullmatch(cell) for cell in cells if cell)


class Block(NamedTuple):
    """A leaf of the document. ``line`` and ``end_line`` count from 1 and are both included.

    ``info`` is a fence's, and QUOTED of a paragraph in a block quote. ``kind`` is "heading", "item", "paragraph", "fence", "table", "html", "rule" or "front". ``level`` is the heading's
    level. ``item`` is the index of the list item that the block stands in, -1 outside lists. ``checkbox`` is None for
    an item without one. ``rows`` are a table's body: (line, cells); ``header`` are the
    cells above it.
    """

    kind: str
    line: int
    end_line: int
    text: str
    level: int = 0
    info: str = ""
    item: int = -1
    ordered: bool = False
    checkbox: bool | None = None
    rows: tuple[tuple[int, tuple[str, ...]], ...] = ()
    fenced: bool = False
    header: tuple[str, ...] = ()


def lines_of(text: str) -> list[str]:
    """The lines of a text as Markdown counts them: only CR, LF and CRLF end one."""
    return _LINE_END.sub("\n", text).split("\n")


def marks(lines: list[str]) -> int:
    """How many list and quote marks there are in all, which is what reading nested text costs."""
    starts = (found.group(0) for found in map(_LEADING.match, lines) if found)
    return sum(min(len(_CONTAINER.findall(start)), _NESTING_MAX) for start in starts)


def plain(text: str) -> str:
    """One line of Markdown as the words that a reader sees: emphasis and code marks gone, a link with its address."""
    text = _IMAGE_OR_LINK.sub(lambda found: found.group(1) + (f" ({found.group(2)})" if found.group(2) else ""), text)
    return " ".join(_ESCAPED.sub(r"\1", _MARKS.sub("", text)).split())


def _parser() -> MarkdownIt:
    """Blocks only: nothing here needs inline nodes, and their parsing is where hostile input costs time.

    Reference definitions stay paragraphs, so that no line of the file disappears.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING_MAX}).enable("table").use(front_matter_plugin)
    parser.core.ruler.disable(["inline", "text_join"])
    parser.block.ruler.disable(["reference"])
    return parser


_PARSER = _parser()


def read(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text in the order of their lines."""
    return _Reader(_PARSER.parse(text)).blocks()


class _Reader:
    """One walk over the tokens. Lists are the only containers that matter: their items own what stands inside."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.found: list[Block] = []
        self.items: list[int] = []
        self.pending: list[Token] = []
        self.ordered: list[bool] = []
        self.quotes = 0

    def blocks(self) -> tuple[Block, ...]:
        position = 0
        while position < len(self.tokens):
            position += self._step(position)
        return tuple(self.found)

    def _step(self, position: int) -> int:
        """Take the token at a position; how many tokens were used up."""
        token = self.tokens[position]
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.ordered.append(token.type.startswith("o"))
            case "bullet_list_close" | "ordered_list_close":
                self.ordered.pop()
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting
            case "list_item_open":
                return self._item(position)
            case "list_item_close":
                self.items.pop()
            case "table_open":
                return self._table(position)
            case "heading_open" | "paragraph_open":
                self._leaf(token, self.tokens[position + 1].content)
                return 3
            case "fence" | "code_block":
                self._add("fence", token, token.content, info=token.info.strip(), fenced=token.type == "fence")
            case "html_block" | "hr" | "front_matter":
                kind = {"hr": "rule", "html_block": "html", "front_matter": "front"}[token.type]
                self._add(kind, token, token.content)
        return 1

    def _item(self, position: int) -> int:
        """A list item with its first paragraph as its text; an item that starts otherwise has no text of its own."""
        token, first = self.tokens[position], self.tokens[position + 1]
        has_text = first.type == "paragraph_open"
        text = self.tokens[position + 2].content if has_text else ""
        box = _CHECKBOX.match(text)
        where = first.map if has_text and first.map else (token.map or [0, 1])
        end = where[1] if has_text else where[0] + 1
        outer = self.items[-1] if self.items else -1
        self.items.append(len(self.found))
        self.found.append(
            Block(
                "item",
                where[0] + 1,
                end,
                text[box.end() :] if box else text,
                item=outer,
                ordered=self.ordered[-1],
                checkbox=None if box is None else box.group(1) != " ",
            )
        )
        return 4 if has_text else 1

    def _leaf(self, token: Token, text: str) -> None:
        """A heading counts as one only where it stands at the margin; quoted or listed, it is a paragraph."""
        if token.type == "heading_open" and token.level == 0:
            self._add("heading", token, text, level=int(token.tag[1]))
        elif token.type == "paragraph_open" and token.level == 0 and _is_title(text):
            self._add("heading", token, text, level=BOLD_LEVEL)
        else:
            self._add("paragraph", token, text, info=QUOTED if self.quotes else "")

    def _table(self, position: int) -> int:
        """A table with its body rows."""
        rows: list[tuple[int, tuple[str, ...]]] = []
        cells: list[str] = []
        header: tuple[str, ...] = ()
        line, body, end = 0, False, position
        while self.tokens[end].type != "table_close":
            token = self.tokens[end]
            if token.type == "thead_close":
                header = tuple(plain(cell) for cell in cells)
            elif token.type == "tbody_open":
                body = True
            elif token.type == "tr_open":
                cells, line = [], (token.map or [0])[0] + 1
            elif token.type == "inline":
                cells.append(token.content.strip())
            elif token.type == "tr_close" and body:
                rows.append((line, tuple(cells)))
            end += 1
        if not any(header) and [_is_bold(row) for _, row in rows[:2]] == [True, False]:
            header, rows = tuple(map(plain, rows[0][1])), rows[1:]  # Confluence exports a table's head as its first row, in bold.
        text = "\n".join(" | ".join(row) for _, row in rows)
        self._add("table", self.tokens[position], text, rows=tuple(rows))
        self.found[-1] = self.found[-1]._replace(header=header)
        return end - position + 1

    def _add(
        self,
        kind: str,
        token: Token,
        text: str,
        *,
        level: int = 0,
        info: str = "",
        rows: tuple[tuple[int, tuple[str, ...]], ...] = (),
        fenced: bool = False,
    ) -> None:
        start, end = token.map or [0, 1]
        item = self.items[-1] if self.items else -1
        self.found.append(Block(kind, start + 1, end, text, level, info, item, rows=rows, fenced=fenced))
