"""Characters that nobody sees, spelled out: what drives a terminal, turns the direction of writing, or has no width."""

import json
import re
from unicodedata import category

HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    r"\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""The one list of them; what a terminal, a page or JSON shows in their place is theirs to say."""


_NOTHING = re.compile(HIDDEN.pattern[:-1] + r"\s\u2800\ufe00-\ufe0f]*")


def shows(text: str) -> bool:
    """Whether anybody sees anything of it."""
    return not _NOTHING.fullmatch(text)


def says(text: str) -> bool:
    """Whether a letter, a figure or a sign is in it, and not only dots and dashes."""
    return any(category(one)[0] in "LNS" for one in HIDDEN.sub("", text) if one != "\u2800")


def visible(text: str) -> str:
    """The text with every hidden character spelled out, so that a command or a title can't look like another one."""
    return HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}" if found.group() != "\r" else "", text)


def plain_json(text: str) -> str:
    """A JSON text with every hidden character as its escape: the same JSON, and nothing in it drives a terminal."""
    return HIDDEN.sub(lambda found: json.dumps(found.group())[1:-1], text)


def opening(text: str, chars_max: int) -> str:
    """As much of a text as fits."""
    return text if len(text) <= chars_max else text[: chars_max - 1] + "…"
