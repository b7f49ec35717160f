"""In shadow no entry asks for anything that leaves: whatever the log holds, whichever settings follow."""

from typing import get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.story import POLICY, RUNBOOK
from tests.core.test_replay import FACTS, POLICIES, _proposed

from stormjib.core.effects import STAYS, AnyEffect, react
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Declared, Entry, Reopened
from stormjib.core.severity import Severity

LOGS = 500
WIDE = msgspec.structs.replace(
    POLICY, chat="slack", sources=("alertmanager",), reads_logs=True, reviews_metrics=True, role_minutes=5.0
)


def effects(declared, today, facts):
    """What a log asks for that was begun by one policy and is read under another one."""
    incident, found = Incident.new("INC-1"), []
    begun = Declared("It fails", Severity.P1, "api", RUNBOOK.sha256, 1_000.0, policy=declared.recorded("api"))
    for seq, fact in enumerate((begun, _proposed(1_600.0), *facts), 1):
        entry = Entry("INC-1", seq, 1_000.0 + 60 * seq, "ana", fact)
        evolve(incident, entry)
        found += react(incident, entry, RUNBOOK, today)
    return found


def walled(policy):
    return msgspec.structs.replace(policy, shadow=True)


@settings(max_examples=LOGS)
@given(st.sampled_from((*POLICIES, WIDE)), st.lists(FACTS, max_size=12))
def test_neither_a_log_of_shadow_nor_a_server_in_shadow_asks_for_what_leaves(policy, facts):
    """A log that was begun so asks for nothing on a live server either, even after a change of the settings in it, unless it is reopened there."""
    facts = [one for one in facts if not isinstance(one, Reopened)]
    for declared, today in ((walled(policy), walled(policy)), (walled(policy), policy), (policy, walled(policy))):
        assert [one for one in effects(declared, today, facts) if not isinstance(one, STAYS)] == []


def test_only_a_timer_a_draft_and_what_it_decides_by_stay():
    """A new kind of effect is walled until somebody says here that it does not leave."""
    assert set(STAYS) < set(get_args(AnyEffect))
    assert {kind.__name__ for kind in STAYS} == {"WakeAt", "DraftPostmortem", "CheckUsers"}
