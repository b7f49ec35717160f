"""The directory of a runbook: whom to reach, and by what; an entry in [brackets] reaches nobody yet."""

import re

from stormjib.core.markdown.blocks import Block, plain
from stormjib.core.runbook import Contact

_HEADING = re.compile(
    r"\b(contacts?|on-?\s?call|rota|rotations?|directory|phone numbers?|(?:communication|slack|chat) channels?|"
    r"escalation (?:paths?|matrix|policy|contacts?|list)|who to (?:call|page|contact))\b",
    re.IGNORECASE,
)
_VENDOR = re.compile(r"depend|vendor|external|provider|supplier|third|upstream", re.IGNORECASE)
_BOLD = re.compile(r"(?:\*\*|__)(.{1,200}?)\s{0,3}:?\s{0,3}(?:\*\*|__)\s{0,3}[:\u2013\u2014-]?\s{0,3}(.*)", re.DOTALL)
_PLAIN = re.compile(r"([^:\n]{1,80}):\s(.*)", re.DOTALL)
_UNFILLED = re.compile(
    r"\[[^\[\]]*\]|<[^<>]*>|\{+[^{}]*\}+|\W*|(?:tbd|tba|todo|fixme|xxx+|n/?a|none|unknown|changeme|your .*)\W*", re.IGNORECASE
)
_VALUE_CHARACTERS_MAX = 500


def is_directory(titles: str) -> bool:
    """Whether the headings above, joined, say that a list holds contacts."""
    return bool(_HEADING.search(titles))


def of_item(item: Block, group: str) -> Contact | None:
    """The contact of a list item "**Name**: value" or "Name: value"; None when it is neither."""
    text = item.text[:_VALUE_CHARACTERS_MAX]
    found = _BOLD.fullmatch(text) or _PLAIN.fullmatch(text)
    return _contact(group, plain(found.group(1)), found.group(2).strip(), item.line) if found else None


def of_table(table: Block, group: str) -> tuple[Contact, ...]:
    """The contacts of a table: the first cell is the name, the rest is how to reach it."""
    two = 2
    return tuple(
        _contact(group, plain(cells[0]), ", ".join(cell for cell in cells[1:] if cell)[:_VALUE_CHARACTERS_MAX], line)
        for line, cells in table.rows
        if len(cells) >= two and cells[0]
    )


def _contact(group: str, name: str, value: str, line: int) -> Contact:
    """A contact with its kind by what it looks like: "#name" is a channel wherever it stands."""
    unfilled = bool(_UNFILLED.fullmatch(value))
    value = value if unfilled else plain(value)
    kind = "person"
    if value.startswith("#") or re.search(r"channel", group, re.IGNORECASE):
        kind = "channel"
    elif _VENDOR.search(group):
        kind = "vendor"
    return Contact(group, name, value, line, not unfilled, kind)
