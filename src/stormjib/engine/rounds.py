"""A thread that does something again and again until it is told to end."""

import threading
from collections.abc import Callable


class Rounds:
    """``start`` is called once at the most; ``stop`` may come without it."""

    def __init__(self, name: str, run: Callable[[], None]) -> None:
        """``run`` is all that the thread does: it asks ``pause`` between two rounds."""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=run, name=name, daemon=True)

    def start(self) -> None:
        """Begin the first round."""
        self._thread.start()

    def pause(self, seconds: float) -> bool:
        """Wait for the next round; True at once where there is to be none."""
        return self._ending.wait(seconds)

    @property
    def ending(self) -> bool:
        """Whether the round that is under way is the last."""
        return self._ending.is_set()

    def stop(self, seconds_max: float | None = None) -> None:
        """Begin no other round, and wait for the one that is under way, None: however long it takes."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(seconds_max)
