"""The intake's health: what each source sent and what became of it, as a page, as JSON and for Prometheus."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.policy import Policy
from stormjib.engine.intake import RULES, UNKNOWN_SEVERITY, waits_for_person
from stormjib.engine.intake_check import SourceAccount, accounts
from stormjib.ports import Clock, LogReader
from stormjib.web.refusals import RefusedRequest
from stormjib.web.session import Visitor
from stormjib.web.site import Site

WAITING_MAX: Final = 100
ALERTS_MAX: Final = 500
METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class WaitingAlert(msgspec.Struct, frozen=True):
    """An alert that a person has to judge: ``waits_for`` whom, ``until`` when."""

    id: int
    name: str
    source: str
    service: str
    severity: str
    since: float
    waits_for: str
    until: str


class IntakeReport(msgspec.Struct, frozen=True):
    """Everything there is to say; ``balanced`` where each alert that was received has exactly one outcome."""

    at: float
    balanced: bool
    sources: tuple[SourceAccount, ...]
    waiting: tuple[WaitingAlert, ...]
    refused: tuple[RefusedRequest, ...]
    """The newest, since the start of this server."""
    rules: dict[str, str]


def report(reader: LogReader, newest: Callable[[], list[RefusedRequest]], clock: Clock, policy: Policy) -> IntakeReport:
    """As of now."""
    sources = tuple(accounts(reader.intake()))
    return IntakeReport(
        at=clock(),
        balanced=not any(account.missing for account in sources),
        sources=sources,
        waiting=tuple(_waiting(reader, policy))[:WAITING_MAX],
        refused=tuple(newest()),
        rules=RULES,
    )


def _waiting(reader: LogReader, policy: Policy) -> Iterator[WaitingAlert]:
    whom = policy.responders[0] if policy.responders else "nobody: no responder is set"
    for state in reader.alerts(firing=True, limit=ALERTS_MAX):
        alert = state.alert
        if waits_for_person(alert, state.incident, policy.severity_words):
            yield WaitingAlert(
                id=state.id,
                name=alert.name,
                source=alert.source,
                service=alert.service,
                severity=alert.severity,
                since=alert.starts_at or state.received_at,
                waits_for=whom,
                until="somebody declares it, its sender names a severity, or it ends",
            )


def show(site: Site, visitor: Visitor, _: Request) -> Response:
    """``GET /intake``."""
    return site.pages.page("intake.html", report=site.intake(), unknown_severity=UNKNOWN_SEVERITY, **site.context(visitor))


def metrics(found: IntakeReport) -> str:
    """The report in Prometheus's text format.

    Source: https://prometheus.io/docs/instrumenting/exposition_formats/
    """
    return "\n".join([*_counters(found), *_gauges(found), ""])


def _counters(found: IntakeReport) -> Iterator[str]:
    yield from _family("stormjib_intake_alerts_received_total", "counter", "Alerts found in requests.")
    for one in found.sources:
        yield _sample("stormjib_intake_alerts_received_total", one.received, source=one.source)
    yield from _family("stormjib_intake_alerts_refused_total", "counter", "Alerts that were refused, by answer.")
    for one in found.sources:
        for answer, count in one.refused.items():
            yield _sample("stormjib_intake_alerts_refused_total", count, source=one.source, answer=answer)
    yield from _family("stormjib_intake_requests_unread_total", "counter", "Refused requests with an unknown number of alerts.")
    for one in found.sources:
        for answer, count in one.unread.items():
            yield _sample("stormjib_intake_requests_unread_total", count, source=one.source, answer=answer)
    yield from _family("stormjib_intake_alerts_truncated_total", "counter", "Alerts that a sender left out of its messages.")
    for one in found.sources:
        yield _sample("stormjib_intake_alerts_truncated_total", one.truncated, source=one.source)
    yield from _family("stormjib_intake_alerts_mended_total", "counter", "Alerts that were taken although something was odd.")
    for one in found.sources:
        yield _sample("stormjib_intake_alerts_mended_total", one.mended, source=one.source)


def _gauges(found: IntakeReport) -> Iterator[str]:
    yield from _family("stormjib_intake_alerts", "gauge", "What became of the alerts; an alert that waits moves on.")
    for one in found.sources:
        for outcome, count in (("paged", one.paged), ("joined", one.joined), ("waiting", one.waiting)):
            yield _sample("stormjib_intake_alerts", count, source=one.source, outcome=outcome, rule="")
        for rule, count in one.suppressed.items():
            yield _sample("stormjib_intake_alerts", count, source=one.source, outcome="suppressed", rule=rule)
    yield from _family("stormjib_intake_alerts_unaccounted", "gauge", "Alerts without an outcome; below zero: with two.")
    for one in found.sources:
        yield _sample("stormjib_intake_alerts_unaccounted", one.missing + sum(one.unaccounted.values()), source=one.source)
    yield from _family("stormjib_intake_last_seen_timestamp_seconds", "gauge", "When the source was last heard of.")
    for one in found.sources:
        if one.last_seen_at is not None:
            yield _sample("stormjib_intake_last_seen_timestamp_seconds", one.last_seen_at, source=one.source)


def _family(name: str, kind: str, text: str) -> tuple[str, str]:
    return f"# HELP {name} {text}", f"# TYPE {name} {kind}"


def _sample(name: str, value: float, **labels: str) -> str:
    said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{said}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
