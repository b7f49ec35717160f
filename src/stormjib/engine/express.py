"""Express: a page leaves as soon as its fact is on disk, before the executor writes the row that would make up for a kill."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Final

from stormjib.core.effects import AnyEffect, Page
from stormjib.core.log import Entry
from stormjib.engine import job as jobs
from stormjib.engine.job import Job

PLACES: Final = 64
"""Pages that leave side by side. Each has its own connection, so that receivers that hang hold up nobody else."""

HEAD_START_SECONDS: Final = 0.005
"""How long the executor's rows wait for pages that are leaving: both need the same interpreter."""

Settle = Callable[[Job], None]
"""Do a page's job and write what came of it."""


class Express:
    """Begins each page once. One that has arrived, and whose result is in the log, needs no row of the executor.

    Where it is still under way when its row is begun, the effect's body takes what came of it instead of doing it again. A
    kill meanwhile makes the page leave a second time under the same key, as a kill in the middle of the body does.
    """

    def __init__(self, settle: Settle) -> None:
        """``settle`` raises ``DeliveryError``."""
        self._settle = settle
        self._threads = ThreadPoolExecutor(PLACES, thread_name_prefix="express")
        self._begun: dict[str, Future[None]] = {}

    def begin(self, entry: Entry, effects: Sequence[AnyEffect], generation: str = "") -> None:
        """Do the pages now, each in a thread of its own; everything else is left to the executor. Never blocks."""
        for effect in effects:
            if isinstance(effect, Page):
                job = Job(jobs.VERSION, entry.incident, entry.seq, effect, generation=generation)
                # Once the program stops, nothing begins: the page is in the log and leaves after the next start.
                with suppress(RuntimeError):
                    self._begun[job.execution_id] = self._threads.submit(self._settle, job)

    def take(self, job: Job) -> bool:
        """Whether it is done, waiting for it where it is under way; False where the caller has to do it.

        Raises what ``settle`` raised.
        """
        begun = self._begun.pop(job.execution_id, None)
        if begun is None or begun.cancel():
            return False
        begun.result()
        return True

    def settled(self, job: Job) -> bool:
        """Whether it is done already; asked before a row is written."""
        begun = self._begun.get(job.execution_id)
        if begun is None or not begun.done() or begun.exception() is not None:
            return False
        del self._begun[job.execution_id]
        return True

    def let_pass(self, jobs: Sequence[Job]) -> None:
        """Wait until those of these that have begun have left, for a moment at the most."""
        begun = [self._begun.get(job.execution_id) for job in jobs]
        leaving = [future for future in begun if future is not None and not future.done()]
        if leaving:
            wait(leaving, timeout=HEAD_START_SECONDS)

    def stop(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
