"""What `stormjib doctor` says of one thing that it has examined."""

from typing import NamedTuple

OK, WARN, FAIL = "ok", "warn", "fail"
LISTED_MAX = 8


class Check(NamedTuple):
    """One thing that was looked at; ``text`` says what is so and, where it is not well, what to do."""

    name: str
    state: str
    text: str


def some(texts: list[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(texts) - LISTED_MAX
    return ", ".join(texts[:LISTED_MAX]) + (f" and {more} more" if more > 0 else "")
