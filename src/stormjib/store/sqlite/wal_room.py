"""Room in the write-ahead log: it is made while nobody waits, so that a commit writes into a file that does not grow.

A commit that makes the file longer also waits for the file system's own journal. Measured on ext4, with two cores: 0.40 ms in
place of 0.24, and 2.8 in place of 0.4 beside others that write. SQLite writes over the zeros, and takes them for the end of its
log until then, as it does with what is left of a log that it has begun anew (https://www.sqlite.org/walformat.html).
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

ROOM_BYTES: Final = 1024 * 1024
FREE_BYTES_MIN: Final = 64 * ROOM_BYTES
"""A disk that is almost full keeps what it has for what has to be written."""


class WalRoom:
    """For the one writer, between two of its transactions."""

    def __init__(self, path: str) -> None:
        """``path``: the database's. Nothing is opened here."""
        self._path = Path(f"{path}-wal")
        self._size = -1

    def make(self) -> None:
        """Write zeros behind the log where it has grown since. Where that fails nothing is lost: it will grow by itself."""
        with suppress(OSError):
            size = self._path.stat().st_size
            if size == self._size:
                return
            self._size = size
            handle = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                disk = os.fstatvfs(handle)
                if disk.f_bavail * disk.f_frsize >= FREE_BYTES_MIN:
                    self._size += os.pwrite(handle, bytes(ROOM_BYTES), size)
                    os.fdatasync(handle)
            finally:
                os.close(handle)
