"""Duplicate: the same thing is an incident already, and goes on there."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core import ends
from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import NAME_CHARS_MAX, Spelling, Text, spelled, why
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Ended

Into = Annotated[
    str,
    Meta(min_length=1, max_length=NAME_CHARS_MAX),
    spelled("the incident that it goes on in", Spelling("into", "into", "INTO", "incident")),
]


class Duplicate(msgspec.Struct, frozen=True):
    """Of which incident, and why."""

    into: Into
    reason: Annotated[Text, why(must=True)]


def _decide(incident: Incident, parameters: Duplicate, context: Context) -> Sequence[AnyFact]:
    return ends.go_on_in(incident, context.other, Ended("duplicate of", context.who, parameters.reason))


DUPLICATE = Action(
    name="duplicate",
    summary="End the incident as a duplicate of another, in which its alerts go on",
    parameters=Duplicate,
    example=Duplicate("INC-2", "the same outage, declared twice"),
    when=ends.over,
    decide=_decide,
    button="Duplicate",
    path="incidents/{incident_id}/duplicate",
    words=Words("incident duplicate", "{incident} is a duplicate of {into}; go on there (entry {seq})"),
)
