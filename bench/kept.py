"""What a server that was killed over and over has kept: its log against what it acknowledged and what its commands left behind."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.pager import Pager
from stormjib.core.access import SITE
from stormjib.offline import verify_log

LOOKS = 2
"""The reads of the kill test's runbook: as much evidence has every incident."""
RUNGS = 2
"""So far a page has to climb while nobody acknowledges, before the kill test ends."""
MUST_BE_ZERO = (
    "alerts_lost",
    "notes_lost",
    "pages_lost",
    "pages_told_and_not_taken",
    "pages_doubled",
    "pages_for_nothing",
    "escalations_lost",
    "channels_lost",
    "evidence_lost",
    "approved_and_never_started",
    "finished_without_having_run",
    "facts_doubled",
    "commands_run_twice",
    "commands_run_without_a_claim",
    "interrupted_and_not_reported",
    "reported_twice",
    "chains_broken",
)

Entry = tuple[str, int, str, dict[str, Any]]
"""Incident, number, cause and fact."""


def compare(where: Path, alerts: Iterable[str], notes: Iterable[str], pager: Pager) -> dict[str, int]:
    """The counts of the site in ``where``. ``alerts`` are the services and ``notes`` the texts that the server has acknowledged.

    ``pager`` is the one that every server of the site has paged.
    """
    entries = entries_of(where / "data" / "log.db")
    kinds = Counter(fact["fact"] for *_, fact in entries)
    kept_notes = {fact["text"] for *_, fact in entries if fact["fact"] == "NoteAdded"}
    kept_alerts = Counter(fact["service"] for *_, fact in entries if fact["fact"] == "AlertReceived" and fact["name"] == "Down")
    incidents = {incident for incident, *_ in entries} - {SITE}
    told = {
        kind: {incident for incident, _, _, fact in entries if fact["fact"] == kind} for kind in ("PageSent", "ChannelOpened")
    }
    evidence = Counter(
        (incident, fact["command_id"])
        for incident, _, _, fact in entries
        if fact["fact"] == "EvidenceCollected" and not fact.get("before_run")
    )
    causes = Counter((incident, cause) for incident, _, cause, _ in entries if cause)
    pages = Counter(incident for incident, _, _, fact in entries if fact["fact"] == "PageSent" and not fact.get("rung"))
    asked = Counter((incident, fact["level"]) for incident, _, _, fact in entries if fact["fact"] == "PageRequested")
    return (
        {
            "entries": len(entries),
            "incidents": kinds["Declared"],
            "outcomes_unknown": kinds["OutcomeUnknown"],
            "alerts_lost": sum(service not in kept_alerts for service in alerts),
            "notes_lost": sum(note not in kept_notes for note in notes),
            "channels_lost": len(incidents - told["ChannelOpened"]),
            "evidence_lost": LOOKS * len(incidents) - len(evidence),
            "facts_doubled": sum(_doubled(counted) for counted in (causes, kept_alerts, evidence, pages, asked))
            + _facts_of_runs_doubled(entries),
            "chains_broken": 0 if verify_log(where / "data").endswith("verify") else 1,
        }
        | _runs(where, entries)
        | _pages(entries, pager)
    )


def _pages(entries: list[Entry], pager: Pager) -> dict[str, int]:
    """What the log owes its people against what the pager took. Whoever has an incident is not paged for it any more."""
    taken_by = {incident for incident, _, _, fact in entries if fact["fact"] == "Acknowledged"}
    waiting = {incident for incident, _, _, fact in entries if fact["fact"] == "Declared"} - taken_by
    due = {
        (incident, int(fact["key"].partition("/")[2]))
        for incident, _, _, fact in entries
        if fact["fact"] == "TimerDue" and fact["key"].startswith("escalate/") and incident in waiting
    }
    owed = (due | {(incident, 0) for incident in waiting}) - _stood_for(entries)
    told = {(incident, fact.get("rung", 0)) for incident, _, _, fact in entries if fact["fact"] == "PageSent"}
    known = {f"{incident}/{seq}" for incident, seq, *_ in entries}
    keys = [key for found in pager.seen.values() for key in found]
    return {
        "never_acknowledged": len(waiting),
        "escalations": len(due),
        "pages_taken": len(pager.taken),
        # The newest rungs may be under way when the server is stopped.
        "pages_lost": sum(one not in pager.taken for one in owed if one[1] <= RUNGS),
        "pages_told_and_not_taken": len(told - set(pager.taken)),
        "pages_doubled": sum(len(found) - 1 for found in pager.seen.values() if len(found) > 1),
        "pages_for_nothing": sum("/".join(key.split("/")[:2]) not in known for key in keys),
        "escalations_lost": sum((incident, rung) not in due for incident in waiting for rung in range(1, RUNGS + 1)),
    }


def _stood_for(entries: list[Entry]) -> set[tuple[str, int]]:
    """What was held back because an earlier page of the incident to the same person was still being tried, and has arrived since."""
    held: dict[tuple[str, str], list[int]] = {}
    found = set()
    for incident, _, _, fact in entries:
        if fact["fact"] == "PageHeld" and fact["reason"] == "owed":
            held.setdefault((incident, fact["who"]), []).append(fact.get("rung", 0))
        elif fact["fact"] == "PageSent":
            found |= {(incident, rung) for rung in held.pop((incident, fact["who"]), ())}
    return found


def _runs(where: Path, entries: list[Entry]) -> dict[str, int]:
    """The counts of the commands; each leaves a line when it begins and one when it ends."""
    per_run = _per_run(entries)
    finished = {fact["run_id"] for *_, fact in entries if fact["fact"] == "RunFinished" and fact["ok"]}
    done = {line.split()[0] for line in _lines(where / "mutations.done")}
    mutations = Counter(line.split()[0] for line in _lines(where / "mutations"))
    started = [run_id for run_id, facts in per_run.items() if facts["RunStarted"]]
    ended = [per_run[run_id]["RunFinished"] + per_run[run_id]["OutcomeUnknown"] for run_id in started]
    return {
        "runs_started": len(started),
        "approved_and_never_started": sum(
            1 for facts in per_run.values() if facts["RunApproved"] and not (facts["RunStarted"] or facts["RunExpired"])
        ),
        "finished_without_having_run": len(finished - done),
        "commands_run_twice": _doubled(mutations),
        "commands_run_without_a_claim": sum(run_id not in started for run_id in mutations),
        "interrupted_and_not_reported": sum(count == 0 for count in ended),
        "reported_twice": sum(count > 1 for count in ended),
    }


def entries_of(database: Path) -> list[Entry]:
    rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return [
            (row[0], row[1], row[2], json.loads(row[3])) for row in rows.execute("SELECT incident, seq, cause, fact FROM entry")
        ]
    finally:
        rows.close()


def _per_run(entries: list[Entry]) -> dict[str, Counter[str]]:
    per_run: dict[str, Counter[str]] = {}
    for *_, fact in entries:
        if "run_id" in fact:
            per_run.setdefault(fact["run_id"], Counter())[fact["fact"]] += 1
    return per_run


def _facts_of_runs_doubled(entries: list[Entry]) -> int:
    """Two people may say yes to one run; everything else is said of it once."""
    runs = _per_run(entries).values()
    return sum(count - 1 for facts in runs for kind, count in facts.items() if count > 1 and kind != "RunApproved")


def _doubled(counted: Counter[Any]) -> int:
    return sum(count - 1 for count in counted.values() if count > 1)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
