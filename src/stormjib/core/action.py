"""guard(): run, ask, refuse; what a command destroys, what undoes it, whether it did what it was for."""

import json
import re

import msgspec

from stormjib.core.incident import Incident, Refused, Run
from stormjib.core.log import AnyFact, CollectRequested, OutcomeSettled, RunApproved, RunProposed, RunRefused
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Mode, Runbook
from stormjib.core.shell import how_to_give, missing

MAINTENANCE = "maintenance mode"
_ENABLED = re.compile(r'"enabled"\s*:\s*(true|false)')
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
    _must_be_open(incident)
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
    _must_be_open(incident)
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
    wanted = maintenance_wanted(text)
    if wanted is None:
        return exit_code == 0, "" if exit_code == 0 else f"It ended with exit code {exit_code}."
    answered = _enabled_in(output)
    state = "on" if wanted else "off"
    if exit_code == 0 and answered is wanted:
        return True, f"Maintenance mode is {state}."
    return False, f"Maintenance mode was not switched {state}: the answer does not confirm it."


def maintenance_wanted(text: str) -> bool | None:
    """True or False for the command that switches maintenance mode on or off, None for any other."""
    found = _ENABLED.search(text) if "maintenance" in text else None
    return None if found is None else found.group(1) == "true"


class Snapshot(msgspec.Struct, frozen=True):
    """A read to store before a command that wipes out or falsifies what it shows."""

    command_id: str
    line: int
    text: str
    run_as: str
    target: str
    secrets: tuple[str, ...] = ()


_KEPT = {
    "redis": ("redis-cli info", "redis-cli dbsize"),
    "docker": ("docker ps -a", "df -h"),
    "compose": ("docker ps -a",),
    "api": ("docker inspect watermark-lab-api",),
    "unit": ("df -h",),
}
"""What is kept beside the runbook's own reads, by what the command acts on. All of them are proven reads."""


def snapshots(command: Command, runbook: Runbook, policy: Policy) -> tuple[Snapshot, ...]:
    """The reads whose output a ``disrupt`` or ``destroy`` would wipe out or falsify, each once.

    The runbook's own proven reads are what the team looks at itself, so those on the same target come first, with
    every log; what the team did not write down but the command destroys (INFO, the key count, stopped containers) follows.
    """
    if effective_risk(command, policy) not in {Risk.DISRUPT, Risk.DESTROY}:
        return ()
    chosen: dict[str, Snapshot] = {}
    for read in runbook.commands:
        step = runbook.step(read.step)
        looks = step is not None and step.mode in {Mode.COLLECT, Mode.CHOOSE}
        if looks and effective_risk(read, policy) is Risk.READ and _concerns(read, command):
            snapshot = Snapshot(read.id, read.line, read.text, read.bounded or read.text, read.target, read.secrets)
            chosen.setdefault(read.text.strip(), snapshot)
    for topic, texts in _KEPT.items():
        if topic in command.text or topic in command.target:
            for text in texts:
                name = "snapshot-" + "-".join(text.split())
                chosen.setdefault(text, Snapshot(name, command.line, text, text, command.target))
    return tuple(chosen.values())


def _concerns(read: Command, command: Command) -> bool:
    topic = command.target.rsplit(":", 1)[-1]
    holds_logs = " logs " in read.text or "journalctl" in read.text or "docker stats" in read.text
    return holds_logs or (len(topic) > 1 and (topic in read.target or topic in read.text))


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


def _must_be_open(incident: Incident) -> None:
    if incident.declared is None:
        message = f"There is no incident {incident.id}; `stormjib incident list` shows those that exist."
        raise Refused(message)
    if incident.closed:
        message = f"{incident.id} is closed; reopen it first: stormjib incident reopen {incident.id}."
        raise Refused(message)
