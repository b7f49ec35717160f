"""Preview: what a pasted message of a sender would be taken for, and what would be decided; nothing is kept of it."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from stormjib.core.alert import Alert
from stormjib.core.catalogue.intake import Mapping
from stormjib.core.redact.own import NOTHING_OWN, Redactor
from stormjib.engine.explain import Explainer, Rule
from stormjib.ports import Clock, NotFound
from stormjib.web.ways import WAYS, Way, mapped_way, reader

BY_NAME: Final = {way.source: way for way in reversed(WAYS.values())}
"""The ways in by their sources, the first of several."""
SHOWN_MAX: Final = 50


class Previewed(msgspec.Struct, frozen=True):
    """One alert as it would be kept, and what would be decided, rule by rule."""

    alert: Alert
    rules: tuple[Rule, ...]


class AlertsPreview(msgspec.Struct, frozen=True):
    """``found`` alerts; ``refused`` has a sentence for each that can't be read, ``mended`` is how many were odd."""

    source: str
    found: int
    alerts: tuple[Previewed, ...]
    refused: tuple[str, ...]
    mended: int


class Previewer:
    """Any thread may ask."""

    def __init__(
        self,
        explainer: Explainer,
        mappings: Callable[[], Sequence[Mapping]],
        clock: Clock,
        hide: Redactor = NOTHING_OWN,
    ) -> None:
        """``mappings``: those of the catalogue in force; ``hide``: a text without secrets."""
        self._hide = hide
        self._explainer = explainer
        self._mappings = mappings
        self._clock = clock

    @property
    def names(self) -> tuple[str, ...]:
        """The senders that are known."""
        return tuple(dict.fromkeys((*BY_NAME, *(one.name for one in self._mappings()))))

    def preview(self, name: str, payload: str) -> AlertsPreview:
        """What ``POST`` of this would be; raises ``NotFound``, and ``ValueError`` with the sentence that its sender would get."""
        way = BY_NAME.get(name) or self._own(name)
        if way is None:
            raise NotFound(f"There is no way in called {name[:80]!r}; there are {', '.join(self.names)}.")
        body = payload.encode("utf-8", "surrogatepass")
        delivery = reader(way, "TOKEN", self._own(name))(body)
        kept = [self._hide.told(one) for one in delivery.alerts[:SHOWN_MAX]]
        now = self._clock()
        alerts = tuple(Previewed(one, self._explainer.would(one, now)) for one in kept)
        return AlertsPreview(name, delivery.received, alerts, delivery.refused[:SHOWN_MAX], delivery.mended)

    def _own(self, name: str) -> Way | None:
        return next((mapped_way(one) for one in self._mappings() if one.name == name), None)
