"""The outbox without DBOS: what is started, when, and how often. The log is the real one."""

import pytest
from tests.engine.outbox_house import MESSAGE, PAGE, House, collect, run_command

from stormjib.core.effects import WakeAt
from stormjib.core.log import (
    MessageSent,
    NoteAdded,
    PageSent,
)
from stormjib.ports import Outcome


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "log.db")
    yield house
    house.close()


def test_an_effect_is_started_under_its_id_and_its_result_is_a_fact(house):
    house.ask(PAGE)
    house.dispatch()
    assert list(house.executor.started) == ["INC-1/2/page/0"]
    house.perform("INC-1/2/page/0")
    assert house.recorder.asked == ["INC-1/2/page/0"]
    assert house.facts()[2:] == [PageSent("ana", "recorder")]
    house.recorder.answer = lambda effect: Outcome((NoteAdded("one"), NoteAdded("and more")), (b"blob",))
    house.ask(collect(1))
    house.dispatch()
    house.perform("INC-1/4/collect/1")
    assert house.facts()[4:] == [NoteAdded("one"), NoteAdded("and more")]
    assert house.causes() == ["INC-1/2/page/0", "INC-1/4/collect/1"]


def test_performing_again_after_a_kill_writes_nothing_twice(house):
    house.ask(MESSAGE)
    house.dispatch()
    house.perform("INC-1/2/status/team")
    house.perform("INC-1/2/status/team")
    assert len(house.recorder.asked) == 2
    assert len(house.facts(MessageSent)) == 1


def test_what_was_committed_and_not_started_is_found_after_a_boot(house):
    house.ask(PAGE, collect(1))
    house.emitted.clear()
    assert house.executor.started == {}
    house.new_outbox()
    assert list(house.executor.started) == ["INC-1/2/page/0", "INC-1/2/collect/1"]
    house.new_outbox()
    assert len(house.executor.order) == 2


def test_what_a_lost_commit_asked_for_is_found_with_the_next_one(house):
    house.ask(PAGE)
    house.emitted.clear()
    house.ask(MESSAGE)
    house.dispatch()
    assert house.executor.order == ["INC-1/2/page/0", "INC-1/3/status/team"]


def test_the_mark_stands_before_the_first_effect_that_is_not_started(house):
    marks = []
    house.inbox.mark = lambda name, position: marks.append((name, position))
    house.ask(*[collect(number) for number in range(9)])
    house.append(NoteAdded("asks for nothing"))
    house.dispatch()
    house.outbox.dispatcher.save_mark()
    house.perform("INC-1/2/collect/0")
    house.dispatch()
    house.outbox.dispatcher.save_mark()
    house.outbox.dispatcher.save_mark()
    assert marks == [("outbox", 1), ("outbox", 4)]


def test_a_page_goes_before_everything_else_that_an_entry_asks_for(house):
    timers = [WakeAt(f"item/{number}", timer=f"item/{number}", at=2000.0) for number in range(3)]
    house.ask(*timers, collect(1), MESSAGE, PAGE)
    house.dispatch()
    assert [name.removeprefix("INC-1/2/") for name in house.executor.order] == [
        "page/0",
        "status/team",
        "collect/1",
        "item/0",
        "item/1",
        "item/2",
    ]


def test_a_lane_has_so_many_places_and_the_others_wait_in_order(house):
    house.ask(*[collect(number) for number in range(20)], PAGE)
    house.dispatch()
    started = [name.removeprefix("INC-1/2/") for name in house.executor.order]
    assert started == ["page/0", *[f"collect/{number}" for number in range(8)]]
    house.perform("INC-1/2/collect/3")
    house.perform("INC-1/2/collect/5")
    house.dispatch()
    assert house.executor.order[-2:] == ["INC-1/2/collect/8", "INC-1/2/collect/9"]


def test_one_command_at_a_time_runs_on_a_target(house):
    house.ask(run_command("a"), run_command("b"), run_command("c", "redis"), run_command("d"))
    house.dispatch()
    assert house.executor.order == ["INC-1/2/run/a", "INC-1/2/run/c"]
    house.perform("INC-1/2/run/a")
    house.dispatch()
    assert house.executor.order[2:] == ["INC-1/2/run/b"]


def test_who_waits_for_a_target_keeps_the_place_in_the_line(house):
    others = [run_command(f"t{number}", f"target {number}") for number in range(8)]
    house.ask(run_command("a"), run_command("b"), *others, run_command("c"))
    house.dispatch()
    assert house.executor.order == ["INC-1/2/run/a", *[f"INC-1/2/run/t{number}" for number in range(7)]]
    house.perform("INC-1/2/run/a")
    house.dispatch()
    assert house.executor.order[8:] == ["INC-1/2/run/b"]


def test_a_command_of_a_dead_process_steps_back_when_its_target_is_busy(house):
    house.ask(run_command("a"))
    house.dispatch()
    before = house.outbox
    house.ask(run_command("b"))
    house.dispatch()
    house.outbox = house.new_outbox()
    assert "INC-1/3/run/b" in house.executor.started
    house.outbox.perform(house.executor.started["INC-1/2/run/a"])
    assert house.recorder.asked == []
    payload, _, at = house.executor.later["INC-1/2/run/a@1"]
    assert at == house.now + 1
    house.perform("INC-1/3/run/b")
    house.outbox.perform(payload)
    assert "INC-1/2/run/a@2" not in house.executor.later
    assert before is not house.outbox
