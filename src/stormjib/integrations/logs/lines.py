"""Single lines of a block: their text, and which lines around them belong together."""

import re
from typing import Final

from stormjib.evidence.loglines.counts import EXAMPLE_CHARS_MAX, TRACE_LINES_MAX
from stormjib.evidence.loglines.envelope import inside, message, service
from stormjib.evidence.loglines.masks import LINE_CHARS_MAX
from stormjib.evidence.loglines.timestamp import Timestamp
from stormjib.evidence.loglines.trace import joined

_COLOUR: Final = re.compile(rb"\x1b\[[\d;]*m")
HEAD_LINES_MAX: Final = 200
"""So far back the line that a trace belongs to is looked for."""


def text_of(line: bytes) -> str:
    """A line as text: UTF-8 where it is, else one character a byte, so that nothing fails and nothing is lost."""
    cut = line[: 4 * LINE_CHARS_MAX].rstrip(b"\r").lstrip(b"\0")
    cut = _COLOUR.sub(b"", cut) if b"\x1b" in cut else cut
    try:
        return cut.decode()
    except UnicodeDecodeError as error:
        return cut.decode("utf-8", "ignore") if error.start >= len(cut) - 3 else cut.decode("latin-1")


def text_without(line: bytes, stamp: Timestamp | None) -> str:
    """A line as text, without what its collectors put around it."""
    return text_of(inside(line[: 8 * LINE_CHARS_MAX], stamp))


def trace_behind(lines: list[bytes], place: int, stamp: Timestamp | None) -> list[str]:
    """The lines behind a line that belong to it, by its service; none for a line that itself belongs to another."""
    found: list[str] = []
    mine = service(text_without(lines[place][:EXAMPLE_CHARS_MAX], stamp))
    for line in lines[place + 1 : place + 1 + TRACE_LINES_MAX]:
        text = text_without(line[:EXAMPLE_CHARS_MAX], stamp)
        if service(text) not in {"", mine}:
            continue
        if not joined(message(text)):
            break
        found.append(message(text))
    while found and not found[-1].strip():
        found.pop()
    return found


def head_of(lines: list[bytes], place: int, stamp: Timestamp | None) -> int | None:
    """The line that a joined line belongs to: one of the same service."""
    mine = service(text_without(lines[place][:EXAMPLE_CHARS_MAX], stamp))
    for back in range(place - 1, max(-1, place - HEAD_LINES_MAX), -1):
        text = text_without(lines[back][:EXAMPLE_CHARS_MAX], stamp)
        if text and mine in {"", service(text)} and not joined(message(text)):
            return back
    return None
