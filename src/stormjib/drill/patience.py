"""Waiting for a state: it says what it waits for, and gives up with a sentence that says where it stands."""

import time
from collections.abc import Callable
from typing import TypeVar

WAIT_SECONDS_MAX = 240.0
"""Long enough for a machine that has other work; whoever waits for a state loses nothing by it."""
POLL_SECONDS = 0.2
QUIET_SECONDS = 8.0
"""A wait that takes longer is spoken of."""
AWAY_SECONDS_MAX = 30.0
"""Nobody starts a server of a drill again, so one that is away for so long has ended."""

T = TypeVar("T")
Tell = Callable[[str], None]


class StuckError(Exception):
    """The incident did not get where it should; the text says where it stands."""


class Patience:
    """How somebody waits for one state after another; ``note`` is told what for, where it takes long."""

    def __init__(
        self, note: Tell, *, pause: Callable[[float], object] = time.sleep, now: Callable[[], float] = time.monotonic
    ) -> None:
        """``now`` and ``pause`` are in seconds, of a clock that only goes forward."""
        self._note = note
        self.pause = pause
        self.now = now

    def until(
        self,
        read: Callable[[], T],
        what: str,
        *,
        pause_seconds: float = POLL_SECONDS,
        stands: Callable[[], str] = str,
    ) -> T:
        """The first true value of ``read``, which is asked again and again; raises ``StuckError``.

        ``stands`` says in the end where it stands. A server that does not answer is asked again, for a while.
        """
        began = answered = self.now()
        told = False
        while True:
            trouble = ""
            try:
                if found := read():
                    return found
                answered = self.now()
            except OSError as error:
                trouble = f"the server does not answer: {error}"
            waited = self.now() - began
            if waited > WAIT_SECONDS_MAX or self.now() - answered > AWAY_SECONDS_MAX:
                said = "; ".join(filter(None, (trouble, stands())))
                raise StuckError(f"Waited {waited:.0f} s for {what}{f' ({said})' if said else ''}.")
            if not told and waited > QUIET_SECONDS:
                self._note(f"waiting for {what} …")
                told = True
            self.pause(pause_seconds)
