"""The exit codes of a pipeline's parts, which its own does not tell: bash prints them behind the output, and they are taken off again."""

import re
from typing import Final

TRACED: Final = 'eval "shift; $1"$\'\\n\'\'set -- "$?" "${PIPESTATUS[@]}"\'; printf "\\0stormjib-parts %s\\0" "${*:2}"; exit "$1"'
"""For ``eval "shift; $1"``: the same, and then the codes of the last pipeline. A command that exits by itself tells none."""
_TRAILER: Final = re.compile(rb"\0stormjib-parts ([\d ]{1,400})\0")
_TRAILER_BYTES_MAX: Final = 4_096
"""What a child that stays behind prints may come after it."""


def traceable(text: str) -> bool:
    """Whether something may stand behind the text: neither a line that goes on nor a text that a word ends."""
    return "|" in text and "<<" not in text and not text.rstrip().endswith("\\")


def take_off(printed: bytes) -> tuple[bytes, tuple[int, ...]]:
    """The output alone, and the exit codes in the order of the parts; none where the output does not end with them."""
    start = max(0, len(printed) - _TRAILER_BYTES_MAX)
    found = _TRAILER.search(printed, start)
    if found is None:
        return printed, ()
    return printed[: found.start()] + printed[found.end() :], tuple(map(int, found[1].split()))
