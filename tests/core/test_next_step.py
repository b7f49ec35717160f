"""The one next thing says what is so: what is lacking as it is now, and another fix where one is measured not to have helped."""

from tests.core.story import POLICY, RUNBOOK, Story
from tests.core.test_response import run

from stormjib.core import closure
from stormjib.core.effects import Measure
from stormjib.core.log import Acknowledged, AlertCleared, Verified
from stormjib.core.next_step import next_step


def acknowledged():
    story = Story()
    story.declare()
    story.tell(Acknowledged("ana"))
    return story


def measured(story, *, ok):
    for effect in story.act("verify", policy=POLICY):
        if isinstance(effect, Measure):
            story.tell(
                Verified(effect.task_id, effect.line, effect.name, ok, "it answers 503" if not ok else "fine"), by="stormjib"
            )


def step(story):
    return next_step(story.incident, RUNBOOK, policy=POLICY)


def test_what_fires_is_not_called_clear():
    story = acknowledged()
    run(story, 77)
    measured(story, ok=True)
    sentence, verb = step(story)
    assert verb == "closure"
    assert sentence.startswith("Before resolving, this must hold: no alert fires. Now: still firing: ReadinessFailing")


def test_what_is_over_by_itself_and_measured_is_resolved_without_a_fix():
    story = acknowledged()
    assert step(story) == ("Choose a mitigation", "mitigate")
    story.tell(AlertCleared("f1", "ReadinessFailing", story.at))
    assert step(story)[1] == "mitigate", "nothing has measured it yet"
    measured(story, ok=True)
    assert step(story)[1] == "resolve"


def test_after_a_fix_that_did_not_help_the_next_thing_is_another_one():
    story = acknowledged()
    run(story, 77)
    story.tell(AlertCleared("f1", "ReadinessFailing", story.at))
    measured(story, ok=False)
    sentence, verb = step(story)
    assert verb == "mitigate"
    assert sentence.startswith("Choose another mitigation: it is not over. ")
    assert "it answers 503" in sentence
    measured(story, ok=True)
    assert step(story)[1] == "resolve"


def test_a_measurement_has_its_time_and_what_was_only_confirmed_is_not_called_measured():
    story = acknowledged()
    run(story, 77)
    measured(story, ok=True)
    story.at += 49
    found = [one for one in closure.resolution_criteria(story.incident, RUNBOOK, policy=POLICY) if one.by == "measured"]
    assert found
    assert {one.measured_at for one in found} == {story.at - 49}
    said = closure.Criterion("users agree", 0, met=True, detail="confirmed by ana; not measured", by="said")
    assert closure.proof_of_recovery((*found, said)) == "the recovery is measured in part; confirmed by ana; not measured"
    assert closure.proof_of_recovery(tuple(found)) == "the recovery is proven by measurement"
