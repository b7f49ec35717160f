"""Post an update to an audience, in the words of the runbook's template unless a text is given."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Spelling, Text, spelled
from stormjib.core.comms import AUDIENCES, CUSTOMERS, audience, fill, status_template
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, StatusPosted

VALUE = "value:"
"""Before the name of a template's field, in the form."""


class PostUpdate(msgspec.Struct, frozen=True):
    """A text, or the values for the fields of the runbook's template."""

    stage: Annotated[
        str,
        Meta(max_length=40),
        spelled("such as Investigating, Identified, Monitoring or Resolved", Spelling("stage", "--stage", "STAGE", must=True)),
    ]
    audience: Annotated[
        str,
        Meta(max_length=40),
        spelled(
            "the audience: customers, stakeholders or leadership",
            Spelling("audience", "--audience", "WHO", choices=AUDIENCES, must=True, default=None),
        ),
    ] = CUSTOMERS
    text: Annotated[Text, spelled("the text, instead of the runbook's template", Spelling("text", "--text", "TEXT"))] = ""
    values: Annotated[
        dict[str, Text],
        spelled(
            "a value for a [field] of the template; may be repeated", Spelling("", "--set", "FIELD=VALUE", "pair", default=None)
        ),
    ] = {}


def _from_form(fields: Mapping[str, str]) -> dict[str, object]:
    text = fields.get("text", "")
    if fields.get("own_words") == "yes" and not text.strip():
        raise Refused("The text is empty; write the update.")
    values = {name.removeprefix(VALUE): typed for name, typed in fields.items() if name.startswith(VALUE)}
    return {"stage": fields.get("stage", ""), "audience": fields.get("audience", ""), "text": text, "values": values}


def _when(incident: Incident) -> str | None:
    return f"{incident.id} is not open, so there is no update to post." if incident.closed else None


def _decide(_: Incident, parameters: PostUpdate, context: Context) -> Sequence[AnyFact]:
    """A text that still has an empty field is refused: nobody may read ``[issue]`` on a status page."""
    text, line, to = parameters.text, 0, audience(parameters.audience, context.runbook)
    left: tuple[str, ...] = ()
    if not text.strip():
        template = status_template(context.runbook, parameters.stage)
        text, left = fill(template, parameters.values)
        line = template.line
    if left:
        raise Refused(f"The text still has empty fields: {', '.join(left)}. Fill them: --set issue='…'.")
    stage = parameters.stage.capitalize()
    return [StatusPosted(stage=stage, text=text.strip(), audience=to, integration="room", line=line)]


POST_UPDATE = Action(
    name="post-update",
    summary="Post an update to an audience",
    parameters=PostUpdate,
    example=PostUpdate("Identified", "customers", "We know why uploads fail and are fixing it."),
    when=_when,
    decide=_decide,
    button="Post",
    path="incidents/{incident_id}/status",
    from_form=_from_form,
    words=Words("status post", group="Communication", does="status:post"),
)
