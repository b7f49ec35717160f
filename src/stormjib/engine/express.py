"""Express: a page leaves as soon as its fact is on disk, while the executor still writes the row that makes up for a kill."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Final

from stormjib.core.effects import AnyEffect, Page
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Declared, Entry
from stormjib.engine import job as jobs
from stormjib.engine.job import Job
from stormjib.ports import Outcome

PLACES: Final = 8
"""Pages that leave side by side, as many as the lane of pages has places."""

HEAD_START_SECONDS: Final = 0.005
"""How long the executor's rows wait for pages that are leaving: both need the same interpreter."""

Perform = Callable[[Job, Incident], Outcome]


class Express:
    """Begins the page of each declaration once; the effect's body then takes what came of it instead of doing it again.

    A kill between the two makes the page leave a second time under the same key, as a kill in the middle of the body does.
    """

    def __init__(self, perform: Perform) -> None:
        """``perform`` does a page's job and raises ``DeliveryError``."""
        self._perform = perform
        self._threads = ThreadPoolExecutor(PLACES, thread_name_prefix="express")
        self._begun: dict[str, Future[Outcome]] = {}

    def begin(self, entry: Entry, effects: Sequence[AnyEffect], generation: str = "") -> None:
        """Do it now, in a thread of its own; everything else is left to the executor. Never blocks.

        The incident is handed over as the declaration itself tells it, for reading its log takes longer than the page.
        """
        if not isinstance(entry.fact, Declared):
            return
        for effect in effects:
            if isinstance(effect, Page):
                job = Job(jobs.VERSION, entry.incident, entry.seq, effect, generation=generation)
                incident = Incident.new(entry.incident)
                evolve(incident, entry)
                # Once the program stops, nothing begins: the page is in the log and leaves after the next start.
                with suppress(RuntimeError):
                    self._begun[job.execution_id] = self._threads.submit(self._perform, job, incident)

    def take(self, job: Job) -> Outcome | None:
        """What came of it, waiting for it where it is under way; None where it has not begun and the caller has to do it.

        Raises what ``perform`` raised.
        """
        begun = self._begun.pop(job.execution_id, None)
        return None if begun is None or begun.cancel() else begun.result()

    def let_pass(self) -> None:
        """Wait until what has begun has left, for a moment at the most."""
        leaving = [begun for begun in list(self._begun.values()) if not begun.done()]
        if leaving:
            wait(leaving, timeout=HEAD_START_SECONDS)

    def stop(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
