"""What SQLite says when it can't, as a sentence for a tired person."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from stormjib.ports import StoreFailed

_FULL = "The disk that holds the log is full. Free some space; nothing that was acknowledged is lost."
_READ_ONLY = (
    "The log can't be written: {path}, the -wal and -shm files beside it or their directory are read-only for this user. "
    "Give them write permission."
)
_NO_OPEN = "The log {path} can't be opened. Check that its directory exists and that this user may write to it."
_BUSY = "Another process is writing to the log {path}. Stop it; a log has one writer."
_DAMAGED = "The log {path} is damaged ({error}). Stop stormjib, keep a copy, and restore the newest backup."
_IO = "The disk that holds the log reports an error ({error}). Check the disk and the kernel's messages."


def sentence(error: sqlite3.Error, path: str) -> StoreFailed:
    """The failure behind an error of SQLite. Full disks and I/O errors are fatal: the process has to start anew."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_FULL":
        return StoreFailed(_FULL, fatal=True)
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
            return StoreFailed(text.format(path=path, error=error), fatal=fatal)
    return StoreFailed(f"The log {path} refused: {error}.", fatal=False)


def damaged(incident: str, seq: int, error: str) -> str:
    """An entry whose fact is none any more."""
    return (
        f"Entry {seq} of {incident} can't be read: it was altered after it was written ({error}). "
        "`stormjib log verify` says what else is damaged; restore the newest backup."
    )


@contextmanager
def told(path: str) -> Iterator[None]:
    """Turn SQLite's errors into ``StoreFailed`` with a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise sentence(error, path) from error
