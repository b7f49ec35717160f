"""The JSON API: what is read, and what is done beside an incident; what people do in one is in actions_api."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.params import Depends as DependsOn
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from stormjib.core import comms
from stormjib.core.actions.parameter import TEXT_CHARS_MAX
from stormjib.core.actions.token import REVOKE_TOKEN
from stormjib.core.actions.update import POST_UPDATE
from stormjib.core.checkup import History, Report, words
from stormjib.core.checkup import to_json as to_json_of_check
from stormjib.core.log import StatusPosted
from stormjib.core.narrate import narrate
from stormjib.core.runbook import Runbook, to_json
from stormjib.core.status_page.words import internal, title_of
from stormjib.engine.admission import Invalid
from stormjib.engine.explain import Explanation
from stormjib.engine.incidents import Incidents
from stormjib.engine.perform import Door
from stormjib.ports import Clock, LogReader
from stormjib.web import actions_api
from stormjib.web.answers import encoded
from stormjib.web.auth import Principal, Tokens, shown
from stormjib.web.bearer import principal
from stormjib.web.intake_page import IntakeReport
from stormjib.web.preview import AlertsPreview

Position = Annotated[int, Query(ge=0, lt=2**63)]
"""An entry's number in its log; SQLite's integers end there."""


class Which(BaseModel):
    """One runbook in force, by its sha256; without it all of them."""

    sha256: Annotated[str, Field(max_length=64)] = ""


class Preview(BaseModel):
    """An update as it would be posted, also with fields of the runbook's template that are empty still."""

    stage: Annotated[str, Field(max_length=40)]
    values: dict[str, Annotated[str, Field(max_length=TEXT_CHARS_MAX)]] = {}
    audience: Annotated[str, Field(max_length=40)] = comms.CUSTOMERS
    text: Annotated[str, Field(max_length=TEXT_CHARS_MAX)] = ""
    title: Annotated[str, Field(max_length=200)] = ""
    components: dict[str, Annotated[str, Field(max_length=40)]] = {}


class Pasted(BaseModel):
    """A message as its sender sends it."""

    payload: Annotated[str, Field(max_length=1_000_000)]


def _only_known(request: Request) -> None:
    """A parameter that nobody reads is refused: whoever asks for ``?q=api`` must not take all incidents for what was found."""
    known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        there = f"there is {', '.join(sorted(known))}" if known else "there is none here"
        raise Invalid(f"There is no query parameter {unknown[0][:64]!r}; {there}.")


def router(
    *,
    door: Door,
    incidents: Incidents,
    reader: LogReader,
    tokens: Tokens,
    runbook_of: Callable[[str], Runbook],
    current_runbook: Callable[[], Runbook],
    metrics: Callable[[str], Any],
    verify: Callable[[], tuple[Any, Any]],
    check: tuple[Callable[[str], Report], Callable[[], History]],
    intake: Callable[[], IntakeReport],
    explain: Callable[[int], Explanation],
    preview: Callable[[str, str], AlertsPreview],
    clock: Clock,
) -> APIRouter:
    """All routes under /api/v1.

    ``metrics`` reviews a service now; ``verify`` checks the log; ``check``: how to run the runbook's
    proven reads, and what is known of them; ``intake``: what arrived and what became of it; ``explain``: why of one alert; ``preview``: what a
    sender's message would be taken for.
    """
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(_only_known)])
    reads = Depends(principal(tokens, "read"))
    _look(api, incidents, reader, (current_runbook, runbook_of), reads)
    actions_api.add(api, door, tokens)
    _updates(api, incidents, runbook_of, door, Depends(principal(tokens, "respond")))
    _alerts(api, reader, explain, reads)
    _checkup(api, check, clock, reads, Depends(principal(tokens, "respond")))
    _metrics(api, metrics, reads)
    _admin(api, verify, tokens, Depends(principal(tokens, "admin")))

    @api.get("/intake", summary="What each source sent, and what became of every alert", dependencies=[reads])
    def show_intake() -> Response:
        return Response(
            msgspec.json.encode({"schema": "stormjib.intake/1", **msgspec.structs.asdict(intake())}),
            media_type="application/json",
        )

    @api.post(
        "/intake/{name}/preview", summary="What a message of a sender would be taken for; nothing is kept", dependencies=[reads]
    )
    def previewed(name: str, body: Pasted) -> Response:
        try:
            found = preview(name, body.payload)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        return encoded("stormjib.alert-preview/1", **msgspec.structs.asdict(found))

    @api.get("/whoami", summary="Who this token is")
    def whoami(who: Annotated[Principal, reads]) -> Response:
        return encoded(
            "stormjib.principal/1", name=who.name, kind=who.kind, scopes=sorted(who.scopes), expires_at=who.expires_at or None
        )

    return api


def _look(
    api: APIRouter,
    incidents: Incidents,
    reader: LogReader,
    runbooks: tuple[Callable[[], Runbook], Callable[[str], Runbook]],
    reads: DependsOn,
) -> None:
    current, runbook_of = runbooks

    @api.get("/incidents", summary="Incidents: the newest first, or with order=worst the open ones first", dependencies=[reads])
    def listed(limit: int = 100, order: Literal["newest", "worst"] = "newest", *, open: bool = False) -> Response:  # noqa: A002
        """With ``order=worst`` the open ones stand first, by severity and then those that nobody has; ``open`` leaves out the others.

        ``open`` in the answer says how many are open per severity and ``total`` how many there are, listed or not.
        """
        limit = min(max(limit, 1), 1000)
        found, counts = reader.worst_first(limit, open_only=open)
        if order == "newest":
            found = reader.incidents(limit=limit, open_only=open)
        called = {head.id: runbook_of(head.runbook_sha256).called(head.severity) for head in found}
        rows = [{**msgspec.to_builtins(head), "called": called[head.id]} for head in found]
        return encoded("stormjib.incidents/1", incidents=rows, open=counts, total=reader.incident_count(), called=called)

    @api.get("/incidents/{incident_id}", summary="One incident, everything but its log", dependencies=[reads])
    def show(incident_id: str) -> Response:
        return encoded("stormjib.incident/1", incident=incidents.room(incident_id))

    @api.get("/incidents/{incident_id}/log", summary="The log after an entry", dependencies=[reads])
    def log(incident_id: str, after: Position = 0, limit: int = 1000) -> Response:
        entries = incidents.entries(incident_id, after, min(max(limit, 1), 10_000))
        lines = [{**msgspec.to_builtins(entry), "text": narrate(entry.fact)} for entry in entries]
        return encoded("stormjib.log/1", entries=lines)

    @api.get("/incidents/{incident_id}/output/{sha256}", summary="The raw output of a command", dependencies=[reads])
    def output(incident_id: str, sha256: str) -> Response:
        stored = incidents.output(incident_id, sha256)
        return Response(stored, media_type="text/plain; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"})

    @api.get("/incidents/{incident_id}/postmortem", summary="The post-mortem as Markdown", dependencies=[reads])
    def document(incident_id: str) -> Response:
        return Response(incidents.postmortem(incident_id).text, media_type="text/markdown; charset=utf-8")

    @api.get("/runbook", summary="The runbook in force, compiled", dependencies=[reads])
    def runbook() -> Response:
        return Response(msgspec.json.encode(to_json(current())), media_type="application/json")


def _updates(
    api: APIRouter, incidents: Incidents, runbook_of: Callable[[str], Runbook], door: Door, responder: DependsOn
) -> None:
    @api.post("/incidents/{incident_id}/status/preview", summary="The text that would be posted, and its empty fields")
    def preview(incident_id: str, body: Preview, who: Annotated[Principal, responder]) -> Response:
        """What customers would read of it: the text, the title, and which components change."""
        book, before = incidents.use(incident_id, lambda now: (runbook_of(now.runbook_sha256), list(now.posts)))
        if not body.text.strip():
            text, left = comms.fill(comms.status_template(book, body.stage), body.values)
            if left:
                return encoded("stormjib.preview/1", text=text, fields_left=left)
        _, facts = door.rehearse(POST_UPDATE, incident_id, body.model_dump(), who)
        posted = next(fact for fact in facts if isinstance(fact, StatusPosted))
        posts = [post for _, post in before if post.audience == comms.CUSTOMERS]
        title = title_of([*posts, posted], [one.name for one in door.policy.public_components])
        ours = internal(f"{title} {posted.text}", door.policy)
        said: dict[str, Any] = {"title": title, "components": posted.components, "internal": ours}
        return encoded("stormjib.preview/1", text=posted.text, fields_left=[], **said)


def _alerts(api: APIRouter, reader: LogReader, explain: Callable[[int], Explanation], reads: DependsOn) -> None:
    @api.get("/alerts", summary="Alerts, those that wait for a person first", dependencies=[reads])
    def alerts(limit: int = 100, order: Literal["newest", "worst"] = "newest") -> Response:
        """With ``order=worst`` all that fire stand before the others, by the severity of their incident.

        ``firing`` and ``total`` in the answer say how many there are, listed or not.
        """
        limit = min(max(limit, 1), 1000)
        found = reader.worst_alerts(limit) if order == "worst" else reader.alerts(limit=limit)
        return encoded("stormjib.alerts/1", alerts=found, firing=reader.alert_count(firing=True), total=reader.alert_count())

    @api.get("/alerts/{alert_id}", summary="Why an alert did or did not page anybody, rule by rule", dependencies=[reads])
    def explained(alert_id: Annotated[int, Path(ge=0, lt=2**63)]) -> Response:
        return encoded("stormjib.alert/1", **msgspec.structs.asdict(explain(alert_id)))


def _checkup(
    api: APIRouter,
    run_and_history: tuple[Callable[[str], Report], Callable[[], History]],
    clock: Clock,
    reads: DependsOn,
    responder: DependsOn,
) -> None:
    check, history = run_and_history

    @api.post("/runbook/check", summary="Run the proven reads of the runbooks now", dependencies=[responder])
    def run(which: Which | None = None) -> Response:
        found = check(which.sha256 if which else "")
        return Response(msgspec.json.encode(to_json_of_check(found)), media_type="application/json")

    @api.get("/runbook/checks", summary="What is known of the runbook's commands", dependencies=[reads])
    def show() -> Response:
        known = sorted(history().values(), key=lambda one: (one.line, one.text))
        checks = [{**msgspec.to_builtins(one), "works": one.works, "checked": words(one, clock())} for one in known]
        return encoded("stormjib.runbook-checks/1", checks=checks)


def _metrics(api: APIRouter, review: Callable[[str], Any], reads: DependsOn) -> None:
    @api.get("/metrics", summary="The metrics now, against what is usual; no incident is needed", dependencies=[reads])
    def metrics(service: str = "") -> Response:
        found = review(service)
        if found is None:
            raise HTTPException(409, "There is nothing to ask for metrics: set target_url, metrics_url or prometheus_url.")
        return encoded(
            "stormjib.metrics/1",
            source=found.source,
            sentence=found.review.sentence,
            metrics=found.review.metrics,
            problems=found.review.problems,
            seconds=found.seconds,
        )


def _admin(api: APIRouter, verify: Callable[[], tuple[Any, Any]], tokens: Tokens, admin: DependsOn) -> None:
    @api.get("/log/verify", summary="Check the hash chains of every log", dependencies=[admin])
    def verify_log() -> Response:
        checked, broken = verify()
        return encoded("stormjib.verification/1", incidents=checked, broken=broken)

    @api.get("/tokens", summary="Who has a token", dependencies=[admin])
    def list_tokens() -> Response:
        return encoded("stormjib.tokens/1", tokens=[shown(row) for row in tokens.list()], log=tokens.history())

    @api.delete("/tokens/{name}", summary="Revoke the tokens of a name; the same as POST …/revoke", deprecated=True)
    def revoke_token(name: str, who: Annotated[Principal, admin]) -> Response:
        revoked = tokens.perform(REVOKE_TOKEN, {"name": name}, who, key=who.key).entries
        return encoded("stormjib.revoked/1", name=name, revoked=revoked)
