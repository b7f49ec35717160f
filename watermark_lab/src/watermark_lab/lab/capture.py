"""What one process printed, line by line with its time, as a file that outlives the process."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

LOG_BYTES_MAX = 10 * 1024 * 1024
LINE_BYTES_MAX = 16 * 1024


@dataclass(frozen=True)
class Line:
    """One printed line, without its line end."""

    at: datetime
    text: str


class Capture:
    """An append-only file of printed lines; past ``LOG_BYTES_MAX`` the older half is kept as one earlier file."""

    def __init__(self, path: Path) -> None:
        """Use ``path``; it is created with the first line."""
        self.path = path
        self._lock = threading.Lock()

    @property
    def _earlier(self) -> Path:
        return self.path.with_suffix(self.path.suffix + ".1")

    def append(self, text: str) -> None:
        """Store one line with the time of now."""
        record = json.dumps({"time": datetime.now(UTC).isoformat(), "log": text[:LINE_BYTES_MAX]})
        with self._lock:
            if self.path.exists() and self.path.stat().st_size > LOG_BYTES_MAX:
                self.path.replace(self._earlier)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(record + "\n")

    def lines(self, since: datetime | None = None) -> Iterator[Line]:
        """Yield the stored lines in order, those not before ``since``."""
        for path in (self._earlier, self.path):
            if not path.exists():
                continue
            with path.open(encoding="utf-8") as file:
                for raw in file:
                    if not raw.endswith("\n"):
                        break  # still being written
                    line = _line(raw)
                    if since is None or line.at >= since:
                        yield line

    def size_now(self) -> int:
        """Return the offset in bytes behind the last line, for ``after``."""
        return self.path.stat().st_size if self.path.exists() else 0

    def after(self, offset: int) -> tuple[list[Line], int]:
        """Return the lines that came behind ``offset`` and the next offset; the file may have been begun anew."""
        if not self.path.exists():
            return [], 0
        with self.path.open("rb") as file:
            file.seek(offset if offset <= self.path.stat().st_size else 0)
            start = file.tell()
            whole = file.read().rpartition(b"\n")[0]
        lines = [_line(raw) for raw in whole.decode().splitlines()]
        return lines, start + len(whole) + (1 if whole else 0)

    def size_bytes(self) -> int:
        """Return how much disk the lines take."""
        return sum(path.stat().st_size for path in (self._earlier, self.path) if path.exists())

    def remove(self) -> None:
        """Destroy the lines."""
        with self._lock:
            for path in (self._earlier, self.path):
                path.unlink(missing_ok=True)


def _line(raw: str) -> Line:
    record = json.loads(raw)
    return Line(datetime.fromisoformat(record["time"]), record["log"])
