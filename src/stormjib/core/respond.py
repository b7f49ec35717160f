"""What a person may do to an incident as a whole, refused with a sentence."""

from stormjib.core.incident import Incident, Refused
from stormjib.core.log import Acknowledged, ActionItemAdded, AnyFact, NoteAdded, Reopened, SeverityChanged
from stormjib.core.severity import Severity


def acknowledge(incident: Incident, who: str) -> list[AnyFact]:
    """Somebody has it. The second acknowledgement changes nothing and is not an error."""
    _must_be_declared(incident)
    return [] if incident.acknowledged else [Acknowledged(who)]


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
