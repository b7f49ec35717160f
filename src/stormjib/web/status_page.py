"""The status page as files that need nothing but a server of files; shown to everybody below ``/status/`` where the site wants that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import formatdate
from typing import Annotated, Any, Final, NamedTuple, Protocol

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from stormjib.core.actions import Action
from stormjib.core.actions.maintenance import END_MAINTENANCE, PLAN_MAINTENANCE
from stormjib.core.actions.parameter import TEXT_CHARS_MAX
from stormjib.core.incident import Refused
from stormjib.core.log import AnyFact, MaintenancePlanned
from stormjib.core.policy import Policy
from stormjib.core.shadow import SAID
from stormjib.core.status_page.api import CACHED, MEDIA_TYPES, SENTENCES, documents, moment
from stormjib.core.status_page.page import DAY_SECONDS, DAYS, StatusPage, as_of
from stormjib.core.status_page.record import Maintenance
from stormjib.core.status_page.words import internal
from stormjib.engine.admission import Invalid
from stormjib.ports import NotFound
from stormjib.web.answers import encoded
from stormjib.web.auth import Tokens
from stormjib.web.bearer import principal
from stormjib.web.forms import Form
from stormjib.web.moments import utc
from stormjib.web.session import Visitor
from stormjib.web.site import Site, see_other
from stormjib.web.templating import environment

FEED_MAX: Final = 50
_FORMS: Final[dict[str, Action[Any]]] = {action.form: action for action in (PLAN_MAINTENANCE, END_MAINTENANCE)}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": CACHED,
    "Access-Control-Allow-Origin": "*",
}


class _Item(NamedTuple):
    """Of a feed."""

    title: str
    url: str
    at: float
    updated: float
    updates: int
    html: str


class Publisher(Protocol):
    """Whoever keeps the page and writes it down."""

    served: bool
    title: str
    url: str
    public_url: str

    def page(self) -> StatusPage: ...  # noqa: D102
    def files(self) -> Mapping[str, bytes]: ...  # noqa: D102
    def publish(self) -> dict[str, Any]: ...  # noqa: D102
    def works(self) -> Sequence[Maintenance]: ...  # noqa: D102


def files(page: StatusPage, title: str, url: str, prefix: str = "", subscribe: str = "") -> dict[str, bytes]:
    """Every file by its path; what is linked stands before what links to it. ``url``: where it is found, without a slash at its end.

    ``subscribe``: where updates are subscribed to; "" where they are not sent.
    """
    recent = [one for one in page.incidents if one.open or one.updates[-1].at > page.at - DAYS * DAY_SECONDS]
    worked = [one for one in page.maintenance if 0 <= page.at - one.over_at < DAYS * DAY_SECONDS]
    shared = {"worked": worked, "page": page, "title": title, "url": url, "moment": moment, "utc": utc, "mail_date": _mail_date}
    shared |= {"subscribe": subscribe, "as_of": as_of(page)}
    shared |= {"headline": SENTENCES[page.status][1], "recent": recent, "items": _items(page, url, prefix)}

    def rendered(template: str, **parts: object) -> bytes:
        found = environment(prefix).get_template(f"status_page/{template}").render(**{"up": "", **shared, **parts})
        return found.encode("utf-8", "replace")

    found = {f"incidents/{one.id}.html": rendered("incident.html", one=one, up="../") for one in page.incidents}
    found |= {path: msgspec.json.encode(what) for path, what in documents(page, title, url).items()}
    return found | {name: rendered(name) for name in ("feed.atom", "feed.rss", "history.html", "index.html")}


def _items(page: StatusPage, url: str, prefix: str) -> list[_Item]:
    parts = environment(prefix).get_template("status_page/parts.html")
    shown: Any = parts.make_module({"page": page, "moment": moment, "utc": utc})
    found = [
        _Item(
            one.title,
            f"{url}/incidents/{one.id}.html",
            one.updates[0].at,
            one.updates[-1].at,
            len(one.updates),
            str(shown.updates(one)),
        )
        for one in page.incidents
    ]
    for work in page.maintenance:
        at = [moment for moment in (work.planned_at, work.planned.start, work.over_at) if moment <= page.at]
        found.append(
            _Item(work.planned.title, f"{url}/index.html#{work.id}", work.planned_at, max(at), len(at), str(shown.work(work)))
        )
    return sorted(found, key=lambda one: one.updated, reverse=True)[:FEED_MAX]


def _mail_date(at: float) -> str:
    return formatdate(at, usegmt=True)


def public(publisher: Publisher) -> Iterator[Route]:
    """The routes for everybody; none where the site does not want them."""
    if not publisher.served:
        return

    def show(request: Request) -> Response:
        path = request.path_params["path"] or "index.html"
        found = publisher.files().get(path)
        if found is None:
            return PlainTextResponse("There is nothing at this address.\n", 404, _HEADERS)
        return Response(found, headers=_HEADERS, media_type=MEDIA_TYPES[path.rpartition(".")[2]])

    yield Route("/status", lambda request: RedirectResponse(f"{request.url.path}/", 308))
    yield Route("/status/{path:path}", show)


class Words(BaseModel):
    """What customers are to read."""

    text: Annotated[str, Field(max_length=TEXT_CHARS_MAX)]


def router(tokens: Tokens, publisher: Publisher, policy: Callable[[], Policy]) -> APIRouter:
    """For whoever works on it; what changes it comes from the table of actions."""
    api = APIRouter(prefix="/api/v1/status-page")

    @api.get("", summary="The status page as it is now", dependencies=[Depends(principal(tokens, "read"))])
    def show() -> Response:
        return encoded("stormjib.status-page/1", page=publisher.page(), works=publisher.works())

    @api.post("/publish", summary="Write the status page's files now", dependencies=[Depends(principal(tokens, "respond"))])
    def publish() -> Response:
        if policy().shadow:
            raise Refused(f"{SAID} A live server publishes the status page.")
        return encoded("stormjib.published/1", **publisher.publish())

    @api.post("/words", summary="Words that customers may not know", dependencies=[Depends(principal(tokens, "respond"))])
    def words(body: Words) -> Response:
        return encoded("stormjib.words/1", internal=internal(body.text, policy()))

    return api


def overview(site: Site, visitor: Visitor, _: Request) -> Response:
    """``GET /status-page``: for whoever works on it."""
    return _overview(site, visitor)


def act(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    """``POST /status-page/{verb}``: maintenance is shown first as customers will read it; a refusal keeps what was typed."""
    verb = request.path_params["verb"]
    if verb not in _FORMS:
        raise NotFound(f"There is no action {verb}.")
    action = _FORMS[verb]
    try:
        if action is PLAN_MAINTENANCE and form.text("sure") != "yes":
            _, facts = site.door.rehearse(action, "", form.parameters(action), visitor)
            return _overview(site, visitor, form=form, planned=next(iter(facts), None))
        written = site.door.perform(action, "", form.parameters(action), visitor, key=form.key(action.name))
    except (Refused, Invalid) as error:
        return _overview(site, visitor, form=form, problem=str(error))
    return see_other(f"{site.pages.prefix}/status-page?wrote={written.seq}")


def _overview(
    site: Site, visitor: Visitor, *, form: Form | None = None, problem: str = "", planned: AnyFact | None = None
) -> Response:
    publisher = site.status_page
    return site.pages.page(
        "status.html",
        409 if problem else 200,
        page=publisher.page(),
        works=[one for one in publisher.works() if one.over_at > site.clock()],
        problem=problem,
        planned=planned,
        internal=internal(f"{planned.title} {planned.text}", site.policy) if isinstance(planned, MaintenancePlanned) else (),
        **site.context(visitor, form),
    )
