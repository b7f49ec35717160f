"""The outbox: what becomes of an effect that fails, of a timer, and of a log that takes nothing."""

from collections import Counter

import pytest
from tests.engine.outbox_house import MESSAGE, PAGE, House

from stormjib.core.effects import WakeAt
from stormjib.core.log import (
    Acknowledged,
    EffectFailed,
    MessageSent,
    TimerDue,
)
from stormjib.engine.outbox import Unwritten
from stormjib.ports import DeliveryError, Unavailable


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "log.db")
    yield house
    house.close()


@pytest.mark.parametrize(("effect", "attempts"), [(MESSAGE, 10), (PAGE, 30)])
def test_trying_again_waits_longer_each_time_and_ends(house, effect, attempts):
    def fail(effect):
        raise DeliveryError("recorder", "busy.", permanent=False)

    house.recorder.answer = fail
    house.ask(effect)
    house.dispatch()
    first = f"INC-1/2/{effect.key}"
    house.perform(first)
    waits = []
    for number in range(2, attempts + 1):
        house.now = house.executor.later[f"{first}~{number}"][2]
        waits.append(house.now)
        house.perform(f"{first}~{number}")
    steps = [at - before for before, at in zip([1000.0, *waits], waits, strict=False)]
    assert steps == [1, 2, 4, 8, 16, 32, *[60] * (attempts - 7)]
    assert f"{first}~{attempts + 1}" not in house.executor.later
    assert set(house.recorder.asked) == {first}
    failures = house.facts(EffectFailed)
    assert [fact.attempt for fact in failures] == list(range(1, attempts + 1))
    assert [fact.permanent for fact in failures] == [False] * (attempts - 1) + [True]
    assert failures[-1].reason == f"busy. Given up after {attempts} attempts."


def test_a_permanent_failure_is_not_tried_again(house):
    def fail(effect):
        raise DeliveryError("recorder", "no such address.", permanent=True)

    house.recorder.answer = fail
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    assert house.facts(EffectFailed) == [EffectFailed("status/team", "recorder", "no such address.", permanent=True, attempt=1)]
    assert house.executor.later == {}


def test_a_page_that_failed_is_not_tried_again_once_somebody_has_it(house):
    def fail(effect):
        raise DeliveryError("recorder", "busy.", permanent=False)

    house.recorder.answer = fail
    house.ask(PAGE)
    house.dispatch()
    house.perform("INC-1/2/page/0")
    house.append(Acknowledged("ana"))
    house.perform("INC-1/2/page/0~2")
    assert len(house.recorder.asked) == 1
    assert len(house.facts(EffectFailed)) == 1


def test_a_performer_that_breaks_is_a_fact_and_not_a_silence(house):
    house.recorder.answer = lambda effect: 1 // 0
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    (failed,) = house.facts(EffectFailed)
    assert failed.permanent
    assert "ZeroDivisionError" in failed.reason


def test_an_effect_that_nobody_is_set_up_for_says_so(house):
    house.ask(MESSAGE)
    house.dispatch()
    house.outbox._performers = {}
    house.perform("INC-1/2/status/team")
    (failed,) = house.facts(EffectFailed)
    assert "Nothing is set up to do SendMessage" in failed.reason


def test_a_timer_is_a_row_and_writes_its_fact_once(house):
    house.ask(WakeAt("escalate/1", timer="escalate/1", at=1300.0))
    house.dispatch()
    assert house.executor.later["INC-1/2/escalate/1"][2] == 1300.0
    house.perform("INC-1/2/escalate/1")
    house.perform("INC-1/2/escalate/1")
    assert house.facts(TimerDue) == [TimerDue("escalate/1")]


@pytest.mark.parametrize(
    ("payload", "facts"),
    [
        ('{"v":1,"incident":"INC-1","seq":7,"effect":{"effect":"Teleport","key":"x"}}', 1),
        ('{"v":9,"incident":"INC-1","seq":7,"effect":{"effect":"SendMessage","key":"x","audience":"a","text":"b"}}', 1),
        ('{"no":"incident"}', 0),
        ("not even JSON", 0),
    ],
)
def test_an_effect_of_another_version_is_not_done_and_said(house, payload, facts):
    house.outbox.perform(payload)
    house.outbox.perform(payload)
    assert len(house.facts(EffectFailed)) == facts


class Full:
    """An inbox whose disk is full for a while."""

    def __init__(self, inbox, times):
        self.inbox = inbox
        self.times = times
        self.mark = inbox.mark

    def submit(self, *arguments, **named):
        self.times -= 1
        if self.times >= 0:
            raise Unavailable("The disk is full.")
        return self.inbox.submit(*arguments, **named)


def test_a_result_waits_for_a_log_that_takes_nothing(house, monkeypatch):
    monkeypatch.setattr("stormjib.engine.outbox.UNWRITABLE_SECONDS", 0)
    house.outbox = house.new_outbox(Full(house.inbox, 3))
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    assert Counter(map(type, house.facts()))[MessageSent] == 1


def test_a_result_that_could_not_be_written_before_the_end_leaves_the_effect_undone(house):
    house.outbox = house.new_outbox(Full(house.inbox, 1))
    house.ask(MESSAGE)
    house.dispatch()
    house.outbox.stop()
    with pytest.raises(Unwritten):
        house.perform("INC-1/2/status/team")
    assert not issubclass(Unwritten, Exception)
