"""An action item: what has to be done so that it does not happen again; without an owner and a date it would not be."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import ActionItemAdded, AnyFact


class AddActionItem(msgspec.Struct, frozen=True):
    """What, who, by when."""

    text: Annotated[Text, spelled("what has to be done", Spelling("text", "text", "TEXT"))]
    owner: Annotated[Name, spelled("who does it", Spelling("owner", "--owner", "NAME", must=True))]
    due: Annotated[
        str,
        Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", max_length=10),
        spelled("by when, YYYY-MM-DD", Spelling("due", "--due", "YYYY-MM-DD", "day", must=True)),
    ]


def _decide(_: Incident, parameters: AddActionItem, context: Context) -> Sequence[AnyFact]:  # noqa: ARG001
    text, owner = parameters.text.strip(), parameters.owner.strip()
    if not (text and owner):
        raise Refused("An action item needs a text, an owner and a due date (YYYY-MM-DD).")
    return [ActionItemAdded(text, owner.removeprefix("@"), parameters.due)]


ADD_ACTION_ITEM = Action(
    name="add-action-item",
    summary="Add an action item",
    machines=True,
    parameters=AddActionItem,
    example=AddActionItem("Alert on the memory of redis", "bo", "2026-12-01"),
    decide=_decide,
    button="Add",
    path="incidents/{incident_id}/action-items",
    words=Words("incident action", "{incident} has the action item for {owner}, due {due} (entry {seq})"),
)
