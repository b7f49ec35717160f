"""Acknowledge: somebody takes the incident, and nobody else is paged for it."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Spelling, spelled
from stormjib.core.incident import Incident, Refused
from stormjib.core.incident.waking import out_of_date
from stormjib.core.log import Acknowledged, AnyFact
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity, by_both

Seen = Annotated[
    Severity | None, spelled("the severity that the sender knows of; refused where it is worse by now", Spelling("seen"))
]


class Acknowledge(msgspec.Struct, frozen=True):
    """Nothing but what the sender knows of the incident."""

    seen: Seen = None
    page: Annotated[
        int | None, spelled("the entry that asked for the page which this answers; refused after a hand-over or a reopening")
    ] = None


def must_know(incident: Incident, seen: Severity | None, runbook: Runbook) -> None:
    """Nobody acknowledges or lowers what is worse than the page in front of them says."""
    if seen is not None and incident.severity.rank < seen.rank:
        now, then = by_both(incident.severity.value, incident.called), by_both(seen.value, runbook.called(seen.value))
        raise Refused(
            f"{incident.id} is {now} by now, and {then} on the page that you sent this from. Check it again, then decide."
        )


def _when(incident: Incident) -> str | None:
    """Nobody may believe that they have something that goes on elsewhere."""
    if not (incident.end and incident.end.into):
        return None
    return f"{incident.id} is {incident.status}; acknowledge that one: stormjib ack {incident.end.into}."


def _decide(incident: Incident, parameters: Acknowledge, context: Context) -> Sequence[AnyFact]:
    if parameters.page is not None and (late := out_of_date(incident, parameters.page, context.policy.base_url)):
        raise Refused(late)
    must_know(incident, parameters.seen, context.runbook)
    return [Acknowledged(context.who)]


ACKNOWLEDGE = Action(
    name="acknowledge",
    summary="Acknowledge an incident",
    parameters=Acknowledge,
    example=Acknowledge(),
    when=_when,
    done=lambda incident: incident.acknowledged is not None,
    decide=_decide,
    button="Acknowledge",
    path="incidents/{incident_id}/acknowledge",
    words=Words(
        "ack",
        "{incident} acknowledged: you have it (entry {seq})",
        "{incident} was acknowledged already",
        incident="the only open one",
    ),
)
