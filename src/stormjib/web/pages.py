"""The server-rendered pages: their routes, who may see them, and what a form has to carry."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from stormjib.core.incident import Refused
from stormjib.engine.admission import Forbidden, Invalid
from stormjib.ports import NotFound, Overloaded, StoreFailed, Unavailable
from stormjib.web import (
    ack,
    alerts_page,
    documents,
    heartbeats,
    home,
    incident_page,
    intake_page,
    login,
    oncall,
    people,
    services,
    shadow,
    sse,
    status_page,
)
from stormjib.web.forms import Form, Unreadable, read_form
from stormjib.web.session import Visitor, carries_csrf, foreign_form, from_our_page
from stormjib.web.site import Site, see_other
from stormjib.web.templating import STATIC

Endpoint = Callable[[Request], Awaitable[Response]]
Look = Callable[[Site, Visitor, Request], Response]
Act = Callable[[Site, Visitor, Request, Form], Response]

CACHE_SECONDS: Final = 365 * 24 * 3600


def router(site: Site) -> list[BaseRoute]:
    """The routes of all pages, to be added to the app."""
    room = "/incidents/{incident_id}"
    return [
        Route("/", _look(site, home.show)),
        Route("/events", _look(site, _list_events, live=True)),
        Route("/login", _open_to_all(site, login.show)),
        Route("/login", _unsigned(site, login.enter), methods=["POST"]),
        Route("/ack/{link}", _open_to_all(site, ack.show)),
        Route("/ack/{link}", _unsigned(site, ack.acknowledge), methods=["POST"]),
        Route("/logout", _act(site, login.leave, scope="read"), methods=["POST"]),
        Route("/services", _look(site, services.overview)),
        Route("/services/{name}", _look(site, services.show)),
        Route("/intake", _look(site, intake_page.show)),
        Route("/people", _look(site, people.show)),
        Route("/intake/{verb}", _act(site, intake_page.act), methods=["POST"]),
        Route("/alerts", _look(site, alerts_page.overview)),
        Route("/alerts/preview", _look(site, alerts_page.preview)),
        Route("/alerts/preview", _act(site, alerts_page.preview, scope="read"), methods=["POST"]),
        Route("/alerts/{alert_id:int}", _look(site, alerts_page.show)),
        Route("/shadow", _look(site, shadow.show)),
        Route("/heartbeats", _look(site, heartbeats.show)),
        Route("/oncall", _look(site, oncall.show)),
        Route("/oncall/{verb}", _act(site, oncall.act), methods=["POST"]),
        Route("/oncall/{token}/{name}.ics", _open_to_all(site, oncall.shared)),
        Route("/status-page", _look(site, status_page.overview)),
        Route("/status-page/{verb}", _act(site, status_page.act), methods=["POST"]),
        Route("/access", _look(site, _access, scope="admin")),
        Route("/incidents", _act(site, _declare), methods=["POST"]),
        Route(room, _look(site, incident_page.show)),
        Route(f"{room}/events", _look(site, incident_page.events, live=True)),
        Route(f"{room}/output/{{sha256}}", _look(site, incident_page.output)),
        Route(f"{room}/postmortem", _look(site, documents.postmortem)),
        Route(f"{room}/postmortem.md", _look(site, documents.download)),
        Route(f"{room}/{{verb}}/preview", _act(site, _preview), methods=["POST"]),
        Route(f"{room}/status/change", _act(site, incident_page.change_status), methods=["POST"]),
        Route(f"{room}/{{verb}}", _act(site, _act_in_room), methods=["POST"]),
        Route("/runbook", _look(site, _to_runbook)),
        Route("/runbooks", _look(site, _to_runbook)),
        Route("/runbooks/{sha256}", _look(site, documents.runbook)),
        Mount("/static", _Static(directory=STATIC)),
    ]


class _Static(StaticFiles):
    """Files whose address changes with their bytes, so a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code == HTTPStatus.OK and scope.get("query_string"):
            answer.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}, immutable"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


def _look(site: Site, show: Look, *, live: bool = False, scope: str = "read") -> Endpoint:
    """A page for whoever may read. A live stream answers 401 instead of a page to sign in at, which it could not show."""

    async def endpoint(request: Request) -> Response:
        visitor = await run_in_threadpool(site.sessions.visitor, request)
        if visitor is None:
            return Response("Sign in first.", 401, media_type="text/plain") if live else login.first(site, request)
        if not visitor.may(scope):
            return _forbidden(site, request, visitor, scope)
        if live and site.hub.full:
            return Response("Too many live pages are open; reload to see what is new.", 503, {"Retry-After": "30"})
        seen = msgspec.structs.replace(visitor, wrote=request.query_params.get("wrote", ""))
        return await run_in_threadpool(_answered, site, visitor, request, lambda: show(site, seen, request))

    return endpoint


def _act(site: Site, perform: Act, scope: str = "respond") -> Endpoint:
    """A form of one of our own pages, from somebody who may do it."""

    async def endpoint(request: Request) -> Response:
        visitor = await run_in_threadpool(site.sessions.visitor, request)
        if visitor is None:
            return login.first(site, request)
        if not visitor.may(scope):
            return _forbidden(site, request, visitor, scope)
        try:
            form = await read_form(request)
        except Unreadable as error:
            return site.problem(request, visitor, 400, str(error))
        if not from_our_page(request, site.policy.base_url):
            return site.problem(request, visitor, 403, foreign_form(request, site.policy.base_url), form)
        if not carries_csrf(visitor, form.fields.get("csrf", "")):
            sentence = "The form did not come from a page of this session. Load the page again and send it once more."
            return site.problem(request, visitor, 403, sentence, form)
        return await run_in_threadpool(_answered, site, visitor, request, lambda: perform(site, visitor, request, form), form)

    return endpoint


def _answered(site: Site, visitor: Visitor, request: Request, work: Callable[[], Response], form: Form | None = None) -> Response:
    """Do it, and turn what may go wrong into a page that says so and keeps what was typed."""
    try:
        return work()
    except NotFound as error:
        return site.problem(request, visitor, 404, str(error))
    except Forbidden as error:
        return site.problem(request, visitor, 403, str(error), form)
    except (Overloaded, Unavailable, StoreFailed) as error:
        sentence = f"{error} Nothing was written." if form else str(error)
        return site.problem(request, visitor, 503, sentence, form)


def _declare(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    try:
        return home.declare(site, visitor, request, form)
    except (Refused, Invalid) as error:
        return home.refused(site, visitor, form, str(error))


def _act_in_room(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    try:
        return incident_page.act(site, visitor, request, form)
    except (Refused, Invalid) as error:
        again = documents.postmortem_refused if form.fields.get("at") == "postmortem" else incident_page.refused
        return again(site, visitor, request, form, str(error))


def _preview(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    try:
        return incident_page.preview(site, visitor, request, form)
    except (Refused, Invalid) as error:
        return incident_page.refused(site, visitor, request, form, str(error))


def _access(site: Site, visitor: Visitor, request: Request) -> Response:  # noqa: ARG001 - one shape for all
    """Who has a token, what for, until when, and when it was used."""
    return site.pages.page(
        "access.html", tokens=site.sessions.tokens.list(), log=site.sessions.tokens.history(), **site.context(visitor)
    )


def _to_runbook(_: Site, __: Visitor, ___: Request) -> Response:
    return see_other("/runbooks/current")


def not_found(site: Site, request: Request) -> Response:
    """Whatever was typed that is no address of ours."""
    return site.problem(
        request, site.sessions.visitor(request), 404, "There is no such page. What is open stands on the first page."
    )


def _list_events(site: Site, _: Visitor, request: Request) -> Response:
    known = request.headers.get("last-event-id") or request.query_params.get("after", "")
    return sse.answer(sse.list_events(known, hub=site.hub, allowed=lambda: site.sessions.visitor(request) is not None))


def _open_to_all(site: Site, show: Callable[[Site, Request], Response]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(show, site, request)

    return endpoint


def _unsigned(site: Site, take: Callable[[Site, Request, Form], Response]) -> Endpoint:
    """A form from somebody who is not signed in."""

    async def endpoint(request: Request) -> Response:
        try:
            form = await read_form(request)
        except Unreadable as error:
            return site.problem(request, None, 400, str(error))
        return await run_in_threadpool(take, site, request, form)

    return endpoint


def _forbidden(site: Site, request: Request, visitor: Visitor, scope: str) -> Response:
    sentence = f"The token {visitor.name} lacks the scope {scope!r}. Ask whoever runs this server for one that has it."
    return site.problem(request, visitor, 403, sentence)
