"""Post an update to an audience, in the words of the runbook's template unless a text is given, and how components are."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled
from stormjib.core.comms import CUSTOMERS, RESOLVED, STAGES, audience, fill, reaches_nobody, status_template
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, StatusPosted
from stormjib.core.redact import shown
from stormjib.core.status_page.words import STATUSES, chosen
from stormjib.core.text.meant import meant

VALUE = "value:"
"""Before the name of a template's field, in the form."""
COMPONENT = "component:"
"""Before the name of a component."""
_PARTS = (VALUE, COMPONENT)


class PostUpdate(msgspec.Struct, frozen=True):
    """A text, or the values for the fields of the runbook's template."""

    stage: Annotated[
        str,
        Meta(max_length=40),
        spelled(
            "such as Investigating, Identified, Monitoring or Resolved",
            Spelling("stage", "--stage", "STAGE", must=True, offers=STAGES),
        ),
    ]
    audience: Annotated[
        str,
        Meta(max_length=40),
        spelled(
            "the audience: customers, stakeholders, leadership, or one of audiences/ in the catalogue",
            Spelling("audience", "--audience", "WHO", must=True, default=None),
        ),
    ] = CUSTOMERS
    text: Annotated[Text, spelled("the text, instead of the runbook's template", Spelling("text", "--text", "TEXT"))] = ""
    values: Annotated[
        dict[str, Text],
        spelled(
            "a value for a [field] of the template; may be repeated", Spelling("", "--set", "FIELD=VALUE", "pair", default=None)
        ),
    ] = {}
    title: Annotated[Name, spelled("what customers call the incident", Spelling("title", "--title", "TEXT"))] = ""
    components: Annotated[
        dict[str, Text],
        spelled(
            f"how a component of the status page is: {', '.join(STATUSES)}; may be repeated. Of the first post the default is the "
            "service's own, by the severity",
            Spelling("", "--component", "NAME=STATUS", "pair", default=None),
        ),
    ] = {}


def _from_form(fields: Mapping[str, str]) -> dict[str, object]:
    text = fields.get("text", "")
    if fields.get("own_words") == "yes" and not text.strip():
        raise Refused("The text is empty; write the update.")
    said = {part: {name.removeprefix(part): typed for name, typed in fields.items() if name.startswith(part)} for part in _PARTS}
    texts = {name: fields.get(name, "") for name in ("stage", "audience", "title")}
    return {**texts, "text": text, "values": said[VALUE], "components": said[COMPONENT]}


def _when(incident: Incident) -> str | None:
    """Customers who were told of it are told how it ended, also where it goes on in another incident."""
    told = [post for _, post in incident.posts if post.audience == CUSTOMERS]
    owed = bool(told) and told[-1].stage != RESOLVED
    return f"{incident.id} is not open, so there is no update to post." if incident.closed and not owed else None


def _decide(incident: Incident, parameters: PostUpdate, context: Context) -> Sequence[AnyFact]:
    """A text that still has an empty field is refused: nobody may read ``[issue]`` on a status page."""
    text, line, to = parameters.text, 0, audience(parameters.audience, context.runbook, context.policy)
    left: tuple[str, ...] = ()
    if not text.strip():
        template = status_template(context.runbook, parameters.stage)
        text, left = fill(template, parameters.values)
        line = template.line
    elif parameters.values:
        raise Refused("A text of your own has no fields to fill; leave out either the text or the values.")
    if left:
        raise Refused(f"The text still has empty fields: {', '.join(left)}. Fill each by its name: --set 'NAME=…'.")
    stage, title = parameters.stage.strip().capitalize(), parameters.title.strip()
    if to != CUSTOMERS and (title or parameters.components):
        raise Refused(f"Only customers read the status page; without --title and --component it can be posted to {to}.")
    stages = dict.fromkeys((*STAGES, *(one.stage for one in context.runbook.templates if one.kind == "status" and one.stage)))
    if stage and stage not in stages:
        raise Refused(f"{stage!r} is no stage{meant(stage, stages)}; there are: {', '.join(stages)}.")
    components = chosen(incident, parameters.components, stage, context.policy) if to == CUSTOMERS else {}
    read = to == CUSTOMERS and context.policy.status_page
    why = "" if read else reaches_nobody(to, context.runbook, context.policy)
    warning = f"Nobody outside stormjib is told: {why}." if why else ""
    return [StatusPosted(stage, shown(text.strip()), to, "room", line, title, components, warning)]


POST_UPDATE = Action(
    name="post-update",
    summary="Post an update to an audience",
    parameters=PostUpdate,
    example=PostUpdate("Identified", "customers", "We know why uploads fail and are fixing it."),
    when=_when,
    outward=True,
    decide=_decide,
    button="Post",
    path="incidents/{incident_id}/status",
    from_form=_from_form,
    words=Words("status post", group="Communication", does="status:post"),
)
