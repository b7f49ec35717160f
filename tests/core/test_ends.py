"""Ends and episodes in the core: what may end how, what is told, what a reopened incident keeps apart."""

import pytest
from tests.core.story import POLICY, RUNBOOK, Story

from stormjib.core import comms, duties, ends, postmortem
from stormjib.core.effects import SendMessage
from stormjib.core.incident import Refused
from stormjib.core.kinds import Clock
from stormjib.core.log import (
    Acknowledged,
    ActionItemAdded,
    ChannelOpened,
    Closed,
    Linked,
    PageSent,
    Reopened,
    Resolved,
    SeverityChanged,
    StatusPosted,
    TimerDue,
)
from stormjib.core.narrate import narrate
from stormjib.core.severity import Severity
from stormjib.core.view import room

MINUTE = 60.0


def test_whoever_was_paged_is_told_and_whoever_ended_it_knows():
    story = Story()
    story.declare()
    story.tell(PageSent("ana", "webhook"), PageSent("bo", "webhook"))
    told = [effect for effect in story.act("false-alarm", "bo", reason="a probe") if isinstance(effect, SendMessage)]
    assert [(effect.key, effect.audience) for effect in told] == [("ended/0", "ana")]
    assert story.incident.status == "false alarm"


def test_what_is_due_after_the_end_is_nobodys_concern_unless_it_stands_for_other_incidents():
    story = Story()
    story.declare()
    story.act("cancel", reason="a test")
    assert [ends.needless(story.incident, timer) for timer in ("escalate/1", "item/i215", "cadence/1", "storm/ana", "action/1/0")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    before = len(story.entries)
    story.tell(TimerDue("item/i215"), TimerDue("escalate/1"))
    assert len(story.entries) == before + 2


def test_an_incident_owes_an_end_to_those_who_were_told_of_what_it_has_taken_in():
    story = Story()
    story.declare()
    assert ends.informed(story.incident) == ()
    story.tell(Linked("INC-2", "merged into", "bo", "one outage", Severity.P2, "Uploads", audiences=("customers",)))
    assert ends.informed(story.incident) == ("customers",)
    assert comms.last_update(story.incident, RUNBOOK)
    with pytest.raises(Refused, match="customers were told of INC-1"):
        story.decided("false-alarm", reason="nothing")
    story.tell(StatusPosted("Resolved", "It works again.", "customers", "room"))
    assert ends.informed(story.incident) == ()


def test_an_incident_without_a_reason_does_not_end():
    story = Story()
    story.declare()
    for name in ("false-alarm", "cancel"):
        with pytest.raises(Refused, match="Say why INC-1 ends this way"):
            story.decided(name, reason=" ")


def test_another_severity_begins_the_time_until_the_next_update_anew():
    """A P3 of half an hour ago becomes a P0: the first update of the P0 is not overdue at once."""
    story = Story()
    story.declare(Severity.P3)
    story.at += 29 * MINUTE
    story.tell(SeverityChanged(Severity.P0, "all users"))
    assert comms.next_update_at(story.incident, RUNBOOK) == story.at + 30 * MINUTE


def test_a_reopened_incident_shows_the_times_of_each_episode():
    story = Story()
    story.declare()
    story.at += 5 * MINUTE
    story.tell(Acknowledged("ana"))
    story.at += 5 * MINUTE
    story.tell(Resolved("ana"), Closed("ana"))
    story.at += 60 * MINUTE
    story.act("reopen", text="again")
    reopened = story.at
    story.at += 2 * MINUTE
    story.tell(Acknowledged("bo"))
    first, second = (*story.incident.episodes, story.incident.episode)
    assert (first.acknowledged - first.began, first.resolved - first.began, first.ended - first.began) == (300, 600, 600)
    assert (second.began, second.acknowledged, second.resolved) == (reopened, reopened + 120, None)
    text = postmortem.draft(story.incident, story.entries, RUNBOOK).text
    assert "→ resolved | 10 m |" in text
    assert "reopened" in text.partition("## Measured Times")[2].partition("## Incident Log")[0]
    assert "→ acknowledged | 2 m |" in text


def test_a_timer_says_what_it_is_for_and_is_not_in_the_post_mortem():
    story = Story()
    story.declare()
    story.tell(TimerDue("cadence/1"))
    assert narrate(TimerDue("escalate/2/1")) == "checked whether it is acknowledged, before level 2 is paged"
    text = postmortem.draft(story.incident, story.entries, RUNBOOK).text
    assert "checked whether an update is due" not in text
    assert "timer" not in text


def test_a_reopened_incident_keeps_the_check_marks_only_of_what_still_stands():
    story = Story()
    story.declare()
    story.tell(ChannelOpened("#inc-1", "slack"))
    checked = [item for item in duties.items(story.incident, RUNBOOK) if item.duty != "acknowledge"]
    for item in checked:
        if not duties.done(story.incident, item):
            story.act("check-off", item_id=item.id)
    story.tell(Acknowledged("ana"), Resolved("ana"))
    story.tell(Reopened("bo", "again"))
    kept = {item.duty for item in checked if duties.done(story.incident, item)}
    assert "channel" in kept
    assert kept <= {"log", "severity", "detected", "channel", "channel/slack", "actions"}


def test_the_review_that_break_glass_asks_for_is_no_documented_action_item():
    story = Story()
    story.declare()
    ours = [item for item in duties.items(story.incident, RUNBOOK) if item.duty == "actions"]
    story.tell(ActionItemAdded("Review the break-glass run INC-1-R1", "bo", "2026-12-01", reviews="INC-1-R1"))
    assert not [item for item in ours if duties.done(story.incident, item)]
    story.tell(ActionItemAdded("Alert on the memory of redis", "bo", "2026-12-01"))
    assert ours == [item for item in ours if duties.done(story.incident, item)]


def test_a_duplicate_that_was_reopened_is_no_duplicate_any_more():
    story = Story()
    story.declare()
    story.tell(Linked("INC-2", "duplicate of", "bo", "the same", Severity.P2, "Uploads"))
    assert story.incident.links == (("has the duplicate", "INC-2"),)
    story.tell(Linked("INC-2", "reopened", "bo", "it is not", Severity.P2, "Uploads"))
    assert not story.incident.links
    assert "INC-2 was reopened and is an incident of its own again" in narrate(story.entries[-1].fact)


def test_leadership_that_heard_of_a_p0_hears_that_it_is_only_a_p3():
    story = Story()
    story.declare(Severity.P0)
    told = [one.text for one in story.tell(SeverityChanged(Severity.P3, "two users")) if isinstance(one, SendMessage)]
    assert told == ["INC-1 is P3 now, P0 before: two users. It is: API not ready"]
    assert not [phase for phase in room(story.incident, RUNBOOK, POLICY, story.at).phases if not phase.ongoing and phase.current][
        1:
    ]
    story.tell(Resolved("ana"))
    clock = {phase.title: phase.clock for phase in RUNBOOK.phases}
    now = [phase.title for phase in room(story.incident, RUNBOOK, POLICY, story.at).phases if phase.current]
    assert all(clock[title] is Clock.RESOLUTION for title in now)


def test_an_action_item_is_not_due_in_the_past():
    story = Story()
    story.declare()
    with pytest.raises(Refused, match="is over already"):
        story.decided("add-action-item", text="an alert", owner="bo", due="2020-01-01")
    assert story.decided("add-action-item", text="an alert", owner="bo", due="2036-01-01")
