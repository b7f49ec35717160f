"""What SQLite says when it can't, as a sentence for a tired person."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from stormjib.ports import StoreFailed

_FULL = "The disk that holds the log is full. Free some space; nothing that was acknowledged is lost."
_READ_ONLY = (
    "The log can't be written: {path}, the -wal and -shm files beside it or their directory are read-only for this user. "
    "Give them write permission."
)
_NO_OPEN = "The log {path} can't be opened. Check that its directory exists and that this user may write to it."
_BUSY = (
    "Another process is writing to the log {path}, or has it for itself, as a server has whose disk is full. Nothing is wrong with "
    "the log by that: free some space or stop that process, and try again."
)
HELD_SECONDS: Final = 2.0
"""So long whoever only reads waits for a log that another has for himself; a server that works never has."""
_DAMAGED = (
    "The log {path} is damaged ({error}). Stop stormjib, keep a copy, and restore the newest backup: stormjib restore DIR. "
    "What can be read without one, gets out: stormjib recover {path} --to DIR."
)
_CHUNK_BYTES = 1 << 20
_IO = "The disk that holds the log reports an error ({error}). Check the disk and the kernel's messages."


def sentence(error: sqlite3.Error, path: str) -> StoreFailed:
    """The failure behind an error of SQLite. Full disks and I/O errors are fatal: the process has to start anew."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_FULL":
        return StoreFailed(_FULL, fatal=True)
    if not name and "decode" in str(error):
        # Python found a text that is none.
        name = "SQLITE_CORRUPT"
    if name.startswith("SQLITE_CORRUPT") and (failed := disk_failed(path)):
        # SQLite calls the file damaged where the disk can't be read; what stands on it may be well.
        return failed
    for start, text, fatal in (
        ("SQLITE_IOERR", _IO, True),
        ("SQLITE_READONLY", _READ_ONLY, False),
        ("SQLITE_CANTOPEN", _NO_OPEN, False),
        ("SQLITE_BUSY", _BUSY, False),
        ("SQLITE_LOCKED", _BUSY, False),
        ("SQLITE_CORRUPT", _DAMAGED, False),
        ("SQLITE_NOTADB", _DAMAGED, False),
    ):
        if name.startswith(start):
            return StoreFailed(text.format(path=path, error=error), fatal=fatal, damage=text is _DAMAGED)
    return StoreFailed(f"The log {path} refused: {error}.", fatal=False)


def readable(log: sqlite3.Connection, path: str) -> None:
    """Raises ``StoreFailed`` where another process has the log for itself; what else is wrong with it shows itself later."""
    try:
        log.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise sentence(error, path) from error


def disk_failed(path: str) -> StoreFailed | None:
    """The failure of the disk where the database or what stands beside it can't be read to its end.

    What is opened for that stays open: SQLite's locks of a file are lost when its process closes it.
    """
    for name in (path, f"{path}-wal"):
        try:
            found = Path(name).stat()
            inode = (found.st_dev, found.st_ino)
            opened = _opened.get(inode)
            if opened is None:
                opened = _opened[inode] = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        unchanged = (found.st_size, found.st_mtime_ns)
        if _read.get(inode) == unchanged:
            continue
        try:
            for at in range(0, found.st_size, _CHUNK_BYTES):
                os.pread(opened, _CHUNK_BYTES, at)
        except OSError as error:
            return StoreFailed(_IO.format(error=error.strerror), fatal=True)
        _read[inode] = unchanged
    return None


_opened: dict[tuple[int, int], int] = {}
_read: dict[tuple[int, int], tuple[int, int]] = {}
"""By inode: the descriptors that stay open, and the size and time of what was read to its end."""


@contextmanager
def told(path: str) -> Iterator[None]:
    """Turn SQLite's errors into ``StoreFailed`` with a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise sentence(error, path) from error
