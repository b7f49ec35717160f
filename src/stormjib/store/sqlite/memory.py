"""The log in memory, for a disk that is full: everything can be read, and nothing can be written."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import create_engine

from stormjib.ports import Counted, StoreFailed
from stormjib.ports.records import Stored
from stormjib.store.sqlite.failure import told
from stormjib.store.sqlite.lock import WriterLock
from stormjib.store.sqlite.reader import Reader
from stormjib.store.sqlite.writer import SqliteLog

READ_ONLY: Final = (
    "The disk that holds the log is full, so stormjib runs read-only: nobody is paged, no alert is taken, nothing is written. Free "
    "some space; then it starts again by itself."
)
_COPY: Final = "file:stormjib-full-disk?mode=memory&cache=shared"


class ReadOnlyLog(SqliteLog):
    """The writer's side, which refuses."""

    def __init__(self, connection: sqlite3.Connection, path: str, lock: WriterLock, source: sqlite3.Connection) -> None:
        """``connection`` is to the copy; ``source`` stays open, for closing it would write."""
        super().__init__(connection, path, lock)
        self._source = source

    def _run(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        raise StoreFailed(READ_ONLY, fatal=False)

    def commit(self, alerts: Sequence[Stored] = (), counted: Sequence[Counted] = ()) -> None:
        """Refuse, unless nothing was written. What is counted meanwhile are refusals, whose senders know of them."""
        if alerts:
            raise StoreFailed(READ_ONLY, fatal=False)


def open_in_memory(path: Path) -> tuple[ReadOnlyLog, Reader]:
    """Copy the log into memory, with what a kill has left beside it; raises ``StoreFailed`` where even that fails.

    A log in WAL mode needs a file of shared memory beside it, for which a full disk has no room; who has the log for himself
    needs none.
    """
    lock = WriterLock(str(path))
    try:
        with told(str(path)):
            source = sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
            source.execute("PRAGMA locking_mode = EXCLUSIVE")
            copy = sqlite3.connect(_COPY, uri=True, isolation_level=None, check_same_thread=False)
            source.backup(copy)
    except StoreFailed:
        lock.release()
        raise
    reader = Reader(
        create_engine("sqlite://", creator=lambda: sqlite3.connect(_COPY, uri=True, check_same_thread=False)), str(path)
    )
    return ReadOnlyLog(copy, str(path), lock, source), reader
