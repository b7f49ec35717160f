"""A page leaves before its row is written, once, and its outcome is the effect's."""

import threading

import pytest
from tests.engine.outbox_house import MESSAGE, PAGE, House
from tests.story.patience import until

from stormjib.core.log import Declared, EffectFailed
from stormjib.core.severity import Severity
from stormjib.ports import DeliveryError

PAGE_ID = "INC-2/1/page/0"


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "log.db")
    by_note = house.react
    house.react = lambda now, entry: (
        (PAGE, MESSAGE) if isinstance(entry.fact, Declared) and entry.seq == 1 else by_note(now, entry)
    )
    yield house
    house.close()


def declare(house):
    """A commit as the writer hands it over; the pages of it that have left."""
    left = threading.Event()
    answer = house.recorder.answer

    def leave(effect):
        left.set()
        return answer(effect)

    house.recorder.answer = leave
    declared = Declared("API 5xx", Severity.P1, "api", "", 1000.0)
    house.inbox.declare(lambda _: (declared,), by="ana")
    house.outbox.dispatch(list(house.emitted))
    assert left.wait(30)


def test_a_page_leaves_though_no_row_is_written(house):
    declare(house)
    assert house.recorder.asked == [PAGE_ID]
    assert house.executor.order == []


def test_f7_a_page_that_has_arrived_needs_no_row(house):
    declare(house)
    until(house.outbox._express._begun[PAGE_ID].done, "the page to be in the log")
    house.dispatch()
    assert PAGE_ID not in house.executor.started
    assert [type(entry.fact).__name__ for entry in house.reader.entries("INC-2")] == ["Declared", "PageSent"]
    house.new_outbox()
    assert house.recorder.asked == [PAGE_ID]


def test_the_row_takes_what_came_of_it_and_sends_nothing_again(house):
    hold = threading.Event()
    house.recorder.answer = lambda effect: hold.wait(30)
    declare(house)
    house.dispatch()
    hold.set()
    house.perform(PAGE_ID)
    assert house.recorder.asked == [PAGE_ID]
    assert [type(entry.fact).__name__ for entry in house.reader.entries("INC-2")] == ["Declared", "PageSent"]
    # Performed again after a kill, it knows of the first time from the log.
    house.perform(PAGE_ID)
    assert house.recorder.asked == [PAGE_ID]


def test_a_page_that_could_not_be_delivered_is_tried_again_by_its_row(house):
    def refuse(effect):
        raise DeliveryError("recorder", "busy", permanent=False)

    house.recorder.answer = refuse
    declare(house)
    house.dispatch()
    house.perform(PAGE_ID)
    (failed,) = [entry.fact for entry in house.reader.entries("INC-2") if isinstance(entry.fact, EffectFailed)]
    assert (failed.reason, failed.permanent, failed.attempt) == ("busy", False, 1)
    assert f"{PAGE_ID}~2" in house.executor.later


def test_rows_wait_for_a_page_that_is_leaving_and_not_for_long(house):
    hold = threading.Event()
    house.recorder.answer = lambda effect: hold.wait(30)
    declare(house)
    house.dispatch()
    assert house.executor.order[0] == PAGE_ID
    hold.set()


def test_a_page_that_came_while_the_program_stops_is_left_to_its_row(house):
    house.outbox.stop()
    declared = Declared("API 5xx", Severity.P1, "api", "", 1000.0)
    house.inbox.declare(lambda _: (declared,), by="ana")
    house.outbox.dispatch(list(house.emitted))
    assert house.recorder.asked == []
    house.dispatch()
    house.perform(PAGE_ID)
    assert house.recorder.asked == [PAGE_ID]
