"""The metrics' performer: the sources are asked in their order, and the first that has anything is reviewed."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Protocol

import msgspec

from stormjib.core.effects import AnyEffect, ReviewMetrics
from stormjib.core.incident import Incident
from stormjib.core.log import MetricsReviewed
from stormjib.evidence.metrics.baseline import Times
from stormjib.evidence.metrics.review import Review, review
from stormjib.evidence.metrics.spec import Series, Window
from stormjib.ports import Clock, DeliveryError, Outcome


class Source(Protocol):
    """Where metrics come from. It keeps to its time and raises nothing: what fails is a problem in words."""

    name: str

    def tracks(self, asked: Window, timeout_seconds: float) -> tuple[tuple[Series, ...], float, tuple[str, ...]]:
        """(every metric that has data, the seconds that one point covers, problems)."""


class Reviewed(msgspec.Struct, frozen=True):
    """A review, where its metrics came from, and how long it took."""

    source: str
    review: Review
    seconds: float


class MetricsPerformer:
    """Performs ``ReviewMetrics``; looking twice is harmless."""

    def __init__(
        self,
        sources: Callable[[str], Sequence[Source]],
        *,
        service: str,
        clock: Clock,
        monotonic: Callable[[], float],
        incidents: Callable[[str, str], Times],
    ) -> None:
        """``incidents`` gives the times that are no baseline of a service, but those of one incident; ``service`` names what is reviewed where an incident names nothing."""
        self._sources = sources
        self._service = service
        self._clock = clock
        self._monotonic = monotonic
        self._incidents = incidents

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:
        """Review around the detection of the incident."""
        if not isinstance(effect, ReviewMetrics):
            raise DeliveryError("metrics", f"can't review {type(effect).__name__}", permanent=True)
        found = self.look(effect.detected_at, effect.timeout_seconds, incident.service, incident.id)
        fact = MetricsReviewed(
            source=found.source,
            metrics=found.review.metrics,
            seconds=round(found.seconds, 3),
            line=effect.line,
            sentence=found.review.sentence,
            problems=found.review.problems,
            output_sha256=sha256(found.review.body).hexdigest(),
        )
        return Outcome(facts=(fact,), blobs=(found.review.body,))

    def look(self, detected_at: float | None, timeout_seconds: float, service: str = "", incident: str = "") -> Reviewed:
        """Review now; without a detection, as if it were detected this minute."""
        began = self._monotonic()
        now = self._clock()
        named = service or self._service
        asked = Window(named, min(detected_at or now, now), now, self._incidents(incident, named))
        problems: list[str] = []
        found: tuple[Series, ...] = ()
        source, step_seconds = "nowhere", 1.0
        sources = self._sources(named)
        if not sources:
            problems.append(
                f"Nothing is set up to tell the metrics of {named or 'what belongs to no service'}: give metrics_url to its [[service]], or prometheus_url."
            )
        for each in sources:
            left = timeout_seconds - (self._monotonic() - began)
            if left <= 0:
                problems.append(f"There was no time left to ask {each.name}.")
                break
            found, step_seconds, told = each.tracks(asked, left)
            problems += told
            if found:
                source = each.name
                break
        asked = msgspec.structs.replace(asked, now=self._clock())
        return Reviewed(source, review(found, asked, step_seconds, source, problems), self._monotonic() - began)
