"""The pools: threads for what is due now, one pool for each receiver, so that one that hangs holds up nobody else."""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final

from stormjib.core.effects import CheckUsers, Notice, OpenChannel, Page, Post, RunCommand, SendMessage
from stormjib.core.place import on
from stormjib.engine.job import Job
from stormjib.ports import Lane, Notifier

PLACES: Final[Mapping[Lane, int]] = {Lane.PAGE: 64, Lane.NOTIFY: 8, Lane.RUN: 1, Lane.PROBE: 8}
"""How many leave for one receiver side by side, in the order in which they begin; a target has one command at a time."""
HEAD_START_SECONDS: Final = 0.005
"""How long everything else waits for pages that are leaving: all need the same interpreter."""


def receiver(notifiers: Mapping[type[Notice], Notifier], job: Job) -> str:
    """Whom a job waits for: a person's contact method, the site's own way, a target."""
    match job.effect:
        case Page(who=who, method=method) | SendMessage(audience=who, method=method) if method:
            return f"{method} of {who}"
        case SendMessage(audience=place) if place.startswith("#"):
            return "chat"
        case OpenChannel() | Post():
            return "chat"
        case SendMessage(audience=who):
            return f"to {who}"
        case Page():
            return str(id(notifiers.get(type(job.effect))))
        case CheckUsers():
            return f"users of {job.effect.service}"
        case RunCommand():
            return on(job.effect.target, job.effect.place)
        case _:
            return ""


class Pools:
    """Does each job once, in the order in which they began. Any thread may use it.

    Nothing is written down: a job that a kill cuts off has no result in the log, and is derived from it again.
    """

    def __init__(self, body: Callable[[Job], None], receiver_of: Callable[[Job], str]) -> None:
        """``body`` does a job and writes what came of it; ``receiver_of`` names whom it waits for."""
        self._body = body
        self._receiver_of = receiver_of
        self._pools: dict[tuple[Lane, str], ThreadPoolExecutor] = {}
        self._begun: dict[str, Future[None]] = {}
        self._stopped = False
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many have begun and are not forgotten."""
        return len(self._begun)

    def begin(self, job: Job, first: Callable[[Job], None] = lambda _: None) -> "Future[None]":
        """Do it; a job that has begun is not done again until it is forgotten. Never blocks.

        ``first`` is the part of it that the caller's own thread does.

        The future has no result where the program stops first, or could not write one.
        """
        with self._lock:
            begun = self._begun.get(job.execution_id)
            if begun is None:
                if not self._stopped:
                    first(job)
                begun = self._begun[job.execution_id] = self._submit(job)
            return begun

    def _submit(self, job: Job) -> "Future[None]":
        never: Future[None] = Future()
        if self._stopped:
            never.cancel()
            return never
        key = (job.lane, self._receiver_of(job))
        if key not in self._pools:
            self._pools[key] = ThreadPoolExecutor(PLACES[job.lane], thread_name_prefix=job.lane.value)
        try:
            return self._pools[key].submit(self._body, job)
        except RuntimeError as error:
            # The machine has no thread to give; whoever begins it again may be luckier.
            never.set_exception(error)
            return never

    def forget(self, job: Job) -> None:
        """What came of it is known."""
        self._begun.pop(job.execution_id, None)

    def let_pass(self, begun: Iterable["Future[None]"]) -> None:
        """Wait until these have left, for a moment at the most."""
        leaving = [future for future in begun if not future.done()]
        if leaving:
            wait(leaving, timeout=HEAD_START_SECONDS)

    def stop(self) -> None:
        """Begin nothing more; what has not begun is derived again at the next start."""
        with self._lock:
            self._stopped = True
            pools = list(self._pools.values())
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)
