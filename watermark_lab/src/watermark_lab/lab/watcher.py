"""The lab's watcher: looks at health, readiness, error rate and latency, and alerts as Alertmanager would.

Run as a process: ``python -m watermark_lab.lab.watcher SETTINGS_FILE``. It stands in for Prometheus and Alertmanager and
says so in its User-Agent.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watermark_lab.lab.alert import Alert, stamp, webhook
from watermark_lab.lab.courier import AGENT, Courier
from watermark_lab.lab.port import LOOPBACK
from watermark_lab.lab.rule import Finding, Rule

SERVICE = "watermark-lab-api"
ERROR_SHARE_MAX = 0.05
P95_SECONDS_MAX = 1.0
REQUESTS_MIN = 5
LOOK_SECONDS_MAX = 2.0
STALE_SECONDS = 5.0
OK = 200
PROXY_ERRORS = (502, 503, 504)


@dataclass(frozen=True)
class Watch:
    """What to watch and whom to tell; durations in seconds."""

    port: int
    url: str
    load_file: Path
    state_file: Path
    interval_seconds: float
    for_seconds: float
    alert_url: str | None
    alert_token_file: Path | None


class Watcher:
    """The rules and what they found last."""

    def __init__(self, watch: Watch) -> None:
        """Start delivering, if there is a receiver."""
        self._watch = watch
        held = watch.for_seconds
        self._rules = {
            "ApiDown": Rule("ApiDown", "P0", f"{SERVICE} is down", held),
            "ReadinessFailing": Rule("ReadinessFailing", "P1", f"{SERVICE} is not ready", held),
            "HighErrorRate": Rule("HighErrorRate", "P1", f"{SERVICE} answers with errors", held),
            "HighLatency": Rule("HighLatency", "P2", f"{SERVICE} is slow", held),
        }
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
        findings = self.findings()
        now = time.monotonic()
        for name, rule in self._rules.items():
            change = rule.see(findings[name], now)
            if change is not None:
                self._tell(rule, change, findings[name])
        self._store()

    def findings(self) -> dict[str, Finding]:
        """Ask the service and the load; while nothing answers, or in maintenance, the lesser rules cannot be told."""
        status, health = self._get("/health")
        if status is None or status in PROXY_ERRORS:
            why = f"/health answered {status}" if status else "/health does not answer"
            lesser = dict.fromkeys(("ReadinessFailing", "HighErrorRate", "HighLatency"), Finding(None))
            return {"ApiDown": Finding(holds=True, description=why), **lesser}
        rate, latency = Finding(None), Finding(None)
        if health.get("maintenance") is not True:
            rate, latency = self._users()
        return {
            "ApiDown": Finding(holds=False, description="/health answers"),
            "ReadinessFailing": self._readiness(),
            "HighErrorRate": rate,
            "HighLatency": latency,
        }

    def _readiness(self) -> Finding:
        status, ready = self._get("/ready")
        if status == OK:
            return Finding(holds=False, description="/ready answers 200")
        failing = ready.get("failing")
        named = failing[0] if isinstance(failing, list) and failing else None
        why = f"/ready answered {status}" if status else "/ready does not answer"
        said = ready.get("error")
        description = f"{why}: {said}" if said else why
        return Finding(holds=True, description=description, labels={"dependency": str(named)} if named else {})

    def _users(self) -> tuple[Finding, Finding]:
        try:
            seen = json.loads(self._watch.load_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Finding(None), Finding(None)
        if time.time() - seen["at"] > STALE_SECONDS or seen["requests"] < REQUESTS_MIN:
            return Finding(None), Finding(None)
        window, share, p95 = seen["window_seconds"], seen["error_share"], seen["p95_seconds"]
        rate = f"{share:.0%} of {seen['requests']} requests failed within {window:g} s (limit {ERROR_SHARE_MAX:.0%})"
        latency = f"p95 is {p95:.2f} s over {window:g} s (limit {P95_SECONDS_MAX:g} s)"
        return (
            Finding(holds=share > ERROR_SHARE_MAX, description=rate),
            Finding(holds=p95 > P95_SECONDS_MAX, description=latency),
        )

    def _get(self, path: str) -> tuple[int | None, dict[str, Any]]:
        connection = http.client.HTTPConnection(LOOPBACK, self._watch.port, timeout=LOOK_SECONDS_MAX)
        try:
            connection.request("GET", path, headers={"User-Agent": AGENT})
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return None, {}
        finally:
            connection.close()
        try:
            content = json.loads(body)
        except ValueError:
            content = None
        return response.status, content if isinstance(content, dict) else {}

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
    paths = {name: Path(given[name]) for name in ("load_file", "state_file")}
    token = given["alert_token_file"]
    watch = Watch(**{**given, **paths, "alert_token_file": Path(token) if token else None})
    print(f"{AGENT}: watching 127.0.0.1:{watch.port} for {watch.alert_url or 'nobody (no --alert-url)'}")
    Watcher(watch).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
