"""Memory limits: whoever uses more than its limit is killed, as the kernel does for a container; and what each uses, for the watcher."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

from watermark_lab.lab import moment
from watermark_lab.lab.child import Child
from watermark_lab.lab.journal import Journal

LOOK_SECONDS = 0.5
_ERROR = 3


class Limits:
    """Looks at every process that has a limit."""

    def __init__(self, journal: Journal, report: Path) -> None:
        """Write into ``report`` what each uses: a stand-in for the container exporter that a real stack has."""
        self._journal = journal
        self._report = report

    def look(self, children: Iterable[Child]) -> None:
        """Kill who uses too much, and report."""
        rows = []
        for child in children:
            limit = child.spec.memory_bytes_max
            if limit is None:
                continue
            used, pid = child.memory_bytes(), child.pid
            if used > limit and not child.oom_killed:
                said = f"{child.title} used {moment.size(used, binary=True)} of {moment.size(limit, binary=True)}."
                self._journal.add(child.spec.unit, f"{said} Out of memory: Killed process {pid} ({child.name})", priority=_ERROR)
                child.kill_for_memory()
            rows.append({"name": child.name, "memory_bytes": used, "memory_bytes_max": limit, "kills": child.memory_kills})
        fresh = self._report.with_suffix(".new")
        fresh.write_text(json.dumps({"at": time.time(), "containers": rows}), encoding="utf-8")
        fresh.replace(self._report)
