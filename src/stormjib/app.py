"""One running stormjib: its parts with their faces, started and stopped in order."""

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from stormjib.asgi import Faces
from stormjib.catalogue_files import Found
from stormjib.core.log import Entry
from stormjib.engine.library import NoRunbook, keep
from stormjib.engine.shelf import own_runbooks
from stormjib.offline import local_door
from stormjib.performers import only_reads
from stormjib.stores import ENGINE

__all__ = ["ENGINE", "App"]


class App(Faces):
    """``start`` and ``stop`` are called once each; ``asgi`` takes the requests between them."""

    def start(self) -> None:
        """From here on effects are performed; what a kill left behind is found again."""
        self.library.start(self._keep_runbook)
        self.inbox.subscribe(self._publish)
        self.inbox.subscribe(self.run_clock.heard)
        self.stores.settle(self.inbox)
        self.mode.begin()
        anew = self.stores.take_engine()
        self.executor.launch(self.outbox.perform)
        self.node.start()
        self.sources.take(self._policy)
        self.outbox.start(anew=anew)
        self.clock_watch.start()
        self.inbox.subscribe(self.checker.heard)
        self.checker.start()
        self.intake_check.start()
        self.heartbeats.start()
        if "alertmanager" in self.settings.sources:
            self.silenced.start()
        self.tokens.adopt()
        with suppress(OSError):
            # Without the file nobody gets in on the machine itself while the server runs; pages matter more.
            self.tokens.open_locally(self._local.enter_context(local_door(self.settings.data_dir, self.settings.local_url)))
        self.catalogue.start(self._take_catalogue, self.inbox, self.reader)
        self.upkeep.start()
        self.socket.start()
        self.watch.start()
        self.take_mail()

    def stop(self) -> None:
        """Leave in order: nothing new, then what is under way, then the log."""
        self.socket.stop()
        if self.mail:
            self.mail.stop()
        self.hub.close()
        self._local.close()
        self.catalogue.stop()
        self.upkeep.pause()
        self.watch.stop()
        self.checker.stop()
        self.intake_check.stop()
        self.heartbeats.stop()
        self.silenced.stop()
        self.library.stop()
        self.clock_watch.stop()
        self.outbox.stop()
        self.node.stop()
        self.executor.stop()
        self.command.places.connections.close()
        self.sources.stop()
        self.inbox.close()
        self.upkeep.stop()
        self.methods.close()
        self.stores.close()

    def take_mail(self) -> None:
        """Where the settings ask for it; nothing of it is loaded elsewhere."""
        table, bytes_max = self.settings.mail, self.settings.alert_body_bytes_max
        if table.lmtp_port or table.maildir:
            made = import_module("stormjib.mail_in").MailIn
            self.mail = made(table, self.inbox, self.refusals, replies=self.replies, own=self._own_way, bytes_max=bytes_max)
            self.mail.start()

    def _publish(self, entries: Sequence[Entry]) -> None:
        self.proofs.heard(entries)
        self.talks.heard(entries)
        if self.rota.heard(entries):
            self._put_in_force()
        for entry in entries:
            self.hub.publish(entry.incident, entry.seq)

    def _keep_runbook(self, sha256: str, name: str, source: bytes) -> None:
        self.inbox.write(lambda store: keep(store, (sha256, source), name, self._clock()))

    def _take_catalogue(self, found: Found) -> None:
        """Put another catalogue in force; raises ``ValueError`` before anything has changed."""
        policy = self.settings.policy(found)
        only_reads(policy)
        try:
            self.library.take(own_runbooks(policy))
        except NoRunbook as error:
            raise ValueError(str(error)) from error
        self._settled = policy
        self._put_in_force()
        self.calendars.wake()
        self.sources.take(policy)
