"""The recovery test: the runbook's verification tasks, measured against the service's own baseline."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from stormjib.core.effects import AnyEffect, Measure
from stormjib.core.incident import Incident
from stormjib.core.log import Verified
from stormjib.integrations.health.report import Check, Report
from stormjib.ports import Clock, DeliveryError, Outcome

LATENCY_FACTOR_MAX = 2.0
LATENCY_SLACK_SECONDS = 0.05
"""Below this difference two latencies are the same to a user, whatever their ratio."""
ERROR_SHARE_SLACK = 0.01


class Baseline(msgspec.Struct, frozen=True):
    """How the service was while it was well. Seconds, shares, and seconds since the epoch."""

    measured_at: float
    p95_seconds: float
    error_share: float


class BaselineFile:
    """The newest baseline, kept beside the log so that a restart in the middle of an outage does not lose it."""

    def __init__(self, path: Path) -> None:
        """``path`` need not exist yet."""
        self._path = path

    def read(self) -> Baseline | None:
        """The baseline, None where none was taken or the file is damaged: no baseline is said, never guessed."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Baseline)
        except (OSError, msgspec.MsgspecError):
            return None

    def write(self, baseline: Baseline) -> None:
        """Replace it as a whole."""
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(baseline))
        fresh.replace(self._path)


def baseline_of(report: Report, at: float) -> Baseline | None:
    """The baseline that a report gives, None where the service was not well: an outage is no baseline."""
    checks = {check.name: check for check in report.checks}
    needed = [checks.get(name) for name in ("health", "ready", "user_flow", "latency", "error_rate")]
    if any(check is None or not check.ok for check in needed):
        return None
    return Baseline(at, checks["latency"].value or 0.0, checks["error_rate"].value or 0.0)


class RecoveryPerformer:
    """Performs ``Measure``. The tasks of one verification share one report, so that they don't disturb each other."""

    def __init__(self, examine: Callable[[], Report], baseline: Callable[[], Baseline | None], clock: Clock) -> None:
        """``examine`` runs the comprehensive health check."""
        self._examine = examine
        self._baseline = baseline
        self._clock = clock
        self._lock = threading.Lock()
        self._shared: tuple[str, Report] | None = None

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:  # noqa: ARG002 - the port
        """Measure one task; a service that does not answer is a failed verification, not an error."""
        if not isinstance(effect, Measure):
            raise DeliveryError("recovery", f"can't measure {type(effect).__name__}", permanent=True)
        report = self._report(effect_id.rsplit("/", 2)[0])
        ok, detail = judge(effect.name, report, self._baseline(), self._clock())
        body = json.dumps(msgspec.to_builtins(report), indent=1).encode()
        fact = Verified(effect.task_id, effect.line, effect.name, ok, detail)
        return Outcome(facts=(fact,), blobs=(body,))

    def _report(self, verification: str) -> Report:
        with self._lock:
            if self._shared is None or self._shared[0] != verification:
                self._shared = (verification, self._examine())
            return self._shared[1]


def judge(name: str, report: Report, baseline: Baseline | None, now: float) -> tuple[bool, str]:
    """Whether what a task asks for holds, and the figures in a sentence. ``now`` tells the baseline's age."""
    checks = {check.name: check for check in report.checks}
    if name == "functional":
        failed = [check for each in ("health", "ready", "user_flow") if (check := checks.get(each)) and not check.ok]
        if failed:
            return False, "; ".join(check.detail for check in failed)
        return "user_flow" in checks, checks["user_flow"].detail if "user_flow" in checks else "The user flow was not tried."
    found = checks.get("latency" if name == "latency" else "error_rate")
    if found is None or not found.ok or found.value is None:
        return False, found.detail if found else f"{name} was not measured."
    if baseline is None:
        return True, f"{_figure(found)}, within its limit; there is no baseline to compare with."
    return _compared(name, found, found.value, baseline, now)


def _compared(name: str, found: Check, value: float, baseline: Baseline, now: float) -> tuple[bool, str]:
    minutes = max(now - baseline.measured_at, 0) / 60
    if name == "latency":
        limit = max(baseline.p95_seconds * LATENCY_FACTOR_MAX, baseline.p95_seconds + LATENCY_SLACK_SECONDS)
        told = f"p95 {value * 1000:.0f} ms, baseline {baseline.p95_seconds * 1000:.0f} ms ({minutes:.0f} minutes old)"
    else:
        limit = baseline.error_share + ERROR_SHARE_SLACK
        told = f"errors {value:.1%}, baseline {baseline.error_share:.1%} ({minutes:.0f} minutes old)"
    ok = found.ok and value <= limit
    return ok, told if ok else f"{told}; it has not returned to the baseline."


def _figure(check: Check) -> str:
    return f"{check.name} {check.value:g} {check.unit}".strip() if check.value is not None else check.name
