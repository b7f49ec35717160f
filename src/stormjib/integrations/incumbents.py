"""Webhooks of the systems that page today, for a server in shadow: what Opsgenie and Grafana OnCall did, for whom, and when.

PagerDuty's are read in ``pagerduty_webhook``, for there an incident is an alert where the server is live. Sources:
https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data and
https://grafana.com/docs/oncall/latest/configure/outgoing-webhooks
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import jmespath

from stormjib.core.alert import NAME_CHARS_MAX, PRIORITIES, TEXT_CHARS_MAX, decoder, text_of
from stormjib.core.log import IncumbentReported
from stormjib.ports import Delivery

OPSGENIE: Final = "opsgenie-webhook"
ONCALL: Final = "oncall-webhook"
_TIMES_MAX: Final = 1e11
"""A time in seconds is below it. Opsgenie has the creation in milliseconds, and the newest change in nanoseconds."""
_LABELS: Final = "(alert_payload.labels || alert_payload.commonLabels || alert_group.labels)"


class _Shape(NamedTuple):
    """What a message says is what happened, and where in it everything is: JMESPath expressions. ``paged`` and ``took`` are lists of people."""

    what: str
    did: Mapping[str, Literal["opened", "paged", "judged", "acknowledged", "resolved"]]
    said: Mapping[str, str]


_SHAPES: Final = {
    OPSGENIE: _Shape(
        "Opsgenie's webhook",
        {
            "Create": "opened",
            "Escalate": "paged",
            "AssignOwnership": "paged",
            "UpdatePriority": "judged",
            "Acknowledge": "acknowledged",
            "Close": "resolved",
        },
        {
            "did": "action",
            "reference": "alert.alertId",
            "at": "(action == 'Create' && alert.createdAt) || alert.updatedAt",
            "title": "alert.message",
            "service": "alert.details.service || alert.entity",
            "severity": "alert.priority",
            "key": "alert.alias",
            "paged": "[(escalationNotify.entity == 'user' && escalationNotify.name) || alert.owner]",
            "took": "[alert.username]",
        },
    ),
    ONCALL: _Shape(
        "an outgoing webhook of Grafana OnCall",
        {"alert group created": "opened", "escalation": "paged", "acknowledge": "acknowledged", "resolve": "resolved"},
        {
            "did": "event.type",
            "reference": "alert_group.id || alert_group_id",
            "at": "event.time",
            "title": "alert_payload.labels.alertname || alert_group.title",
            "service": f"{_LABELS}.service",
            "severity": f"{_LABELS}.severity || {_LABELS}.priority",
            "integration": "integration.name",
            "paged": "notified_users[].[username || email][]",
            "took": "[user.username || user.email]",
        },
    ),
}
_FOUND: Final = {source: {name: jmespath.compile(path) for name, path in shape.said.items()} for source, shape in _SHAPES.items()}


def read(body: bytes | bytearray, source: str) -> Delivery:
    """One event of one incident of theirs; raises ``ValueError`` with a sentence."""
    shape = _SHAPES[source]
    said = decoder(dict[str, Any], f"This is no message of {shape.what}", "a message has four levels")(body)
    found = {name: path.search(said) for name, path in _FOUND[source].items()}
    text = {name: text_of(value)[:NAME_CHARS_MAX] if isinstance(value, str | int) else "" for name, value in found.items()}
    for name in ("did", "reference") if text["did"] in shape.did else ("did",):
        if not text[name]:
            raise ValueError(f"{shape.said[name]} is missing: it says what this is about.")
    did = shape.did.get(text["did"])
    if did is None:
        return Delivery(source, 0, ())
    people = found["took"] if did == "acknowledged" else found["paged"] if did in {"opened", "paged"} else None
    fact = IncumbentReported(
        source,
        text["reference"],
        did,
        _time(found["at"]),
        text_of(found["title"])[:TEXT_CHARS_MAX],
        text["service"],
        PRIORITIES.get(text["severity"].upper(), text["severity"]),
        tuple(who[:NAME_CHARS_MAX] for who in people or () if isinstance(who, str) and who),
        text.get("key", ""),
        text.get("integration", ""),
        text["severity"],
    )
    return Delivery(source, 1, (), theirs=(fact,))


def _time(value: object) -> float:
    """In seconds; 0 where it says none."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value / (1 if value < _TIMES_MAX else 1e3 if value < _TIMES_MAX * 1e3 else 1e9)
    try:
        return datetime.fromisoformat(text_of(value)).timestamp()
    except ValueError:
        return 0.0
