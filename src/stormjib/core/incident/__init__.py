"""An incident is a fold over its log: evolve(incident, entry)."""

from stormjib.core.incident.fold import evolve, replay
from stormjib.core.incident.state import AlertState, Happened, Incident, Missing, Refused, Run, Tick

__all__ = ["AlertState", "Happened", "Incident", "Missing", "Refused", "Run", "Tick", "evolve", "replay"]
