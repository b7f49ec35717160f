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
    r"\[[^\[\]]*\]|<(?!https?:|mailto:|[\w.+-]+@)[^<>]*>|\{+[^{}]*\}+|\W*|(?:tbd|tba|todo|fixme|xxx+|n/?a|none|unknown|changeme|your .*)\W*",
    re.IGNORECASE,
)
_DASHED = re.compile(r"([^:\n]{1,80}?)\s[\u2013\u2014-]\s(.*)", re.DOTALL)
_ADDRESS = re.compile(
    r"(?<!\w)[#@][\w.-]{2,}|[\w.+-]+@[\w-]+\.\w|https?://|\+?\d[\d ()./-]{5,}\d|\b(?:ext|x)\.?\s?\d{3,}|"
    r"\b(?:pager ?duty|opsgenie|slack|on-?call|hotline|e-?mail|phone|teams|whats ?app|telegram|signal)\b",
    re.IGNORECASE,
)
_EXACT = re.compile(r"(?<!\w)[#@][\w.-]{2,}|[\w.+-]+@[\w-]+\.[\w.]+|https?://\S+|\+?\d[\d ()./-]{5,}\d")
"""An address itself, and not only the word for one."""
_CHANNEL = re.compile(r"#[^\W\d][\w.-]+")
_PARTS = re.compile(r"\s*(?:[|,;\u00b7\u2022\u3001]|\s/\s)\s*")
_LABEL = re.compile(r"[^\W\d][\w -]{0,30}(?::|\uff1a)(?!//)\s*")
_BLANK = re.compile(
    r"\[[^\[\]]*\]|<(?!https?:|mailto:|[\w.+-]+@)[^<>]*>|\{+[^{}]*\}+|@?|_+|(?:tbd|tba|todo|fixme|changeme|your .*)\W*"
    r"|\+?[\dx][\dx ()./-]*(?:xx|x-x)[\dx ()./-]*",
    re.IGNORECASE,
)
"""What stands where something is to be filled in; "XX" among digits is a number that nobody wrote down."""
_AMOUNT = re.compile(r"[$\u20ac\u00a3\u00a5]\s?\d|\d\s?(?:%|\u20ac|USD|EUR)", re.IGNORECASE)
_NAME_WORDS_MAX, _ALONE_WORDS_MAX = 8, 5
_VALUE_CHARACTERS_MAX = 500


def is_directory(titles: str, words: Words) -> bool:
    """Whether the headings above, joined, say that a list holds contacts."""
    return words.has("h.directory", titles)


def of_line(text: str, line: int, group: str, words: Words, *, listed: bool) -> Contact | None:
    """The contact of a line outside of a list, or outside of a directory where its name says that it is one: "On-call contact: a@b.c"."""
    found = _BOLD.fullmatch(text.strip()) or _PLAIN.fullmatch(text.strip())
    name, value = (plain(found.group(1)), found.group(2).strip()) if found else ("", "")
    short = name and len(name.split()) <= _ALONE_WORDS_MAX and len(value.split()) <= _NAME_WORDS_MAX
    if _CHANNEL.fullmatch(name) and not words.has("acts", plain(value)):
        return _contact(group, name, value, line, words)
    if not short or not (listed or words.has("h.directory", name)) or not _EXACT.search(plain(value)):
        return None
    return (
        None
        if words.has("acts", name) or words.has("acts", _EXACT.sub("", plain(value)))
        else _contact(group, name, value, line, words)
    )


def of_item(item: Block, group: str, words: Words) -> Contact | None:
    """The contact of a list item "**Name**: value" or "Name: value"; None when it is neither, or what it says reaches nobody."""
    text = item.text[:_VALUE_CHARACTERS_MAX]
    found = _BOLD.fullmatch(text) or _PLAIN.fullmatch(text) or _DASHED.fullmatch(text)
    if found is None or windows.led(text, words)[0] or not _reaches(plain(found.group(1)), found.group(2).strip(), words):
        return None
    return _contact(group, plain(found.group(1)), found.group(2).strip(), item.line, words)


def lists_channels(table: Block, words: Words) -> bool:
    """Whether a table outside of a directory is one of channels by its first column."""
    return words.has("h.channel", " ".join(table.header[:1])) and len(table.header[0].split()) == 1


def of_table(table: Block, group: str, words: Words) -> tuple[Contact, ...]:
    """The contacts of a table: the first cell is the name, the rest is how to reach it; none where no row says how."""
    two, first = 2, 0 if lists_channels(table, words) else 1
    rows = [(line, cells) for line, cells in table.rows if len(cells) >= two and cells[0]]
    said = [cell.strip() for _, cells in rows for cell in cells[first:]]
    if not any(_ADDRESS.search(cell) or _UNFILLED.fullmatch(cell) or not _is_filled(plain(cell)) for cell in said):
        return ()
    group = group if first else f"{group} ({table.header[0]})"
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
    unfilled = bool(_UNFILLED.fullmatch(value)) or not _is_filled(plain(value))
    value = value if "___" in value or _UNFILLED.fullmatch(value) else plain(value)
    kind = "person"
    if value.startswith("#") or _CHANNEL.fullmatch(name) or words.has("h.channel", group):
        kind = "channel"
    elif words.has("h.vendor", group):
        kind = "vendor"
    place = words.first("place", name) if kind == "channel" else ""
    after = windows.duration_minutes(value, words)
    after = 0.0 if after is None and words.has("at_once", value) else after
    return Contact(group, name, value, line, not unfilled, kind, place, after if kind == "person" else None)


def _is_filled(value: str) -> bool:
    """Whether nothing is left to be filled in, or an address stands beside it: "Slack: @ / Phone:" has none."""
    parts = [_LABEL.sub("", part).strip(" _*") for part in _PARTS.split(value)]
    return bool(_EXACT.search(value)) or not any(_BLANK.fullmatch(part) for part in parts)
