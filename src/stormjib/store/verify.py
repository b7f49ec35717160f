"""The check of the log: every entry is hashed again from the bytes on disk, and the first that is not as written is named."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec

from stormjib.core.access import SITE_NUMBER
from stormjib.ports import Broken, Checked, Damaged
from stormjib.store import chain
from stormjib.store.beside import found_beside
from stormjib.store.log_head import Against, LogHead
from stormjib.store.raw import RawLog, Text, Unreadable

_KEPT_IN: Final = {"output_sha256": "blob", "document_sha256": "blob", "runbook_sha256": "runbook"}
_NOTHING: Final = sha256(b"").hexdigest()


_EMPTIED: Final = "It was emptied, and no entry says to which export it went."
_TYPES: Final = [int, Text, int, float, Text, Text, Text, bytes]


class _Damage(Exception):
    def __init__(self, incident: str, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.broken = Broken(incident, seq, reason)


class _Export(msgspec.Struct):
    """Where the entries before are; anything else is no such fact."""

    fact: str = ""
    entries: int = 0
    head: str = ""


class _Names(msgspec.Struct):
    """The bytes that a fact names."""

    output_sha256: str = ""
    document_sha256: str = ""
    runbook_sha256: str = ""


def check(raw: RawLog, only: str | None = None, against: Sequence[LogHead] = ()) -> tuple[list[Checked], Broken | None]:
    """Check the whole log, or one incident: what is as written, and the first entry that is not.

    ``Broken.incident`` is "" where the damage can't be put down to one entry. What the hash covers is described in
    ``stormjib.store.chain``. ``against``: what the whole log was at earlier times.
    """
    return _Check(raw, only, Against(() if only else against)).run()


class _Check:
    """One pass over the log."""

    def __init__(self, raw: RawLog, only: str | None, against: Against) -> None:
        self._raw = raw
        self._only = only
        self._against = against
        self._position = 0
        self._missing: int | None = None
        """A position without a row, until the incident is known whose entry it was."""
        self._ends: dict[str, tuple[int, bytes]] = {}
        """The newest entry of each incident so far: its seq and its hash."""
        self._said_nothing: dict[str, tuple[int, bytes]] = {}
        """The last entry of each incident that says nothing any more, until an entry tells where it all is."""
        self._named: dict[tuple[str, str], tuple[str, int]] = {}
        """Where the bytes of a sha256 are kept, and the first entry that names them."""

    def run(self) -> tuple[list[Checked], Broken | None]:
        broken: Broken | None = None
        try:
            self._entries()
            self._anchor()
            self._heads()
            self._beside()
            self._bodies()
            self._pages()
        except _Damage as damage:
            broken = damage.broken
        except Unreadable as error:
            broken = self._unreadable(error)
        return [Checked(incident, seq) for incident, (seq, _) in self._ends.items()], broken

    def _entries(self) -> None:
        for row in self._raw.entries():
            self._place(row[0])
            if self._only is None or row[1] == self._only.encode():
                self._entry(row)

    def _anchor(self) -> None:
        """What the log was before is still its beginning; what says nothing any more is said to be elsewhere."""
        for name, (seq, _) in self._said_nothing.items():
            raise _Damage(name, seq, _EMPTIED)
        if said := self._against.end(self._position):
            raise _Damage("", 0, said)

    def _beside(self) -> None:
        """What is kept beside the timeline is what follows from it."""
        try:
            for name, reason in found_beside(self._raw, self._only, self._position):
                raise _Damage(name, self._ends.get(name, (0, b""))[0], reason)
        except Damaged as error:
            raise _Damage(error.incident, 0, error.reason) from error

    def _unreadable(self, error: Unreadable) -> Broken:
        """The database may have been a row ahead when it gave up, so the next rows are read one by one."""
        for position in (self._position + 1, self._position + 2):
            who = self._who(position)
            if who and not self._raw.reads(position):
                return Broken(*who, f"It can't be read: {error}. Restore the newest backup.")
        return Broken(self._only or "", 0, f"The log can't be read to its end: {error}. Restore the newest backup.")

    def _place(self, position: object) -> None:
        """Positions leave no gap: nothing is ever taken out of a log."""
        expected = self._position + 1
        if position != expected:
            who = self._who(expected)
            if who or not isinstance(position, int) or position < expected:
                incident, seq = who or ("", 0)
                raise _Damage(incident, seq, "Its row is not in its place: it was altered or removed after it was written.")
            self._missing = self._missing or expected
        self._position = position

    def _entry(self, row: tuple[Any, ...]) -> None:
        position, incident, seq, at, by, cause, fact, stored = row
        name = _text(incident)
        last, previous = self._ends.get(name, (0, chain.START))
        if [type(value) for value in row] != _TYPES or seq != last + 1:
            raise _Damage(*self._altered(row, name, last + 1))
        if not (by or cause or fact):
            self._ends[name] = self._said_nothing[name] = (seq, stored)
            self._hold_against(position, stored)
            return
        linked = chain.link(previous, incident=incident, seq=seq, at=at, by=by, cause=cause, fact=fact)
        if linked != stored:
            name, seq = self._who(position) or (name, seq)
            raise _Damage(name, seq, "It was altered after it was written: its hash does not match its content.")
        self._ends[name] = (seq, stored)
        self._hold_against(position, stored)
        if name in self._said_nothing:
            self._exported(name, seq, fact)
        if b'_sha256":"' in fact:
            self._note_names(name, seq, fact)

    def _hold_against(self, position: int, stored: bytes) -> None:
        if changed := self._against.read(position, stored, self._ends):
            raise _Damage(changed[0], 0, changed[1])

    def _exported(self, name: str, seq: int, fact: bytes) -> None:
        """The entry behind those that say nothing has to say where they are, and how their chain ended."""
        last, ended = self._said_nothing.pop(name)
        told = msgspec.json.decode(fact, type=_Export)
        if (told.fact, told.entries, told.head) != ("Exported", last, ended.hex()):
            raise _Damage(name, seq, _EMPTIED)

    def _altered(self, row: tuple[Any, ...], name: str, expected: int) -> tuple[str, int, str]:
        """Whose row it was: its hash tells, and the index where that fails; where both agree with it, one is missing."""
        position, _, seq, *_ = row
        who = self._owner(row) or self._who(position)
        if who == (name, seq) and seq > expected:
            return name, expected, f"It is missing: entry {seq} follows upon entry {expected - 1}."
        return (*(who or (name, expected)), "It was altered after it was written: it does not continue its incident's log.")

    def _owner(self, row: tuple[Any, ...]) -> tuple[str, int] | None:
        """The incident that the row would continue if only its incident or its seq was altered."""
        _, _, _, at, by, cause, fact, stored = row
        if [type(value) for value in row[3:]] != _TYPES[3:]:
            return None
        for name, (last, previous) in self._ends.items():
            if chain.link(previous, incident=name.encode(), seq=last + 1, at=at, by=by, cause=cause, fact=fact) == stored:
                return name, last + 1
        return None

    def _note_names(self, name: str, seq: int, fact: bytes) -> None:
        names = msgspec.json.decode(fact, type=_Names)
        for field, table in _KEPT_IN.items():
            if getattr(names, field):
                self._named.setdefault((table, getattr(names, field)), (name, seq))

    def _heads(self) -> None:
        """Each incident's row says how long its log is and how it ends, so that a log cut short is seen too."""
        numbers = 0
        known: set[str] = set()
        for name, number, seq, ending in self._raw.heads():
            # The logs of what belongs to no incident have numbers below 1.
            incident, numbers = _text(name), numbers + (number not in {0, SITE_NUMBER})
            known.add(incident)
            if self._only is not None and incident != self._only:
                continue
            if number not in {0, SITE_NUMBER, numbers} and self._only is None:
                raise _Damage(f"INC-{numbers}", 1, "The whole incident is missing.")
            last, found = self._ends.get(incident, (0, chain.START))
            if not isinstance(seq, int) or seq > last:
                raise _Damage(incident, last + 1, f"It is missing: the log ends at entry {last} and had {_text(seq)}.")
            if (seq, ending) != (last, found):
                raise _Damage(incident, last, "The incident's row says that its log ends otherwise.")
        unknown = set(self._ends) - known
        if unknown:
            raise _Damage(min(unknown), 1, "The incident's own row is missing.")
        if self._missing is not None and self._only is None:
            raise _Damage("", 0, f"The entry at position {self._missing} of the whole log is missing.")

    def _bodies(self) -> None:
        for (table, name), (incident, seq) in self._named.items():
            found = self._raw.body(table, name)
            if found is None and name == _NOTHING:
                # A command that could not be started has said nothing, and nothing was kept of it.
                continue
            if found is None:
                raise _Damage(incident, seq, f"The {table} that it names, sha256 {name}, is missing.")
            if not isinstance(found[0], bytes) or sha256(found[0]).hexdigest() != name:
                raise _Damage(incident, seq, f"The {table} that it names, sha256 {name}, was altered.")

    def _pages(self) -> None:
        """What the database itself finds in the entries' pages; a flipped byte may lie beside what a query reads."""
        if self._only is None and (found := self._raw.structure()):
            raise _Damage("", 0, f"The log's pages are damaged: {found}. Restore the newest backup.")

    def _who(self, position: int) -> tuple[str, int] | None:
        found = self._raw.owner(position)
        return (_text(found[0]), found[1]) if found and isinstance(found[1], int) else None


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
