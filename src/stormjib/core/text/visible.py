"""Characters that nobody sees, spelled out: what drives a terminal, turns the direction of writing, or has no width."""

import re

_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def visible(text: str) -> str:
    """The text with every hidden character spelled out, so that a command or a title can't look like another one."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}" if found.group() != "\r" else "", text)
