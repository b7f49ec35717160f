"""PagerDuty's webhooks, version 3: what becomes of an incident there, which has come about in whatever way.

Its incident is an alert here, known by its id there: triggered, reopened and its priority say that it fires, resolved ends it,
acknowledged acknowledges, a note is a note; everything else is taken and changes nothing. Of an incident that our own page has
opened there only the acknowledgement counts: the rest of it would come back to where it began.
Source: https://developer.pagerduty.com/docs/webhooks-overview and …/docs/webhooks/v3-overview
"""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from stormjib.core.alert import PRIORITIES, Alert, cut, decoder, text_of
from stormjib.core.log import IncumbentReported
from stormjib.ports import Delivery
from stormjib.ports.intake import Note

SOURCE: Final = "pagerduty-webhook"
ID_CHARS_MAX: Final = 100
_DID: Final[dict[str, Literal["opened", "paged", "judged", "acknowledged", "resolved"]]] = {
    "incident.triggered": "opened",
    "incident.reopened": "opened",
    "incident.escalated": "paged",
    "incident.reassigned": "paged",
    "incident.delegated": "paged",
    "incident.unacknowledged": "paged",
    "incident.priority_updated": "judged",
    "incident.acknowledged": "acknowledged",
    "incident.resolved": "resolved",
}
"""What it did, for a server in shadow."""
_FIRES: Final = frozenset({"incident.triggered", "incident.reopened", "incident.priority_updated"})

Text = str | int | float | bool | None
Time = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=ID_CHARS_MAX, pattern=r"^[!-~]+$")]


class _Named(msgspec.Struct):
    summary: Text = None


class _Known(msgspec.Struct):
    id: Id


class _Data(msgspec.Struct):
    id: Id
    incident_key: Text = None
    title: Text = None
    html_url: Text = None
    created_at: Time | None = None
    urgency: Text = None
    service: _Named | None = None
    priority: _Named | None = None
    escalation_policy: _Named | None = None
    assignees: list[_Named] = []
    content: Text = None
    incident: _Known | None = None
    """Of what is about an incident, such as a note."""


class _Event(msgspec.Struct):
    id: Id
    event_type: str
    occurred_at: Time
    data: dict[str, Any]
    agent: _Named | None = None


class _Webhook(msgspec.Struct):
    event: _Event


_decoded = decoder(_Webhook, "This is no event of PagerDuty's webhooks (version 3)", "an event has five levels")


def mark(body: bytes | bytearray) -> tuple[str, float]:
    """The event's id, which is the same each time that it is sent again, and when it was; raises ``ValueError``."""
    event = _decoded(body).event
    return event.id, event.occurred_at.timestamp()


def read(body: bytes | bytearray) -> Delivery:
    """What an event says. Raises ``ValueError`` with a sentence where it is none."""
    event = _decoded(body).event
    kind = event.event_type
    if kind not in _DID and kind != "incident.annotated":
        return Delivery(SOURCE, 0, ())
    try:
        data = msgspec.convert(event.data, _Data)
    except msgspec.ValidationError as error:
        raise ValueError(f"This is no event of an incident of PagerDuty: {error}.") from error
    who = (text_of(event.agent.summary) if event.agent else "")[:ID_CHARS_MAX] or SOURCE
    page = text_of(data.incident_key)
    theirs = (_theirs(data, kind, event.occurred_at.timestamp(), who),) if kind in _DID else ()
    if kind == "incident.acknowledged":
        return Delivery(SOURCE, 1, (), acknowledged=(data.id,), acknowledged_by=who, theirs=theirs, page=page)
    if kind == "incident.annotated":
        note = Note(data.incident.id if data.incident else data.id, f"{who}: {text_of(data.content)}", event.id)
        return Delivery(SOURCE, 1, (), notes=(note,))
    alerts = (_alert(data, kind, event.occurred_at.timestamp()),) if kind in _FIRES | {"incident.resolved"} else ()
    return Delivery(SOURCE, len(alerts), alerts, theirs=theirs, page=page)


def _theirs(data: _Data, kind: str, at: float, who: str) -> IncumbentReported:
    did, alert = _DID[kind], _alert(data, kind, at)
    paged = (text_of(one.summary) for one in data.assignees if did in {"opened", "paged"})
    people = (who,) if did == "acknowledged" else tuple(filter(None, paged))
    said = (alert.summary, alert.service, alert.severity, people, text_of(data.incident_key))
    urgency = alert.labels.get("urgency")
    priority = alert.labels.get("priority") or (urgency and f"urgency {urgency}") or ""
    return IncumbentReported(SOURCE, data.id, did, at, *said, priority=priority)


def _alert(data: _Data, kind: str, at: float) -> Alert:
    places = {"service": data.service, "escalation_policy": data.escalation_policy, "priority": data.priority}
    labels = {name: text_of(one.summary) for name, one in places.items() if one and one.summary}
    labels |= {name: text for name in ("urgency", "incident_key") if (text := text_of(getattr(data, name)))}
    priority, url, title = labels.get("priority", ""), text_of(data.html_url), text_of(data.title)
    fires = kind in _FIRES
    began = data.created_at.timestamp() if fires and data.created_at and kind != "incident.reopened" else at
    found = Alert(
        fingerprint=data.id,
        source=SOURCE,
        firing=fires,
        name=title or (data.id if fires else ""),
        service=labels.get("service", ""),
        severity=PRIORITIES.get(priority.upper(), priority) or labels.get("urgency", ""),
        summary=title,
        labels=labels,
        starts_at=began,
        ends_at=0.0 if fires else at,
        url=url if url.startswith(("http://", "https://")) else "",
    )
    return cut(found)
