"""Cancel: the incident should not have been declared, or is not needed any more."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core import ends
from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.false_alarm import Update
from stormjib.core.actions.parameter import Text, why
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Ended


class Cancel(msgspec.Struct, frozen=True):
    """Why, and the text for the audiences that an update was posted to."""

    reason: Annotated[Text, why(must=True)]
    update: Update = ""


def _decide(incident: Incident, parameters: Cancel, context: Context) -> Sequence[AnyFact]:
    return ends.end(
        incident, context.runbook, Ended("cancelled", context.who, parameters.reason), parameters.update, context.alerts
    )


CANCEL = Action(
    name="cancel",
    summary="Cancel the incident; nothing has to be proven",
    parameters=Cancel,
    example=Cancel("declared by mistake"),
    reads_alerts=True,
    when=ends.over,
    decide=_decide,
    button="Cancel the incident",
    path="incidents/{incident_id}/cancel",
    words=Words("incident cancel", "{incident} is cancelled (entry {seq})"),
)
