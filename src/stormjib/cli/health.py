"""`stormjib health`: the checks of the protected services, run here and now as the settings say, with no server."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from stormjib.cli.exits import Exit, Stop
from stormjib.cli.offline import read_settings
from stormjib.cli.render import clean
from stormjib.cli.world import World
from stormjib.core.catalogue.check import ErrorRateCheck, TargetCheck
from stormjib.core.catalogue.service import Service
from stormjib.core.text.visible import plain_json
from stormjib.integrations.health.check import Tools, check
from stormjib.integrations.health.recovery import BaselineFile, baselines
from stormjib.integrations.health.report import Limits, Report, to_json
from stormjib.integrations.health.table import table
from stormjib.performers import check_tools, command_performer
from stormjib.settings import UNNAMED

_SECONDS_MAX: Final = 3600
_NOTHING: Final = (
    "Nothing is set up to measure. Give --settings FILE with a [[service]] and its [[service.check]]s, or --url ADDRESS."
)
Clock = Callable[[], float]


class _Site(NamedTuple):
    """What is checked, with what, and where their baselines are."""

    services: Sequence[Service]
    tools: Tools
    file: BaselineFile | None
    elsewhere: frozenset[str] = frozenset()
    """The services whose commands run on another machine, so that this one's disk is not theirs."""


def main(
    argv: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    clock: Clock = time.time,
) -> int:
    """Check services and print the report; 0 healthy, 1 unhealthy or not measured, 2 wrong use, 3 no such service."""
    environ = os.environ if environ is None else environ
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has printed what is wrong, or the help
        return stop.code if isinstance(stop.code, int) else Exit.USAGE
    limits = Limits(
        request_timeout_seconds=options.request_timeout_seconds,
        check_timeout_seconds=options.check_timeout_seconds,
        disk_used_share_max=options.disk_used_share_max,
        memory_used_share_max=options.memory_used_share_max,
        disk_path=options.disk_path,
    )
    try:
        site = _site(options, environ, clock)
        services = _chosen(site.services, options.service)
    except ValueError as error:
        sys.stderr.write(f"health: {error}\n")
        return Exit.USAGE
    except Stop as stop:
        sys.stderr.write(f"health: {stop.sentence}\n")
        return stop.code
    reports = [_report(site, service, limits, comprehensive=options.comprehensive) for service in services]
    sys.stdout.write((plain_json(to_json(reports)) if options.json else clean("\n\n".join(map(table, reports)))) + "\n")
    return Exit.OK if all(report.healthy for report in reports) else Exit.FAILED


def typed(words: Sequence[str], world: World) -> int:
    """The command: its --url is the service's address, and there is nothing to confirm."""
    left = list(words)
    for name in ("--yes", "--as"):
        if name in left:
            raise Stop(Exit.USAGE, f"health takes no {name}; see: stormjib health --help")
    return main(left, world.environ, world.clock)


def _site(options: argparse.Namespace, environ: Mapping[str, str], clock: Clock) -> _Site:
    """One address, or what the settings protect; raises ``ValueError`` and ``Stop`` with a sentence."""
    file = options.settings or environ.get("STORMJIB_SETTINGS", "")
    if not options.url:
        settings = read_settings(Path(file) if file else None)
        if settings.services:
            tools = check_tools(settings, command_performer(settings, clock), clock)
            own = Tools(environ={**tools.environ, **environ}, run=tools.run, query=tools.query)
            policy = settings.policy()
            elsewhere = frozenset(one.name for one in settings.services if policy.place_for(one.name, "")[0])
            return _Site(settings.services, own, baselines(settings.data_dir, policy), elsewhere)
    url = options.url or ("" if file else environ.get("HEALTH_URL", ""))
    if not url:
        raise Stop(Exit.USAGE, _NOTHING)
    checks = (
        TargetCheck(latency_ms=options.latency_p95_seconds_max * 1000),
        ErrorRateCheck(share_max=options.error_share_max, if_there=True),
    )
    redis_url = environ.get("REDIS_URL", "") if options.redis_url is None else options.redis_url
    service = Service(name=options.service or UNNAMED, target_url=url, redis_url=redis_url, check=checks)
    return _Site((service,), Tools(environ=environ), None)


def _chosen(services: Sequence[Service], name: str) -> Sequence[Service]:
    if not name:
        return services
    found = next((service for service in services if service.called(name)), None)
    if found is None:
        there = ", ".join(service.name for service in services)
        raise Stop(Exit.NOT_FOUND, f"There is no service {name} in the settings; there is {there}.")
    return (found,)


def _report(site: _Site, service: Service, limits: Limits, *, comprehensive: bool) -> Report:
    was = site.file.read(service.name) if site.file else None
    known = was.health_path if was else None
    here = service.name not in site.elsewhere
    return check(service, site.tools, comprehensive=comprehensive, surroundings=True, here=here, known_path=known, limits=limits)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stormjib health",
        description="Check from outside whether the protected services are healthy, by the checks that the settings give each."
        " Exit code: 0 healthy, 1 unhealthy or not measured, 2 usage, 3 no such service.",
    )
    default = Limits()
    parser.add_argument("service", nargs="?", default="", help="only this one, by its name or an alias")
    parser.add_argument(
        "--settings", default="", metavar="FILE", help="a TOML file with [[service]] tables (default: $STORMJIB_SETTINGS)"
    )
    parser.add_argument("--url", default="", help="check that an address answers, whatever the settings say")
    parser.add_argument("--comprehensive", action="store_true", help="every check, not only those that a GET tells")
    parser.add_argument("--redis-url", default=None, help="with --url: its Redis (default: $REDIS_URL, else none)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    for name, seconds in (
        ("request_timeout_seconds", default.request_timeout_seconds),
        ("check_timeout_seconds", default.check_timeout_seconds),
        ("latency_p95_seconds_max", 0.5),
    ):
        parser.add_argument(_option(name), type=_seconds, default=seconds, metavar="SECONDS", help="default: %(default)s")
    for name, share in (
        ("error_share_max", 0.01),
        ("disk_used_share_max", default.disk_used_share_max),
        ("memory_used_share_max", default.memory_used_share_max),
    ):
        parser.add_argument(_option(name), type=_share, default=share, metavar="0..1", help="default: %(default)s")
    parser.add_argument("--disk-path", default=default.disk_path, help="whose disk is measured (default: %(default)s)")
    return parser


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number <= _SECONDS_MAX:
        raise argparse.ArgumentTypeError(f"must be more than 0 and at most {_SECONDS_MAX} seconds")
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return number
