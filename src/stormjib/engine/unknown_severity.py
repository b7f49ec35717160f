"""The catch-all: an alert whose severity nobody knows opens no incident, and still somebody is told."""

from typing import Final

from stormjib.core.alert import Alert, group
from stormjib.core.log import AlertWaits
from stormjib.core.log.fact import ITSELF
from stormjib.engine.ledger import Ledger

LOG: Final = "WAITING"
"""The log of what belongs to no incident; it is no incident itself and is listed nowhere."""
WINDOW_SECONDS: Final = 3_600.0
"""Each alert is told once in it."""
ALONE_MAX: Final = 16
"""Alerts of one window with a message each; of those beyond, the first, second, fourth … is told, and says for how many it stands."""
SAME_MAX: Final = 8
"""Those whose name and service have been told have this many messages: a hundred replicas must not hide another alert."""


class CatchAll:
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._window = 0
        self._told: set[str] = set()
        self._names: set[tuple[str, str]] = set()
        self._alone = self._beyond = 0

    def tell(self, alert: Alert, now: float) -> None:
        """Tell the responders that the alert waits for a person, unless they have been told of it a while ago."""
        window, key = int(now // WINDOW_SECONDS), f"{alert.source}/{alert.fingerprint}"
        if window != self._window:
            self._window, self._told, self._names, self._alone, self._beyond = window, set(), set(), 0, 0
        if key in self._told:
            return
        name = (group(alert), alert.name)
        is_alone = self._alone < (SAME_MAX if name in self._names else ALONE_MAX)
        self._told.add(key)
        self._names.add(name)
        self._alone += is_alone
        self._beyond += not is_alone
        # Of what is not told alone, each message stands for those since the one before: 1, 2, 4, 8 …
        if is_alone or self._beyond & (self._beyond - 1) == 0:
            self._write(alert, f"{key}/{window}", is_last=not is_alone, others=0 if is_alone else max(self._beyond // 2 - 1, 0))

    def _write(self, alert: Alert, cause: str, *, is_last: bool, others: int) -> None:
        self._ledger.keep_log(LOG)
        # After a restart only the log knows what has been told.
        if self._ledger.readable(LOG) and self._ledger.caused(LOG, cause) is None:
            said = (alert.fingerprint, alert.source, alert.name, alert.service, alert.summary, alert.severity)
            self._ledger.append(LOG, (AlertWaits(*said, is_last, others),), by=ITSELF, cause=cause)
