"""The server on a full disk: people can read, nothing is written, and it ends by itself once there is room again."""

import shutil
from contextlib import suppress
from typing import Final

from stormjib.app import App
from stormjib.core.incident import Incident
from stormjib.engine.watch import Watch
from stormjib.ports import Damaged
from stormjib.settings import Settings
from stormjib.store.database import LOG, READ_ONLY, open_in_memory
from stormjib.stores import Stores
from stormjib.supervisor import end_at_once
from stormjib.vitals import OPEN_MAX

FULL_BYTES: Final = 256 << 10
"""With less than that a start can't succeed: the engine's file alone takes as much."""
ROOM_BYTES: Final = 1 << 20
"""With so much it is tried again."""


class ReadOnlyApp(App):
    """Its pages, its API and its log, and one page of its own; no engine, no writer that writes, no way in that takes anything."""

    def start(self) -> None:
        """Answer whoever asks, also who waits to be paged; page whoever is on call; look for room every second."""
        for head in self.reader.worst_open(OPEN_MAX)[0]:
            with suppress(Damaged):
                self._owed(self.reader.replay(head.id))
        self.watch = Watch(
            lost=self._has_room, on_fatal=end_at_once, examine=lambda: self.unlogged.page(READ_ONLY), sweep=lambda: None
        )
        self.watch.start()

    def stop(self) -> None:
        """Leave; there is nothing to put away."""
        self.hub.close()
        self.watch.stop()
        self.inbox.close()

    def stopped(self) -> list[str]:
        """That it is read-only, and why."""
        return [READ_ONLY]

    def _owed(self, incident: Incident) -> None:
        """What has not arrived is not tried again as long as nothing can be written."""
        alarm, failed = self.outbox.alarm, incident.unreached if incident.page_alarm else {}
        for who, (when, _) in failed.items():
            alarm.failed(incident.id, who, when.at, READ_ONLY)
        if incident.owes_page and not incident.pages and not failed:
            alarm.failed(incident.id, "on-call", incident.updated_at, READ_ONLY)
        alarm.remember(incident)

    def _open(self, settings: Settings) -> Stores:
        return Stores(settings.data_dir, *open_in_memory(settings.data_dir / LOG))

    def _has_room(self) -> str:
        room = shutil.disk_usage(self.settings.data_dir).free >= ROOM_BYTES
        if room:
            self.unlogged.over()
        return "the disk has room again, so it starts again and goes on with its work." if room else ""


def open_app(settings: Settings) -> App:
    """The server's parts; where the disk is full, those of one that only reads. Raises what ``App`` raises."""
    log = settings.data_dir / LOG
    full = log.exists() and shutil.disk_usage(settings.data_dir).free < FULL_BYTES
    return ReadOnlyApp(settings) if full else App(settings)
