"""The watch over the wall clock: it may step, and what waits for a time must not wait for the step as well."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from stormjib.core.text.units import duration
from stormjib.engine.rounds import Rounds
from stormjib.ports import Clock

LOOK_SECONDS: Final = 1.0
STEP_SECONDS: Final = 1.0
"""Less is the slow correction that every clock gets."""

_log = logging.getLogger(__name__)


class ClockWatch(Rounds):
    """Compares the wall clock with one that never steps, once a second, and says by how many seconds it stepped."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float], on_step: Callable[[float], None]) -> None:
        """``on_step`` is told the seconds, negative where the clock went back; it is called in the thread that looks."""
        self._clock = clock
        self._monotonic = monotonic
        self._on_step = on_step
        self._apart = self._began = clock() - monotonic()
        self.steps = 0
        """How often it stepped."""
        self.stepped_at: float | None = None
        """When it did so last, by the wall clock."""
        self._looking = threading.Lock()
        super().__init__("clock watch", self._run, None)

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Within it, a time by the wall clock may be written down.

        A step that nobody has seen is told first, and one that comes later is told only afterwards. Else what is written
        just after a step by the new time would be moved along with what was written before it.
        """
        with self._looking:
            self._look()
            yield

    def problem(self) -> str:
        """That the clock does not go on from where it was at the start, as a sentence; "" where it does."""
        seconds = self._apart - self._began if self.steps else 0.0
        if abs(seconds) <= STEP_SECONDS:
            return ""
        return (
            f"This machine's clock was set {'back' if seconds < 0 else 'forward'} by {duration(round(abs(seconds)))} while stormjib ran, so "
            "that times here may be off by as much. What is due comes when the time until then has passed. Check the machine's time; "
            "where it is right now, restart stormjib."
        )

    def look(self) -> float:
        """By how many seconds the clock has stepped since the last look; 0 where it goes as it should."""
        with self._looking:
            return self._look()

    def _look(self) -> float:
        apart = self._clock() - self._monotonic()
        step = apart - self._apart
        self._apart = apart
        if abs(step) <= STEP_SECONDS:
            return 0.0
        _log.warning(
            "the clock stepped by %+.1f s; what waits for a time keeps its distance to it. Check the machine's time", step
        )
        self.steps, self.stepped_at = self.steps + 1, self._clock()
        self._on_step(step)
        return step

    def _run(self) -> None:
        while not self.pause(LOOK_SECONDS):
            self.look()
