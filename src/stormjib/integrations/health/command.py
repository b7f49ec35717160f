"""The command line of the health check: options, environment, exit code."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from stormjib.integrations.health.check import check
from stormjib.integrations.health.redis_ping import RedisAddress
from stormjib.integrations.health.report import Limits, table, to_json
from stormjib.integrations.health.service import Service

URL_DEFAULT: Final = "http://localhost:8080"
REDIS_URL_DEFAULT: Final = "redis://localhost:6379"
_SECONDS_MAX: Final = 3600
HEALTHY, UNHEALTHY, USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Check a service and print the report; 0 healthy, 1 unhealthy, 2 wrong use."""
    environ = os.environ if environ is None else environ
    try:
        options = _parser(environ).parse_args(argv)
    except SystemExit as stop:  # argparse has printed what is wrong, or the help
        return stop.code if isinstance(stop.code, int) else USAGE
    limits = Limits(
        request_timeout_seconds=options.request_timeout_seconds,
        check_timeout_seconds=options.check_timeout_seconds,
        latency_p95_seconds_max=options.latency_p95_seconds_max,
        error_share_max=options.error_share_max,
        disk_used_share_max=options.disk_used_share_max,
        memory_used_share_max=options.memory_used_share_max,
        disk_path=options.disk_path,
    )
    redis_url = options.redis_url or None
    try:
        Service.parse(options.url)
        if redis_url is not None:
            RedisAddress(redis_url)
    except ValueError as error:
        sys.stderr.write(f"health_check: {error}\n")
        return USAGE
    report = check(
        options.url,
        comprehensive=options.comprehensive,
        redis_url=redis_url,
        limits=limits,
        admin_token=environ.get("ADMIN_TOKEN", ""),
    )
    sys.stdout.write((to_json(report) if options.json else table(report)) + "\n")
    return HEALTHY if report.healthy else UNHEALTHY


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="health_check",
        description="Check from outside whether the service is healthy. Exit code: 0 healthy, 1 unhealthy, 2 usage.",
    )
    default = Limits()
    url, redis_url = (
        environ.get("HEALTH_URL") or URL_DEFAULT,
        environ.get("REDIS_URL", REDIS_URL_DEFAULT),
    )
    parser.add_argument(
        "--url",
        default=url,
        help=f"address of the service (default: $HEALTH_URL or {URL_DEFAULT})",
    )
    parser.add_argument(
        "--comprehensive",
        action="store_true",
        help="everything, not only /health and /ready",
    )
    redis_help = f'its Redis, "" for none (default: $REDIS_URL or {REDIS_URL_DEFAULT})'
    parser.add_argument("--redis-url", default=redis_url, help=redis_help)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    for name in (
        "request_timeout_seconds",
        "check_timeout_seconds",
        "latency_p95_seconds_max",
    ):
        parser.add_argument(
            _option(name),
            type=_seconds,
            default=getattr(default, name),
            metavar="SECONDS",
            help="default: %(default)s",
        )
    for name in ("error_share_max", "disk_used_share_max", "memory_used_share_max"):
        parser.add_argument(
            _option(name),
            type=_share,
            default=getattr(default, name),
            metavar="0..1",
            help="default: %(default)s",
        )
    parser.add_argument(
        "--disk-path",
        default=default.disk_path,
        help="whose disk is measured (default: %(default)s)",
    )
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
