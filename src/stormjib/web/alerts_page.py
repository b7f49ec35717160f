"""The alerts: all that fire, the worst first, and for each why it did or did not page."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from stormjib.ports import NotFound
from stormjib.web.forms import Form
from stormjib.web.session import Visitor
from stormjib.web.site import Site

LISTED_MAX: Final = 200


def overview(site: Site, visitor: Visitor, _: Request) -> Response:
    """``GET /alerts``."""
    found, total = site.reader.worst_alerts(LISTED_MAX), site.reader.alert_count()
    return site.pages.page("alerts.html", alerts=found, total=total, why=None, **site.context(visitor))


def show(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /alerts/7``; raises ``NotFound``."""
    if site.explain is None:
        raise NotFound("Nothing is known of alerts here.")
    why = site.explain(request.path_params["alert_id"])
    return site.pages.page("alerts.html", why=why, **site.context(visitor))


def preview(site: Site, visitor: Visitor, _: Request, form: Form | None = None) -> Response:
    """``/alerts/preview``: what a pasted message would be taken for; nothing is kept of it."""
    if site.previewer is None:
        raise NotFound("No way in is known here.")
    name, payload = (form.fields.get("name", ""), form.fields.get("payload", "")) if form else ("", "")
    found, problem = None, ""
    try:
        found = site.previewer.preview(name, payload) if payload.strip() else None
    except ValueError as error:
        problem = str(error)
    context = {**site.context(visitor), "typed": {"name": name, "payload": payload}}
    return site.pages.page("preview_alerts.html", names=site.previewer.names, found=found, problem=problem, **context)
