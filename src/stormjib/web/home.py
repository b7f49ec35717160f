"""The list: what is open, which alerts wait for a person, what ended lately, and the form that declares."""

from collections import Counter
from functools import cache, partial
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from stormjib.core.actions.declare import DECLARE, TITLE_CHARS_MAX, unknown_service
from stormjib.core.alert import triage
from stormjib.core.duties import acknowledge_due_at
from stormjib.core.escalation import would_page_in_turn
from stormjib.core.incident import Incident
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.policy import NOBODY
from stormjib.core.runbook import Runbook
from stormjib.core.runbook import Severity as Level
from stormjib.core.severity import Severity, canonical
from stormjib.core.silence import hiding
from stormjib.core.view import next_page_at
from stormjib.engine.admission import Invalid
from stormjib.ports import Damaged, Head
from stormjib.web import checks
from stormjib.web.forms import Form
from stormjib.web.session import Visitor
from stormjib.web.site import Site, see_other

OPEN_MAX: Final = 200
ALERTS_MAX: Final = 500
WAITING_MAX: Final = 50
ENDED_MAX: Final = 50
ENDED_SECONDS: Final = 7 * 24 * 3600
OTHER_LEVELS: Final = "This service has other levels than those that were shown. Choose one of its own, and declare again."
POLICIES_MAX: Final = 4
COUNTDOWNS_MAX: Final = 20
"""How many incidents are looked into for the time that is left to acknowledge them."""


class Row(msgspec.Struct, frozen=True):
    """An incident of the list; ``due_at`` is when somebody has to have it, None once somebody has."""

    id: str
    title: str
    severity: str
    status: str
    service: str
    declared_at: float
    alerts_total: int
    due_at: float | None
    next_page_at: float | None = None
    """When the next level is paged, or the same one again."""
    undecided: int = 0
    """Runs that wait for an approval, or for somebody to say how they ended."""
    called: str = ""
    """The severity in the words of its runbook."""


class Waiting(msgspec.Struct, frozen=True):
    """An alert that declared nothing by itself."""

    id: int
    title: str
    source: str
    service: str
    said: str
    severity: str
    since: float
    reason: str
    opinion: bool = False
    """It waits a round while its users are well, and pages by itself if it still fires then."""
    ended: str = ""
    """The incident that it belongs to, which has ended although it fires; "" where it declared none."""
    unpaged: str = ""
    """What it is, so that nobody was paged for it, in a word or two."""


class Draft(msgspec.Struct, frozen=True):
    """What the form that declares begins with."""

    title: str = ""
    service: str = ""
    severity: str = ""
    runbook: str = ""


def show(site: Site, visitor: Visitor, request: Request) -> Response:
    """``GET /``."""
    alerts, query = _waiting(site), request.query_params
    chosen = next((alert for alert in alerts if str(alert.id) == query.get("alert", "")), None)
    asked = Draft(*(query.get(name, "")[:200] for name in ("title", "service", "severity", "runbook")))
    if asked.severity and query.get("levels") != _levels_of(site, asked):
        asked = msgspec.structs.replace(asked, severity="")
    wish = Draft(chosen.title[:TITLE_CHARS_MAX], chosen.service[:200], chosen.severity) if chosen else asked
    return _page(site, visitor, alerts, wish)


def declare(site: Site, visitor: Visitor, _: Request, form: Form) -> Response:
    """``POST /incidents``."""
    given, shown = form.parameters(DECLARE), form.fields.get("levels", "")
    if form.fields.get("show") or (shown and shown != _levels_of(site, _typed(form))):
        return refused(site, visitor, form, "" if form.fields.get("show") else OTHER_LEVELS)
    written = site.door.perform(DECLARE, "", given, visitor, key=form.key("declare"))
    return see_other(f"/incidents/{written.incident}?done=1")


def refused(site: Site, visitor: Visitor, form: Form, sentence: str) -> Response:
    """The list again, with what is wrong and everything that was typed; a level only where it is still the one that was meant."""
    wish = _typed(form)
    if form.fields.get("levels") != _levels_of(site, wish):
        wish = msgspec.structs.replace(wish, severity="")
    return _page(site, visitor, _waiting(site), wish, sentence)


def _typed(form: Form) -> Draft:
    return Draft(*(form.fields.get(name, "") for name in ("title", "service", "severity", "runbook")))


def _book_of(site: Site, wish: Draft) -> Runbook:
    """What an incident would follow; the service's first where it has none of this name."""
    try:
        return site.runbook_of(site.door.followed(msgspec.structs.asdict(wish))[1])
    except Invalid:
        return site.runbook_of(site.door.followed({"service": wish.service})[1])


def _levels_of(site: Site, wish: Draft) -> str:
    """What the severities were called in the form: a name may be another level in another runbook."""
    return ", ".join(f"{level}={name}" for level, name in called_by(_book_of(site, wish)).items())


def _page(site: Site, visitor: Visitor, alerts: list[Waiting], wish: Draft, problem: str = "") -> Response:
    revision = site.hub.revision  # read before the lists: what is written in between makes the page load anew
    rows, total, hidden = _open(site)
    unseen = [alert for alert in alerts if not alert.ended and not alert.opinion]
    book, several = _book_of(site, wish), len(site.policy.services) > 1
    return site.pages.page(
        "home.html",
        409 if problem else 200,
        open=rows,
        open_total=total,
        hidden=hidden,
        first_to_ack=any(row.status == "declared" for row in rows),
        waiting=unseen[:WAITING_MAX],
        waiting_total=len(unseen),
        unpaged=" or ".join(", ".join(dict.fromkeys(one.unpaged for one in unseen)).rsplit(", ", 1)),
        burning=[alert for alert in alerts if alert.ended],
        opinions=[alert for alert in alerts if alert.opinion and not alert.ended],
        ended=_ended(site),
        duty=_duty(site, visitor.name),
        failing=checks.failing(site),
        several=len(site.in_force()) > 1,
        problems=site.problems(),
        levels=levels(book.severities),
        called_by=called_by(book),
        shown=_levels_of(site, wish),
        unknown=unknown_service(wish.service, site.policy),
        services=[one.name for one in site.policy.services] if several else [],
        books=list(site.books(wish.service)),
        wish=wish,
        problem=problem,
        revision=revision,
        **site.context(visitor),
    )


def levels(named: tuple[Level, ...]) -> list[Level]:
    """P0 to P4 with what the runbook says of each; without words where it has none."""
    words = {level.level or canonical(level.name): level for level in reversed(named)}
    found = [(severity.value, words.get(severity.value, Level(severity.value, "", 0))) for severity in Severity]
    return [Level(name, own.text, own.line) for name, own in found]


def called_by(runbook: Runbook) -> dict[str, str]:
    """P0 to P4 with what the runbook calls each: "SEV1", and what that is where it is another name."""
    names = {severity.value: runbook.called(severity.value) for severity in Severity}
    return {level: name if name == level else f"{name} ({level})" for level, name in names.items()}


def _open(site: Site) -> tuple[list[Row], int, str]:
    """The open incidents, the worst first; how many there are, and in words those that are not listed."""
    heads, counts = site.reader.worst_open(OPEN_MAX)
    rows = [
        _row(site, head, *(_seen(site, head) if place < COUNTDOWNS_MAX else (None, None, 0))) for place, head in enumerate(heads)
    ]
    listed = Counter(head.severity for head in heads)
    hidden = [
        f"{count - listed[severity]:,} {severity}" for severity, count in sorted(counts.items()) if count > listed[severity]
    ]
    return rows, sum(counts.values()), ", ".join(hidden)


def _ended(site: Site) -> list[tuple[Row, float]]:
    """What ended lately, in whatever way, with its end in seconds since the epoch; the newest end first."""
    after = site.clock() - ENDED_SECONDS
    found = [(_row(site, head, None), _end_of(site, head)) for head in site.reader.ended(after, ENDED_MAX)]
    # What is written into it later, such as its post-mortem, ends no incident again.
    return sorted((one for one in found if one[1] >= after), key=lambda one: -one[1])


def _end_of(site: Site, head: Head) -> float:
    try:
        end = site.incidents.use(head.id, lambda now: now.resolved or now.closed)
    except Damaged:
        end = None
    return end.at if end else head.updated_at


def _seen(site: Site, head: Head) -> tuple[float | None, float | None, int]:
    """When somebody has to have it, when the next page leaves, and how many runs wait for a person."""

    def look(now: Incident) -> tuple[float | None, float | None, int]:
        undecided = sum(run.waits_for_person for run in now.runs.values())
        if now.status != "declared":
            return None, None, undecided
        return acknowledge_due_at(now, site.runbook_of(now.runbook_sha256), site.policy), next_page_at(now), undecided

    try:
        return site.incidents.use(head.id, look)
    except Damaged:
        # Its row is well and its log is not; what that means stands above the list.
        return None, None, 0


def _row(site: Site, head: Head, due_at: float | None, next_page_at: float | None = None, undecided: int = 0) -> Row:
    return Row(
        id=head.id,
        title=head.title,
        severity=head.severity,
        status=head.status,
        service=head.service,
        declared_at=head.declared_at,
        alerts_total=head.alerts_total,
        due_at=due_at,
        next_page_at=next_page_at,
        undecided=undecided,
        called=site.runbook_of(head.runbook_sha256).called(head.severity),
    )


def _waiting(site: Site) -> list[Waiting]:
    found = []
    over = cache(partial(_over, site))
    for state in site.reader.alerts(firing=True, limit=ALERTS_MAX):
        ended = over(state.incident) if state.incident else ""
        if state.incident and not ended:
            continue
        alert = state.alert
        judged = triage(alert, site.policy.severity_words, site.book_words(alert))
        quiet = (
            hiding(site.policy.silences, site.meant(alert), alert.name, judged.severity, site.clock())
            if judged.severity
            else None
        )
        unpaged = "below P1" if judged.severity else "of an unknown severity" if alert.severity else "without a severity"
        found.append(
            Waiting(
                id=state.id,
                title=alert.summary or alert.name,
                source=alert.source,
                service=site.meant(alert),
                said=alert.severity[:20],
                severity=judged.severity.value if judged.severity else "",
                since=alert.starts_at or state.received_at,
                reason=ended or (f"silenced until {utc_minute(quiet.end)}: {quiet.reason}" if quiet else judged.reason),
                opinion=bool(state.asked) and not quiet,
                ended=state.incident,
                unpaged="silenced" if quiet else "not declared yet" if judged.declare else unpaged,
            )
        )
    return sorted(found, key=lambda one: one.severity or "P1")


def _over(site: Site, incident_id: str) -> str:
    """How the incident ended, or the one that it goes on in, in words; "" where that is open."""
    try:
        status, into = site.incidents.use(incident_id, lambda one: ("" if one.open else one.status, one.end and one.end.into))
    except Damaged:
        return ""  # its row and its page say what is wrong with it
    return _over(site, into) if into else status and f"{incident_id} has ended: {status}"


def _duty(site: Site, who: str) -> str:
    """Whom an incident that begins now would page: by each policy where services have their own, else by the settings."""
    policy = site.policy
    services = {policy.escalation_of(one.name).name: one.name for one in policy.services} or {"": ""}
    found: dict[tuple[str, str], list[str]] = {}
    for plan, service in services.items():
        first, *others = would_page_in_turn(service, Severity.P1, _book_of(site, Draft(service=service)), policy, site.clock())
        if first not in NOBODY:
            then = f", then {', '.join(others)}" if others else ""
            found.setdefault((first, then), []).append(f"policy {plan}" if plan else "other services")
    if not found:
        return "Nobody is named who is on call: see responders."
    said = [f"{'you' if first == who else first}{then} ({', '.join(of)})" for (first, then), of in found.items()]
    if len(found) > 1:
        more = f"; {len(said) - POLICIES_MAX} more, see Services" if len(said) > POLICIES_MAX else ""
        return f"First on call: {'; '.join(said[:POLICIES_MAX])}{more}."
    (first, then), whose = next(iter(found)), " for the services" if any(services) else ""
    return f"{f'You are first on call{whose}' if first == who else f'First on call{whose}: {first}'}{then}."
