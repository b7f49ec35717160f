"""One look of the watcher: what the service, its users and its containers' memory say for each rule."""

from __future__ import annotations

import http.client
import json
import time
from collections import deque
from pathlib import Path
from typing import Any

from watermark_lab.lab import moment
from watermark_lab.lab.courier import AGENT
from watermark_lab.lab.port import LOOPBACK
from watermark_lab.lab.rule import Finding

ERROR_SHARE_MAX = 0.05
P95_SECONDS_MAX = 1.0
MEMORY_SHARE_MAX = 0.8
REQUESTS_MIN = 5
LOOK_SECONDS_MAX = 2.0
STALE_SECONDS = 5.0
OK = 200
PROXY_ERRORS = (502, 503, 504)
LESSER = ("ReadinessFailing", "HighErrorRate", "HighLatency", "MaintenanceModeStuck")


class Look:
    """Looks through the public port, at what the users saw, and at what the containers use."""

    def __init__(self, port: int, load_file: Path, usage_file: Path, memory_window_seconds: float) -> None:
        """Nothing has been seen yet."""
        self._port = port
        self._load_file = load_file
        self._usage_file = usage_file
        self._memory_window_seconds = memory_window_seconds
        self._memory: deque[tuple[float, float, str]] = deque()

    def findings(self) -> dict[str, Finding]:
        """Ask; while nothing answers, the lesser rules cannot be told, and in maintenance not what users see."""
        memory = self._memory_finding()
        try:
            status, health = self._get("/health")
        except ConnectionRefusedError:
            # Nobody listens on the public port: what stands behind it cannot be told from here.
            unknown = dict.fromkeys(("ApiDown", *LESSER), Finding(None))
            return {"NginxDown": Finding(holds=True, description="the public port refuses"), "MemoryHigh": memory, **unknown}
        listens = {"NginxDown": Finding(holds=False, description="the public port answers"), "MemoryHigh": memory}
        if status is None or status in PROXY_ERRORS:
            why = f"/health answered {status}" if status else "/health does not answer"
            return {**listens, "ApiDown": Finding(holds=True, description=why), **dict.fromkeys(LESSER, Finding(None))}
        rate, latency = Finding(None), Finding(None)
        closed = health.get("maintenance") is True
        if not closed:
            rate, latency = self._users()
        return {
            **listens,
            "ApiDown": Finding(holds=False, description="/health answers"),
            "ReadinessFailing": self._readiness(),
            "HighErrorRate": rate,
            "HighLatency": latency,
            "MaintenanceModeStuck": Finding(closed, f"users are refused: maintenance mode is {'on' if closed else 'off'}"),
        }

    def _readiness(self) -> Finding:
        try:
            status, ready = self._get("/ready")
        except ConnectionRefusedError:
            return Finding(None)
        if status == OK:
            return Finding(holds=False, description="/ready answers 200")
        failing = ready.get("failing")
        named = failing[0] if isinstance(failing, list) and failing else None
        why = f"/ready answered {status}" if status else "/ready does not answer"
        said = ready.get("error")
        description = f"{why}: {said}" if said else why
        return Finding(holds=True, description=description, labels={"dependency": str(named)} if named else {})

    def _users(self) -> tuple[Finding, Finding]:
        seen = _json(self._load_file)
        if seen is None or time.time() - seen["at"] > STALE_SECONDS or seen["requests"] < REQUESTS_MIN:
            return Finding(None), Finding(None)
        window, share, p95 = seen["window_seconds"], seen["error_share"], seen["p95_seconds"]
        rate = f"{share:.0%} of {seen['requests']} requests failed within {window:g} s (limit {ERROR_SHARE_MAX:.0%})"
        latency = f"p95 is {p95:.2f} s over {window:g} s (limit {P95_SECONDS_MAX:g} s)"
        return (
            Finding(holds=share > ERROR_SHARE_MAX, description=rate),
            Finding(holds=p95 > P95_SECONDS_MAX, description=latency),
        )

    def _memory_finding(self) -> Finding:
        """The greatest use within the window, as it falls to nothing whenever a process is killed."""
        usage = _json(self._usage_file)
        now = time.time()
        if usage is None or now - usage["at"] > STALE_SECONDS:
            return Finding(None)
        for row in usage["containers"]:
            used, limit = row["memory_bytes"], row["memory_bytes_max"]
            said = f"{row['name']} used {moment.size(used, binary=True)} of its {moment.size(limit, binary=True)}"
            self._memory.append((usage["at"], used / limit, said + (f"; killed {row['kills']} times" if row["kills"] else "")))
        while self._memory and now - self._memory[0][0] > self._memory_window_seconds:
            self._memory.popleft()
        _at, share, said = max(self._memory, key=lambda seen: seen[1], default=(0.0, 0.0, ""))
        return Finding(holds=share > MEMORY_SHARE_MAX, description=f"{said} (limit {MEMORY_SHARE_MAX:.0%})")

    def _get(self, path: str) -> tuple[int | None, dict[str, Any]]:
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=LOOK_SECONDS_MAX)
        try:
            connection.request("GET", path, headers={"User-Agent": AGENT})
            response = connection.getresponse()
            body = response.read()
        except ConnectionRefusedError:
            raise
        except (OSError, http.client.HTTPException):
            return None, {}
        finally:
            connection.close()
        try:
            content = json.loads(body)
        except ValueError:
            content = None
        return response.status, content if isinstance(content, dict) else {}


def _json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
