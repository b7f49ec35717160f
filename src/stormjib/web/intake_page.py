"""The intake's health: what each source sent and what became of it, and what is silent, as a page and as JSON."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.actions.silence import END_SILENCE, SILENCE
from stormjib.core.alert import Alert
from stormjib.core.escalation import on_call
from stormjib.core.incident import Refused
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.policy import Policy
from stormjib.core.severity import Words
from stormjib.core.silence import Silence
from stormjib.engine.admission import Invalid
from stormjib.engine.intake import RULES, UNKNOWN_SEVERITY, waits_for_person
from stormjib.engine.intake_check import SourceAccount, accounts
from stormjib.ports import Clock, LogReader, NotFound
from stormjib.web.forms import Form
from stormjib.web.refusals import RefusedRequest
from stormjib.web.session import Visitor
from stormjib.web.site import Site, see_other

WAITING_MAX: Final = 100
ALERTS_MAX: Final = 500
_FORMS: Final = {action.form: action for action in (SILENCE, END_SILENCE)}


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
    silences: tuple[Silence, ...] = ()
    """What is silent, or will be, by its beginning."""


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
        silences=tuple(sorted((one for one in policy.silences if one.end > clock()), key=lambda one: one.start)),
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
    return _page(site, visitor)


def act(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    """``POST /intake/{verb}``; a refusal keeps what was typed."""
    verb = request.path_params["verb"]
    if verb not in _FORMS:
        raise NotFound(f"There is no action {verb}.")
    try:
        written = site.door.perform(_FORMS[verb], "", form.parameters(_FORMS[verb]), visitor, key=form.key(verb))
    except (Refused, Invalid) as error:
        return _page(site, visitor, str(error), form)
    return see_other(f"{site.pages.prefix}/intake?wrote={written.seq}")


def _page(site: Site, visitor: Visitor, problem: str = "", form: Form | None = None) -> Response:
    return site.pages.page(
        "intake.html",
        409 if problem else 200,
        report=site.intake(),
        unknown_severity=UNKNOWN_SEVERITY,
        services=[one.name for one in site.policy.services],
        utc=utc_minute,
        problem=problem,
        **site.context(visitor, form),
    )
