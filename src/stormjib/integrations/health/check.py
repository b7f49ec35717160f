"""The checks of one service: which run, in which order, and what they come to."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Final, assert_never

import msgspec

from stormjib.core.catalogue.check import (
    AnyCheck,
    CommandCheck,
    ErrorRateCheck,
    FlowCheck,
    HttpCheck,
    PromqlCheck,
    TargetCheck,
    proofs_of,
    shown_by,
)
from stormjib.core.catalogue.service import Service
from stormjib.integrations.health import host, redis_ping, requests
from stormjib.integrations.health.counters import ErrorRate
from stormjib.integrations.health.exchange import Exchange, Traffic
from stormjib.integrations.health.probe import Clock, Finding, Prober, UnhealthyError
from stormjib.integrations.health.redis_ping import RedisAddress
from stormjib.integrations.health.report import Check, Limits, Report
from stormjib.integrations.health.variables import Variables

_HOLDS: Final = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq}
_QUOTE_CHARACTERS: Final = 200


class Ended(msgspec.Struct, frozen=True):
    """How a command ended: its exit code, None where it had to be stopped, and its output without secrets."""

    exit_code: int | None
    output: str


class Tools(msgspec.Struct, frozen=True):
    """What the checks need from outside: variables, who runs commands, who asks Prometheus. Both raise ``UnhealthyError``."""

    environ: Mapping[str, str] = {}
    run: Callable[[CommandCheck, str], Ended] | None = None
    """A check and the name of its service, at whose target it runs."""
    query: Callable[[str], Mapping[str, float]] | None = None
    """PromQL → the value of each series, by its labels in words."""


def check(
    service: Service,
    tools: Tools | None = None,
    *,
    comprehensive: bool = True,
    surroundings: bool = False,
    here: bool = True,
    known_path: str | None = None,
    limits: Limits | None = None,
    clock: Clock = time.monotonic,
) -> Report:
    """Run a service's checks and say what they come to; never raises for anything the service or the host does.

    Without ``comprehensive`` only what a GET tells, where there is such a check. ``surroundings`` adds its Redis and the
    disk and memory of the machine this runs on, where the service is ``here``; they prove nothing of it. ``known_path``: where its health check was
    found when it was well.
    """
    run = _Round(service, tools or Tools(), limits or Limits(), clock, known_path)
    checks = run.all(comprehensive=comprehensive)
    if comprehensive and surroundings:
        checks += run.around(here=here)
    checks = [msgspec.structs.replace(each, detail=run.variables.redact(each.detail)) for each in checks]
    return Report(
        checks=tuple(checks),
        base_url=_shown(service.target_url),
        comprehensive=comprehensive,
        service=service.name,
        health_path=run.health_path,
    )


class _Round:
    """One pass over the checks of a service."""

    def __init__(self, service: Service, tools: Tools, limits: Limits, clock: Clock, known_path: str | None) -> None:
        self.health_path = known_path
        self.variables = Variables(tools.environ)
        self._service = service
        self._tools = tools
        self._limits = limits
        self._clock = clock
        self._prober = Prober(clock, limits.check_timeout_seconds)
        self._traffic = Traffic()

    def all(self, *, comprehensive: bool) -> list[Check]:
        chosen = self._service.checks
        if not comprehensive:
            chosen = tuple(filter(_is_get, chosen)) or chosen
        rates = [(each, self._error_rate(each)) for each in chosen if isinstance(each, ErrorRateCheck)]
        for each, rate in rates:
            self._prober.run(each.name, rate.begin)
        self._traffic.silent.clear()  # who does not answer is said by the first check that asks
        found = [row for each in chosen if not isinstance(each, ErrorRateCheck) for row in self._one(each)]
        for each, rate in rates:
            found += self._probe(each, partial(rate.finish, self._traffic))
            rate.close()
        return found

    def around(self, *, here: bool) -> list[Check]:
        machine = self._prober.run("disk", lambda: [host.disk(self._limits)]) if here else []
        machine += self._prober.run("memory", lambda: [host.memory(self._limits)]) if here else []
        return self._redis() + [msgspec.structs.replace(each, of_service=False) for each in machine]

    def _one(self, each: AnyCheck) -> list[Check]:
        match each:
            case HttpCheck():
                return self._probe(each, lambda: self._exchanged(lambda sent: requests.http(each, sent)))
            case FlowCheck():
                return self._probe(each, lambda: self._exchanged(lambda sent: requests.flow(each, sent)))
            case TargetCheck():
                return self._probe(each, lambda: self._exchanged(lambda sent: self._target(each, sent)))
            case PromqlCheck():
                return self._probe(each, lambda: self._queried(each))
            case CommandCheck():
                return self._probe(each, lambda: self._ran(each))
            case ErrorRateCheck():
                return []
            case _:
                assert_never(each)

    def _probe(self, each: AnyCheck, probe: Callable[[], list[Finding]]) -> list[Check]:
        return self._prober.run(each.name, probe, proves=proofs_of(each), hint=each.hint, by=shown_by(each))

    def _exchanged(self, use: Callable[[Exchange], list[Finding]]) -> list[Finding]:
        exchange = Exchange(self._service, self.variables, self._limits, self._clock, self._traffic)
        try:
            return use(exchange)
        finally:
            exchange.close()

    def _target(self, each: TargetCheck, exchange: Exchange) -> list[Finding]:
        found, self.health_path = requests.target(each, exchange, self._service.target_url, self.health_path)
        return found

    def _error_rate(self, each: ErrorRateCheck) -> ErrorRate:
        exchange = Exchange(self._service, self.variables, self._limits, self._clock, self._traffic)
        return ErrorRate(each, self._service.metrics_urls, exchange)

    def _queried(self, each: PromqlCheck) -> list[Finding]:
        if self._tools.query is None:
            raise UnhealthyError("There is no Prometheus server to ask; set prometheus_url.")
        values = self._tools.query(each.query)
        if not values:
            raise UnhealthyError(f"Prometheus has no value for {each.query}.")
        holds = _HOLDS[each.op]
        bad = {labels: value for labels, value in values.items() if not holds(value, each.threshold)}
        labels, value = next(iter((bad or values).items()))
        detail = f"{each.query} is {value:g}{f' for {labels}' if labels else ''}, and has to be {each.op} {each.threshold:g}."
        if bad:
            raise UnhealthyError(detail, value=value, limit=each.threshold, unit=each.unit)
        return [Finding(detail=detail, value=value, limit=each.threshold, unit=each.unit)]

    def _ran(self, each: CommandCheck) -> list[Finding]:
        shown = each.command or " ".join(each.argv)
        if self._tools.run is None:
            raise UnhealthyError(f"{shown} can't be run from here; the server runs it.")
        ended = self._tools.run(each, self._service.name)
        said = " ".join(ended.output.split())[:_QUOTE_CHARACTERS] or "it printed nothing"
        if ended.exit_code is None:
            raise UnhealthyError(f"{shown} had to be stopped, because it took too long: {said}")
        if ended.exit_code != each.exit_code:
            raise UnhealthyError(f"{shown} ended with {ended.exit_code}, not {each.exit_code}: {said}")
        if each.text and each.text not in ended.output:
            raise UnhealthyError(f"{shown} did not print “{each.text}”: {said}")
        return [Finding(detail=f"{shown} ended with {ended.exit_code}, as expected.")]

    def _redis(self) -> list[Check]:
        if not self._service.redis_url:
            return []

        def ping() -> list[Finding]:
            try:
                address = RedisAddress(self._service.redis_url)
            except ValueError as error:
                raise UnhealthyError(str(error)) from error
            return [redis_ping.ping(address, self._limits.request_timeout_seconds)]

        return self._prober.run("redis", ping)


def _is_get(each: AnyCheck) -> bool:
    return isinstance(each, TargetCheck) or (isinstance(each, HttpCheck) and each.method == "GET")


def _shown(url: str) -> str:
    """The address without a user name or password."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}".rstrip("/")
