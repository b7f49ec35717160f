"""The log on SQLite: its schema, its one writer, and what it says where it can't."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from stormjib.ports import StoreFailed
from stormjib.store import records
from stormjib.store.sqlite import migrate, rows
from stormjib.store.sqlite.backup import back_up
from stormjib.store.sqlite.memory import open_in_memory
from stormjib.store.sqlite.opening import open_log
from stormjib.store.sqlite.raw import verify
from stormjib.store.sqlite.reader import open_reader
from stormjib.store.sqlite.wal_room import ROOM_BYTES


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.db"


FIRST = Path(__file__).with_name("first_schema.sql")


def shape(path):
    """Columns and indexes of every table, in any order."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({name})")) for name in tables}
        indexes = connection.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index'").fetchall()
        return columns, {
            (name, table, " ".join((sql or "").split()).replace("IF NOT EXISTS ", "")) for name, table, sql in indexes
        }


def test_the_steps_from_the_first_schema_make_exactly_the_newest(path, tmp_path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
    open_log(path).close()
    open_log(tmp_path / "new.db").close()
    assert shape(path) == shape(tmp_path / "new.db")
    with closing(sqlite3.connect(path)) as connection:
        assert migrate.version(connection) == migrate.HEAD


def test_a_step_that_fails_leaves_the_log_as_it_was(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
        connection.execute("CREATE VIEW intake AS SELECT 1")
        connection.execute("ALTER TABLE alert RENAME TO alerts")
    before = shape(path)
    with pytest.raises(StoreFailed):
        open_log(path)
    assert shape(path) == before
    with closing(sqlite3.connect(path)) as connection:
        assert migrate.version(connection) == "0001"


def test_a_newer_schema_is_left_alone(path):
    open_log(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreFailed, match=r"schema 9999 .* start the newer version"):
        open_log(path)


def test_it_is_durable(path):
    log = open_log(path)
    assert log._all("PRAGMA journal_mode") == [("wal",)]
    assert log._all("PRAGMA synchronous") == [(2,)]
    log.close()


def wal_bytes(path):
    return Path(f"{path}-wal").stat().st_size


def test_a_commit_finds_room_and_what_it_writes_there_survives_a_kill(path, tmp_path):
    log = open_log(path)
    log.put_setting("name", "first")
    log.commit()
    log.make_room()
    before = wal_bytes(path)
    for number in range(20):
        log.put_setting(f"name/{number}", "written")
        log.commit()
        log.make_room()
    assert wal_bytes(path) == before > ROOM_BYTES
    # What a kill leaves: nothing was copied back, and nobody has said goodbye.
    for name in ("log.db", "log.db-wal"):
        (tmp_path / "killed" / name).parent.mkdir(exist_ok=True)
        shutil.copy(tmp_path / name, tmp_path / "killed" / name)
    log.close()
    again = open_log(tmp_path / "killed" / "log.db")
    again.put_setting("name", "later")
    again.commit()
    again.make_room()
    again.close()
    with closing(sqlite3.connect(tmp_path / "killed" / "log.db")) as found:
        assert found.execute("SELECT count(*) FROM setting WHERE value = 'written'").fetchone() == (20,)
        assert found.execute("SELECT value FROM setting WHERE name = 'name'").fetchone() == ("later",)
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_room_is_made_again_once_it_is_used_up(path):
    log = open_log(path)
    log.put_blob(b"first")
    log.commit()
    log.make_room()
    before = wal_bytes(path)
    log.put_blob(os.urandom(2 * ROOM_BYTES))
    log.commit()
    grown = wal_bytes(path)
    log.make_room()
    assert before < grown < wal_bytes(path)
    log.close()


def test_nobody_else_may_read_it(path):
    log = open_log(path)
    log.put_mark("x", 1)
    log.commit()
    assert {file.name: file.stat().st_mode & 0o077 for file in path.parent.iterdir()} == {
        "log.db": 0,
        "log.db-wal": 0,
        "log.db-shm": 0,
        "log.db.lock": 0,
    }
    log.close()


def test_f8_a_removed_lock_file_lets_no_second_writer_in(path):
    first = open_log(path)
    path.with_name("log.db.lock").unlink()
    with pytest.raises(StoreFailed, match="Another stormjib is writing"):
        open_log(path)
    first.close()
    open_log(path).close()


def test_what_is_no_database_is_said(path):
    path.write_bytes(b"this is a text file and no database at all" * 50)
    with pytest.raises(StoreFailed, match=r"damaged .* restore the newest backup"):
        open_log(path)


def test_a_missing_directory_is_said(tmp_path):
    with pytest.raises(StoreFailed, match=r"can't be opened.*Check the directory"):
        open_log(tmp_path / "nowhere" / "log.db")
    with pytest.raises(StoreFailed, match="There is no log at"):
        open_reader(tmp_path / "log.db")


def test_a_read_only_log_is_said_at_open():
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "log.db"
        open_log(path).close()
        path.chmod(0o444)
        path.with_name("log.db.lock").chmod(0o666)
        path.parent.chmod(0o777)
        assert "log.db, the -wal and -shm files beside it or their directory are read-only for this user." in refused_to_nobody(
            path
        )


def refused_to_nobody(path):
    """What is said to a user without rights; root may write anywhere, so a child process gives that up before it tries."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            open_log(path)
        except StoreFailed as failure:
            os.write(told, failure.reason.encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(told)
    with os.fdopen(heard, "rb") as pipe:
        return pipe.read().decode()


def test_few_statements_serve_any_number_of_rows():
    table = list(range(8 * 1_200))
    cut = list(rows.chunks(rows.ENTRY, table))
    assert [len(values) // 8 for _, values in cut] == [512, 512, 128, 32, 16]
    assert [value for _, values in cut for value in values] == table


def test_a_log_that_a_server_on_a_full_disk_holds_is_not_called_broken(path, tmp_path):
    """The check and the backup end with what is so, instead of asking for a restore or waiting for ever."""
    open_log(path).close()
    log, reader = open_in_memory(Path(path))
    for ask in (lambda: verify(path), lambda: back_up(Path(path).parent, tmp_path / "copy", 1.0)):
        with pytest.raises(StoreFailed, match="Nothing is wrong with the log by that: free some space"):
            ask()
    reader.close()
    log.close()


def test_a_reader_never_writes(path):
    open_log(path).close()
    reader = open_reader(path)
    with reader._engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.execute(text("DELETE FROM entry"))
    reader.close()


def test_a_log_of_the_first_schema_is_brought_up_with_what_is_in_it(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO setting VALUES ('a', 'b')")
        connection.execute("INSERT INTO alert VALUES (1, 'f1', 's', 1, 1.0, 1.0, 'P1', 'api', 'Down', '{}', '', 0, 1)")
    log = open_log(path)
    assert [mark.course for mark in log.alert_marks([("s", "f1")])] == [None]
    log.put_checked([])
    log.close()
    reader = open_reader(path)
    assert (reader.setting("a"), reader.checked(), reader.intake(), reader.generations()) == ("b", {}, [], [])
    reader.close()


def test_a_log_with_facts_of_a_newer_version_is_refused_with_a_sentence(path):
    """Also one of a newer version that has not written any of them yet: it may at any moment."""
    open_log(path).close()
    open_log(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE setting SET value = value || ' FromTheFuture' WHERE name = 'facts'")
    with pytest.raises(StoreFailed, match=r"newer version .* \(FromTheFuture\)\. Start the newer version"):
        open_log(path)


def test_an_entry_of_a_newer_version_is_not_called_altered_only():
    with pytest.raises(StoreFailed, match=r"Entry 3 of INC-1 is of a kind .*FromTheFuture.*a newer version wrote it"):
        records.entry_of("INC-1", 3, 1.0, "ana", "", '{"fact":"FromTheFuture","text":"x"}')
