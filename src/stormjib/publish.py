"""Publishes the status page: whenever something public changes, and at the start, so that no kill loses a post that was taken."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from stormjib import owned
from stormjib.core.log import ComponentsListed, Entry
from stormjib.core.policy import Policy
from stormjib.core.shadow import SAID
from stormjib.core.status_page.page import StatusPage, next_change, status_page
from stormjib.core.status_page.record import Maintenance, Record
from stormjib.engine import site_log
from stormjib.engine.inbox import Inbox
from stormjib.engine.rounds import Rounds
from stormjib.ports import Clock, Damaged, LogReader, Overloaded, StoreFailed, Unavailable
from stormjib.settings import Settings
from stormjib.web.addresses import prefix_of
from stormjib.web.status_page import files

ROUND_SECONDS: Final = 15.0
"""Between two looks at the clock, at the catalogue, and at a directory that could not be written."""
AT_ONCE: Final = 1_000
READ_SECONDS_MAX: Final = 10.0
"""How long whoever asks first after a start waits for the log to be read."""
_log = logging.getLogger(__name__)


class Publisher(Rounds):
    """``start`` and ``stop`` are called once each; ``heard`` by the writer's thread, everything else by any."""

    def __init__(self, settings: Settings, clock: Clock, reader: LogReader, inbox: Inbox, policy: Callable[[], Policy]) -> None:
        """Read what stands in the log. ``policy``: the settings in force."""
        self._table = settings.status_page
        self.served, self.title = self._table.served, self._table.title
        self._subscribe = f"{settings.url}/status/subscribe" if self._table.subscribers.kinds else ""
        self.url = self._table.url or f"{settings.url}/status"
        self.public_url = self.url if self._table.on else ""
        """Where customers read it; "" where it is published nowhere."""
        self._prefix = prefix_of(settings.url)
        self._clock, self._reader, self._inbox, self._policy = clock, reader, inbox, policy
        self._record = Record()
        self._lock = threading.Lock()
        """Held by whoever changes the record or makes files of it."""
        self._publishing = threading.Lock()
        self._files: tuple[Policy, float, StatusPage, dict[str, bytes]] | None = None
        """By which settings, until when, the page, and its files."""
        self.problem = ""
        """Why the files are not as they should be, in a sentence."""
        self.then: list[Callable[[StatusPage, Mapping[str, bytes]], None]] = []
        """Who is told of the page each time, once it is published."""
        self.elsewhere: Callable[[], Iterable[str]] = tuple
        """Why it is an old one at other places, a sentence each."""
        self._read = threading.Event()
        """Set once every post of the log is known: before that the page would say that all is well."""
        super().__init__("status-page", self._watch)

    def start(self) -> None:
        """Publish, and from now on whenever something changes."""
        self._inbox.subscribe(self.heard)
        site_log.read(self._reader, self.heard, "planned maintenance is not shown")
        if self._table.on or self._record.components():
            super().start()

    def heard(self, entries: Sequence[Entry]) -> None:
        """Entries that were written."""
        with self._lock:
            if self._record.heard(entries):
                self._files = None
                self.wake()

    def works(self) -> tuple[Maintenance, ...]:
        """All maintenance that customers were told of, by its number."""
        with self._lock:
            return tuple(self._record.maintenance.values())

    def page(self) -> StatusPage:
        """What customers may read now."""
        with self._lock:
            return status_page(self._record, self._policy().public_components, self._clock())

    def files(self) -> Mapping[str, bytes]:
        """The same as files, by their paths; none where the log is not read yet."""
        if self._table.on and not self._read.wait(READ_SECONDS_MAX):
            return {}
        return self._made()[1]

    def _made(self) -> tuple[StatusPage, dict[str, bytes]]:
        with self._lock:
            policy, now = self._policy(), self._clock()
            if self._files is None or self._files[0] is not policy or now >= self._files[1]:
                page = status_page(self._record, policy.public_components, now)
                made = files(page, self.title, self.url, self._prefix, self._subscribe)
                self._files = (policy, next_change(page), page, made)
            return self._files[2:]

    def publish(self) -> dict[str, Any]:
        """Write the files that are not as they should be: where they are, how many, how many were written, and what went wrong."""
        with self._publishing:
            self._list()
            found, written, problem = self.files(), 0, ""
            try:
                written = owned.publish(self._table.publish_dir, found) if self._table.publish_dir else 0
            except OSError as error:
                where = error.filename or self._table.publish_dir
                problem = (
                    f"The status page can't be written, so customers read an old one: {error.strerror}: {where}. Mend that; "
                    "it is tried again by itself."
                )
            if problem and problem != self.problem:
                _log.error("%s", problem)
            self.problem = problem
            if found:
                for told in self.then:
                    told(*self._made())
            nothing = f"{SAID} Customers read no page of it." if self._policy().shadow else ""
            return {
                "directory": str(self._table.publish_dir or ""),
                "url": self.public_url,
                "files": len(found),
                "written": written,
                "problem": " ".join(filter(None, (nothing, problem, *self.elsewhere()))),
            }

    def _list(self) -> None:
        """What the page tells of since when stands in the log, so that nobody takes what is not known for well."""
        names = tuple(sorted(one.name for one in self._policy().public_components)) if self._table.on else ()
        if names == self._record.components():
            return
        try:
            done = self._inbox.record(lambda: ((ComponentsListed(names),), lambda _: None), by="stormjib")
        except (Overloaded, Unavailable, StoreFailed) as error:
            _log.error("the components of the status page could not be written down; it is tried again: %s", error)
        else:
            self.heard(done.entries)

    def _posts(self, position: int) -> list[tuple[int, Entry]]:
        """Posts after a position of the log; with all other entries where one is damaged, and without that."""
        try:
            return self._reader.facts_after("StatusPosted", position, AT_ONCE)
        except Damaged as damage:
            _log.error("a post can't be read, and is not on the status page: %s", damage)
            return self._reader.entries_after(position, AT_ONCE)

    def _watch(self) -> None:
        position = 0
        while posts := self._posts(position):
            position = posts[-1][0]
            self.heard([entry for _, entry in posts])
        self._read.set()
        while not self.ending:
            self.publish()
            if self.pause(ROUND_SECONDS):
                return
