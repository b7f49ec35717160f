"""False alarm: there was nothing, so nothing has to be proven; whoever was paged or told of it is told so."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core import ends
from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Spelling, Text, spelled, why
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Ended

Update = Annotated[
    Text, spelled("the last update for the audiences that had one", Spelling(form="update", word="--update", metavar="TEXT"))
]


class FalseAlarm(msgspec.Struct, frozen=True):
    """Why it was one, and the text for the audiences that an update was posted to."""

    reason: Annotated[Text, why(must=True)]
    update: Update = ""


def _decide(incident: Incident, parameters: FalseAlarm, context: Context) -> Sequence[AnyFact]:
    return ends.end(
        incident, context.runbook, Ended("false alarm", context.who, parameters.reason), parameters.update, context.alerts
    )


FALSE_ALARM = Action(
    name="false-alarm",
    summary="End the incident as a false alarm; nothing has to be proven",
    parameters=FalseAlarm,
    example=FalseAlarm("the probe was wrong, the service answers"),
    reads_alerts=True,
    when=ends.over,
    decide=_decide,
    button="False alarm",
    path="incidents/{incident_id}/false-alarm",
    words=Words("incident false-alarm", "{incident} is over: a false alarm (entry {seq})"),
)
