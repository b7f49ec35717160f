"""The pages that are read rather than worked on: the runbook, line by line, and the post-mortem's draft."""

import ftfy
import msgspec
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from stormjib.core import guard
from stormjib.core.checkup import Known, named, words
from stormjib.core.redact import shown
from stormjib.core.runbook import Finding, Runbook
from stormjib.core.text.visible import visible
from stormjib.web.checks import known_of
from stormjib.web.forms import Form
from stormjib.web.session import Visitor
from stormjib.web.site import Notice, Site, done
from stormjib.web.templating import HEADERS

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


class SourceLine(msgspec.Struct, frozen=True):
    """One line of a runbook; ``risk`` and ``why`` where a command starts, ``findings`` about it.

    ``checked`` is what the runbook's check knows of a read, in words; ``said`` is why it fails, "" where it does not.
    """

    number: int
    text: str
    fence: bool
    heading: bool
    risk: str
    why: str
    findings: tuple[Finding, ...]
    checked: str
    said: str


def runbook(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /runbooks/current`` and ``GET /runbooks/{sha256}``."""
    wanted, current = request.path_params["sha256"], site.current_runbook().sha256
    sha256 = current if wanted == "current" else wanted
    source = site.reader.runbook(sha256)
    book = site.runbook_of(sha256)
    rows = source_lines(source.decode("utf-8", "replace"), book, site)
    failing = [row for row in rows if row.said]
    context = site.context(visitor)
    in_force = sha256 in {current, *(book.sha256 for book in site.in_force())}
    return site.pages.page("runbook.html", book=book, rows=rows, failing=failing, current=in_force, **context)


def source_lines(source: str, book: Runbook, site: Site) -> list[SourceLine]:
    """The runbook as it is written; only text outside fences that was decoded wrongly once is shown repaired."""
    commands = {command.line: command for command in book.commands}
    reads: dict[int, list[Known]] = {}
    for one in known_of(site, book, site.checked()):
        reads.setdefault(one.command.line, []).append(one)
    now = site.clock()
    rows, fence = [], ""
    for number, text in enumerate(source.splitlines(), 1):
        mark = text.lstrip()[:3]
        edge = mark in {"```", "~~~"} and (not fence or mark == fence)
        inside = bool(fence) or edge
        if edge:
            fence = "" if fence else mark
        command, known = commands.get(number), reads.get(number, [])
        rows.append(
            SourceLine(
                number=number,
                text=shown(text if inside or text.isascii() else ftfy.fix_encoding(text)),
                fence=inside,
                heading=not inside and text.startswith("#"),
                risk=guard.effective_risk(command, site.policy).value if command else "",
                why=command.reason if command else "",
                findings=tuple(finding for finding in book.findings if finding.line == number),
                checked="; ".join(_checked(one, now) for one in known),
                said=" ".join(filter(None, map(_said, known))),
            )
        )
    return rows


def _checked(one: Known, now: float) -> str:
    whose = named(one.services)
    return f"{words(one.record, now)} ({whose})" if whose else words(one.record, now)


def _said(one: Known) -> str:
    """Why it fails, with whose it is where several services follow the runbook."""
    if one.record is None or one.record.works:
        return ""
    return ": ".join(filter(None, (named(one.services), one.record.finding or "It fails.")))


def postmortem(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /incidents/{id}/postmortem``."""
    incident_id = request.path_params["incident_id"]
    query = request.query_params
    return _draft(site, visitor, incident_id, done(site, incident_id, query.get("done", "")), chosen=query.get("field", "")[:200])


def postmortem_refused(site: Site, visitor: Visitor, request: Request, form: Form, sentence: str) -> Response:
    """The same with what is wrong about an action item, and what was typed."""
    return _draft(site, visitor, request.path_params["incident_id"], Notice("bad", sentence), form)


def download(site: Site, _: Visitor, request: Request) -> Response:
    """``GET /incidents/{id}/postmortem.md``."""
    incident_id = site.incidents.room(request.path_params["incident_id"]).id
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="postmortem-{incident_id}.md"'}
    return Response(site.incidents.postmortem(incident_id).text, headers=headers, media_type="text/markdown; charset=utf-8")


def rendered(text: str) -> Markup:
    """Markdown as HTML. Raw HTML in it stays text, and what comes out passes an allow-list once more."""
    import nh3  # noqa: PLC0415 - memory that a server at rest need not pay

    return Markup(nh3.clean(_markdown.render(visible(text)), tags=nh3.ALLOWED_TAGS - {"img"}))  # noqa: S704 - cleaned by nh3


def _draft(
    site: Site, visitor: Visitor, incident_id: str, notice: Notice | None, form: Form | None = None, *, chosen: str = ""
) -> Response:
    draft = site.incidents.postmortem(incident_id)
    return site.pages.page(
        "postmortem.html",
        409 if form else 200,
        incident=site.incidents.room(incident_id),
        document=rendered(draft.text),
        left=draft.fields_left,
        written=site.incidents.use(incident_id, lambda now: dict(now.written)),
        notice=notice,
        chosen=chosen,
        **site.context(visitor, form),
    )
