"""Reopen: it was not over."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Text, why
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Reopened


class Reopen(msgspec.Struct, frozen=True):
    """What came back."""

    reason: Annotated[Text, why()] = msgspec.field(default="", name="text")


def _when(incident: Incident) -> str | None:
    return f"{incident.id} is open already." if incident.resolved is None and incident.closed is None else None


def _decide(_: Incident, parameters: Reopen, context: Context) -> Sequence[AnyFact]:
    return [Reopened(context.who, parameters.reason)]


REOPEN = Action(
    name="reopen",
    summary="Reopen the incident",
    parameters=Reopen,
    example=Reopen("uploads fail again"),
    when=_when,
    decide=_decide,
    button="Reopen",
    path="incidents/{incident_id}/reopen",
    words=Words("incident reopen", "{incident} is open again (entry {seq})", "{incident} was open already"),
)
