"""What is due now leaves right after the commit, without a row, each receiver in a pool of its own."""

import threading

import msgspec
import pytest
from tests.engine.outbox_house import MESSAGE, PAGE, House, collect, run_command
from tests.story.patience import until

from stormjib.core.log import EffectFailed, Entry, NoteAdded, PageHeld, PageSent
from stormjib.engine import job as jobs
from stormjib.engine.pools import PLACES, Pools
from stormjib.ports import DeliveryError, Lane

PAGE_ID = "INC-1/2/page/0"


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "log.db")
    house.outbox = house.new_outbox(pools=Pools)
    yield house
    house.close()


def leave(house, *effects):
    """As the writer hands a commit over; nobody has looked at it since."""
    house.ask(*effects)
    house.outbox.dispatch(list(house.emitted))


def kinds(house):
    return [type(fact).__name__ for fact in house.facts()[2:]]


def test_a_page_leaves_before_anybody_has_looked_at_its_commit_and_no_row_is_written(house):
    leave(house, PAGE, collect(1))
    until(lambda: kinds(house) == ["PageSent"], "the page to be in the log")
    house.dispatch()
    until(lambda: kinds(house) == ["PageSent", "NoteAdded"], "the look")
    assert house.recorder.asked == [PAGE_ID, "INC-1/2/collect/1"]
    assert house.executor.later == {}


def test_what_has_left_is_not_sent_again_when_its_commit_is_looked_at_or_the_log_is_read_anew(house):
    hold = threading.Event()
    house.recorder.answer = lambda _: hold.wait(30)
    leave(house, PAGE)
    house.dispatch()
    house.outbox.dispatcher.scan()
    hold.set()
    until(lambda: kinds(house) == ["PageSent"], "the page to be in the log")
    house.outbox.dispatch(list(house.emitted))
    house.outbox = house.new_outbox(pools=Pools)
    assert house.recorder.asked == [PAGE_ID]


def test_a_page_that_could_not_be_delivered_gets_a_row(house):
    def refuse(_):
        raise DeliveryError("recorder", "busy", permanent=False)

    house.recorder.answer = refuse
    leave(house, PAGE)
    until(lambda: house.facts(EffectFailed), "the failure")
    (failed,) = house.facts(EffectFailed)
    assert (failed.reason, failed.permanent, failed.attempt) == ("busy", False, 1)
    assert list(house.executor.later) == [f"{PAGE_ID}~2"]
    house.recorder.answer = lambda _: None
    house.outbox.perform(house.executor.later[f"{PAGE_ID}~2"][0])
    assert len(house.facts(PageSent)) == 1


def test_a_page_leaves_in_the_thread_that_has_committed_it_and_only_once(house):
    hold = threading.Event()
    house.recorder.answer = lambda _: hold.wait(30)
    leave(house, PAGE, MESSAGE)
    assert [(key, thread) for key, thread, _ in house.recorder.left] == [(PAGE_ID, threading.current_thread().name)]
    house.outbox.dispatch(list(house.emitted))
    house.dispatch()
    assert len(house.recorder.left) == 1
    hold.set()
    until(lambda: "PageSent" in kinds(house), "the page to be in the log")


def test_what_the_brake_holds_back_does_not_leave_and_is_decided_once(house):
    house.outbox = house.new_outbox(pools=Pools, pages_max=5)
    pages = [msgspec.structs.replace(PAGE, key=f"page/{number}") for number in range(6)]
    leave(house, *pages)
    until(lambda: len(kinds(house)) == len(pages), "every page to be decided")
    assert len(house.recorder.left) == len(house.facts(PageSent)) == len(pages) - len(house.facts(PageHeld))
    assert sorted(key for key, _, _ in house.recorder.left) == sorted(house.recorder.asked)


def test_what_is_committed_while_the_program_stops_is_left_to_the_next_start(house):
    house.outbox.stop()
    leave(house, PAGE)
    house.dispatch()
    assert house.recorder.asked == []
    house.outbox = house.new_outbox(pools=Pools)
    until(lambda: kinds(house) == ["PageSent"], "the page to be in the log")
    assert house.recorder.asked == [PAGE_ID]


def test_messages_that_hang_hold_up_no_page(house):
    hold = threading.Event()
    house.recorder.answer = lambda notification: notification.kind == "page" or hold.wait(30)
    messages = [type(MESSAGE)(f"status/{number}", audience="team", text="x") for number in range(PLACES[Lane.NOTIFY] + 3)]
    leave(house, *messages, PAGE)
    until(lambda: kinds(house) == ["PageSent"], "the page to be in the log")
    hold.set()


def test_a_target_has_one_command_at_a_time_in_the_order_of_the_log_and_a_look_is_not_held_up():
    began, hold = [], threading.Event()

    def body(job):
        began.append(job.effect.key)
        if job.effect.key == "run/a":
            hold.wait(30)

    pools = Pools(body, lambda job: getattr(job.effect, "target", "") if job.lane is Lane.RUN else "")
    effects = [run_command("a"), run_command("b"), run_command("c", "redis"), run_command("d"), collect(1)]
    entry = Entry("INC-1", 2, 0.0, "x", NoteAdded(""))
    first, second, *_, last = [pools.begin(job) for job in jobs.of(entry, effects, "")]
    until(lambda: sorted(began) == ["collect/1", "run/a", "run/c"], "what may begin")
    assert not second.done()
    hold.set()
    assert last.result(30) is None
    assert first.result(30) is None
    until(lambda: [name for name in began if name in {"run/a", "run/b", "run/d"}] == ["run/a", "run/b", "run/d"], "the others")
    pools.stop()


def test_where_the_machine_has_no_thread_left_the_writer_goes_on_and_the_page_leaves_later(house, monkeypatch):
    def none_left(_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as less:
        less.setattr(threading.Thread, "start", none_left)
        leave(house, PAGE)
        house.dispatch()
    dispatcher = house.outbox.dispatcher
    assert [waiting.job.effect_id for waiting in dispatcher._again] == [PAGE_ID]
    dispatcher._ready.append(dispatcher._again.popleft())
    dispatcher.start_ready()
    until(lambda: kinds(house) == ["PageSent"], "the page to be in the log")
