"""What every page needs from the rest of the program, and the answers that all of them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from stormjib.core.access import SITE
from stormjib.core.alert import Alert
from stormjib.core.catalogue.whole import Catalogue
from stormjib.core.checkup import Known, ProbeRecord
from stormjib.core.heartbeat import Pulse
from stormjib.core.log import RunApproved, RunForced, RunProposed
from stormjib.core.narrate import narrate
from stormjib.core.oncall.schedule import on_call
from stormjib.core.policy import Policy
from stormjib.core.reach import Unreached
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Words
from stormjib.engine.explain import Explanation
from stormjib.engine.incidents import Incidents
from stormjib.engine.perform import Door
from stormjib.engine.proofs import MethodReport
from stormjib.engine.shadow import Comparison
from stormjib.ports import Clock, LogReader
from stormjib.web.forms import Form
from stormjib.web.preview import Previewer
from stormjib.web.session import Sessions, Visitor
from stormjib.web.sse import Hub
from stormjib.web.templating import HEADERS, Pages, shorten

_HEADINGS: Final = {400: "Not done", 401: "Not signed in", 403: "Not allowed", 404: "Not found", 410: "No longer", 503: "Not now"}
_NOT_TYPED: Final = {"csrf", "which", "key", "seen", "at", "command", "run", "item", "own_words", "fingerprint", "ran"}
"""Fields that the page itself fills."""

NOTICE_CHARS_MAX: Final = 500
_SEQ_DIGITS_MAX: Final = 9
NOW_MAX: Final = 20
"""Schedules of which every page says who is on call."""


class Notice(msgspec.Struct, frozen=True):
    """What became of the last form; ``kind`` is good or bad, ``seq`` the entry that it wrote."""

    kind: str
    text: str
    seq: int = 0
    run_id: str = ""
    """The run whose place on the page is shown with it."""


@dataclass(slots=True)
class Site:
    """The parts, handed over by the composition root."""

    door: Door
    incidents: Incidents
    reader: LogReader
    sessions: Sessions
    hub: Hub
    clock: Clock
    policy: Policy
    """The settings in force; another may take their place."""
    runbook_of: Callable[[str], Runbook]
    current_runbook: Callable[[], Runbook]
    pages: Pages = field(default_factory=Pages)
    in_force: Callable[[], Sequence[Runbook]] = tuple
    """All runbooks that a new incident may follow; none where there is only the current one."""
    reads: Callable[[Runbook], Sequence[Known]] = lambda _: ()
    """The proven reads of a runbook as the services have it that may follow it."""
    books: Callable[[str], Mapping[str, str]] = lambda _: {}
    """What may be chosen for an incident of a service: the runbooks' names with their sha256."""
    meant: Callable[[Alert], str] = lambda alert: alert.service
    """The name of the service that an alert is about."""
    book_words: Callable[[Alert], Words] = lambda _: ()
    """What the runbook that an incident of an alert would follow calls the severities."""
    baseline: Callable[[str], object] = lambda _: None
    """How a service was when it was last measured well; None where nobody has."""
    checked: Callable[[], Mapping[str, ProbeRecord]] = dict
    """What the runbook's check knows of each command."""
    intake: Callable[[], Any] = lambda: None
    """What arrived, and what became of it: an ``IntakeReport``."""
    explain: Callable[[int], Explanation] | None = None
    """Why the alert with this number did or did not page."""
    previewer: Previewer | None = None
    problems: Callable[[], Sequence[str]] = tuple
    """What is not well with the server itself, a sentence each."""
    status_page: Any = None
    """What customers read: a ``Publisher`` of ``web.status_page``."""
    catalogue: Callable[[], Catalogue] = Catalogue
    """The files of the catalogue that are in force: who owns what, and how people are reached."""
    methods: Callable[[], Sequence[MethodReport]] = tuple
    """Everybody's contact methods, and which of them have been proven."""
    reach: Callable[[], Sequence[Unreached]] = tuple
    """When an incident would reach nobody in time, in the next four weeks."""
    shadow: Callable[[int, float], Comparison] = lambda _, __: Comparison(False, 0.0, 0.0, 0, 0, ())
    """Of so many days, what the system that pages today did otherwise; what is later by so many seconds counts."""
    heartbeats: Callable[[], Sequence[Pulse]] = tuple
    """Every heartbeat of the catalogue, as it is now."""
    catalogue_problems: Callable[[], Sequence[str]] = tuple
    """That the files of the catalogue are not in force as they are now, in a sentence."""

    def context(self, visitor: Visitor | None, form: Form | None = None) -> dict[str, Any]:
        """What every template may use. ``typed`` is what a refused form held, so that nobody types it twice."""
        now = self.clock()
        return {
            "now": now,
            "wrote": visitor and done(self, SITE, visitor.wrote, visitor.name),
            "shadow": self.policy.shadow,
            "stopped": self.incidents.stopped() if visitor else "",
            "clock_problem": self.incidents.clock_problem() if visitor else "",
            "visitor": visitor,
            "csrf": visitor.csrf if visitor else "",
            "public_url": getattr(self.status_page, "public_url", ""),
            "can_respond": visitor is not None and visitor.may("respond") and not visitor.machine,
            "typed": form.fields if form else {},
            "on_now": [
                found
                for one in self.policy.schedules[:NOW_MAX]
                if (found := (one.name, on_call(one, self.policy.overrides, now)))[1] or one.always
            ],
        }

    def problem(
        self, request: Request, visitor: Visitor | None, status: int, sentence: str, form: Form | None = None
    ) -> Response:
        """A page that says what is wrong and what to do, with what was typed; only its notice where a script asked."""
        if is_partial(request):
            return self.notice(status, sentence, visitor)
        typed = form.fields.items() if form else ()
        kept = [(name.removeprefix("value:"), text) for name, text in typed if name not in _NOT_TYPED and text.strip()]
        incident_id = request.path_params.get("incident_id", "") if form else ""
        return self.pages.page(
            "problem.html",
            status,
            heading=_HEADINGS[status],
            sentence=sentence,
            kept=kept,
            back=f"{self.pages.prefix}/incidents/{incident_id}" if incident_id else f"{self.pages.prefix}/",
            back_text=f"Back to {incident_id}" if incident_id else "To the incidents",
            **self.context(visitor),
        )

    def notice(self, status: int, sentence: str, visitor: Visitor | None) -> Response:
        """Only the notice: the page that a script keeps alive, and whatever was typed into it, stays as it is."""
        text = self.pages.fragment("room/error.html", sentence=sentence, **self.context(visitor))
        return HTMLResponse(text, status, HEADERS)


def is_seq(text: str) -> bool:
    """Whether it can be the number of an entry: no timeline has more digits."""
    return text.isdecimal() and len(text) <= _SEQ_DIGITS_MAX


def done(site: Site, incident_id: str, said: str, by: str = "") -> Notice | None:
    """What a form wrote, told from the log itself, so that the address can't be made to say anything else. ``by``: only what they wrote."""
    if said == "0":
        return Notice("good", "That was so already; nothing new was written.")
    if not is_seq(said):
        return None
    entries = site.reader.entries(incident_id, int(said) - 1, 1)
    if not entries or entries[0].seq != int(said) or (by and entries[0].by != by):
        return None
    fact = entries[0].fact
    text = narrate(fact).removeprefix("done: ")
    if isinstance(fact, RunProposed) and fact.approved_at_once:
        text = f"{fact.run_id} was asked for and approved. What becomes of it stands under Runs."
    go = fact.run_id if isinstance(fact, RunApproved | RunForced) else ""
    return Notice("good", shorten(text, NOTICE_CHARS_MAX), entries[0].seq, go)


def is_partial(request: Request) -> bool:
    """Whether htmx asked and will take what it needs out of the answer."""
    return request.headers.get("hx-request") == "true"


def see_other(url: str) -> Response:
    """After a form: look at the page again, so that reloading it sends nothing twice."""
    return RedirectResponse(url, 303, HEADERS)
