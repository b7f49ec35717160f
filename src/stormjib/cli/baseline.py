"""`stormjib baseline …`: how the service is when it is well, which a recovery is measured against."""

from typing import Any

from stormjib.cli import render
from stormjib.cli.exits import Exit
from stormjib.cli.render import Paper
from stormjib.cli.session import Session

MEASURE_TIMEOUT_SECONDS = 60.0


def take(session: Session) -> int:
    """Measure now."""
    found = session.client(timeout_seconds=MEASURE_TIMEOUT_SECONDS).post("baseline")
    _show(session, found)
    return Exit.OK


def show(session: Session) -> int:
    """Show the newest."""
    found = session.client().get("baseline")
    _show(session, found)
    return Exit.OK if found["baseline"] is not None else Exit.FAILED


def _show(session: Session, found: dict[str, Any]) -> None:
    baseline = found["baseline"]

    def write(paper: Paper) -> None:
        if baseline is None:
            paper.line(
                "There is no baseline, so a recovery can't be measured. Take one while the service is well: stormjib baseline take"
            )
            return
        paper.line("How the service was when it was well", "strong")
        rows = [
            ("measured", render.when(baseline["measured_at"], session.world.clock())),
            ("response time p95", f"{baseline['p95_seconds'] * 1000:.0f} ms"),
            ("errors", f"{baseline['error_share']:.2%}"),
        ]
        paper.table(rows)

    session.answer(found, write)
