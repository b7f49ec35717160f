"""The catalogue while the server runs: read again when its files change, all or nothing, and the last good one kept, also over a restart."""

import logging
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha1, sha256
from pathlib import Path
from typing import Final

import msgspec

from stormjib import owned
from stormjib.catalogue_files import Found, read_catalogue, signature
from stormjib.core.access import SITE
from stormjib.core.catalogue.whole import Catalogue
from stormjib.core.log import CatalogueChanged
from stormjib.engine.inbox import Inbox
from stormjib.engine.rounds import Rounds
from stormjib.ports import Clock, LogReader, Overloaded, StoreFailed, Unavailable

LOOK_SECONDS: Final = 2.0
KEPT: Final = "catalogue.json"
"""The last good one, in the directory of the data."""
FILES_MAX: Final = 100
"""Files that an entry of the log names."""
GIT_SECONDS: Final = 5.0
_log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    hashes: dict[str, str]
    catalogue: Catalogue


class CatalogueWatch:
    """Any thread may ask for a reload. Without a directory there is nothing to look at."""

    def __init__(self, directory: Path | None, data_dir: Path, clock: Clock, beside: Sequence[Path] = ()) -> None:
        """Read it; raises ``ValueError`` where it is broken and no good one is kept.

        ``beside``: other files on which it depends whether it can be taken.
        """
        self._directory = directory
        self._kept = data_dir / KEPT
        self._clock = clock
        self._lock = threading.Lock()
        self._rounds = Rounds("catalogue", self._watch, LOOK_SECONDS)
        self._asked = False
        self._beside = tuple(beside)
        self._take: Callable[[Found], None] = lambda _: None
        self._inbox: Inbox | None = None
        self.refused: tuple[str, ...] = ()
        """Why the files as they are now are not in force, a sentence each; empty where they are."""
        self.changed_at: float | None = None
        """When another state of the files came into force since the start."""
        self._seen = ""
        self.found = self._first()

    def start(self, take: Callable[[Found], None], inbox: Inbox, reader: LogReader) -> None:
        """Look from now on. ``take`` puts a catalogue in force, or raises ``ValueError`` and has changed nothing."""
        self._take, self._inbox = take, inbox
        if self._directory is None:
            return
        if not self.refused:
            self._keep(reader)
        self._rounds.start()

    def stop(self) -> None:
        """Look no more."""
        self._rounds.stop()

    def wake(self) -> None:
        """Look now, from a signal's handler."""
        self._asked = True
        self._rounds.wake()

    def reload(self, by: str) -> tuple[str, ...]:
        """Read the files and put them in force; why not, a sentence each. Nothing has changed then."""
        if self._directory is None:
            return ('No catalogue is set, so there is nothing to read again: catalogue = "DIR" in the settings.',)
        with self._lock:
            found = self._read(self._directory)
            problems = tuple(f"{problem}." for problem in found.problems)
            if not problems and found.hashes == self.found.hashes:
                self._refuse(())
                return ()
            if not problems:
                try:
                    self._take(found)
                except ValueError as error:
                    problems = (str(error),)
            self._refuse(problems)
            if not problems:
                before, self.found, self.changed_at = self.found, found, self._clock()
                self._write(by, before.hashes)
            return problems

    def _read(self, directory: Path) -> Found:
        """What stands there, and by which state of the files it is known again: one from before the reading, so that nothing is missed."""
        before = signature(directory, ())
        found = read_catalogue(directory)
        self._others = (*found.books, *self._beside)
        self._seen = before + signature(None, self._others)
        return found

    def _first(self) -> Found:
        if self._directory is None:
            return Found()
        found = self._read(self._directory)
        if not found.problems:
            return found
        try:
            kept = msgspec.json.decode(self._kept.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            raise ValueError(f"The catalogue {self._directory} is wrong. {found.sentence}") from None
        self._refuse(tuple(f"{problem}." for problem in found.problems))
        return Found(kept.catalogue, (), kept.hashes)

    def _refuse(self, problems: tuple[str, ...]) -> None:
        if problems and problems != self.refused:
            _log.error("the catalogue %s is refused, and the one before stays in force: %s", self._directory, " ".join(problems))
        self.refused = problems

    def problems(self) -> list[str]:
        """What is not well, in a sentence."""
        if not self.refused:
            return []
        more = f" And {len(self.refused) - 1} more: stormjib config check {self._directory}." if len(self.refused) > 1 else ""
        return [f"The catalogue {self._directory} is refused, and the one before stays in force. {self.refused[0]}{more}"]

    def _keep(self, reader: LogReader) -> None:
        """What changed while the server did not run stands in the log, too."""
        before: dict[str, str] = {}
        with suppress(OSError, msgspec.MsgspecError):
            before = msgspec.json.decode(self._kept.read_bytes(), type=_Kept).hashes
        last, seq = "", 0
        while entries := reader.entries(SITE, seq):
            seq = entries[-1].seq
            last = next((one.fact.sha256 for one in reversed(entries) if isinstance(one.fact, CatalogueChanged)), last)
        if last != _name(self.found):
            self._write("stormjib", before)
        elif before != self.found.hashes:
            self._store()

    def _write(self, by: str, before: object) -> None:
        """Into the log of the site, with who wrote it; and the copy for a start with broken files."""
        assert self._directory is not None
        earlier = dict(before) if isinstance(before, dict) else {}
        now = self.found.hashes
        names = sorted(name for name in {*earlier, *now} if earlier.get(name) != now.get(name))
        commit, uncommitted = _by_git(self._directory, [name for name in names[:FILES_MAX] if name in now])
        files = {name: now.get(name, "") for name in names[:FILES_MAX]}
        fact = CatalogueChanged(_name(self.found), files, len(names), commit, uncommitted)
        _log.info("another catalogue is in force: %s, %d services", fact.sha256[:12], len(self.found.catalogue.services))
        if self._inbox is not None:
            with suppress(Overloaded, Unavailable, StoreFailed):
                self._inbox.record(lambda: ((fact,), lambda _: None), by=by, cause="")
        self._store()

    def _store(self) -> None:
        with suppress(OSError):
            # Without it only a start with broken files is refused; the disk's other troubles are told elsewhere.
            owned.write(self._kept, msgspec.json.encode(_Kept(dict(self.found.hashes), self.found.catalogue)))

    def _watch(self) -> None:
        assert self._directory is not None
        before = self._seen
        while not self._rounds.pause(LOOK_SECONDS):
            now = signature(self._directory, ()) + signature(None, self._others)
            asked, self._asked = self._asked, False
            # Files that are still being written are left alone for as long as each look finds them changed.
            if asked or (now == before and now != self._seen):
                self.reload("stormjib")
            before = now


def _name(found: Found) -> str:
    """Of a state of the files."""
    return sha256("".join(f"{name}\0{of}\0" for name, of in sorted(found.hashes.items())).encode()).hexdigest()


def _by_git(directory: Path, names: list[str]) -> tuple[str, tuple[str, ...]]:
    """The newest commit of the directory in words, and the files that are not as it has them; ("", ()) where git knows nothing of it."""
    newest = _git(directory, "log", "-1", "--no-show-signature", "--format=%h by %an: %s", "--", ".")
    if not newest:
        return "", ()
    tree = _git(directory, "ls-tree", "-r", "-z", "HEAD", "--", ".")
    there = {row.partition("\t")[2]: row.partition("\t")[0].split()[-1] for row in tree.split("\0") if "\t" in row}
    return newest.strip()[:300], tuple(name for name in names if there.get(name) != _blob(directory / name, there.get(name, "")))


def _blob(path: Path, like: str) -> str:
    """The name that git gives to what stands in a file, by the hash that it uses here."""
    try:
        body = path.read_bytes()
    except OSError:
        return "gone"
    made = sha1 if len(like) <= 40 else sha256  # noqa: PLR2004 - hex digits
    return made(b"blob %d\0%s" % (len(body), body)).hexdigest()


def _git(directory: Path, *words: str) -> str:
    """What git says without writing and without asking anybody; "" where it can't."""
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            ["git", "--no-pager", "-C", str(directory), *words],  # noqa: S607 - the git that is on the path
            capture_output=True,
            check=False,
            timeout=GIT_SECONDS,
            env=environ,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
