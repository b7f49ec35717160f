"""The lanes: how many effects of a kind run at a time, and whose turn it is at a target."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping

import msgspec

from stormjib.engine.job import Job
from stormjib.ports import Lane

LIMITS: Mapping[Lane, int] = {Lane.PAGE: 8, Lane.NOTIFY: 8, Lane.PROBE: 8, Lane.RUN: 8}
"""Effects that are started at once, per lane. What is delayed has rows and limits of the executor's own."""


class Waiting(msgspec.Struct, frozen=True):
    """A job that has a place in the log but no row yet."""

    position: int
    job: Job


class Lanes:
    """Gives out places. Used from the dispatcher's thread and from the threads of the effects."""

    def __init__(self, limits: Mapping[Lane, int] = LIMITS) -> None:
        """``limits``: how many jobs of a lane run at a time."""
        self._limits = limits
        self._lock = threading.Lock()
        self._waiting: dict[Lane, deque[Waiting]] = {lane: deque() for lane in limits}
        self._running: dict[str, Job] = {}
        self._busy: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._turns: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        with self._lock:
            return sum(map(len, self._waiting.values()))

    def offer(self, waiting: Waiting) -> None:
        """Queue up; first come, first served within a lane and a target."""
        with self._lock:
            self._waiting[waiting.job.lane].append(waiting)

    def ready(self) -> list[Waiting]:
        """Those that have a place from now on: start each, and give the place back with ``done``."""
        with self._lock:
            return [waiting for lane in self._limits for waiting in self._take(lane)]

    def admit(self, job: Job) -> bool:
        """Whether a job that begins may go on: it has a place, or nobody has its turn. Count it in that case."""
        with self._lock:
            if job.execution_id in self._running:
                return True
            if job.turn and job.turn in self._turns:
                return False
            self._enter(job)
            return True

    def done(self, job: Job) -> None:
        """Give the place back."""
        with self._lock:
            if self._running.pop(job.execution_id, None):
                self._busy[job.lane] -= 1
                self._turns.discard(job.turn)

    def _take(self, lane: Lane) -> Iterator[Waiting]:
        kept: deque[Waiting] = deque()
        line = self._waiting[lane]
        while line and self._busy[lane] < self._limits[lane]:
            waiting = line.popleft()
            if waiting.job.turn and waiting.job.turn in self._turns:
                kept.append(waiting)
                continue
            self._enter(waiting.job)
            yield waiting
        line.extendleft(reversed(kept))

    def _enter(self, job: Job) -> None:
        self._running[job.execution_id] = job
        self._busy[job.lane] += 1
        if job.turn:
            self._turns.add(job.turn)
