"""Once an incident is closed nobody is reminded of what belonged to the response; of what comes afterwards they are."""

from tests.core.story import Story

from stormjib.core.effects.effect import SendMessage, WakeAt
from stormjib.core.log import Acknowledged, Closed, ItemOverdue, Resolved, TimerDue
from stormjib.core.markdown import compile_runbook

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
    assert [entry.fact.item_id for entry in story.entries if isinstance(entry.fact, ItemOverdue)] == ["t9", "i9"]
