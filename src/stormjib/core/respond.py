"""What a person may do to an incident as a whole, refused with a sentence."""

from stormjib.core.incident import Incident, Refused
from stormjib.core.log import Acknowledged, ActionItemAdded, AlertCleared, AnyFact, NoteAdded, Reopened, SeverityChanged
from stormjib.core.severity import Severity

NAMED_MAX = 10


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
