"""The catalogue: which metrics can be had from the names that are there, by the conventions that services and exporters keep."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from stormjib.evidence.metrics.baseline import Floor
from stormjib.evidence.metrics.spec import MetricSpec

REQUESTS = (
    "http_requests_total",
    "http_server_requests_total",
    "http_server_requests_seconds_count",
    "http_server_request_duration_seconds_count",
    "http_server_duration_milliseconds_count",
    "http_request_duration_seconds_count",
    "flask_http_request_total",
    "starlette_requests_total",
    "django_http_responses_total_by_status_total",
    "promhttp_metric_handler_requests_total",
)
"""Counters of requests, the best known first; the first that is there is taken."""
LATENCIES = (
    "http_request_duration_seconds",
    "http_server_requests_seconds",
    "http_server_request_duration_seconds",
    "http_server_duration_milliseconds",
    "http_request_duration_milliseconds",
    "flask_http_request_duration_seconds",
    "starlette_request_duration_seconds",
    "django_http_requests_latency_seconds_by_view_method",
    "http_response_time_seconds",
    "request_duration_seconds",
)
STATUS_LABELS = ("status", "code", "status_code", "http_response_status_code", "http_status_code")
ROUTE_LABELS = ("route", "handler", "path", "uri", "endpoint", "http_route", "path_template", "view")
OPERATOR_ROUTES = "/?(health|healthz|ready|readyz|live|livez|metrics|ping|-|admin|actuator)(/.*)?"
"""Routes that no user asks for; their answers would water down what users see."""

_SECONDS = Floor(0.010, 0.20)
_OF_REPLICAS = 0.95  # the quantile that each replica is compared by
_PERCENT = Floor(0.01)
_UP = Floor(0.1)
_CALM = Floor(0.05, 0.25)
OTHERS = (
    MetricSpec("dependency up", "up", "gauge", "dependency_up", _UP, thing_label="dependency", how="min", worse="down"),
    MetricSpec("up", "up", "gauge", "up", _UP, instances=True, how="max", worse="down"),
    MetricSpec("up", "up", "gauge", "redis_up", _UP, thing="redis", how="min", worse="down"),
    MetricSpec("up", "up", "gauge", "nginx_up", _UP, thing="nginx", how="min", worse="down"),
    MetricSpec("up", "up", "gauge", "pg_up", _UP, thing="postgres", how="min", worse="down"),
    MetricSpec("maintenance mode", "on", "gauge", "maintenance_mode", _UP, how="max", worst="warn", warn_at=1.0),
    MetricSpec("starts", "count", "starts", "process_start_time_seconds", Floor(0.5), instances=True, worst="warn", warn_at=1.0),
    MetricSpec("cpu", "cores", "rate", "process_cpu_seconds_total", _CALM, instances=True, worst="warn"),
    MetricSpec("memory", "bytes", "gauge", "process_resident_memory_bytes", Floor(16e6, 0.10), instances=True, how="max", worst="warn"),
    MetricSpec("open files", "share", "of", "process_open_fds", _PERCENT, over="process_max_fds", how="max", warn_at=0.8, bad_at=0.95),
    MetricSpec("sockets", "count", "gauge", "node_sockstat_TCP_inuse", Floor(20, 0.25), thing="host", worst="warn"),
    MetricSpec("cpu", "share", "busy", "node_cpu_seconds_total", Floor(0.05, 0.10), thing="host", worst="warn", warn_at=0.95),
    MetricSpec("memory", "share", "free", "node_memory_MemAvailable_bytes", Floor(0.03), "host", over="node_memory_MemTotal_bytes",
           warn_at=0.90, bad_at=0.96),
    MetricSpec("disk", "share", "free", "node_filesystem_avail_bytes", Floor(0.01), "host", by="mountpoint",
           over="node_filesystem_size_bytes", how="min", warn_at=0.90, bad_at=0.97),
    MetricSpec("memory", "share", "of", "redis_memory_used_bytes", Floor(0.03), "redis", over="redis_memory_max_bytes",
           warn_at=0.90, bad_at=0.98),
    MetricSpec("clients", "count", "gauge", "redis_connected_clients", Floor(10, 0.25), "redis", worse="both", worst="warn"),
    MetricSpec("blocked clients", "count", "gauge", "redis_blocked_clients", Floor(2, 0.25), "redis", worst="warn"),
    MetricSpec("evictions", "per second", "rate", "redis_evicted_keys_total", Floor(1, 0.25), "redis"),
    MetricSpec("rejected connections", "per second", "rate", "redis_rejected_connections_total", Floor(0.1), "redis"),
    MetricSpec("memory", "share", "of", "container_memory_working_set_bytes", Floor(0.03), thing_label="name",
           over="container_spec_memory_limit_bytes", how="max", warn_at=0.90, bad_at=0.97),
    MetricSpec("cpu", "cores", "rate", "container_cpu_usage_seconds_total", Floor(0.1, 0.25), thing_label="name", worst="warn"),
)  # fmt: skip
"""What is measured where it is there, besides requests and their latency."""

_DEPENDENCY_LATENCY = re.compile(
    r"(?:[a-z][a-z0-9_]*_)?(dependency|redis|database|db|cache|upstream)_[a-z_]*(duration|latency|time)_(seconds|milliseconds)$"
)
_FAMILY_END = re.compile(r"_(total|count|sum|bucket)$")
_OWN = ("dependency_up", "maintenance_mode")
_OF_OTHERS = re.compile(r"(?:^|_)(client|outgoing|outbound|upstream|backend|promhttp|prometheus|go|scrape)_")
"""What a service asks of others, and what the library that counts counts of itself, is no traffic of the service."""
_KNOWN = (
    {_FAMILY_END.sub("", name) for name in (*REQUESTS, *LATENCIES)}
    | {_FAMILY_END.sub("", one.family) for one in OTHERS}
    | {_FAMILY_END.sub("", one.over) for one in OTHERS if one.over}
)


_PREFIXED = re.compile(
    rf"[a-z][a-z0-9_]*_(?:{'|'.join((*REQUESTS, *_OWN))}|(?:{'|'.join(LATENCIES)})_(?:bucket|sum|count))", re.IGNORECASE
)
"""The same with the name of a service in front, as client libraries put it there on demand."""


def known(name: str) -> bool:
    """Whether a series of this name can be of use to the catalogue; everything else need not be kept."""
    if name.endswith("_created"):
        return False
    base = _FAMILY_END.sub("", name)
    return (
        name in _KNOWN or base in _KNOWN or _DEPENDENCY_LATENCY.match(base) is not None or _PREFIXED.fullmatch(name) is not None
    )


def family_of(known_names: Iterable[str], there: Collection[str], ending: str = "") -> str:
    """The best known family that is there, without its ending; else one with the name of a service in front; "" for none."""
    families = tuple(known_names)
    exact = next((name for name in families if name + ending in there), "")
    return exact or next(
        (
            name.removesuffix(ending)
            for base in families
            for name in sorted(there, key=lambda one: (len(one), one))
            if name.endswith(f"_{base}{ending}") and not _OF_OTHERS.search(name.removesuffix(base + ending))
        ),
        "",
    )


def catalogue(there: Mapping[str, Collection[str]]) -> tuple[MetricSpec, ...]:
    """What can be asked, from the names that are there and the names of their labels."""
    found = [*_traffic(there), *_latency(there)]
    for name in sorted(there):
        base = name.removesuffix("_bucket")
        if name != base and _DEPENDENCY_LATENCY.match(base):
            found.append(_dependency(base, there[name]))
    found += [one for one in OTHERS if one.family in there and (not one.over or one.over in there)]
    own = ((one, family_of((one.family,), there)) for one in OTHERS if one.family in _OWN and one.family not in there)
    found += [replace(one, family=name) for one, name in own if name]
    return tuple(found)


def _traffic(there: Mapping[str, Collection[str]]) -> Iterator[MetricSpec]:
    family = family_of(REQUESTS, there)
    if not family:
        return
    labels = there[family]
    status = next((label for label in STATUS_LABELS if label in labels), "")
    routes = next((label for label in ROUTE_LABELS if label in labels), "")
    yield MetricSpec(
        "requests per second", "per second", "rate", family, Floor(0.5, 0.25), routes=routes, worse="both", worst="warn"
    )
    if status:
        server = MetricSpec(
            "5xx share", "share", "share", family, _PERCENT, status=status, digit="5", routes=routes, warn_at=0.01, bad_at=0.05
        )
        yield replace(server, instances=True)
        if routes:
            yield replace(server, by=routes)
        yield MetricSpec(
            "4xx share", "share", "share", family, Floor(0.02), status=status, digit="4", routes=routes, worst="warn"
        )


def _latency(there: Mapping[str, Collection[str]]) -> Iterator[MetricSpec]:
    family = family_of(LATENCIES, there, "_bucket")
    if not family:
        yield from _mean_latency(there)
        return
    routes = next((label for label in ROUTE_LABELS if label in there[f"{family}_bucket"]), "")
    scale = 0.001 if family.endswith("_milliseconds") else 1.0
    for q in (0.5, 0.95, 0.99):
        name = f"p{q * 100:.0f} latency"
        yield MetricSpec(
            name, "seconds", "quantile", family, _SECONDS, q=q, scale=scale, routes=routes, instances=q == _OF_REPLICAS
        )
    if routes:
        yield MetricSpec("p95 latency", "seconds", "quantile", family, _SECONDS, q=0.95, scale=scale, routes=routes, by=routes)


def _mean_latency(there: Mapping[str, Collection[str]]) -> Iterator[MetricSpec]:
    """Of a summary, or of a histogram whose buckets are dropped, there is only the mean."""
    family = family_of(LATENCIES, there, "_sum")
    if f"{family}_count" not in there:
        return
    routes = next((label for label in ROUTE_LABELS if label in there[f"{family}_count"]), "")
    scale = 0.001 if family.endswith("_milliseconds") else 1.0
    mean = MetricSpec(
        *("mean latency", "seconds", "mean", f"{family}_sum", _SECONDS), over=f"{family}_count", scale=scale, routes=routes
    )
    yield replace(mean, instances=True)
    if routes:
        yield replace(mean, by=routes)


def _dependency(family: str, labels: Collection[str]) -> MetricSpec:
    scale = 0.001 if family.endswith("_milliseconds") else 1.0
    named = "dependency" in labels
    kind = _DEPENDENCY_LATENCY.match(family)
    thing = "" if named or kind is None else kind[1]
    return MetricSpec(
        "p95 latency", "seconds", "quantile", family, _SECONDS, thing, "dependency" if named else "", q=0.95, scale=scale
    )
