"""Observation: one log line and one count for every request, whatever answered it."""

import logging
import secrets
import time
from collections.abc import Collection
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from watermark_lab import logs
from watermark_lab.metrics import Metrics

UNKNOWN_ROUTE: Final = "unknown"
CLOSED: Final = "watermark_lab.closed"
"""the key of the ASGI scope that says: refused by maintenance mode"""
_PATH_CHARACTERS_MAX: Final = 200
_SERVER_ERROR: Final = 500
_UNAVAILABLE: Final = 503


class Observed:
    """Wraps the whole application, its error pages included."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: Collection[str]) -> None:
        """Count requests under their route; paths that are not routes share one name, or a scanner could fill the memory."""
        self._app = app
        self._metrics = metrics
        self._routes = frozenset(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of the ASGI protocol."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        status = _SERVER_ERROR  # what the client gets when the application ends without an answer
        start = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", []), (b"x-request-id", request_id.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            seconds = time.perf_counter() - start
            route = scope["path"] if scope["path"] in self._routes else UNKNOWN_ROUTE
            if scope.get(CLOSED):
                self._metrics.closed(route)
            else:
                self._metrics.request(route, status, seconds)
            path, client = scope["path"][:_PATH_CHARACTERS_MAX], scope.get("client")
            logs.line(
                _level(status),
                f"{scope['method']} {path} {status}",
                method=scope["method"],
                path=path,
                status=status,
                seconds=round(seconds, 6),
                client=client[0] if client else "",
                request_id=request_id,
            )


def _level(status: int) -> int:
    """Grade an answer: 503 is the service refusing on purpose, and whatever made it refuse has its own error line."""
    if status == _UNAVAILABLE:
        return logging.WARNING
    return logging.ERROR if status >= _SERVER_ERROR else logging.INFO
