"""`stormjib demo`: a real outage of a real service, from the alert to the post-mortem, in one command."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.real.site import environ

from stormjib.drill.plans import PLANS
from stormjib.offline import verify_log

FAULTS = ["redis-stopped", *(["api-crashed"] if os.environ.get("CI") == "true" else [])]
DEMO_SECONDS_MAX = 1_200
"""It waits for states, and takes 30 s on a quiet machine; a busy one is no failure."""
EVIDENCE_MIN = 10


def play(fault, where):
    """Run the demo; its exit code, what it said, and its log as (kind, fact) in order."""
    argv = [sys.executable, "-m", "stormjib", "demo", "--fault", fault]
    done = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=DEMO_SECONDS_MAX,
        env={**environ(), "TMPDIR": str(where), "COLUMNS": "200"},
    )  # fmt: skip
    (directory,) = where.glob("stormjib-demo-*")
    with closing(sqlite3.connect(directory / "data" / "log.db")) as rows:
        facts = [json.loads(row[0]) for row in rows.execute("SELECT fact FROM entry WHERE incident = 'INC-1' ORDER BY seq")]
    return done, facts, directory


def in_order(facts, *wanted):
    """Each of these comes after the one before; ``wanted`` are kinds, or a kind with what its fact must hold."""
    at = -1
    for step in wanted:
        kind, holds = step if isinstance(step, tuple) else (step, lambda _: True)
        found = [place for place, fact in enumerate(facts) if place > at and fact["fact"] == kind and holds(fact)]
        assert found, f"no {kind} after entry {at + 1}: {[fact['fact'] for fact in facts]}"
        at = found[0]


@pytest.mark.timeout(DEMO_SECONDS_MAX + 60)
@pytest.mark.parametrize("fault", FAULTS)
def test_the_demo_goes_from_the_alert_to_the_post_mortem(fault, tmp_path):
    """Exit code 0; the log holds every stage in its order, the cause is found in the evidence, every debt is repaid, and the chain verifies."""
    done, facts, directory = play(fault, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    in_order(facts, "AlertReceived", "Declared", "ChannelOpened", "Acknowledged")
    in_order(facts, "Declared", "PageSent", "Acknowledged", "Verified", "Resolved", "Closed", "PostmortemDrafted")
    evidence = [fact for fact in facts if fact["fact"] == "EvidenceCollected" and not fact.get("before_run")]
    assert len(evidence) >= EVIDENCE_MIN
    named = {"redis-stopped": "Redis", "api-crashed": "API"}[fault]
    assert any(named.lower() in fact.get("finding", "").lower() for fact in evidence), [fact.get("finding") for fact in evidence]
    if fault == "redis-stopped":
        logs = next(fact for fact in facts if fact["fact"] == "LogsRead" and fact["component"] == "watermark-lab-api")
        errors = [pattern["text"] for pattern in logs["patterns"] if pattern.get("level") == "error"]
        assert any("redis" in text.lower() for text in errors), logs

    fix = PLANS[fault].fixes[-1]
    proposed = next(fact for fact in facts if fact["fact"] == "RunProposed" and fact["line"] == fix)

    def of_the_fix(fact):
        return fact["run_id"] == proposed["run_id"]

    in_order(
        facts,
        ("RunProposed", of_the_fix), ("RunApproved", of_the_fix), ("RunStarted", of_the_fix),
        ("RunFinished", lambda fact: of_the_fix(fact) and fact["ok"]),
        ("Verified", lambda fact: fact["ok"]), "Resolved",
    )  # fmt: skip
    if PLANS[fault].door:
        in_order(facts, "DebtTaken", "DebtRepaid", "Closed")
    assert all(fact["fact"] != "OutcomeUnknown" for fact in facts)
    assert not [fact for fact in facts if fact["fact"] == "EffectFailed"]
    assert verify_log(directory / "data").endswith("entries verify")
    document = Path(directory / "postmortem-INC-1.md").read_text()
    assert "## Timeline" in document
