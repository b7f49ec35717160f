"""The outbox without DBOS: what is begun, when, and how often. The log is the real one."""

import pytest
from msgspec.structs import replace
from tests.engine.outbox_house import MESSAGE, PAGE, House, collect

from stormjib.core.effects import WakeAt
from stormjib.core.log import (
    MessageSent,
    NoteAdded,
    PageSent,
)
from stormjib.engine import dispatcher
from stormjib.engine.results import Unwritten
from stormjib.ports import DeliveryError, Outcome, StoreFailed


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "log.db")
    yield house
    house.close()


def test_an_effect_is_begun_under_its_id_and_its_result_is_a_fact(house):
    house.ask(PAGE)
    house.dispatch()
    assert house.began == ["INC-1/2/page/0"]
    assert house.executor.later == {}
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


def test_what_was_committed_and_not_begun_is_found_after_a_boot(house):
    house.ask(PAGE, collect(1))
    house.emitted.clear()
    assert house.began == []
    house.outbox = house.new_outbox()
    assert house.began == ["INC-1/2/page/0", "INC-1/2/collect/1"]


def test_what_was_begun_and_has_no_result_is_begun_again_after_a_boot_and_nothing_else(house):
    house.ask(PAGE, collect(1))
    house.dispatch()
    house.perform("INC-1/2/page/0")
    house.outbox.dispatcher.save_mark()
    house.outbox = house.new_outbox()
    assert house.began == ["INC-1/2/collect/1"]


def test_what_the_databases_refused_is_begun_again(house):
    """Neither the log nor the executor takes anything: what came of it is not known to anybody, so it is not settled."""
    house.ask(MESSAGE)
    house.dispatch()
    house.recorder.answer = lambda _: 1 // 0
    house.executor.start_later = refuse
    house.outbox._failed = refuse
    with pytest.raises(StoreFailed):
        house.perform("INC-1/2/status/team")
    assert [waiting.job.effect_id for waiting in house.outbox.dispatcher._again] == ["INC-1/2/status/team"]


@pytest.mark.parametrize(
    "error",
    [DeliveryError("webhook", "answered 503", permanent=False), StoreFailed("The log is busy.", fatal=False)],
    ids=["failed", "waits"],
)
def test_where_no_row_can_be_written_any_more_the_program_ends(house, error):
    """In a thread of a pool nobody would hear of it, and the effect would be begun again for ever."""
    reasons = []
    house.outbox._on_fatal = reasons.append
    house.ask(MESSAGE)
    house.dispatch()

    def fail(_):
        raise error

    def broken(*_):
        raise StoreFailed("The engine's database refuses.", fatal=True)

    house.recorder.answer = fail
    house.executor.start_later = broken
    with pytest.raises((StoreFailed, Unwritten)):
        house.perform("INC-1/2/status/team")
    assert set(reasons) == {"The engine's database refuses."}


def refuse(*_):
    raise StoreFailed("The disk is full.", fatal=False)


def test_what_a_lost_commit_asked_for_is_found_with_the_next_one(house):
    house.ask(PAGE)
    house.emitted.clear()
    house.ask(MESSAGE)
    house.dispatch()
    assert sorted(house.began) == ["INC-1/2/page/0", "INC-1/3/status/team"]


def test_what_a_storm_asks_for_waits_in_the_log_and_each_is_begun_once(house, monkeypatch):
    monkeypatch.setattr(dispatcher, "QUEUED_MAX", 4)
    commits = []
    for first in range(0, 30, 3):
        for number in range(first, first + 3):
            house.ask(collect(2 * number), collect(2 * number + 1))
        commits.append(list(house.emitted))
        house.emitted.clear()
        house.outbox.dispatch(commits[-1])
    _, *taken = house.outbox.dispatcher._take(0.0)
    assert [len(items) for items in taken] == [1] * 10
    for items in taken:
        house.outbox.dispatcher.accept(items)
        house.outbox.dispatcher.start_ready()
    for execution_id in house.began:
        house.perform(execution_id)
    wanted = [f"INC-1/{entry.seq}/{effect.key}" for items in commits for _, entry, effects in items for effect in effects]
    assert len(wanted) == 60
    assert house.recorder.asked == wanted
    assert house.executor.later == {}


def test_a_timer_is_set_however_much_waits_before_it(house, monkeypatch):
    monkeypatch.setattr(dispatcher, "WAITING_MAX", 2)
    house.ask(*[collect(number) for number in range(3)])
    house.dispatch()
    house.append(NoteAdded("lost on its way"))
    house.emitted.clear()
    house.ask(WakeAt("item/1", timer="item/1", at=2000.0))
    house.dispatch()
    assert [timer.name for timer in house.timer_rows.due(2000.0, 9)] == ["item/1"]


def test_pages_that_left_before_their_commits_were_looked_at_hold_up_nothing(house, monkeypatch):
    """They are only forgotten once somebody has looked at them."""
    monkeypatch.setattr(dispatcher, "WAITING_MAX", 2)
    for number in range(3):
        house.ask(replace(PAGE, key=f"page/{number}"))
    house.outbox.dispatch(house.emitted)
    house.outbox.dispatcher.resume()
    assert house.outbox.dispatcher.seen == house.reader.last_position()


def test_the_mark_stands_before_the_first_effect_that_is_not_settled(house):
    marks = []
    house.inbox.mark = lambda name, position: marks.append((name, position))
    house.ask(*[collect(number) for number in range(3)])
    house.append(NoteAdded("asks for nothing"))
    house.dispatch()
    house.outbox.dispatcher.save_mark()
    for number in range(3):
        house.perform(f"INC-1/2/collect/{number}")
        house.dispatch()
        house.outbox.dispatcher.save_mark()
    house.outbox.dispatcher.save_mark()
    assert marks == [("outbox", 1), ("outbox", 6)]


def test_a_page_goes_before_everything_else_that_an_entry_asks_for(house):
    timers = [WakeAt(f"item/{number}", timer=f"item/{number}", at=2000.0) for number in range(3)]
    house.ask(*timers, collect(1), MESSAGE, PAGE)
    house.dispatch()
    assert house.began == [f"INC-1/2/{name}" for name in ("page/0", "status/team", "collect/1")]
    assert [timer.id for timer in house.timer_rows.due(2000.0, 9)] == [f"INC-1/2/item/{number}" for number in range(3)]
