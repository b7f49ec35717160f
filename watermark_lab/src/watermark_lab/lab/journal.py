"""The lab's own event log: what it started, stopped, restarted and broke, by unit."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from watermark_lab.lab.capture import LOG_BYTES_MAX

DOCKER = "docker"
NGINX = "nginx"
LAB = "lab"


@dataclass(frozen=True)
class Event:
    """One entry: when, about which unit (docker, nginx or lab), at which syslog priority (6 info … 3 error), what."""

    at: datetime
    unit: str
    priority: int
    message: str


class Journal:
    """An append-only file of events; past its limit the older part is kept as one earlier file."""

    def __init__(self, path: Path) -> None:
        """Use ``path``."""
        self.path = path
        self.pid = os.getpid()
        self._lock = threading.Lock()

    @property
    def _earlier(self) -> Path:
        return self.path.with_suffix(self.path.suffix + ".1")

    def add(self, unit: str, message: str, priority: int = 6) -> None:
        """Write one event at the time of now."""
        record = {"at": datetime.now(UTC).isoformat(), "unit": unit, "priority": priority, "message": message}
        with self._lock:
            if self.path.exists() and self.path.stat().st_size > LOG_BYTES_MAX:
                self.path.replace(self._earlier)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")

    def events(self, units: frozenset[str] | None = None, since: datetime | None = None) -> Iterator[Event]:
        """Yield the events in order, of ``units`` only if given, none before ``since``."""
        for path in (self._earlier, self.path):
            if not path.exists():
                continue
            with path.open(encoding="utf-8") as file:
                for raw in file:
                    if not raw.endswith("\n"):
                        break  # still being written
                    record = json.loads(raw)
                    event = Event(datetime.fromisoformat(record["at"]), record["unit"], record["priority"], record["message"])
                    if (units is None or event.unit in units) and (since is None or event.at >= since):
                        yield event
