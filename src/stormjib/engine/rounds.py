"""Whatever has a thread of its own, which does something again and again until it is told to end."""

import threading
from collections.abc import Callable


class Rounds:
    """``start`` is called once at the most; ``stop`` may come without it."""

    def __init__(self, name: str, run: Callable[[], None], stop_seconds: float | None = 1.0) -> None:
        """``run`` is all that the thread does: it asks ``pause`` between two rounds. For the last one ``stop`` waits so long, None: until its end."""
        self._ending, self._stop_seconds = False, stop_seconds
        self._wake = threading.Event()
        self._thread = threading.Thread(target=run, name=name, daemon=True)

    def start(self) -> None:
        """Begin the first round."""
        self._thread.start()

    def pause(self, seconds: float) -> bool:
        """Wait for the next round; True at once where there is to be none."""
        self._wake.wait(seconds)
        self._wake.clear()
        return self._ending

    def wake(self) -> None:
        """Begin the next round now; any thread may, and a signal's handler."""
        self._wake.set()

    @property
    def ending(self) -> bool:
        """Whether the round that is under way is the last."""
        return self._ending

    def stop(self) -> None:
        """Begin no other round, and wait for the one that is under way."""
        self._ending = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(self._stop_seconds)
