"""Joining: which open incident an alert belongs to, whether it wakes somebody there, and the one that it declares where there is none."""

from typing import Final

from stormjib.core import opinion
from stormjib.core.alert import Alert
from stormjib.core.log import Declared
from stormjib.core.log.fact import ITSELF
from stormjib.core.severity import Severity
from stormjib.engine.course import Known
from stormjib.engine.judging import Judging, rank_of
from stormjib.engine.ledger import Ledger
from stormjib.engine.rules import Rules

LISTED_MAX: Final = 50
"""Alerts of one incident with an entry each; of those beyond, only the count is told, whenever it has doubled."""
TITLE_CHARS_MAX: Final = 300
"""Of an incident that an alert declares; the entry of the alert keeps the whole summary. PagerDuty takes 1,024 in a page."""


class Joining(Judging):
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, rules: Rules, ledger: Ledger) -> None:
        super().__init__(rules)
        self._ledger = ledger

    def _joinable(self, alert: Alert, known: Known | None, group_key: str) -> str | None:
        """The open incident that the alert was in before, else that of its service, also by the name that the alert gives it.

        One whose log is damaged can't be written to: the alert must not get lost with it.
        """
        service = self._meaning(alert).meant.service
        before = known.incident if known and self._ledger.is_open(known.incident) else None
        found = before or self._ledger.open_in(group_key)
        if found is None and service and service.called(alert.service):
            found = self._ledger.open_in(alert.service)
        if found is None:
            return None
        writes = self._ledger.head(found).alerts_listed < LISTED_MAX or self._alarms(found, alert, known)
        sound = self._ledger.readable(found) if writes else not self._ledger.is_damaged(found)
        return found if sound else self._ledger.next_in(group_key)

    def _alarms(self, incident_id: str, alert: Alert, known: Known | None) -> bool:
        """Whether it wakes somebody: what is worse, and what joins where only a sender of alerts has acknowledged."""
        severity = self._judged(alert).severity
        if severity is None or self._is_worse(incident_id, alert, known):
            return severity is not None
        if self._ledger.head(incident_id).status != "acknowledged" or not opinion.pages(self._meaning(alert).service, severity):
            return False
        has = self._ledger.incident(incident_id).acknowledged
        return has is not None and bool(has.through)

    def _is_worse(self, incident_id: str, alert: Alert, known: Known | None) -> bool:
        """Whether the alert is worse than its incident, and was not as bad before in it, so that people have judged it already."""
        judged = self._judged(alert)
        severity = self._ledger.head(incident_id).severity
        if judged.severity is None or not severity or judged.severity.rank >= Severity(severity).rank:
            return False
        was_here = known is not None and known.incident == incident_id
        return not was_here or known is None or judged.severity.rank < rank_of(self._judged(alert, known.severity))

    def _declare(self, alert: Alert, severity: Severity, cause: str, now: float, why: str, *, past: str) -> str:
        meant, runbook, chosen, *_ = self._meaning(alert)
        received = self.received(alert, past=past)
        declared = Declared(
            title=(alert.summary or alert.name)[:TITLE_CHARS_MAX],
            severity=severity,
            service=meant.name,
            runbook_sha256=runbook,
            # A sender whose clock is ahead must not put the detection into the future.
            detected_at=min(alert.starts_at, now),
            reason="; ".join(filter(None, (received.reason, why))),
            wakes=bool(why),
            found=meant.why,
            runbook=chosen,
        )
        entries = self._ledger.declare(
            lambda _: (received, declared), by=ITSELF, cause=cause, group_key=self._group(alert), runbook_sha256=runbook
        )
        head = self._ledger.own_head(entries[0].incident)
        head.alerts_total = head.alerts_listed = 1
        return head.id
