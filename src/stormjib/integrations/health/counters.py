"""The error rate: what the service's own counters of requests say between two looks, and how the check's requests went."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from stormjib.core.catalogue.check import ErrorRateCheck, Request
from stormjib.evidence.metrics.catalogue import OPERATOR_ROUTES, REQUESTS, ROUTE_LABELS, STATUS_LABELS, family_of
from stormjib.evidence.metrics.exposition import parse
from stormjib.integrations.health.exchange import Exchange, Traffic
from stormjib.integrations.health.probe import Finding, UnhealthyError

READS_MAX: Final = 6
_STARTED: Final = "process_start_time_seconds"
_operators = re.compile(OPERATOR_ROUTES).fullmatch


class NotThereError(Exception):
    """There are no counters; the text says so in a sentence."""


class Counts(msgspec.Struct, frozen=True):
    """Requests of users and how many of them failed with 5xx."""

    requests: float = 0.0
    errors: float = 0.0

    @property
    def share(self) -> float:
        """The failed share, 0 without requests."""
        return self.errors / self.requests if self.requests else 0.0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.requests + other.requests, self.errors + other.errors)


class Counters(msgspec.Struct, frozen=True):
    """Counts by labels, and which process counted: behind a load balancer the next answer may be another replica's."""

    process: str
    by_labels: dict[tuple[tuple[str, str], ...], Counts]


class ErrorRate:
    """The error rate of one report: ``begin`` before its checks send anything, ``finish`` after all of them."""

    def __init__(self, check: ErrorRateCheck, urls: Sequence[str], exchange: Exchange) -> None:
        """``urls``: the metrics of each replica."""
        self._check = check
        self._urls = urls
        self._exchange = exchange
        self._before: dict[str, Counters] = {}

    def begin(self) -> list[Finding]:
        """Read the counters; what fails here is said at the end."""
        for url in self._urls:
            try:
                self._before[url] = self._read(url)
            except (UnhealthyError, NotThereError):
                continue
        return [Finding(detail="The counters were read.")]

    def finish(self, traffic: Traffic) -> list[Finding]:
        """Hold the failed share to its limit; raises UnhealthyError.

        Judged are this check's own requests, and everybody's between the two looks at the counters. The counters' share
        since the start is only told: it holds the incident itself and would stay high for days after the recovery.
        """
        own = Counts(traffic.requests, traffic.errors)
        since, total, remarks = Counts(), Counts(), dict[str, None]()
        try:
            for url in self._urls:
                after = self._read_again(url)
                grown, remark = _difference(self._before.get(url), after)
                since, total = since + grown, sum(after.by_labels.values(), total)
                remarks[remark] = None
        except NotThereError as error:
            if self._check.if_there:
                return [Finding(detail=f"{error} It is not measured.", measured=False, ok=False)]
            raise UnhealthyError(f"{error} So the error rate is unknown.") from error
        value, limit = max(own.share, since.share), self._check.share_max
        detail = (
            f"{own.errors:g} of {own.requests:g} requests of this check failed, {since.errors:g} of {since.requests:g} of all"
            f" meanwhile{''.join(remarks)}; since its start the service counts {total.errors:g} of {total.requests:g}."
        )
        if value > limit:
            raise UnhealthyError(detail, value=round(value, 6), limit=limit, unit="share")
        return [Finding(detail=detail, value=round(value, 6), limit=limit, unit="share")]

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _read_again(self, url: str) -> Counters:
        """Read the counters of the process that was read before, if one of a few answers is its."""
        before, after = self._before.get(url), self._read(url)
        for _ in range(READS_MAX - 1):
            if before is None or after.process == before.process:
                break
            after = self._read(url)
        return after

    def _read(self, url: str) -> Counters:
        answer = self._exchange.send(Request(url=url), {})
        if not Request(url=url).accepts(answer.status):
            raise NotThereError(f"{answer.request} answered {answer.status}: {answer.quote()}.")
        told = parse(answer.body.decode("utf-8", "replace"), lambda name: name.endswith(REQUESTS) or name == _STARTED)
        samples = told.samples
        there = {sample.name for sample in samples}
        family = family_of(REQUESTS, there)
        if not family:
            why = " ".join(("", *told.problems))
            raise NotThereError(f"{answer.request} holds no counter of requests, such as http_requests_total.{why}")
        started = next((f"{sample.value!r}" for sample in samples if sample.name == _STARTED), "")
        counted = {sample.labels: sample.value for sample in samples if sample.name == family}
        return Counters(
            started, {labels: _counts(dict(labels), value) for labels, value in counted.items() if _of_users(dict(labels))}
        )


def _of_users(labels: dict[str, str]) -> bool:
    route = next((labels[name] for name in ROUTE_LABELS if name in labels), "")
    return not _operators(route)


def _counts(labels: dict[str, str], value: float) -> Counts:
    status = next((labels[name] for name in STATUS_LABELS if name in labels), "")
    return Counts(value, value if status.startswith("5") else 0.0)


def _difference(earlier: Counters | None, later: Counters) -> tuple[Counts, str]:
    if earlier is None:
        return Counts(), " (the counters could not be read before)"
    if earlier.process != later.process:
        return Counts(), " (other counters answered: the service restarted, or several replicas answer in turn)"
    before, after = earlier.by_labels, later.by_labels
    steps = [(now, before.get(labels, Counts())) for labels, now in after.items()]
    if any(labels not in after for labels in before) or any(now.requests < then.requests for now, then in steps):
        return Counts(), " (the counters went back: the service restarted, or several replicas answer in turn)"
    requests = sum(now.requests - then.requests for now, then in steps)
    return Counts(requests, sum(now.errors - then.errors for now, then in steps)), ""
