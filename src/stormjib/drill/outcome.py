"""What came of one drill: how fast the fault was seen, what was found, whether all is well again."""

from typing import Any

import msgspec

SCHEMA = "stormjib/drill/1"


class Found(msgspec.Struct, frozen=True):
    """One piece of evidence: a command of the runbook, and what its output says."""

    line: int
    text: str
    ok: bool
    finding: str


class Outcome(msgspec.Struct):
    """Filled as the drill goes on; a number that was not reached is None. Times are seconds."""

    fault: str
    stack: str
    seed: int
    requests_per_second: float
    options: dict[str, float]
    alert: str
    """The alert that had to fire …"""
    alerts: list[str] = []
    """… and all that did, in the order of their arrival."""
    incident: str = ""
    severity: str = ""
    seconds_to_alert: float | None = None
    """From the injection until that alert had arrived."""
    seconds_to_declaration: float | None = None
    """From the injection until the incident was declared, by an alert or, where its alert wakes nobody, by a person."""
    seconds_to_evidence: float | None = None
    """From the declaration until every read of the runbook that runs by itself had been collected."""
    evidence: int = 0
    findings: list[Found] = []
    """The evidence that says something."""
    suspects: list[Any] = []
    """As the room has them, the first one first; empty where it has none."""
    responded: bool | None = None
    """Whether the scripted responder closed the incident; None where nobody responded."""
    seconds_to_close: float | None = None
    """From the declaration."""
    healthy_after: bool = False
    """In the end no alert fires and the service is ready."""
    seconds_to_health: float | None = None
    """From the undoing."""
    error: str = ""
    """Why the drill ended early."""

    @property
    def passed(self) -> bool:
        """Whether the drill is worth a 0."""
        seen = self.seconds_to_alert is not None and self.seconds_to_evidence is not None
        return seen and self.healthy_after and self.responded is not False and not self.error


def as_json(outcome: Outcome) -> dict[str, Any]:
    """One object with its schema."""
    return {"schema": SCHEMA, **msgspec.to_builtins(outcome), "passed": outcome.passed}
