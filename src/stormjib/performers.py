"""Who looks and who acts, as the settings say: the runbook's commands, the logs that they read, the metrics."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from stormjib.core.action import conclude
from stormjib.core.investigate import read
from stormjib.core.redact import holds_secret, is_secret
from stormjib.integrations.access_log.requests import Requests
from stormjib.integrations.command.performer import CommandPerformer, Target
from stormjib.integrations.docker_log import DockerLog, engine_socket
from stormjib.integrations.logs.performer import Ended, LogsPerformer
from stormjib.ports import Clock
from stormjib.settings import Settings

if TYPE_CHECKING:
    from stormjib.integrations.prometheus.source import Prometheus
    from stormjib.integrations.scrape.scraper import Scraper


def command_performer(settings: Settings) -> CommandPerformer:
    """Who runs the runbook's commands: the same for an incident and for a check; raises ``ValueError`` with a sentence."""
    given = settings.command_env()
    plain = {name: value for name, value in given.items() if not is_secret(name)}
    cwd = str(settings.command_dir or Path.cwd())
    here = Target(cwd=cwd, path=_search_path(settings), env=plain, prefix=settings.command_prefix)
    return CommandPerformer(targets={"": here}, secrets=_secrets(settings), conclude=conclude, read=read)


def logs_performer(settings: Settings, command: CommandPerformer, clock: Clock) -> LogsPerformer:
    """Logs are read the way commands run; only where those run on this very host, its Docker Engine is asked itself."""
    here = None if settings.command_path or settings.command_prefix else engine_socket(os.environ.get("DOCKER_HOST", ""))
    return LogsPerformer(
        run=lambda *asked: Ended(*command.stream(*asked)),
        engine=DockerLog(here).read if here else None,
        requests=Requests,
        secrets=_secrets(settings),
        bytes_max=settings.log_bytes_max,
        clock=clock,
    )


def scraper(settings: Settings, clock: Clock) -> "Scraper | None":
    """Who scrapes the service's own metrics, not started yet; None where there is no address."""
    if not settings.scraped_urls:
        return None
    from stormjib.integrations.scrape.scraper import Scraper  # noqa: PLC0415 - memory of those who use it

    return Scraper(
        settings.scraped_urls,
        every_seconds=settings.scrape_seconds,
        clock=clock,
        monotonic=time.monotonic,
        file=settings.data_dir / "metrics.ring",
    )


def prometheus(settings: Settings) -> "Prometheus | None":
    """Who asks the Prometheus server; None where there is none."""
    if not settings.prometheus_url:
        return None
    from stormjib.integrations.prometheus.source import Prometheus  # noqa: PLC0415 - memory of those who use it

    own = settings.own_metrics()
    return Prometheus(settings.prometheus_url, selector=settings.prometheus_match, own=own, monotonic=time.monotonic)


def _secrets(settings: Settings) -> dict[str, str]:
    """What is redacted in every output; of these a command gets those that it names, and any whose name does not say what it holds."""
    return {name: value for name, value in settings.command_env().items() if is_secret(name) or holds_secret(value)}


def _search_path(settings: Settings) -> str:
    """The site's directories, then the server's own; "" leaves the choice to the command's runner."""
    own = os.environ.get("PATH", os.defpath)
    return f"{settings.command_path}{os.pathsep}{own}" if settings.command_path else own
