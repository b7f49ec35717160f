"""What a person may do to an incident as a whole, refused with a sentence."""

from collections.abc import Sequence

from stormjib.core.alert import Alert, StillFiring
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import Acknowledged, ActionItemAdded, AlertCleared, AnyFact, NoteAdded, Reopened, SeverityChanged
from stormjib.core.severity import Severity

NAMED_MAX = 10
"""Alerts that a refusal names one by one."""


def acknowledge(incident: Incident, who: str, seen: Severity | None = None) -> list[AnyFact]:
    """Somebody has it. The second acknowledgement changes nothing and is not an error."""
    _must_be_declared(incident)
    _must_know(incident, seen)
    return [] if incident.acknowledged else [Acknowledged(who)]


def clear_alerts(
    incident: Incident, wanted: str, *, alerts: Sequence[Alert], unlisted: int, who: str, reason: str, at: float, every: bool
) -> list[AnyFact]:
    """Say that an alert fires no more although its sender does not: by its name or its fingerprint, with a reason.

    ``alerts`` are those of this name or fingerprint that fire. Of several, a name means one of them only by mistake, so that
    ``every`` has to be said. ``unlisted``: how many of them have no entry of their own; they are cleared with one entry.
    """
    _must_not_be_closed(incident)
    if len(alerts) > 1 and not every:
        message = (
            f"{len(alerts):,} alerts {wanted} fire in {incident.id}: {', '.join(told_apart(alerts)[:NAMED_MAX])}"
            f"{' …' if len(alerts) > NAMED_MAX else ''}. Name one by its fingerprint, or say that all of them are over: --all."
        )
        raise Refused(message)
    found = [
        AlertCleared(alert.fingerprint, alert.name, at, source=key.partition("/")[0], who=who, reason=reason.strip())
        for key, alert in incident.alerts.items()
        if alert.firing and wanted in {alert.name, alert.fingerprint, key}
    ]
    if unlisted:
        more = "1 more alert" if unlisted == 1 else f"{unlisted:,} more alerts"
        found.append(AlertCleared("", f"{alerts[0].name} ({more})", at, who=who, reason=reason.strip()))
    if not found:
        names = ", ".join(incident.firing[:NAMED_MAX]) or "none that has an entry of its own"
        message = f"No alert {wanted} fires in {incident.id}; firing: {names}. `stormjib alerts list` shows all."
        raise Refused(message)
    if not reason.strip():
        message = f"Say why {wanted} is over although its sender does not say so; the post-mortem will ask."
        raise Refused(message)
    return list(found)


def told_apart(alerts: Sequence[Alert]) -> list[str]:
    """Each alert by its fingerprint, with the labels in which they differ."""
    first = alerts[0].labels
    differ = sorted({name for alert in alerts for name, value in alert.labels.items() if first.get(name) != value})
    return [
        f"{alert.fingerprint} ({', '.join(f'{name}={alert.labels[name]}' for name in differ[:3] if name in alert.labels)})"
        for alert in alerts
    ]


def firing_words(incident: Incident, alerts: StillFiring) -> str:
    """Which alerts still fire, ten of them by name, and how to say that one is over; "" where none does."""
    heard: dict[str, tuple[int, float]] = {}
    listed = {key: alert for key, alert in incident.alerts.items() if alert.firing}
    for name, count, at in (*((alert.name, 1, alerts.heard.get(key, 0.0)) for key, alert in listed.items()), *alerts.unlisted):
        before, last = heard.get(name, (0, 0.0))
        heard[name] = (before + count, max(last, at))
    total = len(listed) + alerts.unlisted_total
    if not total:
        return ""
    named = sorted(heard)[:NAMED_MAX]
    words = ", ".join(_firing_name(name, *heard[name], alerts) for name in named)
    more = total - sum(heard[name][0] for name in named)
    rest = f" and {more:,} more" if more else ""
    return f"still firing: {words}{rest}; if one is over, say so: stormjib alert clear {incident.id} NAME --reason WHY"


def _firing_name(name: str, count: int, heard_at: float, alerts: StillFiring) -> str:
    quiet = alerts.quiet(heard_at)
    notes = [f"{count:,} times"] if count > 1 else []
    if quiet:
        notes.append(f"gone quiet: not heard for {quiet / 3600:.1f} hours")
    return f"{name} ({', '.join(notes)})" if notes else name


def add_note(incident: Incident, text: str) -> list[AnyFact]:
    """A line in the log, at any time, also after closure: what is learnt late still belongs here."""
    _must_be_declared(incident)
    if not text.strip():
        message = "The note is empty; write at least a word."
        raise Refused(message)
    return [NoteAdded(text.strip())]


def change_severity(incident: Incident, severity: Severity, reason: str, seen: Severity | None = None) -> list[AnyFact]:
    """Judge anew, with a reason."""
    _must_not_be_closed(incident)
    _must_know(incident, seen)
    if severity is incident.severity:
        return []
    if not reason.strip():
        message = f"Say why {incident.id} becomes {severity.value}; the post-mortem will ask."
        raise Refused(message)
    return [SeverityChanged(severity, reason.strip())]


def reopen(incident: Incident, who: str, reason: str) -> list[AnyFact]:
    """It was not over."""
    _must_be_declared(incident)
    if incident.resolved is None and incident.closed is None:
        message = f"{incident.id} is open already."
        raise Refused(message)
    return [Reopened(who, reason)]


def add_action_item(incident: Incident, text: str, owner: str, due: str) -> list[AnyFact]:
    """Something to do so that it does not happen again; without an owner and a date it would not be done."""
    _must_be_declared(incident)
    if not (text.strip() and owner.strip() and due.strip()):
        message = "An action item needs a text, an owner and a due date (YYYY-MM-DD)."
        raise Refused(message)
    return [ActionItemAdded(text.strip(), owner.strip().removeprefix("@"), due.strip())]


def _must_know(incident: Incident, seen: Severity | None) -> None:
    """Nobody acknowledges or lowers what is worse than the page in front of them says."""
    if seen is not None and incident.severity.rank < seen.rank:
        message = (
            f"{incident.id} is {incident.severity.value} by now, and {seen.value} on the page that you sent this from. "
            "Look at it again, then decide."
        )
        raise Refused(message)


def _must_be_declared(incident: Incident) -> None:
    if incident.declared is None:
        message = f"There is no incident {incident.id}; `stormjib incident list` shows those that exist."
        raise Refused(message)


def _must_not_be_closed(incident: Incident) -> None:
    _must_be_declared(incident)
    if incident.closed:
        message = f"{incident.id} is closed; reopen it first: stormjib incident reopen {incident.id}."
        raise Refused(message)
