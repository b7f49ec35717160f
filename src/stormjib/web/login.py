"""Signing in with a token and signing out."""

import logging
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from stormjib.ports import Overloaded
from stormjib.web.bearer import SIGN_IN
from stormjib.web.forms import Form
from stormjib.web.session import COOKIE, Visitor, foreign_form, from_our_page, hand_over, take_back
from stormjib.web.site import Site, is_partial, see_other

NEXT_CHARS_MAX = 500

_log = logging.getLogger(SIGN_IN)


def show(site: Site, request: Request) -> Response:
    """``GET /login``."""
    return _page(site, _within(request.query_params.get("next", "")), "")


def enter(site: Site, request: Request, form: Form) -> Response:
    """``POST /login``: a valid token starts a session."""
    wanted = _within(form.fields.get("next", ""))
    if not from_our_page(request, site.policy.base_url):
        return _page(site, wanted, foreign_form(request, site.policy.base_url), 403)
    token = form.fields.get("token", "")
    try:
        session_id = site.sessions.start(token)
    except Overloaded as crowded:
        return _page(site, wanted, crowded.reason, 429)
    if session_id is None:
        sentence = site.sessions.refusal(token)
        _log.warning("sign-in failed on the page from %s: %s", request.client.host if request.client else "?", sentence)
        return _page(site, wanted, sentence, 401)
    answer = see_other(wanted)
    hand_over(answer, session_id, site.policy.base_url)
    return answer


def leave(site: Site, _: Visitor, request: Request, __: Form) -> Response:
    """``POST /logout``."""
    site.sessions.end(request.cookies.get(COOKIE, ""))
    answer = see_other("/login")
    take_back(answer, site.policy.base_url)
    return answer


def first(site: Site, request: Request) -> Response:
    """Where somebody who is not signed in goes; a script only says so, and what was typed stays."""
    if is_partial(request):
        return site.notice(401, "You are signed out. Sign in in another tab, then send it again.", None)
    if request.method != "GET":
        incident_id = request.path_params.get("incident_id", "")
        return see_other(f"/login?next={quote(f'/incidents/{incident_id}' if incident_id else '/')}")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see_other(f"/login?next={quote(wanted)}" if wanted != "/" else "/login")


def _page(site: Site, wanted: str, problem: str, status: int = 200) -> Response:
    return site.pages.page("login.html", status, next=wanted, problem=problem, **site.context(None))


def _within(wanted: str) -> str:
    """An address of this site and of no other."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and len(wanted) <= NEXT_CHARS_MAX
    return wanted if inside and wanted.isprintable() else "/"
