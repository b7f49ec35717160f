"""What a Prometheus server knows of the service: its metrics, its job, how often it is scraped, its replicas' names."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from stormjib.evidence.metrics.catalogue import LATENCIES, REQUESTS, catalogue, family_of, known
from stormjib.evidence.metrics.spec import MetricSpec
from stormjib.integrations.prometheus.client import Client

NAME_LABELS = ("pod", "container", "container_name", "name", "hostname")
EVERY_SECONDS = 15.0
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Place(msgspec.Struct, frozen=True):
    """``selector`` picks the service's own series; ``instances`` names its replicas by their address."""

    wanted: tuple[MetricSpec, ...]
    selector: str
    job: str
    every_seconds: float
    instances: dict[str, str]
    problems: tuple[str, ...] = ()


def look_around(client: Client, selector: str, service: str, at: float, left: Callable[[], float]) -> Place:
    """Ask for it; raises ``PrometheusFailed``. ``selector`` is the operator's, "" where it is to be found out."""
    names = {name for name in client.names(left()) if known(name)}
    there: dict[str, list[str]] = {name: [] for name in names}
    traffic, latency = family_of(REQUESTS, names), family_of(LATENCIES, names, "_bucket")
    latency = f"{latency}_bucket" if latency else ""
    for name in (traffic, latency, *(n for n in names if n.endswith("_bucket") and "dependency" in n)):
        if name:
            there[name] = client.labels(f"{name}{{{selector}}}", left())
    problems: tuple[str, ...] = ()
    job = ""
    if not selector and (traffic or latency):
        job, problems = _job(client, traffic or latency, service, at, left)
        selector = f'job="{job}"' if job else ""
    every, instances = _scraped(client.targets(left()), job)
    # A name that replicas share, or that is the service's own, does not tell one from the other.
    named = Counter(instances.values())
    instances = {address: address if named[name] > 1 or name == service else name for address, name in instances.items()}
    return Place(catalogue(there), selector, job, every, instances, problems)


def _job(client: Client, family: str, service: str, at: float, left: Callable[[], float]) -> tuple[str, tuple[str, ...]]:
    """The job of the service: the one of its name, else the one with the most series."""
    found = client.query(f"sort_desc(count by (job) ({family}))", at, left())
    jobs = [one.metric.get("job", "") for one in found]
    if not jobs:
        return "", ()
    named = next((job for job in jobs if service and job and (job in service or service in job)), "")
    if named or len(jobs) == 1:
        return named or jobs[0], ()
    others = ", ".join(sorted(jobs[1:])[:5])
    sentence = (
        f"Several jobs serve requests; {jobs[0]} was checked, not {others}. Say which one: prometheus_match in the settings."
    )
    return jobs[0], (sentence,)


def _scraped(targets: dict[str, Any], job: str) -> tuple[float, dict[str, str]]:
    every, instances = [], {}
    for target in targets.get("activeTargets") or ():
        labels = target.get("labels") or {}
        if job and labels.get("job") != job:
            continue
        every.append(_seconds(target.get("scrapeInterval", "")))
        address = labels.get("instance", "")
        instances[address] = next((labels[name] for name in NAME_LABELS if labels.get(name)), address)
    return max((seconds for seconds in every if seconds), default=EVERY_SECONDS), instances


def _seconds(text: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))
