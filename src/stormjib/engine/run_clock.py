"""What time it is for a run that somebody proposed: a clock that steps makes no approval good again, and none run out."""

from collections.abc import Callable, Sequence

from stormjib.core.log import Entry, RunExpired, RunFinished, RunProposed, RunRefused
from stormjib.ports import Clock, LogReader


class RunClock:
    """``heard`` is called in the writer's thread, ``at`` by any.

    From the start on time goes by a clock that never steps; it begins no earlier than the log's newest entry, for the machine's
    clock may have gone back while nobody was here. A run that was proposed since is measured from that very moment.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float], log: LogReader) -> None:
        """``monotonic`` gives seconds that never step."""
        newest = log.entries_after(max(log.last_position() - 1, 0), 1)
        self._monotonic = monotonic
        self._began = max([clock(), *(entry.at for _, entry in newest)]) - monotonic()
        self._apart: dict[str, float] = {}

    def heard(self, entries: Sequence[Entry]) -> None:
        """What a commit wrote."""
        for entry in entries:
            match entry.fact:
                case RunProposed(run_id=run_id):
                    self._apart[run_id] = entry.at - self._steady()
                case RunExpired(run_id=run_id) | RunRefused(run_id=run_id) | RunFinished(run_id=run_id):
                    self._apart.pop(run_id, None)
                case _:
                    pass

    def at(self, run_id: str) -> float:
        """Now, as it compares with the times in the run's proposal (seconds since the epoch)."""
        return self._steady() + self._apart.get(run_id, 0.0)

    def _steady(self) -> float:
        return self._began + self._monotonic()
