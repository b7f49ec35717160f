"""The catch-all: an alert whose severity nobody knows opens no incident, and still somebody is told."""

from typing import Final

from stormjib.core.alert import Alert, group
from stormjib.core.log import AlertWaits
from stormjib.engine.ledger import ITSELF, Ledger

LOG: Final = "WAITING"
"""The log of what belongs to no incident; it is no incident itself and is listed nowhere."""
WINDOW_SECONDS: Final = 3_600.0
"""One message for each group of alerts in it."""
MESSAGES_MAX: Final = 20
"""In one window, for all groups together; the last one says that there are more."""


class CatchAll:
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._window = 0
        self._told: set[str] = set()

    def tell(self, alert: Alert, now: float) -> None:
        """Tell the responders that the alert waits for a person, unless they have been told of its group a while ago."""
        window, group_key = int(now // WINDOW_SECONDS), group(alert)
        if window != self._window:
            self._window, self._told = window, set()
        if group_key in self._told or len(self._told) >= MESSAGES_MAX:
            return
        self._told.add(group_key)
        cause = f"{group_key}/{window}"
        self._ledger.keep_log(LOG)
        # After a restart only the log knows what has been told.
        if self._ledger.readable(LOG) and self._ledger.caused(LOG, cause) is None:
            is_last = len(self._told) == MESSAGES_MAX
            fact = AlertWaits(alert.fingerprint, alert.source, alert.name, alert.service, alert.summary, alert.severity, is_last)
            self._ledger.append(LOG, (fact,), by=ITSELF, cause=cause)
