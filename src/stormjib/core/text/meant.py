"""What a name that does not exist was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def meant(wrong: str, known: Iterable[str]) -> str:
    """A clause that names the one that is spelled most like it; "" where none is."""
    near = get_close_matches(wrong, list(known), 1)
    return f"; {near[0]!r} is probably meant" if near else ""
