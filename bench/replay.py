"""Replaying a long incident: its log is written by the engine itself, with all that follows from each fact, and read from disk."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from statistics import median
from typing import Final

from bench.figure import Figure, Part
from bench.machine import quietest
from bench.server import REFERENCE_RUNBOOK
from stormjib.core.effects import react
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Acknowledged, AlertReceived, AnyFact, Declared, EvidenceCollected, NoteAdded, StatusPosted, TimerDue
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.engine.inbox import Inbox
from stormjib.engine.rules import Rules
from stormjib.evidence.follows import FOLLOWS
from stormjib.store.database import open_log, open_reader

ENTRIES: Final = 10_000
TIMES: Final = 20
BAR_MILLISECONDS: Final = 100.0
_FACTS_PER_APPEND: Final = 200
_EXCERPT: Final = "api_1  | 2031-02-03T04:05:06Z ERROR pool exhausted: 20 of 20 connections in use, 14 waiting\n" * 6


def measure(where: Path, *, tell: Callable[[str], None]) -> Part:
    """The median of several replays, each from a file that is opened anew."""
    path = where / "replay.db"
    for left in where.glob("replay.db*"):
        left.unlink()
    incident_id = _write(path)
    (took, entries), others = quietest(partial(_read, path, incident_id), tell, "replay")
    size = path.stat().st_size
    tell(f"  {entries} entries, {size / 2**20:.1f} MiB: {median(took):.0f} ms (others {others:.0%})")
    raw: dict[str, object] = {"milliseconds": took, "entries": entries, "bytes": size, "others": others}
    return Part([Figure(f"replay of {ENTRIES:,} entries", "ms", median(took), bar=BAR_MILLISECONDS)], raw)


def _read(path: Path, incident_id: str) -> tuple[list[float], int]:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        reader = open_reader(path)
        incident = reader.replay(incident_id)
        took.append(round((time.perf_counter() - began) * 1_000, 2))
        reader.close()
        if incident.seq < ENTRIES:
            raise RuntimeError(f"The replay ended at {incident.seq}.")
    return took, incident.seq


def _write(path: Path) -> str:
    book = compile_runbook(REFERENCE_RUNBOOK.read_bytes())
    policy = Policy()
    rules = Rules(
        new=Incident.new,
        evolve=evolve,
        follows=FOLLOWS,
        react=react,
        runbook=lambda _: book,
        choose_runbook=lambda _: book.sha256,
        policy=lambda: policy,
    )
    store = open_log(path)
    inbox = Inbox(store, rules, time.time, dispatch=lambda _: None, on_fatal=print, disk=store)
    try:
        began = Declared("API not ready", Severity.P1, "checkout", book.sha256, time.time())
        incident_id = inbox.declare(lambda _: [began, Acknowledged("ana")], by="ana").entries[0].incident
        facts, seq = _facts(), 0
        while seq < ENTRIES:
            more = list(islice(facts, _FACTS_PER_APPEND))
            seq = inbox.submit(incident_id, partial(_say, more), by="ana").entries[-1].seq
    finally:
        inbox.close()
        store.close()
    return incident_id


def _say(facts: list[AnyFact], _: Incident) -> list[AnyFact]:
    return facts


def _facts() -> Iterator[AnyFact]:
    """What a long night consists of: evidence, alerts, notes, updates and timers, each one different."""
    book = compile_runbook(REFERENCE_RUNBOOK.read_bytes())
    for number in count():
        command = book.commands[number % len(book.commands)]
        excerpt = f"{number}\n{_EXCERPT}"
        yield EvidenceCollected(
            command_id=command.id,
            line=command.line,
            text=command.text,
            target=command.target,
            ok=True,
            exit_code=0,
            seconds=0.25,
            output_sha256=sha256(excerpt.encode()).hexdigest(),
            output_bytes=len(excerpt),
            excerpt=excerpt,
            finding="The pool of connections is exhausted.",
        )
        labels = {"alertname": "PoolExhausted", "instance": f"node-{number}", "severity": "P1"}
        yield AlertReceived(
            f"{number:016x}", "alertmanager", "PoolExhausted", "checkout", "Pool exhausted", 1.9e9 + number, labels
        )
        yield NoteAdded(f"Note {number}: the pool is full on node {number}; looking at who holds the connections.")
        yield StatusPosted("Investigating", f"Update {number}: we are looking at the connections.", "internal", "room")
        yield TimerDue(f"cadence/{number}")
