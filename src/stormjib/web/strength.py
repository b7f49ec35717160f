"""How strongly something points to a suspect, in a word and as a bar of characters: neither needs a colour."""

from typing import Final

WORDS: Final = ((0.7, "strong"), (0.45, "likely"), (0.25, "possible"), (0.0, "weak"))
CELLS: Final = 5


def word(score: float) -> str:
    """``strong``, ``likely``, ``possible`` or ``weak`` for a score from 0 to 1."""
    return next((said for least, said in WORDS if score >= least), WORDS[-1][1])


def bar(score: float) -> str:
    """``■■■■□``: at least one filled, so that what is named is seen."""
    filled = min(max(round(score * CELLS), 1), CELLS)
    return "■" * filled + "□" * (CELLS - filled)
