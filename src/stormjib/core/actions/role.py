"""Roles: offered, taken, declined or laid down; and what the response needs. Nobody has a role who has not taken it."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.page import unless_over, whom
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.incident import Incident, Refused
from stormjib.core.incident.roles import Role
from stormjib.core.log import AnyFact, NeedsStated, RoleLeft, RoleOffered, RoleTaken
from stormjib.core.report import report
from stormjib.core.roles import named, titles

RoleName = Annotated[Name, spelled("such as commander, operations, communications or scribe", Spelling("role", "role", "ROLE"))]


class OfferRole(msgspec.Struct, frozen=True):
    """Which role, to whom, and why."""

    role: RoleName
    to: Annotated[Name, spelled("a person, or a schedule of which one person is on call", Spelling("to", "to", "WHO"))]
    reason: Annotated[Text, why()] = ""


class TakeRole(msgspec.Struct, frozen=True):
    """Which role; and why, where somebody else holds it who did not offer it."""

    role: RoleName
    reason: Annotated[Text, why("why you take it from somebody who did not offer it")] = ""


class DeclineRole(msgspec.Struct, frozen=True):
    """Which role, and why."""

    role: RoleName
    reason: Annotated[Text, why()] = ""


class StateNeeds(msgspec.Struct, frozen=True):
    """What is lacking, in a line."""

    text: Annotated[
        Text,
        spelled("people, access, decisions; an empty text takes it back", Spelling("text", "text", "TEXT")),
    ]


def _which(incident: Incident, role: str, context: Context) -> tuple[str, str, Role]:
    """Its name, what it is called, and who has it."""
    known = titles(context.runbook, context.policy)
    name = named(role, {**{one: one for one in incident.roles}, **known})
    return name, known.get(name, name), incident.roles.get(name, Role())


def _offer(incident: Incident, parameters: OfferRole, context: Context) -> Sequence[AnyFact]:
    name, title, role = _which(incident, parameters.role, context)
    people = whom(parameters.to, context)
    if len(people) > 1:
        raise Refused(f"{parameters.to} is several people; name one of them: {', '.join(people)}.")
    if people[0] == context.who:
        raise Refused(f"That is you: take it, with stormjib incident take-role {incident.id} {name}.")
    if people[0] == role.holder:
        raise Refused(f"{role.holder} is {title} of {incident.id} already.")
    if people[0] == role.offered_to:
        return []
    brief = report(incident, context.runbook, context.policy).text
    return [RoleOffered(name, title, people[0], context.who, parameters.reason.strip(), brief)]


def _take(incident: Incident, parameters: TakeRole, context: Context) -> Sequence[AnyFact]:
    name, title, role = _which(incident, parameters.role, context)
    if role.holder == context.who and not role.offered_to:
        return []
    offered, reason = role.offered_to == context.who, parameters.reason.strip()
    if role.holder not in {"", context.who} and not (offered or reason):
        raise Refused(
            f"{role.holder} is {title} of {incident.id} and has not offered it to you. Ask for it, or say why you take it (--reason)."
        )
    before = "" if role.holder == context.who else role.holder
    waited = () if offered else (one for one in (role.offered_by, role.offered_to) if one not in {"", context.who, before})
    return [RoleTaken(name, title, context.who, before, role.offered_by if offered else "", reason, tuple(waited))]


def _decline(incident: Incident, parameters: DeclineRole, context: Context) -> Sequence[AnyFact]:
    name, title, role = _which(incident, parameters.role, context)
    if context.who not in {role.holder, role.offered_to}:
        held = f"{role.holder} holds it" if role.holder else "nobody holds it"
        raise Refused(f"{title} of {incident.id} is neither yours nor offered to you: {held}.")
    offered_by = role.offered_by if role.offered_to == context.who else ""
    return [RoleLeft(name, title, context.who, offered_by, parameters.reason.strip())]


def _state(incident: Incident, parameters: StateNeeds, _: Context) -> Sequence[AnyFact]:
    text = " ".join(parameters.text.split())
    return [] if text == (incident.needs[1] if incident.needs else "") else [NeedsStated(text)]


OFFER_ROLE = Action(
    name="offer-role",
    summary="Offer a role to somebody, who has it once they take it",
    parameters=OfferRole,
    example=OfferRole("commander", "bo", "end of my shift"),
    when=unless_over,
    outward=True,
    decide=_offer,
    button="Offer",
    path="incidents/{incident_id}/offer-role",
    words=Words("incident offer-role", "{role} of {incident} is offered to {to} (entry {seq})", "it is offered to {to} already"),
)
TAKE_ROLE = Action(
    name="take-role",
    summary="Take a role that is free or offered to you",
    parameters=TakeRole,
    example=TakeRole("commander"),
    when=unless_over,
    decide=_take,
    button="Take",
    path="incidents/{incident_id}/take-role",
    words=Words("incident take-role", "You are {role} of {incident} (entry {seq})", "You are {role} of {incident} already"),
)
DECLINE_ROLE = Action(
    name="decline-role",
    summary="Decline a role that is offered to you, or lay down your own",
    parameters=DeclineRole,
    example=DeclineRole("scribe", "I am driving"),
    when=unless_over,
    decide=_decline,
    button="Decline",
    path="incidents/{incident_id}/decline-role",
    words=Words("incident decline-role", "You are not {role} of {incident} (entry {seq})"),
)
STATE_NEEDS = Action(
    name="state-needs",
    summary="State what the response needs, for its report",
    parameters=StateNeeds,
    example=StateNeeds("somebody who knows the payment provider"),
    when=unless_over,
    decide=_state,
    button="Save",
    path="incidents/{incident_id}/needs",
    words=Words("incident needs", "The report of {incident} says so (entry {seq})", "The report of {incident} says so already"),
)
