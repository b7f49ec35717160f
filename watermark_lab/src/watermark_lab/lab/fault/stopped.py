"""Processes that are down and stay down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watermark_lab.lab.child import Child
from watermark_lab.lab.fault.kind import Ground
from watermark_lab.lab.settings import LabError

KILLED = "killed"


@dataclass(frozen=True)
class Killed:
    """Every container of one compose service is killed and not started again."""

    ground: Ground
    service: str

    def inflict(self, _options: Mapping[str, float]) -> None:
        """Send SIGKILL."""
        for child in self._children():
            self.ground.project.supervisor.kill(child, KILLED)

    def mend(self) -> None:
        """Start those that are down; create them if they are gone."""
        project, children = self.ground.project, self._children()
        if children:
            project.start([child for child in children if not child.running], lambda _line: None)
        else:
            project.roll()

    def holds(self) -> bool:
        """Tell whether none runs."""
        return not any(child.running for child in self._children())

    def _children(self) -> list[Child]:
        return self.ground.project.service(self.service)


@dataclass(frozen=True)
class UnitStopped:
    """A process that is no container is stopped in order, as ``systemctl stop`` does."""

    ground: Ground
    unit: str

    def inflict(self, _options: Mapping[str, float]) -> None:
        """Send SIGTERM and wait."""
        self._child(lambda child: self.ground.project.supervisor.stop(child, "stopped"))

    def mend(self) -> None:
        """Start it."""
        self._child(self.ground.project.supervisor.start)
        self._child(self.ground.project.wait_healthy)

    def holds(self) -> bool:
        """Tell whether it does not run."""
        return not self._child(lambda child: child.running)

    def _child(self, act: Callable[[Child], bool | None]) -> bool | None:
        child = self.ground.project.supervisor.find(self.unit)
        if child is None:
            msg = f"The lab runs no {self.unit}."
            raise LabError(msg)
        return act(child)
