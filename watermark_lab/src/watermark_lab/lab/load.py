"""The lab's users: watermark a text, then detect the watermark, a few times a second, through the load balancer.

Run as a process: ``python -m watermark_lab.lab.load PORT REQUESTS_PER_SECOND WINDOW_SECONDS RESULT_FILE``. What the
last seconds were like is in the result file, replaced several times a second.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path

from watermark_lab.lab.port import LOOPBACK

AGENT = "watermark-lab-load/0.1"
REQUEST_SECONDS_MAX = 10.0
FLOWS_MAX = 32
SAMPLES_MAX = 10_000
WRITE_SECONDS = 0.2
SERVER_ERROR = 500
PROMPTS = ("The storm came in the night", "Write about the harbour", "A letter to the crew", "How to mend a sail")


@dataclass(frozen=True)
class Seen:
    """What the users saw within ``window_seconds`` before ``at`` (Unix time); latencies in seconds."""

    at: float
    window_seconds: float
    requests: int
    errors: int
    error_share: float
    p50_seconds: float
    p95_seconds: float


class Users:
    """Runs user flows at a steady rate, whether or not the earlier ones have ended."""

    def __init__(self, port: int, requests_per_second: float, window_seconds: float) -> None:
        """Use the service on ``port``."""
        self._port = port
        self._pause_seconds = 2.0 / requests_per_second  # a flow is two requests
        self._window_seconds = window_seconds
        self._done: deque[tuple[float, float, bool]] = deque(maxlen=SAMPLES_MAX)
        self._running: dict[object, float] = {}
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(FLOWS_MAX)

    def run(self, result: Path) -> None:
        """Run until the process ends."""
        threading.Thread(target=self._report, args=(result,), daemon=True).start()
        due = time.monotonic()
        pause = threading.Event()
        while True:
            if self._slots.acquire(blocking=False):
                threading.Thread(target=self._flow, daemon=True).start()
            due = max(due + self._pause_seconds, time.monotonic())
            pause.wait(due - time.monotonic())

    def seen(self) -> Seen:
        """Sum up the last window; a request under way counts with the time that it has taken so far."""
        now = time.monotonic()
        with self._lock:
            done = [sample for sample in self._done if now - sample[0] <= self._window_seconds]
            waiting = [now - start for start in self._running.values()]
        latencies = sorted([sample[1] for sample in done] + waiting)
        errors = sum(1 for sample in done if not sample[2])
        share = errors / len(done) if done else 0.0
        return Seen(time.time(), self._window_seconds, len(done), errors, share, _rank(latencies, 0.5), _rank(latencies, 0.95))

    def _flow(self) -> None:
        try:
            request = {"prompt": random.choice(PROMPTS), "tokens": 60, "seed": random.randrange(40)}
            answer = self._post("/v1/watermark", request)
            if answer is not None:
                self._post("/v1/detect", {"text": answer.get("text", "")})
        finally:
            self._slots.release()

    def _post(self, path: str, content: dict[str, object]) -> dict[str, object] | None:
        start, mark, succeeded, answer = time.monotonic(), object(), False, None
        with self._lock:
            self._running[mark] = start
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=REQUEST_SECONDS_MAX)
        try:
            headers = {"Content-Type": "application/json", "User-Agent": AGENT}
            connection.request("POST", path, json.dumps(content), headers)
            response = connection.getresponse()
            body = response.read()
            succeeded = response.status < SERVER_ERROR
            if succeeded:
                answer = json.loads(body)
        except (OSError, http.client.HTTPException, ValueError):
            succeeded = False
        finally:
            connection.close()
            with self._lock:
                del self._running[mark]
                self._done.append((time.monotonic(), time.monotonic() - start, succeeded))
        return answer if isinstance(answer, dict) else None

    def _report(self, result: Path) -> None:
        pause = threading.Event()
        fresh = result.with_suffix(".new")
        while not pause.wait(WRITE_SECONDS):
            fresh.write_text(json.dumps(asdict(self.seen())), encoding="utf-8")
            fresh.replace(result)


def _rank(ordered: list[float], share: float) -> float:
    """Return the nearest-rank percentile of an ordered list, 0.0 of an empty one."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def main(argv: list[str]) -> int:
    """Run the users until the process is ended."""
    users = Users(int(argv[0]), float(argv[1]), float(argv[2]))
    print(f"{AGENT}: {argv[1]} requests a second to 127.0.0.1:{argv[0]}")
    users.run(Path(argv[3]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
