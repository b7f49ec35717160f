"""A body that is JSON but for a few characters, such as half an emoji: what it says all the same, for a sender asks once."""

import json
import math
import re
from typing import Final

LOST: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for every character that is none."""
_HALVES = re.compile("[\ud800-\udfff]")
_ESCAPES = re.compile(r'\\(["\\/bfnrt]|u[0-9A-Fa-f]{4})|\\')


def mended(body: bytes | bytearray) -> tuple[bytes, int] | None:
    """The body as JSON that everybody reads, and how many things in it hold what was mended; None where it is no JSON.

    Mended are halves of surrogate pairs, numbers that no computer holds, bytes of another encoding, control characters in a text, and a backslash that escapes nothing.
    """
    text = bytes(body).decode(json.detect_encoding(body), "replace")
    try:
        said = json.loads(
            _ESCAPES.sub(lambda found: found[0] if found[1] else "\\\\", text),
            strict=False,
            parse_constant=_nothing,
            parse_float=lambda digits: number if math.isfinite(number := float(digits)) else digits,
        )
    except (ValueError, RecursionError):
        return None
    listed = said.get("alerts") if isinstance(said, dict) else said
    whole = _HALVES.sub(LOST, json.dumps(said, ensure_ascii=False))
    odd = sum(LOST in _HALVES.sub(LOST, json.dumps(one, ensure_ascii=False)) for one in listed) if isinstance(listed, list) else 1
    return whole.encode(), max(odd, 1)


def _nothing(_: str) -> None:
    """``NaN`` and ``Infinity`` are no numbers of JSON."""
