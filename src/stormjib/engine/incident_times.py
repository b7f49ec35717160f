"""When there were incidents: these times are no baseline of anything."""

from collections.abc import Callable, Sequence

from stormjib.core.incident import Incident
from stormjib.ports import Clock, Damaged, Head

INCIDENTS_MAX = 50
BEFORE_SECONDS = 60.0
"""An incident begins before it is noticed."""


class IncidentTimes:
    """Calling it gives (from, to) of the newest incidents but one, in seconds since the epoch."""

    def __init__(self, heads: Callable[..., Sequence[Head]], replay: Callable[[str], Incident], clock: Clock) -> None:
        """``heads`` lists incidents, the newest first."""
        self._heads = heads
        self._replay = replay
        self._clock = clock
        self._over: dict[str, tuple[int, tuple[float, float]]] = {}
        """What has been read of an incident, and up to which entry: its log is read again only when it has grown."""

    def __call__(self, but: str = "") -> tuple[tuple[float, float], ...]:
        """From a minute before the detection to the resolution; an open one lasts until now."""
        found = []
        for head in self._heads(limit=INCIDENTS_MAX):
            if head.id == but:
                continue
            known = self._over.get(head.id)
            if known is None or known[0] != head.seq:
                try:
                    incident = self._replay(head.id)
                except Damaged:
                    continue
                end = incident.resolved.at if incident.resolved else self._clock()
                known = self._over[head.id] = (head.seq, (incident.detected_at - BEFORE_SECONDS, end))
            begin, end = known[1]
            found.append((begin, self._clock() if head.open else end))
        return tuple(found)
