"""What the store says of the alerts of an incident, for the writer and for readers alike."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from stormjib.core.alert import StillFiring
from stormjib.store import rows

HEARD_MAX: Final = 500
NAMES_MAX: Final = 10

Query = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs a statement and returns its rows."""


def still_firing(query: Query, incident_id: str) -> StillFiring:
    """All alerts of an incident that fire: those with an entry by their key, of the others the first names and the count."""
    heard = query(rows.ALERTS_HEARD, (incident_id, HEARD_MAX))
    unlisted = query(rows.ALERTS_UNLISTED, (incident_id, NAMES_MAX))
    total = query(rows.ALERTS_UNLISTED_COUNT, (incident_id,))[0][0] if unlisted else 0
    return StillFiring(heard=dict(heard), unlisted=tuple((name, count, at) for name, count, at in unlisted), unlisted_total=total)
