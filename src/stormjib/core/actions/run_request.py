"""Run a read, or ask for a command that changes something: only what the runbook has, by its id."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words, unless_closed, unless_settled
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.fits import HAS_RUN
from stormjib.core.guard import belongs, find, guard, lacking, repays
from stormjib.core.incident import Incident, Refused, Run
from stormjib.core.kinds import Kind, Mode
from stormjib.core.lacking import advice
from stormjib.core.log import AnyFact, CollectRequested, RunApproved, RunProposed
from stormjib.core.place import LOCAL
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.runbook import Command, Runbook

REASON_CHARS_MIN = 3
COMMAND_HELP = "a command's id or its line in the runbook, such as c77 or 77"
CommandId = Annotated[str, Meta(min_length=1, max_length=100)]
FINGERPRINT_CHARS_MIN = 12
Fingerprint = Annotated[
    Name,
    spelled(
        "the command that the sender saw, by its fingerprint or the first 12 characters of it; refused where it is another by now",
        Spelling("fingerprint", "--fingerprint", "SHA256"),
    ),
]


class Collect(msgspec.Struct, frozen=True):
    """A read of the runbook. There is no parameter for a command's text, on purpose."""

    command_id: Annotated[
        CommandId, spelled(COMMAND_HELP, Spelling("command", "command", "COMMAND", optional=True, finds="command"))
    ]


class Propose(msgspec.Struct, frozen=True):
    """A command of the runbook and why it is needed."""

    command_id: Annotated[CommandId, spelled(COMMAND_HELP, Spelling("command", "command", "COMMAND", finds="command"))]
    reason: Annotated[Text, why()] = ""
    approve: Annotated[
        bool,
        spelled(
            "approve it as well, where the one who asks may: then it runs at once",
            Spelling("approve", "--approve", default=False),
        ),
    ] = False
    out_of_turn: Annotated[
        bool,
        spelled(
            "run it although another line of its step comes first; say why",
            Spelling("out_of_turn", "--out-of-turn", default=False),
        ),
    ] = False
    fingerprint: Fingerprint = ""
    ran: Annotated[
        Name,
        spelled(
            "the newest run of the same command that the sender knows of, or none; refused where it has run since",
            Spelling("ran"),
        ),
    ] = ""


def must_be_seen(command: Command, fingerprint: str) -> None:
    """Nobody runs what another value, another runbook or another place has made of the command that they saw; "" where nothing is known."""
    if fingerprint and not (len(fingerprint) >= FINGERPRINT_CHARS_MIN and command.seen.startswith(fingerprint)):
        raise Refused(
            f"Line {command.line} is another command since you saw it: {command.text} (on {command.on or LOCAL}). Check it, then decide."
        )


def _must_know_of(incident: Incident, command: Command, ran: str) -> None:
    """The same change twice is asked for twice, by somebody who knows of the first."""
    newest = next((run for run in reversed(incident.runs.values()) if _is_of(run, command) and run.state in HAS_RUN), None)
    if newest and newest.proposal.run_id != ran:
        how = {True: "done", False: "it failed"}[newest.result.ok] if newest.result else "its outcome was not known"
        raise Refused(
            f"{newest.proposal.run_id} has run this command already ({how}). Look at what came of it; to run it once more, ask again."
        )


def may_run(incident: Incident, command: Command, context: Context) -> None:
    """Refuse what the state of the incident does not allow, and what lacks a value.

    No value, no run: an empty ``$DIR`` or a ``<host>`` left as it is makes another command of it.
    """
    if not belongs(incident, context.runbook, context.policy, command):
        raise Refused(
            f"{incident.id} is resolved, so line {command.line} is not run any more. "
            f"If it is not over, reopen it first: stormjib incident reopen {incident.id}."
        )
    if misplaced := guard(command, context.policy).misplaced:
        raise Refused(f"Line {command.line} is not run. {misplaced}")
    needs = lacking(command, context.policy)
    if needs:
        raise Refused(f"Line {command.line} can't run yet: {advice(command, incident, needs)}")


def _collect(incident: Incident, parameters: Collect, context: Context) -> Sequence[AnyFact]:
    command = find(context.runbook, parameters.command_id)
    may_run(incident, command, context)
    if not guard(command, context.policy).unattended:
        raise Refused(
            f"Line {command.line} is not a proven read ({command.risk.value}): {command.reason} "
            f"Propose it: stormjib run start {incident.id} {command.id}."
        )
    return [CollectRequested(command.id, command.line, shown(command.text))]


def _propose(incident: Incident, parameters: Propose, context: Context) -> Sequence[AnyFact]:
    """The proposal carries everything that an approval will bind. Asked and approved at once are two facts all the same."""
    command = find(context.runbook, parameters.command_id)
    must_be_seen(command, parameters.fingerprint)
    may_run(incident, command, context)
    verdict = guard(command, context.policy)
    if verdict.unattended:
        return [CollectRequested(command.id, command.line, shown(command.text))]
    waiting = next((run for run in incident.runs.values() if _in_the_way(run, command)), None)
    if waiting:
        raise Refused(f"{waiting.proposal.run_id} asks for the same command already ({waiting.state}); answer that one.")
    if parameters.ran:
        _must_know_of(incident, command, parameters.ran)
    reason = parameters.reason.strip()
    skipped = "" if repays(incident, command) else _earlier(incident, context.runbook, command)
    if skipped and not (parameters.out_of_turn and len(reason) >= REASON_CHARS_MIN):
        raise Refused(
            f"{skipped} comes first. To run line {command.line} all the same, say why: "
            f"stormjib run start {incident.id} {command.id} --out-of-turn --reason WHY."
        )
    reason = f"out of turn: {reason}" if skipped else reason
    if verdict.second_person and len(reason) < REASON_CHARS_MIN:
        raise Refused(f"Line {command.line} destroys something: say why in {REASON_CHARS_MIN} characters or more (--reason).")
    run_id = f"{incident.id}-R{len(incident.runs) + 1}"
    counts = not context.machine and somebody(context.who, context.policy) != ""
    alone = parameters.approve and not verdict.second_person and not context.machine
    approves = alone and (counts or verdict.approvals_needed == 1)
    approved = [RunApproved(run_id, context.who, reason)] if approves else []
    return [
        RunProposed(
            run_id=run_id,
            command_id=command.id,
            line=command.line,
            text=shown(command.text),
            fingerprint=command.fingerprint,
            runbook_sha256=context.runbook.sha256,
            risk=verdict.risk,
            target=command.target,
            place=command.place,
            # Two people for what destroys: a machine that asks is none of them, nor a token of nobody in the catalogue.
            approvals_needed=verdict.approvals_needed + (verdict.second_person and not counts),
            expires_at=context.at + context.policy.approval_expires_minutes * 60,
            timeout_seconds=command.timeout_seconds or context.policy.action_timeout_seconds,
            reason=reason,
            approved_at_once=approves and verdict.approvals_needed == 1,
        ),
        *approved,
    ]


def somebody(token: str, policy: Policy) -> str:
    """Which person holds it; "" where the catalogue has people, and it is none of theirs."""
    return policy.person(token) or ("" if policy.people else token)


def _in_the_way(run: Run, command: Command) -> bool:
    return _is_of(run, command) and run.state in {"proposed", "approved", "released", "started", "unknown"}


def _is_of(run: Run, command: Command) -> bool:
    return run.proposal.fingerprint == command.fingerprint and run.proposal.on == command.on


def _earlier(incident: Incident, runbook: Runbook, command: Command) -> str:
    """What has to be run before it, in words; "" where nothing has.

    Lines of a fence and numbered items run in sequence where a step is one; a list without numbers, a condition and a part of its
    own ("### Restart") of a general step wait for nothing. Maintenance mode may be switched off at any time: while it is on, a
    health check that stands before can only fail.
    """
    step = runbook.step(command.step)
    free = command.free or command.condition or command.maintenance is False
    if step is None or step.mode is not Mode.SEQUENCE or free:
        return ""
    for earlier in runbook.commands_of(step.id):
        if earlier.line >= command.line:
            return ""
        apart = step.kind is Kind.RESPOND and earlier.group != command.group
        ran = incident.collected(earlier.id, earlier.text) or any(
            run.proposal.command_id == earlier.id and run.result for run in incident.runs.values()
        )
        if not (ran or earlier.condition or earlier.free or apart):
            return f"Step {step.number or step.title} runs in sequence: line {earlier.line} ({shown(earlier.text)})"
    return ""


COLLECT = Action(
    name="collect",
    summary="Run a read of the runbook, or all that collect evidence",
    machines=True,
    parameters=Collect,
    example=Collect("c77"),
    when=unless_closed,
    outward=True,
    decide=_collect,
    button="Run",
    path="incidents/{incident_id}/collect",
    words=Words("run collect", group="Its commands", does="run:collect", waits=True),
)
PROPOSE = Action(
    name="propose",
    summary="Ask for a command of the runbook; a read just runs",
    machines=True,
    parameters=Propose,
    example=Propose("c102", "redis does not answer"),
    when=unless_settled,
    outward=True,
    decide=_propose,
    button="Ask",
    path="incidents/{incident_id}/runs",
    form="propose",
    words=Words("run start", group="Its commands", does="run:start", waits=True),
)
