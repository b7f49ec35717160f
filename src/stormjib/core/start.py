"""Whether an approved command may start now: what was true when somebody said yes is asked again at that moment."""

from stormjib.core import guard, lacking, values
from stormjib.core.incident import Incident, Run
from stormjib.core.log import AnyFact, RunExpired, RunStarted
from stormjib.core.place import LOCAL
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.shadow import SAID


def start(incident: Incident, runbook: Runbook, policy: Policy, run_id: str, *, at: float) -> tuple[AnyFact, ...]:
    """``RunStarted``, or ``RunExpired`` with the reason; nothing where the run is not released.

    Between the approval and this moment the server may have been down for hours, the incident may have ended, and the
    settings may be others. Whoever runs the command commits this first and runs it only where it says ``RunStarted``.
    """
    run = incident.runs.get(run_id)
    if run is None or run.state != "released":
        return ()
    reason = _against(incident, runbook, policy, run, at)
    return (RunExpired(run_id, reason),) if reason else (RunStarted(run_id),)


def _against(incident: Incident, runbook: Runbook, policy: Policy, run: Run, at: float) -> str:
    """Why it must not start, as a clause; "" where it may."""
    if policy.shadow or incident.shadow:
        return f"{SAID} No command starts."
    asked = run.proposal
    runbook = values.filled(runbook, incident, policy)
    command = runbook.command(asked.command_id)
    if command is None or command.fingerprint != asked.fingerprint or runbook.sha256 != asked.runbook_sha256:
        return "the runbook or a value changed after the approval. Propose it again."
    if not guard.belongs(incident, runbook, policy, command):
        return f"{incident.id} is {incident.status}. If it is still needed, reopen the incident and propose it again."
    unknown = _unknown_since(incident, run)
    if unknown:
        return f"meanwhile the outcome of {unknown} at the same place is unknown. Find out what it did, record it, and propose this again if it is still right."
    if at > asked.expires_at:
        return "its approval ran out before it could start. Propose it again."
    verdict = guard.guard(command, policy)
    if verdict.needs or verdict.misplaced:
        return verdict.misplaced or lacking.advice(command, incident, verdict.needs)
    if command.place != asked.place:
        return f"it would run at {command.place or LOCAL} by the settings of now, and was approved for {asked.place or LOCAL}. Propose it again."
    if run.forced:
        never = policy.against_break_glass(command.text)
        return f"{never}. Propose it again." if never else ""
    second = not verdict.second_person or any(who != run.proposed.by for who in run.approvals)
    if len(run.approvals) < verdict.approvals_needed or not second:
        return "by the settings of now it needs more than the approvals that it has. Propose it again."
    return ""


def _unknown_since(incident: Incident, run: Run) -> str:
    """A run at the same place whose outcome has become unknown since this one was proposed; "" for none."""
    wanted = run.proposal
    return next(
        (
            run_id
            for run_id, other in incident.runs.items()
            if other.state == "unknown" and other.ended and other.ended.seq > run.proposed.seq
            if (other.proposal.place, other.proposal.target) == (wanted.place, wanted.target)
        ),
        "",
    )
