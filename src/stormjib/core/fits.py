"""Which fix fits what is suspected, and why: those come first; which evidence a suspect rests on; what has run since."""

from typing import Final

from stormjib.core.incident import Incident
from stormjib.core.observation import Suspect
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command

_DEPLOYMENT: Final = "deployment of "
_UNDOES_DEPLOYMENT: Final = ("rollback", "roll back", "git revert", "rollout undo")
HAS_RUN: Final = {"finished", "unknown", "settled"}


def fits(incident: Incident, command: Command) -> str:
    """The suspect that this command acts on, with what is said of it; "" where none. What destroys is never recommended."""
    if (
        incident.suspects is None
        or command.maintenance is not None
        or command.risk not in {Risk.CHANGE, Risk.DISRUPT, Risk.UNKNOWN}
    ):
        return ""
    return next((f"{one.component}: {one.sentence}" for one in incident.suspects[1].suspects if _acts_on(command, one)), "")


def _acts_on(command: Command, suspect: Suspect) -> bool:
    text = f"{command.label} {command.text} {command.target}".lower()
    if suspect.component.startswith(_DEPLOYMENT):
        return any(words in text for words in _UNDOES_DEPLOYMENT)
    words = {word.strip("'\"") for word in command.text.lower().replace(":", " ").split()}
    return suspect.component.lower() in words | {command.target.lower().rpartition(":")[2]}


def cited(incident: Incident, seq: int) -> str:
    """Which suspect rests on this entry, in a sentence; "" where none does."""
    ranked = incident.suspects[1].suspects if incident.suspects else ()
    return next((f"It speaks for the suspect {one.component}." for one in ranked if seq in one.entries), "")


def ran_since(incident: Incident, seq: int) -> str:
    """The first run that has ended since, so that what was checked may not be so any more; "" where none has."""
    ended = ((run.ended.seq, run_id) for run_id, run in incident.runs.items() if run.ended and run.state in HAS_RUN)
    return min((one for one in ended if one[0] > seq), default=(0, ""))[1]
