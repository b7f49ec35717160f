"""The server's process: its socket, its signals, how it begins and how it ends."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from types import FrameType
from typing import NoReturn, cast

import uvicorn

from stormjib.app import App
from stormjib.engine.library import NoRunbook
from stormjib.full_disk import open_app
from stormjib.own_log import JsonLines, Lines, Seldom
from stormjib.ports import NotFound, StoreFailed
from stormjib.settings import Settings
from stormjib.store.database import lacking
from stormjib.supervisor import Watchdog, end_at_once, notify
from stormjib.web.bearer import SIGN_IN
from stormjib.web.connections import Connections, room

BACKLOG = 2048
"""Connections that wait to be accepted, uvicorn's own default."""

_SETTLED_SECONDS = 5.0
_ARENA_MAX = -8
"""``M_ARENA_MAX`` of mallopt(3)."""
_NO_THREAD = "can't start new thread"
_STARVED = (
    "the system gives it no more memory or no more threads. Raise the limits of this process (ulimit -v, ulimit -u, or those of "
    "its container or service)."
)

_log = logging.getLogger(__name__)


def serve(settings: Settings, log_format: str = "text") -> int:
    """Run the server until it is told to stop; an exit code. ``log_format``: text or json."""
    configure_logging(log_format)
    _share_memory()
    _use_all_files()
    if lacking():
        return _refuse(lacking())
    try:
        listening = _listen(settings)
        app = open_app(settings)
    except (StoreFailed, NoRunbook, ValueError, OSError) as error:
        return _refuse(_reason(error))
    connections = Connections(room(), app.refused_connection)
    config = uvicorn.Config(
        app.asgi,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        http=cast("type[asyncio.Protocol]", connections.protocol()),
        loop="uvloop",
        lifespan="off",
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )
    server = _Server(config, app)
    # uvicorn raises the signal again once it has ended, and by default SIGTERM would then kill what is still to be put away.
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, lambda *_: app.catalogue.wake())
    threading.excepthook = _end_with_thread
    watchdog = Watchdog(lambda: app.inbox.write(lambda log: log.put_setting("watchdog", "")))
    try:
        if _start(app):
            watchdog.start()
            with contextlib.suppress(SystemExit):
                server.run(sockets=[listening])
    finally:
        watchdog.stop()
        app.stop()
    # A command that is under way would hold the exit up; its run is reported as unknown by the next start.
    sys.stderr.flush()
    os._exit(0 if server.started else 1)


def _start(app: App) -> bool:
    """Start everything but the answering; False where that fails, which has been said."""
    try:
        app.start()
    except StoreFailed as error:
        _refuse(str(error))
    except (MemoryError, RuntimeError) as error:
        # Python's own for a thread that the system refuses is a RuntimeError.
        if not isinstance(error, MemoryError) and str(error) != _NO_THREAD:
            raise
        end_at_once(_STARVED)
    else:
        _warn(app)
        _spare_the_collector()
        # The first requests load and build as much again.
        settled = threading.Timer(_SETTLED_SECONDS, _spare_the_collector)
        settled.daemon = True
        settled.start()
        return True
    return False


def _refuse(sentence: str) -> int:
    """Say why it does not start; the exit code."""
    print(f"stormjib can't start. {sentence}", file=sys.stderr)
    return 1


class _Server(uvicorn.Server):
    """Says when it serves, and ends the live pages first: their streams would keep it waiting for its whole grace period."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """From here on it answers, so that now it may be said."""
        await super().startup(sockets)
        settings = self._app.settings
        title = self._app.library.current().title
        notify("READY=1")
        if settings.mode == "shadow":
            _log.warning("SHADOW: this server pages nobody, tells nobody and starts no command")
        _log.info("stormjib serves %s by “%s”, its log is in %s", settings.url, title, settings.data_dir)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came."""
        notify("STOPPING=1")
        self._app.hub.close()
        super().handle_exit(sig, frame)


def _end_with_thread(failed: threading.ExceptHookArgs) -> None:
    """A server that lacks one of its threads looks well and does nothing, so it ends and is started again."""
    if isinstance(failed.exc_value, StoreFailed):
        end_at_once(failed.exc_value.reason)
    if isinstance(failed.exc_value, MemoryError) or str(failed.exc_value) == _NO_THREAD:
        end_at_once(_STARVED)
    sys.excepthook(failed.exc_type, failed.exc_value or failed.exc_type(), failed.exc_traceback)
    end_at_once(f"the thread {failed.thread.name if failed.thread else '?'} failed")


def _reason(error: Exception) -> str:
    """What an operator can do about it."""
    if not isinstance(error, OSError) or not error.filename:
        return str(error)
    return (
        f"{error.filename} can't be used ({error.strerror}). Check that it exists, who owns it and its permissions, or give "
        "another directory: --data-dir."
    )


def _leave(*_: object) -> NoReturn:
    raise SystemExit(0)


def _spare_the_collector() -> None:
    """What is loaded by now stays; looking through it again and again took a quarter of the way in's speed.

    What only the start needed is given back to the system, where its C library can do that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    if give_back := getattr(ctypes.CDLL(None), "malloc_trim", None):
        give_back(0)


def _share_memory() -> None:
    """Few places from which threads take memory, where the C library has one for each: what they keep for later is twice as much."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_ARENA_MAX, 2)


def _use_all_files() -> None:
    """Idle connections must not keep an alert out: as many as the system lets this process have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _listen(settings: Settings) -> socket.socket:
    """The port is taken before anything is opened, so that a second server on it changes nothing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        # Only who listens has the port for itself: two may bind it.
        listening.listen(BACKLOG)
    except OSError as error:
        raise ValueError(f"{settings.host}:{settings.port} can't be used ({error.strerror}). Choose another: --port.") from error
    return listening


def configure_logging(log_format: str = "text") -> None:
    """Logs go to stderr, one line an event."""
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    shape = JsonLines() if log_format == "json" else Lines("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    for handler in logging.getLogger().handlers:
        handler.setFormatter(shape)
    logging.getLogger(SIGN_IN).addFilter(Seldom())
    for name in ("httpx2", "httpcore2", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _warn(app: App) -> None:
    """What would hurt at night is said at the start."""
    for problem in app.problems():
        _log.error("%s", problem)
    book = app.library.current()
    for contact in book.contacts:
        if not contact.filled and contact.kind == "person" and not app.settings.responders:
            _log.warning("line %d names no person for %s: set responders in the settings", contact.line, contact.name)
    if not (app.settings.webhook_url or any(one.contact for one in app.door.policy.people)):
        _log.warning("pages only reach the built-in room: set webhook_url in the settings, or contact in people/")
    needed = {secret for command in book.commands for secret in command.secrets}
    with contextlib.suppress(NotFound, ValueError):
        for name in sorted(needed - app.settings.command_env().keys()):
            _log.warning("a command of the runbook needs $%s: put it into command_env_file", name)
