"""An incident is a fold over its log: evolve(incident, entry)."""

from stormjib.core.incident.alerts import AlertState
from stormjib.core.incident.fold import evolve, replay
from stormjib.core.incident.refusal import Missing, Refused
from stormjib.core.incident.state import OPEN, Episode, Happened, Incident, Run, Tick

__all__ = ["OPEN", "AlertState", "Episode", "Happened", "Incident", "Missing", "Refused", "Run", "Tick", "evolve", "replay"]
