"""Alerts in stormjib's own small JSON, for scripts and for systems without an integration: one, a list, or {"alerts": [...]}.

Fields: ``name`` (needed), ``service``, ``severity`` (P0…P4, SEV1…SEV5, critical, warning …), ``status`` (``firing``, which is
the default, or ``resolved``), ``summary``, ``labels`` (text to text), ``starts_at`` (RFC 3339 with a zone, or seconds since
the epoch; without it, now), ``fingerprint`` (what makes two messages the same alert; without it, the name, the service and the
labels do) and ``url``. Other fields are ignored: an alert is not refused for what it says in addition.
"""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from stormjib.core.alert import UNREADABLE, Alert, cut, fingerprint, loosely, text_of, texts_of, unread
from stormjib.ports import Delivery

SOURCE: Final = "generic"
SECONDS_MAX: Final = 100_000_000_000
"""Beyond it, a sender means milliseconds."""
NAME_CHARS_MAX: Final = 1_000
BOM: Final = b"\xef\xbb\xbf"

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_CHARS_MAX)]
Fingerprint = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[ -~]*$")]


class _Fields(msgspec.Struct):
    service: str = ""
    severity: str = ""
    status: Literal["firing", "resolved"] = "firing"
    summary: str = ""
    labels: dict[str, str] = {}
    starts_at: Time | float | None = None
    fingerprint: Fingerprint = ""
    url: str = ""


class _Alert(_Fields, kw_only=True):
    name: Name


class _Body(_Fields, kw_only=True):
    name: Name | None = None
    alerts: list[_Alert] | None = None


_one = msgspec.json.Decoder(_Body)
_many = msgspec.json.Decoder(list[_Alert])


def read(body: bytes | bytearray) -> Delivery:
    """What a body holds; raises ``ValueError`` with a sentence where it holds no alert at all.

    Where something is odd, each alert is read by itself: the good ones are taken, of the others what can be mended is (null is
    absent, a number is its text), and what can't is named. The error's cause is a ``msgspec.ValidationError`` where the body is
    well-formed JSON.
    """
    body = body.removeprefix(BOM)
    try:
        try:
            alerts = tuple(_alert(alert, alert.name or "") for alert in _read(body))
            return Delivery(SOURCE, len(alerts), alerts)
        except msgspec.ValidationError as error:
            return _each(loosely(body), error)
    except UNREADABLE as error:
        raise unread(error, "The alert is not as documented", "an alert has three levels") from error


def _read(body: bytes | bytearray) -> Sequence[_Alert | _Body]:
    if body.lstrip(b" \t\r\n")[:1] == b"[":
        return _many.decode(body)
    one = _one.decode(body)
    if one.alerts is not None:
        return one.alerts
    if one.name is None:
        raise msgspec.ValidationError("Object missing required field `name`, or `alerts` with a list of alerts")
    return (one,)


def _each(said: Any, error: msgspec.ValidationError) -> Delivery:  # noqa: ANN401 - any JSON
    """The alerts one by one; raises the error where the body holds none."""
    items = said.get("alerts") if isinstance(said, dict) else said
    where = "$.alerts" if isinstance(said, dict) else "$"
    if items is None and isinstance(said, dict):
        items, where = [said], ""
    if not isinstance(items, list):
        raise error
    alerts: list[Alert] = []
    refused: list[str] = []
    mended = 0
    for place, item in enumerate(items):
        try:
            alerts.append(_converted(item))
            continue
        except msgspec.ValidationError:
            pass
        try:
            alerts.append(_converted(_mended(item)))
            mended += 1
        except ValueError as odd:
            if not where:
                raise error from odd
            refused.append(f"{odd} - at `{where}[{place}]`")
    return Delivery(SOURCE, len(items), tuple(alerts), tuple(refused), mended=mended)


def _converted(item: Any) -> Alert:  # noqa: ANN401 - any JSON
    alert = msgspec.convert(item, _Alert)
    return _alert(alert, alert.name)


def _mended(item: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """An alert with what is odd in it left out or made a text; raises ``ValueError`` where it is none."""
    item = msgspec.convert(item, dict[str, Any])
    name = item.get("name")
    if isinstance(name, (dict, list)):
        msgspec.convert({"name": name}, _Alert)  # says what is wrong
    texts = {field: text_of(item.get(field)) for field in ("service", "severity", "summary", "url")}
    found = {**texts, "labels": texts_of(item.get("labels")), "name": text_of(name)[:NAME_CHARS_MAX]}
    if item.get("status") is not None:
        found["status"] = item["status"]
    for field, kind in (("starts_at", Time | float), ("fingerprint", Fingerprint)):
        # A time that can't be read is none, and the alert counts from when it came; as for a fingerprint, the labels make one.
        with contextlib.suppress(msgspec.ValidationError):
            found[field] = _checked(field, text_of(item.get(field)) if field == "fingerprint" else item.get(field), kind)
    return found


def _checked(field: str, value: object, kind: Any) -> Any:  # noqa: ANN401 - whichever kind it is
    good = msgspec.convert(value, kind)
    if field == "starts_at":
        _seconds(good)
    return good


def _alert(said: _Fields, name: str) -> Alert:
    service = said.service or said.labels.get("service", "")
    found = Alert(
        fingerprint=said.fingerprint or fingerprint(SOURCE, {**said.labels, "alertname": name, "service": service}),
        source=SOURCE,
        firing=said.status == "firing",
        name=name,
        service=service,
        severity=said.severity or said.labels.get("severity", ""),
        severity_else=said.labels.get("severity", ""),
        summary=said.summary,
        labels=said.labels,
        starts_at=_seconds(said.starts_at),
        url=said.url if said.url.startswith(("http://", "https://")) else "",
    )
    return cut(found)


def _seconds(when: datetime | float | None) -> float:
    """Since the epoch; 0 where the sender says none."""
    if when is None:
        return 0.0
    if isinstance(when, datetime):
        return when.timestamp()
    if not 0 <= when < SECONDS_MAX:
        raise msgspec.ValidationError(f"`starts_at` is in seconds since the epoch, which {when:.0f} can't be")
    return when
