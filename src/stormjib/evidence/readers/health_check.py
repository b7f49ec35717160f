"""The table of a health check: the names of the checks that fail."""

import re
from typing import Final

from stormjib.evidence.readers.reading import Evidence, Fact, Reading, State

SOURCE = "health check"
_ROW: Final = re.compile(r"^(\S.{0,79}?) +(FAILED|ok)\b", re.MULTILINE)


def read(evidence: Evidence) -> Reading | None:
    """What ``stormjib health`` prints, by whatever script it is called."""
    if "UNHEALTHY" not in evidence.output:
        return None
    rows = _ROW.findall(evidence.output)
    checks: tuple[Fact, ...] = tuple(State(name, "check", "failing" if said == "FAILED" else "good") for name, said in rows)
    failing = [name for name, said in rows if said == "FAILED"]
    sentence = f"The health check fails: {', '.join(failing)}." if failing else "The health check fails."
    return Reading(SOURCE, checks or (State("service", "check", "failing"),), sentence, "bad")
