"""Acknowledging out of a page that was sent: its link shows a button to whoever got it, without signing in.

The link alone changes nothing: mail programs and chats open each address that goes by.
"""

import logging

from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.access import AnswerLink
from stormjib.core.actions import BY_NAME
from stormjib.core.incident import Refused
from stormjib.core.incident.waking import out_of_date
from stormjib.engine.admission import Invalid
from stormjib.ports import Overloaded, StoreFailed, Unavailable
from stormjib.web.auth import Principal
from stormjib.web.bearer import SIGN_IN
from stormjib.web.forms import Form
from stormjib.web.site import Site, see_other

_log = logging.getLogger(SIGN_IN)


def show(site: Site, request: Request) -> Response:
    """``GET /ack/{link}``."""
    found = _read(site, request)
    return _page(site, request, found) if isinstance(found, AnswerLink) else found


def acknowledge(site: Site, request: Request, form: Form) -> Response:
    """``POST /ack/{link}``: by whom the link names. What became worse since the page was opened is shown first."""
    found = _read(site, request)
    if not isinstance(found, AnswerLink):
        return found
    text = request.path_params["link"]
    who = Principal(found.who, frozenset({"respond"}), face="link")
    try:
        given = {"page": found.asked} | ({"seen": form.fields["seen"]} if form.fields.get("seen") else {})
        # The key says by what it was done. It is no repetition: what the incident is by now decides.
        key = f"link/{found.page}/{site.reader.replay(found.incident).seq}"
        site.door.perform(BY_NAME["acknowledge"], found.incident, given, who, key=key)
    except (Refused, Invalid) as error:
        return _page(site, request, found, 409, str(error))
    except (Overloaded, Unavailable, StoreFailed) as error:
        return _page(site, request, found, 503, f"{error} Nothing was written.")
    return see_other(f"{site.pages.prefix}/ack/{text}")


def _read(site: Site, request: Request) -> AnswerLink | Response:
    """The link; a page that says why it counts no more."""
    found = site.sessions.link(request.path_params["link"])
    who = request.client.host if request.client else "?"
    if found is None:
        _log.warning("a link that acknowledges was refused, for it is not one of this server, from %s", who)
        sentence = "This link is not one of this server, or it was cut off. Open the newest page that you got."
        return site.problem(request, None, 404, sentence)
    if found.until <= site.clock():
        _log.warning(
            "a link of %s that acknowledges %s was refused, for its time is over, from %s", found.who, found.incident, who
        )
        return site.problem(request, None, 410, "The time of this link is over. Sign in, and acknowledge there.")
    if not site.reader.entries(found.incident, 0, 1):
        return site.problem(request, None, 404, f"{found.incident} is not in this log any more.")
    return found


def _page(site: Site, request: Request, link: AnswerLink, status: int = 200, problem: str = "") -> Response:
    incident = site.reader.replay(link.incident)
    late = out_of_date(incident, link.asked, site.policy.base_url) if incident.owes_page else ""
    shown = {"incident": incident, "link": link, "text": request.path_params["link"], "problem": problem or late, "late": late}
    return site.pages.page("ack.html", 409 if late else status, **shown, **site.context(None))
