"""Slack over HTTP: three addresses, each message signed, of now, and taken once. The answer is in the response, at once."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stormjib.ports import DeliveryError
from stormjib.web.errors import answer
from stormjib.web.refusals import Refusals
from stormjib.web.signed import Signatures
from stormjib.web.slack import SOURCE, Slack
from stormjib.web.ways import Refusal

BELOW: Final = "/hooks/slack/"
FIELDS_MAX: Final = 100
Read = Callable[[bytes], Mapping[str, Any]]
_CLOSE: Final = {"Connection": "close"}


def routes(slack: Slack, signatures: Signatures, refusals: Refusals) -> list[Route]:
    """Where Slack sends to: commands, what is pressed or sent in a modal, and what happens."""

    def route(name: str, read: Read, take: Callable[[Any], Mapping[str, Any] | None]) -> Route:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            try:
                seal = await signatures.check(SOURCE, request.headers.raw, body)
                said = _read(read, body)
                found = await run_in_threadpool(take, said)
            except Refusal as refusal:
                sender = request.client.host if request.client else ""
                refusals.note(SOURCE, str(refusal.status), refusal.reason, sender=sender)
                return answer(refusal.status, refusal.reason, _CLOSE)
            except DeliveryError as error:
                return answer(HTTPStatus.SERVICE_UNAVAILABLE, error.reason)
            await signatures.taken(seal)
            return JSONResponse(found) if found else Response()

        return Route(f"{BELOW}{name}", endpoint, methods=["POST"])

    return [
        route("commands", _form, slack.command),
        route("interactive", lambda body: _json(_form(body).get("payload", "").encode()), slack.interactive),
        route("events", _json, slack.event),
    ]


def _read(read: Read, body: bytes) -> Mapping[str, Any]:
    try:
        return read(body)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise Refusal(400, f"This is no message of Slack that can be read: {error}.") from error


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX))


def _json(body: bytes) -> dict[str, Any]:
    return msgspec.json.decode(body, type=dict[str, Any])
