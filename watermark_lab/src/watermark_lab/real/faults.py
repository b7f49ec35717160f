"""The faults of a running real lab: each can be injected and undone, twice without harm; what is active is looked up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from watermark_lab.lab.settings import LabError
from watermark_lab.real.engine import EngineError
from watermark_lab.real.fault.catalogue import ENTRIES
from watermark_lab.real.fault.kind import Entry, Options
from watermark_lab.real.stack import RealStack


class RealFaults:
    """The faults of one stack. Their records are in its directory, so that any process may use this."""

    def __init__(self, stack: RealStack) -> None:
        """Break nothing."""
        self._stack = stack

    def list(self) -> list[dict[str, Any]]:
        """Return every fault with its state."""
        return [self._record(name) for name in ENTRIES]

    def inject(self, name: str, options: Options) -> dict[str, Any]:
        """Inject a fault and return its record with ``changed``; while it is active this changes nothing."""
        entry = self._entry(name)
        chosen = entry.chosen(name, options)
        if self._record(name)["active"]:
            return {**self._record(name), "changed": False}
        records = self._records()
        records[name] = {"since": datetime.now(UTC).isoformat(), "options": chosen}
        # Before it is done: whoever ends this half-way can still undo it.
        self._store(records)
        self._guarded(lambda: entry.make(self._stack).inflict(chosen))
        return {**self._record(name), "changed": True}

    def undo(self, name: str) -> dict[str, Any]:
        """End a fault and wait until the service is well, unless another one is active; returns its record with ``changed``."""
        entry = self._entry(name)
        records = self._records()
        if name not in records:
            return {**self._record(name), "changed": False}
        self._guarded(entry.make(self._stack).mend)
        del records[name]
        self._store(records)
        if not any(self._record(other)["active"] for other in records):
            self._stack.wait_healthy()
        return {**self._record(name), "changed": True}

    def _entry(self, name: str) -> Entry:
        _ = self._stack.ready  # raises where no lab runs
        if name not in ENTRIES:
            msg = f"There is no fault {name!r}. The lab has: {', '.join(ENTRIES)}."
            raise LabError(msg)
        return ENTRIES[name]

    def _record(self, name: str) -> dict[str, Any]:
        """A fault is active when it was injected and still holds; what cannot be asked, since another fault stopped it, holds."""
        known = self._records().get(name)
        active = known is not None
        if active:
            try:
                active = ENTRIES[name].make(self._stack).holds()
            except EngineError:
                active = True
        return {"name": name, "what": ENTRIES[name].what, "active": active, **(known or {"since": None, "options": {}})}

    def _guarded(self, change: Callable[[], None]) -> None:
        try:
            change()
        except EngineError as err:
            msg = f"{err}. Start the engine first: watermark-lab undo dockerd-stopped --dir {self._stack.layout.dir}"
            raise LabError(msg) from err

    def _records(self) -> dict[str, dict[str, Any]]:
        try:
            records: dict[str, dict[str, Any]] = json.loads(self._stack.layout.faults.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return records

    def _store(self, records: dict[str, dict[str, Any]]) -> None:
        fresh = self._stack.layout.faults.with_suffix(".new")
        fresh.write_text(json.dumps(records), encoding="utf-8")
        fresh.replace(self._stack.layout.faults)
