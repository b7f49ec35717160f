"""Write into the post-mortem: what only people know, before and after the incident is closed."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Spelling, Text, spelled
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, PostmortemWritten


class WritePostmortem(msgspec.Struct, frozen=True):
    """A field or a section, and what stands there from now on; nothing takes it back."""

    field: Annotated[
        str,
        Meta(min_length=1, max_length=200),
        spelled(
            "a field or a section, such as Impact, Root Cause or Five Whys; one that is not there is added",
            Spelling("field", "field", "FIELD"),
        ),
    ]
    text: Annotated[Text, spelled("what is written there; - reads standard input", Spelling("text", "text", "TEXT"))] = ""


def _decide(incident: Incident, parameters: WritePostmortem, context: Context) -> Sequence[AnyFact]:  # noqa: ARG001
    field, text = " ".join(parameters.field.split()), parameters.text.strip()
    return [] if incident.written.get(field, "") == text else [PostmortemWritten(field, text)]


WRITE_POSTMORTEM = Action(
    name="write-postmortem",
    summary="Write into the post-mortem",
    parameters=WritePostmortem,
    example=WritePostmortem("Root Cause", "redis had no memory limit"),
    decide=_decide,
    button="Write",
    path="incidents/{incident_id}/postmortem/fields",
    form="write-postmortem",
    words=Words(
        "postmortem write",
        "the post-mortem of {incident} has a new text for {field} (entry {seq})",
        "the post-mortem of {incident} has exactly this for {field}",
        following="stormjib postmortem draft {incident}",
        stdin="text",
    ),
)
