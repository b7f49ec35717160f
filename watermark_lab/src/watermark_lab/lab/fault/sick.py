"""Running api processes that fail, delay or leak: the fault is in the process, or in the program that each of them runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watermark_lab.lab.fault.kind import Ground
from watermark_lab.lab.settings import LabError

REPLICAS_MIN = 2
BYTES_PER_MEGABYTE = 1e6
LEAK_SPREAD = 0.15
"""Replicas do not lose memory at the same pace, or they would all be killed in the same second."""


@dataclass(frozen=True)
class SickProcesses:
    """Every process that runs now fails or delays requests; a new one is free of it."""

    ground: Ground
    name: str

    def inflict(self, options: Mapping[str, float]) -> None:
        """Tell each replica."""
        for child in self.ground.project.replicas():
            self.ground.sheets.put(self.name, child, options)

    def mend(self) -> None:
        """Take it back."""
        self.ground.sheets.drop(self.name)

    def holds(self) -> bool:
        """Tell whether one of those processes is still there."""
        return self.ground.sheets.holds(self.name)


@dataclass(frozen=True)
class SickReplica:
    """One process of several fails and delays requests; a new one in its place is free of it."""

    ground: Ground
    name: str

    def inflict(self, options: Mapping[str, float]) -> None:
        """Tell the replica with the number ``replica``, from 1 on; LabError when there is none, or nobody else."""
        replicas, number = self.ground.project.replicas(), round(options["replica"])
        if len(replicas) < REPLICAS_MIN:
            msg = f"The fault {self.name} needs other replicas that are well. Start the lab with --api 3."
            raise LabError(msg)
        if number > len(replicas):
            msg = f"The fault {self.name} takes a replica from 1 to {len(replicas)}, not {number}."
            raise LabError(msg)
        values = {name: value for name, value in options.items() if name != "replica"}
        self.ground.sheets.put(self.name, replicas[number - 1], values)

    def mend(self) -> None:
        """Take it back."""
        self.ground.sheets.drop(self.name)

    def holds(self) -> bool:
        """Tell whether that process is still there."""
        return self.ground.sheets.holds(self.name)


@dataclass(frozen=True)
class Leak:
    """Every replica loses memory until the lab kills it for exceeding its limit, and so does its successor."""

    ground: Ground
    name: str

    def inflict(self, options: Mapping[str, float]) -> None:
        """Tell each replica, those to come included."""
        bytes_per_second = options["megabytes_per_second"] * BYTES_PER_MEGABYTE

        def values_of(place: int) -> Mapping[str, float]:
            return {"leak_bytes_per_second": bytes_per_second / (1.0 + LEAK_SPREAD * place)}

        self.ground.sheets.put_all(self.name, values_of)

    def mend(self) -> None:
        """Take it back: what was lost is given back, and who was killed last is started now."""
        self.ground.sheets.drop(self.name)
        project = self.ground.project
        project.start([child for child in project.replicas() if not child.running and child.held is None], lambda _line: None)

    def holds(self) -> bool:
        """Only ``mend`` ends it: a restarted process leaks again."""
        return self.ground.sheets.holds(self.name)
