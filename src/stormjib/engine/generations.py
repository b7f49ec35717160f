"""The generations of a log: which start of the program wrote an entry, so that a key never stands for two things."""

from bisect import bisect_left
from collections.abc import Sequence


class Generations:
    """A log that is put back to an earlier state goes on under a new name, and so do the keys of what follows.

    What stood in the log before keeps its generation, so that a page that has been sent already carries the same key.
    """

    def __init__(self, starts: Sequence[tuple[int, str]] = ()) -> None:
        """``starts``: the position behind which each generation begins, in order, and its name."""
        self.name = starts[-1][1] if starts else ""
        """Of what is written from now on."""
        self._positions = [position for position, _ in starts]
        self._names = [name for _, name in starts]

    def at(self, position: int) -> str:
        """The generation of the entry at this position; "" where the log knows none."""
        found = bisect_left(self._positions, position)
        return self._names[found - 1] if found else ""
