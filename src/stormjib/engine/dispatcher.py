"""The dispatcher: starts what the log asks for, once, and finds again what a kill left unstarted."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from stormjib.core.effects import AnyEffect, WakeAt
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Entry
from stormjib.engine import job as jobs
from stormjib.engine.express import Express
from stormjib.engine.folding import fold_on
from stormjib.engine.job import Job
from stormjib.engine.lanes import Lanes, Waiting
from stormjib.engine.progress import Progress
from stormjib.engine.results import Results
from stormjib.engine.timers import Timers
from stormjib.ports import Damaged, Emitted, Executor, Inbox, LogReader

MARK = "outbox"
SCAN_SECONDS = 1.0
SCAN_ENTRIES_MAX = 1_000
WAITING_MAX = 10_000
"""More effects than this wait in the log instead of in memory."""
DELAYED_PER_ROUND_MAX = 10
"""A declaration sets dozens of timers; what has to start now does not queue behind them."""

_log = logging.getLogger(__name__)

Derive = Callable[[Incident, Entry], tuple[AnyEffect, ...]]
"""The effects of an entry; the incident has the entry applied. The same on every replay."""


class Dispatcher:
    """One thread. Everything but ``put``, ``nudge``, ``start`` and ``stop`` belongs to it."""

    def __init__(
        self,
        *,
        executor: Executor,
        inbox: Inbox,
        log: LogReader,
        derive: Derive,
        lanes: Lanes,
        express: Express,
        timers: Timers,
        generation_at: Callable[[int], str] = lambda _: "",
        remember: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Nothing is read before ``start``. What ``express`` has done needs no row; ``timers`` fire before their rows.

        ``generation_at`` names the generation of the entry at a position. ``remember`` writes beside the executor's rows up
        to which position there are any, so that rows that are older than the log's mark are known for it.
        """
        self._generation_at = generation_at
        self._remember = remember
        self._express = express
        self._timers = timers
        self._executor = executor
        self._inbox = inbox
        self._log = log
        self._derive = derive
        self._lanes = lanes
        self._queue: queue.SimpleQueue[Sequence[Emitted]] = queue.SimpleQueue()
        self._delayed: deque[Waiting] = deque()
        self._progress = Progress(0)
        self._marked = 0
        self._remembered = 0
        self._catching_up = True
        """Until the log has been read to its end, only what has no result is derived again: rows may be gone, and a page that
        arrived at once never had one."""
        self._given_up: set[str] = set()
        """Incidents whose log can't be read; what they ask for is not known."""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def put(self, items: Sequence[Emitted]) -> None:
        """Take what a commit wrote. Never blocks."""
        self._queue.put(items)

    def nudge(self) -> None:
        """A place became free."""
        self._queue.put(())

    def start(self, *, anew: bool = False) -> None:
        """Begin where the mark stands; ``anew`` where the executor has lost its rows: whatever has no result is derived again."""
        self.resume(anew=anew)
        self._thread.start()

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """Start nothing more. What is not started is in the log."""
        self._stopping.set()
        self.nudge()
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
        while self._lanes.waiting + len(self._delayed) < WAITING_MAX:
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

    def start_ready(self) -> None:
        """Start all that has a place, then a few of the delayed ones."""
        while ready := self._lanes.ready():
            self._express.let_pass([waiting.job for waiting in ready])
            for waiting in ready:
                job = waiting.job
                # An id that the executor knows was started before the last kill, and its place is free again.
                if self._express.settled(job) or not self._executor.start(job.execution_id, jobs.encode(job)):
                    self._lanes.done(job)
                self._progress.started(waiting.position)
        for _ in range(min(len(self._delayed), DELAYED_PER_ROUND_MAX)):
            waiting = self._delayed.popleft()
            job = waiting.job
            at = self._timers.row(job)
            if at is not None:
                self._executor.start_later(job.execution_id, jobs.encode(job), job.lane, at)
            self._progress.started(waiting.position)

    def save_mark(self) -> None:
        """Remember how far it went. It may lag behind, for starting twice is a no-op."""
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
        generation = self._generation_at(position) if effects else ""
        return [Job(jobs.VERSION, entry.incident, entry.seq, effect, generation=generation) for effect in effects]

    def _see(self, position: int, wanted: Sequence[Job], asked_at: float) -> None:
        self._progress.see(position, len(wanted))
        for job in wanted:
            waiting = Waiting(position, job)
            if isinstance(job.effect, WakeAt):
                self._timers.put(job, asked_at)
                self._delayed.append(waiting)
            else:
                self._lanes.offer(waiting)

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
            wait_seconds = 0.0 if self._delayed else max(0.0, due - time.monotonic())
            for items in self._take(wait_seconds):
                self.accept(items)
            if time.monotonic() >= due:
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
