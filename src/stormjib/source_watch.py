"""Hears that an alert has ended whose sender is silent about it, since it is silenced there with its incident."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from stormjib.engine.inbox import Inbox
from stormjib.engine.rounds import Rounds
from stormjib.ports import AlertState, Clock, DeliveryError, LogReader, Overloaded, StoreFailed, Unavailable

SOURCE: Final = "alertmanager"
ROUND_SECONDS: Final = 30.0
GONE_SECONDS: Final = 180.0
"""So long it has to be away: a source that was started anew hears of its alerts again within a minute or two."""
INCIDENTS_MAX: Final = 200
Labels = frozenset[tuple[str, str]]


class SourceWatch(Rounds):
    """``start`` and ``stop`` are called once each, and only where the source is connected."""

    def __init__(self, reader: LogReader, inbox: Inbox, clock: Clock, firing: Callable[[], set[Labels]]) -> None:
        """``firing``: the labels of all that fires there, silenced or not; raises ``DeliveryError``."""
        self._reader = reader
        self._inbox = inbox
        self._clock = clock
        self._firing = firing
        self._missed: dict[str, float] = {}
        """Since when each has been away there."""
        super().__init__("sources", self._watch)

    def poll(self) -> None:
        """What we have silenced there, fires here and is gone there has ended: what is not there is not silenced either."""
        heads = self._reader.incidents(open_only=True, limit=INCIDENTS_MAX)
        acknowledged = [one.id for one in heads if one.status == "acknowledged"]
        states = [state for one in acknowledged for state in self._reader.alerts(firing=True, incident_id=one)]
        alerts = [state for state in states if state.alert.source == SOURCE]
        missed, self._missed = self._missed, {}
        there, now = self._firing() if alerts else set(), self._clock()
        away = [one for one in alerts if frozenset(one.alert.labels.items()) not in there]
        self._missed = {one.alert.fingerprint: missed.get(one.alert.fingerprint, now) for one in away if self._is_silenced(one)}
        gone = [one.alert for one in away if now - self._missed.get(one.alert.fingerprint, now) >= GONE_SECONDS]
        if gone:
            self._inbox.accept([msgspec.structs.replace(one, firing=False, ends_at=now) for one in gone]).result()

    def _is_silenced(self, one: AlertState) -> bool:
        return f"{SOURCE}/{one.alert.fingerprint}" in self._reader.replay(one.incident).answered_at_source

    def _watch(self) -> None:
        while not self.pause(ROUND_SECONDS):
            # What is not there now is asked in the next round.
            with suppress(DeliveryError, Overloaded, Unavailable, StoreFailed):
                self.poll()
