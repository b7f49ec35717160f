"""Alertmanager's webhook, version 4: a group of alerts as one request.

Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from stormjib.core.alert import Alert, fingerprint

SOURCE: Final = "alertmanager"
UNNAMED: Final = "unnamed alert"

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Fingerprint = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[ -~]*$")]


class _Alert(msgspec.Struct, rename="camel"):
    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    starts_at: Time
    annotations: dict[str, str] | None = None
    ends_at: Time | None = None
    generator_url: str = msgspec.field(default="", name="generatorURL")
    fingerprint: Fingerprint = ""


class _Webhook(msgspec.Struct):
    alerts: list[_Alert]


_decoder = msgspec.json.Decoder(_Webhook)


def read(body: bytes) -> tuple[Alert, ...]:
    """The alerts of a webhook's body; raises ``ValueError`` with a sentence.

    The error's cause is a ``msgspec.ValidationError`` where the body is well-formed JSON.
    """
    try:
        webhook = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise ValueError(f"This is no webhook of Alertmanager (version 4): {error}.") from error
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply; a webhook of Alertmanager has five levels.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"The body is not JSON: {error}.") from error
    return tuple(_alert(alert) for alert in webhook.alerts)


def _alert(said: _Alert) -> Alert:
    labels, annotations = said.labels, said.annotations or {}
    return Alert(
        fingerprint=said.fingerprint or fingerprint(SOURCE, labels),
        source=SOURCE,
        firing=said.status == "firing",
        name=labels.get("alertname") or UNNAMED,
        service=labels.get("service", ""),
        severity=labels.get("severity") or labels.get("priority", ""),
        summary=annotations.get("summary") or annotations.get("description") or annotations.get("message", ""),
        labels=labels,
        annotations=annotations,
        starts_at=_seconds(said.starts_at),
        ends_at=_seconds(said.ends_at) if said.ends_at else 0.0,
        url=said.generator_url if said.generator_url.startswith(("http://", "https://")) else "",
    )


def _seconds(when: datetime) -> float:
    """Since the epoch; Go's zero time, the year 1, means that there is no time."""
    return when.timestamp() if when.year > 1 else 0.0
