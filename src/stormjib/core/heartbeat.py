"""What a heartbeat says: an alert where it stays away or failed, its end with the next check-in, and how it is now."""

from typing import Final, Literal

import msgspec

from stormjib.core.alert import Alert, loosely
from stormjib.core.catalogue.heartbeat import Heartbeat
from stormjib.core.oncall.wall import utc_minute

SOURCE: Final = "heartbeat"
NOTE_CHARS_MAX: Final = 1_024
_SINCE: Final = "checked_in_at"
_BY: Final = "checked_in_by"


def said(one: Heartbeat, note: str = "", *, failed: bool = False) -> Alert:
    """What a check-in says; ``failed``: the job ran and failed."""
    text = f"heartbeat {one.name} says that it failed" + (f": {note}" if note else "")
    return Alert(
        fingerprint=one.name,
        source=SOURCE,
        firing=failed,
        name=f"heartbeat {one.name}",
        service=one.service,
        severity=one.severity,
        summary=text if failed else note,
        labels={**one.labels, SOURCE: one.name},
    )


def missing(one: Heartbeat, last: float, by: str, due: float, started: float) -> Alert:
    """That it stays away. ``by``: whose it was at its last check-in; ``started``: since when somebody listens."""
    expected = one.expected(last)
    text = (
        f"heartbeat {one.name} has not checked in since {utc_minute(last)}; it was expected {utc_minute(expected)}"
        f" and {one.grace} later at the latest"
    )
    if expected < started:
        text += f". stormjib itself was started {utc_minute(started)}: an earlier check-in may not have been heard"
    return msgspec.structs.replace(said(one, failed=True), summary=text, starts_at=due, annotations={_SINCE: repr(last), _BY: by})


class Pulse(msgspec.Struct, frozen=True):
    """A heartbeat as it is now; times in seconds since the epoch, ``last`` None where it never checked in."""

    name: str
    summary: str
    service: str
    when: str
    state: Literal["ok", "late", "missing", "failed", "never seen"]
    last: float | None = None
    next: float | None = None
    due: float | None = None
    """When its silence is an alert."""
    says: str = ""
    sender: str = ""
    """Who alone speaks for it; "" where nobody has yet."""


def pulse(one: Heartbeat, known: tuple[Alert, float] | None, now: float, since: float) -> Pulse:
    """``known``: the newest it said, or its alert, and when that came; ``since``: from when on its absence counts."""
    when = f"every {one.every}" if one.every else f"{one.cron} ({one.time_zone})"
    if known is None:
        return Pulse(one.name, one.summary, one.service, when, "never seen", sender=one.sender)
    alert, at = known
    last = checked_in(alert) or at
    following = one.expected(last)
    due = max(following, since) + one.grace_seconds
    state: Literal["ok", "late", "missing", "failed"] = "ok" if now <= following else "late"
    if alert.firing:
        state = "missing" if checked_in(alert) else "failed"
    return Pulse(one.name, one.summary, one.service, when, state, last, following, due, alert.summary, whose(one, alert))


def checked_in(alert: Alert) -> float:
    """Of the alert of one that stays away, its last check-in; 0 of every other alert."""
    return float(alert.annotations.get(_SINCE, 0)) if alert.source == SOURCE else 0.0


def whose(one: Heartbeat, known: Alert | None) -> str:
    """The sender that alone speaks for it, "" for the one that will be the first. ``known``: the newest that it said, or its alert."""
    return one.sender or (known.annotations.get(_BY, known.sender) if known else "")


def note_of(body: bytes | bytearray) -> str:
    """What was sent along: any text, or JSON with a ``note``."""
    text = bytes(body).decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            said = loosely(body)
        except (ValueError, RecursionError):
            said = None
        text = str(said.get("note", "")) if isinstance(said, dict) else text
    return text if len(text) <= NOTE_CHARS_MAX else text[: NOTE_CHARS_MAX - 1] + "…"
