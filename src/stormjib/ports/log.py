"""The log: the one way in, its writer, its reader."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from stormjib.core.alert import Alert, StillFiring
from stormjib.core.checkup import Known
from stormjib.core.effects import AnyEffect
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Entry
from stormjib.ports.intake import Counted
from stormjib.ports.records import Accepted, AlertMark, AlertRow, Appended, Head, TokenRow

Decide = Callable[[Incident], Sequence[AnyFact]]
"""What follows from the state of an incident: facts to append, none, or ``Refused`` with a sentence. It must not
change the incident, and must not block: it runs in the writer's thread."""

DecideAlerts = Callable[[Incident, Sequence[Alert], int], Sequence[AnyFact]]
"""The same with the firing alerts that were named, and how many of them have no entry of their own."""


Emitted = tuple[int, Entry, tuple[AnyEffect, ...]]
"""An entry on disk: its position in the whole log, itself, and the effects that it asks for."""


Dispatch = Callable[[Sequence[Emitted]], None]
"""Takes what a commit wrote, in the writer's thread; must not block and must not raise."""


class Inbox(Protocol):
    """The only way to write to the log. Every method may raise ``Overloaded`` or ``Unavailable``; then nothing was written."""

    def submit(self, incident_id: str, decide: Decide, *, by: str, cause: str = "", blobs: Sequence[bytes] = ()) -> Appended:
        """Append what ``decide`` says and return once it is on disk.

        Raises whatever ``decide`` raises and ``NotFound`` where there is no such incident. A repeated ``cause`` writes
        nothing, does not call ``decide`` and returns the entry that carries it.
        """
        ...

    def submit_async(
        self, incident_id: str, decide: Decide, *, by: str, cause: str = "", blobs: Sequence[bytes] = ()
    ) -> "Future[Appended]":
        """The same without waiting; ``Overloaded`` and ``Unavailable`` may also come out of the future."""
        ...

    def declare(self, facts: Callable[[str], Sequence[AnyFact]], *, by: str, cause: str = "", group: str = "") -> Appended:
        """Open an incident under the next id, which ``facts`` is given; a repeated ``cause`` opens none."""
        ...

    def clear_alerts(self, incident_id: str, wanted: str, decide: DecideAlerts, *, by: str, cause: str = "") -> Appended:
        """End the firing alerts of this name or fingerprint, once ``decide`` has said what is written about it."""
        ...

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire. Only to be asked by a ``Decide``, in the writer's thread."""
        ...

    def accept(self, alerts: Sequence[Alert]) -> "Future[Accepted]":
        """Take alerts in; the future is done once they are on disk."""
        ...

    def mark(self, name: str, position: int) -> None:
        """Remember how far somebody has read the log. It goes to disk with a later commit, so it may lag behind."""
        ...


class LogStore(Protocol):
    """The writer's side of the log, used by one thread only. Every method raises ``StoreFailed``.

    This is the border behind which another database would stand. What is written between two ``commit`` calls is on
    disk as a whole or not at all.
    """

    def commit(self, alerts: Sequence[bytes] = (), counted: Sequence[Counted] = ()) -> None:
        """Make everything since the last commit durable, together with alerts, new or changed, and what was counted.

        Each of ``alerts`` is a JSON array of ``AlertRow``; of two rows for the same alert the later one counts.
        ``counted`` is added to what was counted before.
        """
        ...

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        ...

    def appendable(self) -> bool:
        """Whether new entries can be written at all; nothing may have been written since the last commit."""
        ...

    def append(self, entries: Sequence[tuple[int, Entry, bytes]], heads: Sequence[Head]) -> None:
        """Write entries at their positions, each with its fact as JSON, and heads: those of all their incidents, and others.

        Of an incident without new entries, only the number of its alerts may have changed.
        """
        ...

    def last(self) -> tuple[int, int]:
        """The newest position of the log and the newest incident number, 0 where there is none."""
        ...

    def entries(self, incident_id: str) -> list[Entry]:
        """All entries of an incident, in order; raises ``Damaged`` where one of them can't be read."""
        ...

    def caused(self, incident_id: str, cause: str) -> Entry | None:
        """The entry of this incident that carries the cause."""
        ...

    def declared(self, cause: str) -> Entry | None:
        """The first entry of an incident that was declared for this cause."""
        ...

    def head(self, incident_id: str) -> Head | None:
        """One incident's head."""
        ...

    def open_heads(self) -> list[Head]:
        """Every open incident whose row can be read, oldest first."""
        ...

    def alert_marks(self, keys: Sequence[tuple[str, str]]) -> list[AlertMark]:
        """What is known of these (source, fingerprint) pairs; the unknown ones are left out."""
        ...

    def alert_keys(self, limit: int) -> list[tuple[str, str]]:
        """The (source, fingerprint) pairs of up to so many alerts."""
        ...

    def alert_rows(self, keys: Sequence[tuple[str, str]]) -> list[AlertRow]:
        """Everything about these (source, fingerprint) pairs; the unknown ones are left out."""
        ...

    def put_alerts(self, alerts: Sequence[bytes]) -> None:
        """Write alerts as ``commit`` does, so that they can be read back before it."""
        ...

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire."""
        ...

    def firing_keys(self, incident_id: str, wanted: str) -> list[tuple[str, str]]:
        """The (source, fingerprint) pairs of the incident's firing alerts with this name or fingerprint."""
        ...

    def waiting_keys(self, limit: int) -> list[tuple[str, str]]:
        """The (source, fingerprint) pairs of the newest alerts that fire and belong to no incident, the newest first."""
        ...

    def put_blob(self, body: bytes) -> str:
        """Store bytes once and return their sha256 in hex."""
        ...

    def put_runbook(self, sha256: str, name: str, source: bytes, added_at: float) -> None:
        """Keep a runbook's bytes as given; the same sha256 again changes nothing."""
        ...

    def put_mark(self, name: str, position: int) -> None:
        """Remember how far somebody has read the log."""
        ...

    def put_token(self, token: TokenRow) -> None:
        """Insert or replace a token by its hash."""
        ...

    def delete_token(self, name: str) -> int:
        """Remove the tokens of this name; how many there were."""
        ...

    def put_checked(self, checked: Sequence[Known]) -> None:
        """Remember what is known of commands; an older look than the one that is kept changes nothing."""
        ...

    def put_setting(self, name: str, value: str) -> None:
        """Keep a value of the installation itself."""
        ...


class LogReader(Protocol):
    """The reading side that the engine needs. Any thread may use it; it sees what is committed."""

    def entries(self, incident_id: str, after_seq: int = 0, limit: int = 100_000) -> list[Entry]:
        """Entries of an incident after ``after_seq``, in order."""
        ...

    def entries_after(self, position: int, limit: int = 1_000) -> list[tuple[int, Entry]]:
        """Entries of every incident after a position of the whole log, in order, each with its position."""
        ...

    def replay(self, incident_id: str, until_seq: int | None = None) -> Incident:
        """The incident after all its entries, or after those up to ``until_seq``."""
        ...

    def mark(self, name: str) -> int:
        """How far somebody has read the log; 0 where nobody has."""
        ...

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire."""
        ...


Keeper = Callable[[str, str, bytes], None]
"""Keeps a runbook in the log, by its sha256, its file's name and its bytes as given; returns once it is on disk."""
