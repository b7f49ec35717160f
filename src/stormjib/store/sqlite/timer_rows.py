"""The timers that are set, a table of their own in the engine's file: whoever takes that file away has them derived from the log again."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from stormjib.ports import Timer
from stormjib.store.sqlite.engine_rows import refused

_BUSY_SECONDS: Final = 30.0
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS timer (id TEXT PRIMARY KEY, incident TEXT NOT NULL, name TEXT NOT NULL, at REAL NOT NULL,"
    " whole_seconds REAL NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID"
)
_INDEX: Final = "CREATE INDEX IF NOT EXISTS timer_at ON timer (at)"
_PUT: Final = "INSERT INTO timer VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_DUE: Final = "SELECT id, incident, name, at, whole_seconds, last FROM timer WHERE at <= ? ORDER BY last, at LIMIT ?"
_NEAR: Final = "UPDATE timer SET at = ? + whole_seconds WHERE at > ? + whole_seconds"


class TimerRows:
    """``ports.TimerRows`` on SQLite: one connection, which any thread may use."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened or created here."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    @contextmanager
    def _rows(self) -> Iterator[sqlite3.Connection]:
        """In one transaction."""
        try:
            with self._lock:
                if self._connection is None:
                    self._connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, check_same_thread=False)
                    self._connection.execute(_TABLE)
                    self._connection.execute(_INDEX)
                with self._connection:
                    yield self._connection
        except sqlite3.Error as error:
            raise refused(self._path, error) from error

    def put(self, timers: Sequence[Timer]) -> None:
        with self._rows() as rows:
            rows.executemany(_PUT, map(msgspec.structs.astuple, timers))

    def due(self, now: float, limit: int) -> list[Timer]:
        with self._rows() as rows:
            return [Timer(*row) for row in rows.execute(_DUE, (now, limit))]

    def next_at(self) -> float | None:
        with self._rows() as rows:
            found: tuple[float | None] = rows.execute("SELECT min(at) FROM timer").fetchone()
            return found[0]

    def drop(self, ids: Sequence[str]) -> None:
        with self._rows() as rows:
            rows.executemany("DELETE FROM timer WHERE id = ?", ((one,) for one in ids))

    def shift(self, seconds: float) -> None:
        with self._rows() as rows:
            rows.execute("UPDATE timer SET at = at + ?", (seconds,))

    def bring_near(self, now: float) -> None:
        with self._rows() as rows:
            rows.execute(_NEAR, (now, now))

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
