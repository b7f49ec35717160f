"""The timers that are set, in memory: each fires when its time has passed, whatever the wall clock does meanwhile."""

import heapq
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from itertools import count
from typing import Final

from stormjib.core import ends
from stormjib.core.effects import WakeAt
from stormjib.core.log import TimerDue
from stormjib.engine.inbox import Inbox
from stormjib.engine.job import Job
from stormjib.ports import Appended, Clock, Decide, Overloaded, StoreFailed, Unavailable

FIRED_TOGETHER_MAX: Final = 500
"""In one round; those that wake somebody come first in each."""
AGAIN_SECONDS: Final = 0.2
LOOK_SECONDS: Final = 1.0
"""The longest time between two looks at the clock."""
EARLY_SECONDS: Final = 1.0
STEP_SECONDS: Final = 1.0
"""The wall clock has stepped, where it differs by more from what it should be."""
_FIRST: Final = ("escalate/", "reach/", "storm/", "summary-step/")
"""Timers that wake people go before all that is only said to be late."""

_log = logging.getLogger(__name__)


def due(timer: WakeAt) -> Decide:
    """That it is due; nothing where its incident is over and nothing can follow from it."""
    return lambda now: () if ends.needless(now, timer.timer) else (TimerDue(timer.timer),)


class Timers:
    """Fires the timers that the executor's rows make up for after a kill: fired twice, the log takes them once.

    A row is looked at once a second, some at a time, by the wall clock. Here thousands may fall due at once, and a clock
    that steps changes nothing.
    """

    def __init__(
        self,
        inbox: Inbox,
        *,
        by: str,
        clock: Clock,
        monotonic: Callable[[], float],
        forget: Callable[[Sequence[str]], None],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """``forget`` removes the rows of these execution ids; ``monotonic`` gives seconds that never step."""
        self._inbox = inbox
        self._by = by
        self._clock = clock
        self._monotonic = monotonic
        self._forget = forget
        self._look_seconds = look_seconds
        self._set: dict[str, tuple[float, Job]] = {}
        self._order: list[tuple[float, int, str]] = []
        self._due: list[tuple[bool, float, int, str]] = []
        self._numbers = count()
        self._rowless: set[str] = set()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="timers", daemon=True)

    # Any thread

    def start(self) -> None:
        """Begin to fire."""
        self._thread.start()

    def stop(self) -> None:
        """Fire nothing more; what is set is in the executor's rows or in the log."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def put(self, job: Job, asked_at: float) -> None:
        """Set the timer of an entry that was written at ``asked_at``; its row is still to be written.

        Where the wall clock went back since, ``asked_at`` lies ahead of it, and the time between the two is what counts.
        """
        assert isinstance(job.effect, WakeAt)
        self._add(job, job.effect.at - max(asked_at, self._clock()), rowless=True)

    def load(self, rows: Iterable[tuple[Job, float]]) -> None:
        """Set the timers of rows that an earlier process left, each with its time by the wall clock."""
        now = self._clock()
        for job, at in rows:
            if isinstance(job.effect, WakeAt):
                self._add(job, at - now, rowless=False)

    def row(self, job: Job) -> float | None:
        """When its row is due by the wall clock, which is written now; None where it has fired and needs none."""
        with self._changed:
            self._rowless.discard(job.execution_id)
            found = self._set.get(job.execution_id)
        if found is None:
            return None
        assert isinstance(job.effect, WakeAt)
        at = self._clock() + found[0] - self._monotonic()
        return at if abs(at - job.effect.at) > STEP_SECONDS else job.effect.at

    def left_seconds(self, job: Job) -> float:
        """How long until a timer fires whose row came early, because the wall clock went ahead; 0 where it may."""
        with self._changed:
            found = self._set.get(job.execution_id)
            left = found[0] - self._monotonic() if found and self._thread.is_alive() else 0.0
        return left if left > EARLY_SECONDS else 0.0

    def _add(self, job: Job, seconds: float, *, rowless: bool) -> None:
        due = self._monotonic() + max(0.0, seconds)
        with self._changed:
            if rowless:
                self._rowless.add(job.execution_id)
            self._set[job.execution_id] = (due, job)
            heapq.heappush(self._order, (due, next(self._numbers), job.execution_id))
            if self._order[0][2] == job.execution_id:
                self._changed.notify()

    # The timers' thread

    def _run(self) -> None:
        while jobs := self._wait():
            self._fire(jobs)

    def _wait(self) -> list[Job]:
        """The next ones to fire; none when it is time to stop."""
        with self._changed:
            while not self._stopping:
                now = self._monotonic()
                while self._order and self._order[0][0] <= now:
                    due, number, name = heapq.heappop(self._order)
                    timer = self._set[name][1].effect if name in self._set else None
                    if isinstance(timer, WakeAt):
                        heapq.heappush(self._due, (not timer.timer.startswith(_FIRST), due, number, name))
                if self._due:
                    names = {heapq.heappop(self._due)[3]: None for _ in range(min(len(self._due), FIRED_TOGETHER_MAX))}
                    if jobs := [self._set[name][1] for name in names if name in self._set]:
                        return jobs
                    continue
                left = self._order[0][0] - now if self._order else self._look_seconds
                self._changed.wait(min(left, self._look_seconds))
        return []

    def _fire(self, jobs: Sequence[Job]) -> None:
        answers = [(job, self._append(job)) for job in jobs]
        fired = [job for job, answer in answers if self._ended(job, answer)]
        with self._changed:
            names = [job.execution_id for job in fired]
            for name in names:
                self._set.pop(name, None)
            rows = [name for name in names if name not in self._rowless]
            self._rowless.difference_update(names)
            for job in jobs:
                if job.execution_id in self._set:
                    again = self._monotonic() + AGAIN_SECONDS
                    heapq.heappush(self._order, (again, next(self._numbers), job.execution_id))
        if rows:
            self._forget(rows)

    def _append(self, job: Job) -> Future[Appended]:
        timer = job.effect
        assert isinstance(timer, WakeAt)
        try:
            return self._inbox.submit_async(job.incident, due(timer), by=self._by, cause=job.effect_id)
        except (Overloaded, Unavailable, StoreFailed) as refused:
            answer: Future[Appended] = Future()
            answer.set_exception(refused)
            return answer

    def _ended(self, job: Job, answer: Future[Appended]) -> bool:
        """Whether it is over: it stands in the log, or nobody can ever write it."""
        error = answer.exception()
        if isinstance(error, Overloaded | Unavailable | StoreFailed):
            return False
        if error is not None:
            _log.error("the timer %s can't be written: %s", job.effect_id, error)
        return True
