"""A stack: the protected service with what stands around it, brought up, broken and mended for a drill."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec


class StackError(Exception):
    """The stack cannot do what was asked; the text says why and where its output is."""


class Wanted(msgspec.Struct, frozen=True):
    """What a drill asks of a stack."""

    directory: Path
    """An empty or new directory for everything that it writes."""
    alert_url: str
    """Where its alerts go, as Alertmanager's webhook (version 4) …"""
    alert_token: str
    """… with this bearer token."""
    replicas: int
    """Processes of the service's API behind the load balancer."""
    requests_per_second: float
    """The load that its users make."""
    health_script: Path | None = None
    """Becomes scripts/health_check.py where the runbook's commands run."""
    maintenance_seconds_max: float | None = None
    """After so long in maintenance mode it alerts; None for the stack's own limit, which is longer than any drill."""


class Ready(msgspec.Struct, frozen=True):
    """A stack that is up, as the server's settings and people need to know it."""

    url: str
    """The service's public address, without a slash at the end; ``/ready`` answers 200 when it is well."""
    redis_url: str
    command_path: str
    """Directories that come first on PATH for the runbook's commands, joined as PATH is."""
    command_dir: str
    """Where the runbook's commands run: the deployment's git repository."""
    env: dict[str, str]
    """What the runbook's commands find in their environment; holds the admin token."""
    about: str = ""
    """One line for people: what here is not real."""
    settings: dict[str, Any] = {}
    """More settings of ``stormjib.toml``, where this stack has more to look at: a Prometheus, log files."""


class Stack(Protocol):
    """One stack. Everything blocks until it is done and raises ``StackError`` where it is refused or takes too long."""

    name: str
    """``process``, ``docker``."""

    def enter(self) -> None:
        """Move this thread into the stack's own network, where it has one; never raises, and is asked before anything listens."""

    def up(self, wanted: Wanted) -> Ready:
        """Bring it up, well; when that fails nothing is left running."""

    def inject(self, fault: str, options: Mapping[str, float]) -> None:
        """Break something. ``options`` are those of ``faults.FAULTS``; those that this stack does not know are refused."""

    def undo(self, fault: str) -> None:
        """Mend it, whether or not it is broken."""

    def faults(self) -> tuple[str, ...]:
        """The names in ``faults.FAULTS`` that this stack can inject; may be asked before ``up``."""

    def down(self) -> None:
        """End everything that was started; never raises, and does no harm twice."""
