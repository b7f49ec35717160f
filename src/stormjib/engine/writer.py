"""The writer: one thread that takes whatever waits, writes it in one transaction, and answers once it is on disk."""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import chain
from typing import Any, Final, TypeVar

from stormjib.core.log import Entry, RunStarted
from stormjib.engine.alert_intake import AlertIntake
from stormjib.engine.change import Attempt, Job, Reply
from stormjib.engine.intake import failed
from stormjib.engine.ledger import Ledger
from stormjib.engine.limits import LIMITS, DiskRoom, Limits
from stormjib.engine.links import Links, goes_on
from stormjib.engine.rules import Rules
from stormjib.ports import (
    Appended,
    Clock,
    Counts,
    Damaged,
    Decide,
    Delivery,
    Dispatch,
    LogStore,
    Overloaded,
    StoreFailed,
    Unavailable,
)

T = TypeVar("T")

GROUP_MAX: Final = 4_096
"""Alerts and appends in one transaction, so that the first one does not wait for ever for the last."""
MARKS_SECONDS: Final = 1.0
"""How long a mark may wait for a transaction to travel with."""
RETRY_SECONDS: Final = 1

_log = logging.getLogger(__name__)


class Writer:
    """Owns the ledger, and the store while it runs."""

    def __init__(
        self,
        store: LogStore,
        rules: Rules,
        clock: Clock,
        *,
        on_fatal: Callable[[str], None],
        disk: LogStore,
        dispatch: Dispatch = lambda _: None,
        limits: Limits = LIMITS,
    ) -> None:
        """Read what is open and begin to write.

        In the writer's thread ``dispatch`` takes what was committed, and ``on_fatal`` is told why the process has to end.
        """
        self._store = store
        self._ledger = Ledger(store, rules, clock, folds_max=limits.folds_max)
        self._arrivals = AlertIntake(store, self._ledger, rules, clock)
        self._links = Links(self._ledger, self._arrivals, clock)
        self._limits = limits
        self._check_disk = DiskRoom(disk, clock).check
        self.dispatch = dispatch
        self._on_fatal = on_fatal
        self._listeners: tuple[Callable[[Sequence[Entry]], None], ...] = ()
        self._jobs: list[Job] = []
        self._waiting = 0
        self._marks: dict[str, int] = {}
        self._counts = Counts()
        self._wake = threading.Condition(threading.Lock())
        self._sleeping = False
        self._closing = False
        self._thread = threading.Thread(target=self._main, name="writer", daemon=True)
        self._thread.start()

    # Any thread

    def submit(self, incident_id: str, decide: Decide, *, by: str, cause: str = "", blobs: Sequence[bytes] = ()) -> Appended:
        """Append what ``decide`` says and return once it is on disk.

        Raises whatever ``decide`` raises and ``NotFound`` where there is no such incident. A repeated ``cause`` writes
        nothing, does not call ``decide`` and returns the entry that carries it.
        """
        return self.submit_async(incident_id, decide, by=by, cause=cause, blobs=blobs).result()

    def submit_async(
        self, incident_id: str, decide: Decide, *, by: str, cause: str = "", blobs: Sequence[bytes] = ()
    ) -> Future[Appended]:
        """The same without waiting."""
        self._check_disk(self._limits.kept(blobs))

        def work() -> Appended:
            incident = self._ledger.incident(incident_id)
            earlier = self._ledger.caused(incident_id, cause) if cause else None
            if earlier:
                return Appended((earlier,), repeated=True)
            facts = decide(incident)
            if any(isinstance(fact, RunStarted) for fact in facts):
                # What a command says has to be kept, so it does not start before there is room for that.
                self._check_disk(self._limits.free_bytes_min // 4)
            self._ledger.change.blobs.extend(blobs)
            end = self._links if goes_on(facts) else self._ledger
            return Appended(end.append(incident_id, facts, by=by, cause=cause))

        return self._put(work)

    def accept_for(self, delivery: Delivery, reply: Reply) -> None:
        """Take in what a request held, and count it; for a caller with a cheaper way to be told than a future."""
        self._check_disk(self._limits.free_bytes_min)
        self.put(Job(None, reply, delivery))

    def refuses(self, *, all_of_it: bool = False) -> str:
        """Why no alert is taken now, or nothing at all is written, as a sentence; "" where it is."""
        try:
            self._check_disk(self._limits.kept() if all_of_it else self._limits.free_bytes_min)
        except Unavailable as full:
            return str(full)
        return ""

    def close(self) -> None:
        """Write what waits, then stop; the store stays open."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _put(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        self.put(Job(work, future))
        return future

    def put(self, job: Job) -> None:
        """Queue a job up; raises ``Overloaded`` and ``Unavailable``."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("The writer's thread can't wait for itself; call this from another thread.")
        weight = job.weight
        with self._wake:
            if self._closing:
                raise Unavailable("stormjib is stopping; send it again in a few seconds.")
            if self._waiting and self._waiting + weight > self._limits.waiting_alerts_max:
                raise Overloaded(
                    f"More than {self._limits.waiting_alerts_max} alerts wait to be written; send it again.", RETRY_SECONDS
                )
            self._waiting += weight
            self._jobs.append(job)
            if self._sleeping:
                self._sleeping = False
                self._wake.notify()

    def mark(self, name: str, position: int) -> None:
        """Write a mark with the next transaction, a second from now at the latest."""
        with self._wake:
            self._marks[name] = position

    def count(self, counts: Counts) -> None:
        """Count what no job brings, such as a request that was refused; on disk a second from now at the latest."""
        with self._wake:
            self._counts.update(counts)

    def subscribe(self, listener: Callable[[Sequence[Entry]], None]) -> Callable[[], None]:
        """Tell somebody the entries of each transaction; returns how to stop."""
        with self._wake:
            self._listeners = (*self._listeners, listener)

        def stop() -> None:
            with self._wake:
                self._listeners = tuple(known for known in self._listeners if known is not listener)

        return stop

    def _main(self) -> None:
        try:
            while self._next():
                pass
        finally:
            with self._wake:
                stopped, self._closing = self._closing, True
                left, self._jobs = self._jobs, []
            for job in left:
                job.reply.set_exception(Unavailable("The log's writer has stopped; nothing of this was written."))
            if not stopped:
                _log.critical("the log's writer stopped", exc_info=True)
                self._on_fatal("The log's writer stopped because of a mistake in the program; the error log has the details.")

    def _next(self) -> bool:
        """Wait for work and do it; False when it is time to stop."""
        with self._wake:
            if not self._jobs and not self._closing:
                self._sleeping = True
                self._wake.wait(MARKS_SECONDS)
                self._sleeping = False
            jobs, self._jobs = self._cut(self._jobs)
            marks, self._marks = self._marks, {}
            counts, self._counts = self._counts, Counts()
            closing = self._closing and not self._jobs
        if jobs or marks or counts:
            self._ledger.count(counts)
            if not self._write([job for job in jobs if job.reply.set_running_or_notify_cancel()], marks):
                self.count(counts)
        return not closing

    def _cut(self, jobs: list[Job]) -> tuple[list[Job], list[Job]]:
        """As many as one transaction takes, and the rest."""
        weight = 0
        for at, job in enumerate(jobs):
            if weight and weight + job.weight > GROUP_MAX:
                self._waiting -= weight
                return jobs[:at], jobs[at:]
            weight += job.weight
        self._waiting -= weight
        return jobs, []

    def _write(self, jobs: Sequence[Job], marks: dict[str, int]) -> bool:
        """Whether it is on disk."""
        try:
            answers, emitted = self._transaction(jobs, marks)
        except StoreFailed as failure:
            if not failure.damage or not self._isolate(jobs, failure):
                self._give_up(jobs, failure)
            return False
        try:
            if emitted:
                self.dispatch(emitted)
                entries = [entry for _, entry, _ in emitted]
                for listener in self._listeners:
                    listener(entries)
        finally:
            for job, answer, error in answers:
                if error is None:
                    job.reply.set_result(answer)
                else:
                    job.reply.set_exception(error)
        self._store.make_room()
        return True

    def _transaction(self, jobs: Sequence[Job], marks: dict[str, int]) -> tuple[list[tuple[Job, Any, Exception | None]], Any]:
        self._arrivals.look_up(chain.from_iterable(job.delivery.alerts for job in jobs))
        answers = [(job, *self._answer(job)) for job in jobs]
        for name, position in marks.items():
            self._store.put_mark(name, position)
        return answers, self._ledger.commit()

    def _answer(self, job: Job) -> tuple[Any, Exception | None]:
        """Do one job. Alerts are not lost with an incident that turns out to be damaged: it is set aside, and they open another."""
        damaged: set[str] = set()
        while True:
            answer: Any = None
            self._ledger.start()
            with Attempt() as attempt:
                answer = job.work() if job.work else self._arrivals.take(job.delivery)
                self._ledger.keep()
            error = attempt.error
            if error is None:
                return answer, None
            self._ledger.drop()
            self._arrivals.not_written()
            if isinstance(error, Damaged):
                self._ledger.set_aside(error)
            if job.work or not isinstance(error, Damaged) or error.incident in damaged:
                self._ledger.count(failed(job.delivery))
                return None, error
            damaged.add(error.incident)

    def _isolate(self, jobs: Sequence[Job], failure: StoreFailed) -> bool:
        """A part of the file is damaged: find out whose write needs it, so that nobody else's fails. False where that is no use."""
        touched = self._ledger.touched()
        self._ledger.reset()
        self._arrivals.not_written()
        if len(jobs) > 1:
            for job in jobs:
                self._write([job], {})
            return True
        if not self._store.appendable():
            self._on_fatal(failure.reason)
            return False
        found = [self._ledger.set_aside(Damaged(f"{name} can't be written to. {failure.reason}", name)) for name in touched]
        if not any(found):
            return False
        # Now it is refused for the incident's sake, or opens another one.
        self._write(jobs, {})
        return True

    def _give_up(self, jobs: Sequence[Job], failure: StoreFailed) -> None:
        _log.error("the log could not be written, %d requests waited: %s", len(jobs), failure.reason)
        self._arrivals.not_written()
        try:
            self._ledger.reset()
        except StoreFailed as again:
            failure = again if again.fatal else failure
        for job in jobs:
            job.reply.set_exception(Unavailable(failure.reason))
        if failure.fatal:
            self._on_fatal(failure.reason)
