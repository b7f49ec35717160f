"""An action item: what has to be done so that it does not happen again; without an owner and a date it would not be."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import ActionItemAdded, ActionItemDone, AnyFact


class AddActionItem(msgspec.Struct, frozen=True):
    """What, who, by when."""

    text: Annotated[Text, spelled("what has to be done", Spelling("text", "text", "TEXT"))]
    owner: Annotated[Name, spelled("who does it", Spelling("owner", "--owner", "NAME", must=True))]
    due: Annotated[
        str,
        Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", max_length=10),
        spelled("by when, YYYY-MM-DD", Spelling("due", "--due", "YYYY-MM-DD", "day", must=True)),
    ]


def _decide(_: Incident, parameters: AddActionItem, context: Context) -> Sequence[AnyFact]:
    text, owner = parameters.text.strip(), parameters.owner.strip()
    if not (text and owner):
        raise Refused("An action item needs a text, an owner and a due date (YYYY-MM-DD).")
    try:
        due = date.fromisoformat(parameters.due)
    except ValueError as error:
        raise Refused(f"{parameters.due} is no day of the calendar; write the due date as YYYY-MM-DD.") from error
    today = datetime.fromtimestamp(context.at, UTC).date()
    if due < today:
        raise Refused(f"{parameters.due} is over already, so nobody could be reminded; give a due date from {today} on.")
    return [ActionItemAdded(text, owner.removeprefix("@"), parameters.due)]


class CompleteActionItem(msgspec.Struct, frozen=True):
    """An action item and how one knows that it is done."""

    number: Annotated[
        str, Meta(pattern=r"^\d{1,4}$", max_length=4), spelled("its number, from 1", Spelling("number", "number", "NUMBER"))
    ]
    note: Annotated[Text, spelled("how you know", Spelling("reason", "--note", "TEXT"))] = ""


def _complete(incident: Incident, parameters: CompleteActionItem, context: Context) -> Sequence[AnyFact]:  # noqa: ARG001
    number = int(parameters.number)
    if not 1 <= number <= len(incident.action_items):
        raise Refused(f"{incident.id} has no action item {number}; `stormjib incident show {incident.id}` lists them.")
    return [] if number in incident.action_items_done else [ActionItemDone(number, parameters.note.strip())]


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
COMPLETE_ACTION_ITEM = Action(
    name="complete-action-item",
    summary="Check off an action item",
    parameters=CompleteActionItem,
    example=CompleteActionItem("1", "the alert is live"),
    decide=_complete,
    button="Done",
    path="incidents/{incident_id}/action-items/{number}/done",
    form="action-item-done",
    words=Words(
        "incident action-done",
        "{incident} action item {number} is done (entry {seq})",
        "{incident} action item {number} was done already",
    ),
)
