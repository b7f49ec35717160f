"""`stormjib baseline …`: how the services are when they are well, which a recovery is measured against."""

from collections.abc import Callable
from typing import Any

from stormjib.cli import render
from stormjib.cli.exits import Exit
from stormjib.cli.render import Console
from stormjib.cli.session import Session

MEASURE_TIMEOUT_SECONDS = 300.0


def take(session: Session) -> int:
    """Measure now; a service that is not well keeps the baseline that it has."""
    service = session.options.service
    found = session.client(timeout_seconds=MEASURE_TIMEOUT_SECONDS).post("baseline", **({"service": service} if service else {}))
    _show(session, found)
    return Exit.FAILED if found.get("refused") else Exit.OK


def show(session: Session) -> int:
    """Show the newest."""
    service = session.options.service
    found = session.client().get("baseline", **({"service": service} if service else {}))
    _show(session, found)
    return Exit.OK if found["baseline"] is not None else Exit.FAILED


def _show(session: Session, found: dict[str, Any]) -> None:
    def write(console: Console) -> None:
        baselines = found.get("baselines") or [one for one in (found["baseline"],) if one]
        if not baselines:
            console.line(
                "There is no baseline, so a recovery is held to the checks' own limits only."
                " Take one while the service is healthy: stormjib baseline take"
            )
        for one in baselines:
            console.line(f"Healthy baseline of {one.get('service') or 'the service'}", "strong")
            rows = [
                ("measured", render.when(one["measured_at"], session.world.clock())),
                ("response time p95", _figure(one["p95_seconds"], lambda value: f"{value * 1000:.0f} ms")),
                ("errors", _figure(one["error_share"], lambda value: f"{value:.2%}")),
            ]
            console.table([row for row in rows if row[1]])
        for one in found.get("refused", ()):
            console.line(f"{one['service']} is not healthy, so no baseline was recorded. {one['reason']}", "bad")

    session.answer(found, write)


def _figure(value: float | None, words: Callable[[float], str]) -> str:
    return words(value) if value is not None else "not measured"
