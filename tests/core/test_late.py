"""Once an incident is closed nobody is reminded of what belonged to the response; of what comes afterwards they are."""

from tests.core.story import Story

from stormjib.core.closure import closure_criteria
from stormjib.core.effects.effect import SendMessage, WakeAt
from stormjib.core.log import Acknowledged, Closed, ItemOverdue, Resolved, TimerDue
from stormjib.core.markdown import compile_runbook
from stormjib.core.plan import plan

BOOK = """# Book

## 1. Declare (0-5 min)

1. Post on the status page within 10 minutes

## 2. After the incident

- [ ] Write the post-mortem draft within 48 hours
"""


def test_i8_nobody_is_reminded_of_the_response_after_the_end():
    story = Story(runbook=compile_runbook(BOOK.encode()))
    asked = story.declare()
    story.tell(Acknowledged("ana"))
    asked += story.tell(Resolved("ana"), Closed("ana"))
    timers = {
        one.timer: one.at
        for one in sorted(asked, key=lambda one: getattr(one, "timer", ""), reverse=True)
        if isinstance(one, WakeAt) and one.timer.startswith("item/")
    }
    assert set(timers) == {"item/t5", "item/t9", "item/i9"}
    for timer, at in timers.items():
        story.at = at
        told = [one.text for one in story.tell(TimerDue(timer), by="stormjib") if isinstance(one, SendMessage)]
        assert not any("status page" in text for text in told)
    assert [entry.fact.item_id for entry in story.entries if isinstance(entry.fact, ItemOverdue)] == ["t9"]


CLOSES = """# Book

## Done when

- A test booking works
- Post-mortem within 3 days

## Closure

- [ ] Slack channel archived
- [ ] Review meeting within 5 business days

## Close and post-mortem

- [ ] Status page set to Operational
- [ ] Post-mortem draft within 48 hours
"""


def test_i8_what_may_take_days_blocks_neither_resolving_nor_closing_and_the_rest_does():
    story = Story(runbook=compile_runbook(CLOSES.encode()))
    story.declare()
    names = [one.name for one in closure_criteria(story.incident, story.runbook) if one.line]
    assert names[0] == "A test booking works"
    assert sorted(names[1:]) == ["Slack channel archived", "Status page set to Operational"]


def test_i8_a_german_book_has_its_working_days():
    text = "# Buch\n\nDas ist die Anleitung für den Dienst und die Datenbank.\n\n## Abschluss\n\n- [ ] Nachbesprechung innerhalb von 5 Arbeitstagen\n"
    book = compile_runbook(text.encode())
    assert [(task.deadline_minutes, book.is_afterwards(task)) for task in book.tasks] == [(7 * 1440.0, True)]


def test_i8_the_plan_has_it_once_and_from_the_resolution_and_a_working_day_is_none_of_the_calendar():
    lines = [(one.line, one.at) for one in plan(compile_runbook(CLOSES.encode()), "P1") if one.line and one.kind != "phase"]
    assert sorted(line for line, _ in lines) == [5, 6, 10, 11, 15, 16]
    assert {line: at for line, at in lines if at.startswith("R")} == {6: "R+72 h", 11: "R+168 h", 16: "R+48 h"}
