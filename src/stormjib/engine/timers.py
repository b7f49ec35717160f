"""The timers that are set: rows in the order of their times, so that a hundred thousand of them cost nothing until they are due."""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from stormjib.core import ends
from stormjib.core.effects import WakeAt
from stormjib.core.log import TimerDue
from stormjib.engine.inbox import Inbox
from stormjib.engine.job import Job
from stormjib.engine.rounds import Rounds
from stormjib.ports import Appended, Clock, Damaged, Decide, Overloaded, StoreFailed, Timer, TimerRows, Unavailable

FIRED_TOGETHER_MAX: Final = 500
"""In one round; those that wake somebody come first in each."""
AGAIN_SECONDS: Final = 0.2
LOOK_SECONDS: Final = 1.0
"""The longest time between two looks at the clock."""
_FIRST: Final = ("escalate/", "reach/", "storm/", "summary-step/")
"""Timers that wake people go before all that is only said to be late."""

_log = logging.getLogger(__name__)


class Timers(Rounds):
    """Fires what is due, in a thread of its own; fired twice, the log takes it once, so that a row goes only after its fact is on disk."""

    def __init__(self, inbox: Inbox, rows: TimerRows, *, by: str, clock: Clock, look_seconds: float = LOOK_SECONDS) -> None:
        """Nothing is read before ``start``."""
        super().__init__("timers", self._run, None)
        self._inbox = inbox
        self._rows = rows
        self._by = by
        self._clock = clock
        self._look_seconds = look_seconds
        self.steady: Callable[[], AbstractContextManager[None]] = nullcontext
        """Within it the wall clock makes no step that ``shift`` would be told of later, with rows that need no shift."""

    # Any thread

    def start(self) -> None:
        """Begin to fire. No timer is further away than when it was set: where one seems to be, the clock went back meanwhile."""
        self._rows.bring_near(self._clock())
        super().start()

    def put(self, jobs: Iterable[tuple[Job, float]]) -> None:
        """Set the timers of entries, each with when its entry was written; they are on disk afterwards. Raises ``StoreFailed``.

        Where the wall clock went back since, that lies ahead of it, and the time between the two is what counts.
        """
        with self.steady():
            now = self._clock()
            timers = [_timer(job, job.effect, now, asked_at) for job, asked_at in jobs if isinstance(job.effect, WakeAt)]
            self._rows.put(timers)
        if any(timer.at < now + self._look_seconds for timer in timers):
            self.wake()

    def shift(self, seconds: float) -> None:
        """The wall clock stepped by so many seconds: every timer keeps its distance to it."""
        self._rows.shift(seconds)

    # The timers' thread

    def _run(self) -> None:
        seconds = 0.0
        while not self.pause(seconds):
            with self.steady():
                now = self._clock()
                timers = self._rows.due(now, FIRED_TOGETHER_MAX)
                next_at = None if timers else self._rows.next_at()
            if timers:
                seconds = 0.0 if self._fire(timers) else AGAIN_SECONDS
            else:
                seconds = self._look_seconds if next_at is None else min(next_at - now, self._look_seconds)

    def _fire(self, timers: Sequence[Timer]) -> bool:
        """Whether any of them is over; the others are due again."""
        answers = [(timer, self._append(timer)) for timer in timers]
        over = [timer.id for timer, answer in answers if _over(timer, answer)]
        self._rows.drop(over)
        return bool(over)

    def _append(self, timer: Timer) -> Future[Appended]:
        try:
            return self._inbox.submit_async(timer.incident, _due(timer.name), by=self._by, cause=timer.id)
        except (Overloaded, Unavailable, StoreFailed) as refused:
            answer: Future[Appended] = Future()
            answer.set_exception(refused)
            return answer


def _timer(job: Job, effect: WakeAt, now: float, asked_at: float) -> Timer:
    asked_at = min(asked_at, now) if effect.by_clock else asked_at
    at = effect.at - max(0.0, asked_at - now)
    return Timer(job.effect_id, job.incident, effect.timer, at, effect.at - asked_at, not effect.timer.startswith(_FIRST))


def _due(name: str) -> Decide:
    """That it is due; nothing where its incident is over and nothing can follow from it."""
    return lambda now: () if ends.needless(now, name) else (TimerDue(name),)


def _over(timer: Timer, answer: Future[Appended]) -> bool:
    """Whether it stands in the log, or nobody can ever write it."""
    error = answer.exception()
    if isinstance(error, Overloaded | Unavailable | StoreFailed) and not isinstance(error, Damaged):
        return False
    if error is not None:
        _log.error("the timer %s is given up: %s", timer.id, error)
    return True
