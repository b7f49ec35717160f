"""Alertmanager's webhook, version 4: a group of alerts as one request. Grafana's is the same, with links to what it shows of each.

What is as documented is read at once. Where something in it is odd, each alert is read by itself: the good ones are taken, of
the others what can be mended is (null is absent, a number is its text), and what can't is named.
Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config and
https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, Literal

import msgspec

from stormjib.core.alert import UNREADABLE, Alert, cut, fingerprint, loosely, text_of, texts_of, unread
from stormjib.core.text.visible import shows
from stormjib.ports import Delivery

SOURCE: Final = "alertmanager"
GRAFANA: Final = "grafana"
UNNAMED: Final = "unnamed alert"
BOM: Final = b"\xef\xbb\xbf"
COUNT_MAX: Final = 1_000_000_000

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Fingerprint = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[ -~]*$")]


class _Alert(msgspec.Struct, rename="camel"):
    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    starts_at: Time | None = None
    annotations: dict[str, str] | None = None
    ends_at: Time | None = None
    generator_url: str = msgspec.field(default="", name="generatorURL")
    fingerprint: Fingerprint = ""


class _Panel(_Alert):
    """One of Grafana's, which may name the dashboard, the panel, a silence and an image of it."""

    dashboard_url: str = msgspec.field(default="", name="dashboardURL")
    panel_url: str = msgspec.field(default="", name="panelURL")
    silence_url: str = msgspec.field(default="", name="silenceURL")
    image_url: str = msgspec.field(default="", name="imageURL")


_LINKS: Final = {"dashboard": "dashboard_url", "panel": "panel_url", "silence": "silence_url", "image": "image_url"}


class _Webhook(msgspec.Struct, rename="camel"):
    alerts: list[_Alert]
    truncated_alerts: Annotated[int, msgspec.Meta(ge=0, le=COUNT_MAX)] = 0


class _Panels(msgspec.Struct, rename="camel"):
    alerts: list[_Panel]
    truncated_alerts: Annotated[int, msgspec.Meta(ge=0, le=COUNT_MAX)] = 0


_decoder = msgspec.json.Decoder(_Webhook)
_panels = msgspec.json.Decoder(_Panels)


def _read(body: bytes | bytearray, decoder: msgspec.json.Decoder[Any], kind: type[_Alert]) -> Delivery:
    """What a webhook's body holds; raises ``ValueError`` with a sentence where it is no webhook at all.

    The error's cause is a ``msgspec.ValidationError`` where the body is well-formed JSON.
    """
    source, sender = (GRAFANA, "Grafana") if kind is _Panel else (SOURCE, "Alertmanager (version 4)")
    body = body.removeprefix(BOM)
    try:
        try:
            webhook = decoder.decode(body)
        except msgspec.ValidationError as error:
            return _each(loosely(body), error, kind, source)
    except UNREADABLE as error:
        raise unread(error, f"This is no webhook of {sender}", "a webhook has five levels") from error
    alerts = tuple(_alert(alert) for alert in webhook.alerts) if kind is _Alert else tuple(map(_shown, webhook.alerts))
    return Delivery(source, len(webhook.alerts), alerts, truncated=webhook.truncated_alerts)


read = partial(_read, decoder=_decoder, kind=_Alert)
read_grafana = partial(_read, decoder=_panels, kind=_Panel)


def _each(said: Any, error: msgspec.ValidationError, kind: type[_Alert], source: str) -> Delivery:  # noqa: ANN401 - any JSON
    """The alerts one by one; raises the error where there is no list of them, or none of them is any good."""
    listed = said.get("alerts", said) if isinstance(said, dict) else said
    items: Any = [] if listed is None else listed
    if not isinstance(items, list) or isinstance(said, list) or said is None:
        raise error
    alerts: list[Alert] = []
    refused: list[str] = []
    mended, made = 0, _alert if kind is _Alert else _shown
    for place, item in enumerate(items):
        try:
            alerts.append(made(msgspec.convert(item, kind)))
            continue
        except msgspec.ValidationError:
            pass
        try:
            alerts.append(made(msgspec.convert(_mended(item, said.get("status")), kind)))
            mended += 1
        except ValueError as odd:
            refused.append(f"{odd} - at `$.alerts[{place}]`")
    return Delivery(
        source, len(items), tuple(alerts), tuple(refused), mended=mended, truncated=_count(said.get("truncatedAlerts"))
    )


def _mended(item: Any, group_status: object) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """An alert with what is odd in it left out or made a text; raises ``ValueError`` where it is none."""
    item = msgspec.convert(item, dict[str, Any])
    if "labels" not in item:
        raise ValueError("Object missing required field `labels`")
    status = item.get("status")
    return {
        # An alert that does not say whether it fires has the state of its group; without one, silence would be the worse mistake.
        "status": ("resolved" if group_status == "resolved" else "firing") if status is None else status,
        "labels": texts_of(item.get("labels")),
        "annotations": texts_of(item.get("annotations")),
        "startsAt": _time(item.get("startsAt")),
        "endsAt": _time(item.get("endsAt")),
        **{name: text_of(item.get(name)) for name in ("generatorURL", "dashboardURL", "panelURL", "silenceURL", "imageURL")},
        "fingerprint": _fingerprint(item.get("fingerprint")),
    }


def _time(value: object) -> datetime | None:
    """A time that can't be read is none: the alert counts from when it came."""
    try:
        return msgspec.convert(value, Time | None)
    except msgspec.ValidationError:
        return None


def _fingerprint(value: object) -> str:
    """One that can't be kept is none: the labels make one."""
    try:
        return msgspec.convert(text_of(value), Fingerprint)
    except msgspec.ValidationError:
        return ""


def _count(value: object) -> int:
    text = text_of(value)
    return min(int(text), COUNT_MAX) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits in COUNT_MAX


def _alert(said: _Alert) -> Alert:
    labels, annotations = said.labels, said.annotations or {}
    found = Alert(
        fingerprint=said.fingerprint or fingerprint(SOURCE, labels),
        source=SOURCE,
        firing=said.status == "firing",
        name=name if shows(name := labels.get("alertname", "")) else UNNAMED,
        service=labels.get("service", ""),
        severity=labels.get("severity") or labels.get("priority", ""),
        severity_else=labels.get("priority", ""),
        summary=annotations.get("summary") or annotations.get("description") or annotations.get("message", ""),
        labels=labels,
        annotations=annotations,
        starts_at=_seconds(said.starts_at),
        ends_at=_seconds(said.ends_at),
        url=said.generator_url if said.generator_url.startswith(("http://", "https://")) else "",
    )
    return cut(found)


def _shown(said: Any) -> Alert:  # noqa: ANN401 - a _Panel, as it was decoded
    found = _alert(said)
    links = {name: str(getattr(said, field)) for name, field in _LINKS.items()}
    links = {name: url for name, url in links.items() if url.startswith(("http://", "https://"))}
    known = found.fingerprint if said.fingerprint else fingerprint(GRAFANA, found.labels)
    return cut(msgspec.structs.replace(found, source=GRAFANA, fingerprint=known, links=links))


def _seconds(when: datetime | None) -> float:
    """Since the epoch; Go's zero time, the year 1, means that there is no time."""
    return when.timestamp() if when and when.year > 1 else 0.0
