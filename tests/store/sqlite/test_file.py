"""The log on SQLite: its schema, its one writer, and what it says where it can't."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.schema import CreateIndex

from stormjib.ports import StoreFailed
from stormjib.store.sqlite import migrate, rows, schema
from stormjib.store.sqlite.reader import open_reader
from stormjib.store.sqlite.writer import open_log


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.db"


def test_the_migrations_make_exactly_the_schema(path):
    open_log(path).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        made = {
            " ".join(sql.split())
            for (sql,) in connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'index'"))
            if sql
        }
        declared = {
            " ".join(str(CreateIndex(index).compile(engine)).split())
            for table in schema.metadata.tables.values()
            for index in table.indexes
        }
    assert made == declared
    engine.dispose()


def test_the_newest_schema_is_the_last_step():
    config = Config()
    config.set_main_option("script_location", "stormjib.store.sqlite:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD


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
    table = list(range(8 * 300))
    cut = list(rows.chunks(rows.ENTRY, table))
    assert [len(values) // 8 for _, values in cut] == [128, 128, 32, 8, 4]
    assert [value for _, values in cut for value in values] == table


def test_a_reader_never_writes(path):
    open_log(path).close()
    reader = open_reader(path)
    with reader._engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.execute(text("DELETE FROM entry"))
    reader.close()


def test_a_log_of_the_first_schema_is_brought_up(tmp_path):
    path = tmp_path / "log.db"
    open_log(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE checked")
        connection.execute("DROP TABLE intake")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    log = open_log(path)
    log.put_setting("a", "b")
    log.commit()
    log.close()
    reader = open_reader(path)
    assert (reader.setting("a"), reader.checked(), reader.intake()) == ("b", {}, [])
    reader.close()
