"""The composition root: the only one who knows everybody, reads the clock and makes ids."""

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from stormjib.catalogue_watch import CatalogueWatch
from stormjib.chat_watch import ChatWatch
from stormjib.core.access import LINK_SECONDS, AnswerLink
from stormjib.core.catalogue.service import Service
from stormjib.core.effects import STAYS, Notification, SendMessage, react
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import AnyFact, Entry
from stormjib.core.redact.own import Redactor
from stormjib.core.start import start
from stormjib.engine.checker import Checker
from stormjib.engine.clock_watch import ClockWatch
from stormjib.engine.damage import Damage
from stormjib.engine.dbos import DbosExecutor
from stormjib.engine.explain import Explainer
from stormjib.engine.inbox import Inbox
from stormjib.engine.incident_times import IncidentTimes
from stormjib.engine.incidents import Incidents
from stormjib.engine.intake_check import IntakeCheck
from stormjib.engine.library import Library, site_runbook
from stormjib.engine.limits import Limits
from stormjib.engine.metrics import MetricsPerformer
from stormjib.engine.mode import Mode
from stormjib.engine.node import Node
from stormjib.engine.outbox import Outbox
from stormjib.engine.perform import Door
from stormjib.engine.postmortem import PostmortemPerformer
from stormjib.engine.proofs import Proofs
from stormjib.engine.rota import Rota
from stormjib.engine.rules import Rules
from stormjib.engine.run_clock import RunClock
from stormjib.engine.shelf import Shelf, own_runbooks
from stormjib.engine.talks import Talks
from stormjib.engine.unlogged import Unlogged
from stormjib.engine.watch import Watch
from stormjib.evidence.follows import FOLLOWS
from stormjib.heartbeat_watch import HeartbeatWatch
from stormjib.integrations.answers import Answers
from stormjib.integrations.health.opinion import OpinionPerformer
from stormjib.integrations.health.recovery import RecoveryPerformer, baselines
from stormjib.integrations.notify.methods import Methods
from stormjib.integrations.notify.webhook import Webhook
from stormjib.integrations.room import Room
from stormjib.metric_sources import MetricSources
from stormjib.offline import new_token
from stormjib.oncall_watch import OnCallWatch
from stormjib.performers import TestsOnly, Wall, check_tools, command_performer, logs_performer, performers, secrets_of
from stormjib.ports import Clock, Performer
from stormjib.service_checks import ServiceChecks
from stormjib.settings import Settings
from stormjib.source_watch import SourceWatch
from stormjib.store.database import EngineRows, TimerRows
from stormjib.store.log_head import key_of
from stormjib.stores import ENGINE, Stores
from stormjib.supervisor import end_at_once
from stormjib.upkeep import Upkeep
from stormjib.web.addresses import Addresses
from stormjib.web.auth import Tokens
from stormjib.web.refusals import Refusals
from stormjib.web.site import Site
from stormjib.web.sse import Hub


class Parts:
    """The parts of one stormjib, put together; nothing of it runs yet."""

    site: Site
    """What the pages are made from, once there are pages."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = time.time,
        monotonic: Callable[[], float] | None = None,
        poll_seconds: float = 1.0,
    ) -> None:
        """Open the log and put the parts together; raises ``StoreFailed``, ``NoRunbook`` and ``ValueError``.

        ``clock`` is the machine's, and here is where it is read; ``monotonic`` gives seconds that never step, and is the
        clock itself where one is given without it. ``poll_seconds`` is how often delayed effects are looked at.
        """
        self.settings = settings = settings.walled()
        self._walled = settings.mode == "shadow"
        self._clock = clock
        self._steady = monotonic or (time.monotonic if clock is time.time else clock)
        self._poll_seconds = poll_seconds
        self._open_files(settings, clock)
        self._open_engine(settings, clock)
        self._open_outbox(settings, clock)
        self._open_watches(settings, clock)
        self._open_doors(settings, clock)
        self.asgi = self._web()

    def _open_files(self, settings: Settings, clock: Clock) -> None:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.stores = self._open(settings)
        self.store, self.reader = self.stores.log, self.stores.reader
        self.catalogue = CatalogueWatch(
            settings.catalogue, settings.data_dir, clock, tuple(filter(None, (settings.command_env_file,)))
        )
        self.rota = Rota(self.reader)
        self.proofs = Proofs(self.reader)
        self.talks = Talks(self.reader)
        self._settled = self._policy = settings.policy(self.catalogue.found)
        self.calendars = OnCallWatch(settings, clock, self.rota, lambda: self._policy, self._put_in_force)
        self._policy = self.rota.on(self._settled)
        self.library = Library(site_runbook(settings.runbook, self._policy), own_runbooks(self._policy), self.reader)
        self.shelf = Shelf(self.library, lambda: self._policy)
        self.explainer = Explainer(self.reader, self.shelf.meaning, lambda: self._policy)

    def _open_engine(self, settings: Settings, clock: Clock) -> None:
        self.hub = Hub(secrets.token_hex(4))
        self.hide = Redactor(secrets_of(settings))
        limits = Limits(free_bytes_min=settings.free_bytes_min)
        self.inbox = Inbox(self.store, self._rules(), clock, on_fatal=end_at_once, disk=self.store, limits=limits)
        self.mode = Mode(self.reader, self.inbox, settings.mode)
        self.refusals = Refusals(self.inbox.count, clock)
        node = f"node-{secrets.token_hex(6)}"
        rows = EngineRows(settings.data_dir / ENGINE, end_at_once)
        self.executor = DbosExecutor(rows, node, clock, poll_seconds=self._poll_seconds)

    def _open_outbox(self, settings: Settings, clock: Clock) -> None:
        room = Room(settings.url)
        site = Webhook(settings.webhook_url, token=settings.webhook_token) if settings.webhook_url else room
        self.methods = Methods(
            site,
            lambda: self._policy,
            settings.variables,
            partial(self._answer_link, key_of(settings.data_dir)),
            clock,
        )
        self.chat = ChatWatch(settings, clock, lambda: self._policy, self.reader, self.inbox)
        self.command = command_performer(settings, clock)
        self._acts: Performer = Wall() if self._walled else self.command
        self.checks = ServiceChecks(
            self._policy,
            check_tools(settings, self._acts, clock, self._policy),
            baselines(settings.data_dir, self._policy),
            clock,
        )
        self.sources = MetricSources(settings, clock)
        self.metrics = self._metrics()
        self.answers = Answers({name: (one.url, one.key) for name, one in settings.sources.items()}, clock)
        self.outbox = Outbox(
            executor=self.executor,
            inbox=self.inbox,
            log=self.reader,
            timer_rows=TimerRows(settings.data_dir / ENGINE),
            performers=self._performers(),
            notifiers={SendMessage: TestsOnly(self.methods)} if self._walled else self.chat.notifiers(room, self.methods),
            derive=self._derive,
            clock=clock,
            monotonic=self._steady,
            look_seconds=self._poll_seconds,
            pages_max=settings.pages_max,
            generation_at=self.stores.generations.at,
            remember=self.stores.remember,
            on_fatal=end_at_once,
            may_start=self._may_start,
            follows=self.methods.follows,
        )
        self.inbox.dispatch = self.outbox.dispatch

    def _open_watches(self, settings: Settings, clock: Clock) -> None:
        self.run_clock = RunClock(clock, self._steady, self.reader)
        self.clock_watch = ClockWatch(clock, self._steady, self._stepped)
        self.executor.steady = self.outbox.timers.steady = self.clock_watch.steady
        self.node = Node(self.executor, clock)
        self.damage = Damage(self.inbox, self.reader, lambda: self.library.current().sha256, clock, self.outbox.alarm.remember)
        self.watch = Watch(lost=self.stores.lost, on_fatal=end_at_once, examine=self._look, sweep=self.executor.sweep)
        self.checker = Checker(
            performer=self._acts,
            memory=self.reader,
            write=self.inbox.write,
            books=self.library.in_force,
            followers=self.shelf.followers,
            policy=self._policy,
            clock=clock,
            every_hours=settings.check_every_hours,
        )
        self.unlogged = Unlogged(self.methods, lambda: self._policy, clock, self.reader, self.methods.follows)
        self.heartbeats = HeartbeatWatch(self.reader, self.inbox, clock, lambda: self.catalogue.found.catalogue.heartbeats)
        self.silenced = SourceWatch(self.reader, self.inbox, clock, self.answers.firing)
        self.intake_check = IntakeCheck(self.reader, self.inbox, clock, lambda: self.library.current().sha256, self.unlogged)

    def _open_doors(self, settings: Settings, clock: Clock) -> None:
        self.tokens = Tokens(self.inbox, self.reader, clock, new_token)
        self.incidents = Incidents(
            self.reader, runbook_of=self.library.runbook, policy=self._policy, clock=clock, checked=self.checker.history
        )
        self.incidents.stopped, self.incidents.clock_problem = self.inbox.refuses, self.clock_watch.problem
        self.door = Door(
            inbox=self.inbox,
            reader=self.reader,
            runbook_of=self.library.runbook,
            choose_runbook=self.shelf.choose,
            books=self.shelf.books,
            policy=self._policy,
            clock=clock,
            run_clock=self.run_clock.at,
            hide=self.hide,
        )
        self._local = ExitStack()
        self.upkeep = Upkeep(
            settings,
            clock,
            reader=self.reader,
            inbox=self.inbox,
            outbox=self.outbox,
            executor=self.executor,
            incidents=self.incidents,
            checker=self.checker,
            clock_watch=self.clock_watch,
            free_bytes=self.store.free_bytes,
            runbook_of=self.library.runbook,
            stopped=self.stopped,
            catalogue=self.catalogue,
            on_call=self.calendars,
            chat=self.chat,
            policy=lambda: self._policy,
        )

    def _web(self) -> Addresses:
        raise NotImplementedError

    def stopped(self) -> list[str]:
        """Why no new alert would page anybody, a sentence each."""
        return [why for why in (self.inbox.refuses(), self.tokens.lacking()) if why]

    def _put_in_force(self) -> None:
        """What the settings say, with the overrides and calendars of now."""
        with self.rota.putting:
            policy = self.rota.on(self._settled)
            self._policy = self.incidents.policy = self.door.policy = self.checker.policy = self.checks.policy = policy
            self.site.policy = policy

    def _stepped(self, seconds: float) -> None:
        """The wall clock stepped, and what waits for a time goes with it."""
        self.executor.shift(seconds)
        self.outbox.timers.shift(seconds)

    def _look(self) -> None:
        self.damage.look()
        self.tokens.note_uses()

    def _open(self, settings: Settings) -> Stores:
        return Stores(settings.data_dir)

    def _rules(self) -> Rules:
        return Rules(
            Incident.new,
            evolve,
            FOLLOWS,
            react,
            self.library.runbook,
            self.shelf.choose,
            lambda: self._policy,
            meaning=self.shelf.meaning,
            hide=self.hide,
        )

    def _derive(self, incident: Incident, entry: Entry) -> tuple[Any, ...]:
        return react(incident, entry, self.library.runbook(incident.runbook_sha256), self._policy)

    def _may_start(self, incident: Incident, run_id: str) -> tuple[AnyFact, ...]:
        runbook = self.library.runbook(incident.runbook_sha256)
        return start(incident, runbook, self._policy, run_id, at=self.run_clock.at(run_id))

    def _performers(self) -> dict[type[Any], Performer]:
        found = performers(
            self.command,
            logs=logs_performer(self.settings, self.command, self._clock),
            recovery=RecoveryPerformer(self.checks, self._service_of, self._clock),
            metrics=self.metrics,
            opinion=OpinionPerformer(self._service_of, self.checks.tools, self._clock),
            postmortem=PostmortemPerformer(self.reader, self.library.runbook),
            answers=self.answers,
        )
        return {kind: who for kind, who in found.items() if kind in STAYS} if self._walled else found

    def _service_of(self, name: str) -> Service | None:
        return self._policy.service_of(name)

    def _answer_link(self, key: bytes, page: Notification) -> str:
        """Where whoever gets this page acknowledges it; "" where it stands for several."""
        link = AnswerLink(page.content["incident"], page.to, page.key, page.asked_at + LINK_SECONDS)
        return f"{self.settings.url}/ack/{link.signed(key)}" if page.asked_at else ""

    def _metrics(self) -> MetricsPerformer:
        return MetricsPerformer(
            self.sources.of,
            service=self.checks.name_of(""),
            clock=self._clock,
            monotonic=time.monotonic,
            incidents=IncidentTimes(self.reader.incidents, self.reader.replay, self._clock, self.checks.name_of),
        )
