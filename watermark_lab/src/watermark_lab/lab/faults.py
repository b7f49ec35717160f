"""The faults of the lab: each can be injected and undone, twice without harm, and knows when something else ended it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watermark_lab.lab.child import Child
from watermark_lab.lab.deploy import Release
from watermark_lab.lab.journal import LAB
from watermark_lab.lab.project import API, REDIS, Project
from watermark_lab.lab.settings import LabError

REDIS_STOPPED = "redis-stopped"
API_ERRORS = "api-errors"
API_SLOW = "api-slow"
API_CRASHED = "api-crashed"

WHAT = {
    REDIS_STOPPED: "redis is killed and stays down; `docker-compose restart redis` mends it",
    API_ERRORS: "a bad release answers a share of requests with 500; `git revert HEAD`, then `docker-compose up -d` mend it",
    API_SLOW: "the running api processes delay every request; `docker-compose restart api` mends it",
    API_CRASHED: "all api processes are killed and stay down; `docker-compose restart api` mends it",
}
ERROR_SHARE_DEFAULT = 0.4
DELAY_SECONDS_DEFAULT = 2.0
DELAY_SECONDS_MAX = 30.0
KILLED = "killed"


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
            "what": WHAT[self.name],
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
        self._project = project
        self._supervisor = project.supervisor
        self._records = {name: Record(name) for name in WHAT}
        self._slow: dict[str, float] = {}
        self._supervisor.on_start = self._starting

    def list(self) -> list[dict[str, Any]]:
        """Return every fault with its state."""
        self.settle("a restart")
        return [record.as_dict() for record in self._records.values()]

    def inject(self, name: str, options: dict[str, float] | None = None) -> dict[str, Any]:
        """Inject a fault and return its record with ``changed``; while it is active this changes nothing."""
        record = self._record(name)
        with self._supervisor.change:
            if record.active:
                return {**record.as_dict(), "changed": False}
            record.options = self._break(name, options or {})
            record.active, record.since, record.ended, record.ended_by = True, datetime.now(UTC), None, None
            self._supervisor.journal.add(LAB, f"fault {name} injected {record.options or ''}".rstrip())
        return {**record.as_dict(), "changed": True}

    def undo(self, name: str) -> dict[str, Any]:
        """End a fault and return its record with ``changed``; when it is not active this changes nothing."""
        record = self._record(name)
        with self._supervisor.change:
            if not record.active:
                return {**record.as_dict(), "changed": False}
            self._mend(name)
            self._end(record, "undo")
        return {**record.as_dict(), "changed": True}

    def settle(self, by: str) -> None:
        """See which faults are over after the command ``by``."""
        with self._supervisor.change:
            for record in self._records.values():
                if record.active and not self._holds(record.name):
                    self._end(record, by)

    def _end(self, record: Record, by: str) -> None:
        record.active, record.ended, record.ended_by = False, datetime.now(UTC), by
        self._supervisor.journal.add(LAB, f"fault {record.name} ended by {by}")

    def _record(self, name: str) -> Record:
        if name not in self._records:
            msg = f"There is no fault {name!r}. The lab has: {', '.join(self._records)}."
            raise LabError(msg)
        return self._records[name]

    def _break(self, name: str, options: dict[str, float]) -> dict[str, float]:
        if name in (REDIS_STOPPED, API_CRASHED):
            _refuse_unknown(name, options, known=None)
            for child in self._project.service(REDIS if name == REDIS_STOPPED else API):
                self._supervisor.kill(child, KILLED)
            return {}
        if name == API_ERRORS:
            _refuse_unknown(name, options, known="error_share")
            share = _within("error_share", options.get("error_share", ERROR_SHARE_DEFAULT), 1.0)
            bad = Release(self._project.deploy.next_version(), share)
            self._project.deploy.release(bad, f"Made by the lab for the fault {name}.")
            self._roll()
            return {"error_share": share}
        _refuse_unknown(name, options, known="delay_seconds")
        delay = _within("delay_seconds", options.get("delay_seconds", DELAY_SECONDS_DEFAULT), DELAY_SECONDS_MAX)
        for child in self._project.replicas():
            self._slow[child.name] = delay
            self._write(child)
        return {"delay_seconds": delay}

    def _mend(self, name: str) -> None:
        project = self._project
        if name == API_ERRORS:
            if project.deploy.read().error_share:
                project.deploy.release(project.deploy.last_good(), f"Made by the lab to undo the fault {name}.")
            self._roll()
        elif name == API_SLOW:
            self._slow.clear()
            for child in project.replicas():
                self._write(child)
        else:
            children = project.service(REDIS if name == REDIS_STOPPED else API)
            if children:
                project.start([child for child in children if not child.running], lambda _line: None)
            else:
                self._roll()

    def _roll(self) -> None:
        # As many replicas as there are now: a fault does not undo somebody's scaling.
        self._project.up(len(self._project.replicas()) or None, lambda _line: None)

    def _holds(self, name: str) -> bool:
        if name == REDIS_STOPPED:
            return not any(child.running for child in self._project.service(REDIS))
        if name == API_CRASHED:
            return not any(child.running for child in self._project.replicas())
        if name == API_ERRORS:
            return self._project.deployed.error_share > 0.0
        return any(child.name in self._slow for child in self._project.replicas())

    def _starting(self, child: Child) -> None:
        # Slowness belongs to a process, as a leak does: a new one is free of it.
        if child.spec.service == API:
            self._slow.pop(child.name, None)
            self._write(child)

    def _write(self, child: Child) -> None:
        path = Path(child.spec.env["WATERMARK_LAB_FAULT_FILE"])
        fault = {
            "error_share": self._project.deployed.error_share,
            "delay_seconds": self._slow.get(child.name, 0.0),
        }
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(fault), encoding="utf-8")
        fresh.replace(path)


def _refuse_unknown(name: str, options: dict[str, float], known: str | None) -> None:
    for option in options:
        if option != known:
            has = f"only {known}" if known else "no options"
            msg = f"The fault {name} does not know {option}; it takes {has}."
            raise LabError(msg)


def _within(option: str, value: float, most: float) -> float:
    if not 0.0 < value <= most:
        msg = f"{option} must be above 0 and at most {most:g}, not {value:g}."
        raise LabError(msg)
    return value
