"""The recovery test: the verification tasks, measured by the checks of the incident's own service, against its own baseline."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from stormjib import owned
from stormjib.core.catalogue.check import HEALTH_CHECK
from stormjib.core.catalogue.service import Service
from stormjib.core.effects import AnyEffect, Measure
from stormjib.core.incident import Incident
from stormjib.core.log import Verified
from stormjib.core.policy import Policy
from stormjib.core.recovery import WORDS, not_shown
from stormjib.core.text.units import duration, percent
from stormjib.integrations.health.report import Check, Report
from stormjib.ports import Clock, DeliveryError, Outcome

LATENCY_FACTOR_MAX = 2.0
LATENCY_SLACK_SECONDS = 0.05
"""Below this difference two latencies are the same to a user, whatever their ratio."""
ERROR_SHARE_SLACK = 0.01
_NAMED_MAX = 4


class Baseline(msgspec.Struct, frozen=True):
    """How a service was while it was well. Seconds, shares, and seconds since the epoch; None where nothing measures it."""

    measured_at: float
    p95_seconds: float | None = None
    error_share: float | None = None
    """The worst of its checks."""
    service: str = ""
    values: dict[str, float] = {}
    """Of each check that gives a figure."""
    health_path: str | None = None
    """Where its health check was found, where nobody has said where it is."""


class _Kept(msgspec.Struct):
    services: dict[str, Baseline]


class BaselineFile:
    """The newest baseline of each service, kept beside the log so that a restart in the middle of an outage does not lose it."""

    def __init__(self, path: Path, first: str = "") -> None:
        """``path`` need not exist yet. ``first``: whose is the one baseline of a file from before there were several."""
        self._path = path
        self._first = first
        self._lock = threading.Lock()

    def read(self, service: str) -> Baseline | None:
        """The baseline of a service, None where none was taken or the file is damaged: no baseline is said, never guessed."""
        return self._all().get(service)

    def write(self, baseline: Baseline) -> None:
        """Replace that of its service."""
        with self._lock:
            kept = _Kept({**self._all(), baseline.service: baseline})
            owned.write(self._path, msgspec.json.encode(kept))

    def _all(self) -> dict[str, Baseline]:
        try:
            body = self._path.read_bytes()
        except OSError:
            return {}
        try:
            return msgspec.json.decode(body, type=_Kept).services
        except (msgspec.MsgspecError, UnicodeDecodeError):
            pass
        try:
            return {self._first: msgspec.json.decode(body, type=Baseline)}
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return {}


def baselines(data_dir: Path, policy: Policy) -> BaselineFile:
    """The file of the data directory."""
    return BaselineFile(data_dir / "baseline.json", policy.services[0].name if policy.services else "")


def baseline_of(report: Report, at: float) -> Baseline | None:
    """The baseline that a report gives, None where the service was not well or not measured: an outage is no baseline."""
    proving = [check for check in report.checks if check.proves and check.measured]
    if not proving or not all(check.ok for check in proving):
        return None
    return Baseline(
        at,
        max((check.value for check in proving if _is_latency(check) and check.value is not None), default=None),
        max((check.value for check in proving if _is_share(check) and check.value is not None), default=None),
        service=report.service,
        values={check.name: check.value for check in proving if check.value is not None},
        health_path=report.health_path,
    )


class Checks(Protocol):
    """The checks of the protected services, by their names."""

    examine: Callable[[str], Report]

    def baseline(self, service: str) -> Baseline | None:
        """How a service was when it was well."""


class RecoveryPerformer:
    """Performs ``Measure``. The tasks of one verification share one report, so that they don't disturb each other."""

    def __init__(self, checks: Checks, service_of: Callable[[str], Service | None], clock: Clock) -> None:
        """``service_of`` gives the service that an incident belongs to, if it is known."""
        self._checks = checks
        self._service_of = service_of
        self._clock = clock
        self._lock = threading.Lock()
        self._shared: tuple[str, Report] | None = None

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:
        """Measure one task; a service that does not answer is a failed verification, not an error."""
        if not isinstance(effect, Measure):
            raise DeliveryError("recovery", f"can't measure {type(effect).__name__}", permanent=True)
        service = self._service_of(incident.service)
        if service is None:
            detail = f"Nothing is set up to measure {incident.service or 'it'}: add [[service.check]]."
            return Outcome(facts=(Verified(effect.task_id, effect.line, effect.name, False, detail, measured=False),))
        report = self._report(effect_id.rsplit("/", 2)[0], service.name)
        ok, measured, detail = judge(effect.name, report, self._checks.baseline(service.name), self._clock())
        body = json.dumps({**msgspec.to_builtins(report), "healthy": report.healthy}, indent=1).encode()
        by = tuple(sorted({check.by for check in _asked(effect.name, report) if check.measured and check.by}))
        fact = Verified(effect.task_id, effect.line, effect.name, ok, detail, measured=measured, by=by)
        return Outcome(facts=(fact,), blobs=(body,))

    def _report(self, verification: str, service: str) -> Report:
        with self._lock:
            if self._shared is None or self._shared[0] != verification:
                self._shared = (verification, self._checks.examine(service))
            return self._shared[1]


def judge(name: str, report: Report, baseline: Baseline | None, now: float) -> tuple[bool, bool, str]:
    """(whether what a task asks for holds, whether it was measured, the figures in a sentence). ``now`` tells the baseline's age."""
    asked = _asked(name, report)
    found = [check for check in asked if check.measured]
    if not found:
        why = "; ".join(check.detail for check in asked)
        lacks = f"Nothing is set up to measure {WORDS[name]} of {report.service or 'the service'}: add [[service.check]]."
        return False, False, f"{lacks} {why}".strip()
    failed = [check for check in found if not check.ok]
    if failed:
        return False, True, "; ".join(_named(check) for check in failed)
    if name != "health" and all(check.by == HEALTH_CHECK for check in found):
        return False, False, f"{not_shown(report.service, name)} {_joined([_named(check) for check in found])}."
    compared = [_compared(check, baseline, now) for check in found]
    if all(ok for ok, _ in compared):
        return True, True, _joined([told for _, told in compared])
    return False, True, "; ".join(told for ok, told in compared if not ok)


def _asked(name: str, report: Report) -> list[Check]:
    return [check for check in report.checks if name in check.proves or (name == "health" and check.by == HEALTH_CHECK)]


def _compared(check: Check, baseline: Baseline | None, now: float) -> tuple[bool, str]:
    """A figure against what it was; where there is neither a figure nor a baseline, its own limit has been held."""
    if check.value is None or not (_is_latency(check) or _is_share(check)):
        return True, _named(check)
    figure = _figure(check, check.value)
    was = _value(baseline, check) if baseline is not None else None
    if was is None or baseline is None:
        return True, f"{figure}, within its limit; there is no baseline to compare with"
    limit = max(was * LATENCY_FACTOR_MAX, was + LATENCY_SLACK_SECONDS) if _is_latency(check) else was + ERROR_SHARE_SLACK
    age = duration(max(round(now - baseline.measured_at), 0))
    told = f"{figure}, baseline {_quantity(check, was)} ({age} old)"
    ok = check.value <= limit
    return ok, told if ok else f"{told}; it has not returned to the baseline."


def _named(check: Check) -> str:
    """Its name and what came of it, without a full stop, since others follow."""
    return f"{check.name}: {check.detail.rstrip('.')}"


def _value(baseline: Baseline, check: Check) -> float | None:
    if check.name in baseline.values or baseline.values:
        return baseline.values.get(check.name)
    return baseline.p95_seconds if _is_latency(check) else baseline.error_share


def _joined(told: list[str]) -> str:
    more = len(told) - _NAMED_MAX
    return "; ".join(told[:_NAMED_MAX]) + (f"; and {more} more" if more > 0 else "")


def _is_latency(check: Check) -> bool:
    return "latency" in check.proves and check.unit == "s"


def _is_share(check: Check) -> bool:
    return "errors" in check.proves and check.unit == "share"


def _figure(check: Check, value: float) -> str:
    return f"{check.name} {_quantity(check, value)}"


def _quantity(check: Check, value: float) -> str:
    return duration(value) if _is_latency(check) else percent(100 * value)
