"""The JSON API: everything that the page and the command line can do, one route each."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from stormjib.core.checkup import History, Report, words
from stormjib.core.checkup import to_json as to_json_of_check
from stormjib.core.narrate import narrate
from stormjib.core.runbook import Runbook, to_json
from stormjib.engine.desk import Desk
from stormjib.ports import Clock, LogReader
from stormjib.web import alerts_api
from stormjib.web.answers import encoded, written
from stormjib.web.auth import Principal, Tokens
from stormjib.web.forms import KEY_CHARS_MAX
from stormjib.web.intake_page import IntakeReport
from stormjib.web.wishes import Action, Answer, Declaration, NewSeverity, NewToken, Settlement, Status, Wanted, Words

Position = Annotated[int, Query(ge=0, lt=2**63)]
"""An entry's number in its log; SQLite's integers end there."""


@contextmanager
def _refused() -> Iterator[None]:
    """A ``ValueError`` with a sentence is the sender's, or the operator's, to put right."""
    try:
        yield
    except ValueError as error:
        raise HTTPException(422, str(error)) from error


def principal(tokens: Tokens, scope: str) -> Callable[[Request], Awaitable[Principal]]:
    """The holder of the bearer token, who must have the scope, with the request's ``Idempotency-Key``.

    The same key with the same request again writes nothing; with another request it is another act.
    """

    async def check(request: Request) -> Principal:
        kind, _, raw = request.headers.get("authorization", "").partition(" ")
        found = tokens.check(raw.strip().encode()) if kind.lower() == "bearer" else None
        if found is None:
            sentence = "This needs a bearer token; make one: stormjib token create NAME --scope respond"
            raise HTTPException(401, sentence, {"WWW-Authenticate": "Bearer"})
        if scope not in found.scopes and "admin" not in found.scopes:
            raise HTTPException(403, f"The token {found.name} lacks the scope {scope!r}.")
        key = request.headers.get("idempotency-key", "")
        if len(key) > KEY_CHARS_MAX:
            raise HTTPException(422, f"The Idempotency-Key has {len(key)} characters and may have {KEY_CHARS_MAX}.")
        if key:
            asked = sha256(request.url.path.encode() + b"\n" + await request.body()).hexdigest()[:16]
            return msgspec.structs.replace(found, key=f"{key}/{asked}")
        return found

    return check


def router(
    *,
    desk: Desk,
    reader: LogReader,
    tokens: Tokens,
    current_runbook: Callable[[], Runbook],
    metrics: Callable[[str], Any],
    verify: Callable[[], tuple[Any, Any]],
    check: tuple[Callable[[], Report], Callable[[], History]],
    intake: Callable[[], IntakeReport],
    clock: Clock,
) -> APIRouter:
    """All routes under /api/v1.

    ``metrics`` reviews a service now; ``verify`` checks the log; ``check``: how to run the runbook's
    proven reads, and what is known of them; ``intake``: what arrived and what became of it.
    """
    api = APIRouter(prefix="/api/v1")
    reads = Depends(principal(tokens, "read"))
    _look(api, desk, reader, current_runbook, reads)
    _whole(api, desk, Depends(principal(tokens, "respond")))
    _commands(api, desk, Depends(principal(tokens, "respond")))
    _progress(api, desk, Depends(principal(tokens, "respond")))
    alerts_api.add(api, desk, reader, reads, Depends(principal(tokens, "respond")))
    _checkup(api, check, clock, reads, Depends(principal(tokens, "respond")))
    _metrics(api, metrics, reads)
    _admin(api, verify, tokens, Depends(principal(tokens, "admin")))

    @api.get("/intake", summary="What each source sent, and what became of every alert", dependencies=[reads])
    def show_intake() -> Response:
        return Response(
            msgspec.json.encode({"schema": "stormjib.intake/1", **msgspec.structs.asdict(intake())}),
            media_type="application/json",
        )

    @api.get("/whoami", summary="Who this token is")
    def whoami(who: Annotated[Principal, reads]) -> Response:
        return encoded("stormjib.principal/1", name=who.name, scopes=sorted(who.scopes))

    return api


def _look(api: APIRouter, desk: Desk, reader: LogReader, current: Callable[[], Runbook], reads: Any) -> None:  # noqa: ANN401
    @api.get("/incidents", summary="Incidents: the newest first, or with order=worst the open ones first", dependencies=[reads])
    def incidents(limit: int = 100, order: Literal["newest", "worst"] = "newest", *, open: bool = False) -> Response:  # noqa: A002
        """With ``order=worst`` the open ones stand first, by severity and then those that nobody has; ``open`` leaves out the others.

        ``open`` in the answer says how many are open per severity and ``total`` how many there are, listed or not.
        """
        limit = min(max(limit, 1), 1000)
        found, counts = reader.worst_first(limit, open_only=open)
        if order == "newest":
            found = reader.incidents(limit=limit, open_only=open)
        return encoded("stormjib.incidents/1", incidents=found, open=counts, total=reader.incident_count())

    @api.get("/incidents/{incident_id}", summary="One incident, everything but its log", dependencies=[reads])
    def show(incident_id: str) -> Response:
        return encoded("stormjib.incident/1", incident=desk.room(incident_id))

    @api.get("/incidents/{incident_id}/log", summary="The log after an entry", dependencies=[reads])
    def log(incident_id: str, after: Position = 0, limit: int = 1000) -> Response:
        entries = desk.entries(incident_id, after, min(max(limit, 1), 10_000))
        lines = [{**msgspec.to_builtins(entry), "text": narrate(entry.fact)} for entry in entries]
        return encoded("stormjib.log/1", entries=lines)

    @api.get("/incidents/{incident_id}/output/{sha256}", summary="The raw output of a command", dependencies=[reads])
    def output(incident_id: str, sha256: str) -> Response:
        desk.incident(incident_id)
        return Response(
            reader.blob(sha256), media_type="text/plain; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"}
        )

    @api.get("/incidents/{incident_id}/postmortem", summary="The post-mortem as Markdown", dependencies=[reads])
    def document(incident_id: str) -> Response:
        return Response(desk.postmortem(incident_id), media_type="text/markdown; charset=utf-8")

    @api.get("/runbook", summary="The runbook in force, compiled", dependencies=[reads])
    def runbook() -> Response:
        return Response(msgspec.json.encode(to_json(current())), media_type="application/json")


def _whole(api: APIRouter, desk: Desk, responder: Any) -> None:  # noqa: ANN401
    who_type = Annotated[Principal, responder]

    @api.post("/incidents", status_code=201, summary="Declare an incident")
    def declare(body: Declaration, who: who_type) -> Response:
        return written(desk.declare(body.title, body.severity, body.service, who.name, body.cause or who.key), 201)

    @api.post("/incidents/{incident_id}/acknowledge", summary="Acknowledge; the second time changes nothing")
    def acknowledge(incident_id: str, who: who_type) -> Response:
        return written(desk.once(who.key).acknowledge(incident_id, who.name))

    @api.post("/incidents/{incident_id}/notes", summary="Write a note into the log")
    def note(incident_id: str, body: Words, who: who_type) -> Response:
        return written(desk.once(who.key).note(incident_id, who.name, body.text))

    @api.post("/incidents/{incident_id}/severity", summary="Judge the severity anew")
    def severity(incident_id: str, body: NewSeverity, who: who_type) -> Response:
        return written(desk.once(who.key).severity(incident_id, who.name, body.severity, body.reason))

    @api.post("/incidents/{incident_id}/reopen", summary="It was not over")
    def reopen(incident_id: str, body: Words, who: who_type) -> Response:
        return written(desk.once(who.key).reopen(incident_id, who.name, body.text))

    @api.post("/incidents/{incident_id}/action-items", summary="Add an action item")
    def action_item(incident_id: str, body: Action, who: who_type) -> Response:
        return written(desk.once(who.key).action_item(incident_id, who.name, body.text, body.owner, body.due))


def _commands(api: APIRouter, desk: Desk, responder: Any) -> None:  # noqa: ANN401
    who_type = Annotated[Principal, responder]

    @api.post("/incidents/{incident_id}/runs", summary="Propose a command of the runbook; a read just runs")
    def propose(incident_id: str, body: Wanted, who: who_type) -> Response:
        return written(desk.once(who.key).propose(incident_id, who.name, body.command_id, body.reason))

    @api.post("/incidents/{incident_id}/collect", summary="Run a read of the runbook")
    def collect(incident_id: str, body: Wanted, who: who_type) -> Response:
        return written(desk.once(who.key).collect(incident_id, who.name, body.command_id))

    @api.post("/incidents/{incident_id}/runs/{run_id}/approve", summary="Approve a proposed run")
    def approve(incident_id: str, run_id: str, body: Answer, who: who_type) -> Response:
        return written(desk.once(who.key).approve(incident_id, who.name, run_id, body.reason))

    @api.post("/incidents/{incident_id}/runs/{run_id}/refuse", summary="Refuse a proposed run")
    def refuse(incident_id: str, run_id: str, body: Answer, who: who_type) -> Response:
        return written(desk.once(who.key).refuse(incident_id, who.name, run_id, body.reason))

    @api.post("/incidents/{incident_id}/runs/{run_id}/settle", summary="Say what became of a run with an unknown outcome")
    def settle(incident_id: str, run_id: str, body: Settlement, who: who_type) -> Response:
        return written(desk.once(who.key).settle(incident_id, who.name, run_id, took_effect=body.took_effect, note=body.note))


def _progress(api: APIRouter, desk: Desk, responder: Any) -> None:  # noqa: ANN401
    who_type = Annotated[Principal, responder]

    @api.post("/incidents/{incident_id}/items/{item_id}/tick", summary="Say that an item is done")
    def tick(incident_id: str, item_id: str, body: Words, who: who_type) -> Response:
        return written(desk.once(who.key).tick(incident_id, who.name, item_id, body.text))

    @api.post("/incidents/{incident_id}/items/{item_id}/untick", summary="Take a tick back")
    def untick(incident_id: str, item_id: str, body: Words, who: who_type) -> Response:
        return written(desk.once(who.key).untick(incident_id, who.name, item_id, body.text))

    @api.post("/incidents/{incident_id}/status", summary="Tell an audience")
    def status(incident_id: str, body: Status, who: who_type) -> Response:
        return written(
            desk.once(who.key).post_status(
                incident_id, who.name, stage=body.stage, audience=body.audience, text=body.text, values=body.values
            )
        )

    @api.post("/incidents/{incident_id}/status/preview", summary="The text that would be told, and its empty fields")
    def preview(incident_id: str, body: Status, _: who_type) -> Response:
        text, left = desk.preview_status(incident_id, body.stage, body.values)
        return encoded("stormjib.preview/1", text=text, fields_left=left)

    @api.post("/incidents/{incident_id}/verify", summary="Measure the recovery")
    def verify(incident_id: str, who: who_type) -> Response:
        return written(desk.once(who.key).verify(incident_id, who.name))

    @api.post("/incidents/{incident_id}/resolve", summary="Say that the service is back; refused until that is proven")
    def resolve(incident_id: str, body: Words, who: who_type) -> Response:
        return written(desk.once(who.key).resolve(incident_id, who.name, body.text))

    @api.post("/incidents/{incident_id}/close", summary="Close; refused until every exit criterion holds")
    def close(incident_id: str, who: who_type) -> Response:
        return written(desk.once(who.key).close(incident_id, who.name))


def _checkup(
    api: APIRouter,
    run_and_history: tuple[Callable[[], Report], Callable[[], History]],
    clock: Clock,
    reads: Any,  # noqa: ANN401
    responder: Any,  # noqa: ANN401
) -> None:
    check, history = run_and_history

    @api.post("/runbook/check", summary="Run the runbook's proven reads now", dependencies=[responder])
    def run() -> Response:
        return Response(msgspec.json.encode(to_json_of_check(check())), media_type="application/json")

    @api.get("/runbook/checks", summary="What is known of the runbook's commands", dependencies=[reads])
    def show() -> Response:
        known = sorted(history().values(), key=lambda one: (one.line, one.text))
        checks = [{**msgspec.to_builtins(one), "works": one.works, "checked": words(one, clock())} for one in known]
        return encoded("stormjib.runbook-checks/1", checks=checks)


def _metrics(api: APIRouter, review: Callable[[str], Any], reads: Any) -> None:  # noqa: ANN401
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


def _admin(api: APIRouter, verify: Callable[[], tuple[Any, Any]], tokens: Tokens, admin: Any) -> None:  # noqa: ANN401
    @api.get("/log/verify", summary="Check the hash chains of every log", dependencies=[admin])
    def verify_log() -> Response:
        checked, broken = verify()
        return encoded("stormjib.verification/1", incidents=checked, broken=broken)

    @api.get("/tokens", summary="Who has a token", dependencies=[admin])
    def list_tokens() -> Response:
        rows = [{"name": row.name, "scopes": row.scopes, "created_at": row.created_at} for row in tokens.list()]
        return encoded("stormjib.tokens/1", tokens=rows)

    @api.post("/tokens", status_code=201, summary="Make a token; it is shown once", dependencies=[admin])
    def create_token(body: NewToken) -> Response:
        with _refused():
            token = tokens.create(body.name, body.scopes)
        return encoded("stormjib.token/1", 201, name=body.name, scopes=body.scopes, token=token)

    @api.delete("/tokens/{name}", summary="Revoke the tokens of a name", dependencies=[admin])
    def revoke_token(name: str) -> Response:
        return encoded("stormjib.revoked/1", name=name, revoked=tokens.revoke(name))
