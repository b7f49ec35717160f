"""Answers to requests that can't be met: a status and one sentence that says what to do."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from stormjib.core.incident import Refused
from stormjib.engine.perform import Forbidden, Invalid
from stormjib.ports import Damaged, NotFound, Overloaded, StoreFailed, Unavailable


def answer(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """``{"error": sentence}``: the one shape of every refusal."""
    return JSONResponse({"error": sentence}, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Every exception that the shell knows becomes a status and a sentence."""

    @app.exception_handler(Refused)
    def refused(_: Request, error: Refused) -> Response:
        return answer(409, str(error))

    @app.exception_handler(Forbidden)
    def forbidden(_: Request, error: Forbidden) -> Response:
        return answer(403, str(error))

    @app.exception_handler(Invalid)
    def unusable(_: Request, error: Invalid) -> Response:
        return answer(422, f"{error} See /openapi.json for what this call takes.")

    @app.exception_handler(NotFound)
    def not_found(_: Request, error: NotFound) -> Response:
        return answer(404, str(error))

    @app.exception_handler(Overloaded)
    def overloaded(_: Request, error: Overloaded) -> Response:
        return answer(503, error.reason, {"Retry-After": str(error.retry_after_seconds)})

    @app.exception_handler(Unavailable)
    def unavailable(_: Request, error: Unavailable) -> Response:
        return answer(503, str(error), {"Retry-After": "5"})

    @app.exception_handler(StoreFailed)
    def store_failed(_: Request, error: StoreFailed) -> Response:
        return answer(503, error.reason, {"Retry-After": "5"})

    @app.exception_handler(Damaged)
    def damaged(_: Request, error: Damaged) -> Response:
        return answer(500, str(error))

    @app.exception_handler(500)
    def fault(request: Request, _: Exception) -> Response:
        return answer(500, f"stormjib failed at {request.method} {request.url.path}; its error log has the details.")

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
        return answer(422, f"{where}: {first['msg']}. See /openapi.json for what this call takes.")

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> Response:
        headers = dict(error.headers) if error.headers else None
        return answer(error.status_code, str(error.detail), headers)
