"""The log's one writer: the locks that keep others away, and the watch over the files that it has open."""

import fcntl
import os
from pathlib import Path
from typing import Final

from stormjib.owned import opened
from stormjib.ports import StoreFailed

_BESIDE: Final = ("", "-wal", "-shm", ".lock")
"""The database and its companions: none of them may be exchanged under a running server."""


class WriterLock:
    """Holds a lock beside the database and one on the database itself, for as long as the process lives.

    The writer's caches allow no second one. The lock beside it is what other versions of the program look for; the one on
    the database stands even where somebody has removed the other.
    """

    def __init__(self, path: str) -> None:
        """Take both locks, and create the database where it is missing; raises ``StoreFailed``."""
        self._path = path
        self._held: list[int] = []
        try:
            self._take(f"{path}.lock", os.O_RDWR)
            # SQLite's own locks of a file are lost when this process closes it, so this one stays open until the end.
            # Evidence is nobody else's business; SQLite gives its other files the rights of this one.
            self._take(path, os.O_RDONLY)
        except StoreFailed:
            self.release()
            raise
        self._size = 0
        self._known: dict[str, tuple[int, int]] = {}

    def _take(self, path: str, mode: int) -> None:
        try:
            held = opened(Path(path), mode)
        except OSError as error:
            raise StoreFailed(
                f"The log can't be opened: {path} can't be created or opened ({error.strerror}). "
                "Check the directory and its permissions.",
                fatal=False,
            ) from error
        self._held.append(held)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreFailed(
                f"Another stormjib is writing to {self._path}. Stop it, or use its address with --url; a log has one writer.",
                fatal=False,
            ) from error

    def release(self) -> None:
        """Let the next writer in; the database's connection has to be closed by then."""
        while self._held:
            os.close(self._held.pop())

    def free_bytes(self) -> int:
        """How much room the disk has for this user."""
        disk = os.fstatvfs(self._held[0])
        return disk.f_bavail * disk.f_frsize

    def lost(self) -> str:
        """Why what is written would not be found again, as a sentence; "" where the files are those that were opened."""
        now = os.fstat(self._held[1])
        # Beside the database only the names are known: what was seen there first has to stay.
        self._known.setdefault("", (now.st_dev, now.st_ino))
        for beside in _BESIDE:
            name = f"{self._path}{beside}"
            try:
                found = Path(name).stat()
            except FileNotFoundError:
                if beside in self._known:
                    return f"{name} was removed while stormjib runs; what it writes would be lost. {_THEN}"
                continue
            except OSError:
                # Whoever can't look now looks again in a second; a broken disk shows itself with the next write.
                continue
            if self._known.setdefault(beside, (found.st_dev, found.st_ino)) != (found.st_dev, found.st_ino):
                return f"{name} was replaced by another file while stormjib runs; what it writes would be lost. {_THEN}"
        if now.st_size < self._size:
            return f"{self._path} was cut from {self._size} to {now.st_size} bytes while stormjib runs. {_THEN}"
        self._size = now.st_size
        return ""


_THEN: Final = "Look for who did that, and put the newest backup back: stormjib restore DIR."
