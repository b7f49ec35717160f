"""The outbox: every effect that the log asks for is started, performed, and its result written back as a fact."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256

import msgspec

from stormjib.core.effects import AnyEffect, Notice, Page, RunCommand, WakeAt, delivered, notification
from stormjib.core.incident import Incident
from stormjib.core.log import EffectFailed, PageHeld, TimerDue
from stormjib.engine import claim, results, retry
from stormjib.engine import job as jobs
from stormjib.engine.alarm import Alarm
from stormjib.engine.brake import PAGES_MAX, WINDOW_SECONDS, Brake
from stormjib.engine.dispatcher import MARK, Derive, Dispatcher
from stormjib.engine.express import Express
from stormjib.engine.job import Job
from stormjib.engine.lanes import Lanes
from stormjib.engine.log_tail import entries_since, not_further
from stormjib.engine.timers import LOOK_SECONDS, Timers
from stormjib.ports import (
    Appended,
    Clock,
    Damaged,
    Decide,
    DeliveryError,
    Emitted,
    Executor,
    Inbox,
    LogReader,
    Notifier,
    Outcome,
    Overloaded,
    Performer,
    StoreFailed,
    Unavailable,
)

BY = "stormjib"
BUSY_SECONDS = 1.0
"""How long a command steps back when another one runs on its target."""
UNWRITABLE_SECONDS = 0.2

_log = logging.getLogger(__name__)


class Unwritten(BaseException):
    """The program stops and a result could not be written.

    It passes every handler of ``Exception``: nobody may take the effect for done, so that it is performed again after the restart.
    """


class Outbox:
    """Starts effects after the commit that asks for them, and performs them in the executor's threads."""

    def __init__(
        self,
        *,
        executor: Executor,
        inbox: Inbox,
        log: LogReader,
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
        may_start: claim.MayStart = claim.released,
    ) -> None:
        """``performers``: who does which kind of effect, ``notifiers``: who reaches people; timers and claims are done here.

        ``monotonic`` gives seconds that never step, ``look_seconds`` is how long a timer may be late where it does not go by
        itself; ``pages_max`` is what one person gets in ten minutes; ``on_fatal`` is told why the program can't go on and should
        end itself then; ``may_start`` is asked at a claim. The rest is the dispatcher's.
        """
        self._generation_at = generation_at
        self._may_start = may_start
        self._executor = executor
        self._inbox = inbox
        self._log = log
        self._performers = performers
        self._notifiers = notifiers
        self._clock = clock
        self._lanes = Lanes()
        self._stopping = threading.Event()
        self._on_fatal = on_fatal
        self.brake = Brake(monotonic, pages_max, lambda incident: log.replay(incident).title)
        self.alarm = Alarm()
        self._express = Express(self._page)
        self.timers = Timers(inbox, by=BY, clock=clock, monotonic=monotonic, forget=executor.forget, look_seconds=look_seconds)
        self.dispatcher = Dispatcher(
            executor=executor,
            inbox=inbox,
            log=log,
            derive=derive,
            lanes=self._lanes,
            express=self._express,
            timers=self.timers,
            generation_at=generation_at,
            remember=remember,
        )

    def dispatch(self, items: Sequence[Emitted]) -> None:
        """Take what a commit wrote, in the writer's thread. Never blocks."""
        for position, entry, effects in items:
            self.brake.observe(entry)
            self.alarm.observe(entry)
            self._express.begin(entry, effects, self._generation_at(position))
        self.dispatcher.put(items)

    def start(self, *, anew: bool = False) -> None:
        """Begin where the mark stands; the executor must run. ``anew`` where its database is new and the log is not."""
        newest_at = self._remember()
        self.timers.load(not_further(self._log, self._waiting(), now=self._clock(), newest_at=newest_at))
        self.timers.start()
        self.dispatcher.start(anew=anew)

    def stop(self) -> None:
        """Start nothing more, and let nobody wait for a full disk."""
        self._stopping.set()
        self._express.stop()
        self.timers.stop()
        self.dispatcher.stop()

    def perform(self, payload: str) -> None:
        """The body of every effect: performed at least once, written exactly once; a guarded one runs at most once."""
        try:
            job = jobs.decode(payload)
        except msgspec.DecodeError as error:
            self._unreadable(payload, error)
            return
        try:
            self._attempt(job)
        except StoreFailed as failed:
            self._wait_for_store(job, failed)
        finally:
            self._lanes.done(job)
            self.dispatcher.nudge()

    def _attempt(self, job: Job) -> None:
        try:
            if self._lanes.admit(job) or self._is_interrupted(job):
                self._do(job)
            else:
                self._start_later(job.later(), BUSY_SECONDS)
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
            self._failed(job, DeliveryError(BY, reason, permanent=permanent), self._log.replay(job.incident))

    def _wait_for_store(self, job: Job, error: StoreFailed) -> None:
        """The environment fails, which says nothing about the effect: it is done again later, or by the next start."""
        _log.warning("the effect %s waits for the log: %s", job.execution_id, error)
        if error.fatal:
            self._on_fatal(error.reason)
            raise Unwritten(job.execution_id) from error
        self._start_later(job.later(), BUSY_SECONDS)

    def _is_interrupted(self, job: Job) -> bool:
        """A command that was under way when the program was killed: it only has to be said, which needs no turn."""
        if not isinstance(job.effect, RunCommand):
            return False
        run = self._log.replay(job.incident).runs.get(job.effect.run_id)
        return run is not None and run.state == "started"

    def _do(self, job: Job) -> None:
        effect = job.effect
        if isinstance(effect, WakeAt):
            left_seconds = self.timers.left_seconds(job)
            if left_seconds:
                self._start_later(job.later(), left_seconds)
            else:
                self._append(job.incident, lambda _: (TimerDue(effect.timer),), job.effect_id)
            return
        now = self._log.replay(job.incident)
        try:
            if isinstance(effect, Page):
                if self._express.take(job):
                    return
                if retry.wanted(effect, now) and not results.known(self._log, job):
                    self._page(job)
                else:
                    self.brake.failed(effect, job.effect_id, final=True)
            elif isinstance(effect, RunCommand):
                claim.perform_once(
                    effect,
                    lambda decide, cause, blobs: self._append(job.incident, decide, cause, blobs),
                    lambda: self._perform(job, now),
                    self._may_start,
                )
            else:
                outcome = self._perform(job, now)
                self._append(job.incident, lambda _: outcome.facts, job.effect_id, outcome.blobs)
        except DeliveryError as error:
            self._failed(job, error, now)

    def _page(self, job: Job) -> None:
        """Wake somebody, or write down why this page does not leave by itself; raises ``DeliveryError``."""
        page = job.effect
        assert isinstance(page, Page)
        decided = self.brake.decide(page, job.incident, job.effect_id)
        if isinstance(decided, PageHeld):
            held = decided
            if self._append(job.incident, lambda _: (held,), job.effect_id).repeated:
                self.brake.undo(held, job.incident)
            return
        page_of = decided.about or job.incident
        # A row of an older version does not say which service it is about.
        if page_of != job.incident or (job.attempt > 1 and not decided.service):
            decided = msgspec.structs.replace(decided, service=self._log.replay(page_of).service)
        outcome = self._told(decided, job.key, page_of)
        if self._append(job.incident, lambda _: outcome.facts, job.effect_id, outcome.blobs).repeated:
            self.brake.failed(page, job.effect_id, final=True)

    def _told(self, effect: Notice, key: str, incident_id: str) -> Outcome:
        notifier = self._notifiers.get(type(effect))
        if notifier is None:
            raise _nobody(effect)
        return Outcome((delivered(effect, notifier.send(notification(effect, key, incident_id))),))

    def _perform(self, job: Job, now: Incident) -> Outcome:
        if isinstance(job.effect, Notice):
            return self._told(job.effect, job.key, job.incident)
        performer = self._performers.get(type(job.effect))
        if performer is None:
            raise _nobody(job.effect)
        return performer.perform(job.effect, effect_id=job.key, incident=now)

    def _failed(self, job: Job, error: DeliveryError, now: Incident) -> None:
        """Write it down, and try again where that can help."""
        effect = job.effect
        gives_up = not retry.goes_on(effect, job.attempt, now)
        final = error.permanent or gives_up or isinstance(effect, RunCommand)
        if not final:
            self._start_later(job.again(), retry.wait_seconds(effect, job.attempt, error.retry_after_seconds))
        if isinstance(effect, Page):
            self.brake.failed(effect, job.effect_id, final=final)
            if gives_up:
                return
            self.alarm.failed(job.incident, effect.who, self._clock(), error.reason)
        if not final and not retry.told(job.attempt):
            return
        if isinstance(effect, Page):
            _log.error("a page to %s for %s has not arrived (attempt %d): %s", effect.who, job.incident, job.attempt, error)
        reason = f"{error.reason} Given up after {job.attempt} attempts." if gives_up and not error.permanent else error.reason
        fact = EffectFailed(
            effect=effect.key,
            integration=error.integration,
            reason=reason,
            permanent=final,
            attempt=job.attempt,
            who=effect.who if isinstance(effect, Page) else "",
            severity=effect.severity if isinstance(effect, Page) else "",
        )
        self._append(job.incident, lambda _: (fact,), f"{job.execution_id}/failed")

    def _remember(self) -> float:
        """What the storm brake and the alarm knew before: the pages of the last ten minutes, out of the log; its newest time."""
        now, newest_at = self._clock(), 0.0
        for entry in entries_since(self._log, now - WINDOW_SECONDS, self._log.mark(MARK)):
            self.alarm.observe(entry)
            if entry.at >= now - WINDOW_SECONDS:
                self.brake.observe(entry, max(now - entry.at, 0.001))
            newest_at = max(newest_at, entry.at)
        return newest_at

    def _waiting(self) -> Iterator[tuple[Job, float]]:
        """The rows that an earlier process left; one that this version can't read is its row's to tell."""
        for payload, at in self._executor.delayed():
            with suppress(msgspec.DecodeError):
                job = jobs.decode(payload)
                if isinstance(job.effect, Page) and job.attempt > 1:
                    self.brake.tries(job.effect, job.incident, job.effect_id)
                yield job, at

    def _start_later(self, job: Job, seconds: float) -> None:
        self._executor.start_later(job.execution_id, jobs.encode(job), job.lane, self._clock() + seconds)

    def _append(self, incident_id: str, decide: Decide, cause: str, blobs: Sequence[bytes] = ()) -> Appended:
        """Write a result, however long the log takes nothing: what has been done must not be forgotten."""
        while True:
            try:
                return self._inbox.submit(incident_id, decide, by=BY, cause=cause, blobs=blobs)
            except (Overloaded, Unavailable) as refused:
                _log.warning("a result of %s (%s) waits for the log: %s", incident_id, cause, refused)
            if self._stopping.wait(UNWRITABLE_SECONDS):
                raise Unwritten(cause)

    def _unreadable(self, payload: str, error: msgspec.DecodeError) -> None:
        """An effect of another version of this program: nobody can do it, and the log says so."""
        _log.error("an effect is not understood (%s): %s", error, payload[:500])
        try:
            sender = jobs.sender(payload)
        except msgspec.DecodeError:
            return
        reason = f"An effect of entry {sender.seq} was written by another version of stormjib and was not done: {error}."
        fact = EffectFailed(effect="unknown", integration=BY, reason=reason, permanent=True, attempt=1)
        self._append(sender.incident, lambda _: (fact,), f"{sender.incident}/{sender.seq}/unreadable/{_hash(payload)}")


def _nobody(effect: AnyEffect) -> DeliveryError:
    reason = f"Nothing is set up to do {type(effect).__name__}; `stormjib doctor` shows what is."
    return DeliveryError(BY, reason, permanent=True)


def _hash(payload: str) -> str:
    return sha256(payload.encode()).hexdigest()[:16]
