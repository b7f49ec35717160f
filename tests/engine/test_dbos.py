"""The executor over the real DBOS on SQLite, in this process."""

import os
import queue
import sqlite3
import time

import dbos
import pytest

from stormjib.engine.clock_watch import ClockWatch
from stormjib.engine.dbos import DbosExecutor
from stormjib.ports import Lane
from stormjib.store.database import EngineRows

SECONDS_MAX = 60


class House:
    """One executor after another over the same file."""

    def __init__(self, path):
        self.path = path
        self.performed = queue.SimpleQueue()
        self.executor = None

    def boot(self, executor_id, body=None, now=0.0):
        self.executor = DbosExecutor(EngineRows(self.path), executor_id, lambda: now, poll_seconds=0.05)
        self.executor.launch(body or self.performed.put)
        return self.executor

    def next(self):
        return self.performed.get(timeout=SECONDS_MAX)

    def ended(self, effect_id):
        """Performed, and its outcome is in its row."""
        assert self.next() == effect_id
        deadline = time.monotonic() + SECONDS_MAX
        while self.status(effect_id) != "SUCCESS":
            assert time.monotonic() < deadline
            os.sched_yield()

    def status(self, effect_id):
        found = self.sql(f"SELECT status FROM workflow_status WHERE workflow_uuid = '{effect_id}'")
        return found[0][0] if found else ""

    def sql(self, statement):
        connection = sqlite3.connect(self.path)
        try:
            found = connection.execute(statement).fetchall()
            connection.commit()
            return found
        finally:
            connection.close()


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "engine.db")
    yield house
    house.executor.stop()


def test_an_id_starts_once_and_the_payload_is_json_in_a_wal_file(house):
    executor = house.boot("one")
    assert executor.start_later("INC-1/2/page/0", '{"v":1,"é":"€"}', Lane.NOTIFY, 0.0)
    assert house.next() == '{"v":1,"é":"€"}'
    assert not executor.start_later("INC-1/2/page/0", "again", Lane.NOTIFY, 0.0)
    assert not executor.start_later("INC-1/2/page/0", "again", Lane.PAGE, 0.0)
    assert executor.start_later("INC-1/2/page/1", "the next", Lane.NOTIFY, 0.0)
    assert house.next() == "the next"
    assert house.performed.empty()
    assert house.sql("PRAGMA journal_mode") == [("wal",)]
    ((inputs,),) = house.sql("SELECT inputs FROM workflow_input WHERE workflow_uuid = 'INC-1/2/page/0'")
    assert inputs == '{"namedArgs":{},"positionalArgs":["{\\"v\\":1,\\"é\\":\\"€\\"}"]}'


def test_a_body_may_start_others_and_they_are_not_its_steps(house):
    def body(payload):
        if payload == "first":
            house.executor.start_later("second", "second", Lane.NOTIFY, 0.0)
            house.executor.start_later("third", "third", Lane.NOTIFY, 0.0)
        house.performed.put(payload)

    house.boot("one", body)
    house.executor.start_later("first", "first", Lane.NOTIFY, 0.0)
    assert sorted([house.next(), house.next(), house.next()]) == ["first", "second", "third"]
    assert house.sql("SELECT count(*) FROM workflow_status WHERE parent_workflow_id IS NOT NULL") == [(0,)]


def test_what_is_delayed_waits(house):
    executor = house.boot("one", now=1000.0)
    assert executor.start_later("timer/1", "one", Lane.PAGE, 1000.0 + 86_400)
    assert executor.start_later("timer/2", "two", Lane.PROBE, 0.0)
    assert house.next() == "two"
    assert [house.status(f"timer/{number}") for number in (1, 3)] == ["DELAYED", ""]


def test_delayed_ones_of_the_process_before_fire_once_after_a_restart(house):
    house.boot("one", now=1000.0)
    house.executor.start_later("timer/1", "one", Lane.PAGE, 1000.0 + 86_400)
    house.executor.stop()
    executor = house.boot("two")
    executor.shift(-90_000.0)
    assert house.next() == "one"
    assert not executor.start_later("timer/1", "one", Lane.PAGE, 0.0)
    executor.start_later("timer/2", "two", Lane.PAGE, 0.0)
    assert house.next() == "two"
    assert house.performed.empty()


def test_a_takeover_runs_what_dead_executors_left_and_only_that(house):
    house.boot("one")
    house.executor.start_later("a", "a", Lane.NOTIFY, 0.0)
    house.ended("a")
    house.executor.stop()
    # As a kill leaves it: started, and no outcome.
    house.sql("UPDATE workflow_status SET status = 'PENDING', executor_id = 'dead' WHERE workflow_uuid = 'a'")
    executor = house.boot("two")
    assert executor.takeover(["dead"]) == ()
    assert executor.takeover([]) == ("dead",)
    assert executor.takeover([]) == ()
    assert house.next() == "a"


def test_what_ended_long_ago_is_forgotten(house):
    house.boot("one")
    house.executor.start_later("a", "a", Lane.NOTIFY, 0.0)
    house.ended("a")
    house.executor.stop()
    house.boot("two", now=9e9)
    assert house.sql("SELECT count(*) FROM workflow_status") == [(0,)]


def test_f7_what_has_fired_is_forgotten_and_what_is_being_performed_is_left_alone(house):
    executor = house.boot("one", now=1000.0)
    executor.start_later("timer/1", "one", Lane.PAGE, 1000.0 + 86_400)
    executor.start_later("a", "a", Lane.NOTIFY, 0.0)
    house.ended("a")
    assert [payload for payload, _ in executor.delayed()] == ["one"]
    executor.forget(["timer/1", "a", "never heard of"])
    assert (house.status("timer/1"), house.status("a"), executor.delayed()) == ("", "SUCCESS", [])
    assert house.sql("SELECT workflow_uuid FROM workflow_input") == [("a",)]


def test_f5_a_step_of_the_clock_moves_what_is_delayed(house):
    executor = house.boot("one", now=1000.0)
    executor.start_later("timer/1", "one", Lane.PAGE, 1000.0 + 86_400)
    ((_, before),) = executor.delayed()
    executor.shift(-3_600.0)
    ((_, after),) = executor.delayed()
    assert after - before == pytest.approx(-3_600.0)
    executor.shift(-86_400.0)
    assert house.next() == "one"


@pytest.mark.parametrize("step_seconds", [86_400.0, -3_600.0])
def test_f5_a_row_that_is_written_after_a_step_and_before_it_is_seen_is_not_moved_by_it(house, step_seconds):
    """A page fails half a second after the clock stepped a day ahead: its next try is 30 seconds away and not a day."""
    wall = [0.0]
    executor = house.boot("one")
    executor._clock = lambda: wall[0]
    watch = ClockWatch(lambda: wall[0], lambda: 0.0, executor.shift)
    executor.steady = watch.steady
    now = time.time()
    executor.start_later("before", "before", Lane.PAGE, 90_000.0)
    wall[0] += step_seconds
    executor.start_later("after", "after", Lane.PAGE, wall[0] + 90_000.0)
    watch.look()
    due = dict(house.sql("SELECT workflow_uuid, delay_until_epoch_ms / 1000.0 FROM workflow_status"))
    assert due["before"] - now == pytest.approx(90_000 + step_seconds, abs=60)
    assert due["after"] - now == pytest.approx(90_000, abs=60)


def test_f5_a_page_that_the_clock_put_far_away_while_nobody_was_here_is_near_after_the_start(house):
    """The machine's clock was a day ahead when the try failed, and is right at the next start."""
    executor = house.boot("one", now=time.time())
    executor.start_later("page", "page", Lane.PAGE, time.time() + 86_400.0)
    executor.start_later("message", "message", Lane.NOTIFY, time.time() + 86_400.0)
    executor.stop()
    house.boot("two", now=time.time())
    due = dict(house.sql("SELECT workflow_uuid, delay_until_epoch_ms / 1000.0 FROM workflow_status"))
    assert due["page"] - time.time() <= 60
    assert due["message"] - time.time() > 80_000


def test_the_timers_of_an_older_version_are_handed_over_whatever_state_they_are_in(house):
    """Its queue is gone, so that nobody polls it and none of them is performed here."""
    executor = house.boot("one", now=1000.0)
    dbos.DBOS.register_queue("urgent", polling_interval_sec=3_600.0)
    for name in ("delayed", "due", "begun"):
        executor.start_later(name, name, Lane.PAGE, 1000.0 + 86_400)
    executor.stop()
    house.sql("UPDATE workflow_status SET queue_name = 'urgent'")
    house.sql("UPDATE workflow_status SET status = 'ENQUEUED' WHERE workflow_uuid = 'due'")
    house.sql("UPDATE workflow_status SET status = 'PENDING', executor_id = 'one' WHERE workflow_uuid = 'begun'")
    executor = house.boot("two", now=1000.0)
    assert executor.takeover([]) == ("one",)
    assert sorted(payload for payload, _ in executor.delayed()) == ["begun", "delayed", "due"]
    executor.forget(["delayed", "due", "begun"])
    assert executor.delayed() == []
    assert house.sql("SELECT name FROM queues WHERE name = 'urgent'") == []
    assert house.performed.empty()
