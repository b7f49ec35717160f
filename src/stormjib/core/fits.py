"""Which fix of the menu fits what is suspected, and why: those come first, and each says which suspect it acts on."""

from typing import Final

from stormjib.core.incident import Incident
from stormjib.core.observation import Suspect
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command

_DEPLOYMENT: Final = "deployment of "
_UNDOES_DEPLOYMENT: Final = ("rollback", "roll back", "git revert", "rollout undo")


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
