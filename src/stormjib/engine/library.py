"""The runbooks in force and those that older incidents follow: read, kept in the log, compiled once."""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from stormjib.core.markdown import compile_runbook
from stormjib.core.runbook import Runbook
from stormjib.ports import Keeper, LogReader, NotFound, Overloaded, Unavailable

LOOK_SECONDS = 2.0
_BOOK_BYTES_MAX = 2_000_000
"""More than the compiler takes, so that it is the one to say that the file is too large."""
_NONE = Runbook(sha256="", title="")

_log = logging.getLogger(__name__)


class NoRunbook(Exception):
    """There is neither the file nor a runbook from before; the text says what to do."""


def newest_of(log: LogReader, file: str, own: Collection[str]) -> bytes | None:
    """The newest that the log keeps of this file; where it has another place now, the newest that is no service's ``own``."""
    kept = log.runbooks()
    found = [row for row in kept if row.name == file]
    if not found and file not in own:
        found = [row for row in kept if row.name not in own]
    return log.runbook(found[0].sha256) if found else None


class Library:
    """Any thread may ask. A runbook is kept before the first incident can follow it, so that none is ever missing."""

    def __init__(self, path: Path, stored: Callable[[], bytes | None], fetch: Callable[[str], bytes]) -> None:
        """``stored`` gives the newest runbook of the log, ``fetch`` one by its sha256. Raises ``NoRunbook``."""
        self._path = path
        self._fetch = fetch
        self._seen = b""
        self._books: dict[str, Runbook] = {"": _NONE}
        self._keeper: Keeper | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="library", daemon=True)
        source = self._read()
        if source is None:
            source = stored()
            if source is None:
                raise NoRunbook(f"There is no runbook at {path}. Give one: stormjib serve --runbook FILE.")
            _log.warning("%s can't be read; going on with the one that is kept in the log", path)
        self._seen = source
        self._current = compile_runbook(source)
        self._books[self._current.sha256] = self._current

    def start(self, keeper: Keeper) -> None:
        """Keep the runbook in the log and look for changes of the file."""
        self._keeper = keeper
        keeper(self._current.sha256, str(self._path), self._seen)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=LOOK_SECONDS)

    def current(self) -> Runbook:
        """The runbook that a new incident follows."""
        return self._current

    def runbook(self, sha256: str) -> Runbook:
        """The runbook with this sha256, which an older incident may follow; an empty one where it is not known."""
        found = self._books.get(sha256) if sha256 else _NONE
        if found is None:
            try:
                found = compile_runbook(self._fetch(sha256))
            except NotFound:
                _log.error("an incident follows the runbook %s, which the log does not keep", sha256)
                found = _NONE
            self._books[sha256] = found
        return found

    def look(self) -> bool:
        """Read the file again; True where another runbook is in force now. A file that is gone changes nothing."""
        source = self._read()
        if source is None or source == self._seen:
            return False
        book = compile_runbook(source)
        if self._keeper:
            self._keeper(book.sha256, str(self._path), source)
        self._seen, self._current, self._books[book.sha256] = source, book, book
        _log.info(
            "another runbook is in force: %s, %d commands, %d findings", book.sha256, len(book.commands), len(book.findings)
        )
        return True

    def _read(self) -> bytes | None:
        try:
            with self._path.open("rb") as file:
                return file.read(_BOOK_BYTES_MAX)
        except OSError:
            return None

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            # A log that takes nothing now is asked again at the next look; until then the old runbook is in force.
            with suppress(Overloaded, Unavailable):
                self.look()


class Shelf:
    """Which runbook a new incident follows: that of its service, where it has one of its own, else the site's."""

    def __init__(self, site: Library, own: Mapping[str, Library], name_of: Callable[[str], str]) -> None:
        """``own``: by the name of the service; ``name_of`` gives that of a service that is called otherwise."""
        self._site = site
        self._own = own
        self._name_of = name_of

    def start(self, keeper: Keeper) -> None:
        """Keep them all in the log and look for changes of their files."""
        for library in (self._site, *self._own.values()):
            library.start(keeper)

    def stop(self) -> None:
        """Look no more."""
        for library in (self._site, *self._own.values()):
            library.stop()

    def choose(self, service: str) -> str:
        """The sha256 of the runbook that a new incident of this service follows."""
        return self._own.get(self._name_of(service), self._site).current().sha256
