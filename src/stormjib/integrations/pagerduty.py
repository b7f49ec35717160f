"""PagerDuty's Events API, version 2, as its senders use it: one event in a request, with a token of ours as its routing key.

An event is taken where anything can be made of it: only what names no action, or nothing to page for, is refused. An alert is
known by its ``dedup_key`` among those of the same token: a second trigger with it is news of the same alert.
Source: https://developer.pagerduty.com/docs/events-api-v2-overview
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from stormjib.core.alert import UNREADABLE, Alert, ChangeEvent, cut, decoder, fingerprint, text_of
from stormjib.ports import Delivery

SOURCE: Final = "pagerduty"
BODY_BYTES_MAX: Final = 1024 * 1024
"""PagerDuty takes half of it. Who sends is known only when it was read."""
KEY_CHARS_MAX: Final = 255
_FIELDS: Final = ("source", "component", "group", "class")
_LISTED: Final = ("firing", "resolved")
"""The details in which Alertmanager's receiver lists the alerts of a group, as text."""

Text = str | int | float | bool | None


class _Payload(msgspec.Struct, rename={"kind": "class"}):
    summary: Text = None
    source: Text = None
    severity: Text = None
    component: Text = None
    group: Text = None
    kind: Text = None
    custom_details: Any = None


class _Keyed(msgspec.Struct):
    routing_key: Text = None


class _Event(_Keyed):
    event_action: Literal["trigger", "acknowledge", "resolve"] = "trigger"
    dedup_key: Text = None
    payload: _Payload | None = None
    client_url: Text = None
    links: Any = None
    images: Any = None


class _Action(_Event, kw_only=True):
    event_action: Literal["trigger", "acknowledge", "resolve"]


_KEY_WRITTEN: Final = re.compile(r'"routing_key"\s{0,8}:\s{0,8}"([\w-]{1,255})"')
_IS_NONE: Final = ("This is no event of PagerDuty's Events API (version 2)", "an event has four levels")
_event = decoder(_Action, *_IS_NONE)
_change = decoder(_Event, *_IS_NONE)
_key = msgspec.json.Decoder(_Keyed)


def key(body: bytes | bytearray) -> bytes:
    """The routing key; b"" where there is none. It is found, too, where the rest has to be mended or is no event: that is said then."""
    try:
        return text_of(_key.decode(body).routing_key).encode("utf-8", "surrogatepass")
    except UNREADABLE:
        found = _KEY_WRITTEN.search(bytes(body).decode(json.detect_encoding(body), "replace"))
        return found[1].encode() if found else b""


def read(body: bytes | bytearray, holder: str) -> Delivery:
    """What an event says; ``holder`` has the token. Raises ``ValueError`` with a sentence where it is none."""
    event: _Event = _event(body)
    name = text_of(event.dedup_key)
    if event.event_action == "trigger":
        _summary(event)
        name = name or _own_key(event)
    elif not name:
        raise ValueError(f"'dedup_key' is missing: it says what to {event.event_action}.")
    known = f"{holder}/{name}" if _is_plain(name) else f"{holder}/{fingerprint(SOURCE, {'key': name})}"
    if event.event_action == "acknowledge":
        return Delivery(SOURCE, 1, (), acknowledged=(known,), sender=holder, key=name)
    return Delivery(SOURCE, 1, (_alert(event, known, holder),), sender=holder, key=name)


def read_change(body: bytes | bytearray, holder: str) -> Delivery:
    """What was changed. Raises ``ValueError`` with a sentence where nothing is said."""
    event = _change(body)
    labels = _labels(event, holder)
    change = ChangeEvent(_summary(event), labels.get("service") or labels.get("component", ""), labels, _links(event))
    return Delivery(SOURCE, 1, (), changes=(change,), sender=holder)


def answer(delivery: Delivery) -> dict[str, Any]:
    """What a sender expects with 202."""
    if delivery.changes:
        return {"status": "success", "message": "Change event processed"}
    return {"status": "success", "message": "Event processed", "dedup_key": delivery.key}


def refused(status: int, reason: str) -> tuple[int, dict[str, Any]]:
    """As a sender expects it: what is wrong with the event or its key is 400, and nothing is sent again for it."""
    if status in {401, 403, 422}:
        status = 400
    what = ("invalid event", "Event object is invalid") if status == 400 else ("not taken", reason)  # noqa: PLR2004 - HTTP's
    return status, {"status": what[0], "message": what[1], "errors": [reason], "error": reason}


def _summary(event: _Event) -> str:
    summary = text_of(event.payload.summary) if event.payload else ""
    if not summary.strip():
        raise ValueError("'payload.summary' is missing: it says what happened.")
    return summary


def _is_plain(name: str) -> bool:
    return len(name) <= KEY_CHARS_MAX and name.isascii() and name.isprintable()


def _own_key(event: _Event) -> str:
    """For a trigger without one: the same event again is the same alert, until its incident is over."""
    said = event.payload or _Payload()
    texts = {one: text_of(getattr(said, one)) for one in ("summary", "source", "component", "group", "kind")}
    return fingerprint(SOURCE, texts)


def _alert(event: _Event, known: str, holder: str) -> Alert:
    """One that resolves may have no payload, and so no name: it ends what is known."""
    said, labels, url = event.payload, _labels(event, holder), text_of(event.client_url)
    summary = text_of(said.summary) if said else ""
    found = Alert(
        fingerprint=known,
        source=SOURCE,
        firing=event.event_action == "trigger",
        name=labels.get("alertname") or labels.get("class") or summary,
        service=labels.get("service") or labels.get("component", ""),
        severity=labels.get("severity") or (text_of(said.severity) if said else ""),
        severity_else=text_of(said.severity) if said else "",
        summary=summary,
        labels=labels,
        url=url if url.startswith(("http://", "https://")) else "",
        links=_links(event),
    )
    return cut(found)


def _labels(event: _Event, holder: str) -> dict[str, str]:
    """Whatever a service can be found by: what the sender says of the place, plain details, labels that all listed alerts have.

    ``integration`` is who has the token, for sites that have one for each service.
    """
    said = event.payload or _Payload()
    details = said.custom_details if isinstance(said.custom_details, dict) else {}
    places = zip(_FIELDS, (said.source, said.component, said.group, said.kind), strict=True)
    found = {str(name): text_of(value) for name, value in details.items() if isinstance(value, str | int | float)}
    listed = next((found[one] for one in _LISTED if found.get(one)), "")
    found = {name: text for name, text in found.items() if text and name not in _LISTED}
    return found | {name: text_of(text) for name, text in places if text} | _common(listed) | {"integration": holder}


def _common(listed: str) -> dict[str, str]:
    """The labels that all alerts have that Alertmanager lists: after ``Labels:`` a line `` - name = value`` for each."""
    alerts: list[dict[str, str]] = []
    in_labels = False
    for line in listed.splitlines():
        name, is_label, value = line.partition(" = ")
        if line == "Labels:":
            alerts.append({})
        in_labels = line == "Labels:" or (in_labels and name.startswith(" - "))
        if in_labels and is_label:
            alerts[-1][name.removeprefix(" - ")] = value
    shared = set.intersection(*(set(one.items()) for one in alerts)) if alerts else set()
    return dict(sorted(shared))


def _links(event: _Event) -> dict[str, str]:
    """By what they are called: pages, and images where they can be seen."""
    links = [(text_of(one.get("text")), text_of(one.get("href"))) for one in _objects(event.links)]
    images = [(text_of(one.get("alt")) or "image", text_of(one.get("src"))) for one in _objects(event.images)]
    return {name or href: href for name, href in (*links, *images) if href.startswith(("http://", "https://"))}


def _objects(listed: object) -> Iterator[dict[str, Any]]:
    """No alert is refused for a link that is none."""
    return (one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else iter(())
