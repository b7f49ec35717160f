"""Returns: an alert that comes back soon after its incident was over opens it again; one that flaps is said to, and pages for no turn of its own."""

from typing import Final

from stormjib.core.alert import Alert
from stormjib.core.incident import Incident
from stormjib.core.log import AlertReceived, NoteAdded, Reopened
from stormjib.core.log.fact import ITSELF
from stormjib.core.text.units import counted, duration
from stormjib.engine.course import Known, turns_since
from stormjib.engine.ledger import Ledger
from stormjib.engine.rules import Rules
from stormjib.ports import Course, NotFound

FLAPPING: Final = " is flapping: "


class Returns:
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, ledger: Ledger, rules: Rules) -> None:
        self._ledger = ledger
        self._rules = rules

    def reopened(self, received: AlertReceived, group_key: str, known: Known | None, cause: str, now: float) -> str | None:
        """The incident that is open again with this alert; None where none was over so shortly ago."""
        found = self._over(known.incident if known else "", group_key) or self._over(self._ledger.newest_in(group_key), group_key)
        if found is None:
            return None
        policy = self._rules.policy()
        turns, minutes = policy.flapping(found.service)
        flaps = bool(known and 0 < turns < turns_since(known.course, now - minutes * 60) + 1)
        window = max(policy.reopens_within(found.service), minutes if flaps else 0.0) * 60
        seconds = now - max(one.at for one in (found.resolved, found.closed) if one)
        if not 0 <= seconds <= window:
            return None
        reason = f"alert {received.name} fired {duration(seconds)} after it was {found.status}"
        self._ledger.append(found.id, (Reopened(ITSELF, reason), received), by=ITSELF, cause=cause)
        head = self._ledger.own_head(found.id)
        head.alerts_total += 1
        head.alerts_listed += 1
        return found.id

    def _over(self, incident_id: str, group_key: str) -> Incident | None:
        """The incident of the group, where it was resolved or closed; one that ended otherwise was none, or goes on elsewhere."""
        try:
            head = self._ledger.head(incident_id) if incident_id and not self._ledger.is_damaged(incident_id) else None
        except NotFound:
            return None
        if head is None or head.status not in {"resolved", "closed"} or head.group_key != group_key:
            return None
        found = self._ledger.incident(head.id) if self._ledger.readable(head.id) else None
        return None if found is None or found.gone else found

    def tell(self, alert: Alert, incident_id: str, service: str, course: Course | None, now: float) -> None:
        """That it flaps, once in a while: in the incident, whose responders hear of its turns by nothing else."""
        turns, minutes = self._rules.policy().flapping(service)
        found = turns_since(course, now - minutes * 60)
        cause = f"{alert.source}/{alert.fingerprint}/flaps/{int(now // (minutes * 60))}"
        if 0 < turns < found and self._ledger.caused(incident_id, cause) is None:
            said = f"alert {alert.name}{FLAPPING}{counted(found, 'turn')} in {minutes:g} min; no turn of it pages by itself"
            self._ledger.append(incident_id, (NoteAdded(said),), by=ITSELF, cause=cause)
