"""The room of one incident: the page, its live stream, the raw outputs, and what its forms do."""

import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.actions import BY_FORM, Action
from stormjib.core.actions.update import COMPONENT, POST_UPDATE
from stormjib.core.comms import CUSTOMERS, RESOLVED
from stormjib.core.log import Entry, StatusPosted
from stormjib.core.status_page.words import OPERATIONAL, STATUSES, internal, now_affected
from stormjib.ports import NotFound
from stormjib.web import room as rooms
from stormjib.web import services, sse
from stormjib.web.forms import Form
from stormjib.web.home import called_by, levels
from stormjib.web.lines import Line, line
from stormjib.web.session import Visitor
from stormjib.web.site import Notice, Site, done, is_partial, is_seq, see_other
from stormjib.web.templating import HEADERS

ENTRIES_MAX: Final = 200
_PLACE = re.compile(r"[a-z]{1,20}")


def show(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /incidents/{id}``; ``?before=SEQ`` shows the entries before that one, ``?done=SEQ`` what a form wrote."""
    incident_id, query = request.path_params["incident_id"], request.query_params
    notice = done(site, incident_id, query.get("done", ""))
    headers = {"HX-Replace-Url": f"{request.url.path}?{request.url.query}"} if notice and is_partial(request) else {}
    before = int(query["before"]) if is_seq(query.get("before", "")) else None
    return _page(site, visitor, incident_id, notice, before=before, with_log=not is_partial(request), headers=headers)


def refused(site: Site, visitor: Visitor, request: Request, form: Form, sentence: str) -> Response:
    """The room again with what is wrong and everything that was typed; only the notice where a script keeps the page."""
    if is_partial(request):
        return site.notice(409, sentence, visitor)
    return _page(site, visitor, request.path_params["incident_id"], Notice("bad", sentence), status=409, form=form)


def act(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    """``POST /incidents/{id}/{verb}``."""
    incident_id, verb, action = _meant(request)
    written = site.door.perform(action, incident_id, form.parameters(action), visitor, key=form.key(verb))
    place = form.text("at")
    page = "/postmortem" if place == "postmortem" else ""
    anchor = f"#now-{written.run_id}" if written.run_id else f"#{place}" if _PLACE.fullmatch(place) and not page else ""
    return see_other(f"/incidents/{written.incident}{page}?done={written.seq}{anchor}")


def _meant(request: Request) -> tuple[str, str, Action[Any]]:
    incident_id, verb = request.path_params["incident_id"], request.path_params["verb"]
    if verb not in BY_FORM:
        raise NotFound(f"There is no action {verb}.")
    return incident_id, verb, BY_FORM[verb]


def preview(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    """``POST /incidents/{id}/{verb}/preview``: the text as it would be posted, and nothing is; raises ``Refused`` as posting does.

    What posts nothing needs no preview, and is done.
    """
    incident_id, verb, action = _meant(request)
    _, facts = site.door.rehearse(action, incident_id, form.parameters(action), visitor)
    posted = next((fact for fact in facts if isinstance(fact, StatusPosted)), None)
    if posted is None:
        return act(site, visitor, request, form)
    asked = site.policy.public_components if posted.audience == CUSTOMERS and posted.stage != RESOLVED else ()
    left = {"csrf", "key", "which", "at", "seen", *(f"{COMPONENT}{one.name}" for one in asked), *(["title"] if asked else [])}
    before = site.incidents.use(incident_id, now_affected)
    kept = [(name, value) for name, value in form.fields.items() if name not in left]
    kept.append(("form", form.text("which")))
    return site.pages.page(
        "preview.html",
        incident_id=incident_id,
        verb=verb,
        at="tell" if action is POST_UPDATE else form.text("at"),
        stage=posted.stage,
        audience=posted.audience,
        text=posted.text,
        title=posted.title,
        internal=internal(f"{posted.title} {posted.text}", site.policy) if posted.audience == CUSTOMERS else (),
        components=[(one.name, {**before, **posted.components}.get(one.name, OPERATIONAL)) for one in asked],
        statuses=STATUSES,
        kept=kept,
        **site.context(visitor),
    )


def change_status(site: Site, visitor: Visitor, request: Request, form: Form) -> Response:
    """``POST /incidents/{id}/status/change``: back from the preview to the room, with everything that was typed."""
    typed = Form(form.fields | {"which": form.text("form")})
    return _page(site, visitor, request.path_params["incident_id"], None, form=typed)


def output(site: Site, _: Visitor, request: Request) -> Response:
    """``GET /incidents/{id}/output/{sha256}``: what a command said, byte for byte, as plain text."""
    stored = site.incidents.output(request.path_params["incident_id"], request.path_params["sha256"])
    return Response(stored, headers=HEADERS, media_type="text/plain; charset=utf-8")


def events(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /incidents/{id}/events``: what the log holds after ``Last-Event-ID``, or after ``?after=``, and then as it comes."""
    incident_id = request.path_params["incident_id"]
    site.incidents.use(incident_id, lambda _: None)
    last = request.headers.get("last-event-id", "")
    after = last if last.isdecimal() else request.query_params.get("after", "0")
    context = site.context(visitor)

    def render(entry: Entry) -> str:
        context["now"] = site.clock()
        return site.pages.fragment("room/event.html", line=line(entry), room_id=incident_id, **context)

    stream = sse.incident_events(
        incident_id,
        int(after) if is_seq(after) else 0,
        resumed=bool(last),
        hub=site.hub,
        read=site.reader.entries,
        render=render,
        allowed=lambda: site.sessions.visitor(request) is not None,
    )
    return sse.answer(stream)


def _page(
    site: Site,
    visitor: Visitor,
    incident_id: str,
    notice: Notice | None,
    *,
    status: int = 200,
    form: Form | None = None,
    before: int | None = None,
    with_log: bool = True,
    headers: dict[str, str] | None = None,
) -> Response:
    room = site.incidents.room(incident_id)
    runbook = site.incidents.runbook(incident_id)
    top = room.seq if before is None else min(before - 1, room.seq)
    lines = _window(site, incident_id, top) if with_log else []
    return site.pages.page(
        "room.html",
        status,
        headers,
        room=room,
        room_id=room.id,
        place=rooms.places(room, runbook, site.policy, visitor.name),
        levels=levels(runbook.severities),
        books=site.books(room.service),
        ask=services.contacts(site, room.service),
        called_by=called_by(runbook),
        lines=lines,
        earlier=max(top - ENTRIES_MAX + 1, 0) if top > ENTRIES_MAX else 0,
        live=before is None,
        notice=notice,
        **site.context(visitor, form),
    )


def _window(site: Site, incident_id: str, top: int) -> list[Line]:
    """The entries up to ``top``, the newest first."""
    if top < 1:
        return []
    first = max(top - ENTRIES_MAX, 0)
    return [line(entry) for entry in reversed(site.reader.entries(incident_id, first, top - first))]
