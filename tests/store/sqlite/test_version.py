"""The engine's database works with the SQLite of this machine, whichever Python made it."""

import queue
import sqlite3
import time
from contextlib import closing

import pytest
from dbos import _migration

from stormjib.engine.dbos import DbosExecutor
from stormjib.ports import Lane
from stormjib.store.sqlite.engine_rows import EngineRows
from stormjib.store.sqlite.version import SQLITE_MIN, Connection, lacking

SECONDS_MAX = 60
ASKED = {"3.11": "strftime('%s','now')", "3.12": "unixepoch('subsec')"}


def made_by(python, path):
    """The file as the engine's library makes it on this Python: the moment that its tables ask for differs."""
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("PRAGMA journal_mode=WAL")
        for migration in _migration.sqlite_migrations:
            text = migration
            for asked in ASKED.values():
                text = text.replace(asked, ASKED[python])
            rows.executescript(text)
        rows.execute("CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY)")
        rows.execute("INSERT INTO dbos_migrations VALUES (?)", (len(_migration.sqlite_migrations),))
        rows.commit()


@pytest.mark.parametrize("python", ASKED)
def test_a1_what_another_python_left_serves_this_one(python, tmp_path):
    """What is due now and what waits, over a file that another version of Python made."""
    made_by(python, tmp_path / "engine.db")
    performed = queue.SimpleQueue()
    executor = DbosExecutor(EngineRows(tmp_path / "engine.db"), "one", time.time, poll_seconds=0.05)
    executor.launch(performed.put)
    try:
        executor.start_later("now", "now", Lane.PAGE, time.time())
        assert performed.get(timeout=SECONDS_MAX) == "now"
        executor.start_later("later", "later", Lane.PAGE, time.time() + 0.1)
        assert performed.get(timeout=SECONDS_MAX) == "later"
    finally:
        executor.stop()


def test_a1_the_engines_connection_knows_the_moment_to_the_millisecond():
    """As a default of a table and in a statement; SQLite before 3.42 answers NULL by itself."""
    with closing(sqlite3.connect(":memory:", factory=Connection)) as rows:
        rows.execute("CREATE TABLE made (at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000), what TEXT)")
        before = time.time() * 1000
        rows.execute("INSERT INTO made (what) VALUES ('x')")
        assert before - 1 <= rows.execute("SELECT at FROM made").fetchone()[0] <= time.time() * 1000
        assert rows.execute("SELECT unixepoch('nonsense')").fetchone() == (None,)


def test_a1_a_sqlite_that_is_too_old_is_named_with_what_to_do():
    assert lacking(SQLITE_MIN) == lacking() == ""
    assert "3.34.1" in lacking((3, 34, 1))
    assert "Install a newer libsqlite3" in lacking((3, 34, 1))
