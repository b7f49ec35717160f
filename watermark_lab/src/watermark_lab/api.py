"""The API: the routes of watermark-lab-api, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from watermark_lab import operations, texts
from watermark_lab.body import Refused
from watermark_lab.lab_state import Lab
from watermark_lab.model import Model
from watermark_lab.observe import Observed
from watermark_lab.settings import Settings


def create_app(settings: Settings, model: Model | None) -> Observed:
    """Make the ASGI application; without a model it lives, is not ready, and can only detect.

    Raises ValueError when the Redis URL cannot be used.
    """
    lab = Lab(settings, model)
    routes = [*operations.routes(lab), *texts.routes(lab)]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        leak = asyncio.create_task(lab.leak.run())
        yield
        leak.cancel()
        await lab.cache.close()

    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={Refused: _refused, HTTPException: _http_error, 500: _unexpected},
    )
    return Observed(app, lab.metrics, {route.path for route in routes if isinstance(route, Route)})


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    return JSONResponse({"error": error.sentence}, error.status, error.headers)


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    sentence = {
        404: "There is nothing at this address.",
        405: f"{request.method} is not possible here; see the Allow header.",
    }.get(error.status_code, error.detail)
    return JSONResponse({"error": sentence}, error.status_code, error.headers)


async def _unexpected(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"error": "The service failed to answer; the cause is in its log."}, 500)
