"""A command that waits for a person: who is told, one confirmation where one person may decide, and break-glass."""

import pytest
from tests.core.story import POLICY, RUNBOOK, Story

from stormjib.core import duties, postmortem, start
from stormjib.core.effects import RunCommand, SendMessage
from stormjib.core.incident import Refused
from stormjib.core.log import (
    Acknowledged,
    ActionItemAdded,
    EvidenceCollected,
    ItemOverdue,
    Resolved,
    RunApproved,
    RunFinished,
    RunForced,
    RunProposed,
    TimerDue,
)
from stormjib.core.markdown import compile_runbook
from stormjib.core.narrate import narrate
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.view import room

RESTART, FLUSH = 102, 99
WHY = "users lose data and nobody answers the phone"


def at(line):
    return next(command for command in RUNBOOK.commands if command.line == line)


def told(effects):
    return [(effect.audience, effect.text) for effect in effects if isinstance(effect, SendMessage)]


def asked(story, line, who="ana", **given):
    effects = story.act("propose", who, command_id=at(line).id, reason="it is needed", **given)
    return list(story.incident.runs)[-1], effects


def opened(policy=POLICY):
    story = Story(policy)
    story.declare()
    return story


def test_nobody_is_asked_for_what_expired_while_the_server_was_down():
    story = opened()
    run_id, _ = asked(story, RESTART)
    expires_at = story.incident.runs[run_id].proposal.expires_at
    story.at = expires_at - 30
    assert "expires in 30 seconds" in told(story.tell(TimerDue(f"decide/{run_id}"), by="stormjib"))[0][1]
    story.at = expires_at + 15
    assert not told(story.tell(TimerDue(f"decide/{run_id}"), by="stormjib"))


def test_i12_whoever_may_decide_is_told_once_and_reminded_once():
    story = opened()
    run_id, effects = asked(story, RESTART)
    assert [who for who, _ in told(effects)] == ["bo"]
    assert f"{run_id} waits for an approval: docker-compose restart redis" in told(effects)[0][1]
    assert f"#{run_id}" in told(effects)[0][1]
    timer = next(effect for effect in effects if getattr(effect, "timer", "") == f"decide/{run_id}")
    story.at = timer.at
    reminded = told(story.tell(TimerDue(timer.timer), by="stormjib"))
    assert [who for who, _ in reminded] == ["bo"]
    assert "expires in 15 minutes" in reminded[0][1]


@pytest.mark.parametrize("answer", ["approve", "reject"])
def test_i12_who_has_answered_hears_no_more_of_it(answer):
    story = opened()
    run_id, _ = asked(story, RESTART)
    assert not told(story.act(answer, "bo", run_id=run_id, reason="seen"))
    assert not told(story.tell(TimerDue(f"decide/{run_id}"), by="stormjib"))


def test_i12_asked_and_approved_at_once_is_one_confirmation_and_two_facts():
    story = opened()
    run_id, effects = asked(story, RESTART, approve=True)
    assert [type(entry.fact) for entry in story.entries[-2:]] == [RunProposed, RunApproved]
    assert not told(effects)
    assert story.incident.runs[run_id].approvals == {"ana": "it is needed"}
    assert story.incident.runs[run_id].state == "approved"


def test_i12_what_needs_a_second_person_is_only_asked_for():
    story = opened()
    run_id, effects = asked(story, FLUSH, approve=True)
    assert story.incident.runs[run_id].state == "proposed"
    assert [who for who, _ in told(effects)] == ["bo"]
    assert "a second person's approval" in told(effects)[0][1]


def forced(story, run_id, who="ana", reason=WHY):
    return story.act("break-glass", who, run_id=run_id, reason=reason)


def test_o15_one_person_alone_runs_what_needs_two_and_everybody_is_told():
    story = opened()
    run_id, _ = asked(story, FLUSH)
    with pytest.raises(Refused, match="stormjib break-glass"):
        story.decided("approve", run_id=run_id, reason="I am sure")
    effects = forced(story, run_id)
    assert [who for who, _ in told(effects)] == ["bo", "#leadership-alerts"]
    assert all("BREAK-GLASS" in text and WHY in text for _, text in told(effects))
    kept = [effect for effect in effects if type(effect).__name__ == "Collect"]
    assert kept, "what it wipes out is stored first"
    for effect in kept:
        story.tell(
            EvidenceCollected(effect.command_id, 1, effect.text, "x", True, 0, 0.1, "0" * 64, 1, "", before_run=run_id),
            by="stormjib",
        )
    assert len([effect for effect in story.effects if isinstance(effect, RunCommand)]) == 1
    started = start.start(story.incident, RUNBOOK, POLICY, run_id, at=story.at)
    assert [type(fact).__name__ for fact in started] == ["RunStarted"]
    review = next(entry.fact for entry in story.entries if isinstance(entry.fact, ActionItemAdded))
    assert review.owner == "bo"
    assert "Review the break-glass run" in review.text
    fact = next(entry.fact for entry in story.entries if isinstance(entry.fact, RunForced))
    assert narrate(fact).startswith("BREAK-GLASS: ana alone runs")
    assert room(story.incident, RUNBOOK, POLICY, story.at).runs[0].forced_by == f"ana: {WHY}"
    story.tell(*started, RunFinished(run_id, at(FLUSH).id, True, 0, 1.0, "0" * 64, 2, "OK"), by="stormjib")
    document = postmortem.draft(story.incident, story.entries, RUNBOOK).text
    assert "## Break-Glass" in document
    assert "BREAK-GLASS by ana alone" in document


def test_o15_the_same_command_by_break_glass_only_once():
    story = opened()
    run_id, _ = asked(story, FLUSH)
    forced(story, run_id)
    story.tell(TimerDue(f"release/{run_id}"), by="stormjib")
    story.tell(*start.start(story.incident, RUNBOOK, POLICY, run_id, at=story.at), by="stormjib")
    story.tell(RunFinished(run_id, at(FLUSH).id, True, 0, 1.0, "0" * 64, 2, "OK"), by="stormjib")
    again, _ = asked(story, FLUSH)
    with pytest.raises(Refused, match="by break-glass already"):
        forced(story, again)
    assert story.incident.runs[again].state == "proposed"


def test_o15_it_takes_words_a_person_and_something_that_needs_two():
    story = opened()
    run_id, _ = asked(story, FLUSH)
    with pytest.raises(Refused, match="in words"):
        forced(story, run_id, reason="x")
    plain, _ = asked(story, RESTART)
    with pytest.raises(Refused, match="only your own approval"):
        forced(story, plain)
    with pytest.raises(Refused, match="only your own approval"):
        forced(story, run_id, who="bo")


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (Policy(responders=("ana", "bo"), break_glass=False), "turn break-glass off"),
        (Policy(responders=("ana", "bo"), break_glass_never=(" redis-cli flushdb ",)), "break_glass_never"),
    ],
)
def test_o15_the_operator_may_forbid_it_also_after_it_was_said(policy, says):
    story = opened()
    run_id, _ = asked(story, FLUSH)
    with pytest.raises(Refused, match=says):
        story.decided("break-glass", run_id=run_id, reason=WHY, policy=policy)
    forced(story, run_id)
    story.tell(TimerDue(f"release/{run_id}"), by="stormjib")
    facts = start.start(story.incident, RUNBOOK, policy, run_id, at=story.at)
    assert [type(fact).__name__ for fact in facts] == ["RunExpired"]
    assert says in facts[0].reason


def test_whoever_has_it_is_told_what_is_late_and_once_of_what_is_late_together():
    story = Story()
    story.declare()
    story.tell(Acknowledged("bo"), by="bo")
    (first,) = story.tell(ItemOverdue("i1", 1, "Tell the press", 5.0), by="stormjib")
    assert (first.audience, first.key) == ("bo", "overdue/i1")
    assert first.text.startswith("Overdue in INC-1 (API not ready): Tell the press (i1)")
    story.at += 30
    assert story.tell(ItemOverdue("i2", 2, "Tell the board", 5.0), by="stormjib") == []
    story.at += 61
    assert [effect.key for effect in story.tell(ItemOverdue("i1", 1, "Tell the press", 5.0), by="stormjib")] == ["overdue/i1"]
    story.at += 3600
    story.tell(Resolved("cy", "it answers"), by="cy")
    assert [effect.audience for effect in story.tell(ItemOverdue("t173", 173, "Meet", 5.0), by="stormjib")] == ["cy"]


def test_nobody_is_told_what_is_late_while_the_escalation_goes_on():
    story = Story()
    story.declare()
    late = next(item for item in duties.items(story.incident, RUNBOOK) if item.deadline_minutes)
    story.at += late.deadline_minutes * 60 + 1
    assert not [effect for effect in story.tell(TimerDue(f"item/{late.id}"), by="stormjib") if isinstance(effect, SendMessage)]


@pytest.mark.parametrize(
    "head", ["Empty (only with the four-eyes principle)", "Leeren (nur mit Vier-Augen-Prinzip)", "Empty", "Empty {2}"]
)
def test_i8_two_people_are_the_one_who_asks_and_one_more(head):
    tag = " {needs=approval:2}" if "{2}" in head else ""
    book = compile_runbook(f"# Book\n\n## Fix\n\n### {head.removesuffix(' {2}')}\n\n```sh{tag}\nredis-cli DEL q\n```\n".encode())
    story = Story(runbook=book)
    story.declare()
    (asked,) = story.decided("propose", command_id=book.commands[0].id, reason="it is stuck")
    assert (asked.risk, asked.approvals_needed) == (Risk.DESTROY, 1)
    story.tell(asked)
    with pytest.raises(Refused, match="a second person"):
        story.decided("approve", "ana", run_id=asked.run_id, reason="me again", fingerprint=asked.fingerprint)
    story.tell(*story.decided("approve", "bo", run_id=asked.run_id, reason="I agree", fingerprint=asked.fingerprint), by="bo")
    assert story.incident.runs[asked.run_id].state in {"approved", "released"}
