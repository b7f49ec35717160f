"""The API's routes of the actions: one for each row of the table, with its body described by the row."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from stormjib.core.actions import SITE_TABLE, TABLE, TOKEN_TABLE, Action, parameters_of
from stormjib.core.actions.token import CREATE_TOKEN
from stormjib.core.narrate import narrate
from stormjib.engine.admission import Invalid
from stormjib.engine.perform import Door
from stormjib.engine.written import Written
from stormjib.web.answers import encoded
from stormjib.web.auth import Principal, Tokens
from stormjib.web.bearer import principal
from stormjib.web.mended import mended

SCHEMAS: Final = "#/components/schemas/{name}"


async def _body(request: Request) -> bytes:
    return await request.body()


def add(api: APIRouter, door: Door, tokens: Tokens) -> None:
    """Add a route for each action."""
    for action in (*TABLE, *SITE_TABLE, *TOKEN_TABLE):
        api.add_api_route(
            f"/{action.path}",
            _endpoint(action, door, tokens),
            methods=["POST"],
            status_code=_status(action),
            summary=action.summary,
            operation_id=action.name,
            openapi_extra=_described(action),
        )


def _endpoint(action: Action[Any], door: Door, tokens: Tokens) -> Callable[..., Response]:
    who_type = Annotated[Principal, Depends(principal(tokens, action.scope))]

    def endpoint(request: Request, who: who_type, body: Annotated[bytes, Depends(_body)], *, dry_run: bool = False) -> Response:
        """With ``dry_run`` it says what would be written now, and writes nothing."""
        incident_id = request.path_params.get("incident_id", "")
        given = {**(_read(body) if _has_body(action) else {}), **request.path_params}
        if dry_run:
            if action.on == "tokens":
                facts = tokens.rehearse(action, given, who)
            else:
                incident_id, facts = door.rehearse(action, incident_id, given, who)
            return encoded("stormjib.dry-run/1", incident=incident_id, facts=facts, sentences=[narrate(fact) for fact in facts])
        if action.on == "tokens":
            return written(tokens.perform(action, given, who, key=who.key), _status(action))
        return written(door.perform(action, incident_id, given, who, key=who.key), _status(action))

    return endpoint


def _status(action: Action[Any]) -> int:
    return 201 if action.on == "new" or action is CREATE_TOKEN else 200


def written(what: Written, status_code: int = 200) -> Response:
    """What an action wrote."""
    known = {
        "token": what.secret,
        "severity": what.severity,
        "called": what.called,
        "run_id": what.run_id,
        "warning": what.warning,
        "until": what.until,
        "since": what.since,
    }
    said = {name: value for name, value in known.items() if value}
    return encoded("stormjib.written/1", status_code, incident=what.incident, seq=what.seq, entries=what.entries, **said)


def _read(body: bytes) -> dict[str, object]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        again = mended(body)
        if again and again[0][:1] == b"{":
            return msgspec.json.decode(again[0], type=dict[str, Any])
        raise Invalid(f"The body is no JSON object that can be read: {error}.") from error


def _has_body(action: Action[Any]) -> bool:
    """Whether there is anything to send that a caller has to think of."""
    return any(
        f"{{{one.wire}}}" not in action.path and one.help != "" and one.wire != "seen" for one in parameters_of(action.parameters)
    )


def _described(action: Action[Any]) -> dict[str, Any]:
    """The parts of the path and the body, as OpenAPI has them."""
    helps = {one.wire: one.help for one in parameters_of(action.parameters)} | {"incident_id": "the incident, such as INC-7"}
    parts = [part.strip("{}") for part in action.path.split("/") if part.startswith("{")]
    described: dict[str, Any] = {
        "parameters": [
            {"name": part, "in": "path", "required": True, "description": helps[part], "schema": {"type": "string"}}
            for part in parts
        ]
    }
    if _has_body(action):
        example = {name: value for name, value in msgspec.to_builtins(action.example).items() if name not in parts}
        content = {"schema": {"$ref": SCHEMAS.format(name=schema_name(action))}, "example": example}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    return described


def schema_name(action: Action[Any]) -> str:
    """Under which name the body of an action is described."""
    return "".join(word.capitalize() for word in action.name.split("-"))


def schemas() -> dict[str, Any]:
    """The bodies of all actions by name, and what they refer to; without what stands in the path."""
    found: dict[str, Any] = {}
    for action in (*TABLE, *SITE_TABLE, *TOKEN_TABLE):
        _, parts = msgspec.json.schema_components((action.parameters,), ref_template=SCHEMAS)
        body = parts.pop(action.parameters.__name__)
        in_path = {part.strip("{}") for part in action.path.split("/") if part.startswith("{")}
        fields = {name: schema for name, schema in body["properties"].items() if name not in in_path}
        required = [name for name in body.get("required", ()) if name not in in_path]
        found |= parts
        if _has_body(action):
            found[schema_name(action)] = {"type": "object", "properties": fields, "required": required}
    return found
