"""The JSON API's routes of alerts and of what proves a recovery: what is known, and what a person says against it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from starlette.responses import Response

from stormjib.engine.desk import Desk
from stormjib.ports import LogReader
from stormjib.web.answers import encoded, written
from stormjib.web.auth import Principal
from stormjib.web.wishes import ClearedAlert, Words


def add(api: APIRouter, desk: Desk, reader: LogReader, reads: Any, responder: Any) -> None:  # noqa: ANN401
    """Add the routes; ``reads`` and ``responder`` are who may use them."""
    who_type = Annotated[Principal, responder]

    @api.get("/alerts", summary="Alerts, those that wait for a person first", dependencies=[reads])
    def alerts(limit: int = 100, order: Literal["newest", "worst"] = "newest") -> Response:
        """With ``order=worst`` all that fire stand before the others, by the severity of their incident.

        ``firing`` and ``total`` in the answer say how many there are, listed or not.
        """
        limit = min(max(limit, 1), 1000)
        found = reader.worst_alerts(limit) if order == "worst" else reader.alerts(limit=limit)
        return encoded("stormjib.alerts/1", alerts=found, firing=reader.alert_count(firing=True), total=reader.alert_count())

    @api.post("/incidents/{incident_id}/items/{item_id}/overrule", summary="Answer for a proof of the recovery, with a reason")
    def overrule(incident_id: str, item_id: str, body: Words, who: who_type) -> Response:
        return written(desk.once(who.key).overrule(incident_id, who.name, item_id, body.text))

    @api.post("/incidents/{incident_id}/alerts/clear", summary="Say that an alert is over although its sender does not")
    def clear_alert(incident_id: str, body: ClearedAlert, who: who_type) -> Response:
        return written(desk.once(who.key).clear_alerts(incident_id, who.name, body.alert, body.reason, every=body.all))
