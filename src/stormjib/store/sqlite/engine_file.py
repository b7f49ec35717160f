"""The engine's file: whether it goes with the log that lies beside it, and what happens to one that does not."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple

from stormjib.owned import opened
from stormjib.store.sqlite.engine_rows import refused

_TABLE: Final = "CREATE TABLE IF NOT EXISTS of_log (one INTEGER PRIMARY KEY CHECK (one = 1), generation TEXT, position INTEGER)"
_PUT: Final = "INSERT OR REPLACE INTO of_log (one, generation, position) VALUES (1, ?, ?)"
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_BUSY_SECONDS: Final = 30.0
ASIDE: Final = ".set-aside"


class OfLog(NamedTuple):
    """Whose engine it is: the log's generation when it was last used, and up to where it has started the log's effects."""

    generation: str
    position: int


class EngineFile:
    """Any thread may use it, each call with a connection of its own."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened or created here."""
        self.path = path.resolve()
        self._used: tuple[int, int] | None = None

    def found(self) -> OfLog | None:
        """What it says about itself; None where there is none, where it says nothing, and where it is damaged."""
        if not self.path.exists():
            return None
        try:
            with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)) as rows:
                if rows.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                    return None
                found = rows.execute("SELECT generation, position FROM of_log").fetchone()
        except sqlite3.DatabaseError as error:
            if _is_damage(error):
                return None
            raise refused(self.path, error) from error
        return OfLog(*found) if found else None

    def take(self, generation: str, position: int) -> None:
        """Use this file from now on, and create it where it is missing; raises ``StoreFailed``."""
        with suppress(OSError):
            # It holds what the log does; SQLite would let everybody read it, and gives its other files the same mode.
            os.close(opened(self.path, os.O_RDWR))
            self.path.chmod(0o600)
        self._write("rwc", generation, position)
        self._used = self._identity()

    def write(self, generation: str, position: int) -> None:
        """Remember whose engine it is and how far it is; raises ``StoreFailed``.

        Not where ``lost``: a new file in its place would look complete at the next start, and what the old one held would never
        be derived again.
        """
        self._write("rw", generation, position)

    def lost(self) -> str:
        """Why the file that is used would not be found again, as a sentence; "" where all is well."""
        if self._used is None or self._identity() == self._used:
            return ""
        return (
            f"{self.path} was removed or replaced while stormjib runs. Nothing is lost with it: stormjib ends, and at the next "
            "start everything that is owed is derived from the log again."
        )

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _write(self, mode: str, generation: str, position: int) -> None:
        try:
            with closing(sqlite3.connect(f"{self.path.as_uri()}?mode={mode}", uri=True, timeout=_BUSY_SECONDS)) as rows, rows:
                rows.execute(_TABLE)
                rows.execute(_PUT, (generation, position))
        except sqlite3.Error as error:
            raise refused(self.path, error) from error

    def set_aside(self) -> bool:
        """Make room for a new one; the old one is kept under another name. False where there was none."""
        there = self.path.exists()
        for beside in _BESIDE:
            # The one that was set aside before goes: it is of use only to whoever looks into why.
            with suppress(FileNotFoundError):
                Path(f"{self.path}{ASIDE}{beside}").unlink()
            with suppress(FileNotFoundError):
                Path(f"{self.path}{beside}").rename(f"{self.path}{ASIDE}{beside}")
        return there


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    name = getattr(error, "sqlite_errorname", "") or ""
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")) or not name
