"""After the incident: what is left to do lives on when it is closed, is reminded of, and the post-mortem follows."""

from datetime import UTC, datetime

import pytest
from tests.core.story import POLICY, RUNBOOK, Story
from tests.core.test_response import run

from stormjib.core import postmortem
from stormjib.core.effects import DraftPostmortem, SendMessage, WakeAt
from stormjib.core.incident import Refused
from stormjib.core.log import Acknowledged, Closed, PostmortemDrafted, Reopened, Resolved, TimerDue
from stormjib.core.next_step import next_step
from stormjib.core.view import room

MEETING, GATHER, CAUSE, ITEMS, SHARE = (f"t{line}" for line in (173, 174, 175, 176, 177))


def closed():
    story = Story()
    story.declare()
    story.tell(Acknowledged("bo"), by="bo")
    story.effects_of_end = story.tell(Resolved("ana", "it answers")) + story.tell(Closed("ana"))
    return story


def drafted(story):
    return postmortem.draft(story.incident, story.entries, RUNBOOK)


def test_what_was_no_incident_was_not_resolved():
    story = Story()
    story.declare()
    story.act("false-alarm", "bo", reason="a probe")
    text = drafted(story).text
    assert "Ended: false alarm" in text
    assert "resolved" not in text.partition("## Timeline")[2].partition("##")[0].lower()


def told(effects):
    return [(effect.audience, effect.text) for effect in effects if isinstance(effect, SendMessage)]


@pytest.mark.parametrize("item", [MEETING, GATHER, CAUSE, ITEMS, SHARE])
def test_i6_what_belongs_after_the_incident_is_checked_off_without_reopening(item):
    story = closed()
    story.incident.ticks.pop(item, None)
    story.act("check-off", item_id=item, text="done on Tuesday")
    assert story.incident.ticks[item].who == "ana"
    story.act("uncheck", item_id=item, text="it was moved")
    assert item not in story.incident.ticks
    assert story.incident.status == "closed"


def test_i6_what_belongs_to_the_incident_itself_needs_a_reopening():
    story = closed()
    for action in ("check-off", "uncheck"):
        with pytest.raises(Refused, match="reopen it first"):
            story.decided(action, item_id="i231", text="late")
    boxes = {
        box.id: box.after
        for step in room(story.incident, RUNBOOK, POLICY, story.at).steps
        for g in step.groups
        for box in g.tasks
    }
    assert boxes[MEETING]
    assert not boxes["t131"]


def test_i6_reminders_reach_whoever_resolved_it_at_24_48_and_72_hours():
    story = closed()
    timers = {
        effect.timer: effect.at
        for effect in story.effects_of_end
        if isinstance(effect, WakeAt) and effect.timer.startswith("after")
    }
    assert [(at - story.at) / 3600 for at in timers.values()] == [24, 48, 72]
    resolved_at = story.at
    for timer, at in timers.items():
        story.at = at
        reminded = told(story.tell(TimerDue(timer), by="stormjib"))
        assert [who for who, _ in reminded] == ["ana", "bo"]
        assert "Schedule Post-Mortem Meeting" in reminded[0][1]
        assert f"{(at - resolved_at) / 3600:g} hours ago" in reminded[0][1]
    for item in (MEETING, GATHER, CAUSE, ITEMS, SHARE):
        if item not in story.incident.ticks:
            story.act("check-off", item_id=item)
    assert not told(story.tell(TimerDue("after/2"), by="stormjib"))


def test_i6_a_reopened_incident_reminds_nobody_of_its_end():
    story = closed()
    story.tell(Reopened("bo", "again"))
    story.at += 24 * 3600
    assert not told(story.tell(TimerDue("after/0"), by="stormjib"))


def test_i6_action_items_are_reminded_of_until_they_are_done():
    story = closed()
    with pytest.raises(Refused, match="no day of the calendar"):
        story.decided("add-action-item", text="x", owner="cy", due="2026-02-30")
    effects = story.act("add-action-item", text="limit the memory of redis", owner="@cy", due="2026-12-01")
    assert any(isinstance(effect, DraftPostmortem) for effect in effects)
    timer = next(effect for effect in effects if isinstance(effect, WakeAt))
    assert datetime.fromtimestamp(timer.at, UTC) == datetime(2026, 12, 1, 9, tzinfo=UTC)
    story.at = timer.at
    again = story.tell(TimerDue(timer.timer), by="stormjib")
    assert told(again)[0][0] == "cy"
    assert "limit the memory of redis" in told(again)[0][1]
    following = next(effect for effect in again if isinstance(effect, WakeAt))
    assert following.at - timer.at == 7 * 24 * 3600
    with pytest.raises(Refused, match="no action item 2"):
        story.decided("complete-action-item", number="2")
    story.act("complete-action-item", number="1", note="it is live")
    story.at = following.at
    assert not story.tell(TimerDue(following.timer), by="stormjib")
    assert "[x] limit the memory of redis" in drafted(story).text
    assert not story.decided("complete-action-item", number="1")


@pytest.mark.parametrize(
    ("field", "text", "stands", "answers"),
    [
        ("Root Cause", "1. redis had no limit\n2. nobody set one", "## Root Cause\n1. redis had no limit\n2. nobody set one", "[Detailed"),
        ("Impact", "40 users", "- **Impact**: 40 users", "Number of affected"),
        ("What went well?", "the page", "- What went well? the page", "What went well?"),
        ("HH:MM - Root cause identified", "14:11", "- 14:11 - Root cause identified", "HH:MM"),
        ("Five Whys", "because", "## Five Whys\nbecause", ""),
        ("[Detailed explanation of what caused the incident]", "oom", "## Root Cause\noom", "[Detailed"),
    ],
)  # fmt: skip
def test_i6_the_post_mortem_is_written_after_closing(field, text, stands, answers):
    story = closed()
    before = drafted(story).fields_left
    effects = story.act("write-postmortem", field=field, text=text)
    assert [type(effect) for effect in effects] == [DraftPostmortem]
    after = drafted(story)
    assert stands in after.text
    lost = [one for one in before if one not in after.fields_left]
    assert [one.startswith(answers) for one in lost] == ([True] if answers else [])
    assert not story.decided("write-postmortem", field=field, text=text)
    story.act("write-postmortem", field=field, text="")
    assert drafted(story).fields_left == before


def test_i6_what_a_person_writes_is_no_field_and_no_markdown_of_its_own():
    story = closed()
    before = drafted(story).fields_left
    story.act("write-postmortem", field="Impact", text="see [the list of users] <b>")
    after = drafted(story)
    assert r"see \[the list of users\] \<b\>" in after.text
    assert set(after.fields_left) < set(before)


def test_i6_the_next_step_of_a_closed_incident_is_what_is_left():
    story = closed()
    story.tell(PostmortemDrafted("0" * 64, ("What went well?",)), by="stormjib")
    assert next_step(story.incident, RUNBOOK) == ("Write what the post-mortem still lacks: What went well?", "postmortem")
    story.tell(PostmortemDrafted("0" * 64, ()), by="stormjib")
    assert next_step(story.incident, RUNBOOK)[0].startswith("After the incident: Schedule Post-Mortem Meeting")
    for item in (MEETING, GATHER, CAUSE, ITEMS, SHARE):
        if item not in story.incident.ticks:
            story.act("check-off", item_id=item)
    story.act("add-action-item", text="limit the memory", owner="cy", due="2026-12-01")
    assert next_step(story.incident, RUNBOOK)[0] == "Action item 1 of cy, due 2026-12-01: limit the memory"
    story.act("complete-action-item", number="1")
    assert next_step(story.incident, RUNBOOK) == ("Nothing is left to do", "")


def test_nothing_that_people_write_makes_markup_or_a_section_of_its_own():
    story = closed()
    before = [line for line in drafted(story).text.splitlines() if line.startswith("#")]
    forged = "## Root Cause\n# Title\nText\n---\nText\n===\n~~~\n<b>x</b>\n\x1b[2J\x07\u202eevil\x00"
    for field in ("<img src=x onerror=alert(1)>", "[click](javascript:alert(1))", "Incident Log", "Break-Glass", "Summary"):
        story.act("write-postmortem", field=field, text=forged)
    text = drafted(story).text
    added = [line for line in text.splitlines() if line.startswith("#") and line not in before]
    assert added == [
        r"## \<img src=x onerror=alert(1)\>",
        r"## \[click\](javascript:alert(1))",
        "## Incident Log (written by hand)",
        "## Break-Glass (written by hand)",
    ]
    assert [line for line in text.splitlines() if line.startswith("#") and line not in added] == before
    assert [line for line in text.splitlines() if line.strip("-=~") == "" and line] == []
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "\n<b>" not in text


@pytest.mark.parametrize(("lines", "listed"), [((102, 111), [102]), ((111,), [111])])
def test_the_resolution_names_what_ended_it_and_a_prune_only_where_nothing_else_did(lines, listed):
    story = Story()
    story.declare()
    story.tell(Acknowledged("ana"))
    story.at += 61
    for line in lines:
        run(story, line)
    text = drafted(story).text
    section = text[: text.index("## Measured Times")]
    assert [line for line in (102, 111) if f"(line {line}, approved by" in section] == listed
    assert "**Duration**: 1 m" in section
