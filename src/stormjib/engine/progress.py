"""How far the log is dispatched: the position up to which every effect has its result in the log, or a row."""

from collections import deque


class Progress:
    """Positions come in order; their effects are settled in any order."""

    def __init__(self, position: int) -> None:
        """``position``: what had been dispatched before."""
        self.seen = position
        """The newest position that is known."""
        self.waiting = 0
        """Effects that are not settled."""
        self._open: dict[int, int] = {}
        self._order: deque[int] = deque()

    @property
    def position(self) -> int:
        """Up to here everything is settled; a restart begins behind it."""
        return self._order[0] - 1 if self._order else self.seen

    def see(self, position: int, effects: int) -> None:
        """An entry asks for so many effects."""
        self.seen = position
        self.waiting += effects
        if effects:
            self._open[position] = effects
            self._order.append(position)

    def settled(self, position: int) -> None:
        """One effect of this entry has its result or its row."""
        self._open[position] -= 1
        self.waiting -= 1
        if not self._open[position]:
            del self._open[position]
        while self._order and self._order[0] not in self._open:
            self._order.popleft()
