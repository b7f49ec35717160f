"""Who is woken: pages that are asked for, arrive or fail, and what begins, goes on with and ends the paging of an incident."""

from msgspec.structs import replace

from stormjib.core.incident.paging import escalation, step_of
from stormjib.core.incident.state import Happened, Incident
from stormjib.core.log import AnyFact, EffectFailed, PageHeld, PageRequested, PageSent, TimerDue
from stormjib.core.severity import Severity, duty


def told(incident: Incident, when: Happened, fact: PageRequested | PageSent | PageHeld | EffectFailed) -> None:
    """Whom pages are for, and what became of each."""
    match fact:
        case PageRequested(level=level, anew=anew):
            incident.requested.append((when, fact))
            incident.joined = fact.joined or incident.joined
            if anew:
                incident.acknowledged, incident.holders = None, fact.people
                incident.unreached.clear()
            incident.paging = (incident.paging.again(when.seq) if anew else incident.paging).reach(level)
            incident.tried |= {who: dict.fromkeys(fact.methods_of(who)[:1], when.seq) for who in fact.people}
        case PageSent():
            incident.pages.append((when, fact))
            incident.unreached.pop(fact.who, None)
        case PageHeld():
            incident.held.append((when, fact))
        case EffectFailed():
            incident.failures.append((when, fact))
            if fact.instead:
                _instead(incident, when, fact)
            elif fact.who and (newest(incident, fact.who) or not incident.requested):
                since, before = incident.unreached.pop(fact.who, (when, fact))
                incident.unreached[fact.who] = since, replace(fact, unknown=fact.unknown or before.unknown)


def newest(incident: Incident, who: str) -> tuple[Happened, PageRequested] | None:
    """What asked for a page to this person last; None where it was handed over to somebody else since."""
    for when, one in reversed(incident.requested):
        if who in one.people or one.anew:
            return (when, one) if who in one.people else None
    return None


def handed_over_seq(incident: Incident) -> int:
    """The entry that handed it over last, 0 where none did: who was paged before is paged no more."""
    return next((when.seq for when, one in reversed(incident.requested) if one.anew), 0)


def out_of_date(incident: Incident, page: int, base_url: str) -> str:
    """Why the page that this entry asked for can't be answered any more, and who has to; "" where it can."""
    since = max(handed_over_seq(incident), incident.reopened_seq)
    if page >= since:
        return ""
    asked = next((one for when, one in reversed(incident.requested) if when.seq >= since), PageRequested(0, ()))
    what = f"handed over by {asked.asked_by}" if asked.asked_by else "paged anew"
    what = "reopened" if page < incident.reopened_seq else what
    now = f"after this page was sent, and waits for {' and '.join(asked.people) or 'whoever takes it'} now"
    return f"{incident.id} was {what} {now}. To take it, acknowledge it there: {base_url}/incidents/{incident.id}"


def _instead(incident: Incident, when: Happened, fact: EffectFailed) -> None:
    """Another method gets the page in place of one that did not take it, once, and while it is wanted."""
    asked = newest(incident, fact.who)
    if asked and (incident.owes_page or (asked[1].asked_by and incident.open)) and not fact.effect.startswith("summary/"):
        incident.tried.setdefault(fact.who, {}).setdefault(fact.instead, when.seq)


def _step(incident: Incident, when: Happened, key: str) -> None:
    """Nobody has acknowledged for so many minutes: the next methods of somebody, unless a storm has held their page back."""
    found = step_of(key)
    asked = next(((at, one) for at, one in incident.requested if found and at.seq == found.asked), None)
    if not (found and asked and incident.owes_page and found.person < len(asked[1].people)):
        return
    who = asked[1].people[found.person]
    held = any(one.who == who and at.seq > found.asked and one.reason == "storm" for at, one in incident.held)
    if newest(incident, who) == asked and not held:
        tried = incident.tried.setdefault(who, {})
        methods = asked[1].steps[found.person][found.step].methods
        tried |= dict.fromkeys([one for one in methods if one not in tried][:1], when.seq)


def judged(incident: Incident, when: Happened, severity: Severity) -> None:
    """A worse severity asks anew who has it; a lesser one leaves the acknowledgement as it is."""
    raised = severity.rank < incident.severity.rank
    incident.severity, incident.duties_since = severity, when
    if not (duty(severity).pages or (incident.wakes and raised)):
        incident.paging = incident.paging.end()
    elif raised and incident.open:
        level = 0 if incident.acknowledged else incident.paging.level
        incident.acknowledged = None
        page_from(incident, when.seq, level)


def page_from(incident: Incident, seq: int, level: int = 0) -> None:
    """Somebody has to be woken from this entry on, where the severity asks for it."""
    if duty(incident.severity).pages or incident.wakes:
        incident.paging = incident.paging.begin(seq, level)


def timer(incident: Incident, when: Happened, fact: AnyFact) -> None:
    """What asks for something changes nothing by itself; a timer says how far the escalation, or a wait for snapshots, has got."""
    if isinstance(fact, TimerDue):
        _step(incident, when, fact.key)
    name = fact.key.removeprefix("release/") if isinstance(fact, TimerDue) else ""
    if name in incident.runs:
        run = incident.runs[name]
        run.waited_since = (run.waited_since[1], when.at)
    due = escalation(fact.key) if isinstance(fact, TimerDue) else None
    if due and incident.owes_page and incident.paging.is_due(due):
        incident.paging = incident.paging.reach(due.level)
