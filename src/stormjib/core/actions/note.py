"""A note: a line in the timeline, at any time, also after closure: what is learnt late still belongs there."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words
from stormjib.core.actions.parameter import Spelling, Text, spelled
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, NoteAdded


class Note(msgspec.Struct, frozen=True):
    """What is noted."""

    text: Annotated[Text, spelled("the note; - reads standard input", Spelling(form="text", word="text", metavar="TEXT"))] = ""


def _decide(_: Incident, parameters: Note, __: Context) -> Sequence[AnyFact]:
    if not parameters.text.strip():
        raise Refused("The note is empty; write at least a word.")
    return [NoteAdded(parameters.text.strip())]


NOTE = Action(
    name="note",
    summary="Write a note into the timeline",
    machines=True,
    parameters=Note,
    example=Note("redis was restarted by the kernel's OOM killer at 14:11"),
    decide=_decide,
    button="Add the note",
    path="incidents/{incident_id}/notes",
    words=Words("incident note", "{incident} has the note (entry {seq})", stdin="text"),
)
