"""How people are reached, and which of their contact methods have been proven: the page and the API."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from stormjib.web.answers import encoded
from stormjib.web.auth import Tokens
from stormjib.web.bearer import principal
from stormjib.web.session import Visitor
from stormjib.web.site import Site


def router(site: Site, tokens: Tokens) -> APIRouter:
    """The routes that only read; a test comes from the table of actions."""
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(principal(tokens, "read"))])

    @api.get("/people", summary="Contact methods, and when each was proven")
    def overview() -> Response:
        people = [{"name": one.name, "full_name": one.full_name, "time_zone": one.time_zone} for one in site.policy.people]
        return encoded("stormjib.people/1", people=people, methods=site.methods())

    return api


def show(site: Site, visitor: Visitor, _: Request) -> Response:
    """``GET /people``."""
    found = site.methods()
    people = [(one, [method for method in found if method.who == one.name]) for one in site.policy.people]
    return site.pages.page("people.html", people=people, **site.context(visitor))
