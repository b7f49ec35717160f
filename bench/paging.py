"""From an alert to the page leaving: one at a time, each of another service, ours on disk first.

Ours finds who is on call by the service's owner, an escalation policy and a schedule, and pages by that person's contact method.
"""

import json
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from bench import roster
from bench.figure import Figure, Part, percentile
from bench.machine import busy_elsewhere, wait_idle
from bench.receiver import Arrival, Receiver, Sender
from bench.server import REFERENCE_RUNBOOK, Server, alertmanager, stormjib

P50_BAR: Final = 3.0
P99_BAR: Final = 3.0
SAMPLES_MIN: Final = 200
WARM_UP: Final = 10
TIMEOUT_SECONDS: Final = 10.0
IDLE_SECONDS_MAX: Final = 0.5
TINY_RUNBOOK: Final = "# Tiny\n\n## Mitigation (30-120 minutes)\n\nAsk a person.\n"
PAGES_MAX: Final = 100_000
"""To one person in ten minutes; the storm brake would hold back the thirteenth."""


class Timed(msgspec.Struct):
    """Milliseconds per sample."""

    page: list[float] = []
    answer: list[float] = []
    committed_first: int = 0
    restless: int = 0
    """Samples before which the server or the machine did not come to rest in time; they count like the others."""


def measure(where: Path, *, samples: int, tell: Callable[[str], None]) -> Part:
    """With the reference runbook, whose reads are collected meanwhile, and with one that asks for nothing."""
    tiny = where / "tiny.md"
    tiny.write_text(TINY_RUNBOOK)
    figures: list[Figure] = []
    raw: dict[str, object] = {"samples": samples}
    for name, runbook in (("reference runbook", REFERENCE_RUNBOOK), ("runbook without commands", tiny)):
        share: dict[str, float] = {}
        with busy_elsewhere(share):
            ours, theirs = _side_by_side(where, runbook, samples)
        for percent, bar in ((50, P50_BAR), (99, P99_BAR)):
            own, other = percentile(ours.page, percent), percentile(theirs.page, percent)
            figures.append(Figure(f"alert to page, p{percent}, {name}", "ms", own, other, bar))
        raw[name] = {"ours": msgspec.to_builtins(ours), "theirs": msgspec.to_builtins(theirs)} | share
        restless = ours.restless + theirs.restless
        tell(f"  {name}: {ours.committed_first} of {samples} facts on disk when the page arrived")
        tell(f"  {name}: {restless} of {2 * samples} samples on a busy machine (others {share['others']:.0%})")
        if ours.committed_first != samples:
            raise RuntimeError(f"{samples - ours.committed_first} pages left before their fact was on disk.")
    return Part(figures, raw)


def _side_by_side(where: Path, runbook: Path, samples: int) -> tuple[Timed, Timed]:
    ours, theirs = Timed(), Timed()
    services = {number: f"service-{number + WARM_UP}-" for number in range(-WARM_UP, samples)}
    with (
        Receiver() as pager,
        roster.catalogue(where, services.values(), pager.url) as catalogue,
        alertmanager(where, webhook=pager.url, group_by="service", group_wait="0s") as other,
        stormjib(where, runbook=runbook, catalogue=catalogue, pages_max=PAGES_MAX) as own,
    ):
        to_own = Sender(own.url, own.path, dict(own.headers))
        to_other = Sender(other.url, other.path, dict(other.headers))
        for number, service in services.items():
            for server, sender, timed in ((other, to_other, theirs), (own, to_own, ours)):
                quiet = server.wait_quiet() and wait_idle(IDLE_SECONDS_MAX)
                pager.drain()
                sender.renew()
                body = _own_alert(service) if server is own else _other_alert(service)
                marks = (service.encode(), b"stormjib.page/1") if server is own else (service.encode(),)
                found: list[bool] = []
                arrival = pager.sample(sender, body, marks, partial(_look, server, service, found), TIMEOUT_SECONDS)
                if number >= 0:
                    _note(timed, arrival, quiet=quiet)
                    timed.committed_first += found[0]
        to_own.close()
        to_other.close()
    return ours, theirs


def _note(timed: Timed, arrival: Arrival, *, quiet: bool) -> None:
    timed.page.append(round(arrival.page_seconds * 1_000, 3))
    timed.answer.append(round(arrival.answer_seconds * 1_000, 3))
    timed.restless += not quiet


def _own_alert(service: str) -> bytes:
    return json.dumps({"name": "Down", "service": service, "severity": "P1", "summary": f"{service} is down"}).encode()


def _other_alert(service: str) -> bytes:
    labels = {"alertname": "Down", "service": service, "severity": "P1"}
    starts_at = datetime.fromtimestamp(time.time(), UTC).isoformat()
    return json.dumps([{"labels": labels, "annotations": {"summary": f"{service} is down"}, "startsAt": starts_at}]).encode()


def _look(server: Server, service: str, found: list[bool]) -> None:
    """Whether the log's file holds the declaration, read by somebody else, at the moment when the page is here."""
    if not server.log_file.exists():
        found.append(False)
        return
    database = sqlite3.connect(f"file:{server.log_file}?mode=ro", uri=True)
    try:
        query = "SELECT count(*) FROM entry JOIN incident ON incident.id = entry.incident WHERE service = ? AND fact LIKE '%\"Declared\"%'"
        found.append(bool(database.execute(query, (service,)).fetchone()[0]))
    finally:
        database.close()
