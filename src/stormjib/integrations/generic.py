"""Alerts in stormjib's own small JSON, for scripts and for systems without an integration: one, a list, or {"alerts": [...]}.

Fields: ``name`` (needed), ``service``, ``severity`` (P0…P4, SEV1…SEV5, critical, warning …), ``status`` (``firing``, which is
the default, or ``resolved``), ``summary``, ``labels`` (text to text), ``starts_at`` (RFC 3339 with a zone, or seconds since
the epoch; without it, now), ``fingerprint`` (what makes two messages the same alert; without it, the name, the service and the
labels do) and ``url``. Other fields are ignored: an alert is not refused for what it says in addition.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from stormjib.core.alert import Alert, fingerprint

SOURCE: Final = "generic"
SECONDS_MAX: Final = 100_000_000_000
"""Beyond it, a sender means milliseconds."""

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
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


def read(body: bytes) -> tuple[Alert, ...]:
    """The alerts of a body; raises ``ValueError`` with a sentence.

    The error's cause is a ``msgspec.ValidationError`` where the body is well-formed JSON.
    """
    try:
        return _read(body)
    except msgspec.ValidationError as error:
        raise ValueError(f"The alert is not as documented: {error}.") from error
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply; an alert has three levels.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"The body is not JSON: {error}.") from error


def _read(body: bytes) -> tuple[Alert, ...]:
    if body.lstrip(b" \t\r\n")[:1] == b"[":
        return tuple(_alert(alert, alert.name) for alert in _many.decode(body))
    one = _one.decode(body)
    if one.alerts is not None:
        return tuple(_alert(alert, alert.name) for alert in one.alerts)
    if one.name is None:
        raise msgspec.ValidationError("Object missing required field `name`, or `alerts` with a list of alerts")
    return (_alert(one, one.name),)


def _alert(said: _Fields, name: str) -> Alert:
    service = said.service or said.labels.get("service", "")
    return Alert(
        fingerprint=said.fingerprint or fingerprint(SOURCE, {**said.labels, "alertname": name, "service": service}),
        source=SOURCE,
        firing=said.status == "firing",
        name=name,
        service=service,
        severity=said.severity or said.labels.get("severity", ""),
        summary=said.summary,
        labels=said.labels,
        starts_at=_seconds(said.starts_at),
        url=said.url if said.url.startswith(("http://", "https://")) else "",
    )


def _seconds(when: datetime | float | None) -> float:
    """Since the epoch; 0 where the sender says none."""
    if when is None:
        return 0.0
    if isinstance(when, datetime):
        return when.timestamp()
    if not 0 <= when < SECONDS_MAX:
        raise msgspec.ValidationError(f"`starts_at` is in seconds since the epoch, which {when:.0f} can't be")
    return when
