"""Redis busy: somebody's script keeps it from answering for most of the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from watermark_lab.lab.child import Child
from watermark_lab.lab.fault.kind import Ground
from watermark_lab.lab.project import REDIS
from watermark_lab.lab.redis import Client, RedisError
from watermark_lab.lab.settings import LabError

ANSWER_SECONDS_MAX = 10.0
JOIN_SECONDS_MAX = 5.0
# A script has no clock that goes on while it runs (TIME stands still), so it counts.
SCRIPT = "local sum = 0 for i = 1, tonumber(ARGV[1]) do sum = sum + i end return 1"
ROUNDS_FIRST = 1_000_000
FASTER_MAX = 4.0


class Runaway:
    """One client that runs a busy script again and again, until it is told to stop or loses its connection."""

    def __init__(self, port: int, busy_seconds: float, pause_seconds: float) -> None:
        """Connect; raises OSError and RedisError."""
        self._client = Client("127.0.0.1", port, ANSWER_SECONDS_MAX)
        self._client.call("CLIENT", "SETNAME", "nightly-report")
        self._busy_seconds, self._pause_seconds = busy_seconds, pause_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lab-runaway", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Tell whether it still goes on."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it after the script under way."""
        self._stop.set()
        self._thread.join(JOIN_SECONDS_MAX)

    def _run(self) -> None:
        with self._client as client:
            rounds = float(ROUNDS_FIRST)
            try:
                while not self._stop.wait(self._pause_seconds):
                    start = time.monotonic()
                    client.call("EVAL", SCRIPT, "0", f"{rounds:.0f}")
                    # As long as it should take next time, on a machine that may be busier or idler by then.
                    rounds *= min(FASTER_MAX, self._busy_seconds / max(time.monotonic() - start, 0.001))
            except (OSError, RedisError, ValueError):
                return  # Redis is gone, and with it the connection: this client does not come back


@dataclass
class RedisBusy:
    """The slow log names the script, every other client waits for it; a restart of Redis throws its client out."""

    ground: Ground
    _pid: int = 0
    _runaway: Runaway | None = None

    def inflict(self, options: Mapping[str, float]) -> None:
        """Start the client; LabError when Redis does not answer."""
        child = self._child()
        port = self.ground.project.surroundings.redis_port
        try:
            self._runaway = Runaway(port, options["busy_seconds"], options["pause_seconds"])
        except (OSError, RedisError) as err:
            msg = f"Redis cannot be kept busy: {err}. Bring it back first: docker-compose restart redis"
            raise LabError(msg) from err
        self._pid = child.pid if child is not None else 0

    def mend(self) -> None:
        """End the client."""
        if self._runaway is not None:
            self._runaway.stop()

    def holds(self) -> bool:
        """Tell whether the client still keeps the same process busy."""
        child = self._child()
        same = child is not None and child.running and child.pid == self._pid
        return same and self._runaway is not None and self._runaway.running

    def _child(self) -> Child | None:
        return self.ground.project.supervisor.find(REDIS)
