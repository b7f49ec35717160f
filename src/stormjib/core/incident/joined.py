"""What joins an open incident and is news: another alert, as bad as the incident itself, of which nobody is paged."""

from stormjib.core.incident.alerts import AlertState
from stormjib.core.incident.state import Happened, Incident
from stormjib.core.log import AlertReceived

TOGETHER_SECONDS = 30.0
"""What joins within so many seconds is told together; what comes so soon after the declaration is the same outbreak."""


def news(incident: Incident, when: Happened, fact: AlertReceived) -> tuple[int, float] | None:
    """The entry and the time of an alert that is news, None for any other; ``incident`` is the state before it.

    What is worse pages anew. What a person has judged in another incident, and a name that is known, is no news.
    """
    if incident.declared is None or not incident.open or fact.moved_from or fact.proposed is not incident.severity:
        return None
    known = any(alert.name == fact.name for alert in incident.alerts.values())
    return None if known or when.at - incident.declared.at < TOGETHER_SECONDS else (when.seq, when.at)


def together(incident: Incident, seq: int) -> tuple[AlertState, ...]:
    """What is told with the alert that joined with this entry; nothing where an earlier one tells it along."""
    batches: list[tuple[float, list[AlertState]]] = []
    found = [(*alert.news, alert) for alert in incident.alerts.values() if alert.news]
    for _, at, alert in sorted(found, key=lambda one: one[0]):
        if not batches or at - batches[-1][0] > TOGETHER_SECONDS:
            batches.append((at, []))
        batches[-1][1].append(alert)
    return next((tuple(batch) for _, batch in batches if batch[0].news and batch[0].news[0] == seq), ())
