"""What some bytes stand for, looked up once: most lines have what another one had."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class PatternMemo(dict[bytes, T]):
    """Looks up what is missing; one that has ``most`` is emptied first, so that a log gone mad does not fill the memory."""

    def __init__(self, look: Callable[[bytes], T], most: int) -> None:
        """Nothing is known yet."""
        super().__init__()
        self._look = look
        self._most = most

    def __missing__(self, some: bytes) -> T:
        if len(self) >= self._most:
            self.clear()
        found = self[some] = self._look(some)
        return found
