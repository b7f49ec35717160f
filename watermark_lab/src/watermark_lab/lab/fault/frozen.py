"""A process that lives and does nothing: it accepts connections, the kernel does that for it, and never answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watermark_lab.lab.child import Child
from watermark_lab.lab.fault.kind import Ground
from watermark_lab.lab.settings import LabError


@dataclass
class Frozen:
    """SIGSTOP, until SIGCONT or until another process has taken its place."""

    ground: Ground
    name: str
    _pid: int = 0

    def inflict(self, _options: Mapping[str, float]) -> None:
        """Stop it where it stands; LabError when it does not run."""
        child = self._child()
        if child is None or not child.running:
            msg = f"{self.name} does not run, so it cannot hang. Start it first: docker-compose up -d"
            raise LabError(msg)
        child.freeze()
        self._pid = child.pid

    def mend(self) -> None:
        """Let it go on."""
        child = self._child()
        if child is not None and child.pid == self._pid:
            child.thaw()
            self.ground.project.wait_healthy(child)

    def holds(self) -> bool:
        """Tell whether the same process still stands."""
        child = self._child()
        return child is not None and child.running and child.pid == self._pid and child.frozen

    def _child(self) -> Child | None:
        return self.ground.project.supervisor.find(self.name)
