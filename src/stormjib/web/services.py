"""The services: what is wrong with each, whether its proof works, its incidents, its runbooks, and whom to ask; as pages and as JSON."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.access import SITE
from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.service import Service
from stormjib.core.checkup import ProbeRecord, words
from stormjib.core.log import CatalogueChanged
from stormjib.core.narrate import narrate
from stormjib.core.redact import shown
from stormjib.ports import Head, NotFound
from stormjib.web import checks
from stormjib.web.answers import encoded
from stormjib.web.auth import Principal, Tokens
from stormjib.web.bearer import principal
from stormjib.web.session import Visitor
from stormjib.web.site import Site

OPEN_MAX: Final = 1_000
PAST_MAX: Final = 10
CHANGES_MAX: Final = 20
Heads = defaultdict[str, list[Head]]


class Failing(msgspec.Struct, frozen=True):
    """A read of a runbook that does not work: since when, and what it said."""

    line: int
    text: str
    checked: str
    finding: str


class Book(msgspec.Struct, frozen=True):
    """A runbook that an incident of the service may follow, and what is known of its reads. Times in seconds since the epoch."""

    name: str
    sha256: str
    title: str
    reads: int
    checked: int
    checked_at: float | None
    """When the oldest of those that were tried was tried last."""
    failing: tuple[Failing, ...]


class Contacts(msgspec.Struct, frozen=True):
    """A service with the team that owns it, None where no file has it, and its people, the lead first."""

    service: Service
    team: Team | None
    people: tuple[Person, ...]


class ServiceReport(msgspec.Struct, frozen=True):
    """One service as people and programs see it. ``wrong`` has a sentence for whatever needs attention, the worst first."""

    service: Service
    wrong: tuple[str, ...]
    proves: tuple[str, ...]
    baseline_at: float | None
    books: tuple[Book, ...]
    open: tuple[Head, ...]
    past: tuple[Head, ...]
    called: dict[str, str]
    """What the runbook of each of these incidents calls its severity."""


def reports(site: Site) -> list[ServiceReport]:
    """Of all services, by name; those with something wrong first."""
    heads, history = _heads(site), site.checked()
    found = [_report(site, service, heads, history) for service in site.policy.services]
    return sorted(
        found,
        key=lambda one: (
            min((head.severity for head in one.open), default="P9"),
            not one.wrong,
            one.service.tier or 9,
            one.service.name.casefold(),
        ),
    )


def contacts(site: Site, name: str) -> Contacts | None:
    """Whom to ask about a service, None for one that is not set up."""
    service = site.policy.service_named(name)
    if service is None:
        return None
    files = site.catalogue()
    team = next((team for team in files.teams if team.name.casefold() == service.owner.casefold()), None)
    names = dict.fromkeys((team.lead, *team.members) if team else (service.owner,))
    known = {person.name.casefold(): person for person in files.people}
    return Contacts(service, team, tuple(known.get(name.casefold(), Person(name=name)) for name in names if name))


def report(site: Site, name: str) -> ServiceReport:
    """Of one, by its name or an alias; raises ``NotFound``."""
    found = site.policy.service_named(name)
    if found is None:
        raise NotFound(f"There is no service {name[:80]}; `stormjib service list` shows those that there are.")
    return _report(site, found, _heads(site), site.checked())


def _heads(site: Site) -> Heads:
    """By the one name of the service the open incidents, the worst first, and then the newest of the others."""
    found: Heads = defaultdict(list)
    for head in (*site.reader.worst_open(OPEN_MAX)[0], *(one for one in site.reader.incidents(limit=OPEN_MAX) if not one.open)):
        found[site.policy.name_of(head.service)].append(head)
    return found


def _report(site: Site, service: Service, heads: Heads, history: Mapping[str, ProbeRecord]) -> ServiceReport:
    books = tuple(_book(site, service, name, sha256, history) for name, sha256 in site.books(service.name).items())
    own = tuple(head for head in heads[service.name] if head.open)
    past = [head for head in heads[service.name] if not head.open]
    baseline = site.baseline(service.name)
    at = getattr(baseline, "measured_at", None)
    past = past[:PAST_MAX]
    called = {head.id: site.runbook_of(head.runbook_sha256).called(head.severity) for head in (*own, *past)}
    return ServiceReport(service, tuple(_wrong(service, books, own, at)), service.proofs, at, books, own, tuple(past), called)


def _wrong(service: Service, books: Sequence[Book], heads: Sequence[Head], baseline_at: float | None) -> list[str]:
    found = [f"{head.id} is open: {head.title}." for head in heads]
    failing = sum(len(book.failing) for book in books)
    if failing and not heads:
        # What the outage breaks is no mistake of the runbook; its own page shows which reads fail.
        found.append(
            f"{failing} read{'s' if failing > 1 else ''} of its runbook{'s' if len(books) > 1 else ''} do{'es' if failing == 1 else ''} not work."
        )
    if not service.checks:
        found.append("Nothing proves that it works: add checks, so that a recovery can be measured.")
    elif baseline_at is None and not heads:
        found.append(f"It has no healthy baseline: stormjib baseline take {service.name}")
    if "health" in service.proofs and "functional" not in service.proofs and not heads:
        found.append("Its health check shows that it answers, and no more: add a flow to its checks.")
    if not service.books:
        found.append("It has no runbook of its own.")
    if not service.owner:
        found.append("Nobody owns it.")
    return found


def _book(site: Site, service: Service, name: str, sha256: str, history: Mapping[str, ProbeRecord]) -> Book:
    book, now = site.runbook_of(sha256), site.clock()
    known = checks.known_of(site, book, history, service.name)
    tried = [one.record for one in known if one.record is not None]
    failing = tuple(
        Failing(one.command.line, shown(one.command.text), words(one.record, now), one.record.finding)
        for one in known
        if one.record is not None and not one.record.works
    )
    return Book(name, sha256, book.title, len(known), len(tried), min((one.at for one in tried), default=None), failing)


def changes(site: Site) -> list[dict[str, Any]]:
    """When another catalogue came into force, the newest first, as the site's log has it."""
    entries = (entry for entry in site.reader.entries(SITE) if isinstance(entry.fact, CatalogueChanged))
    return [{"at": one.at, "by": one.by, "text": narrate(one.fact)} for one in reversed(list(entries))][:CHANGES_MAX]


def overview(site: Site, visitor: Visitor, _: Request) -> Response:
    """``GET /services``."""
    return site.pages.page(
        "services.html", reports=reports(site), changes=changes(site), refused=site.catalogue_problems(), **site.context(visitor)
    )


def show(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /services/NAME``."""
    one = report(site, request.path_params["name"])
    return site.pages.page("service.html", one=one, ask=contacts(site, one.service.name), **site.context(visitor))


def router(site: Site, tokens: Tokens, reload: Callable[[str], Sequence[str]]) -> APIRouter:
    """The routes; ``reload`` reads the catalogue again for somebody, and says why it is not in force now."""
    api = APIRouter(prefix="/api/v1")
    reads = Depends(principal(tokens, "read"))

    @api.get("/services", summary="The services, those that need attention first", dependencies=[reads])
    def listed() -> Response:
        problems = site.catalogue_problems()
        return encoded("stormjib.services/1", services=[to_json(one) for one in reports(site)], problems=problems)

    @api.get("/services/{name}", summary="One service, by its name or an alias", dependencies=[reads])
    def one(name: str) -> Response:
        return encoded("stormjib.service/1", **to_json(report(site, name)))

    @api.get(
        "/catalogue/changes", summary="Which files of the catalogue changed when, and who wrote them by git", dependencies=[reads]
    )
    def changed() -> Response:
        return encoded("stormjib.changes/1", changes=changes(site))

    @api.post("/catalogue/reload", summary="Read the catalogue's files again, all or nothing")
    def again(who: Annotated[Principal, Depends(principal(tokens, "admin"))]) -> Response:
        refused = reload(who.name)
        if refused:
            raise HTTPException(409, f"The catalogue is refused, and the one before stays in force. {' '.join(refused)}")
        return encoded("stormjib.catalogue/1", services=len(site.policy.services))

    return api


def to_json(one: ServiceReport) -> dict[str, Any]:
    """Without addresses of checks, which may hold what is not for everybody who reads."""
    service = msgspec.to_builtins(one.service)
    named = (
        "name",
        "aliases",
        "labels",
        "summary",
        "owner",
        "tier",
        "depends_on",
        "links",
        "dashboards",
        "logs",
        "vendors",
        "target",
    )
    return {
        **{name: service[name] for name in named if name in service},
        "checks": [check.name for check in one.service.checks],
        **{name: value for name, value in msgspec.to_builtins(one).items() if name != "service"},
    }
