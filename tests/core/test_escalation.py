"""Whom a level pages: decided from the policy, who is on call, the severity and the runbook; and never nobody."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.story import POLICY, START, Story

from stormjib.core.catalogue.escalation import Escalation, Level, Promise
from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.service import Service
from stormjib.core.effects import Page, WakeAt
from stormjib.core.escalation import on_call
from stormjib.core.log import PageRequested, TimerDue
from stormjib.core.oncall.schedule import Layer, Override, Restriction, Schedule
from stormjib.core.severity import Severity

PEOPLE = ("ana", "bo", "cy", "dan")
NEVER = Schedule(name="never", layers=(Layer(people=("ana",), start="2090-01-01"),))
ALWAYS = Schedule(name="always", layers=(Layer(people=("bo",)),))
NO_HOURS = (Restriction(days=("sun",), begins="00:00", ends="00:01"),)


def site(*levels, **given):
    policy = Escalation(name="p", levels=levels, **given)
    return msgspec.structs.replace(
        POLICY,
        every_incident=False,
        services=(Service(name="watermark-lab-api", escalation="p"),),
        escalation=(policy,),
        people=tuple(Person(name=name) for name in PEOPLE),
        teams=(Team(name="empty"), Team(name="crew", members=("cy", "dan"))),
        schedules=(NEVER, ALWAYS),
    )


def asked(story):
    return [entry.fact for entry in story.entries if isinstance(entry.fact, PageRequested)]


LEVELS = st.lists(
    st.builds(
        Level,
        page=st.lists(st.sampled_from(("never", "always", "empty", "crew", "ana", "dan")), min_size=1, max_size=3).map(tuple),
        hours=st.sampled_from(((), NO_HOURS)),
        acknowledge_minutes=st.sampled_from((None, 2.0, Promise(p0=1.0))),
    ),
    min_size=1,
    max_size=4,
)


@given(LEVELS, st.integers(0, 2), st.lists(st.sampled_from(("never", "empty", "cy")), max_size=2), st.sampled_from(("P0", "P1")))
def test_whatever_the_policy_is_somebody_is_paged_and_there_is_a_next_time(levels, repeat, catch_all, severity):
    """Through every level, its repetitions and ten rounds of the catch-all."""
    story = Story(site(*levels, repeat=repeat, catch_all=tuple(catch_all)))
    effects = story.declare(Severity(severity))
    for _ in range(len(levels) * (repeat + 1) + 10):
        pages = [one for one in effects if isinstance(one, Page)]
        (timer,) = [one for one in effects if isinstance(one, WakeAt) and one.timer.startswith("escalate/")]
        assert pages
        assert {page.who for page in pages} <= set(PEOPLE)
        assert len({page.who for page in pages}) == len(pages), "one page for each"
        assert timer.at > story.at
        story.at = timer.at
        effects = story.tell(TimerDue(timer.timer), by="stormjib")
    levels_asked = [one.level for one in asked(story)]
    assert levels_asked == sorted(set(levels_asked)), "each level once, in order"


@pytest.mark.parametrize(
    ("severity", "said", "seconds"),
    [
        ("P0", None, 300), ("P1", None, 900), ("P0", 2.0, 120), ("P1", 2.0, 120), ("P0", Promise(p0=1.0), 60), ("P1", Promise(p0=1.0), 900),
    ],
)  # fmt: skip
def test_a_level_has_the_time_that_it_says_else_that_of_the_runbook(severity, said, seconds):
    story = Story(site(Level(page=("ana",), acknowledge_minutes=said)))
    story.declare(Severity(severity))
    assert asked(story)[0].next_seconds == seconds


def test_an_override_is_who_is_paged_and_an_empty_level_is_told_to_the_catch_all():
    policy = site(Level(page=("never",)), Level(page=("always",)), catch_all=("crew",))
    story = Story(msgspec.structs.replace(policy, overrides=(Override("always", "dan", START - 60, START + 3600),)))
    story.declare()
    (fact,) = asked(story)
    assert (fact.level, fact.people, fact.told) == (1, ("dan",), ("cy",))
    assert re.fullmatch(r"schedule always, until (?:[A-Z][a-z]{2} \d+ [A-Z][a-z]{2} )?\d\d:\d\d UTC", fact.via[0])
    assert fact.passed == ("nobody is on call in the schedule never",)


def test_everybody_of_the_open_levels_hears_of_what_waits():
    policy = site(Level(page=("never", "always")), Level(page=("ana",), hours=NO_HOURS), catch_all=("crew",))
    assert on_call(policy, "watermark-lab-api", START) == ("bo", "cy", "dan")
    assert on_call(site(Level(page=("never",))), "watermark-lab-api", START) == PEOPLE
    assert on_call(POLICY, "watermark-lab-api", START) == ("ana", "bo")
