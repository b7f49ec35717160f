"""The health check of the runbook, which prints a table: the names that fail."""

import re
from typing import Final

from stormjib.core.investigate.reading import Fact, Look, Reading, State

SOURCE: Final = "health check"
_ROW: Final = re.compile(r"^(\w{1,60})\s+(FAILED|ok)\b", re.MULTILINE)


def read(look: Look) -> Reading | None:
    """What ``stormjib health`` and scripts/health_check.py print."""
    if "UNHEALTHY" not in look.output:
        return None
    rows = _ROW.findall(look.output)
    checks: tuple[Fact, ...] = tuple(State(name, "check", "failing" if said == "FAILED" else "good") for name, said in rows)
    failing = [name for name, said in rows if said == "FAILED"]
    sentence = f"The health check fails: {', '.join(failing)}." if failing else "The health check fails."
    return Reading(SOURCE, checks or (State("service", "check", "failing"),), sentence, "bad")
