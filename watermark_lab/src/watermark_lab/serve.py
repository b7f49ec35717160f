"""`watermark-lab api`: builds the service and runs it."""

import logging
import os
import sys
from argparse import Namespace
from dataclasses import replace

import uvicorn

from watermark_lab import logs, model
from watermark_lab.api import create_app
from watermark_lab.model import Model, ModelError
from watermark_lab.settings import Settings, SettingsError, read

KEEP_ALIVE_SECONDS = 5
SHUTDOWN_SECONDS = 5


def run(arguments: Namespace) -> int:
    """Serve until a signal comes, which then ends the process as usual; gives 1 when it could not start, 2 for bad settings."""
    try:
        settings = _overridden(read(os.environ), arguments)
        logs.configure(settings.log_file)
        app = create_app(settings, _model())
    except (SettingsError, ValueError) as error:
        sys.stderr.write(f"watermark-lab: {error}\n")
        return 2
    if not settings.admin_token:
        logs.line(logging.WARNING, "ADMIN_TOKEN is not set: maintenance mode cannot be switched.")
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    server.run()
    return 0 if server.started else 1


def _overridden(settings: Settings, arguments: Namespace) -> Settings:
    host = settings.host if arguments.host is None else arguments.host
    return replace(settings, host=host, port=settings.port if arguments.port is None else arguments.port)


def _model() -> Model | None:
    try:
        return model.load()
    except ModelError as error:
        logs.line(logging.ERROR, str(error))
        return None
