"""The operator's routes: health, readiness, metrics, maintenance."""

import logging
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from watermark_lab import __version__, body, logs
from watermark_lab.admin import is_admin
from watermark_lab.body import Refused
from watermark_lab.lab_state import Lab
from watermark_lab.maintenance import DEFAULT_MESSAGE, MESSAGE_CHARACTERS_MAX, Maintenance
from watermark_lab.metrics import CONTENT_TYPE


def routes(lab: Lab) -> list[BaseRoute]:
    """Give the routes that operators and their tools use."""
    handlers = Operations(lab)
    return [
        Route("/", handlers.index, methods=["GET"]),
        Route("/health", handlers.health, methods=["GET"]),
        Route("/ready", handlers.ready, methods=["GET"]),
        Route("/metrics", handlers.metrics, methods=["GET"]),
        Route("/admin/maintenance", handlers.maintenance, methods=["GET", "POST"]),
    ]


class Operations:
    """Handlers that keep working in maintenance mode, without Redis and under injected faults."""

    def __init__(self, lab: Lab) -> None:
        """Serve one lab."""
        self._lab = lab

    async def index(self, _request: Request) -> Response:
        """Say what stands here to whoever opens the address alone."""
        return JSONResponse(
            {
                "service": "watermark-lab-api",
                "paths": ["/health", "/ready", "/metrics", "/v1/watermark", "/v1/detect", "/v1/attack", "/admin/maintenance"],
            }
        )

    async def health(self, _request: Request) -> Response:
        """Say that the process lives; dependencies are the business of /ready."""
        state = self._lab.maintenance.state()
        return JSONResponse(
            {
                "status": "ok",
                "service": "watermark-lab-api",
                "version": self._lab.settings.release or __version__,
                "maintenance": state.enabled,
                "uptime_seconds": round(time.monotonic() - self._lab.started_seconds, 3),
            }
        )

    async def ready(self, _request: Request) -> Response:
        """Say whether requests can be served, and if not, which dependency is missing."""
        problems = await self._lab.problems()
        problems["model"] = "The language model is not loaded." if self._lab.model is None else ""
        failing = [name for name, problem in problems.items() if problem]
        checks = {name: {"ok": not problem, "error": problem} if problem else {"ok": True} for name, problem in problems.items()}
        if not failing:
            return JSONResponse({"status": "ready", "checks": checks})
        sentence = " ".join(problems[name] for name in failing)
        return JSONResponse({"status": "unavailable", "failing": failing, "error": sentence, "checks": checks}, 503)

    async def metrics(self, _request: Request) -> Response:
        """Give the metrics; asks the dependencies first, or their gauges would show the past."""
        await self._lab.problems()
        self._lab.metrics.maintenance.set(1 if self._lab.maintenance.state().enabled else 0)
        return Response(self._lab.metrics.text(), media_type=CONTENT_TYPE)

    async def maintenance(self, request: Request) -> Response:
        """Show or, with the admin token, set maintenance mode."""
        if request.method != "POST":
            return _answer(self._lab.maintenance.state())
        self._authorize(request)
        content = await body.json_object(request)
        enabled = content.get("enabled")
        if not isinstance(enabled, bool):
            raise Refused(422, '"enabled" is needed and must be true or false.')
        message = body.text(content, "message", default="", characters_max=MESSAGE_CHARACTERS_MAX).strip()
        try:
            state = self._lab.maintenance.set(enabled=enabled, message=message or DEFAULT_MESSAGE)
        except OSError as error:
            logs.line(logging.ERROR, f"Cannot store the maintenance state ({error}).")
            raise Refused(503, "The maintenance state could not be stored; look at the state directory and its disk.") from error
        logs.line(logging.WARNING, f"Maintenance mode is {'on' if enabled else 'off'}.", maintenance=enabled)
        return _answer(state)

    def _authorize(self, request: Request) -> None:
        if not self._lab.settings.admin_token:
            raise Refused(503, "This service has no ADMIN_TOKEN, so nobody may change it; set one and restart the service.")
        if not is_admin(request, self._lab.settings):
            logs.line(logging.WARNING, "A request to an admin endpoint had no valid token.")
            raise Refused(
                401,
                "The admin token is missing or wrong; send Authorization: Bearer and the token.",
                {"WWW-Authenticate": "Bearer"},
            )


def _answer(state: Maintenance) -> Response:
    return JSONResponse({"enabled": state.enabled, "message": state.message, "since": state.since})
