"""What a person may do to an incident as a whole, refused with a sentence."""

from stormjib.core.alert import StillFiring
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import Acknowledged, ActionItemAdded, AlertCleared, AnyFact, NoteAdded, Reopened, SeverityChanged
from stormjib.core.severity import Severity

NAMED_MAX = 10
"""Alerts that a refusal names one by one."""


def acknowledge(incident: Incident, who: str) -> list[AnyFact]:
    """Somebody has it. The second acknowledgement changes nothing and is not an error."""
    _must_be_declared(incident)
    return [] if incident.acknowledged else [Acknowledged(who)]


def clear_alerts(incident: Incident, wanted: str, *, unlisted: int, who: str, reason: str, at: float) -> list[AnyFact]:
    """Say that an alert fires no more although its sender does not: by its name or its fingerprint, with a reason.

    ``unlisted``: how many alerts of this name or fingerprint fire without an entry of their own; they are cleared with one entry.
    """
    _must_not_be_closed(incident)
    found = [
        AlertCleared(alert.fingerprint, alert.name, at, source=key.partition("/")[0], who=who, reason=reason.strip())
        for key, alert in incident.alerts.items()
        if alert.firing and wanted in {alert.name, alert.fingerprint, key}
    ]
    if unlisted:
        more = "1 more alert" if unlisted == 1 else f"{unlisted:,} more alerts"
        found.append(AlertCleared("", f"{wanted} ({more})", at, who=who, reason=reason.strip()))
    if not found:
        names = ", ".join(incident.firing[:NAMED_MAX]) or "none that has an entry of its own"
        message = f"No alert {wanted} fires in {incident.id}; firing: {names}. `stormjib alerts list` shows all."
        raise Refused(message)
    if not reason.strip():
        message = f"Say why {wanted} is over although its sender does not say so; the post-mortem will ask."
        raise Refused(message)
    return list(found)


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


def change_severity(incident: Incident, severity: Severity, reason: str) -> list[AnyFact]:
    """Judge anew, with a reason."""
    _must_not_be_closed(incident)
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


def _must_be_declared(incident: Incident) -> None:
    if incident.declared is None:
        message = f"There is no incident {incident.id}; `stormjib incident list` shows those that exist."
        raise Refused(message)


def _must_not_be_closed(incident: Incident) -> None:
    _must_be_declared(incident)
    if incident.closed:
        message = f"{incident.id} is closed; reopen it first: stormjib incident reopen {incident.id}."
        raise Refused(message)
