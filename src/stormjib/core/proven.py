"""What kinds of items the log proves by itself, and by which entry: acknowledged, paged, told, investigated, mitigated."""

from stormjib.core import comms, log, recovery, roles
from stormjib.core.incident import Incident
from stormjib.core.incident.telling import asked
from stormjib.core.kinds import Mode
from stormjib.core.log.messages import ROOM, circle_of
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook


def proven(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> dict[str, int]:
    """What kinds of items are proven, and by which entry. Another severity has other items, and what is proven stays proven."""
    before = _proven_before(incident, policy) if isinstance(entry.fact, log.SeverityChanged | log.RunbookChosen) else {}
    kinds = dict.fromkeys(_proven_kinds(incident, entry, policy), entry.seq)
    if isinstance(entry.fact, log.SeverityChanged | log.AlertCleared | log.Verified) and _mitigated(
        incident, entry, runbook, policy
    ):
        kinds["mitigation"] = entry.seq
    return before | kinds


def _proven_before(incident: Incident, policy: Policy) -> dict[str, int]:
    since = incident.reopened_seq
    told = [(message.sent, message.circle) for message in incident.messages.values() if message.sent > since and message.left]
    posts = [one for one in incident.posts if one[0].seq > since]
    found = {
        "log": incident.declared.seq if incident.declared else 0,
        "detected": next((alert.seq for alert in incident.alerts.values()), 0),
        "acknowledge": incident.acknowledged.seq if incident.acknowledged else 0,
        "commander": leads.seq if (leads := incident.roles.get(roles.COMMANDER)) and leads.holder else 0,
        "status": next((when.seq for when, post in posts if policy.status_page and post.audience == comms.CUSTOMERS), 0),
        **{audience: next((seq for seq, circle in told if circle == audience), 0) for audience in comms.AUDIENCES},
    }
    kept: list[tuple[int, log.AnyFact]] = [
        *((when.seq, page) for when, page in incident.pages if when.seq > max(since, incident.paging.since)),
        *((when.seq, fact) for when, fact in incident.evidence if when.seq > since),
    ]
    if incident.channel and incident.channel_opened:
        kept.append((incident.channel_opened.seq, incident.channel))
    for seq, fact in kept:
        for kind in _shown(fact):
            found.setdefault(kind, seq)
    return {kind: seq for kind, seq in found.items() if seq}


def _shown(fact: log.AnyFact) -> set[str]:
    """What a fact proves whenever it was written. What stands on the incident's own page alone has woken nobody and opened no channel."""
    match fact:
        case log.ChannelOpened(integration=integration) if integration != ROOM:
            return {"channel", f"channel/{integration}"}
        case log.PageSent(integration=integration, sums_up=False) if integration != ROOM:
            return {"page"}
        case log.EvidenceCollected(before_run=""):
            return {"investigation"}
        case _:
            return set()


def _proven_kinds(incident: Incident, entry: log.Entry, policy: Policy) -> set[str]:
    match entry.fact:
        case log.Declared():
            return {"log", "severity"} | ({"detected"} if incident.alerts else set())
        case log.SeverityChanged():
            return {"severity"}
        case log.AlertReceived():
            return {"detected"} if incident.declared else set()
        case log.Acknowledged():
            return {"acknowledge"}
        case log.SourceAnswered(status="acknowledged"):
            return {"acknowledge/source", f"acknowledge/{entry.fact.source}"}
        case log.ChannelOpened() | log.PageSent() | log.EvidenceCollected():
            return _shown(entry.fact)
        case log.MessageSent(integration=integration) if integration != ROOM:
            return {circle_of(asked(entry)[1])} & set(comms.AUDIENCES)
        case log.StatusPosted(audience=comms.CUSTOMERS) if policy.status_page:
            return {"status"}
        case log.RoleTaken(role=roles.COMMANDER):
            return {"commander"}
        case log.Resolved():
            return {"timeline"}
        case log.PostmortemDrafted():
            return {"gather"}
        case log.ActionItemAdded(reviews=""):
            return {"actions"}
        case _:
            return set()


def _mitigated(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> bool:
    """A fix ran and did what it should: afterwards all that is measured holds, more than a health check, or the alerts' senders say so."""
    since = incident.reopened_seq
    ended = [
        run.ended.seq
        for run in incident.runs.values()
        if run.result and run.result.ok and run.ended and run.ended.seq > since and _mitigates(run.result, runbook)
    ]
    if not ended:
        return False
    wanted = recovery.measurements(incident, runbook, policy)
    found = [recovery.newest(incident, one.task_id) for one in wanted]
    holds = all(one and one[0].seq > ended[-1] and one[1].ok and one[1].measured for one in found)
    return (any(one.proof != "health" for one in wanted) and holds) or (
        isinstance(entry.fact, log.AlertCleared) and not entry.fact.who and not incident.firing
    )


def _mitigates(finished: log.RunFinished, runbook: Runbook) -> bool:
    """A fix of the menu; maintenance mode alone hides the outage, and a change to the repository alone reaches nobody."""
    command = runbook.command(finished.command_id)
    step = runbook.step(command.step) if command else None
    if command is None or step is None or step.mode is not Mode.CHOOSE:
        return False
    return command.maintenance is None and set(command.programs) != {"git"}
