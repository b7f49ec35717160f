"""The outbox: every effect that the log asks for is started, performed, and its result written back as a fact."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from functools import partial

import msgspec

from stormjib.core.effects import AnyEffect, Notice, Page, RunCommand, WakeAt, delivered, notification
from stormjib.core.log import AnyFact, PageHeld
from stormjib.core.log.messages import ROOM
from stormjib.engine import job as jobs
from stormjib.engine import log_tail, results, retry
from stormjib.engine.alarm import Alarm
from stormjib.engine.circuits import TRY_SECONDS, Circuits
from stormjib.engine.claims import Claims
from stormjib.engine.dispatcher import MARK, Derive, Dispatcher
from stormjib.engine.inbox import Inbox
from stormjib.engine.job import Job
from stormjib.engine.pools import Pools, receiver
from stormjib.engine.rules import MayStart
from stormjib.engine.storm_brake import PAGES_MAX, Brake
from stormjib.engine.timers import LOOK_SECONDS, Timers
from stormjib.ports import (
    Appended,
    Clock,
    Damaged,
    Decide,
    DeliveryError,
    Emitted,
    Executor,
    LogReader,
    Notifier,
    Outcome,
    Performer,
    StoreFailed,
    TimerRows,
)

BY = "stormjib"
UNREADABLE_SECONDS = 1.0
"""How long an effect waits for a log that can't be read, or a thread."""
_log = logging.getLogger(__name__)


class Outbox:
    """Does what is due now right after the commit that asks for it, and leaves what is delayed or failed to the executor."""

    def __init__(
        self,
        *,
        executor: Executor,
        inbox: Inbox,
        log: LogReader,
        timer_rows: TimerRows,
        performers: Mapping[type[AnyEffect], Performer],
        notifiers: Mapping[type[Notice], Notifier],
        derive: Derive,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        look_seconds: float = LOOK_SECONDS,
        pages_max: int = PAGES_MAX,
        generation_at: Callable[[int], str] = lambda _: "",
        remember: Callable[[int], None] = lambda _: None,
        on_fatal: Callable[[str], None] = _log.critical,
        may_start: MayStart,
        follows: Callable[[str, str], bool] = lambda *_: False,
        pools: type[Pools] = Pools,
    ) -> None:
        """``performers``: who does which kind of effect, ``notifiers``: who reaches people; timers and claims are done here.

        ``monotonic`` gives seconds that never step, ``look_seconds`` is how often the clock is looked at; ``pages_max`` is what
        one person gets in ten minutes; ``on_fatal`` is told why the program has to end;
        ``may_start`` is asked at a claim,
        ``follows`` whether a contact method hears what becomes of a page. The rest is the dispatcher's.
        """
        self._generation_at = generation_at
        self._follows = follows
        self._executor = executor
        self._inbox = inbox
        self._log = log
        self._performers = performers
        self._notifiers = notifiers
        self._clock = clock
        self._waits = results.Waits(monotonic)
        self._stopping = threading.Event()
        self._on_fatal = on_fatal
        self.brake = Brake(monotonic, pages_max, lambda incident: log.replay(incident).title)
        self.alarm = Alarm(clock)
        self._claims = Claims(self._append, may_start, self._perform)
        self._decided: dict[str, Page | PageHeld] = {}
        self._pools = pools(self._do_now, partial(receiver, notifiers))
        self.circuits = Circuits(monotonic, self._pools)
        self._timer_rows = timer_rows
        self.timers = Timers(inbox, timer_rows, by=BY, clock=clock, look_seconds=look_seconds)
        self.dispatcher = Dispatcher(
            executor=executor,
            inbox=inbox,
            log=log,
            derive=derive,
            pools=self._pools,
            timers=self.timers,
            generation_at=generation_at,
            remember=remember,
        )

    def dispatch(self, items: Sequence[Emitted]) -> None:
        """Take what a commit wrote, in the writer's thread. Never blocks. What people wait for leaves before all else."""
        for position, entry, effects in items:
            self.brake.observe(entry)
            self.alarm.observe(entry)
            if position > self.dispatcher.seen:
                at_once = [effect for effect in effects if isinstance(effect, jobs.AT_ONCE)]
                for job in jobs.of(entry, at_once, self._generation_at(position) if at_once else ""):
                    self._pools.begin(job, self._leave)
        self.dispatcher.put(items)

    def _leave(self, job: Job) -> None:
        """A page leaves in the thread that has committed it; its answer is waited for in its receiver's pool."""
        page = job.effect
        if isinstance(page, Page) and not page.sums_up:
            decided = self._decided[job.execution_id] = self.brake.decide(page, job.incident, job.effect_id)
            notifier = self._notifiers.get(Page)
            if notifier and isinstance(decided, Page) and not self.circuits.is_down(page):
                notifier.begin(notification(decided, job.key, job.incident))

    def start(self, *, anew: bool = False) -> None:
        """Begin where the mark stands; the executor must run. ``anew`` where its database is new and the log is not."""
        newest_at = log_tail.remember(self._log, self.brake, self.alarm, now=self._clock(), near_position=self._log.mark(MARK))
        log_tail.take(self._executor, self.brake, self.circuits, self.timers, newest_at)
        self.timers.start()
        self.dispatcher.start(anew=anew)

    def stop(self) -> None:
        """Start nothing more, and let nobody wait for a full disk."""
        self._stopping.set()
        self._pools.stop()
        self.timers.stop()
        self.dispatcher.stop()
        self._timer_rows.close()

    def perform(self, payload: str) -> None:
        """The body of a row of the executor: another try, which waits for its receiver's pool."""
        try:
            job = jobs.decode(payload)
        except msgspec.DecodeError as error:
            # Another version of this program wrote it: nobody can do it, and the log says so.
            _log.error("an effect is not understood (%s): %s", error, payload[:500])
            if said := jobs.unreadable(payload, error, BY):
                incident_id, fact, cause = said
                self._append(incident_id, lambda _: (fact,), cause)
            return
        if isinstance(job.effect, WakeAt):
            # A timer that an older version of this program left.
            self.timers.put([(job, job.effect.at)])
            return
        begun = self._pools.begin(job)
        try:
            begun.result()
        except CancelledError as stopping:
            raise results.Unwritten(job.execution_id) from stopping
        except RuntimeError as no_thread:
            _log.warning("the effect %s waits for a thread: %s", job.execution_id, no_thread)
            self._start_later(job.later(), UNREADABLE_SECONDS)
        finally:
            self._pools.forget(job)

    def _do_now(self, job: Job) -> None:
        """Any job: performed at least once, written exactly once; a guarded one runs at most once."""
        try:
            self._attempt(job)
        except StoreFailed as failed:
            self._wait_for_store(job, failed)

    def _attempt(self, job: Job) -> None:
        try:
            self._do(job)
        except Damaged as error:
            # Nothing can be written to this incident any more, so there is nobody to tell but the operators.
            _log.error("the effect %s is given up: %s", job.execution_id, error)
        except StoreFailed:
            raise
        except Exception as error:  # noqa: BLE001 - the one of the program: whatever breaks is a fact and not a silence
            _log.exception("the effect %s failed", job.execution_id)
            # What the machine lacks comes back; a mistake of ours does not, and is no reason to wake nobody.
            permanent = not isinstance(error, OSError | MemoryError) and not isinstance(job.effect, Page)
            reason = f"The program failed at it: {type(error).__name__}: {error}"
            self._failed(job, DeliveryError(BY, reason, permanent=permanent))

    def _wait_for_store(self, job: Job, error: StoreFailed) -> None:
        """The environment fails, which says nothing about the effect: it is done again later, or by the next start."""
        self._waits.say(job.execution_id, error)
        if error.fatal:
            self._on_fatal(error.reason)
            raise results.Unwritten(job.execution_id) from error
        self._start_later(job.later(), UNREADABLE_SECONDS)

    def _do(self, job: Job) -> None:
        effect = job.effect
        try:
            match effect:
                case Page():
                    self._page(job, effect)
                case RunCommand():
                    self._claims.run(job, effect)
                case _ if isinstance(effect, Notice):
                    self._written(job, (self._told(effect, job.key, job.incident),))
                case _:
                    outcome = self._perform(job)
                    self._written(job, outcome.facts, outcome.blobs)
        except DeliveryError as error:
            self._failed(job, error)

    def _page(self, job: Job, page: Page) -> None:
        """Wake somebody, or write down why this page does not leave by itself; raises ``DeliveryError``."""
        # Right after its commit nobody can have answered yet, and reading the log takes longer than the page.
        known = not job.is_first and results.known(self._log, job)
        if known or not (job.is_first or retry.wanted(page, self._log.replay(job.incident))):
            self.brake.failed(page, job.effect_id, final=True)
            self.circuits.done(job, page, delivered=False)
            if job.attempt == 1 and not known:
                reason = "stormjib ended, or its log took nothing, while it was under way."
                outside = page.method or ("webhook" if self._follows(page.who, "") else "")
                raise DeliveryError(outside or ROOM, reason, permanent=False, unknown=bool(outside))
            return
        decided = self._decided.pop(job.execution_id, None) or self.brake.decide(page, job.incident, job.effect_id)
        if isinstance(decided, PageHeld):
            if self._written(job, (decided,)).repeated:
                self.brake.undo(decided, job.incident)
            return
        if self._held_up(job, page):
            return
        page_of = decided.about or job.incident
        # A row of an older version does not say which service it is about.
        if page.sums_up or page_of != job.incident or not (job.is_first or decided.service):
            now = self._log.replay(page_of)
            decided = msgspec.structs.replace(decided, service=now.service, called="" if decided.more else now.called)
        if self._written(job, (self._told(decided, job.key, page_of),)).repeated:
            self.brake.failed(page, job.effect_id, final=True)
        self.circuits.done(job, page, delivered=True)

    def _held_up(self, job: Job, page: Page) -> bool:
        """Whether its contact method is down. The person's next one gets it at once, for the first time is written as a failure."""
        if not (why := self.circuits.holds_up(job, page)):
            return False
        if job.is_first:
            self._failed(job, DeliveryError(page.method, why, permanent=False), tried=False)
        else:
            self.circuits.waits(job.later(), page)
            self._start_later(job.later(), TRY_SECONDS)
        return True

    def _told(self, effect: Notice, key: str, incident_id: str) -> AnyFact:
        notifier = results.set_up(self._notifiers.get(type(effect)), effect)
        return delivered(effect, notifier.send(notification(effect, key, incident_id)))

    def _perform(self, job: Job) -> Outcome:
        performer = results.set_up(self._performers.get(type(job.effect)), job.effect)
        return performer.perform(job.effect, effect_id=job.key, incident=self._log.replay(job.incident))

    def _failed(self, job: Job, error: DeliveryError, *, tried: bool = True) -> None:
        """Write it down, and try again where that can help."""
        effect, now = job.effect, self._log.replay(job.incident)
        follows = isinstance(effect, Page) and self._follows(effect.who, effect.method)
        again_seconds, fact = retry.after(effect, job.attempt, error, now, job.key if follows else "")
        if isinstance(effect, Page):
            again = None if again_seconds is None else job.again()
            self.circuits.failed(effect, error if tried else None, again, job)
            fact = msgspec.structs.replace(fact, down=self.circuits.is_down(effect)) if fact else None
        if again_seconds is not None:
            self._start_later(job.again(), again_seconds)
        if isinstance(effect, Page):
            self.brake.failed(effect, job.effect_id, final=again_seconds is None)
            if retry.wanted(effect, now) and not retry.instead(effect, now):
                self.alarm.failed(job.incident, effect.who, self._clock(), error.reason, unknown=error.unknown)
        if fact is not None:
            if isinstance(effect, Page):
                what = "may not have" if error.unknown else "has not"
                _log.error("a page to %s for %s %s arrived (attempt %d): %s", effect.who, job.incident, what, job.attempt, error)
            self._append(job.incident, lambda _: (fact,), f"{job.execution_id}/failed")

    def _start_later(self, job: Job, seconds: float) -> None:
        try:
            self._executor.start_later(job.execution_id, jobs.encode(job), job.lane, self._clock() + seconds)
        except StoreFailed as failed:
            # In a thread of a pool or of the executor nobody else would hear of it.
            if failed.fatal:
                self._on_fatal(failed.reason)
            raise

    def _written(self, job: Job, facts: Sequence[AnyFact], blobs: Sequence[bytes] = ()) -> Appended:
        return self._append(job.incident, lambda _: facts, job.effect_id, blobs)

    def _append(self, incident_id: str, decide: Decide, cause: str, blobs: Sequence[bytes] = ()) -> Appended:
        submit = partial(self._inbox.submit, incident_id, decide, by=BY, cause=cause, blobs=blobs)
        return results.write(submit, f"{cause} of {incident_id}", self._stopping)
