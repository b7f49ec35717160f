"""Approve or reject a proposed run, and record the outcome of one that nobody knows."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words, unless_settled
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.actions.run_request import REASON_CHARS_MIN, Fingerprint, may_run, must_be_seen, somebody
from stormjib.core.incident import Incident, Missing, Refused, Run
from stormjib.core.log import AnyFact, OutcomeSettled, RunApproved, RunRefused
from stormjib.core.place import LOCAL
from stormjib.core.risk import Risk

RunId = Annotated[Name, spelled("the run, such as INC-7-R1", Spelling("run", "run", "RUN", "run"))]


class Answer(msgspec.Struct, frozen=True):
    """A proposed run, and why it is approved or rejected."""

    run_id: RunId
    reason: Annotated[Text, why()] = ""


class Approval(Answer, frozen=True):
    """A proposed run, why it is approved, and which command the sender saw."""

    fingerprint: Fingerprint = ""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a run, and how one knows."""

    run_id: RunId
    took_effect: Annotated[
        bool,
        spelled(
            "whether the command did its work",
            Spelling(
                "took_effect", "--took-effect", "", choices=("yes", "no"), said=("took effect", "did not take effect"), must=True
            ),
        ),
    ]
    note: Annotated[Text, spelled("how you know", Spelling("reason", "--note", "TEXT", must=True))] = ""


def _missing(incident: Incident, run_id: str) -> Missing:
    return Missing(f"{incident.id} has no run {run_id}; `stormjib run list {incident.id}` shows them.")


def _waiting_run(incident: Incident, run_id: str) -> Run:
    run = incident.runs.get(run_id)
    if run is None:
        raise _missing(incident, run_id)
    if run.state != "proposed":
        raise Refused(f"{run_id} is {run.state} and needs no approval.")
    return run


def _approve(incident: Incident, parameters: Approval, context: Context) -> Sequence[AnyFact]:
    run_id, who, reason = parameters.run_id, context.who, parameters.reason.strip()
    run = approvable(incident, run_id, context, parameters.fingerprint)
    asked = run.proposal
    known = somebody(who, context.policy)
    if known and known in {somebody(one, context.policy) for one in run.approvals}:
        return []
    if not known and (asked.risk is Risk.DESTROY or asked.approvals_needed > 1):
        raise Refused(
            f"{run_id} needs two people, and {who} is nobody of the catalogue, so it does not count. Approve it with the token of "
            f"somebody who has a file in people/, and is called so; or add people/{who}.yaml."
        )
    if asked.risk is Risk.DESTROY:
        if known == somebody(run.proposed.by, context.policy):
            raise Refused(
                f"{asked.command_id} destroys something: a second person has to approve it, not {who} who asked. "
                f"Where nobody else can be reached in time: stormjib break-glass {run_id} --reason '…'"
            )
        if len(reason) < REASON_CHARS_MIN:
            raise Refused(
                f"{asked.command_id} destroys something: approve it with a reason of {REASON_CHARS_MIN} characters or more (--reason)."
            )
    return [RunApproved(run_id, who, reason)]


def approvable(incident: Incident, run_id: str, context: Context, fingerprint: str) -> Run:
    """The run that waits, and still is what was asked for: an approval binds runbook, command, target and incident, and runs out."""
    run = _waiting_run(incident, run_id)
    asked = run.proposal
    if context.at > asked.expires_at:
        raise Refused(f"{run_id} has run out; propose it again: stormjib run start {incident.id} {asked.command_id}.")
    command = context.runbook.command(asked.command_id)
    if context.runbook.sha256 != asked.runbook_sha256 or command is None or command.fingerprint != asked.fingerprint:
        raise Refused(f"The runbook or a value changed since {run_id} was proposed; propose it again.")
    must_be_seen(command, fingerprint)
    if command.place != asked.place:
        raise Refused(f"By the settings of now {run_id} would run at {command.place or LOCAL}; propose it again.")
    may_run(incident, command, context)
    return run


def _reject(incident: Incident, parameters: Answer, context: Context) -> Sequence[AnyFact]:
    _waiting_run(incident, parameters.run_id)
    return [RunRefused(parameters.run_id, context.who, parameters.reason.strip())]


def _settle(incident: Incident, parameters: Outcome, context: Context) -> Sequence[AnyFact]:
    run = incident.runs.get(parameters.run_id)
    if run is None:
        raise _missing(incident, parameters.run_id)
    if run.state != "unknown":
        raise Refused(f"{parameters.run_id} has no unknown outcome to settle.")
    return [OutcomeSettled(parameters.run_id, parameters.took_effect, context.who, parameters.note.strip())]


def _outcome_from_form(fields: Mapping[str, str]) -> dict[str, object]:
    said = fields.get("took_effect", "")
    if said not in {"yes", "no"}:
        raise Refused("Say whether the command took effect: yes or no.")
    return {"run_id": fields.get("run", ""), "took_effect": said == "yes", "note": fields.get("reason", "")}


APPROVE = Action(
    name="approve",
    summary="Approve a run",
    parameters=Approval,
    example=Approval("INC-7-R1", "redis does not answer"),
    when=unless_settled,
    outward=True,
    decide=_approve,
    button="Approve",
    path="incidents/{incident_id}/runs/{run_id}/approve",
    form="approve",
    words=Words("approve", group="Its commands", does="approval:approve", incident="of the run", waits=True),
)
REJECT = Action(
    name="reject",
    summary="Reject a run",
    parameters=Answer,
    example=Answer("INC-7-R1", "too early"),
    decide=_reject,
    button="Reject",
    path="incidents/{incident_id}/runs/{run_id}/refuse",
    form="refuse",
    words=Words("reject", "{run_id} is rejected (entry {seq})", group="Its commands", incident="of the run"),
)
RECORD_OUTCOME = Action(
    name="record-outcome",
    summary="Record the outcome of an unknown run",
    parameters=Outcome,
    example=Outcome("INC-7-R1", True, "redis is up since 03:04"),
    decide=_settle,
    button="It took effect",
    path="incidents/{incident_id}/runs/{run_id}/settle",
    form="settle",
    from_form=_outcome_from_form,
    words=Words(
        "settle",
        "{run_id}: outcome recorded, it {took_effect} (entry {seq})",
        group="Its commands",
        incident="of the run",
    ),
)
