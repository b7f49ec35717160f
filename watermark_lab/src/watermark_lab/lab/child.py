"""One supervised process: what it is, whether it runs, and what became of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from watermark_lab.lab import usage
from watermark_lab.lab.capture import Capture
from watermark_lab.lab.journal import DOCKER
from watermark_lab.lab.spawner import Spawner

STOP_SECONDS_MAX = 10.0  # as docker's own
KILL_SECONDS_MAX = 5.0
SIGNALLED = 128
RESTARTING = "restarting"
POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Spec:
    """What to run: ``service`` is its compose service, ``unit`` the journal it writes to."""

    name: str
    service: str
    unit: str
    image: str
    argv: tuple[str, ...]
    env: dict[str, str]
    cwd: Path
    port: int | None = None
    memory_bytes_max: int | None = None
    """resident memory at which the supervisor kills it; None: no limit but the machine's"""


class Child:
    """A process and its record; the record outlives the process, as a stopped container does."""

    def __init__(self, spec: Spec, capture: Capture, on_exit: Callable[[Child], None]) -> None:
        """Make the record; nothing runs until ``start``."""
        self.spec = spec
        self.capture = capture
        self.id = secrets.token_hex(32)
        self.created_at = datetime.now(UTC)
        self.started_at: datetime | None = None
        self.finished_at: datetime | None = None
        self.exit_code = 0
        self.restart_count = 0
        self.state = "created"
        self.held: str | None = None
        self.oom_killed = False
        """its last process was killed for memory; as docker has it, a new process clears this"""
        self.memory_kills = 0
        self.before: usage.Usage | None = None
        self.after: usage.Usage | None = None
        self._on_exit = on_exit
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = threading.Event()

    @property
    def name(self) -> str:
        """The container's or unit's name."""
        return self.spec.name

    @property
    def title(self) -> str:
        """What the journal calls it."""
        return f"container {self.name}" if self.spec.unit == DOCKER else f"process {self.name}"

    @property
    def pid(self) -> int:
        """The process id, 0 when it does not run."""
        return self._process.pid if self._process is not None and self.running else 0

    @property
    def running(self) -> bool:
        """Tell whether the process runs."""
        return self.state == "running"

    @property
    def frozen(self) -> bool:
        """Tell whether the process stands still after SIGSTOP."""
        return usage.state(self.pid) == usage.STOPPED

    def start(self, spawner: Spawner) -> None:
        """Start the process unless it runs."""
        if self.running:
            return
        self.held = None
        self.oom_killed = False
        self.before = self.after = None
        self._ended = threading.Event()
        process = spawner.start(self.spec.argv, {**self.spec.env, "PYTHONUNBUFFERED": "1"}, self.spec.cwd)
        self._process = process
        self.started_at, self.state = datetime.now(UTC), "running"
        threading.Thread(target=self._follow, args=(process, self._ended), name=f"lab-{self.name}", daemon=True).start()

    def stop(self, held: str, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """End the process and keep it down because of ``held``: first SIGTERM, after ``seconds_max`` SIGKILL."""
        self.ask_to_stop(held)
        if not self._ended.wait(seconds_max) and self.running:
            self.kill(held)

    def ask_to_stop(self, held: str) -> None:
        """Send SIGTERM, once, without waiting; keep the process down because of ``held``."""
        if self.held is None:
            self._hold(held)
            self._signal(signal.SIGTERM)

    def kill(self, held: str) -> None:
        """End the process with SIGKILL and keep it down because of ``held``."""
        self._hold(held)
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._ended.wait(KILL_SECONDS_MAX)

    def kill_for_memory(self) -> None:
        """End the process with SIGKILL as a limit of its container would; it is not kept down."""
        self.oom_killed = True
        self.memory_kills += 1
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the process where it stands; returns when it does."""
        self._signal(signal.SIGSTOP)
        pause, deadline = threading.Event(), time.monotonic() + KILL_SECONDS_MAX
        while not self.frozen and self.running and time.monotonic() < deadline:
            pause.wait(POLL_SECONDS)

    def thaw(self) -> None:
        """Let a process go on that stands still."""
        self._signal(signal.SIGCONT)

    def sample(self) -> None:
        """Read what the process uses now."""
        self.before, self.after = self.after, usage.read(self.pid) if self.pid else None

    def cpu_percent(self) -> float:
        """Return the CPU between the last two samples, in percent of one core."""
        return usage.cpu_percent(self.before, self.after)

    def memory_bytes(self) -> int:
        """Return the resident memory of now; 0 when it does not run."""
        now = usage.read(self.pid) if self.pid else None
        return now.memory_bytes if now is not None else 0

    def threads(self) -> int:
        """Return the number of threads of now; 0 when it does not run."""
        now = usage.read(self.pid) if self.pid else None
        return now.threads if now is not None else 0

    def recreate(self, spec: Spec) -> None:
        """Become a new container: another id, no restarts; what the old one printed goes with it."""
        self.capture.remove()
        self.spec = spec
        self.id = secrets.token_hex(32)
        self.created_at = datetime.now(UTC)
        self.restart_count = self.memory_kills = 0

    def _hold(self, held: str) -> None:
        self.held = held
        if self.state == RESTARTING:
            self.state = "exited"

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or not self.running:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _follow(self, process: subprocess.Popen[bytes], ended: threading.Event) -> None:
        if process.stdout is not None:
            with process.stdout as stream:
                for raw in stream:
                    self.capture.append(raw.decode(errors="replace").rstrip("\r\n"))
        code = process.wait()
        self.exit_code = code if code >= 0 else SIGNALLED - code
        self.finished_at, self.state = datetime.now(UTC), "exited" if self.held else RESTARTING
        ended.set()
        self._on_exit(self)
