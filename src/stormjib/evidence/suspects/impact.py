"""Impact: the share of users that is hit, as far as it is measured, and the severity that this would be. A person decides."""

from collections.abc import Iterator
from math import isfinite
from typing import Final

import msgspec

from stormjib.core.incident import Incident
from stormjib.core.log import EvidenceCollected
from stormjib.core.observation import Measured, Metric
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.text import units
from stormjib.evidence.suspects.addresses import address_of, elsewhere, same_place
from stormjib.evidence.suspects.requests import share_failing

ALL_PERCENT: Final = 95.0
"""The runbook's step 2: P0 is a complete outage for all, P1 hits most, P2 some, P3 has a way around."""
MOST_PERCENT: Final = 25.0
SOME_PERCENT: Final = 2.0
FEW_PERCENT: Final = 0.1
EARLY_SECONDS: Final = 45.0
SLOW_SECONDS: Final = 1.0
VERY_SLOW_SECONDS: Final = 5.0
SLOW_RATIO: Final = 2.0
_HUNDRED: Final = 100.0
_SHARES: Final = {"5xx share", "error share", "errors"}
_LATENCY: Final = "p95"
_PUBLIC: Final = (":80", ":443")
_DOWN: Final = (
    "nothing answers at this address",
    "did not answer in time",
    "without an answer",
    "answers 502",
    "answers 504",
    "“502",
    "“504",
)


class Impact(msgspec.Struct, frozen=True):
    """What was measured, in words, and the severity that it would be; None where nothing was measured."""

    proposed: Severity | None
    sentence: str


def impact_of(incident: Incident, policy: Policy) -> Impact:
    """The worst of what is measured: requests that fail, requests that take too long, an address that nobody answers at."""
    asked = _asked(incident, policy)
    found = [*_unanswered(asked), *_failing(incident), *_slow(incident), *_fewer(incident)]
    alarming = [one for one in found if one[0] is not Severity.P4]
    if not alarming and _is_doubted(incident, asked):
        return Impact(
            None, "Few or no requests are counted, and a check from outside fails: how many users are hit is not measured."
        )
    if found and not alarming and _is_early(incident):
        return Impact(None, f"Too early to say how many users are hit: {found[0][1]} so far. It is measured again.")
    found = alarming or found
    if not found:
        return Impact(None, "No share of failing requests is measured, so no severity is proposed.")
    severity, words = min(found, key=lambda one: one[0].rank)
    return Impact(severity, f"Measured: {words} → {severity.value}; {_declared(incident)}.")


def _is_early(incident: Incident) -> bool:
    """A share over the last minutes that is measured in the first one is of the time before."""
    measured = incident.metrics[0].at if incident.metrics else 0.0
    return incident.detected_at <= measured < incident.detected_at + EARLY_SECONDS


def _declared(incident: Incident) -> str:
    """Beside it what the alerts propose, or, where none says one, what it was declared as."""
    said = min((alert.proposed for alert in incident.alerts.values() if alert.proposed), key=lambda one: one.rank, default=None)
    return f"the alert says {said.value}" if said else f"it was declared {incident.severity.value}"


def _unanswered(asked: list[EvidenceCollected]) -> Iterator[tuple[Severity, str]]:
    """Every check of the service over HTTP got no answer at all; or the address that users come by does not answer."""
    dead = [fact for fact in asked if _is_dead(fact)]
    public = [fact for fact in asked if address_of(fact.text).endswith(_PUBLIC)]
    if asked and len(dead) == len(asked):
        yield Severity.P0, "nothing answers at the service's address, so every request fails"
    elif public and all(_is_dead(fact) for fact in public):
        said = next(
            (f"{one.value:.0f}" for one in public[0].facts if isinstance(one, Measured) and one.name == "status"), "no answer"
        )
        yield Severity.P1, f"users get {said} at {address_of(public[0].text)}"
    elif dead and 2 * len(dead) >= len(asked):
        yield Severity.P1, f"{len(dead)} of {len(asked)} checks of the service got no answer"


def _asked(incident: Incident, policy: Policy) -> list[EvidenceCollected]:
    """The newest of each check over HTTP, without those of another service's address."""
    others = elsewhere(incident.service, policy)
    found = {fact.text: fact for _, fact in incident.evidence if fact.source == "http" and not fact.before_run}
    return [fact for fact in found.values() if same_place(address_of(fact.text)) not in others]


def _is_dead(fact: EvidenceCollected) -> bool:
    return fact.exit_code is None or any(mark in fact.finding.lower() for mark in _DOWN)


def _is_doubted(incident: Incident, asked: list[EvidenceCollected]) -> bool:
    """Whether "no request fails" may only mean that none arrives: an address does not answer, or traffic is gone."""
    return any(_is_dead(fact) for fact in asked) or any(True for _ in _fewer(incident))


def _fewer(incident: Incident) -> Iterator[tuple[Severity, str]]:
    """Hardly any request arrives where there usually are some: who is not let in is counted by nobody."""
    for metric in incident.metrics[1].metrics if incident.metrics else ():
        if metric.name != "requests per second" or not _of_all(incident, metric) or not metric.baseline:
            continue
        if metric.now is not None and metric.baseline >= _TRAFFIC_MIN and metric.now <= _GONE_SHARE * metric.baseline:
            yield (
                Severity.P1,
                f"only {units.number(metric.now)} requests a second arrive, usually {units.number(metric.baseline)}",
            )


_TRAFFIC_MIN: Final = 0.5
"""Requests a second: of fewer none may come for a while."""
_GONE_SHARE: Final = 0.05


def _failing(incident: Incident) -> Iterator[tuple[Severity, str]]:
    """The share of requests that fail: from metrics, else from the access log."""
    percent = _measured(incident)
    if percent is None:
        return
    words = f"{units.percent(percent)} of requests fail"
    if percent >= ALL_PERCENT:
        yield Severity.P0, words
    elif percent >= MOST_PERCENT:
        yield Severity.P1, words
    elif percent >= SOME_PERCENT:
        yield Severity.P2, words
    elif percent >= FEW_PERCENT:
        yield Severity.P3, words
    else:
        yield Severity.P4, words


def _measured(incident: Incident) -> float | None:
    """The greater of what the metrics say and of what the newest access log says: each may be behind."""
    shares = [
        metric.now if metric.unit == "percent" else metric.now * _HUNDRED
        for metric in (incident.metrics[1].metrics if incident.metrics else ())
        if _of_all(incident, metric) and metric.now is not None and metric.name in _SHARES
    ]
    logs = (
        *(read.facts for _, read in reversed(incident.logs)),
        *(fact.facts for _, fact in reversed(incident.evidence) if fact.source == "access log" and not fact.before_run),
    )
    logged = next((share for facts in logs if (share := share_failing(facts)) is not None), None)
    shares += [] if logged is None else [logged]
    return max((share for share in shares if isfinite(share)), default=None)


def _of_all(incident: Incident, metric: Metric) -> bool:
    """Whether it is about all requests of the service, and not about a route or a replica."""
    return metric.thing in {"", "all", "service", incident.service}


def _slow(incident: Incident) -> Iterator[tuple[Severity, str]]:
    """One request in twenty takes far longer than is usual and than people wait for."""
    for metric in incident.metrics[1].metrics if incident.metrics else ():
        if (
            not _of_all(incident, metric)
            or not metric.name.startswith(_LATENCY)
            or metric.now is None
            or metric.now < SLOW_SECONDS
        ):
            continue
        if metric.baseline is not None and metric.now < SLOW_RATIO * metric.baseline:
            continue
        severity = Severity.P1 if metric.now >= VERY_SLOW_SECONDS else Severity.P2
        where = metric.name.partition(" of ")[2]
        yield severity, f"one request in twenty{f' to {where}' if where else ''} takes {units.duration(metric.now)} or longer"
