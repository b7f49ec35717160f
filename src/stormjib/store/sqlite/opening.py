"""The log's file is opened for its one writer: locked, set up, migrated."""

import sqlite3
from pathlib import Path
from typing import Final

from stormjib.ports import StoreFailed
from stormjib.store.sqlite import rows
from stormjib.store.sqlite.failure import told
from stormjib.store.sqlite.lock import WriterLock
from stormjib.store.sqlite.migrate import know_facts, migrate
from stormjib.store.sqlite.wal_room import WalRoom
from stormjib.store.sqlite.writer import SqliteLog

CHECKPOINT_PAGES: Final = 8_000
"""Of 4 KiB: how long the write-ahead log grows before it is copied back. Measured: 37,000 alerts a second, 23,000 at 1,000."""
CACHE_KIB: Final = 16_000
BUSY_MILLISECONDS: Final = 5_000


def open_log(path: str | Path) -> SqliteLog:
    """Open the log for its one writer, create it where it is missing, and migrate it; raises ``StoreFailed``."""
    name = str(path)
    lock = WriterLock(name)
    try:
        with told(name):
            connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False, cached_statements=256)
            _set_up(connection)
    except StoreFailed:
        lock.release()
        raise
    return SqliteLog(connection, name, lock, WalRoom(name))


def _set_up(connection: sqlite3.Connection) -> None:
    for setting in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
        f"cache_size = -{CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {setting}")
    migrate(connection)
    know_facts(connection)
    for statement in rows.ARRIVED:
        connection.execute(statement)
    # A read-only file opens without a word; only a write finds out.
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE mark SET position = position WHERE name = ''")
    connection.execute("COMMIT")
