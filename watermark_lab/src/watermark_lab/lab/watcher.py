"""The lab's watcher: looks at the service, its users and its memory, and alerts as Alertmanager would.

Run as a process: ``python -m watermark_lab.lab.watcher SETTINGS_FILE``. It stands in for Prometheus and Alertmanager and
says so in its User-Agent.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from watermark_lab.lab.alert import Alert, stamp, webhook
from watermark_lab.lab.courier import AGENT, Courier
from watermark_lab.lab.look import Look
from watermark_lab.lab.rule import Finding, Rule

SERVICE = "watermark-lab-api"


@dataclass(frozen=True)
class Watch:
    """What to watch and whom to tell; durations in seconds."""

    port: int
    url: str
    load_file: Path
    usage_file: Path
    state_file: Path
    interval_seconds: float
    for_seconds: float
    memory_window_seconds: float
    maintenance_seconds_max: float
    alert_url: str | None
    alert_token_file: Path | None


class Watcher:
    """The rules and what they found last."""

    def __init__(self, watch: Watch) -> None:
        """Start delivering, if there is a receiver."""
        self._watch = watch
        self._look = Look(watch.port, watch.load_file, watch.usage_file, watch.memory_window_seconds)
        held = watch.for_seconds
        rules = (
            Rule("NginxDown", "P0", f"the load balancer of {SERVICE} is down", held),
            Rule("ApiDown", "P0", f"{SERVICE} is down", held),
            Rule("ReadinessFailing", "P1", f"{SERVICE} is not ready", held),
            Rule("HighErrorRate", "P1", f"{SERVICE} answers with errors", held),
            Rule("MemoryHigh", "P1", f"{SERVICE} runs out of memory", held),
            # On purpose for a while, then forgotten: nobody's incident lasts so long without somebody looking.
            Rule("MaintenanceModeStuck", "P1", f"{SERVICE} is still in maintenance", watch.maintenance_seconds_max, held),
            Rule("HighLatency", "P2", f"{SERVICE} is slow", held),
        )
        self._rules = {rule.name: rule for rule in rules}
        self._alerts: dict[str, Alert] = {}
        self._courier = Courier(watch.alert_url, watch.alert_token_file) if watch.alert_url else None
        if self._courier is not None:
            self._courier.start()

    def run(self) -> None:
        """Look again and again until the process ends."""
        pause = threading.Event()
        while True:
            self.look()
            pause.wait(self._watch.interval_seconds)

    def look(self) -> None:
        """Look once, and tell what has changed."""
        findings = self._look.findings()
        now = time.monotonic()
        for name, rule in self._rules.items():
            change = rule.see(findings[name], now)
            if change is not None:
                self._tell(rule, change, findings[name])
        self._store()

    def _tell(self, rule: Rule, change: str, finding: Finding) -> None:
        now = datetime.now(UTC)
        if change == "firing":
            labels = {"alertname": rule.name, "service": SERVICE, "severity": rule.severity, "env": "lab", **finding.labels}
            annotations = {"description": finding.description, "summary": rule.summary}
            alert = Alert(labels, annotations, now)
            self._alerts[rule.name] = alert
        else:
            fired = self._alerts.pop(rule.name)
            alert = Alert(fired.labels, fired.annotations, fired.starts_at, now)
        print(f"{change} {rule.name} {rule.severity}: {finding.description}")
        if self._courier is not None:
            self._courier.put(webhook(alert, self._watch.url))

    def _store(self) -> None:
        state = {
            "at": time.time(),
            "firing": [
                {"alertname": name, "labels": dict(alert.labels), "description": alert.annotations["description"],
                 "since": stamp(alert.starts_at)}
                for name, alert in self._alerts.items()
            ],
            "delivered": self._courier.delivered if self._courier else 0,
            "waiting": self._courier.waiting() if self._courier else 0,
            "trouble": self._courier.trouble if self._courier else "",
        }  # fmt: skip
        fresh = self._watch.state_file.with_suffix(".new")
        fresh.write_text(json.dumps(state), encoding="utf-8")
        fresh.replace(self._watch.state_file)


def main(argv: list[str]) -> int:
    """Watch until the process is ended."""
    given = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    paths = {name: Path(given[name]) for name in ("load_file", "usage_file", "state_file")}
    token = given["alert_token_file"]
    watch = Watch(**{**given, **paths, "alert_token_file": Path(token) if token else None})
    print(f"{AGENT}: watching 127.0.0.1:{watch.port} for {watch.alert_url or 'nobody (no --alert-url)'}")
    Watcher(watch).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
