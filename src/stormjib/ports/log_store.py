"""The writer's side of the log: what a database has to do for it. Another one is another implementation of this file and the next.

It stands with the ports and not in ``store/``, for those who use it may know no store: the engine and the pages are above,
every implementation is below, and both see only this.
"""

from collections.abc import Sequence
from typing import Protocol

from stormjib.core.access import Session, Token
from stormjib.core.alert import StillFiring
from stormjib.core.checkup import ProbeRecord
from stormjib.core.log import Entry
from stormjib.ports.intake import Counted
from stormjib.ports.records import AlertMark, AlertRow, Head, Stored


class LogStore(Protocol):
    """The writer's side of the log, used by one thread only. Every method raises ``StoreFailed``.

    What is written between two ``commit`` calls is on disk as a whole or not at all.
    """

    path: str
    """Where the log is, for messages."""

    def close(self) -> None:
        """Let the next writer in."""

    def free_bytes(self) -> int:
        """How much room there is for what is written."""

    def lost(self) -> str:
        """Why what is written would not be found again, as a sentence; "" where all is well."""

    def commit(self, alerts: Sequence[Stored] = (), counted: Sequence[Counted] = ()) -> None:
        """Make everything since the last commit durable, together with alerts, new or changed, and what was counted.

        Of two rows for the same alert the later one counts (``ports.records.stored``).
        ``counted`` is added to what was counted before.
        """

    def make_room(self) -> None:
        """Prepare for the next commit; called after one, when everybody has their answer. Never raises."""

    def rollback(self) -> None:
        """Forget everything since the last commit."""

    def appendable(self) -> bool:
        """Whether new entries can be written at all; nothing may have been written since the last commit."""

    def append(self, entries: Sequence[tuple[int, Entry, bytes]], heads: Sequence[Head]) -> None:
        """Write entries at their positions, each with its fact as JSON, and heads: those of all their incidents, and others.

        Of an incident without new entries, only the number of its alerts may have changed.
        """

    def last(self) -> tuple[int, int]:
        """The newest position of the log and the newest incident number, 0 where there is none."""

    def entries(self, incident_id: str, after_seq: int = 0) -> list[Entry]:
        """All entries of an incident after ``after_seq``, in order; raises ``Damaged`` where one of them can't be read."""

    def caused(self, incident_id: str, cause: str) -> Entry | None:
        """The entry of this incident that carries the cause."""

    def declared(self, cause: str) -> Entry | None:
        """The first entry of the newest incident that was declared for this cause."""

    def head(self, incident_id: str) -> Head | None:
        """One incident's head."""

    def open_heads(self) -> list[Head]:
        """Every incident that is open, or has ended in another one, whose row can be read, oldest first."""

    def newest_in(self, group_key: str) -> str:
        """The newest incident of a group of alerts; "" where there was none."""
        ...

    def alert_marks(self, keys: Sequence[tuple[str, str]]) -> list[AlertMark]:
        """What is known of these (source, fingerprint) pairs; the unknown ones are left out."""

    def alert_keys(self, limit: int) -> list[tuple[str, str]]:
        """The (source, fingerprint) pairs of up to so many alerts."""

    def alert_rows(self, keys: Sequence[tuple[str, str]]) -> list[AlertRow]:
        """Everything about these (source, fingerprint) pairs; the unknown ones are left out."""

    def put_alerts(self, alerts: Sequence[Stored]) -> None:
        """Write alerts as ``commit`` does, so that they can be read back before it."""

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire."""

    def firing_keys(self, incident_id: str, wanted: str) -> list[tuple[str, str]]:
        """The (source, fingerprint) pairs of the incident's firing alerts with this name or fingerprint; all with ""."""

    def waiting_keys(self, limit: int) -> list[tuple[str, str]]:
        """The (source, fingerprint) pairs of the newest alerts that fire and belong to no incident, the newest first."""

    def put_blob(self, body: bytes) -> str:
        """Store bytes once and return their sha256 in hex."""

    def forget(self, incident_id: str, seq: int) -> None:
        """Take what the entries up to ``seq`` say out of the log; their position, number, time and hash stay."""

    def drop_blobs(self, names: Sequence[str], position: int) -> int:
        """Remove blobs that are named by no entry behind this position of the whole log; how many there were."""

    def put_runbook(self, sha256: str, name: str, source: bytes, added_at: float) -> None:
        """Keep a runbook's bytes as given; the same sha256 again changes nothing."""

    def put_mark(self, name: str, position: int) -> None:
        """Remember how far somebody has read the log."""

    def put_token(self, token: Token) -> None:
        """Insert or replace a token by its hash."""

    def delete_token(self, hashed: bytes) -> int:
        """Remove the token with this sha256; how many there were."""

    def put_session(self, session: Session) -> None:
        """Remember that somebody is signed in."""

    def delete_session(self, hashed: bytes, ended_at: float) -> None:
        """Forget a session, and all that ended before a moment."""

    def put_taken(self, source: str, name: str, kept_max: int) -> None:
        """Remember a signed message that was taken; what this source sent before as many as that, whoever sent them, is forgotten."""
        ...

    def put_checked(self, checked: Sequence[ProbeRecord]) -> None:
        """Remember what is known of commands; an older look than the one that is kept changes nothing."""

    def put_setting(self, name: str, value: str) -> None:
        """Keep a value of the installation itself."""

    def put_generation(self, name: str) -> None:
        """From the newest entry on, the log is written by this start of the program."""
