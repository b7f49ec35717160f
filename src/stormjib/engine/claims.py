"""Claims: a command runs once at most, whatever is killed."""

from collections.abc import Callable

from stormjib.core.effects import RunCommand
from stormjib.core.log import RunStarted
from stormjib.engine import results
from stormjib.engine.job import Job
from stormjib.engine.rules import MayStart
from stormjib.ports import Appended, Outcome


class Claims:
    """Any thread may use it."""

    def __init__(self, append: Callable[..., Appended], may_start: MayStart, perform: Callable[[Job], Outcome]) -> None:
        """``append``: what a decision says, under a cause, with blobs; ``may_start`` is asked at a claim."""
        self._append, self._may_start, self._perform = append, may_start, perform

    def run(self, job: Job, command: RunCommand) -> None:
        """Claim, run, write the result. Who finds a claim without a result says that the outcome is unknown, and does not run.

        Where the performer raises, nobody knows how far the command got, and the log says so.
        """
        run = f"run/{command.run_id}"
        claimed = self._append(job.incident, lambda now: self._may_start(now, command.run_id), f"{run}/started")
        if not claimed.repeated and not any(isinstance(entry.fact, RunStarted) for entry in claimed.entries):
            return
        written = False
        try:
            if not claimed.repeated:
                outcome = self._perform(job)
                self._append(job.incident, lambda _: outcome.facts, f"{run}/finished", outcome.blobs)
                written = True
        finally:
            if not written:
                self._append(job.incident, lambda now: results.unknown(now, command), f"{run}/unknown")
