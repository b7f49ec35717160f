"""Single lines of a block: their text, and which lines around them belong together."""

from typing import Final

from stormjib.evidence.loglines.counts import EXAMPLE_CHARS_MAX, TRACE_LINES_MAX
from stormjib.evidence.loglines.masks import LINE_CHARS_MAX
from stormjib.evidence.loglines.timestamp import Timestamp
from stormjib.evidence.loglines.trace import joined

HEAD_LINES_MAX: Final = 200
"""So far back the line that a trace belongs to is looked for."""


def text_of(line: bytes) -> str:
    """A line as text: UTF-8 where it is, else one character a byte, so that nothing fails and nothing is lost."""
    cut = line[: 4 * LINE_CHARS_MAX].rstrip(b"\r")
    try:
        return cut.decode()
    except UnicodeDecodeError as error:
        return cut.decode("utf-8", "ignore") if error.start >= len(cut) - 3 else cut.decode("latin-1")


def text_without(line: bytes, stamp: Timestamp | None) -> str:
    """A line as text, without the time that it begins with."""
    return text_of(line if stamp is None else stamp.apart(line[: 8 * LINE_CHARS_MAX])[1])


def trace_behind(lines: list[bytes], place: int) -> list[str]:
    """The lines behind a line that belong to it; none for a line that itself belongs to another."""
    found: list[str] = []
    for line in lines[place + 1 : place + 1 + TRACE_LINES_MAX]:
        text = text_of(line[:EXAMPLE_CHARS_MAX])
        if not text or not joined(text):
            break
        found.append(text)
    return found


def head_of(lines: list[bytes], place: int) -> int | None:
    """The line that a joined line belongs to."""
    for back in range(place - 1, max(-1, place - HEAD_LINES_MAX), -1):
        text = text_of(lines[back][:EXAMPLE_CHARS_MAX])
        if text and not joined(text):
            return back
    return None
