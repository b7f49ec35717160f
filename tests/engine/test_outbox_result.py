"""The outbox: what becomes of an effect that fails, of a timer, and of a log that takes nothing."""

from collections import Counter

import pytest
from tests.engine.outbox_house import MESSAGE, PAGE, House, collect
from tests.story.patience import until

from stormjib.core.effects import OpenChannel, WakeAt
from stormjib.core.log import (
    Acknowledged,
    Closed,
    EffectFailed,
    MessageSent,
    NoteAdded,
    Resolved,
    TimerDue,
)
from stormjib.core.log.messages import ROOM
from stormjib.engine import job as jobs
from stormjib.engine.job import Job
from stormjib.engine.results import Unwritten, Waits
from stormjib.ports import DeliveryError, StoreFailed, Unavailable

CHANNEL = OpenChannel("channel", name="#x", topic="x")


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "log.db")
    yield house
    house.close()


def busy(house, **said):
    """Whatever is asked for fails, and may be tried again."""

    def fail(effect):
        raise DeliveryError("recorder", "busy.", permanent=False, **said)

    house.recorder.answer = fail


def tries(house, first, attempts):
    """Perform an effect so often; how long it waited before each try but the first."""
    house.perform(first)
    waits = []
    for number in range(2, attempts + 1):
        at = house.executor.later[f"{first}~{number}"][2]
        waits.append(at - house.now)
        house.now = at
        house.perform(f"{first}~{number}")
    return waits


@pytest.mark.parametrize(
    ("effect", "steps", "longest"),
    [(PAGE, [1, 2, 4, 8, 16], 30), (MESSAGE, [1, 2, 4, 8, 16, 32, 64, 128, 256], 300), (CHANNEL, [1, 2, 4, 8, 16, 32], 300)],
)
def test_f1_what_people_are_owed_is_tried_for_as_long_as_the_incident_is_open(house, effect, steps, longest):
    """Long after the tenth try, which was the last one once, the next one comes as late as the tenth, under the same key."""
    busy(house)
    house.ask(effect)
    house.dispatch()
    first = f"INC-1/2/{effect.key}"
    waits = tries(house, first, 40)
    assert waits[: len(steps)] == steps
    assert set(waits[10:]) == {longest}
    assert f"{first}~41" in house.executor.later
    assert set(house.recorder.asked) == {first}
    failures = house.facts(EffectFailed)
    assert not any(fact.permanent for fact in failures)
    assert [fact.attempt for fact in failures][:8] == [1, 2, 3, 4, 5, 8, 16, 32]
    assert len(failures) == 8


def test_f1_what_nobody_is_owed_is_given_up(house):
    busy(house)
    house.ask(collect(1))
    house.dispatch()
    assert tries(house, "INC-1/2/collect/1", 10) == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert house.executor.later.keys() == {f"INC-1/2/collect/1~{number}" for number in range(2, 11)}
    last = house.facts(EffectFailed)[-1]
    assert (last.permanent, last.reason) == (True, "busy. Given up after 10 attempts.")


@pytest.mark.parametrize(("asked", "waits"), [(17.0, 17.0), (0.0, 1.0), (86_400.0, 60.0)])
def test_f8_who_says_when_to_come_back_is_believed_up_to_a_minute(house, asked, waits):
    busy(house, retry_after_seconds=asked)
    house.ask(PAGE)
    house.dispatch()
    assert tries(house, "INC-1/2/page/0", 2) == [waits]


def test_f1_a_message_is_tried_after_the_resolution_and_not_for_ever_after_the_closing(house):
    busy(house)
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    house.append(Resolved("ana"))
    house.perform("INC-1/2/status/team~2")
    assert "INC-1/2/status/team~3" in house.executor.later
    house.append(Closed("ana"))
    for attempt in range(3, 11):
        house.perform(f"INC-1/2/status/team~{attempt}")
    assert "INC-1/2/status/team~11" not in house.executor.later
    assert house.facts(EffectFailed)[-1].permanent


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), MemoryError()])
def test_f6_what_the_machine_lacks_settles_nothing(house, error):
    def fail(effect):
        raise error

    house.recorder.answer = fail
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    (failed,) = house.facts(EffectFailed)
    assert not failed.permanent
    assert "INC-1/2/status/team~2" in house.executor.later


def test_f6_a_log_that_can_not_be_read_settles_nothing(house):
    """Not fatal: the effect waits, and is then done as if nothing had been."""
    replay, house.reader.replay = house.reader.replay, unreadable(fatal=False)
    house.ask(collect(1))
    house.dispatch()
    house.perform("INC-1/2/collect/1")
    house.perform("INC-1/2/collect/1@1")
    assert [house.executor.later[f"INC-1/2/collect/1@{number}"][2] for number in (1, 2)] == [1001.0, 1001.0]
    assert house.facts(EffectFailed) == []
    house.reader.replay = replay
    house.perform("INC-1/2/collect/1@2")
    assert len(house.facts(NoteAdded)) == 2


def test_f6_a_log_that_is_lost_ends_the_program_and_leaves_the_effect_undone(house):
    reasons = []
    house.outbox._on_fatal = reasons.append
    house.reader.replay = unreadable(fatal=True)
    house.ask(collect(1))
    house.dispatch()
    with pytest.raises(Unwritten):
        house.perform("INC-1/2/collect/1")
    assert reasons == ["disk I/O error"]
    assert house.facts(EffectFailed) == []


def unreadable(*, fatal):
    def replay(incident_id, until_seq=None):
        raise StoreFailed("disk I/O error", fatal=fatal)

    return replay


def test_f1_a_mistake_of_the_program_is_no_reason_to_wake_nobody(house):
    house.recorder.answer = lambda effect: 1 // 0
    house.ask(PAGE)
    house.dispatch()
    house.perform("INC-1/2/page/0")
    assert [fact.permanent for fact in house.facts(EffectFailed)] == [False]
    assert "INC-1/2/page/0~2" in house.executor.later


def test_a_permanent_failure_is_not_tried_again(house):
    def fail(effect):
        raise DeliveryError("recorder", "no such address.", permanent=True)

    house.recorder.answer = fail
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    assert [(fact.effect, fact.reason, fact.permanent, fact.audience) for fact in house.facts(EffectFailed)] == [
        ("status/team", "no such address.", True, "team")
    ]
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


def test_a_page_under_way_at_a_kill_and_acknowledged_by_then_has_an_unknown_outcome(house):
    """It may have left, so the log says under which key, once however often the program starts."""
    house.ask(PAGE)
    house.dispatch()
    house.append(Acknowledged("bo"))
    for boot in range(2):
        house.outbox = house.new_outbox(follows=lambda who, _: who == "ana")
        house.outbox.dispatcher.start_ready()
        assert house.began == ["INC-1/2/page/0@1"][boot:]
        for one in house.began:
            house.perform(one)
    assert house.recorder.asked == []
    (failed,) = house.facts(EffectFailed)
    assert (failed.unknown, failed.permanent, failed.key) == (True, True, "INC-1/2/page/0")
    assert "stormjib ended" in failed.reason


def test_a_page_for_its_own_screen_alone_has_no_unknown_outcome_after_a_kill(house):
    """Without a webhook nothing of it leaves this machine."""
    house.ask(PAGE)
    house.dispatch()
    house.append(Acknowledged("bo"))
    house.outbox = house.new_outbox()
    house.outbox.dispatcher.start_ready()
    for one in house.began:
        house.perform(one)
    (failed,) = house.facts(EffectFailed)
    assert (failed.unknown, failed.key, failed.integration) == (False, "", ROOM)


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
    house.outbox._notifiers = {}
    house.perform("INC-1/2/status/team")
    (failed,) = house.facts(EffectFailed)
    assert "Nothing is set up to do SendMessage" in failed.reason


def test_a_timer_is_a_row_and_writes_its_fact_once(house):
    """Set again after it fired, as by a start that does not know of it, and performed as a row that an older version left."""
    timer = WakeAt("escalate/1", timer="escalate/1", at=1300.0)
    house.ask(timer)
    house.dispatch()
    assert house.timer_rows.next_at() == 1300.0
    house.now = 1300.0
    house.outbox.timers.start()
    until(lambda: house.timer_rows.next_at() is None, "it to fire")
    assert house.facts(TimerDue) == [TimerDue("escalate/1")]
    house.outbox.perform(jobs.encode(Job(jobs.VERSION, "INC-1", 2, timer)))
    until(lambda: house.timer_rows.next_at() is None, "it to fire again")
    assert house.facts(TimerDue) == [TimerDue("escalate/1")]


def test_a_row_of_an_older_version_that_comes_early_fires_all_the_same(house):
    """Whoever performs it has found that its time has come."""
    house.outbox.perform(jobs.encode(Job(jobs.VERSION, "INC-1", 1, WakeAt("escalate/1", timer="escalate/1", at=1300.0))))
    assert house.timer_rows.next_at() == 1000.0


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


class Broken:
    """A log that says nothing now."""

    def submit(self, *_, **__):
        raise StoreFailed("The database is busy.", fatal=False)


def test_a_result_waits_for_a_log_that_takes_nothing(house, monkeypatch):
    monkeypatch.setattr("stormjib.engine.results.UNWRITABLE_SECONDS", 0)
    house.outbox = house.new_outbox(Full(house.inbox, 3))
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    assert Counter(map(type, house.facts()))[MessageSent] == 1


def test_a_log_that_takes_nothing_for_long_is_said_once_a_minute(house, monkeypatch, caplog):
    """The disk that is full may be the one that the server's own log is on."""
    monkeypatch.setattr("stormjib.engine.results.UNWRITABLE_SECONDS", 0)
    house.outbox = house.new_outbox(Full(house.inbox, 900))
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    assert sum("waits for the log" in one.message for one in caplog.records) == 3


def test_effects_that_wait_for_the_log_are_said_at_once_and_then_once_a_minute(house, caplog):
    """Each is tried every second."""
    house.ask(*map(collect, range(1, 4)))
    house.dispatch()
    house.outbox._inbox, house.outbox._waits = Broken(), Waits(lambda: house.now)
    for _ in range(61):
        for number in range(1, 4):
            house.perform(f"INC-1/2/collect/{number}")
        house.now += 1
    assert sum("waits for the log" in one.message for one in caplog.records) == 2


def test_a_result_that_could_not_be_written_before_the_end_leaves_the_effect_undone(house):
    house.outbox = house.new_outbox(Full(house.inbox, 1))
    house.ask(MESSAGE)
    house.dispatch()
    house.outbox.stop()
    with pytest.raises(Unwritten):
        house.perform("INC-1/2/status/team")
    assert not issubclass(Unwritten, Exception)
