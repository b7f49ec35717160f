"""The end of an incident: customers hear of it, temporary measures end first, and what was not done is answered for."""

import pytest
from tests.core.story import HEALTH, POLICY, RUNBOOK, Story
from tests.core.test_proofs import POLICY as MEASURING
from tests.core.test_response import looked, propose, recovered, run

from stormjib.core import closure
from stormjib.core.closure import UNMEASURED
from stormjib.core.effects import SendMessage
from stormjib.core.incident import Refused
from stormjib.core.log import Acknowledged, AlertCleared, ProofOverruled, Reopened, Resolved, StatusPosted, SuspectsRanked
from stormjib.core.next_step import next_step
from stormjib.core.observation import Suspect
from stormjib.core.view import room

TOLD = "customers are told that it is resolved"


def at(line):
    return next(command for command in RUNBOOK.commands if command.line == line)


def opened():
    story = Story()
    story.declare()
    story.tell(Acknowledged("ana"))
    return story


def criterion(story, name):
    return next((one for one in closure.closure_criteria(story.incident, RUNBOOK) if one.name == name), None)


def posted(story, stage="Identified", audience="customers"):
    return story.act("post-update", stage=stage, audience=audience, text="we know why")


def test_i16_customers_who_were_told_are_told_the_end_as_part_of_resolving():
    story = opened()
    assert criterion(story, TOLD) is None, "nobody was told of it"
    posted(story)
    assert room(story.incident, RUNBOOK, POLICY, story.at).last_update == "This incident has been resolved."
    recovered(story)
    effects = story.act("resolve", policy=UNMEASURED, text="restarted", customers="It works again. Sorry.")
    assert [(one.audience, one.text) for one in effects if isinstance(one, SendMessage)] == [
        ("customers", "It works again. Sorry.")
    ]
    last = next(entry.fact for entry in reversed(story.entries) if isinstance(entry.fact, StatusPosted))
    assert (last.stage, last.audience) == ("Resolved", "customers")
    assert criterion(story, TOLD).met
    assert not room(story.incident, RUNBOOK, POLICY, story.at).last_update


def test_i16_closing_asks_for_it_and_it_is_possible_after_resolving():
    story = opened()
    posted(story)
    recovered(story)
    story.act("resolve", policy=UNMEASURED, text="restarted")
    lacks = criterion(story, TOLD)
    assert not lacks.met
    assert "stormjib status post INC-1 --stage Resolved --audience customers" in lacks.detail
    with pytest.raises(Refused, match=TOLD):
        story.decided("close", policy=UNMEASURED)
    posted(story, "resolved")
    assert criterion(story, TOLD).met


def test_i16_what_was_told_after_a_reopening_needs_an_end_of_its_own():
    story = opened()
    posted(story)
    story.tell(Resolved("ana"))
    posted(story, "Resolved")
    story.tell(Reopened("bo", "again"))
    assert criterion(story, TOLD).met
    posted(story, "Investigating")
    assert not criterion(story, TOLD).met


def test_i16_the_channel_of_leadership_and_leadership_are_one_audience():
    story = opened()
    for said in ("leadership", "#leadership-alerts"):
        effects = posted(story, audience=said)
        assert [effect.audience for effect in effects if isinstance(effect, SendMessage)] == ["#leadership-alerts"]
    assert {post.audience for _, post in story.incident.posts} == {"leadership"}
    with pytest.raises(Refused, match="no audience"):
        posted(story, audience="#random")


def test_i11_maintenance_mode_may_go_off_before_the_check_that_it_makes_fail():
    story = opened()
    run(story, 87)
    run(story, 77)
    story.tell(AlertCleared("f1", "ReadinessFailing", story.at))
    assert "Switch maintenance mode off" in next_step(story.incident, RUNBOOK, policy=MEASURING)[0]
    story.tell(looked(at(159), ok=False))
    failed = criterion(story, at(159).label or HEALTH)
    assert "maintenance mode is still on, which may be why: switch it off first, stormjib run start INC-1 c163" in failed.detail
    run(story, 163)
    assert not story.incident.debts


def test_i11_maintenance_mode_that_somebody_else_switched_on_may_go_off_first_as_well():
    story = opened()
    assert propose(story, 163)


def test_what_was_not_done_is_answered_for_and_not_checked_off():
    story = opened()
    item = next(item for item in RUNBOOK.checklist("P1").items if item.text == "Create incident channel")
    assert criterion(story, item.text).proof_id == item.id
    with pytest.raises(Refused, match="Say why"):
        story.decided("overrule", item_id=item.id, text="")
    story.act("overrule", item_id=item.id, text="no chat is connected")
    assert isinstance(story.entries[-1].fact, ProofOverruled)
    held = criterion(story, item.text)
    assert held.met
    assert held.detail.startswith("not done; ana answers for that: no chat is connected")
    assert item.id not in story.incident.ticks
    story.tell(Resolved("ana"), Reopened("bo", "again"))
    assert not criterion(story, item.text).met


@pytest.mark.parametrize(
    ("component", "first"),
    [("redis", [102]), ("deployment of watermark-lab-api", [83, 84]), ("api", [77, 80]), ("disk", [])],
)
def test_i13_the_fix_that_fits_the_suspect_comes_first_and_says_why(component, first):
    story = opened()
    before = _menu(story)
    story.tell(SuspectsRanked((Suspect(component, 0.8, "it changed a minute ago (entry 7)", (7,)),), True, "x", 3.0))
    options = _menu(story)
    assert [option.line for option in options if option.fits] == first
    assert [option.line for option in options][: len(first)] == first
    assert all(option.fits == f"{component}: it changed a minute ago (entry 7)" for option in options[: len(first)])
    assert sorted(option.line for option in options) == sorted(option.line for option in before)


def _menu(story):
    steps = [step for step in room(story.incident, RUNBOOK, POLICY, story.at).steps if step.mode == "choose"]
    return [option for group in steps[0].groups for option in group.options]
