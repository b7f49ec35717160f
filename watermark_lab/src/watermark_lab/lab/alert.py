"""An alert in the shape of Alertmanager's webhook, version 4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

NEVER = "0001-01-01T00:00:00Z"
RECEIVER = "hook"
_FNV_OFFSET = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_SEPARATOR = 0xFF


@dataclass(frozen=True)
class Alert:
    """One alert, firing since ``starts_at``, resolved when ``ends_at`` is set."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime | None = None

    @property
    def status(self) -> str:
        """``firing`` or ``resolved``."""
        return "resolved" if self.ends_at else "firing"


def fingerprint(labels: Mapping[str, str]) -> str:
    """Return Prometheus' fingerprint of a label set: FNV-1a (64 bits) over its sorted names and values, 16 hex digits."""
    total = _FNV_OFFSET
    for name in sorted(labels):
        for text in (name, labels[name]):
            for byte in (*text.encode(), _SEPARATOR):
                total = ((total ^ byte) * _FNV_PRIME) & 0xFFFFFFFFFFFFFFFF
    return f"{total:016x}"


def webhook(alert: Alert, external_url: str) -> dict[str, Any]:
    """Return the body of the notification for a group of this one alert, grouped by alertname and severity."""
    labels = dict(sorted(alert.labels.items()))
    group = {name: labels[name] for name in ("alertname", "severity")}
    key = ", ".join(f'{name}="{value}"' for name, value in group.items())
    return {
        "receiver": RECEIVER,
        "status": alert.status,
        "alerts": [
            {
                "status": alert.status,
                "labels": labels,
                "annotations": dict(alert.annotations),
                "startsAt": stamp(alert.starts_at),
                "endsAt": stamp(alert.ends_at) if alert.ends_at else NEVER,
                "generatorURL": f"{external_url}/metrics",
                "fingerprint": fingerprint(labels),
            }
        ],
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": dict(alert.annotations),
        "externalURL": external_url,
        "version": "4",
        "groupKey": f"{{}}/{{}}:{{{key}}}",
        "truncatedAlerts": 0,
    }


def stamp(at: datetime) -> str:
    """Write a time as RFC 3339 in UTC with milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
