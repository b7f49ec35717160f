"""What joins an open incident and is news: another alert, as bad as the incident itself, of which nobody is paged."""

from stormjib.core import opinion
from stormjib.core.incident.alerts import AlertState
from stormjib.core.incident.state import Happened, Incident
from stormjib.core.log import AlertReceived
from stormjib.core.log.fact import ITSELF
from stormjib.core.severity import Severity

TOGETHER_SECONDS = 30.0
"""What joins within so many seconds is told together; what comes so soon after the declaration is the same outbreak."""


def news(incident: Incident, when: Happened, fact: AlertReceived) -> tuple[int, float] | None:
    """The entry and the time of an alert that is news, None for any other; ``incident`` is the state before it.

    What is worse pages anew. What a person has judged in another incident, and a name that is known, is no news.
    """
    if (
        asks_anew(incident, fact)
        or incident.declared is None
        or not incident.open
        or fact.moved_from
        or fact.proposed is not incident.severity
    ):
        return None
    known = any(alert.name == fact.name for alert in incident.alerts.values())
    return None if known or when.at - incident.declared.at < TOGETHER_SECONDS else (when.seq, when.at)


def all_acknowledged(incident: Incident, sender: str) -> bool:
    """Whether the incident is only about alerts of this sender, and somebody has all of them there that wake anybody.

    Then, and only then, the sender's word acknowledges it: nobody may silence what others say, or what a person has declared.
    """
    alarming = [one for one in incident.alerts.values() if one.firing and _pages(incident, one.proposed)]
    by_alert = incident.declared is not None and incident.declared.by == ITSELF
    as_bad = min((one.proposed.rank for one in alarming if one.proposed), default=len(Severity)) <= incident.severity.rank
    return by_alert and as_bad and all(one.acknowledged and one.sender == sender for one in alarming)


def asks_anew(incident: Incident, fact: AlertReceived) -> bool:
    """Whether an alert that wakes somebody joins where only a sender of alerts has acknowledged, which was not about this one. A worse one does anyway."""
    has = incident.acknowledged
    if not (incident.open and has and has.through) or fact.proposed is None or fact.moved_from:
        return False
    return _pages(incident, fact.proposed) and fact.proposed.rank >= incident.severity.rank


def _pages(incident: Incident, severity: Severity | None) -> bool:
    """Whether an alert of it does by the policy that holds for it."""
    service = incident.policy.service_named(incident.service) if incident.policy else None
    return severity is not None and opinion.pages(service, severity)


def together(incident: Incident, seq: int) -> tuple[AlertState, ...]:
    """What is told with the alert that joined with this entry; nothing where an earlier one tells it along."""
    batches: list[tuple[float, list[AlertState]]] = []
    found = [(*alert.news, alert) for alert in incident.alerts.values() if alert.news]
    for _, at, alert in sorted(found, key=lambda one: one[0]):
        if not batches or at - batches[-1][0] > TOGETHER_SECONDS:
            batches.append((at, []))
        batches[-1][1].append(alert)
    return next((tuple(batch) for _, batch in batches if batch[0].news and batch[0].news[0] == seq), ())
