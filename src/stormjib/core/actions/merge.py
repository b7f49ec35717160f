"""Merge: two incidents turn out to be one."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core import ends
from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.duplicate import Into
from stormjib.core.actions.parameter import Text, why
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Ended


class Merge(msgspec.Struct, frozen=True):
    """Into which incident, and why."""

    into: Into
    reason: Annotated[Text, why(must=True)]


def _decide(incident: Incident, parameters: Merge, context: Context) -> Sequence[AnyFact]:
    return ends.go_on_in(incident, context.other, Ended("merged into", context.who, parameters.reason))


MERGE = Action(
    name="merge",
    summary="Merge the incident into another, in which its alerts go on",
    parameters=Merge,
    example=Merge("INC-2", "both come from the full disk"),
    when=ends.over,
    decide=_decide,
    button="Merge",
    path="incidents/{incident_id}/merge",
    words=Words("incident merge", "{incident} is merged into {into}; go on there (entry {seq})"),
)
