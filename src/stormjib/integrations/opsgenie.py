"""Opsgenie's alert API, as its senders use it: create, acknowledge and close by an alias, with a token of ours as the GenieKey.

An alert is known by its alias among those of the same token; what has none is known by its message and what it is about.
Source: https://docs.opsgenie.com/docs/alert-api
"""

from functools import partial
from typing import Any, Final

import msgspec

from stormjib.core.alert import PRIORITIES, Alert, cut, decoder, fingerprint, text_of
from stormjib.ports import Delivery

SOURCE: Final = "opsgenie"
ALIAS_CHARS_MAX: Final = 512
UNSAID: Final = "P3"
_IGNORED: Final = frozenset({"message", "description", "notes", "priority", "tags", "details"})
"""What changes an alert a little. Alertmanager sends its message and description right after the whole of it."""

Text = str | int | float | bool | None


class _Body(msgspec.Struct):
    user: Any = None
    message: Text = None
    alias: Text = None
    description: Text = None
    entity: Text = None
    source: Text = None
    priority: Text = None
    details: Any = None
    tags: Any = None


_body = decoder(_Body, "This is no request of Opsgenie's alert API", "an alert has three levels")


def read(body: bytes | bytearray, holder: str, alias: str = "", action: str = "create") -> Delivery:
    """What a request says; ``holder`` has the token. Raises ``ValueError`` with a sentence where it says nothing."""
    said = _body(body) if body.strip() else _Body()
    if action in _IGNORED:
        return Delivery(SOURCE, 0, (), sender=holder, key=alias)
    message = text_of(said.message)
    if action == "create" and not message.strip():
        raise ValueError("'message' is missing: it says what happened.")
    about = {"message": message, "entity": text_of(said.entity), "source": text_of(said.source)}
    name = alias or text_of(said.alias) or fingerprint(SOURCE, about)
    plain = len(name) <= ALIAS_CHARS_MAX and name.isascii() and name.isprintable()
    known = f"{holder}/{name}" if plain else f"{holder}/{fingerprint(SOURCE, {'alias': name})}"
    if action == "acknowledge":
        user = said.user if isinstance(said.user, str) else ""
        return Delivery(SOURCE, 1, (), acknowledged=(known,), acknowledged_by=user, sender=holder, key=name)
    if action == "close":
        return Delivery(SOURCE, 1, (Alert(known, SOURCE, firing=False, name="", service=""),), sender=holder, key=name)
    return Delivery(SOURCE, 1, (_alert(said, message, known, holder),), sender=holder, key=name)


def of_path(path: str) -> "partial[Delivery] | None":
    """What reads ``ALIAS/close`` and its like, below the alerts' address; None where nothing does."""
    alias, _, action = path.rpartition("/")
    return partial(read, alias=alias, action=action) if alias and action in {"acknowledge", "close", *_IGNORED} else None


def answer(delivery: Delivery) -> dict[str, Any]:
    """What a sender expects with 202."""
    return {"result": "Request will be processed", "took": 0.0, "requestId": fingerprint(SOURCE, {"key": delivery.key})}


def refused(status: int, reason: str) -> tuple[int, dict[str, Any]]:
    """As a sender expects it."""
    return status, {"message": reason, "took": 0.0, "requestId": "", "error": reason}


def _alert(said: _Body, message: str, known: str, holder: str) -> Alert:
    details = {
        name: text_of(value)
        for name, value in (said.details if isinstance(said.details, dict) else {}).items()
        if value is not None
    }
    priority, url = text_of(said.priority).strip().upper() or UNSAID, text_of(said.source)
    places = {
        "entity": text_of(said.entity),
        "source": url,
        "tags": ", ".join(map(text_of, said.tags)) if isinstance(said.tags, list) else text_of(said.tags),
    }
    places |= {"priority": priority} if said.priority else {}
    labels = {name: text for name, text in places.items() if text} | details | {"integration": holder}
    found = Alert(
        fingerprint=known,
        source=SOURCE,
        firing=True,
        name=details.get("alertname") or message,
        service=details.get("service") or places["entity"],
        severity=details.get("severity") or PRIORITIES.get(priority, priority),
        severity_else=PRIORITIES.get(priority, priority) if said.priority else "",
        summary=message,
        labels=labels,
        annotations={"description": text_of(said.description)} if said.description else {},
        url=url if url.startswith(("http://", "https://")) else "",
    )
    return cut(found)
