"""The checker: tries the runbook's reads once a day, so that a renamed container is found before an incident."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import msgspec

from stormjib.core.checkup import ProbeRecord, Report, settled
from stormjib.core.log import Entry, EvidenceCollected
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.engine import check_round as rounds
from stormjib.engine.rounds import Rounds
from stormjib.ports import Clock, LogReader, LogStore, NotFound, Overloaded, Performer, StoreFailed, Unavailable

LOOK_SECONDS = 30.0
"""Between two looks at whether a round is due."""
FIRST_SECONDS = 180.0
"""After the start: the machine that has just booted is not judged."""
LOOKS_MAX = 1_000
MARK = "checked"
LAST = "checked_at"
"""The setting that holds when the last round began, in seconds since the epoch."""

_log = logging.getLogger(__name__)


Write = Callable[[Callable[[LogStore], None]], None]
"""Hands work to the one writer and returns once it is on disk; raises ``Overloaded`` and ``Unavailable``."""


class Checker(Rounds):
    """One thread that waits; any thread may ask. A round is never begun by itself while an incident is open."""

    def __init__(
        self,
        *,
        performer: Performer,
        memory: LogReader,
        write: Write,
        books: Callable[[], Sequence[Runbook]],
        followers: Callable[[str], Sequence[str]] = lambda _: ("",),
        policy: Policy,
        clock: Clock,
        every_hours: float,
    ) -> None:
        """``every_hours`` 0: only when somebody asks. ``books`` are those in force, ``followers`` a runbook's services. Nothing runs before ``start``."""
        self._performer = performer
        self._memory = memory
        self._write = write
        self._books = books
        self._followers = followers
        self.policy = policy
        """The settings in force; another may take their place."""
        self._clock = clock
        self._every_seconds = every_hours * 3_600
        self._began = clock()
        self._one = threading.Lock()
        super().__init__("checker", self._run)

    def start(self) -> None:
        """Look from now on."""
        self._began = self._clock()
        super().start()

    def heard(self, entries: Sequence[Entry]) -> None:
        """An incident has looked at something, so there is something to learn. Called in the writer's thread; never blocks."""
        if any(isinstance(entry.fact, EvidenceCollected) for entry in entries):
            self.wake()

    def history(self) -> Mapping[str, ProbeRecord]:
        """What is known of each command."""
        return self._memory.checked()

    def check(self, sha256: str = "") -> Report:
        """A round now, whatever is open: somebody asked. Of all runbooks, or of the one with this sha256.

        One at a time; raises ``NotFound``, ``Overloaded`` and ``Unavailable``.
        """
        books = [book for book in self._books() if sha256 in {"", book.sha256}]
        if not books:
            raise NotFound(f"No runbook in force has the sha256 {sha256[:12]}.")
        with self._one:
            self.learn()
            began = self._clock()
            first, *others = [self._round(book, began).report for book in books]
        return msgspec.structs.replace(first, others=tuple(others))

    def _round(self, book: Runbook, began: float) -> rounds.Round:
        books = settled(book, self._followers(book.sha256), self.policy)
        done = rounds.check(books, self.policy, self._performer, self._memory.checked(), self._clock)

        def keep(store: LogStore) -> None:
            store.put_checked(done.remembered)
            store.put_setting(LAST, str(began))

        self._write(keep)
        for one in done.began_to_fail:
            _log.warning("line %d of the runbook %s worked and fails now: `%s`: %s", one.line, book.title, one.text, one.finding)
        _log.info("the check of %s: %d of %d commands fail", book.title, len(done.report.failing), len(done.report.results))
        return done

    def look(self) -> bool:
        """Learn what incidents saw, and do a round where one is due; whether one was done."""
        with self._one:
            self.learn()
        if not self._due() or self._memory.incidents(open_only=True, limit=1):
            return False
        self.check()
        return True

    def learn(self) -> None:
        """An incident's look counts as well: what worked at three in the morning is known to work."""
        position, last = self._memory.mark(MARK), self._memory.last_position()
        if position >= last:
            return
        found = self._memory.facts_after("EvidenceCollected", position, LOOKS_MAX)
        history, learnt = self._memory.checked(), dict[str, ProbeRecord]()
        for _, entry in found:
            if isinstance(entry.fact, EvidenceCollected):
                one = rounds.learn(entry.fact, entry.incident, entry.at, history | learnt)
                learnt[one.key] = one
        reached = last
        if len(found) == LOOKS_MAX:
            reached = found[-1][0]
            self.wake()

        def keep(store: LogStore) -> None:
            store.put_checked(tuple(learnt.values()))
            store.put_mark(MARK, reached)

        self._write(keep)

    def _due(self) -> bool:
        if not self._every_seconds:
            return False
        now = self._clock()
        said = self._memory.setting(LAST)
        # A clock that was set back must not put the next round off for years.
        last = min(float(said), now) if said else 0.0
        return now >= max(last + self._every_seconds, self._began + FIRST_SECONDS)

    def _run(self) -> None:
        while not self.pause(LOOK_SECONDS):
            # A log that takes or says nothing now is asked again at the next look; where it is broken, its writer ends the server.
            with suppress(Overloaded, Unavailable, StoreFailed):
                self.look()
