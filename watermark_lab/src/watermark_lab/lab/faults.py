"""The faults of the lab: each can be injected and undone, twice without harm, and knows when something else ended it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from watermark_lab.lab.fault.catalogue import ENTRIES
from watermark_lab.lab.fault.kind import Fault, Ground
from watermark_lab.lab.fault.sheets import Sheets
from watermark_lab.lab.journal import LAB
from watermark_lab.lab.project import Project
from watermark_lab.lab.settings import LabError

UNSEEN = "something that the lab did not see"
UNDO = "undo"


@dataclass
class Record:
    """The last time that a fault was injected, and what ended it."""

    name: str
    active: bool = False
    since: datetime | None = None
    ended: datetime | None = None
    ended_by: str | None = None
    options: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the record as JSON values; times are ISO 8601 in UTC."""
        return {
            "name": self.name,
            "what": ENTRIES[self.name].what,
            "active": self.active,
            "since": self.since.isoformat() if self.since else None,
            "ended": self.ended.isoformat() if self.ended else None,
            "ended_by": self.ended_by,
            "options": self.options,
        }


class Faults:
    """The faults of one project."""

    def __init__(self, project: Project) -> None:
        """Have none, whatever an earlier lab in this directory left behind."""
        self._supervisor = project.supervisor
        ground = Ground(project, Sheets(project))
        self._faults: dict[str, Fault] = {name: entry.make(ground) for name, entry in ENTRIES.items()}
        self._records = {name: Record(name) for name in ENTRIES}
        self._supervisor.on_start = ground.sheets.starting

    def list(self) -> list[dict[str, Any]]:
        """Return every fault with its state."""
        self.settle(UNSEEN)
        return [record.as_dict() for record in self._records.values()]

    def inject(self, name: str, options: Mapping[str, float] | None = None) -> dict[str, Any]:
        """Inject a fault and return its record with ``changed``; while it is active this changes nothing."""
        record = self._record(name)
        with self._supervisor.change:
            if record.active and self._faults[name].holds():
                return {**record.as_dict(), "changed": False}
            chosen = ENTRIES[name].chosen(name, options or {})
            self._faults[name].inflict(chosen)
            record.options = chosen
            record.active, record.since, record.ended, record.ended_by = True, datetime.now(UTC), None, None
            self._supervisor.journal.add(LAB, f"fault {name} injected {record.options or ''}".rstrip())
        return {**record.as_dict(), "changed": True}

    def undo(self, name: str) -> dict[str, Any]:
        """End a fault and return its record with ``changed``; when it is not active this changes nothing."""
        record = self._record(name)
        with self._supervisor.change:
            if not record.active:
                return {**record.as_dict(), "changed": False}
            self._faults[name].mend()
            self._end(record, UNDO)
        return {**record.as_dict(), "changed": True}

    def settle(self, by: str) -> None:
        """See which faults are over after the command ``by``."""
        with self._supervisor.change:
            for record in self._records.values():
                if record.active and not self._faults[record.name].holds():
                    self._end(record, by)

    def close(self) -> None:
        """Take back what would outlive the lab's processes: those end by themselves."""
        with self._supervisor.change:
            for name, entry in ENTRIES.items():
                if entry.outlives and self._records[name].since is not None:
                    self._faults[name].mend()

    def _end(self, record: Record, by: str) -> None:
        record.active, record.ended, record.ended_by = False, datetime.now(UTC), by
        self._supervisor.journal.add(LAB, f"fault {record.name} ended by {by}")

    def _record(self, name: str) -> Record:
        if name not in self._records:
            msg = f"There is no fault {name!r}. The lab has: {', '.join(self._records)}."
            raise LabError(msg)
        return self._records[name]
