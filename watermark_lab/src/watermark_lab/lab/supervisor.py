"""The supervisor: starts the lab's processes, restarts those that end by themselves, measures them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from watermark_lab.lab.capture import Capture
from watermark_lab.lab.child import STOP_SECONDS_MAX, Child, Spec
from watermark_lab.lab.journal import LAB, Journal
from watermark_lab.lab.limits import LOOK_SECONDS, Limits
from watermark_lab.lab.settings import LabError, Layout
from watermark_lab.lab.spawner import Spawner

RESTART_SECONDS_FIRST: Final = 0.2
RESTART_SECONDS_MAX: Final = 10.0
STEADY_SECONDS: Final = 10.0
SAMPLE_SECONDS: Final = 1.0
DOWN: Final = "the lab is taken down"


class Supervisor:
    """Keeps the lab's processes; ``change`` serialises whatever starts or stops one."""

    def __init__(self, layout: Layout, journal: Journal) -> None:
        """Start the monitor; there is nothing to monitor yet."""
        self.layout = layout
        self.journal = journal
        self.spawner = Spawner()
        self.change = threading.RLock()
        self.closing = threading.Event()
        self.on_start: Callable[[Child], None] = lambda _child: None
        self._children: dict[str, Child] = {}
        self._wake = threading.Event()
        self._due: dict[str, float] = {}
        self._delay: dict[str, float] = {}
        self._monitor = threading.Thread(target=self._watch, name="lab-monitor", daemon=True)
        self._monitor.start()

    def children(self) -> list[Child]:
        """Return every record, in the order of creation."""
        return list(self._children.values())

    def find(self, name: str) -> Child | None:
        """Return the record called ``name`` or whose id begins with it; None when there is none."""
        found = self._children.get(name)
        if found is None and name[3:]:  # the shortest prefix of an id that is worth a guess has four characters
            found = next((child for child in self.children() if child.id.startswith(name)), None)
        return found

    def add(self, spec: Spec) -> Child:
        """Record a process without starting it."""
        with self.change:
            child = Child(spec, Capture(self.layout.containers / f"{spec.name}.jsonl"), self._exited)
            self._children[spec.name] = child
            return child

    def remove(self, child: Child) -> int:
        """Forget a stopped process and destroy what it printed; return the bytes that this freed."""
        with self.change:
            if child.running:
                msg = f"{child.name} is running; stop it before removing it."
                raise LabError(msg)
            freed = child.capture.size_bytes()
            child.capture.remove()
            self._children.pop(child.name, None)
            self.journal.add(child.spec.unit, f"{child.title} destroyed ({freed} bytes of logs)")
            return freed

    def start(self, child: Child) -> None:
        """Start a process unless it runs."""
        with self.change:
            if child.running or self.closing.is_set():
                return
            self._due.pop(child.name, None)
            self.on_start(child)
            child.start(self.spawner)
            self.journal.add(child.spec.unit, f"{child.title} started (pid {child.pid})")

    def stop(self, child: Child, held: str, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """Stop a process in order and keep it down because of ``held``; one that has not ended after ``seconds_max`` is killed."""
        with self.change:
            if child.running:
                self.journal.add(child.spec.unit, f"{child.title} is being stopped: {held}")
            child.stop(held, seconds_max)
            self._due.pop(child.name, None)

    def kill(self, child: Child, held: str) -> None:
        """Kill a process and keep it down because of ``held``."""
        with self.change:
            child.kill(held)
            self._due.pop(child.name, None)

    def close(self) -> None:
        """End everything that was started."""
        self.closing.set()
        self._wake.set()
        self._monitor.join()
        with self.change:
            # First whoever watches and uses the service, or its end would look like an outage.
            watching = [child for child in self.children() if child.spec.unit == LAB]
            serving = [child for child in self.children() if child.spec.unit != LAB]
            for group in (watching, serving):
                for child in group:
                    child.thaw()  # who stands still cannot end in order
                    child.ask_to_stop(DOWN)
                for child in group:
                    child.stop(DOWN)
        self.spawner.close()

    def _exited(self, child: Child) -> None:
        why = f": {child.held}" if child.held else ""
        priority = 6 if child.held else 3
        self.journal.add(child.spec.unit, f"{child.title} exited with code {child.exit_code}{why}", priority=priority)
        if child.held is None and not self.closing.is_set():
            ran = time.time() - (child.started_at.timestamp() if child.started_at else 0.0)
            delay = RESTART_SECONDS_FIRST if ran > STEADY_SECONDS else self._delay.get(child.name, RESTART_SECONDS_FIRST)
            self._delay[child.name] = min(2 * delay, RESTART_SECONDS_MAX)
            self._due[child.name] = time.monotonic() + delay
        self._wake.set()

    def _watch(self) -> None:
        sampled = looked = 0.0
        limits = Limits(self.journal, self.layout.usage)
        while not self.closing.is_set():
            now = time.monotonic()
            if now - sampled >= SAMPLE_SECONDS:
                sampled = now
                for child in self.children():
                    child.sample()
            if now - looked >= LOOK_SECONDS:
                looked = now
                limits.look(self.children())
            self._restart_due(now)
            waits = [due - now for due in list(self._due.values())]
            self._wake.wait(max(0.05, min([LOOK_SECONDS, *waits])))
            self._wake.clear()

    def _restart_due(self, now: float) -> None:
        # Whoever holds the lock is starting and stopping on purpose; the next round is soon enough.
        if not self.change.acquire(blocking=False):
            return
        try:
            for name in [name for name, due in list(self._due.items()) if due <= now]:
                del self._due[name]
                child = self._children.get(name)
                if child is not None and not child.running and child.held is None:
                    child.restart_count += 1
                    self.start(child)
        finally:
            self.change.release()
