"""The outbox: every effect that the log asks for is started, performed, and its result written back as a fact."""

import logging
import threading
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from stormjib.core.effects import AnyEffect, Page, RunCommand, WakeAt
from stormjib.core.incident import Incident
from stormjib.core.log import EffectFailed, TimerDue
from stormjib.engine import claim
from stormjib.engine import job as jobs
from stormjib.engine.dispatcher import Derive, Dispatcher
from stormjib.engine.express import Express
from stormjib.engine.job import Job
from stormjib.engine.lanes import Lanes
from stormjib.engine.retry import attempts_max, backoff_seconds
from stormjib.ports import (
    Appended,
    Clock,
    Decide,
    DeliveryError,
    Emitted,
    Executor,
    Inbox,
    LogReader,
    Outcome,
    Overloaded,
    Performer,
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
        derive: Derive,
        clock: Clock,
        may_start: claim.MayStart = claim.released,
    ) -> None:
        """``performers``: who does which kind of effect; timers and claims are done here. ``may_start``: asked at a claim."""
        self._may_start = may_start
        self._executor = executor
        self._inbox = inbox
        self._log = log
        self._performers = performers
        self._clock = clock
        self._lanes = Lanes()
        self._stopping = threading.Event()
        self._express = Express(self._perform)
        self.dispatcher = Dispatcher(
            executor=executor, inbox=inbox, log=log, derive=derive, lanes=self._lanes, before_start=self._express.let_pass
        )

    def dispatch(self, items: Sequence[Emitted]) -> None:
        """Take what a commit wrote, in the writer's thread. Never blocks."""
        for _, entry, effects in items:
            self._express.begin(entry, effects)
        self.dispatcher.put(items)

    def start(self, *, anew: bool = False) -> None:
        """Begin where the mark stands; the executor must run. ``anew`` where its database is new and the log is not."""
        self.dispatcher.start(anew=anew)

    def stop(self) -> None:
        """Start nothing more, and let nobody wait for a full disk."""
        self._stopping.set()
        self._express.stop()
        self.dispatcher.stop()

    def perform(self, payload: str) -> None:
        """The body of every effect: performed at least once, written exactly once; a guarded one runs at most once."""
        try:
            job = jobs.decode(payload)
        except msgspec.DecodeError as error:
            self._unreadable(payload, error)
            return
        try:
            if self._lanes.admit(job) or self._is_interrupted(job):
                self._do(job)
            else:
                self._start_later(job.later(), BUSY_SECONDS)
        except Exception as error:  # noqa: BLE001 - the one of the program: whatever breaks is a fact and not a silence
            _log.exception("the effect %s failed", job.execution_id)
            self._failed(job, DeliveryError(BY, f"The program failed at it: {type(error).__name__}: {error}", permanent=True))
        finally:
            self._lanes.done(job)
            self.dispatcher.nudge()

    def _is_interrupted(self, job: Job) -> bool:
        """A command that was under way when the program was killed: it only has to be said, which needs no turn."""
        if not isinstance(job.effect, RunCommand):
            return False
        run = self._log.replay(job.incident).runs.get(job.effect.run_id)
        return run is not None and run.state == "started"

    def _do(self, job: Job) -> None:
        effect = job.effect
        if isinstance(effect, WakeAt):
            self._append(job.incident, lambda _: (TimerDue(effect.timer),), job.effect_id)
            return
        now = self._log.replay(job.incident)
        if job.attempt > 1 and _moot(effect, now):
            return
        try:
            if isinstance(effect, RunCommand):
                claim.perform_once(
                    effect,
                    lambda decide, cause, blobs: self._append(job.incident, decide, cause, blobs),
                    lambda: self._perform(job, now),
                    self._may_start,
                )
            else:
                outcome = self._express.take(job) or self._perform(job, now)
                self._append(job.incident, lambda _: outcome.facts, job.effect_id, outcome.blobs)
        except DeliveryError as error:
            self._failed(job, error)

    def _perform(self, job: Job, now: Incident) -> Outcome:
        performer = self._performers.get(type(job.effect))
        if performer is None:
            reason = f"Nothing is set up to do {type(job.effect).__name__}; `stormjib doctor` shows what is."
            raise DeliveryError(BY, reason, permanent=True)
        return performer.perform(job.effect, effect_id=job.effect_id, incident=now)

    def _failed(self, job: Job, error: DeliveryError) -> None:
        """Write it down, and try again where that can help."""
        gives_up = job.attempt >= attempts_max(job.lane)
        final = error.permanent or gives_up or isinstance(job.effect, RunCommand)
        if not final:
            self._start_later(job.again(), backoff_seconds(job.attempt))
        reason = f"{error.reason} Given up after {job.attempt} attempts." if gives_up and not error.permanent else error.reason
        fact = EffectFailed(
            effect=job.effect.key, integration=error.integration, reason=reason, permanent=final, attempt=job.attempt
        )
        self._append(job.incident, lambda _: (fact,), f"{job.execution_id}/failed")

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


def _hash(payload: str) -> str:
    """Tells two unreadable payloads of one entry apart."""
    return sha256(payload.encode()).hexdigest()[:16]


def _moot(effect: AnyEffect, now: Incident) -> bool:
    """Whether trying again has lost its point: nobody is woken for what somebody has."""
    return isinstance(effect, Page) and (now.acknowledged is not None or not now.open)
