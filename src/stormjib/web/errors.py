"""Answers to requests that can't be met: a status and one sentence that says what to do."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from stormjib.core.incident import Missing, Refused
from stormjib.engine.admission import Forbidden, Invalid
from stormjib.ports import Damaged, NotFound, Overloaded, StoreFailed, Unavailable


def answer(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """``{"error": sentence}``: the one shape of every refusal."""
    return JSONResponse({"error": sentence}, status_code=status, headers=headers)


_STATUSES: Final[dict[type[Exception], int]] = {
    Missing: 404,
    Refused: 409,
    Forbidden: 403,
    NotFound: 404,
    Damaged: 500,
    Overloaded: 503,
    Unavailable: 503,
    StoreFailed: 503,
}
_RETRY_SECONDS: Final = 5
_DESCRIBED: Final = {"Link": '</openapi.json>; rel="service-desc"'}
"""Where a program finds what a call takes (RFC 8631); people are told in the sentence."""


def _known(_: Request, error: Exception) -> Response:
    """What the shell knows, with when to try again where that helps. Its text is the sentence."""
    status = next(status for kind, status in _STATUSES.items() if isinstance(error, kind))
    seconds = getattr(error, "retry_after_seconds", _RETRY_SECONDS)
    return answer(status, str(error), {"Retry-After": str(seconds)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None)


def install(app: FastAPI) -> None:
    """Every exception that the shell knows becomes a status and a sentence."""
    for kind in _STATUSES:
        app.add_exception_handler(kind, _known)

    @app.exception_handler(Invalid)
    def invalid(_: Request, error: Invalid) -> Response:
        return answer(422, str(error), _DESCRIBED)

    @app.exception_handler(500)
    def fault(request: Request, _: Exception) -> Response:
        return answer(500, f"stormjib failed at {request.method} {request.url.path}; its error log has the details.")

    @app.exception_handler(RequestValidationError)
    def unusable(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
        wrong = "is missing from what was sent" if first["type"] == "missing" else f"can't be taken as it is: {first['msg']}"
        return answer(422, f"{where[:1].upper()}{where[1:]} {wrong}.", _DESCRIBED)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers) if error.headers else None
        page: Callable[[Request], Response] | None = getattr(app.state, "not_found", None)
        typed = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
        if error.status_code == HTTPStatus.NOT_FOUND and page and typed:
            return page(request)
        return answer(error.status_code, str(error.detail), headers)
