"""Opinions: an alert that is less than P1 and pages by its service's own word waits a round, unless its users are not well."""

from stormjib.core import opinion
from stormjib.core.alert import Alert
from stormjib.core.log import OpinionAsked, UsersChecked
from stormjib.core.severity import Severity
from stormjib.engine.course import SAME_SECONDS
from stormjib.engine.ledger import Ledger
from stormjib.engine.reports import once
from stormjib.engine.rules import Rules
from stormjib.engine.unknown_severity import LOG
from stormjib.ports import AlertRow, LogStore


class Opinions:
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, store: LogStore, ledger: Ledger, rules: Rules) -> None:
        self._store = store
        self._ledger = ledger
        self._rules = rules
        self._over: dict[str, str] = {}
        """Why a firing that has waited pages now, by its episode."""

    def why(self, alert: Alert, service: str, severity: Severity) -> str:
        """Why it pages now; "" where it waits from now on."""
        if alert.episode in self._over:
            return self._over.pop(alert.episode)
        asked = self._rules.policy().service_of(service)
        if asked and asked.second_opinion:
            self._ledger.keep_log(LOG)
            said = (alert.fingerprint, alert.source, alert.name, service, severity, alert.starts_at)
            if not self._ledger.readable(LOG):
                return "its users could not be checked, for that can't be written down"
            once(self._ledger, LOG, OpinionAsked(*said, asked.second_opinion.wait_seconds), f"{opinion.TIMER}/{alert.episode}")
        return ""

    def end(self, seq: int) -> AlertRow | None:
        """The round that this entry began is over: its alert, if it still fires and is in no incident, and pages now."""
        entry = next(iter(self._store.entries(LOG, seq - 1)), None)
        asked = entry.fact if entry else None
        if not isinstance(asked, OpinionAsked):
            return None
        row = next(iter(self._ledger.alert_rows([(asked.source, asked.fingerprint)])), None)
        if row is None or not row.firing or row.incident or abs(row.body.starts_at - asked.starts_at) > SAME_SECONDS:
            return None
        found = self._ledger.caused(LOG, f"{LOG}/{seq}/{opinion.USERS}")
        checked = found.fact if found and isinstance(found.fact, UsersChecked) else None
        self._over[row.body.episode] = opinion.said(asked, checked)
        return row
