"""An incident is a fold over its log: the same log always gives the same incident, and no fact is without an arm."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.story import POLICY, RUNBOOK, Story

from stormjib.core.effects import OpenChannel, Page, WakeAt, react
from stormjib.core.incident import Refused, evolve, replay
from stormjib.core.log import (
    Acknowledged,
    AnyFact,
    Entry,
    NoteAdded,
    PageSent,
    Reopened,
    Resolved,
    SeverityChanged,
    TimerDue,
    decode_fact,
    encode_fact,
)
from stormjib.core.narrate import narrate
from stormjib.core.observation import LogPattern, Metric, Suspect
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity


def test_a_p1_opens_a_channel_pages_and_looks():
    story = Story()
    effects = story.declare()
    channel = [effect for effect in effects if isinstance(effect, OpenChannel)]
    assert [each.name for each in channel] == ["#incident-2026-09-21-135320"] or channel[0].name.startswith("#incident-20")
    pages = [effect for effect in effects if isinstance(effect, Page)]
    assert [(page.who, page.rung) for page in pages] == [("ana", 0)]


@pytest.mark.parametrize("severity", [Severity.P2, Severity.P3, Severity.P4])
def test_below_p1_nobody_is_woken(severity):
    effects = Story().declare(severity)
    assert not [effect for effect in effects if isinstance(effect, OpenChannel | Page)]


def test_a_worse_severity_pages_and_a_lesser_one_does_not():
    story = Story()
    story.declare(Severity.P3)
    for severity, pages in ((Severity.P1, 1), (Severity.P0, 1), (Severity.P1, 0), (Severity.P0, 1), (Severity.P4, 0)):
        told = story.tell(SeverityChanged(severity, "judged anew"))
        assert len([e for e in told if isinstance(e, Page)]) == pages, severity
        story.tell(PageSent("ana", "room"))


def test_nobody_answers_so_the_ladder_is_climbed_until_somebody_does():
    story = Story()
    story.declare()
    second = story.tell(TimerDue("escalate/1"), by="stormjib")
    assert [(e.who, e.rung) for e in second if isinstance(e, Page)] == [("bo", 1)]
    assert [e.timer for e in second if isinstance(e, WakeAt)] == ["escalate/2"]
    story.tell(Acknowledged("bo"))
    assert story.tell(TimerDue("escalate/2"), by="stormjib") == []


def test_the_second_acknowledgement_changes_nothing():
    story = Story()
    story.declare()
    story.act("acknowledge", "ana")
    assert story.decided("acknowledge", "bo") == ()
    assert story.incident.acknowledged.by == "ana"


def test_refusals_are_sentences():
    story = Story()
    for name, words in (("acknowledge", {}), ("note", {"text": "x"}), ("change-severity", {"severity": "P0", "reason": "x"})):
        with pytest.raises(Refused, match=r"There is no incident INC-1; .* list"):
            story.decided(name, **words)


def test_every_fact_survives_storage_and_has_words():
    for kind in AnyFact.__args__:
        fact = _example(kind)
        assert decode_fact(encode_fact(fact)) == fact
        assert narrate(fact)


def test_every_fact_has_an_arm_in_the_fold_and_in_react():
    for kind in AnyFact.__args__:
        story = Story()
        story.declare()
        fact = _example(kind)
        if hasattr(fact, "run_id") and kind.__name__ != "RunProposed":
            story.tell(_proposal())
        entry = Entry("INC-1", story.incident.seq + 1, story.at, "ana", fact)
        evolve(story.incident, entry)
        react(story.incident, entry, RUNBOOK, POLICY)
        assert story.incident.seq == entry.seq


@given(st.lists(st.sampled_from([Acknowledged("ana"), NoteAdded("x"), Resolved("ana"), Reopened("bo", "again")]), max_size=30))
def test_a_replay_is_the_same_incident(facts):
    story = Story()
    story.declare()
    story.tell(*facts)
    assert replay("INC-1", story.entries) == story.incident


def _proposal():
    return _example(next(kind for kind in AnyFact.__args__ if kind.__name__ == "RunProposed"))


def _example(kind):
    """An instance with a value of the right type in every field."""
    values = {
        str: "x",
        int: 1,
        float: 1.0,
        bool: True,
        Policy: Policy(),
        tuple[Metric, ...]: (Metric("redis", "memory", "bytes", now=2.0),),
        tuple[LogPattern, ...]: (LogPattern("refused <num>", 3, new=True),),
        tuple[Suspect, ...]: (Suspect("redis", 0.9, "redis is down", (7,)),),
    }
    given_values = {}
    for field in msgspec.structs.fields(kind):
        if field.required:
            given_values[field.name] = values.get(field.type, ("x",) if "tuple" in str(field.type) else None)
            if given_values[field.name] is None:
                choices = field.type if hasattr(field.type, "__members__") else get_args(field.type)
                given_values[field.name] = next((one for one in choices if not isinstance(one, type)), 0)
        if field.name == "run_id":
            given_values[field.name] = "INC-1-R1"
        if field.name == "key":
            given_values[field.name] = "item/i225"
    return kind(**given_values)
