"""The second opinion: whether an alert that pages waits a round, because its users are well."""

from typing import Final

import msgspec

from stormjib.core.catalogue.service import Service
from stormjib.core.log import AnyFact, OpinionAsked, TimerDue, UsersChecked
from stormjib.core.severity import Severity, duty

TIMER: Final = "opinion"
"""Of the end of a round: ``opinion/17``, by the entry that asked."""
USERS: Final = "users"
"""The key of the check."""


def wakes(service: Service | None, severity: Severity) -> bool:
    """Whether an alert pages that declares nothing by its severity alone, for its service says so."""
    asks = service.second_opinion if service else None
    return asks is not None and severity.rank <= Severity(asks.pages).rank


def pages(service: Service | None, severity: Severity) -> bool:
    """Whether an alert pages, by its severity alone or by its service's word."""
    return duty(severity).pages or wakes(service, severity)


def over(fact: AnyFact) -> int:
    """The entry that asked, where its round is over: users are not well, nobody can tell, or the time has passed; else 0."""
    if isinstance(fact, UsersChecked):
        return 0 if fact.well else fact.asked
    kind, _, asked = fact.key.partition("/") if isinstance(fact, TimerDue) else ("", "", "")
    return int(asked) if kind == TIMER else 0


def said(asked: OpinionAsked, checked: UsersChecked | None) -> str:
    """Why an alert pages now that has waited, as a clause."""
    if checked is None:
        return f"whether users are well was not known within {asked.seconds:g} s"
    waited = f": waited {asked.seconds:g} s, and it still fires" if checked.well else ""
    return f"{checked_said(checked)}{waited}"


def checked_said(fact: UsersChecked) -> str:
    """The clause."""
    if not fact.measured:
        return f"whether users are well could not be measured: {fact.detail}"
    return f"users were {'well' if fact.well else 'not well'} by {fact.detail}"


def checked_in_short(fact: UsersChecked) -> str:
    """The clause as it stands in a title; in logs of old only the first check's name is short enough."""
    return checked_said(msgspec.structs.replace(fact, detail=fact.brief or fact.detail.partition(" (")[0]))
