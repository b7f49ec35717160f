"""Storms: thousands of escalations at one moment, thousands of services within a minute."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bench.fault_site import FaultSite, Pager, site, wait_until
from bench.faults_found import Found
from bench.figure import percentile
from stormjib.core.log import Acknowledged, Declared, Entry, PageHeld, PageSent, TimerDue

DUE_LATE_SECONDS_MAX: Final = 10.0
PAGES_MAX: Final = 20
WINDOW_SECONDS: Final = 600.0
ANSWER_SECONDS_MAX: Final = 0.2
ACKNOWLEDGED_A_SECOND: Final = 5
PER_REQUEST: Final = 10
QUIET_SECONDS: Final = 300.0
"""The last page that sums up comes at most so long after the storm."""


def due(where: Path, count: int, after_seconds: float, runbook: str = "") -> list[Found]:
    """Declared by one request, so that all are due at once: when the last has fired, and when the last page was decided."""
    with site(where, runbook=runbook, responders=["ana", "bo"], escalate_minutes=after_seconds / 60) as (server, _):
        server.alert([f"service-{number}" for number in range(count)])
        time.sleep(after_seconds)
        wait_until(lambda: len(_escalated(server.entries())[1]) >= count, 120)
        declared, fired, decided = _times(server)
    spread = max(declared.values()) - min(declared.values()) if declared else 0.0
    late = [fired[one] - at - after_seconds for one, at in declared.items() if one in fired]
    paged = [decided[one] - at - after_seconds for one, at in declared.items() if one in decided]
    title = f"{count:,} escalations due within {spread:.1f} s"
    return [
        Found(f"{title}: the last fires late by", "s", max(late, default=999), DUE_LATE_SECONDS_MAX),
        Found(f"{title}: its page is sent or held late by", "s", max(paged, default=999), DUE_LATE_SECONDS_MAX),
        Found(f"{title}: without a page that is sent or held", "", count - len(paged), 0),
    ]


def _times(server: FaultSite) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    entries = list(server.entries())
    declared = {entry.incident: entry.at for entry in entries if isinstance(entry.fact, Declared)}
    fired, decided = _escalated(entries)
    return declared, fired, decided


def _escalated(entries: Iterable[Entry]) -> tuple[dict[str, float], dict[str, float]]:
    """Per incident, when its first escalation fired, and when that page was sent or held."""
    fired: dict[str, float] = {}
    decided: dict[str, float] = {}
    for entry in entries:
        if isinstance(entry.fact, TimerDue) and entry.fact.key == "escalate/1":
            fired.setdefault(entry.incident, entry.at)
        if isinstance(entry.fact, PageSent | PageHeld) and entry.fact.rung == 1:
            decided.setdefault(entry.incident, entry.at)
    return fired, decided


def storm(where: Path, count: int, seconds: float, runbook: str = "") -> list[Found]:
    """Alerts at an even pace, some acknowledgements beside them, then the last page that sums up."""
    with site(where, runbook=runbook, responders=["ana"], escalate_minutes=60.0) as (server, pager):
        people = _People(server)
        began = time.monotonic()
        for at in range(0, count, PER_REQUEST):
            wait = began + at * seconds / count - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            people.incidents += server.alert([f"service-{number}" for number in range(at, min(at + PER_REQUEST, count))])
        sent = time.monotonic() - began
        wait_until(lambda: _undecided(server.entries()) == 0, 120)
        settled = time.monotonic() - began
        people.stop()
        answers = people.answers
        wait_until(lambda: _last_says_all(server, pager), QUIET_SECONDS)
        entries = list(server.entries())
    declared = {entry.incident for entry in entries if isinstance(entry.fact, Declared)}
    more, left = _last_more(pager), _left(entries)
    title = f"{count:,} services at P1 in {sent:.0f} s"
    return [
        Found(f"{title}: incidents not declared", "", count - len(declared), 0),
        Found(f"{title}: without a page that is sent or held", "", _undecided(entries), 0),
        Found(f"{title}: all decided after", "s", settled),
        Found(f"{title}: pages per person in ten minutes", "", _most(pager), PAGES_MAX, 1),
        Found(f"{title}: more incidents that the last page tells", "", more, left, left),
        Found(f"{title}: {len(answers)} acknowledgements, p50", "s", percentile(answers, 50)),
        Found(f"{title}: {len(answers)} acknowledgements, p99", "s", percentile(answers, 99), ANSWER_SECONDS_MAX),
    ]


class _People:
    """They acknowledge one incident after the other, and each answer is timed."""

    def __init__(self, server: FaultSite) -> None:
        self.incidents: list[str] = []
        self.answers: list[float] = []
        self._server = server
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        chance = random.Random(1)
        while not self._stopping.wait(1 / ACKNOWLEDGED_A_SECOND):
            if self.incidents:
                incident = chance.choice(self.incidents)
                began = time.monotonic()
                self._server.acknowledge(incident)
                self.answers.append(time.monotonic() - began)

    def stop(self) -> None:
        """They stop, once the last one is answered."""
        self._stopping.set()
        self._thread.join()


def _undecided(entries: Iterable[Entry]) -> int:
    """Incidents that have neither a page that was sent nor one that was held back, nor anybody who has them."""
    open_: set[str] = set()
    for entry in entries:
        if isinstance(entry.fact, Declared):
            open_.add(entry.incident)
        if isinstance(entry.fact, PageSent | PageHeld):
            open_.discard(entry.incident)
    return len(open_)


def _left(entries: list[Entry]) -> int:
    """Of how many more incidents the last page has to tell: held back, and nobody has them."""
    held = {entry.incident for entry in entries if isinstance(entry.fact, PageHeld) and entry.fact.reason == "storm"}
    over = {entry.incident for entry in entries if isinstance(entry.fact, Acknowledged)}
    teller = [entry.incident for entry in entries if isinstance(entry.fact, PageSent) and entry.fact.sums_up]
    return len(held - over - set(teller[-1:]))


def _last_more(pager: Pager) -> int:
    pages = pager.pages()
    return int(pages[-1][1].get("more", 0)) if pages else 0


def _last_says_all(server: FaultSite, pager: Pager) -> bool:
    time.sleep(1)
    return _last_more(pager) == _left(list(server.entries()))


def _most(pager: Pager) -> int:
    """Pages to one person within any ten minutes."""
    arrived: dict[str, list[float]] = defaultdict(list)
    for at, message in pager.pages():
        arrived[message["who"]].append(at)
    return max((sum(at - WINDOW_SECONDS < one <= at for one in ats) for ats in arrived.values() for at in ats), default=0)
