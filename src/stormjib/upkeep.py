"""What a server does for its own sake: heads of the log leave, old incidents go, signs of life are sent, its log and its metrics are kept."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from stormjib import log_heads
from stormjib.catalogue_watch import CatalogueWatch
from stormjib.chat_watch import ChatWatch
from stormjib.core.catalogue.contact import Smtp
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.status_page.page import DAYS
from stormjib.core.status_page.subscriber import Letter
from stormjib.elsewhere import Elsewhere
from stormjib.engine.checker import Checker
from stormjib.engine.clock_watch import ClockWatch
from stormjib.engine.inbox import Inbox
from stormjib.engine.incidents import Incidents
from stormjib.engine.outbox import Outbox
from stormjib.engine.retention import Retention
from stormjib.engine.subscribers import Subscribers
from stormjib.heartbeat import Heartbeat
from stormjib.integrations.notify.webhook import Webhook
from stormjib.integrations.rsync import Rsync
from stormjib.integrations.s3 import Bucket, Credentials
from stormjib.integrations.statuspage import Statuspage
from stormjib.log_heads import LogHeads
from stormjib.oncall_watch import OnCallWatch
from stormjib.own_log import OwnLog
from stormjib.ports import Clock, Executor, LogReader, Notifier
from stormjib.publish import Publisher
from stormjib.settings import Settings
from stormjib.settings_status_page import value_of
from stormjib.store.database import LOG, backed_up_at
from stormjib.store.export import Exports
from stormjib.store.log_head import key_of
from stormjib.stores import EXPORTS
from stormjib.vitals import Vitals

SUBSCRIBERS: Final = "subscribers"
"""In ``data_dir``: those of the status page."""
_HEARTBEAT: Final = "heartbeat"


class Upkeep:
    """``start`` and ``stop`` are called once each; a server that only reads starts nothing of it."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        reader: LogReader,
        inbox: Inbox,
        outbox: Outbox,
        executor: Executor,
        incidents: Incidents,
        checker: Checker,
        clock_watch: ClockWatch,
        free_bytes: Callable[[], int],
        runbook_of: Callable[[str], Runbook],
        stopped: Callable[[], list[str]],
        catalogue: CatalogueWatch,
        on_call: OnCallWatch,
        chat: ChatWatch,
        policy: Callable[[], Policy],
    ) -> None:
        """Put it together from the server's parts."""
        self._clock = clock
        self._stopped = stopped
        self._catalogue = catalogue
        self._on_call = on_call
        self._chat = chat
        self._inbox = inbox
        self._outbox = outbox
        self._executor = executor
        self._receivers: list[Notifier] = []
        key = partial(key_of, settings.data_dir)
        self.log_heads = LogHeads(
            reader, clock, key, every_seconds=settings.log_head_minutes * 60, sends=self._head_sends(settings)
        )
        exports = settings.export_dir or settings.data_dir / EXPORTS
        self.retention = Retention(
            reader,
            inbox,
            lambda: Exports(exports, reader, key()),
            runbook_of,
            clock,
            days=settings.retention_days,
            public_days=DAYS if settings.status_page.on else 0.0,
        )
        beat = self._receiver(settings.heartbeat_url) if settings.heartbeat_url else None
        self.heartbeat = Heartbeat(beat, self._works, clock, every_seconds=settings.heartbeat_seconds)
        self.status_page = Publisher(settings, clock, reader, inbox, policy)
        self.subscribers = self._subscribers(settings, key)
        self.followers: tuple[Subscribers | Elsewhere, ...] = (self.subscribers, *self._elsewhere(settings, policy))
        self.status_page.then += [one.published for one in self.followers]
        self.status_page.elsewhere = lambda: [one.problem for one in self.followers[1:]]
        self.own_log = OwnLog()
        inbox.subscribe(self.own_log.heard)
        self.vitals = self._vitals(
            settings, reader, incidents=incidents, checker=checker, clock_watch=clock_watch, free_bytes=free_bytes
        )
        inbox.subscribe(self.vitals.heard)

    def start(self) -> None:
        """Begin."""
        self.own_log.start()
        self.log_heads.start()
        self.retention.start()
        self.heartbeat.start()
        self._on_call.start()
        for one in self.followers:
            one.start()
        self.status_page.start()
        self._chat.start()

    def pause(self) -> None:
        """Nothing is written for its own sake any more."""
        self._chat.stop()
        self.status_page.stop()
        for one in self.followers:
            one.stop()
        self._on_call.stop()
        self.heartbeat.stop()
        self.retention.stop()

    def stop(self) -> None:
        """Once nothing is written by anybody: what is new leaves, and what happened is said."""
        self.log_heads.stop()
        self.own_log.stop()
        self._chat.close()
        for receiver in self._receivers:
            receiver.close()

    def problems(self) -> list[str]:
        """What is not well, a sentence each."""
        return [
            *filter(None, (one.problem for one in (self.retention, self.status_page, *self.followers))),
            *self._catalogue.problems(),
            *self._on_call.problems(),
            *self._chat.problems(),
        ]

    def _works(self) -> str:
        """Why a page would not arrive now, "" where it would: the log takes an alert, somebody may send one, the engine answers, no page is failing."""
        self._inbox.write(lambda log: log.put_setting(_HEARTBEAT, str(self._clock())))
        self._executor.forget((_HEARTBEAT,))
        failing = self._outbox.alarm.sentences() if self._outbox.alarm.standing() else []
        return next(iter([*self._stopped(), *failing]), "")

    def _vitals(
        self,
        settings: Settings,
        reader: LogReader,
        *,
        incidents: Incidents,
        checker: Checker,
        clock_watch: ClockWatch,
        free_bytes: Callable[[], int],
    ) -> Vitals:
        catalogue, inbox, outbox = self._catalogue, self._inbox, self._outbox
        return Vitals(
            reader,
            incidents,
            outbox.alarm,
            free_bytes=free_bytes,
            free_bytes_min=settings.free_bytes_min,
            log=settings.data_dir / LOG,
            moments={
                "backup": ("When the log was last backed up.", lambda: backed_up_at(settings.data_dir)),
                "log_head": ("When a head of the log last left.", lambda: self.log_heads.left_at),
                "heartbeat": ("When a heartbeat last arrived.", lambda: self.heartbeat.sent_at),
                "catalogue_changed": ("When another catalogue came into force since the start.", lambda: catalogue.changed_at),
                "clock_step": ("When the machine's clock last stepped.", lambda: clock_watch.stepped_at),
            },
            counts={
                "catalogue_refused": (
                    "What is wrong with the catalogue's files; 0 where they are in force.",
                    lambda: len(catalogue.refused),
                ),
                "clock_steps": ("How often the machine's clock has stepped since the start.", lambda: clock_watch.steps),
                "incidents_set_aside": ("Incidents whose log is damaged.", lambda: len(inbox.damaged())),
                "pages_held_back": ("Incidents whose page a storm holds back.", lambda: len(outbox.brake.untold_incidents())),
                "on_call_gaps": ("Times in the next 7 days in which nobody is on call for a schedule.", self._on_call.gaps),
                "chat_failing": ("1 where the chat does not take what is posted.", lambda: len(self._chat.problems())),
                "export_failing": ("1 where closed incidents can't be exported.", lambda: int(bool(self.retention.problem))),
            },
            checked=checker.history,
        )

    def _subscribers(self, settings: Settings, key: Callable[[], bytes]) -> Subscribers:
        page = settings.status_page
        return Subscribers(
            settings.data_dir / SUBSCRIBERS,
            page.subscribers.kinds if page.on else (),
            self._clock,
            key,
            _letters(settings),
            title=page.title,
            urls=(self.status_page.url, f"{settings.url}/status"),
        )

    def _elsewhere(self, settings: Settings, policy: Callable[[], Policy]) -> Iterator[Elsewhere]:
        table, variables = settings.status_page, settings.variables()
        if table.statuspage.page_id:
            there = Statuspage(table.statuspage.url, table.statuspage.page_id, value_of(table.statuspage.key, variables))
            yield Elsewhere("Statuspage", lambda now: there.bring(now[0], _ids(policy()), self._clock()))
        if table.rsync:
            staged = settings.data_dir.absolute() / "status-page"
            copied = Rsync(table.rsync, staged, settings.ssh_config, os.environ.get("PATH", os.defpath), str(Path.home()))
            yield Elsewhere(table.rsync, lambda now: copied.bring(now[1]))
        if table.s3.url:
            key_id, secret = (value_of(name, variables) for name in (table.s3.key_id, table.s3.secret))
            bucket = Bucket(table.s3.url, Credentials(key_id, secret, table.s3.region), self._clock)
            yield Elsewhere(table.s3.url, lambda now: bucket.bring(now[1]))

    def _head_sends(self, settings: Settings) -> list[log_heads.Send]:
        sends: list[log_heads.Send] = [log_heads.to_journal]
        if settings.log_head_file:
            sends.append(log_heads.to_file(settings.log_head_file))
        if settings.log_head_url:
            sends.append(log_heads.to_receiver(self._receiver(settings.log_head_url)))
        return sends

    def _receiver(self, url: str) -> Notifier:
        self._receivers.append(Webhook(url))
        return self._receivers[-1]


def _ids(policy: Policy) -> dict[str, str]:
    return {one.name: one.statuspage for one in policy.public_components if one.statuspage}


def _letters(settings: Settings) -> Callable[[Letter], None]:
    """Who sends to subscribers; raises ``ValueError`` where the password's variable is not set."""
    table = settings.status_page.subscribers
    if not table.kinds:
        return lambda _: None
    from stormjib.integrations.notify.letters import Post  # noqa: PLC0415 - memory of those who use it

    mail = Smtp(
        name="mail",
        to="nobody@invalid",
        server=table.mail_server,
        sender=table.mail_from,
        user=table.mail_user,
        password=value_of(table.mail_password, settings.variables()),
        starttls=table.mail_starttls,
    )
    return Post(mail, table.webhook_networks).send
