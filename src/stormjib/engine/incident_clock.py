"""The time of an incident's next entry: the wall clock's, and never before the newest one."""

import time
from collections.abc import Callable

from stormjib.core.incident import Incident
from stormjib.ports import Clock


class IncidentClock:
    """Where the wall clock went back, an incident's own time goes on from its newest entry. Used by one thread."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        """``monotonic`` gives seconds that never step."""
        self._clock = clock
        self._monotonic = monotonic
        self._asked: dict[str, tuple[float, float]] = {}
        """By incident: its time when it was asked for last, and the steady seconds of then."""

    def at(self, incident: Incident) -> float:
        """Of an entry that is written now."""
        at, steady = self._clock(), self._monotonic()
        if at < incident.updated_at:
            said, then = self._asked.get(incident.id, (incident.updated_at, steady))
            at = max(incident.updated_at, said + steady - then)
        self._asked[incident.id] = (at, steady)
        return at

    def forget(self, incident_id: str) -> None:
        """It is over."""
        self._asked.pop(incident_id, None)
