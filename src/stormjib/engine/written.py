"""What an action wrote, as whoever asked for it is told."""

import msgspec

from stormjib.core.log import OverrideMade, SilenceMade
from stormjib.ports import Appended


class Written(msgspec.Struct, frozen=True):
    """What an action wrote: the incident, the entry of the action itself, and how many entries were added with it.

    ``secret``: a token that was made; it can't be shown again. ``severity``: what was asked for, or of a declaration that the incident has now; ``called``: in its runbook's words.
    ``since``, ``until``: when it begins and ends by itself, in seconds since the epoch. ``run_id``: the run that it is about, so that nobody takes for it what was asked for at the same time. ``warning``: a sentence.
    """

    incident: str
    seq: int
    entries: int
    secret: str = ""
    severity: str = ""
    called: str = ""
    run_id: str = ""
    warning: str = ""
    until: float = 0.0
    since: float = 0.0


def written(appended: Appended, incident_id: str = "") -> Written:
    """Of what was appended; nothing of an action that had nothing to write."""
    if not appended.entries:
        return Written(incident_id, 0, appended.added)
    own = appended.entries[0]
    return Written(
        own.incident,
        own.seq,
        appended.added,
        run_id=getattr(own.fact, "run_id", ""),
        warning=getattr(own.fact, "warning", ""),
        until=own.fact.end if isinstance(own.fact, SilenceMade | OverrideMade) else 0.0,
        since=own.fact.start if isinstance(own.fact, OverrideMade) else 0.0,
    )
