"""The runbooks in force and those that older incidents follow: read, kept in the log, compiled once each."""

import logging
import os
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType
from typing import Final

from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.engine.rounds import Rounds
from stormjib.ports import Keeper, LogReader, LogStore, NotFound, Overloaded, Unavailable

LOOK_SECONDS = 2.0
_BOOK_BYTES_MAX = 2_000_000
"""More than the compiler takes, so that it is the one to say that the file is too large."""
_NONE = Runbook(sha256="", title="")
GENERIC: Final = Path(__file__).parents[1] / "runbooks" / "generic.md"
"""What an incident follows where neither its service nor the site has a runbook."""

_Source = tuple[str, bytes]
"""The sha256 of a file's content, and the content."""
_IN_FORCE: Final = "runbook/"
"""A setting of the log for each file: which content is in force."""

_log = logging.getLogger(__name__)


class NoRunbook(Exception):
    """There is neither the file nor a runbook from before; the text says what to do."""


def newest_of(log: LogReader, file: str, own: Collection[str]) -> bytes | None:
    """What was in force of this file last, else the newest that the log keeps of it.

    Where it has another place now, the newest that is no service's ``own``.
    """
    kept = log.runbooks()
    # A content is kept once, under the name of the file that had it first, so names alone do not tell what was in force.
    last = log.setting(f"{_IN_FORCE}{file}")
    found = [row for row in kept if row.sha256 == last] or [row for row in kept if row.name == file]
    if not found and file not in own:
        found = [row for row in kept if row.name not in own]
    return log.runbook(found[0].sha256) if found else None


def keep(store: LogStore, found: _Source, file: str, at: float) -> None:
    """Keep what is in force of a file, and that it is."""
    store.put_runbook(found[0], file, found[1], at)
    store.put_setting(f"{_IN_FORCE}{file}", found[0])


def site_runbook(file: Path | None, policy: Policy) -> Path:
    """What whoever has no other runbook follows; where services are known and no ``file`` is set, the one that is built in."""
    if file is None and not policy.services:
        raise NoRunbook('No runbook is set. Give one: stormjib serve --runbook FILE, or runbook = "FILE" in the settings.')
    return file or GENERIC


class Library:
    """The site's runbook and those of its services. Any thread may ask.

    A runbook is kept before the first incident can follow it, so that none is ever missing.
    """

    def __init__(self, site: Path, own: Collection[str], log: LogReader) -> None:
        """``own``: the services' files. Raises ``NoRunbook``."""
        self._site = str(site)
        self._log = log
        self._books: dict[str, Runbook] = {"": _NONE}
        self._keeper: Keeper | None = None
        self._lock = threading.Lock()
        self._refused: dict[str, str] = {}
        self._looked: dict[str, tuple[tuple[int, ...], int]] = {}
        self._rounds = Rounds("library", self._watch, LOOK_SECONDS)
        self.sources: Mapping[str, _Source] = {}
        """Each file with what is in force of it; another mapping takes its place where one changes."""
        self.take(own)

    def take(self, own: Collection[str]) -> None:
        """From now on these are the services' files. Raises ``NoRunbook``, and nothing has changed then."""
        files = {self._site, *own}
        with self._lock:
            before = self.sources
            found = {file: before[file] if file in before else self._first(file, own) for file in sorted(files)}
            for file in found.keys() - before.keys():
                self._keep(file, found[file])
            self.sources = MappingProxyType(found)

    def start(self, keeper: Keeper) -> None:
        """Keep them all in the log and look for changes of their files."""
        self._keeper = keeper
        for file, source in self.sources.items():
            if self._log.setting(f"{_IN_FORCE}{file}") != source[0]:
                self._keep(file, source)
        self._rounds.start()

    def stop(self) -> None:
        """Look no more."""
        self._rounds.stop()

    def current(self) -> Runbook:
        """The site's runbook, which an incident follows whose service has none of its own."""
        return self.runbook(self.sha256())

    def sha256(self, file: str = "") -> str:
        """Of the runbook in this file as it is in force; the site's where none is named or it is no file of a service."""
        sources = self.sources
        return sources.get(file, sources[self._site])[0]

    def in_force(self) -> list[Runbook]:
        """All of them, the site's first, each once."""
        return [self.runbook(each) for each in dict.fromkeys([self.sha256(), *map(self.sha256, self.sources)])]

    def runbook(self, sha: str) -> Runbook:
        """The runbook with this sha256, which an older incident may follow; an empty one where it is not known."""
        found = self._books.get(sha) if sha else _NONE
        if found is None:
            source = next((source for known, source in self.sources.values() if known == sha), None)
            try:
                found = compile_runbook(source or self._log.runbook(sha))
            except NotFound:
                _log.error("an incident follows the runbook %s, which the log does not keep", sha)
                found = _NONE
            self._books[sha] = found
        return found

    def problems(self) -> list[str]:
        """Which files are gone or no runbook any more, a sentence each; what was read before stays in force."""
        refused = dict(self._refused)
        return [refused[file] for file in self.sources if file in refused]

    def look(self) -> bool:
        """Read the files again; True where another runbook is in force now. One that is gone or is no runbook changes nothing."""
        changed = False
        with self._lock:
            for file, seen in self.sources.items():
                if self._is_quiet(file):
                    continue
                found, why = _read(file)
                if found == seen and file in self._refused and self.runbook(seen[0]).unusable:
                    continue
                book = compile_runbook(found[1]) if found and found != seen else None
                self._refuse(file, book.unusable if book else why)
                if found is None or book is None or book.unusable:
                    continue
                self._looked.pop(file, None)  # a log that takes nothing now is asked again
                self._keep(file, found)
                self._books[book.sha256] = book
                self.sources = MappingProxyType({**self.sources, file: found})
                counts = len(book.commands), len(book.findings)
                _log.info("another runbook is in force: %s, %d commands, %d findings, from %s", book.sha256, *counts, file)
                changed = True
        return changed

    def _is_quiet(self, file: str) -> bool:
        """Whether it has been read twice since it last changed: what was written in the moment of the first reading may not show in its time."""
        now, times = _state(file), self._looked.get(file, ((), 0))
        self._looked[file] = (now, times[1] + 1 if times[0] == now else 0)
        return bool(now) and self._looked[file][1] > 1

    def _first(self, file: str, own: Collection[str]) -> _Source:
        found, why = _read(file)
        why = compile_runbook(found[1]).unusable if found else why
        if found and not why:
            return found
        kept = newest_of(self._log, file, own)
        if found and kept in (None, found[1]):  # whoever starts for the first time with a broken file is paged all the same
            self._refuse(file, why, "so incidents follow an empty one")
            return found
        if kept is None:
            raise NoRunbook(f"There is no runbook at {file}: {why} Give one: stormjib serve --runbook FILE.")
        self._refuse(file, why)
        return sha256(kept).hexdigest(), kept

    def _refuse(self, file: str, why: str, instead: str = "and the one before stays in force") -> None:
        sentence = f"The runbook {file} is refused, {instead}. {why}"
        if not why:
            self._refused.pop(file, None)
        elif sentence != self._refused.get(file):
            _log.error("%s", sentence)
            self._refused[file] = sentence

    def _keep(self, file: str, found: _Source) -> None:
        if self._keeper:
            self._keeper(found[0], file, found[1])

    def _watch(self) -> None:
        for sha in map(self.sha256, list(self.sources)):
            if self._rounds.ending:
                return
            self.runbook(sha)  # compiled now, so that the first incident that follows it does not wait for it
        before = self._states()
        while not self._rounds.pause(LOOK_SECONDS):
            # A file that is still being written is left alone for as long as each look finds it changed.
            now, written = self._states(), before
            before = now
            # A log that takes nothing now is asked again at the next look; until then the old runbook is in force.
            with suppress(Overloaded, Unavailable):
                if now == written:
                    self.look()

    def _states(self) -> list[tuple[int, ...]]:
        return [_state(file) for file in self.sources]


def _state(file: str) -> tuple[int, ...]:
    """What changes with the file; empty where there is none."""
    try:
        found = Path(file).stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _read(file: str) -> tuple[_Source | None, str]:
    """What stands in it, or why it can't be read. Only of a file: whatever else may keep its reader waiting for ever."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        return None, f"It can't be read ({error.strerror or error}): put it back, or name another in the settings."
    try:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            return None, "It is no file: put the runbook's Markdown there."
        with os.fdopen(descriptor, "rb", closefd=False) as opened:
            source = opened.read(_BOOK_BYTES_MAX)
    finally:
        os.close(descriptor)
    return (sha256(source).hexdigest(), source), ""
