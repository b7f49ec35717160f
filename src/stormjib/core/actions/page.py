"""Page somebody now, or hand the incident over: whoever gets it is paged, and has to acknowledge."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.catalogue.escalation import named
from stormjib.core.escalation import level_seconds, people_of
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, PageRequested
from stormjib.core.text.meant import meant


class Page(msgspec.Struct, frozen=True):
    """Whom, and why."""

    who: Annotated[Name, spelled("a person, a schedule or a team", Spelling("who", "who", "WHO"))]
    reason: Annotated[Text, why()] = ""


class HandOver(msgspec.Struct, frozen=True):
    """To whom, and why."""

    to: Annotated[Name, spelled("a person, a schedule or a team", Spelling("to", "to", "WHO"))]
    reason: Annotated[Text, why()] = ""


def unless_over(incident: Incident) -> str | None:
    """It is for an incident that goes on."""
    over = f"{incident.id} is {incident.status}; reopen it first: stormjib incident reopen {incident.id}."
    return None if incident.open else over


def whom(name: str, context: Context) -> tuple[str, ...]:
    """Whoever is meant, now; a name that the catalogue does not have may be mistyped, and would wake nobody."""
    policy, name = context.policy, name.strip()
    known = any(named(name, policy.pageable)) or name in policy.responders or not policy.people
    if not name or not known:
        near = meant(name, [one.name for one in policy.pageable])
        raise Refused(f"There is no person, schedule or team {name!r}{near}.")
    found = tuple(people_of(name, policy, context.at))
    if not found:
        raise Refused(f"Nobody is on call at {name} now; name a person.")
    return found


def _page(incident: Incident, parameters: Page, context: Context) -> Sequence[AnyFact]:
    people = whom(parameters.who, context)
    steps = context.policy.steps_of(people, incident.severity.value, context.at)
    return [PageRequested(incident.paging.level, people, parameters.reason, asked_by=context.who, steps=steps)]


def _hand_over(incident: Incident, parameters: HandOver, context: Context) -> Sequence[AnyFact]:
    people = whom(parameters.to, context)
    if people == (context.who,):
        raise Refused(f"That is you: acknowledge it instead, with stormjib ack {incident.id}.")
    seconds = level_seconds(incident, context.at, context.written or context.runbook, context.policy)
    level, reason = incident.paging.level, parameters.reason
    steps = context.policy.steps_of(people, incident.severity.value, context.at)
    return [PageRequested(level, people, reason, asked_by=context.who, next_seconds=seconds, anew=True, steps=steps)]


PAGE = Action(
    name="page",
    summary="Page somebody now, beside the escalation",
    parameters=Page,
    example=Page("bo", "the database needs somebody who knows it"),
    when=unless_over,
    outward=True,
    decide=_page,
    button="Page",
    path="incidents/{incident_id}/page",
    words=Words("incident page", "{who} is paged for {incident} (entry {seq})"),
)
HAND_OVER = Action(
    name="hand-over",
    summary="Hand the incident over to somebody, who is paged and has to acknowledge",
    parameters=HandOver,
    example=HandOver("bo", "end of my shift"),
    when=unless_over,
    outward=True,
    decide=_hand_over,
    button="Hand over",
    path="incidents/{incident_id}/hand-over",
    words=Words("incident hand-over", "{incident} is handed over to {to}, who is paged and has to acknowledge (entry {seq})"),
)
