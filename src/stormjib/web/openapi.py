"""The API's description of itself: every status that a call may answer, the bodies of the actions, and the ways in for alerts."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from stormjib.web import actions_api
from stormjib.web.ways import WAYS, Way, heartbeat_way

_SENTENCES: Final = {
    400: "The body can't be read.",
    401: "There is no token, or nobody has this one.",
    403: "The token lacks the scope.",
    404: "There is no such incident, run, output or token.",
    405: "The address takes another method.",
    408: "The body did not arrive in time.",
    409: "Refused: not now, not by this person, or not proven yet. The sentence says what to do next.",
    413: "The body is too large.",
    422: "A parameter is missing, too long or wrong; the sentence names it.",
    429: "Too many requests of this kind at once, or a minute; Retry-After says when to try again.",
    500: "A fault of the program, or a damaged log.",
    503: "Too much waits, the disk is full, or the database refuses. Nothing was written; send it again.",
}
"""What each status means. Each of them answers with one sentence, as ``{"error": …}``."""
_EVERYWHERE: Final = (401, 403, 422, 429, 500, 503)
_WITH_BODY: Final = (409, 413)
_OF_ALERTS: Final = (400, 401, 403, 408, 413, 422, 503)
_ERROR: Final = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
HEARTBEATS: Final = ("/heartbeat/{name}", "/heartbeat/{name}/fail")
_TAKEN: Final = {
    "type": "object",
    "properties": {
        "schema": {"type": "string"},
        "accepted": {"type": "integer"},
        "new": {"type": "integer"},
        "repeated": {"type": "integer"},
        "incidents": {"type": "array", "items": {"type": "string"}},
        "refused": {"type": "array", "items": {"type": "string"}},
    },
}


def describe(app: FastAPI) -> None:
    """Have ``/openapi.json`` tell all of it; it is put together at the first request."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _whole(get_openapi(title=app.title, version=app.version, routes=app.routes))
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _whole(found: dict[str, Any]) -> dict[str, Any]:
    for path, methods in found["paths"].items():
        for method, call in methods.items():
            statuses = [*_EVERYWHERE, *(_WITH_BODY if method == "post" else ()), *((404,) if "{" in path else ())]
            call["responses"] |= {str(status): _refusal(status) for status in sorted({*statuses, *_more(path, method)})}
    for path, way in (*WAYS.items(), *((path, heartbeat_way(path, ())) for path in HEARTBEATS)):
        if way is not None:
            found["paths"].setdefault(path, {})["post"] = _alerts(way, path)
    components = found.setdefault("components", {})
    kept = {name: schema for name, schema in components.get("schemas", {}).items() if "ValidationError" not in name}
    components["schemas"] = {**kept, **actions_api.schemas(), "Error": _ERROR, "Taken": _TAKEN}
    return found


def _more(path: str, method: str) -> tuple[int, ...]:
    """What single calls answer beside: nothing to measure, or nothing to review."""
    return (409,) if path.endswith("/metrics") and method == "get" else ()


def _alerts(way: Way, path: str) -> dict[str, Any]:
    body: dict[str, Any] = {"type": "object", "description": f"What {way.source} sends; docs/howto/intake.md has the fields."}
    if path.startswith("/api/"):
        body = {"oneOf": [body, {"type": "array", "items": body}]}
    statuses = (*_OF_ALERTS, *(() if path.startswith("/api/") else (405,)))
    taken = _json("Taken") if way.answer is None else {"application/json": {"schema": {"type": "object"}}}
    return {
        "summary": f"Send alerts as {way.source} does",
        "operationId": f"alerts-to{path.replace('/', '-')}",
        "security": [{"HTTPBearer": []}],
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}]
        if "{name}" in path
        else [],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            str(way.status): {"description": "On disk, and what became of it.", "content": taken},
            **{str(status): _refusal(status) for status in sorted(statuses)},
        },
    }


def _refusal(status: int) -> dict[str, Any]:
    return {"description": _SENTENCES[status], "content": _json("Error")}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
