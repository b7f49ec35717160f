"""Metrics: what the service counts, in the Prometheus text format."""

from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_LATENCY_BUCKETS_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one running service, in a registry of their own."""

    def __init__(self) -> None:
        """Start everything at zero."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for every counter, which nothing asks for
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self.requests = Counter(
            "http_requests", "Requests answered, by route and status.", ("route", "status"), registry=self._registry
        )
        self.latency = Histogram(
            "http_request_duration_seconds",
            "Time to answer, by route.",
            ("route",),
            buckets=_LATENCY_BUCKETS_SECONDS,
            registry=self._registry,
        )
        self.dependency_up = Gauge(
            "dependency_up", "1 if the dependency answered the last time it was used.", ("dependency",), registry=self._registry
        )
        self.dependency_seconds = Histogram(
            "dependency_duration_seconds",
            "Time that a dependency took, failed calls included.",
            ("dependency",),
            buckets=_LATENCY_BUCKETS_SECONDS,
            registry=self._registry,
        )
        self.maintenance = Gauge("maintenance_mode", "1 while maintenance mode is on.", registry=self._registry)
        self.refused = Counter(
            "maintenance_refusals", "Requests refused by maintenance mode.", ("route",), registry=self._registry
        )
        self.cache = Counter("watermark_cache", "Look-ups of finished watermarks.", ("result",), registry=self._registry)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self.requests.labels(route, str(status)).inc()
        self.latency.labels(route).observe(seconds)

    def closed(self, route: str) -> None:
        """Count one request that maintenance mode refused; it is no answer of the service and no error."""
        self.refused.labels(route).inc()

    def dependency(self, name: str, *, up: bool) -> None:
        """Note whether a dependency answered."""
        self.dependency_up.labels(name).set(1 if up else 0)

    def dependency_took(self, name: str, seconds: float) -> None:
        """Note how long a dependency took to answer or to fail."""
        self.dependency_seconds.labels(name).observe(seconds)

    def text(self) -> bytes:
        """Give everything in the text exposition format."""
        return generate_latest(self._registry)
