"""The replicas' fault files: what each is told to do wrong, put together from the faults and the release that runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from watermark_lab.lab.child import Child
from watermark_lab.lab.project import API, Project


class Sheets:
    """One file for each replica, rewritten when a fault begins or ends and when a process starts."""

    def __init__(self, project: Project) -> None:
        """Ask for nothing yet."""
        self._project = project
        self._of_process: dict[str, dict[str, Mapping[str, float]]] = {}
        self._of_all: dict[str, Callable[[int], Mapping[str, float]]] = {}

    def put(self, fault: str, child: Child, values: Mapping[str, float]) -> None:
        """Let the process that ``child`` runs now do wrong; a new process is free of it."""
        self._of_process.setdefault(fault, {})[child.name] = values
        self.write(child)

    def put_all(self, fault: str, values_of: Callable[[int], Mapping[str, float]]) -> None:
        """Let every replica do wrong, those that start later, too; ``values_of`` is asked with a replica's place, from 0 on."""
        self._of_all[fault] = values_of
        self.write_all()

    def drop(self, fault: str) -> None:
        """Let nobody do wrong because of ``fault`` any more."""
        self._of_process.pop(fault, None)
        self._of_all.pop(fault, None)
        self.write_all()

    def holds(self, fault: str) -> bool:
        """Tell whether any replica still does wrong because of ``fault``."""
        marked = self._of_process.get(fault, {})
        return fault in self._of_all or any(child.name in marked for child in self._project.replicas())

    def starting(self, child: Child) -> None:
        """See a process off: what was wrong with the one before is over."""
        if child.spec.service == API:
            for marked in self._of_process.values():
                marked.pop(child.name, None)
            self.write(child)

    def write_all(self) -> None:
        """Write every replica's file."""
        for child in self._project.replicas():
            self.write(child)

    def write(self, child: Child) -> None:
        """Write one replica's file; shares of failures add up as independent ones do, delays and leaks as sums."""
        place = self._project.replicas().index(child)
        asked: list[Mapping[str, float]] = [{"error_share": self._project.deployed.error_share}]
        asked += [values_of(place) for values_of in self._of_all.values()]
        asked += [marked[child.name] for marked in self._of_process.values() if child.name in marked]
        spared = 1.0
        for values in asked:
            spared *= 1.0 - values.get("error_share", 0.0)
        sheet = {"error_share": 1.0 - spared}
        for name in ("delay_seconds", "leak_bytes_per_second"):
            sheet[name] = sum(values.get(name, 0.0) for values in asked)
        path = Path(child.spec.env["WATERMARK_LAB_FAULT_FILE"])
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(sheet), encoding="utf-8")
        fresh.replace(path)
