"""Who is woken: pages that are asked for, arrive or fail, and what begins, goes on with and ends the paging of an incident."""

from stormjib.core.incident.paging import escalation
from stormjib.core.incident.state import Happened, Incident
from stormjib.core.log import AnyFact, EffectFailed, PageHeld, PageRequested, PageSent, TimerDue
from stormjib.core.severity import Severity, duty


def told(incident: Incident, when: Happened, fact: PageRequested | PageSent | PageHeld | EffectFailed) -> None:
    """Whom pages are for, and what became of each."""
    match fact:
        case PageRequested(level=level, anew=anew):
            incident.requested.append((when, fact))
            incident.acknowledged = None if anew else incident.acknowledged
            incident.paging = (incident.paging.again(when.seq) if anew else incident.paging).reach(level)
        case PageSent():
            incident.pages.append((when, fact))
            incident.unreached.pop(fact.who, None)
        case PageHeld():
            incident.held.append((when, fact))
        case EffectFailed():
            incident.failures.append((when, fact))
            if fact.who:
                since, _ = incident.unreached.pop(fact.who, (when, fact))
                incident.unreached[fact.who] = (since, fact)


def judged(incident: Incident, when: Happened, severity: Severity) -> None:
    """A worse severity asks anew who has it; a lesser one leaves the acknowledgement as it is."""
    raised = severity.rank < incident.severity.rank
    incident.severity, incident.duties_since = severity, when
    if not duty(severity).pages:
        incident.paging = incident.paging.end()
    elif raised and incident.open:
        level = 0 if incident.acknowledged else incident.paging.level
        incident.acknowledged = None
        page_from(incident, when.seq, level)


def page_from(incident: Incident, seq: int, level: int = 0) -> None:
    """Somebody has to be woken from this entry on, where the severity asks for it."""
    if duty(incident.severity).pages:
        incident.paging = incident.paging.begin(seq, level)


def timer(incident: Incident, when: Happened, fact: AnyFact) -> None:
    """What asks for something changes nothing by itself; a timer says how far the escalation, or a wait for snapshots, has got."""
    name = fact.key.removeprefix("release/") if isinstance(fact, TimerDue) else ""
    if name in incident.runs:
        run = incident.runs[name]
        run.waited_since = (run.waited_since[1], when.at)
    due = escalation(fact.key) if isinstance(fact, TimerDue) else None
    if due and incident.owes_page and incident.paging.is_due(due):
        incident.paging = incident.paging.reach(due.level)
