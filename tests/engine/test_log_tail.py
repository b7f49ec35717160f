"""The end of the log, read at a start: what is damaged in it is left out, and everything else is remembered."""

import sqlite3
from contextlib import closing

import pytest
from tests.engine.log_room import START, LogRoom
from tests.engine.outbox_house import FakeExecutor, released
from tests.store.sqlite.damage import flip, pages_with, settle, wreck

from stormjib.core.effects import WakeAt
from stormjib.core.log import Declared, EffectFailed, NoteAdded, PageSent
from stormjib.engine import job as jobs
from stormjib.engine.circuits import Circuits
from stormjib.engine.job import Job
from stormjib.engine.log_tail import entries_since, take
from stormjib.engine.outbox import Outbox
from stormjib.engine.storm_brake import Brake
from stormjib.engine.timers import Timers
from stormjib.store.database import TimerRows

MARK = "the damaged one"
PAD = tuple(NoteAdded("x" * 2_000) for _ in range(6))
"""Around it, so that its page of the file holds nothing of other incidents."""


@pytest.fixture
def room(tmp_path):
    """ana was not reached for INC-1 and INC-3; between them, INC-2 says something that will be damaged."""
    room = LogRoom(tmp_path)
    for _ in range(3):
        room.declare()
    failed = EffectFailed("page/0", "webhook", "busy", permanent=False, attempt=1, who="ana")
    room.inbox.submit("INC-1", lambda _: (failed,), by="stormjib", cause="INC-1/1/page/0/failed")
    room.inbox.submit("INC-2", lambda _: (*PAD, NoteAdded(MARK + "y" * 2_000), *PAD), by="ana")
    room.inbox.submit("INC-3", lambda _: (failed, PageSent("bo", "webhook", 1)), by="stormjib", cause="INC-3/1/page/0/failed")
    room.close()
    yield room
    room.close()


def wrecked_page(path):
    found, size = pages_with(path, MARK.encode())
    wreck(path, found[0], size)


def altered(column, value):
    def alter(path):
        with closing(sqlite3.connect(path)) as rows, rows:
            for (trigger,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                rows.execute(f'DROP TRIGGER "{trigger}"')
            rows.execute(f'UPDATE entry SET "{column}" = {value} WHERE fact LIKE ?', (f"%{MARK}%",))

    return alter


def remembering(room):
    """An outbox after a start; its executor has no rows and runs nothing."""
    outbox = Outbox(
        executor=FakeExecutor(),
        inbox=room.inbox,
        log=room.reader,
        timer_rows=TimerRows(room.path.with_name("engine.db")),
        performers={},
        notifiers={},
        may_start=released,
        derive=lambda *_: (),
        clock=lambda: START + 1,
    )
    outbox.start()
    outbox.stop()
    return outbox


DAMAGES = {
    "a bit of its fact": lambda path: flip(path, b'{"fact":"NoteAdded","text":"' + MARK.encode(), 2),
    "a page of the file": wrecked_page,
    "a cause that is no text": altered("cause", "CAST(x'ff' AS TEXT)"),
    "an incident that is none": altered("incident", "x'ff'"),
    "a time that is none": altered("at", "'noon'"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_f3_a_damaged_entry_in_the_logs_end_does_not_keep_the_server_from_starting(room, damage):
    """The incident that is damaged is left out; the alarm and the brake know what all the others said."""
    settle(room.path)
    damage(room.path)
    room.open()
    read = list(entries_since(room.reader, START - 60, 0))
    assert [type(entry.fact) for entry in read if entry.incident != "INC-2"] == [Declared] * 2 + [EffectFailed] * 2 + [PageSent]
    assert not any(MARK in str(entry.fact) for entry in read)
    outbox = remembering(room)
    assert [one.incident for one in outbox.alarm.standing()] == ["INC-1", "INC-3"]
    assert outbox.brake._people.keys() == {"ana", "bo"}


class OldRows(FakeExecutor):
    """What an older version left: a timer as its payload, with when it is due."""

    def __init__(self, job, at):
        super().__init__()
        self.start_later(job.execution_id, jobs.encode(job), job.lane, at)


@pytest.mark.parametrize(
    ("clock_seconds", "moved_seconds", "left"),
    [(-3_600, 0, 300), (-86_400, 0, 300), (60, 0, 240), (3_600, 0, -3_300), (60, 20, 260)],
)
def test_f5_a_timer_of_an_older_version_is_taken_over_with_the_time_that_is_left_of_it(room, clock_seconds, moved_seconds, left):
    """The clock is an hour behind after the start: the escalation that was set for five minutes comes within five minutes."""
    room.open()
    job = Job(jobs.VERSION, "INC-1", 1, WakeAt("escalate/1", timer="escalate/1", at=START + 300), generation="abc")
    executor, rows, now = (
        OldRows(job, START + 300 + moved_seconds),
        TimerRows(room.path.with_name("engine.db")),
        START + clock_seconds,
    )
    timers = Timers(room.inbox, rows, by="x", clock=lambda: now)
    take(executor, Brake(lambda: 0.0, 1, str), Circuits(lambda: 0.0, None), timers, START)
    ((timer,), _) = rows.due(2 * START, 9), rows.close()
    assert (timer.id, timer.incident, timer.name) == ("INC-1/1/escalate/1", "INC-1", "escalate/1")
    assert timer.at - now == left
    assert executor.later == {}
