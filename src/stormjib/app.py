"""The composition root: the only one who knows everybody, reads the clock and makes ids."""

import os
import secrets
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from stormjib import __version__
from stormjib.core.effects import (
    Collect,
    DraftPostmortem,
    Measure,
    OpenChannel,
    Page,
    ReadLogs,
    ReviewMetrics,
    RunCommand,
    SendMessage,
    react,
)
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import AnyFact, Entry
from stormjib.core.proof import proves
from stormjib.core.start import start
from stormjib.engine.checker import Checker
from stormjib.engine.dbos import DbosExecutor
from stormjib.engine.desk import Desk
from stormjib.engine.inbox import Inbox, Limits
from stormjib.engine.incident_times import IncidentTimes
from stormjib.engine.library import Library, NoRunbook
from stormjib.engine.metrics import MetricsPerformer, Reviewed, Source
from stormjib.engine.node import Node
from stormjib.engine.outbox import Outbox
from stormjib.engine.postmortem import PostmortemPerformer
from stormjib.engine.rules import Rules
from stormjib.integrations.health.check import check
from stormjib.integrations.health.recovery import Baseline, BaselineFile, RecoveryPerformer, baseline_of
from stormjib.integrations.health.report import Report
from stormjib.integrations.room import Room
from stormjib.integrations.webhook import Webhook
from stormjib.offline import LOG, new_token
from stormjib.performers import command_performer, logs_performer, prometheus, scraper
from stormjib.ports import Clock, Emitted, Performer
from stormjib.settings import Settings
from stormjib.store.reader import open_reader
from stormjib.store.sqlite import open_log
from stormjib.store.verify import verify
from stormjib.web import api, errors, pages
from stormjib.web.auth import Tokens
from stormjib.web.limit import BodyLimit
from stormjib.web.sse import Hub
from stormjib.web.ways_in import WaysIn

if TYPE_CHECKING:
    pass

ENGINE = "engine.db"
EXIT_FATAL = 70
"""EX_SOFTWARE: the supervisor starts the server again."""


class App:
    """One running stormjib. ``start`` and ``stop`` are called once each; ``asgi`` takes the requests between them."""

    def __init__(self, settings: Settings, *, clock: Clock = time.time, poll_seconds: float = 1.0) -> None:  # noqa: TID251
        """Open the log and put the parts together; raises ``StoreFailed``, ``NoRunbook`` and ``ValueError``.

        ``clock`` is the machine's, and here is where it is read; ``poll_seconds`` is how often delayed effects are looked at.
        """
        self.settings = settings
        self._clock = clock
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.store = open_log(settings.data_dir / LOG)
        self.reader = open_reader(settings.data_dir / LOG)
        self.library = Library(_runbook_file(settings), self._stored_runbook, self.reader.runbook)
        self._policy = settings.policy()
        self.hub = Hub(secrets.token_hex(4))
        self.inbox = Inbox(
            self.store,
            self._rules(),
            clock,
            dispatch=self._dispatch,
            on_fatal=end_at_once,
            disk=self.store,
            limits=Limits(free_bytes_min=settings.free_bytes_min),
        )
        node = f"node-{secrets.token_hex(6)}"
        self.executor = DbosExecutor(f"sqlite:///{settings.data_dir / ENGINE}", node, clock, poll_seconds=poll_seconds)
        self.baseline = BaselineFile(settings.data_dir / "baseline.json")
        self.webhook = Webhook(settings.webhook_url, token=settings.webhook_token) if settings.webhook_url else None
        self.command = command_performer(settings)
        self.scraper = scraper(settings, clock)
        self.prometheus = prometheus(settings)
        self.metrics = self._metrics()
        self.outbox = Outbox(
            executor=self.executor,
            inbox=self.inbox,
            log=self.reader,
            performers=self._performers(),
            derive=self._derive,
            clock=clock,
            may_start=self._may_start,
        )
        self.node = Node(self.executor, clock)
        self.checker = Checker(
            performer=self.command,
            memory=self.reader,
            write=self.inbox.write,
            runbook=self.library.current,
            policy=self._policy,
            clock=clock,
            every_hours=settings.check_every_hours,
        )
        self.tokens = Tokens(self.inbox.write, self.reader.tokens, clock, new_token)
        self.desk = Desk(
            inbox=self.inbox,
            reader=self.reader,
            runbook_of=self.library.runbook,
            current_runbook=self.library.current,
            policy=self._policy,
            clock=clock,
            checked=self.checker.history,
        )
        self.asgi = self._web()

    def start(self) -> None:
        """From here on effects are performed; what a kill left behind is found again."""
        self.library.start(self._keep_runbook)
        self.inbox.subscribe(self._publish)
        anew = not (self.settings.data_dir / ENGINE).exists()
        self.executor.launch(self.outbox.perform)
        self.node.start()
        if self.scraper:
            self.scraper.start()
        self.outbox.start(anew=anew)
        self.inbox.subscribe(self.checker.heard)
        self.checker.start()

    def stop(self) -> None:
        """Leave in order: nothing new, then what is under way, then the log."""
        self.hub.close()
        self.checker.stop()
        self.library.stop()
        self.outbox.stop()
        self.node.stop()
        self.executor.stop()
        if self.scraper:
            self.scraper.stop()
        if self.prometheus:
            self.prometheus.close()
        self.inbox.close()
        if self.webhook:
            self.webhook.close()
        self.reader.close()
        self.store.close()

    def examine(self) -> Report:
        """The comprehensive health check of the protected service."""
        redis_url = self.settings.redis_url or None
        admin_token = self.settings.command_env().get("ADMIN_TOKEN", "")
        return check(self.settings.target_url, comprehensive=True, redis_url=redis_url, admin_token=admin_token)

    def take_baseline(self) -> Baseline | None:
        """Measure how the service is now; None, and the old one stays, where it is not well."""
        found = baseline_of(self.examine(), self._clock())
        if found is not None:
            self.baseline.write(found)
        return found

    def review_metrics(self, service: str) -> Reviewed | None:
        """The metrics now, without an incident; None where there is nothing to ask."""
        seconds = self.settings.probe_timeout_seconds
        return self.metrics.look(None, seconds, service) if self._policy.reviews_metrics else None

    def _rules(self) -> Rules:
        return Rules(
            new=Incident.new,
            evolve=evolve,
            proves=proves,
            react=react,
            runbook=self.library.runbook,
            choose_runbook=lambda _: self.library.current().sha256,
            policy=lambda: self._policy,
        )

    def _derive(self, incident: Incident, entry: Entry) -> tuple[Any, ...]:
        return react(incident, entry, self.library.runbook(incident.runbook_sha256), self._policy)

    def _may_start(self, incident: Incident, run_id: str) -> tuple[AnyFact, ...]:
        runbook = self.library.runbook(incident.runbook_sha256)
        return start(incident, runbook, self._policy, run_id, at=self._clock())

    def _dispatch(self, items: Sequence[Emitted]) -> None:
        self.outbox.dispatch(items)

    def _publish(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self.hub.publish(entry.incident, entry.seq)

    def _stored_runbook(self) -> bytes | None:
        kept = self.reader.runbooks()
        return self.reader.runbook(kept[0].sha256) if kept else None

    def _keep_runbook(self, sha256: str, name: str, source: bytes) -> None:
        self.inbox.write(lambda store: store.put_runbook(sha256, name, source, self._clock()))

    def _performers(self) -> dict[type[Any], Performer]:
        settings = self.settings
        room = Room(settings.url)
        teller: Performer = self.webhook or room
        command = self.command
        return {
            OpenChannel: room,
            Page: teller,
            SendMessage: teller,
            Collect: command,
            ReadLogs: logs_performer(settings, command, self._clock),
            RunCommand: command,
            Measure: RecoveryPerformer(self.examine, self.baseline.read, self._clock),
            ReviewMetrics: self.metrics,
            DraftPostmortem: PostmortemPerformer(self.reader, self.library.runbook),
        }

    def _metrics(self) -> MetricsPerformer:
        sources: tuple[Source | None, ...] = (self.prometheus, self.scraper)
        return MetricsPerformer(
            [source for source in sources if source is not None],
            service=self.settings.service,
            clock=self._clock,
            monotonic=time.monotonic,
            incidents=IncidentTimes(self.reader.incidents, self.reader.replay, self._clock),
        )

    def _web(self) -> Any:  # noqa: ANN401 - an ASGI callable
        app = FastAPI(title="stormjib", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
        errors.install(app)
        app.include_router(
            api.router(
                desk=self.desk,
                reader=self.reader,
                tokens=self.tokens,
                current_runbook=self.library.current,
                baseline=(self.baseline.read, self.take_baseline),
                metrics=self.review_metrics,
                verify=lambda: verify(self.settings.data_dir / LOG),
                check=(self.checker.check, self.checker.history),
                clock=self._clock,
            )
        )

        @app.get("/healthz", include_in_schema=False)
        def healthz() -> Response:
            return JSONResponse({"status": "ok", "position": self.reader.last_position()})

        app.router.routes.extend(
            pages.router(
                desk=self.desk,
                reader=self.reader,
                tokens=self.tokens,
                hub=self.hub,
                clock=self._clock,
                policy=self._policy,
                runbook_of=self.library.runbook,
                current_runbook=self.library.current,
                checked=self.checker.history,
            )
        )
        limited = BodyLimit(app, self.settings.body_bytes_max)
        return WaysIn(limited, self.inbox, self.tokens, body_bytes_max=self.settings.body_bytes_max)


def _runbook_file(settings: Settings) -> Path:
    if settings.runbook is None:
        raise NoRunbook('No runbook is set. Give one: stormjib serve --runbook FILE, or runbook = "FILE" in the settings.')
    return settings.runbook


def end_at_once(reason: str) -> None:
    """A process whose database fails does not recover; it ends, and is started again by whoever supervises it."""
    print(f"stormjib ends itself: {reason}", file=sys.stderr, flush=True)  # noqa: T201 - the last words
    os._exit(EXIT_FATAL)
