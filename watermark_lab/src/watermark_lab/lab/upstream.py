"""The load balancer's backends: ports from a file that may change while it runs, taken in turn."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path


class Upstream:
    """The ports in a JSON file, read again when the file has changed."""

    def __init__(self, path: Path) -> None:
        """Use ``path``."""
        self._path = path
        self._stamp = 0
        self._ports: list[int] = []
        self._turn = 0
        self._lock = threading.Lock()

    def in_turn(self) -> Iterator[int]:
        """Yield every port once, beginning one further at each call."""
        with self._lock:
            self._refresh()
            ports, turn = self._ports, self._turn
            self._turn += 1
        for number in range(len(ports)):
            yield ports[(turn + number) % len(ports)]

    def _refresh(self) -> None:
        # The file is replaced as a whole; while it is missing, the last list stands.
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._ports = [int(port) for port in json.loads(self._path.read_text(encoding="utf-8"))]
                self._stamp = stamp
        except FileNotFoundError:
            return
