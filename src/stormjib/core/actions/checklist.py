"""Check off an item of a checklist, and take that back."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words, unless_closed
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.duties import ACKNOWLEDGE, counts_from_resolution, done, items, of_one_line
from stormjib.core.incident import Incident, Missing, Refused
from stormjib.core.log import Acknowledged, AnyFact, ItemTicked, ItemUnticked, NoteAdded
from stormjib.core.recovery import tasks_of_recovery
from stormjib.core.runbook import Item, Task, item_text

ITEM_HELP = "an item's id or its line, such as i215 or 215"
ItemId = Annotated[Name, spelled(ITEM_HELP, Spelling("item", "item", "ITEM", finds="item"))]


class CheckOff(msgspec.Struct, frozen=True):
    """An item, and how one knows that it is done."""

    item_id: ItemId
    note: Annotated[Text, spelled("how you know", Spelling("reason", "--note", "TEXT"))] = msgspec.field(default="", name="text")


class Uncheck(msgspec.Struct, frozen=True):
    """An item, and why it is not done after all."""

    item_id: ItemId
    reason: Annotated[Text, why()] = msgspec.field(default="", name="text")


def _check_off(incident: Incident, parameters: CheckOff, context: Context) -> Sequence[AnyFact]:
    """To say so of the acknowledgement is to acknowledge."""
    item = _item(incident, parameters.item_id, context)
    note = parameters.note.strip()
    if item.duty == ACKNOWLEDGE and incident.acknowledged is None:
        return [Acknowledged(context.who), *([NoteAdded(note)] if note else [])]
    if done(incident, item):
        return []
    also = of_one_line(incident, item, context.runbook)
    return [ItemTicked(item.id, item.line, item_text(item), who=context.who, note=note, also=also)]


def _uncheck(incident: Incident, parameters: Uncheck, context: Context) -> Sequence[AnyFact]:
    """An acknowledgement can't be taken back: somebody else acknowledges, or raises the severity."""
    has, item_id = incident.acknowledged, _item(incident, parameters.item_id, context).id
    if has and item_id in incident.ticks and incident.ticks[item_id].proof_seq == has.seq:
        raise Refused(f"{has.by} acknowledged {incident.id}, which can't be unchecked; raise the severity to page again.")
    return [ItemUnticked(item_id, context.who, parameters.reason.strip())] if item_id in incident.ticks else []


def _item(incident: Incident, item_id: str, context: Context) -> Item | Task:
    """Once the incident is closed only what belongs to the time after it can be checked off."""
    known = (*items(incident, context.runbook), *tasks_of_recovery(incident, context.runbook, context.policy))
    item = next((item for item in known if item.id == item_id), None)
    if item is None:
        raise Missing(f"{incident.id} has no item {item_id}; `stormjib incident show {incident.id}` lists them.")
    closed = unless_closed(incident)
    if closed and not counts_from_resolution(item, context.runbook):
        raise Refused(closed)
    return item


CHECK_OFF = Action(
    name="check-off",
    summary="Check off an item",
    parameters=CheckOff,
    example=CheckOff("i215", "told them on the phone"),
    decide=_check_off,
    button="Check off",
    path="incidents/{incident_id}/items/{item_id}/tick",
    form="tick",
    words=Words("incident check-off", "{incident} {item_id} is done (entry {seq})", "{incident} {item_id} was done already"),
)
UNCHECK = Action(
    name="uncheck",
    summary="Uncheck an item",
    parameters=Uncheck,
    example=Uncheck("i215", "it was the wrong list"),
    decide=_uncheck,
    button="Uncheck",
    path="incidents/{incident_id}/items/{item_id}/untick",
    form="untick",
    words=Words(
        "incident uncheck", "{incident} {item_id} is open again (entry {seq})", "{incident} {item_id} was not checked off"
    ),
)
