"""The directory of a runbook: whom to reach, and by what; an entry in [brackets] reaches nobody yet."""

import re

from stormjib.core.markdown import windows
from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.markdown.words import Words
from stormjib.core.runbook import Contact

_BOLD = re.compile(
    r"(?:\*\*|__)(.{1,200}?)\s{0,3}[:\uff1a]?\s{0,3}(?:\*\*|__)\s{0,3}[:\uff1a\u2013\u2014-]?\s{0,3}(.*)", re.DOTALL
)
_PLAIN = re.compile(r"([^:\uff1a\n]{1,80})(?::\s|\uff1a\s?)(.*)", re.DOTALL)
_UNFILLED = re.compile(
    r"\[[^\[\]]*\]|<[^<>]*>|\{+[^{}]*\}+|\W*|(?:tbd|tba|todo|fixme|xxx+|n/?a|none|unknown|changeme|your .*)\W*", re.IGNORECASE
)
_DASHED = re.compile(r"([^:\n]{1,80}?)\s[\u2013\u2014-]\s(.*)", re.DOTALL)
_ADDRESS = re.compile(
    r"(?<!\w)[#@][\w.-]{2,}|[\w.+-]+@[\w-]+\.\w|https?://|\+?\d[\d ()./-]{5,}\d|\b(?:ext|x)\.?\s?\d{3,}|"
    r"\b(?:pager ?duty|opsgenie|slack|on-?call|hotline|e-?mail|phone|teams)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"[$\u20ac\u00a3\u00a5]\s?\d|\d\s?(?:%|\u20ac|USD|EUR)", re.IGNORECASE)
_NAME_WORDS_MAX = 8
_VALUE_CHARACTERS_MAX = 500


def is_directory(titles: str, words: Words) -> bool:
    """Whether the headings above, joined, say that a list holds contacts."""
    return words.has("h.directory", titles)


def of_item(item: Block, group: str, words: Words) -> Contact | None:
    """The contact of a list item "**Name**: value" or "Name: value"; None when it is neither, or what it says reaches nobody."""
    text = item.text[:_VALUE_CHARACTERS_MAX]
    found = _BOLD.fullmatch(text) or _PLAIN.fullmatch(text) or _DASHED.fullmatch(text)
    if found is None or windows.led(text, words)[0] or not _reaches(plain(found.group(1)), found.group(2).strip(), words):
        return None
    return _contact(group, plain(found.group(1)), found.group(2).strip(), item.line, words)


def of_table(table: Block, group: str, words: Words) -> tuple[Contact, ...]:
    """The contacts of a table: the first cell is the name, the rest is how to reach it; none where no row says how."""
    two = 2
    rows = [(line, cells) for line, cells in table.rows if len(cells) >= two and cells[0]]
    reaching = [any(_ADDRESS.search(cell) or _UNFILLED.fullmatch(cell.strip()) for cell in cells[1:]) for _, cells in rows]
    if not any(reaching):
        return ()
    return tuple(
        _contact(group, plain(cells[0]), ", ".join(cell for cell in cells[1:] if cell)[:_VALUE_CHARACTERS_MAX], line, words)
        for line, cells in rows
    )


def _reaches(name: str, value: str, words: Words) -> bool:
    """Whether a value tells how somebody is reached: an address, a number, a name, or that it is still to be filled in."""
    if _UNFILLED.fullmatch(value) or _ADDRESS.search(value):
        return not _AMOUNT.search(value) or bool(_ADDRESS.search(value))
    said = plain(value)
    if words.has("money", name) or words.has("money", said) or _AMOUNT.search(said):
        return False
    return len(said.split()) <= _NAME_WORDS_MAX and not said.endswith((".", "\u3002"))


def _contact(group: str, name: str, value: str, line: int, words: Words) -> Contact:
    """A contact with its kind by what it looks like: "#name" is a channel wherever it stands."""
    unfilled = bool(_UNFILLED.fullmatch(value))
    value = value if unfilled else plain(value)
    kind = "person"
    if value.startswith("#") or re.search(r"channel", group, re.IGNORECASE):
        kind = "channel"
    elif words.has("h.vendor", group):
        kind = "vendor"
    return Contact(group, name, value, line, not unfilled, kind)
