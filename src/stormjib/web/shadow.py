"""Shadow: what the system that pages today did, and what we would have done otherwise; the page and the API."""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from stormjib.engine.shadow import LATE_SECONDS
from stormjib.web.answers import encoded
from stormjib.web.auth import Tokens
from stormjib.web.bearer import principal
from stormjib.web.session import Visitor
from stormjib.web.site import Site

DAYS: Final = 7
DAYS_MAX: Final = 366


def router(site: Site, tokens: Tokens) -> APIRouter:
    """The route that reads."""
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(principal(tokens, "read"))])

    @api.get("/shadow", summary="Where we would have paged otherwise than the system that pages today, and why")
    def report(
        days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = DAYS, late_seconds: Annotated[float, Query(ge=0)] = LATE_SECONDS
    ) -> Response:
        return encoded("stormjib.shadow/1", **msgspec.structs.asdict(site.shadow(days, late_seconds)))

    return api


def show(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /shadow?days=7``."""
    given = request.query_params.get("days", "")
    days = min(int(given), DAYS_MAX) if given.isascii() and given.isdigit() and int(given) else DAYS
    return site.pages.page("shadow.html", days=days, found=site.shadow(days, LATE_SECONDS), **site.context(visitor))
