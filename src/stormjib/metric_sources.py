"""Where the metrics of each service come from: the Prometheus server, and the service itself; never from another's."""

import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from stormjib.core.catalogue.service import Metric, Service
from stormjib.core.policy import Policy
from stormjib.engine.metrics import Source
from stormjib.ports import Clock
from stormjib.settings import Settings

if TYPE_CHECKING:
    from stormjib.integrations.prometheus.source import Prometheus
    from stormjib.integrations.scrape.scraper import Scraper


class MetricSources:
    """``take`` begins with a policy and goes on with another; what a service's address stays is not interrupted."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is asked yet."""
        self._settings = settings
        self._clock = clock
        self._policy = Policy()
        self._scrapers: dict[str, tuple[tuple[str, ...], Scraper]] = {}
        self._servers: dict[tuple[str, tuple[Metric, ...]], Prometheus] = {}

    def take(self, policy: Policy) -> None:
        """Scrape the services of this policy from now on, and no others."""
        wanted = {service.name: service.metrics_urls for service in policy.services if service.metrics_urls}
        for name, (urls, scraper) in list(self._scrapers.items()):
            if wanted.get(name) != urls:
                del self._scrapers[name]
                scraper.stop()
        self._policy = policy
        for name, urls in wanted.items():
            if name not in self._scrapers:
                self._scrapers[name] = (urls, self._scraper(name, urls))
                self._scrapers[name][1].start()

    def stop(self) -> None:
        """Ask nobody more."""
        for _, scraper in self._scrapers.values():
            scraper.stop()
        for server in self._servers.values():
            server.close()

    def of(self, service: str) -> list[Source]:
        """In the order in which they are asked."""
        found = self._policy.service_of(service)
        scraper = self._scrapers.get(self._policy.name_of(service))
        server = self._server(found)
        return [source for source in (server, scraper[1] if scraper else None) if source is not None]

    def _server(self, service: Service | None) -> "Prometheus | None":
        settings = self._settings
        key = (service.prometheus_match if service else "") or settings.prometheus_match, service.metrics if service else ()
        if settings.prometheus_url and key not in self._servers:
            from stormjib.integrations.prometheus.source import Prometheus  # noqa: PLC0415 - memory of those who use it

            own = settings.own_metrics(service)
            self._servers[key] = Prometheus(settings.prometheus_url, selector=key[0], own=own, monotonic=time.monotonic)
        return self._servers.get(key)

    def _scraper(self, name: str, urls: tuple[str, ...]) -> "Scraper":
        from stormjib.integrations.scrape.scraper import Scraper  # noqa: PLC0415 - memory of those who use it

        settings = self._settings
        only = isinstance(settings.service, str) and settings.catalogue is None
        return Scraper(
            urls,
            every_seconds=settings.scrape_seconds,
            clock=self._clock,
            monotonic=time.monotonic,
            file=settings.data_dir / ("metrics.ring" if only else f"metrics-{quote(name, safe='')}.ring"),
        )
