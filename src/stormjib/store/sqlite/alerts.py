"""What the store says of the alerts of an incident, for the writer and for readers alike."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Select, case, func, select

from stormjib.core.alert import StillFiring
from stormjib.store.sqlite import rows, schema

HEARD_MAX: Final = 500
NAMES_MAX: Final = 10

_alert = schema.alert.c
_KEPT = (_alert.id, _alert.firing, _alert.received_at, _alert.incident, _alert.count, _alert.body)
STATES: Final = select(*_KEPT, func.json_extract(_alert.course, "$[4]"), func.json_extract(_alert.course, "$[3][#-1]"))
"""An alert as lists show it, a row each."""

Query = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs a statement and returns its rows."""


def still_firing(query: Query, incident_id: str) -> StillFiring:
    """All alerts of an incident that fire: those with an entry by their key, of the others the first names and the count."""
    heard = query(rows.ALERTS_HEARD, (incident_id, HEARD_MAX))
    unlisted = query(rows.ALERTS_UNLISTED, (incident_id, NAMES_MAX))
    total = query(rows.ALERTS_UNLISTED_COUNT, (incident_id,))[0][0] if unlisted else 0
    return StillFiring(heard=dict(heard), unlisted=tuple((name, count, at) for name, count, at in unlisted), unlisted_total=total)


def worst_first(limit: int) -> Select[Any]:
    """Those that fire first, by the severity of their incident; then the others, the newest first.

    One that waits for a person stands behind those of P0 and P1 and before all lesser ones, for it may be anything.
    """
    joined = schema.alert.outerjoin(schema.incident, _alert.incident == schema.incident.c.id)
    worst = case((_alert.firing, func.coalesce(schema.incident.c.severity, "P1~")), else_="")
    return STATES.select_from(joined).order_by(_alert.firing.desc(), worst, _alert.id.desc()).limit(limit)
