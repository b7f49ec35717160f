"""A hundred thousand pending deadlines, before a kill and after it, and ten thousand that fall due at one moment."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.fault_site import FaultSite, site, wait_until
from bench.figure import Figure, Part
from bench.footprint import rest
from stormjib.core.log import Declared, TimerDue
from stormjib.core.severity import Severity

INCIDENTS: Final = 1_000
PENDING: Final = 100
"""Of each incident."""
BURST: Final = 1_000
DUE: Final = 10
DUE_SECONDS: Final = 120.0
PER_REQUEST: Final = 200
MEMORY_BAR_MIB: Final = 150.0
PROCESSOR_BAR_PERCENT: Final = 5.0
LATE_BAR_SECONDS: Final = 5.0
QUIET_PERCENT: Final = 4.0
WAIT_SECONDS_MAX: Final = 600.0


def _checklist(severity: str, minutes: list[float]) -> str:
    items = (f"- [ ] Step {number} (within {within:g} minutes)\n" for number, within in enumerate(minutes))
    return f"## {severity} Incident Checklist\n\n{''.join(items)}\n"


RUNBOOK: Final = (
    "# Deadlines\n\n"
    + _checklist("P1", [600.0 + number for number in range(PENDING)])
    + _checklist("P0", [DUE_SECONDS / 60] * DUE)
    + "## Mitigation (30-120 minutes)\n\nAsk a person.\n"
)


def measure(where: Path, *, tell: Callable[[str], None]) -> Part:
    """They are those of open incidents, all of which page and tell people first."""
    where.mkdir(parents=True, exist_ok=True)
    runbook = where / "deadlines.md"
    runbook.write_text(RUNBOOK)
    with site(where / "deadlines", runbook=str(runbook), responders=["ana"], escalate_minutes=600.0) as (server, _):
        for first in range(0, INCIDENTS, PER_REQUEST):
            server.alert([f"service-{number}" for number in range(first, first + PER_REQUEST)])
        pending = INCIDENTS * PENDING
        figures = _at_rest(server, f"{pending:,} deadlines pending", tell)
        server.kill()
        began = time.monotonic()
        server.start()
        figures.append(Figure("the start after a kill", "s", time.monotonic() - began))
        figures += _at_rest(server, f"{pending:,} deadlines pending, after a kill", tell)
        figures += _burst(server)
    return Part(figures)


def _at_rest(server: FaultSite, title: str, tell: Callable[[str], None]) -> list[Figure]:
    wait_until(lambda: rest(server.pid, 3.0)[1] <= QUIET_PERCENT, WAIT_SECONDS_MAX)
    memory, share = rest(server.pid)
    tell(f"  {title}: {memory:.0f} MiB, {share:.1f} % of a core")
    return [
        Figure(f"memory, {title}", "MiB", memory, bar=MEMORY_BAR_MIB),
        Figure(f"processor, {title}", "% of a core", share, bar=PROCESSOR_BAR_PERCENT),
    ]


def _burst(server: FaultSite) -> list[Figure]:
    """Declared by one request, so that all are due at once."""
    server.alert([f"due-{number}" for number in range(BURST)], "P0")
    time.sleep(DUE_SECONDS)
    wait_until(lambda: len(_late(server)[1]) >= BURST * DUE, WAIT_SECONDS_MAX)
    spread, late = _late(server)
    title = f"{BURST * DUE:,} deadlines due within {spread:.1f} s"
    return [
        Figure(f"{title}: the last is late by", "s", max(late, default=WAIT_SECONDS_MAX), bar=LATE_BAR_SECONDS),
        Figure(f"{title}: not said", "", float(BURST * DUE - len(late)), bar=0.0),
    ]


def _late(server: FaultSite) -> tuple[float, list[float]]:
    """Within how many seconds they are due, and how late each was said to be."""
    declared: dict[str, float] = {}
    late: list[float] = []
    for entry in server.entries():
        match entry.fact:
            case Declared(severity=Severity.P0):
                declared[entry.incident] = entry.at
            case TimerDue(key=key) if key.startswith("item/") and entry.incident in declared:
                late.append(entry.at - declared[entry.incident] - DUE_SECONDS)
    return max(declared.values(), default=0.0) - min(declared.values(), default=0.0), late
