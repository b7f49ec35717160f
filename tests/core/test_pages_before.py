"""Logs that hold no ``PageRequested`` page exactly as the version that wrote them; the stored ones are by that version.

But for one: a raise asked for the channel a second time where the first did not stand yet, and there were two.
"""

import json
from pathlib import Path

import msgspec
import pytest
from tests.core.story import POLICY, RUNBOOK

from stormjib.core.effects import react
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Entry, decode_fact
from stormjib.core.policy import Policy

CASES = Path(__file__).parent / "cases"
THEN = msgspec.structs.replace(POLICY, responders=("ana", "bo", "cy"), escalate_minutes=4.0)


def wakes(effect):
    return effect["effect"] in {"Page", "OpenChannel", "SendMessage"} or effect.get("timer", "").startswith(
        ("escalate", "storm", "decide")
    )


def same(effect):
    """Of contact methods and their links there was nothing; a message to an audience may be worded better, under its key of then."""
    reworded = {"text"} if effect["effect"] == "SendMessage" else set()
    return {name: value for name, value in effect.items() if name not in {"urgent", "asked_at", *reworded}}


@pytest.mark.parametrize(("name", "today"), [("policy", THEN), ("policy", Policy(responders=("zoe",))), ("no-policy", THEN)])
def test_a_log_of_old_pages_as_it_did(name, today):
    incident, pages = Incident.new("INC-1"), 0
    for line in (CASES / f"pages-before-{name}.jsonl").read_text(encoding="utf-8").splitlines():
        then = json.loads(line)
        entry = Entry("INC-1", then["seq"], then["at"], then["by"], decode_fact(json.dumps(then["fact"])))
        evolve(incident, entry)
        now = [one for one in msgspec.to_builtins(react(incident, entry, RUNBOOK, today)) if wakes(one)]
        assert list(map(same, now)) == list(map(same, then["effects"])), (entry.seq, entry.fact)
        pages += sum(one["effect"] == "Page" for one in now)
    assert pages == 14
