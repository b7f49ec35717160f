"""When a service was hurt by incidents: these times are no baseline of its."""

from collections.abc import Callable, Sequence

import msgspec

from stormjib.core.incident import Incident
from stormjib.core.severity import Severity
from stormjib.ports import Clock, Damaged, Head

INCIDENTS_MAX = 50
HEADS_MAX = 500
"""Among so many of the newest incidents those of the service are looked for."""
BEFORE_SECONDS = 60.0
"""An incident begins before it is noticed."""
HURTS = Severity.P2
"""This severity and worse ones change what users get; below it the service works as it usually does."""


class _Span(msgspec.Struct, frozen=True):
    """What has been read of an incident, and up to which entry."""

    seq: int
    begin: float
    end: float
    hurt: bool


class IncidentTimes:
    """Calling it gives (from, to) of the newest incidents that hurt a service but one, in seconds since the epoch."""

    def __init__(
        self,
        heads: Callable[..., Sequence[Head]],
        replay: Callable[[str], Incident],
        clock: Clock,
        name_of: Callable[[str], str] = str,
    ) -> None:
        """``heads`` lists incidents, the newest first; ``name_of`` gives the one name of a service that may be called otherwise."""
        self._heads = heads
        self._replay = replay
        self._clock = clock
        self._name_of = name_of
        self._known: dict[str, _Span] = {}
        """An incident's log is read again only when it has grown."""

    def __call__(self, but: str = "", service: str = "") -> tuple[tuple[float, float], ...]:
        """From a minute before the detection to the resolution; an open one lasts until now.

        What names no service may have hurt any. Of no service in particular every incident counts.
        """
        wanted = self._name_of(service)
        found: list[tuple[float, float]] = []
        for head in self._heads(limit=HEADS_MAX):
            concerned = not service or not head.service or self._name_of(head.service) == wanted
            if head.id == but or not concerned:
                continue
            try:
                span = self._span(head)
            except Damaged:
                continue
            if span.hurt:
                found.append((span.begin, self._clock() if head.open else span.end))
            if len(found) == INCIDENTS_MAX:
                break
        return tuple(found)

    def _span(self, head: Head) -> _Span:
        known = self._known.get(head.id)
        if known is None or known.seq != head.seq:
            incident = self._replay(head.id)
            over = incident.resolved or incident.closed
            end = over.at if over else self._clock()
            hurt = incident.worst.rank <= HURTS.rank and not (incident.end and not incident.end.into)
            known = self._known[head.id] = _Span(head.seq, incident.detected_at - BEFORE_SECONDS, end, hurt)
        return known
