"""Choose the runbook: the incident follows another one of its service's, as long as nothing of the first has been used."""

from collections.abc import Collection, Sequence
from typing import Annotated

import msgspec

from stormjib.core.actions.action import Action, Context, Words, unless_closed
from stormjib.core.actions.parameter import Name, Spelling, Text, spelled, why
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, RunbookChosen
from stormjib.core.text.meant import meant


class ChooseRunbook(msgspec.Struct, frozen=True):
    """Which one, and why."""

    runbook: Annotated[Name, spelled("its name, as the service's page lists it", Spelling("runbook", "runbook", "RUNBOOK"))]
    reason: Annotated[Text, why()] = ""


def _when(incident: Incident) -> str | None:
    """What was run, checked off and measured by one runbook says nothing about the steps of another."""
    used = next(iter(incident.runs), "") or next((tick.note or item for item, tick in incident.ticks.items() if tick.who), "")
    if used or incident.verified:
        return (
            f"{incident.id} has used its runbook already ({used or 'its recovery was measured'}), so it keeps it. "
            "Open the other one beside it: stormjib service show lists the runbooks."
        )
    return unless_closed(incident)


def named(books: Collection[str], wanted: str, service: str) -> str:
    """The runbook of this name as it is written; raises ``Refused`` with those that there are."""
    wanted = wanted.strip()
    name = next((each for each in books if each.casefold() == wanted.casefold()), "")
    if not name:
        raise Refused(
            f"{service or 'This incident'} has no runbook {wanted!r}{meant(wanted, books)}. There are: {', '.join(books)}."
        )
    return name


def _decide(incident: Incident, parameters: ChooseRunbook, context: Context) -> Sequence[AnyFact]:
    books = dict(context.books)
    name = named(books, parameters.runbook, incident.service)
    if books[name] == incident.runbook_sha256:
        return []
    return [RunbookChosen(books[name], name, parameters.reason.strip())]


CHOOSE_RUNBOOK = Action(
    name="choose-runbook",
    summary="Choose the runbook that the incident follows",
    parameters=ChooseRunbook,
    example=ChooseRunbook("orders", "only orders fail"),
    when=_when,
    decide=_decide,
    button="Choose",
    path="incidents/{incident_id}/runbook",
    words=Words(
        "incident runbook",
        "{incident} follows the runbook {runbook} now (entry {seq})",
        "{incident} follows this runbook already",
    ),
)
