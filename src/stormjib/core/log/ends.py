"""How an incident ends without a recovery of its own, and what ties it to other incidents."""

from typing import Literal

from stormjib.core.log.fact import Fact
from stormjib.core.severity import Severity

How = Literal["false alarm", "cancelled", "duplicate of", "merged into"]
Tie = Literal["duplicate of", "merged into", "split from", "split into", "reopened"]


class Ended(Fact, frozen=True):
    """It is over, and no recovery of its own has to be proven. ``into``: the incident that it goes on in; "" for none."""

    how: How
    who: str
    reason: str
    into: str = ""
    warning: str = ""
    """What goes on although it is over: alerts that still fire."""


class Linked(Fact, frozen=True):
    """Another incident ends in this one, or this one was split.

    ``duplicate of`` and ``merged into``: the incident ``other``, as bad as ``severity``, goes on here. ``split from``: this one
    was a part of it. ``split into``: the ``alerts`` (source/fingerprint) of this one have become the incident ``other``.
    ``reopened``: ``other``, which went on here, is an incident of its own again.
    """

    other: str
    tie: Tie
    who: str
    reason: str
    severity: Severity
    title: str = ""
    alerts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Who was paged for it, or has acknowledged it."""
    audiences: tuple[str, ...] = ()
    """Who was told of it and not yet of its end."""


def linked(fact: Linked) -> str:
    """The sentence of a tie between two incidents."""
    why = f", by {fact.who}: {fact.reason}"
    match fact.tie:
        case "split into":
            alerts = "1 alert" if len(fact.alerts) == 1 else f"{len(fact.alerts)} alerts"
            return f"{alerts} split off into {fact.other or 'an incident of its own'} ({fact.severity.value}: {fact.title}){why}"
        case "split from":
            return f"split from {fact.other} ({fact.title}){why}"
        case "reopened":
            return f"{fact.other} was reopened and is an incident of its own again; its alerts that still fire stay here{why}"
        case _:
            people = f"; involved: {', '.join(fact.people)}" if fact.people else ""
            told = f"; told of it: {', '.join(fact.audiences)}" if fact.audiences else ""
            verb = "is a duplicate of" if fact.tie == "duplicate of" else "was merged into"
            return f"{fact.other} ({fact.severity.value}: {fact.title}) {verb} this incident{why}{people}{told}"


Ends = Ended | Linked
