"""The heartbeats: whether each checked in, when it is to come next, and how long it was silent; the page, the API and the metrics."""

from collections.abc import Iterator, Sequence

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.heartbeat import Pulse
from stormjib.web.answers import encoded
from stormjib.web.auth import Tokens
from stormjib.web.bearer import principal
from stormjib.web.metrics import Family, Sample
from stormjib.web.session import Visitor
from stormjib.web.site import Site


def router(site: Site, tokens: Tokens) -> APIRouter:
    """The route that reads; a check-in is an alert's way in."""
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(principal(tokens, "read"))])

    @api.get("/heartbeats", summary="Every heartbeat: whether it checked in, and when it is to come next")
    def overview() -> Response:
        return encoded("stormjib.heartbeats/1", heartbeats=site.heartbeats())

    return api


def show(site: Site, visitor: Visitor, _: Request) -> Response:
    """``GET /heartbeats``."""
    return site.pages.page("heartbeats.html", heartbeats=site.heartbeats(), **site.context(visitor))


def families(found: Sequence[Pulse]) -> Iterator[Family]:
    """For whoever watches from outside."""
    missing = [Sample(int(one.state in {"missing", "failed"}), {"heartbeat": one.name}) for one in found]
    yield Family("stormjib_heartbeat_missing", "gauge", "1 where a heartbeat stays away, or says that it failed.", missing)
    last = [Sample(one.last, {"heartbeat": one.name}) for one in found if one.last is not None]
    yield Family("stormjib_heartbeat_last_timestamp_seconds", "gauge", "When a heartbeat last checked in.", last)
