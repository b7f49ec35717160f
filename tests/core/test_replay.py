"""A log means the same whenever it is read: the effects of its entries follow from what stands in it, not from today's settings."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.story import POLICY, RUNBOOK, Story

from stormjib.core.catalogue.service import Service
from stormjib.core.effects import react
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import (
    Acknowledged,
    AlertReceived,
    AnyFact,
    Closed,
    CollectRequested,
    Declared,
    EffectFailed,
    Ended,
    Entry,
    Linked,
    PageHeld,
    PageRequested,
    PolicyChanged,
    Reopened,
    Resolved,
    RunApproved,
    RunProposed,
    SeverityChanged,
    StatusPosted,
    TimerDue,
    VerificationStarted,
    decode_fact,
    encode_fact,
)
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.severity import Severity

LOGS = 1_000
TODAY = Policy(
    responders=("zoe",), escalate_minutes=1.0, probe_timeout_seconds=1.0, base_url="http://other.example", variables=frozenset({"X"}),
    services=(Service(name="another", target_url="http://another.example"),), reviews_metrics=True, reads_logs=True,
)  # fmt: skip
POLICIES = (POLICY, msgspec.structs.replace(POLICY, responders=("bo", "cy", "di"), escalate_minutes=7.0), Policy(reads_logs=True))
COMMAND = RUNBOOK.commands[20]
TIMERS = ("escalate/1", "escalate/2", "survey", "impact/0", "impact/1", "cadence/1", "release/INC-1-R1", "storm/ana", "item/i215")


def _proposed(at: float) -> RunProposed:
    return RunProposed(
        "INC-1-R1",
        COMMAND.id,
        COMMAND.line,
        COMMAND.text,
        COMMAND.fingerprint,
        RUNBOOK.sha256,
        Risk.DISRUPT,
        "",
        1,
        at + 600,
        60.0,
    )


FACTS = st.one_of(
    st.sampled_from(Severity).map(lambda severity: SeverityChanged(severity, "judged")),
    st.sampled_from(TIMERS).map(TimerDue),
    st.sampled_from(POLICIES).map(lambda policy: PolicyChanged(policy.recorded("api"))),
    st.sampled_from(
        [
            PageRequested(0, ("ana",), via=("schedule first",), next_seconds=300.0),
            PageRequested(1, ("bo", "cy"), "nobody has acknowledged", passed=("nobody is on call in the schedule first",), told=("di",)),
            PageRequested(0, ("cy",), "end of my shift", next_seconds=300.0, asked_by="ana", anew=True),
        ]
    ),
    st.sampled_from(["page/0", "page/1", "before/INC-1-R1/c41"]).map(lambda key: EffectFailed(key, "webhook", "gone", True, 9)),
    st.sampled_from(
        [
            Acknowledged("ana"), CollectRequested("c41", 41, "x"), Resolved("ana"), Reopened("ana", "again"), Closed("ana"),
            Ended("false alarm", "ana", "nothing"), Ended("merged into", "ana", "the same", "INC-2"),
            Linked("INC-3", "duplicate of", "ana", "the same", Severity.P0, "It fails", people=("bo",)),
            Linked("INC-4", "split into", "ana", "another", Severity.P1, "Disk", ("alertmanager/f2",)),
            StatusPosted("Identified", "known", "customers", "room"), VerificationStarted("ana"), PageHeld("bo", 1, "storm", "", 30.0),
            RunApproved("INC-1-R1", "bo"),
            AlertReceived("f2", "alertmanager", "Down", "api", "it is down", 0.0, proposed=Severity.P0),
        ]
    ),
)  # fmt: skip


@settings(max_examples=LOGS)
@given(st.sampled_from(POLICIES), st.sampled_from(Severity), st.lists(FACTS, max_size=12))
def test_a_log_has_the_same_effects_under_any_settings(policy, severity, facts):
    declared = Declared("It fails", severity, "api", RUNBOOK.sha256, 1_000.0, policy=policy.recorded("api"))
    stored = [encode_fact(fact) for fact in (declared, _proposed(1_600.0), *facts)]
    then, today = _replayed(stored, policy), _replayed(stored, TODAY)
    assert then == today


def _replayed(stored: list[bytes], policy: Policy) -> list[tuple[bytes, bytes]]:
    """State and effects after each entry, as bytes."""
    incident, found = Incident.new("INC-1"), []
    for seq, fact in enumerate(stored, 1):
        entry = Entry("INC-1", seq, 1_000.0 + 60 * seq, "ana", decode_fact(fact))
        evolve(incident, entry)
        effects = react(incident, entry, RUNBOOK, policy)
        found.append((repr(incident).encode(), msgspec.json.encode(effects)))
    return found


def test_a_log_that_holds_no_settings_has_its_effects_from_those_of_today():
    stored = [encode_fact(Declared("It fails", Severity.P1, "api", RUNBOOK.sha256, 1_000.0))]
    assert b'"zoe"' in _replayed(stored, TODAY)[-1][1]
    assert b'"ana"' in _replayed(stored, POLICY)[-1][1]


def test_what_is_recorded_of_the_settings_says_what_they_say_and_no_address():
    assert TODAY.recorded("api").services == (), "what is no service of the incident is nothing to its log"
    kept = TODAY.recorded("another")
    assert kept.service_of("another").proofs == TODAY.service_of("another").proofs
    assert b"another.example" not in msgspec.json.encode(kept)
    fact: AnyFact = PolicyChanged(kept)
    assert decode_fact(encode_fact(fact)) == fact
    story = Story()
    story.tell(fact)
    assert story.incident.policy == kept
