"""The intake's health: what each source sent and what became of it, as a page and as JSON."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.alert import Alert
from stormjib.core.escalation import on_call
from stormjib.core.policy import Policy
from stormjib.core.severity import Words
from stormjib.engine.intake import RULES, UNKNOWN_SEVERITY, waits_for_person
from stormjib.engine.intake_check import SourceAccount, accounts
from stormjib.ports import Clock, LogReader
from stormjib.web.refusals import RefusedRequest
from stormjib.web.session import Visitor
from stormjib.web.site import Site

WAITING_MAX: Final = 100
ALERTS_MAX: Final = 500


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


def report(
    reader: LogReader,
    newest: Callable[[], list[RefusedRequest]],
    clock: Clock,
    policy: Policy,
    book_words: Callable[[Alert], Words] = lambda _: (),
) -> IntakeReport:
    """As of now. ``book_words``: what an alert's runbook calls the severities."""
    sources = tuple(accounts(reader.intake()))
    return IntakeReport(
        at=clock(),
        balanced=not any(account.missing for account in sources),
        sources=sources,
        waiting=tuple(_waiting(reader, policy, book_words, clock()))[:WAITING_MAX],
        refused=tuple(newest()),
        rules=RULES,
    )


def _waiting(reader: LogReader, policy: Policy, book_words: Callable[[Alert], Words], now: float) -> Iterator[WaitingAlert]:
    for state in reader.alerts(firing=True, limit=ALERTS_MAX):
        alert = state.alert
        if waits_for_person(alert, state.incident, (*policy.severity_words, *book_words(alert))):
            yield WaitingAlert(
                id=state.id,
                name=alert.name,
                source=alert.source,
                service=alert.service,
                severity=alert.severity,
                since=alert.starts_at or state.received_at,
                waits_for=on_call(policy, alert.service, now)[0],
                until="somebody declares it, its sender names a severity, or it ends",
            )


def show(site: Site, visitor: Visitor, _: Request) -> Response:
    """``GET /intake``."""
    return site.pages.page("intake.html", report=site.intake(), unknown_severity=UNKNOWN_SEVERITY, **site.context(visitor))
