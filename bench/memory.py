"""Memory after many distinct alerts: the whole process, once it has come to rest."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.figure import Figure, Part
from bench.receiver import Sender
from bench.server import Server, alertmanager, stormjib

ALERTS: Final = 180_000
BATCH: Final = 50
BAR: Final = 0.5
REST_SECONDS: Final = 3.0


def measure(where: Path, *, tell: Callable[[str], None]) -> Part:
    """The same alerts to both, one batch after another."""
    raw: dict[str, object] = {"alerts": ALERTS}
    found: dict[str, float] = {}
    for name, start, body in (("Alertmanager", alertmanager, _other_batch), ("stormjib", stormjib, _own_batch)):
        with start(where) as server:
            before = _rested(server)
            sender = Sender(server.url, server.path, dict(server.headers))
            for first in range(0, ALERTS, BATCH):
                sender.post(body(range(first, first + BATCH)))
            sender.close()
            found[name] = _rested(server)
            raw[name] = {"before_mib": before, "after_mib": found[name], "most_mib": round(server.memory_mib("VmHWM"), 1)}
        tell(f"  {name}: {before:.0f} MiB, after {ALERTS:,} alerts {found[name]:.0f} MiB")
    figure = Figure(f"memory after {ALERTS:,} distinct alerts", "MiB", found["stormjib"], found["Alertmanager"], BAR)
    return Part([figure], raw)


def _rested(server: Server) -> float:
    server.wait_quiet()
    time.sleep(REST_SECONDS)
    return round(server.memory_mib(), 1)


def _own_batch(numbers: range) -> bytes:
    labels = {"job": "bench", "env": "prod"}
    said = {"name": "BenchLoad", "service": "checkout", "severity": "P3", "url": "http://prometheus.example/graph?g0.expr=up"}
    return json.dumps(
        [said | {"labels": labels | {"instance": f"node-{n:08}"}, "summary": _summary(n)} for n in numbers]
    ).encode()


def _other_batch(numbers: range) -> bytes:
    labels = {"alertname": "BenchLoad", "service": "checkout", "severity": "P3", "job": "bench", "env": "prod"}
    said = {
        "startsAt": datetime.fromtimestamp(time.time(), UTC).isoformat(),
        "generatorURL": "http://prometheus.example/graph?g0.expr=up",
    }
    return json.dumps(
        [said | {"labels": labels | {"instance": f"node-{n:08}"}, "annotations": {"summary": _summary(n)}} for n in numbers]
    ).encode()


def _summary(number: int) -> str:
    return f"Latency above the objective on node-{number:08}"
