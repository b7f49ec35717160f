"""The one next thing to do in an incident, in words, and the verb of the button for it."""

from stormjib.core import closure, comms, duties
from stormjib.core.alert import StillFiring
from stormjib.core.incident import Incident, Run
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.runbook import Runbook, item_text


def next_step(
    incident: Incident,
    runbook: Runbook,
    *,
    policy: Policy = closure.UNMEASURED,
    alerts: StillFiring = closure.NO_MORE,
    held_back: str = "",
) -> tuple[str, str]:
    """The one next thing, and the verb of the button for it; ``held_back`` is whom a storm of pages has kept from being told."""
    if incident.gone:
        return (incident.gone, "")
    if incident.end:
        return (f"Go on in {incident.end.into}" if incident.end.into else f"Nothing: it is over ({incident.status})", "ended")
    if incident.closed:
        return _after(incident, runbook)
    if incident.acknowledged is None:
        return (_why_acknowledge(incident, held_back), "acknowledge")
    for run in incident.runs.values():
        if run.state == "unknown":
            return (f"Check whether {run.proposal.run_id} ({run.proposal.text}) took effect, and record its outcome", "settle")
        if run.state == "proposed":
            who = f"Somebody other than {run.proposed.by} has to" if run.proposal.risk is Risk.DESTROY else "Somebody has to"
            return (f"{who} approve or reject {run.proposal.run_id}: {run.proposal.text}", "approve")
    if incident.resolved:
        untold = [who for who in incident.untold if who in comms.AUDIENCES]
        if untold:
            return (f"Inform {', '.join(untold)} in another way, or post it again: the message has not arrived", "tell")
        wanted = closure.closure_criteria(incident, runbook, policy=policy, alerts=alerts)
        lacking = next((criterion for criterion in wanted if not criterion.met), None)
        if lacking:
            return (f"Before closing, this must hold: {lacking.name}", "closure")
        return ("Close: every criterion holds", "close")
    criteria = closure.resolution_criteria(incident, runbook, policy=policy, alerts=alerts)
    lacking = next((criterion for criterion in criteria if not criterion.met), None)
    over_by_itself = lacking is None and incident.alerts_total and any(criterion.measured_at for criterion in criteria)
    changed = any(run.result and run.result.ok and not _keeps_users_out(run, runbook) for run in incident.runs.values())
    if not changed and not over_by_itself:
        return ("Choose a mitigation", "mitigate")
    if lacking is None:
        return (f"Resolve: {closure.proof_of_recovery(criteria)}", "resolve")
    if lacking.name.removesuffix(" is off") in incident.debts:
        return (
            f"Switch {' and '.join(incident.debts)} off, then measure the recovery: users can't get in while it is on",
            "closure",
        )
    ill = next((criterion for criterion in criteria if not criterion.met and criterion.measured_at), None)
    if ill and not incident.debts:
        return (f"Choose another mitigation: it is not over. {ill.name}: {ill.detail}", "mitigate")
    if lacking.by == "measured":
        return (f"Prove the recovery: {lacking.name}", "verify")
    if lacking.by:
        return (f"Check by hand: {lacking.name}: {lacking.detail}", "closure")
    return (f"Before resolving, this must hold: {lacking.name}. Now: {lacking.detail}", "closure")


def _keeps_users_out(run: Run, runbook: Runbook) -> bool:
    """Maintenance mode hides the outage and mends nothing."""
    command = runbook.command(run.proposal.command_id)
    return command is not None and command.maintenance is True


def _after(incident: Incident, runbook: Runbook) -> tuple[str, str]:
    """What is left to do once it is closed."""
    left = incident.postmortem.fields_left if incident.postmortem else ()
    if left:
        return f"Write what the post-mortem still lacks: {', '.join(left)}", "postmortem"
    for item in duties.after(incident, runbook):
        if not duties.done(incident, item):
            return f"After the incident: {item_text(item)}", "after"
    for number, todo in incident.action_items_open.items():
        return f"Action item {number} of {todo.owner}, due {todo.due}: {todo.text}", "after"
    return "Nothing is left to do", ""


def _why_acknowledge(incident: Incident, held_back: str) -> str:
    if incident.page_alarm:
        lost = [who for who, (_, failed) in incident.unreached.items() if not failed.unknown]
        what = "the page has not arrived" if lost else "nobody knows whether the page has arrived"
        return f"Reach {', '.join(lost or incident.unreached)} in another way: {what}, and nobody has acknowledged"
    if held_back and not incident.alarm:
        return "Acknowledge: a page for it was held back, and the person on call may not know of it"
    handed = next((one for _, one in reversed(incident.requested) if one.anew), None)
    if handed and incident.requested[-1][1] is handed:
        return f"Acknowledge: {handed.asked_by} has handed it over to {', '.join(handed.people)}"
    if incident.first_acknowledged:
        return f"Acknowledge again: since the last acknowledgement it was reopened or became {incident.called}"
    # A level that was passed over escalated nothing. In logs of old there is only the level.
    escalated = sum(asked.escalates for _, asked in incident.requested) if incident.requested else incident.paging.level
    if escalated:
        times = "once" if escalated == 1 else f"{escalated} times"
        return f"Acknowledge: nobody has; it was escalated {times}"
    return "Acknowledge the incident"
