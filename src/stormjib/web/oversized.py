"""What is said of a message that is too large to be read: an alert of our own, from how the message begins."""

import json
import re
from typing import Final

from stormjib.core.alert import Alert, fingerprint
from stormjib.core.severity import Severity, read_severity
from stormjib.core.text.units import size

SOURCE: Final = "stormjib"
"""Whose alert it is: nobody sent it."""
NAME: Final = "Message too large"
_NAMED: Final = re.compile(rb'"(alertname|name|service|severity|priority)"\s*:\s*("(?:[^"\\]|\\.){0,1000}")')


def alerts(sender: str, head: bytes, length: int, bytes_max: int, now: float) -> tuple[Alert, Alert]:
    """An alert that declares an incident, or joins the one of its service, and its end.

    A message is an event and no condition: nobody would ever say that it is over, and the incident could not be resolved.
    """
    found = _found(head)
    service = next(iter(found["service"]), "")
    about = next(iter([*found["alertname"], *found["name"]]), "")
    summary = (
        f"{sender} sent a message of at least {size(length)}, which is more than the {size(bytes_max)} that are read: "
        f"its alerts are NOT listed here. It begins with {about or 'something that names no alert'}"
        f"{f' of {service}' if service else ''}. Check {sender} itself."
    )
    begins = Alert(
        fingerprint=fingerprint(SOURCE, {"alertname": NAME, "sender": sender, "service": service}),
        source=SOURCE,
        firing=True,
        name=NAME,
        service=service,
        severity=_worst([*found["severity"], *found["priority"]]).value,
        summary=summary,
        labels={"sender": sender, "begins_with": about},
        starts_at=now,
    )
    ends = Alert(begins.fingerprint, SOURCE, firing=False, name=NAME, service=service, starts_at=now, ends_at=now)
    return begins, ends


def _found(head: bytes) -> dict[str, list[str]]:
    """The values of these fields and labels, wherever they stand, in order."""
    found: dict[str, list[str]] = {name: [] for name in ("alertname", "name", "service", "severity", "priority")}
    for name, value in _NAMED.findall(head):
        try:
            text = json.loads(value)
            text.encode()
        except ValueError:
            continue
        if text:
            found[name.decode()].append(text)
    return found


def _worst(said: list[str]) -> Severity:
    """P1, or P0 where the part that was read says so: what is too large to be read is not taken for small."""
    known = [severity for severity in (read_severity(word) for word in said) if severity is not None]
    return min([Severity.P1, *(severity for severity, _ in known)], key=lambda severity: severity.rank)
