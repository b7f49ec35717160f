"""Which effects of an incident have their result in its log: whatever has none is done again; and how a result gets there."""

import logging
import re
import threading
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from stormjib.core import ends
from stormjib.core.effects import AnyEffect, Collect, Measure, Page, ReadLogs, ReviewMetrics, RunCommand, SendMessage, WakeAt
from stormjib.core.effects.messages import DECIDE, OVERDUE
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import EffectFailed, Entry, OutcomeUnknown, RunFinished
from stormjib.engine import retry
from stormjib.engine.folding import fold_on
from stormjib.engine.job import Job
from stormjib.ports import Appended, DeliveryError, LogReader, Overloaded, StoreFailed, Unavailable

UNWRITABLE_SECONDS: Final = 0.2
"""Between two tries to write a result."""
SAID_TRIES: Final = 300
"""Of so many tries, one minute's, the first is said."""
SAID_SECONDS: Final = 60.0

T = TypeVar("T")
_log = logging.getLogger(__name__)

_FAILED: Final = re.compile(r"(#[^/~@]*+)?(~\d+)?(@\d+)?/failed$")
"""What follows upon the effect's id in the cause of a failure: the generation, the try, how often it stepped back."""


class Unwritten(BaseException):
    """The program stops and a result could not be written.

    It passes every handler of ``Exception``: nobody may take the effect for done, so that it is performed again after the restart.
    """


class Waits:
    """That effects wait for the log is said at once, and then once a minute, with one of them as the example."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._said_at = -SAID_SECONDS

    def say(self, what: str, error: StoreFailed) -> None:
        """Say it, unless that was done a moment ago. The disk that is full may be the one that our own log is on."""
        now = self._monotonic()
        if error.fatal or not 0 <= now - self._said_at < SAID_SECONDS:
            self._said_at = now
            _log.warning("the effect %s waits for the log, and others may as well: %s", what, error)


class Results:
    """The results of one incident, and its state after all of them."""

    def __init__(self, incident_id: str, entries: Iterable[Entry]) -> None:
        """``entries`` are all of the incident's, in order; raises ``Damaged``."""
        self._now = Incident.new(incident_id)
        self._settled: set[str] = set()
        self._failures: dict[str, int] = {}
        for entry in entries:
            fold_on(evolve, self._now, entry)
            self._note(entry)

    @property
    def seq(self) -> int:
        """Of the newest entry."""
        return self._now.seq

    def _note(self, entry: Entry) -> None:
        match entry.fact:
            case EffectFailed(permanent=permanent, attempt=attempt):
                effect_id = _FAILED.sub("", entry.cause)
                self._failures[effect_id] = max(attempt, self._failures.get(effect_id, 0))
                if permanent:
                    self._settled.add(effect_id)
            case RunFinished(run_id=run_id) | OutcomeUnknown(run_id=run_id):
                self._settled.add(f"run/{run_id}")
            case _:
                self._settled.add(entry.cause)

    def owed(self, job: Job) -> Job | None:
        """The job with the try that comes next; None where it has its result, or nobody waits for it any more.

        A command that was claimed and has no result is owed: whoever finds the claim says that its outcome is unknown.
        """
        effect = job.effect
        settled = effect.key if isinstance(effect, RunCommand) else job.effect_id
        if settled in self._settled:
            return None
        failures = self._failures.get(job.effect_id, 0)
        if self._outdated(job):
            # It may have left before the program ended: that nobody knows is its result.
            return job.later() if isinstance(effect, Page) and not failures and self._now.closed is None else None
        return Job(job.v, job.incident, job.seq, effect, attempt=failures + 1, generation=job.generation)

    def _outdated(self, job: Job) -> bool:
        """Nobody is woken for what somebody has or what is over, and nobody looks into it any more."""
        match job.effect:
            case Page():
                return not retry.wanted(job.effect, self._now)
            case Collect(before_run=run_id) if run_id in self._now.runs:
                # Evidence from before a run is none once the run may have started.
                return self._now.runs[run_id].state != "approved"
            case Collect() | Measure() | ReadLogs() | ReviewMetrics():
                return not self._now.open
            case WakeAt(timer=timer):
                return ends.needless(self._now, timer)
            case SendMessage(key=key) if key.startswith(f"{DECIDE}/"):
                # Nobody is asked for what has been answered.
                run = self._now.runs.get(key.split("/")[1])
                return run is None or run.state != "proposed"
            case SendMessage(key=key) if key.startswith(f"{OVERDUE}/"):
                return key.split("/")[1] in self._now.ticks
            case _:
                return False


def known(log: LogReader, job: Job) -> bool:
    """Whether what came of this job stands in the log: a kill may come before the mark says that it is started."""
    return any(entry.cause == job.effect_id for entry in log.entries(job.incident, job.seq))


def write(submit: Callable[[], Appended], what: str, stopping: threading.Event) -> Appended:
    """Write a result, however long the log takes nothing: what has been done must not be forgotten. Raises ``Unwritten``."""
    tries = 0
    while True:
        try:
            return submit()
        except (Overloaded, Unavailable) as refused:
            # The disk that is full may be the one that our own log is on.
            if tries % SAID_TRIES == 0:
                _log.warning("a result waits for the log: %s: %s", what, refused)
        tries += 1
        if stopping.wait(UNWRITABLE_SECONDS):
            raise Unwritten(what)


def unknown(now: Incident, command: RunCommand) -> tuple[OutcomeUnknown, ...]:
    """That nobody knows how far a command got which was claimed and has no result."""
    run = now.runs.get(command.run_id)
    return (OutcomeUnknown(command.run_id, command.command_id),) if run and run.state == "started" else ()


def set_up(found: T | None, effect: AnyEffect) -> T:
    """Who does the effect; raises ``DeliveryError`` where nobody does."""
    if found is None:
        reason = f"Nothing is set up to do {type(effect).__name__}; `stormjib doctor` shows what is."
        raise DeliveryError("stormjib", reason, permanent=True)
    return found
