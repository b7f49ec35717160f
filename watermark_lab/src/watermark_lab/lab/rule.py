"""Alert rules with a duration: a condition must hold for a while to fire, and be clear for a while to resolve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HOLDS = True
CLEAR = False
UNKNOWN = None


@dataclass(frozen=True)
class Finding:
    """What one look gives for a rule: whether its condition holds (None: cannot be told now), and its words."""

    holds: bool | None
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Rule:
    """One rule; times are seconds of a monotonic clock that the caller reads."""

    name: str
    severity: str
    summary: str
    for_seconds: float
    clear_seconds: float | None = None
    """how long it must be clear to resolve; None: as long as it must hold to fire"""
    firing: bool = False
    _since: float | None = None

    def see(self, finding: Finding, now_seconds: float) -> str | None:
        """Take one finding; return ``firing`` or ``resolved`` when the rule has just changed, else None."""
        if finding.holds is UNKNOWN or finding.holds == self.firing:
            self._since = None
            return None
        if self._since is None:
            self._since = now_seconds
        clear_seconds = self.for_seconds if self.clear_seconds is None else self.clear_seconds
        if now_seconds - self._since < (clear_seconds if self.firing else self.for_seconds):
            return None
        self._since = None
        self.firing = not self.firing
        return "firing" if self.firing else "resolved"
