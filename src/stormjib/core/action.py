"""guard(): run, ask, refuse; what a command destroys, what undoes it, whether it did what it was for."""

import json

import msgspec

from stormjib.core.incident import Incident, Refused, Run
from stormjib.core.log import AnyFact, CollectRequested, OutcomeSettled, RunApproved, RunProposed, RunRefused
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Mode, Runbook, Step
from stormjib.core.shell import how_to_give, missing
from stormjib.core.shell.maintenance import maintenance

MAINTENANCE = "maintenance mode"
_REASON_CHARS_MIN = 3


class Verdict(msgspec.Struct, frozen=True):
    """What may be done with a command here and now. While it lacks values (``needs``) it does not run, whoever asks."""

    risk: Risk
    unattended: bool
    approvals_needed: int
    second_person: bool
    reason: str
    needs: tuple[str, ...] = ()


def guard(command: Command, policy: Policy) -> Verdict:
    """Run, ask one, or ask a second person. Only a proven read, or one that the site's operator vouches for, just runs."""
    risk = effective_risk(command, policy)
    needs = lacking(command, policy)
    if risk is Risk.READ and not command.approvals:
        return Verdict(risk, unattended=not needs, approvals_needed=0, second_person=False, reason=command.reason, needs=needs)
    yes = max(command.approvals or 1, 1)
    return Verdict(risk, False, yes, second_person=risk is Risk.DESTROY, reason=command.reason, needs=needs)


def effective_risk(command: Command, policy: Policy) -> Risk:
    """The computed risk, unless the site's settings vouch for exactly this text."""
    return Risk.READ if policy.trusts(command.text) else command.risk


def lacking(command: Command, policy: Policy) -> tuple[str, ...]:
    """The values without which the command must not run: variables that the site does not set, placeholders."""
    return missing(command.text, policy.variables)


def find(runbook: Runbook, command_id: str) -> Command:
    """The command of the runbook; there is no other way to name one, so a client can't send text to run."""
    command = runbook.command(command_id)
    if command is None:
        message = f"The runbook has no command {command_id}; `stormjib run list INC` shows those that it has."
        raise Refused(message)
    return command


def collect(incident: Incident, runbook: Runbook, policy: Policy, command_id: str) -> list[AnyFact]:
    """Run a read (again). Anything else has to be proposed."""
    command = find(runbook, command_id)
    _must_belong(incident, runbook, policy, command)
    _must_have_values(command, policy)
    if not guard(command, policy).unattended:
        message = (
            f"Line {command.line} is not a proven read ({command.risk.value}): {command.reason} "
            f"Propose it: stormjib run start {incident.id} {command.id}."
        )
        raise Refused(message)
    return [CollectRequested(command.id, command.line, command.text)]


def propose(incident: Incident, runbook: Runbook, policy: Policy, command_id: str, *, at: float, reason: str) -> list[AnyFact]:
    """Ask for a command above ``read``. The proposal carries everything that an approval will bind."""
    command = find(runbook, command_id)
    _must_belong(incident, runbook, policy, command)
    _must_have_values(command, policy)
    verdict = guard(command, policy)
    if verdict.unattended:
        return [CollectRequested(command.id, command.line, command.text)]
    waiting = next((run for run in incident.runs.values() if _in_the_way(run, command)), None)
    if waiting:
        message = f"{waiting.proposal.run_id} asks for the same command already ({waiting.state}); answer that one."
        raise Refused(message)
    _must_be_its_turn(incident, runbook, command)
    if verdict.second_person and len(reason.strip()) < _REASON_CHARS_MIN:
        message = f"Line {command.line} destroys something: say why, in words (--reason)."
        raise Refused(message)
    return [
        RunProposed(
            run_id=f"{incident.id}-R{len(incident.runs) + 1}",
            command_id=command.id,
            line=command.line,
            text=command.text,
            fingerprint=command.fingerprint,
            runbook_sha256=runbook.sha256,
            risk=verdict.risk,
            target=command.target,
            approvals_needed=verdict.approvals_needed,
            expires_at=at + policy.approval_expires_minutes * 60,
            timeout_seconds=command.timeout_seconds or policy.action_timeout_seconds,
            reason=reason.strip(),
        )
    ]


def approve(
    incident: Incident, runbook: Runbook, policy: Policy, run_id: str, who: str, *, at: float, reason: str
) -> list[AnyFact]:
    """Say yes. It binds the runbook, the command, the target and the incident, and it runs out."""
    run = _waiting_run(incident, run_id)
    asked = run.proposal
    if at > asked.expires_at:
        message = f"{run_id} has run out; propose it again: stormjib run start {incident.id} {asked.command_id}."
        raise Refused(message)
    command = runbook.command(asked.command_id)
    if runbook.sha256 != asked.runbook_sha256 or command is None or command.fingerprint != asked.fingerprint:
        message = f"The runbook changed since {run_id} was proposed; propose it again."
        raise Refused(message)
    _must_belong(incident, runbook, policy, command)
    _must_have_values(command, policy)
    if who in run.approvals:
        return []
    if asked.risk is Risk.DESTROY:
        if who == run.proposed.by:
            message = f"{asked.command_id} destroys something: a second person has to approve it, not {who} who asked."
            raise Refused(message)
        if len(reason.strip()) < _REASON_CHARS_MIN:
            message = f"{asked.command_id} destroys something: approve it with a reason, in words (--reason)."
            raise Refused(message)
    return [RunApproved(run_id, who, reason.strip())]


def refuse(incident: Incident, run_id: str, who: str, reason: str) -> list[AnyFact]:
    """Say no, which ends it."""
    _waiting_run(incident, run_id)
    return [RunRefused(run_id, who, reason.strip())]


def settle(incident: Incident, run_id: str, who: str, *, took_effect: bool, note: str) -> list[AnyFact]:
    """Somebody looked what became of a command whose outcome nobody knew."""
    run = incident.runs.get(run_id)
    if run is None or run.state != "unknown":
        message = f"{run_id} has no unknown outcome to settle."
        raise Refused(message)
    return [OutcomeSettled(run_id, took_effect, who, note.strip())]


def conclude(text: str, exit_code: int | None, output: str) -> tuple[bool, str]:
    """Whether a command did what it was for, and a sentence when its exit code alone does not tell.

    ``curl`` without ``-f`` ends with 0 on a 401: the maintenance call counts only when the answer says so itself.
    """
    if exit_code is None:
        return False, "It did not end in time and was stopped."
    wanted = maintenance(text)
    if wanted is None:
        return exit_code == 0, "" if exit_code == 0 else f"It ended with exit code {exit_code}."
    answered = _enabled_in(output)
    state = "on" if wanted else "off"
    if exit_code == 0 and answered is wanted:
        return True, f"Maintenance mode is {state}."
    return False, f"Maintenance mode was not switched {state}: the answer does not confirm it."


def _enabled_in(output: str) -> bool | None:
    start = output.find("{")
    try:
        body = json.JSONDecoder().raw_decode(output[start:])[0] if start >= 0 else None
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    said = body.get("enabled", body.get("maintenance"))
    return said if isinstance(said, bool) else None


def _waiting_run(incident: Incident, run_id: str) -> Run:
    run = incident.runs.get(run_id)
    if run is None:
        message = f"{incident.id} has no run {run_id}; `stormjib run list {incident.id}` shows them."
        raise Refused(message)
    if run.state != "proposed":
        message = f"{run_id} is {run.state} and waits for nobody."
        raise Refused(message)
    return run


def _in_the_way(run: Run, command: Command) -> bool:
    same = run.proposal.fingerprint == command.fingerprint and run.proposal.target == command.target
    return same and run.state in {"proposed", "approved", "released", "started", "unknown"}


def _must_be_its_turn(incident: Incident, runbook: Runbook, command: Command) -> None:
    """Steps of verification and closure run in sequence: what stands before in the same step has been run."""
    step = runbook.step(command.step)
    if step is None or step.mode is not Mode.SEQUENCE:
        return
    for earlier in runbook.commands_of(step.id):
        if earlier.line >= command.line:
            return
        ran = incident.collected(earlier.id) or any(
            run.proposal.command_id == earlier.id and run.result for run in incident.runs.values()
        )
        if not ran and not earlier.condition:
            message = f"Step {step.number or step.title} runs in sequence: line {earlier.line} ({earlier.text}) comes first."
            raise Refused(message)


def _must_have_values(command: Command, policy: Policy) -> None:
    """No value, no run: an empty ``$DIR`` or a ``<host>`` left as it is makes another command of it."""
    needs = lacking(command, policy)
    if needs:
        message = f"Line {command.line} can't run yet: {how_to_give(needs)}"
        raise Refused(message)


SNAPSHOT_SPARE_SECONDS = 5.0
"""What a snapshot gets beside its own timeout, and by how much a timer may be late without anything being wrong."""


def waits_again(run: Run, at: float, policy: Policy) -> bool:
    """Whether the time for the snapshots ended while nobody could take them: the server was down, so they get it anew."""
    return at - run.waited_since[0] > policy.probe_timeout_seconds + 2 * SNAPSHOT_SPARE_SECONDS


def belongs(incident: Incident, runbook: Runbook, policy: Policy, command: Command) -> bool:
    """Whether the command may run in the incident's state.

    After the resolution it is what closing asks for, what switches a temporary measure off, and reads; after closing, nothing.
    """
    if incident.open or incident.closed or incident.declared is None:
        return incident.open
    repays = command.id in {debt.repaid_by for debt in incident.debts.values()}
    return repays or effective_risk(command, policy) is Risk.READ or command.step in {step.id for step in closing_steps(runbook)}


def closing_steps(runbook: Runbook) -> tuple[Step, ...]:
    """The steps that close the incident."""
    return tuple(step for step in runbook.steps if step.closes)


def _must_belong(incident: Incident, runbook: Runbook, policy: Policy, command: Command) -> None:
    _must_be_open(incident)
    if not belongs(incident, runbook, policy, command):
        message = (
            f"{incident.id} is resolved, so line {command.line} is not run any more. "
            f"If it is not over, reopen it first: stormjib incident reopen {incident.id}."
        )
        raise Refused(message)


def _must_be_open(incident: Incident) -> None:
    if incident.declared is None:
        message = f"There is no incident {incident.id}; `stormjib incident list` shows those that exist."
        raise Refused(message)
    if incident.closed:
        message = f"{incident.id} is closed; reopen it first: stormjib incident reopen {incident.id}."
        raise Refused(message)
