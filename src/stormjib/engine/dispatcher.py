"""The dispatcher: begins what the log asks for, once, and finds again what a kill left undone."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

import msgspec

from stormjib.core.effects import AnyEffect, WakeAt
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Entry
from stormjib.engine import job as jobs
from stormjib.engine.folding import fold_on
from stormjib.engine.inbox import Inbox
from stormjib.engine.job import Job
from stormjib.engine.pools import Pools
from stormjib.engine.progress import Progress
from stormjib.engine.results import Results
from stormjib.engine.timers import Timers
from stormjib.ports import Damaged, Emitted, Executor, Lane, LogReader

MARK = "outbox"
SCAN_SECONDS = 1.0
SCAN_ENTRIES_MAX = 1_000
WAITING_MAX = 10_000
"""More effects than this wait in the log instead of in memory."""
QUEUED_MAX = 2_000
"""The same of those that nobody has looked at since their commit."""
UNSET_MAX = 1_000
"""Timers in memory that have no row yet."""

_log = logging.getLogger(__name__)

Derive = Callable[[Incident, Entry], tuple[AnyEffect, ...]]
"""The effects of an entry; the incident has the entry applied. The same on every replay."""


class Waiting(msgspec.Struct, frozen=True):
    """A job, and the position in the log of the entry that asks for it."""

    position: int
    job: Job


class Dispatcher:
    """One thread. Everything but ``put``, ``seen``, ``start`` and ``stop`` belongs to it."""

    def __init__(
        self,
        *,
        executor: Executor,
        inbox: Inbox,
        log: LogReader,
        derive: Derive,
        pools: Pools,
        timers: Timers,
        generation_at: Callable[[int], str] = lambda _: "",
        remember: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Nothing is read before ``start``. What is due now is done in the ``pools``, what waits for a time in ``timers``.

        ``generation_at`` names the generation of the entry at a position. ``remember`` writes beside the executor's rows up
        to which position there are any, so that rows that are older than the log's mark are known for it.
        """
        self._generation_at = generation_at
        self._remember = remember
        self._timers = timers
        self._executor = executor
        self._inbox = inbox
        self._log = log
        self._derive = derive
        self._pools = pools
        self._queue: queue.SimpleQueue[Sequence[Emitted]] = queue.SimpleQueue()
        self._queued = self._taken = 0
        """Effects that were put into the queue, counted by the writer's thread, and taken out of it, by this one's."""
        self._ready: list[Waiting] = []
        self._unset: list[tuple[int, Job, float]] = []
        """Timers that have no row yet: the position of the entry, and when it was written."""
        self._ended: deque[int] = deque()
        """The positions of what has been done and is not counted yet."""
        self._again: deque[Waiting] = deque()
        """What could neither be done nor get a row, since the databases refused."""
        self._progress = Progress(0)
        self._marked = 0
        self._remembered = 0
        self._catching_up = True
        """Until the log has been read to its end, only what has no result is derived again."""
        self._given_up: set[str] = set()
        """Incidents whose log can't be read; what they ask for is not known."""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def put(self, items: Sequence[Emitted]) -> None:
        """Take what a commit wrote, or its last entry, which has the rest read from the log, where much waits already. Never blocks."""
        if self._queued - self._taken + _effects(items) > QUEUED_MAX:
            items = items[-1:]
        self._queued += _effects(items)
        self._queue.put(items)

    @property
    def seen(self) -> int:
        """The newest position whose effects have begun or wait here."""
        return self._progress.seen

    def start(self, *, anew: bool = False) -> None:
        """Begin where the mark stands; ``anew`` where the executor has lost its rows: whatever has no result is derived again."""
        self.resume(anew=anew)
        self._thread.start()

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """Start nothing more. What is not started is in the log."""
        self._stopping.set()
        self._queue.put(())
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def resume(self, *, anew: bool = False) -> None:
        """Read the mark, and derive again what lies beyond it."""
        self._marked = self._log.mark(MARK)
        self._catching_up = True
        self._remembered = 0 if anew else self._marked
        self._progress = Progress(0 if anew else self._marked)
        self.scan()
        self.start_ready()

    def accept(self, items: Sequence[Emitted]) -> None:
        """Queue up the effects of these entries. Where positions are missing, the log is read instead."""
        for position, entry, effects in items:
            if position == self._progress.seen + 1:
                self._see(position, self._jobs(position, entry, effects), entry.at)
            elif position > self._progress.seen:
                self.scan()

    def scan(self) -> None:
        """Derive the effects of everything beyond the newest position that is known."""
        incidents: dict[str, Incident] = {}
        results: dict[str, Results] = {}
        # Timers are among what comes next: once that is new, nothing that hangs may hold it up.
        while not self._catching_up or self._progress.waiting < WAITING_MAX:
            found = self._log.entries_after(self._progress.seen, SCAN_ENTRIES_MAX)
            for position, entry in found:
                try:
                    wanted = self._wanted(position, entry, incidents, results)
                except Damaged as damaged:
                    _log.error("what %s asks for is given up: %s", entry.incident, damaged)
                    self._given_up.add(entry.incident)
                    wanted = []
                self._see(position, wanted, entry.at)
            if len(found) < SCAN_ENTRIES_MAX:
                self._catching_up = False
                return
            if not self._catching_up:
                incidents.clear()
                self.start_ready()

    def start_ready(self) -> None:
        """Begin all that is due now, pages first, then set the timers; count what has been done."""
        ready, self._ready = sorted(self._ready, key=lambda waiting: jobs.turn(waiting.job)), []
        leaving = [self._begin(waiting) for waiting in ready if waiting.job.lane is Lane.PAGE]
        self._pools.let_pass(leaving)
        for waiting in ready[len(leaving) :]:
            self._begin(waiting)
        while self._ended:
            self._progress.settled(self._ended.popleft())
        self._set_timers()

    def _set_timers(self) -> None:
        unset, self._unset = self._unset, []
        if unset:
            self._timers.put((job, asked_at) for _, job, asked_at in unset)
        for position, *_ in unset:
            self._progress.settled(position)

    def _begin(self, waiting: Waiting) -> "Future[None]":
        begun = self._pools.begin(waiting.job)
        begun.add_done_callback(partial(self._has_ended, waiting))
        return begun

    def _has_ended(self, waiting: Waiting, begun: "Future[None]") -> None:
        """In any thread. What was not done before the program stops is not settled, and the mark stays before it."""
        self._pools.forget(waiting.job)
        if begun.cancelled():
            return
        if begun.exception() is None:
            self._ended.append(waiting.position)
            self._queue.put(())
        else:
            self._again.append(waiting)

    def save_mark(self) -> None:
        """Remember how far it went: everything before has its result in the log, or a row. It may lag behind."""
        if self._progress.position > self._remembered:
            # The executor's side first: rows whose position lies before the log's mark are an older copy, or not yet complete.
            self._remembered = self._progress.position
            self._remember(self._remembered)
        if self._progress.position > self._marked:
            self._marked = self._progress.position
            self._inbox.mark(MARK, self._marked)

    def _wanted(self, position: int, entry: Entry, incidents: dict[str, Incident], results: dict[str, Results]) -> list[Job]:
        if entry.incident in self._given_up:
            return []
        wanted = self._jobs(position, entry, self._derive(self._at(entry, incidents), entry))
        if not wanted or not self._catching_up:
            return wanted
        if entry.incident not in results:
            results[entry.incident] = Results(entry.incident, self._log.entries(entry.incident))
        found = results[entry.incident]
        if found.seq == entry.seq:
            del results[entry.incident], incidents[entry.incident]
        return [owed for job in wanted if (owed := found.owed(job))]

    def _jobs(self, position: int, entry: Entry, effects: Sequence[AnyEffect]) -> list[Job]:
        return jobs.of(entry, effects, self._generation_at(position)) if effects else []

    def _see(self, position: int, wanted: Sequence[Job], asked_at: float) -> None:
        self._progress.see(position, len(wanted))
        for job in wanted:
            if isinstance(job.effect, WakeAt):
                self._unset.append((position, job, asked_at))
            elif job.attempt > 1:
                # It may have a row already, under this very id.
                self._executor.start_later(job.execution_id, jobs.encode(job), job.lane, asked_at)
                self._progress.settled(position)
            else:
                self._ready.append(Waiting(position, job))
        if len(self._unset) >= UNSET_MAX:
            self._set_timers()

    def _at(self, entry: Entry, incidents: dict[str, Incident]) -> Incident:
        """The incident with exactly this entry applied."""
        known = incidents.get(entry.incident)
        if known is None:
            known = incidents[entry.incident] = self._log.replay(entry.incident, until_seq=entry.seq)
        if known.seq < entry.seq:
            fold_on(evolve, known, entry)
        return known

    def _run(self) -> None:
        due = time.monotonic() + SCAN_SECONDS
        while not self._stopping.is_set():
            for items in self._take(max(0.0, due - time.monotonic())):
                self.accept(items)
                self._taken += _effects(items)
            if time.monotonic() >= due:
                while self._again:
                    self._ready.append(self._again.popleft())
                self.scan()
                self.save_mark()
                due = time.monotonic() + SCAN_SECONDS
            self.start_ready()

    def _take(self, wait_seconds: float) -> list[Sequence[Emitted]]:
        """What has come in, waiting for the first one."""
        taken: list[Sequence[Emitted]] = []
        try:
            taken.append(self._queue.get(timeout=wait_seconds) if wait_seconds else self._queue.get_nowait())
            while True:
                taken.append(self._queue.get_nowait())
        except queue.Empty:
            return taken


def _effects(items: Sequence[Emitted]) -> int:
    return sum(len(effects) for *_, effects in items)
