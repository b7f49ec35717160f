"""The check itself: which probes run, in which order, and their verdict."""

import time

import msgspec

from stormjib.integrations.health import host, redis_ping
from stormjib.integrations.health.probe import (
    Clock,
    Finding,
    Probe,
    Prober,
    UnhealthyError,
)
from stormjib.integrations.health.redis_ping import RedisAddress
from stormjib.integrations.health.report import Check, Limits, Report
from stormjib.integrations.health.service import Service
from stormjib.integrations.health.traffic import Counters, Traffic, read_counters

_OK = 200
_GOOD_STATES = frozenset({"ok", "ready", "healthy", "up", "pass"})


class _State(msgspec.Struct):
    status: str
    failing: list[str] = []
    error: str = ""


class _Maintenance(msgspec.Struct):
    enabled: bool
    message: str = ""


def check(
    base_url: str,
    *,
    comprehensive: bool,
    redis_url: str | None = None,
    limits: Limits | None = None,
    admin_token: str = "",
    clock: Clock = time.monotonic,
) -> Report:
    """Look at a service and say whether it is healthy; never raises for anything the service or the host does.

    Basic: /health and /ready. Comprehensive adds Redis (unless `redis_url` is None), maintenance mode, a user's way
    through the service (past maintenance mode where there is an admin token), latency, error rate, and the disk and memory of the machine this runs on. Times in seconds.
    """
    limits = limits or Limits()
    try:
        service = Service(base_url, limits, clock, admin_token)
    except ValueError as error:
        failed = Check(name="health", ok=False, detail=str(error), seconds=0.0)
        return Report(healthy=False, checks=(failed,), base_url="", comprehensive=comprehensive)
    prober = Prober(clock, limits.check_timeout_seconds)
    checks = _basic(service, prober)
    if comprehensive:
        checks += _comprehensive(service, prober, limits)
        checks += _redis(redis_url, prober, limits)
        checks.append(prober.run("disk", lambda: host.disk(limits)))
        checks.append(prober.run("memory", lambda: host.memory(limits)))
    if not prober.left_behind:  # a connection in use by another thread is closed by the end of the process
        service.close()
    healthy = all(each.ok for each in checks)
    return Report(
        healthy=healthy,
        checks=tuple(checks),
        base_url=service.shown_url,
        comprehensive=comprehensive,
    )


def _basic(service: Service, prober: Prober) -> list[Check]:
    return [
        prober.run("health", lambda: _state(service, "/health")),
        prober.run("ready", lambda: _state(service, "/ready")),
    ]


def _comprehensive(service: Service, prober: Prober, limits: Limits) -> list[Check]:
    traffic, before = Traffic(service, limits), _Before(service)
    probes: dict[str, Probe] = {
        "maintenance": lambda: _maintenance(service),
        "user_flow": traffic.user_flow,
        "latency": traffic.latency,
        "error_rate": lambda: traffic.error_rate(before.counters),
    }
    if not service.reached:
        return [
            Check(
                name=name,
                ok=False,
                detail="Not tried: the service does not answer.",
                seconds=0.0,
            )
            for name in probes
        ]
    prober.run("counters", before.look)
    return [prober.run(name, probe) for name, probe in probes.items()]


def _redis(redis_url: str | None, prober: Prober, limits: Limits) -> list[Check]:
    if redis_url is None:
        return []
    try:
        address = RedisAddress(redis_url)
    except ValueError as error:
        return [Check(name="redis", ok=False, detail=str(error), seconds=0.0)]
    return [prober.run("redis", lambda: redis_ping.ping(address, limits.request_timeout_seconds))]


def _state(service: Service, path: str) -> Finding:
    answer = service.get(path)
    if answer.status != _OK:
        try:
            state = answer.decode(_State)
        except UnhealthyError:
            raise UnhealthyError(f"GET {path} answered {answer.status}: {answer.quote()}") from None
        missing = f" Failing: {', '.join(state.failing)}." if state.failing else ""
        raise UnhealthyError(f"GET {path} answered {answer.status}.{missing} {state.error or state.status}")
    state = answer.decode(_State)
    if state.status not in _GOOD_STATES:
        raise UnhealthyError(f"GET {path} answered 200, but its status is {state.status!r}.")
    return Finding(detail=f"GET {path} answered 200, {state.status}.")


def _maintenance(service: Service) -> Finding:
    answer = service.get("/admin/maintenance")
    if answer.status != _OK:
        raise UnhealthyError(f"GET /admin/maintenance answered {answer.status}, so it is unknown: {answer.quote()}")
    state = answer.decode(_Maintenance)
    if state.enabled:
        raise UnhealthyError(f"Maintenance mode is still on ({state.message}). Switch it off before the incident is closed.")
    return Finding(detail="Maintenance mode is off.")


class _Before:
    """The counters before the check's own traffic."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.counters: Counters | None = None

    def look(self) -> Finding:
        self.counters = read_counters(self._service)
        return Finding(detail="The counters were read.")
