"""Folding on: one entry more, where a log that contradicts itself is its incident's misfortune and nobody else's."""

from collections.abc import Callable

from stormjib.core.incident import Incident
from stormjib.core.log import Entry, Exported
from stormjib.ports import Damaged


def fold_on(evolve: Callable[[Incident, Entry], None], incident: Incident, entry: Entry) -> None:
    """Apply the next entry; raises ``Damaged`` where it is not the next one, or can't follow upon those before."""
    # The one entry that stays of an incident whose others were exported says how many those were.
    first = isinstance(entry.fact, Exported) and incident.seq == 0 and entry.seq == entry.fact.entries + 1
    if entry.seq != incident.seq + 1 and not first:
        raise Damaged(
            f"Entry {incident.seq + 1} of {incident.id} can't be read or is missing. `stormjib log verify` says what else is "
            "damaged; restore the newest backup.",
            incident.id,
        )
    try:
        evolve(incident, entry)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Damaged(
            f"The log of {incident.id} contradicts itself at entry {entry.seq} ({type(error).__name__}: {error}): it was altered "
            "after it was written. `stormjib log verify` says where; restore the newest backup.",
            incident.id,
        ) from error
