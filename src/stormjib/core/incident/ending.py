"""How an incident ends in the fold: it goes on elsewhere, or its timeline is kept elsewhere."""

from stormjib.core.incident.state import Happened, Incident
from stormjib.core.log import Ended, Exported, Linked


def tie(incident: Incident, when: Happened, fact: Ended | Linked) -> None:
    """Alerts, and temporary measures, go on where the incident goes on."""
    match fact:
        case Ended():
            incident.closed, incident.end = when, fact
            incident.paging = incident.paging.end()
            moved = incident.alerts if fact.into else {}
            if fact.into:
                incident.debts.clear()
        case Linked():
            incident.linked.append((when, fact))
            moved = {key: alert for key, alert in incident.alerts.items() if key in fact.alerts}
    for alert in moved.values():
        alert.firing = False


def only_known(incident: Incident, when: Happened, fact: Exported) -> None:
    """What this entry says is all that is known: the same whether the entries before it were read or not."""
    stub = Incident(
        incident.id,
        when.seq,
        title=fact.title,
        severity=fact.severity,
        worst=fact.worst,
        service=fact.service,
        runbook_sha256=fact.runbook_sha256,
        detected_at=fact.detected_at,
        declared=_then(fact.declared_at),
        acknowledged=_then(fact.acknowledged_at),
        first_acknowledged=_then(fact.acknowledged_at),
        resolved=_then(fact.resolved_at),
        closed=_then(fact.closed_at),
        end=fact.end,
        alerts_total=fact.alerts_total,
        exported=fact,
        updated_at=when.at,
    )
    for name in Incident.__struct_fields__:
        setattr(incident, name, getattr(stub, name))


def _then(at: float) -> Happened | None:
    return Happened(0, at, "") if at else None
