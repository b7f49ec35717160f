"""Measure the recovery, answer for what is not proven, resolve, close: each refused until what it needs is proven."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words, unless_closed
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.closure import (
    Criterion,
    closure_criteria,
    overrulable,
    proof_of_recovery,
    resolution_criteria,
)
from stormjib.core.comms import CUSTOMERS, RESOLVED
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, Closed, ProofOverruled, Resolved, StatusPosted, VerificationStarted
from stormjib.core.recovery import measurements, unmeasured


class Nothing(msgspec.Struct, frozen=True):
    """It takes nothing."""


class Resolve(msgspec.Struct, frozen=True):
    """What brought the service back, and what customers are told."""

    reason: Annotated[Text, why()] = msgspec.field(default="", name="text")
    customers: Annotated[
        Text,
        spelled(
            "the last update for customers, posted with it; needed where customers got an earlier one",
            Spelling("customers", "--customers", "TEXT"),
        ),
    ] = ""


class Overrule(msgspec.Struct, frozen=True):
    """What is not proven, and why it counts all the same."""

    item_id: Annotated[
        Name, spelled("an item's id or its line, such as i215 or 215", Spelling("item", "item", "ITEM", finds="proof"))
    ]
    reason: Annotated[Text, why(must=True)] = msgspec.field(default="", name="text")


def _verify(incident: Incident, _: Nothing, context: Context) -> Sequence[AnyFact]:
    """Where nothing measures its service, people check off the verification items instead."""
    if not measurements(incident, context.runbook, context.policy):
        lacks = unmeasured(incident, context.policy)
        by_hand = f"check off what holds: stormjib incident check-off {incident.id} ITEM."
        raise Refused(f"{lacks[:1].upper()}{lacks[1:]} Test by hand, then {by_hand}")
    return [VerificationStarted(context.who)]


def _overrule(incident: Incident, parameters: Overrule, context: Context) -> Sequence[AnyFact]:
    proof_id, reason = parameters.item_id, parameters.reason.strip()
    proofs = overrulable(incident, context.runbook, context.policy)
    criterion = proofs.get(proof_id)
    if criterion is None:
        known = ", ".join(proofs) or "none"
        raise Refused(
            f"{proof_id} is no proof that can be overruled in {incident.id}; those that can be: {known}. "
            "A run whose outcome is unknown has to be settled: stormjib settle RUN --took-effect yes --note WHAT (or no)."
        )
    if not reason:
        raise Refused(f"Say why {proof_id} counts although it is not proven; the post-mortem will ask.")
    return [] if criterion.met else [ProofOverruled(proof_id, criterion.line, criterion.name, context.who, reason)]


def _resolve(incident: Incident, parameters: Resolve, context: Context) -> Sequence[AnyFact]:
    criteria = resolution_criteria(incident, context.runbook, policy=context.policy, alerts=context.alerts)
    _must_hold(f"{incident.id} can't be resolved yet", criteria)
    told = parameters.customers.strip()
    posted = [StatusPosted(stage=RESOLVED, text=told, audience=CUSTOMERS, integration="room")] if told else []
    return [Resolved(context.who, parameters.reason.strip(), proof=proof_of_recovery(criteria)), *posted]


def _close(incident: Incident, _: Nothing, context: Context) -> Sequence[AnyFact]:
    criteria = closure_criteria(incident, context.runbook, policy=context.policy, alerts=context.alerts)
    _must_hold(f"{incident.id} can't be closed yet", criteria)
    return [Closed(context.who, proof_of_recovery(criteria))]


def _must_hold(opening: str, criteria: tuple[Criterion, ...]) -> None:
    lacking = [
        f"{criterion.name}{f' (line {criterion.line})' if criterion.line else ''}: {criterion.detail}"
        for criterion in criteria
        if not criterion.met
    ]
    if lacking:
        raise Refused(f"{opening}. " + "; ".join(lacking) + ".")


VERIFY = Action(
    name="verify",
    summary="Measure the recovery",
    machines=True,
    parameters=Nothing,
    example=Nothing(),
    when=lambda incident: f"{incident.id} is not open, so there is no recovery to measure." if incident.closed else None,
    outward=True,
    decide=_verify,
    button="Measure the recovery now",
    path="incidents/{incident_id}/verify",
    words=Words(
        "incident verify",
        "the recovery of {incident} is being measured (entry {seq})",
        following="stormjib incident show {incident}",
    ),
)
OVERRULE = Action(
    name="overrule",
    summary="Accept a missing or failed recovery check; it is shown as overruled",
    parameters=Overrule,
    example=Overrule("t151", "the user flow was tested by hand"),
    when=unless_closed,
    decide=_overrule,
    button="Overrule",
    path="incidents/{incident_id}/items/{item_id}/overrule",
    form="overrule",
    words=Words(
        "incident overrule", "{item_id} is overruled by you in {incident} (entry {seq})", "{incident} {item_id} holds already"
    ),
)
RESOLVE = Action(
    name="resolve",
    summary="Resolve the incident; refused until the recovery is proven",
    parameters=Resolve,
    example=Resolve("rolled back to 1.4.1"),
    reads_alerts=True,
    when=unless_closed,
    done=lambda incident: incident.resolved is not None,
    decide=_resolve,
    button="Resolve",
    path="incidents/{incident_id}/resolve",
    words=Words(
        "incident resolve",
        "{incident} is resolved (entry {seq})",
        "{incident} was resolved already",
        does="resolve:resolve",
    ),
)
CLOSE = Action(
    name="close",
    summary="Close the incident; refused until every exit criterion holds",
    parameters=Nothing,
    example=Nothing(),
    reads_alerts=True,
    done=lambda incident: incident.closed is not None,
    decide=_close,
    button="Close the incident",
    path="incidents/{incident_id}/close",
    words=Words(
        "incident close",
        "{incident} is closed (entry {seq})",
        "{incident} was closed already",
        following="stormjib postmortem draft {incident}",
    ),
)
