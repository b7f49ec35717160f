"""Containers that are killed or frozen, and units that are stopped."""

from __future__ import annotations

from dataclasses import dataclass

from watermark_lab.real.engine import Container
from watermark_lab.real.fault.kind import Options
from watermark_lab.real.stack import RealStack


@dataclass(frozen=True)
class Killed:
    """Every container of a service is killed. ``docker kill`` counts as the user's wish, so that nothing restarts them."""

    stack: RealStack
    service: str

    def inflict(self, _options: Options) -> None:
        """Kill those that run."""
        running = [container.id for container in self.stack.service(self.service) if container.running]
        if running:
            self.stack.box.run("docker", "kill", *running)

    def mend(self) -> None:
        """Start those that do not run; where they are gone altogether, have Compose make them again."""
        stopped = [container.id for container in self.stack.service(self.service) if not container.running]
        if stopped:
            self.stack.box.run("docker", "start", *stopped)
        if not self.stack.service(self.service):
            self.stack.compose("up", "-d")

    def holds(self) -> bool:
        """Tell whether none runs."""
        return not any(container.running for container in self.stack.service(self.service))


@dataclass(frozen=True)
class Frozen:
    """The process of a service is stopped by a signal: it accepts connections, as the kernel does that, and answers nothing.

    Not by ``docker kill --signal``, which counts as the user's wish that it stops, and it would not be restarted any more.
    """

    stack: RealStack
    service: str

    def inflict(self, _options: Options) -> None:
        """Send SIGSTOP."""
        self._signal("STOP")

    def mend(self) -> None:
        """Send SIGCONT; a container that was stopped meanwhile is started."""
        self._signal("CONT")
        Killed(self.stack, self.service).mend()

    def holds(self) -> bool:
        """Tell whether a process of it is in the state that SIGSTOP leaves."""
        return any(self._state(container) == "T" for container in self.stack.service(self.service) if container.running)

    def _signal(self, name: str) -> None:
        for container in self.stack.service(self.service):
            if container.running:
                self.stack.box.run("kill", "-s", name, self._pid(container), check=False)

    def _pid(self, container: Container) -> str:
        return self.stack.box.run("docker", "inspect", "-f", "{{.State.Pid}}", container.id).strip()

    def _state(self, container: Container) -> str:
        stat = self.stack.box.run("cat", f"/proc/{self._pid(container)}/stat", check=False)
        return stat.rpartition(")")[2].split()[0] if ")" in stat else ""


@dataclass(frozen=True)
class UnitsStopped:
    """Units of systemd are stopped."""

    stack: RealStack
    units: tuple[str, ...]

    def inflict(self, _options: Options) -> None:
        """Stop them, in order."""
        self.stack.box.run("systemctl", "stop", *self.units)

    def mend(self) -> None:
        """Start them; systemd refuses after several starts within a minute, unless it is told to forget them."""
        self.stack.box.run("systemctl", "reset-failed", *self.units, check=False)
        self.stack.box.run("systemctl", "start", *self.units)

    def holds(self) -> bool:
        """Tell whether the last one is not active."""
        return self.stack.box.run("systemctl", "is-active", self.units[-1], check=False).strip() != "active"
