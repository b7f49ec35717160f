"""What the engine needs from outside: Store, Performer, Clock, Ids, Executor."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from enum import Enum
from typing import Protocol

import msgspec

from stormjib.core.alert import Alert
from stormjib.core.effects import AnyEffect
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Entry

Clock = Callable[[], float]
"""Seconds since the epoch, UTC."""

Ids = Callable[[], str]
"""A new id that nobody has used."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of an effect: facts for the log, and the bytes that they name by sha256."""

    facts: tuple[AnyFact, ...] = ()
    blobs: tuple[bytes, ...] = ()


class DeliveryError(Exception):
    """A vendor or a target did not do what was asked. ``permanent``: trying again can't help."""

    def __init__(self, integration: str, reason: str, *, permanent: bool) -> None:
        """Keep the integration's name, the sentence and whether it is final."""
        super().__init__(reason)
        self.integration = integration
        self.reason = reason
        self.permanent = permanent


class Performer(Protocol):
    """Does one kind of effect. ``effect_id`` is the idempotency key to hand to the other side."""

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:
        """Do it once and say what came of it; raises ``DeliveryError``."""
        ...


class Appended(msgspec.Struct, frozen=True):
    """What an append wrote. ``repeated`` means that its cause had been written before, so nothing was."""

    entries: tuple[Entry, ...]
    repeated: bool = False


class Broken(msgspec.Struct, frozen=True):
    """The first entry of a log that is not what was written."""

    incident: str
    seq: int
    reason: str


# The way in


class Overloaded(Exception):  # noqa: N818 - an answer to a sender, not a fault
    """More work waits than may. Nothing was written; the same request is welcome after ``retry_after_seconds``."""

    def __init__(self, reason: str, retry_after_seconds: int = 1) -> None:
        """Keep the sentence and how long to wait."""
        super().__init__(reason)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Exception):  # noqa: N818 - an answer to a sender, not a fault
    """The log can't take anything now, such as when the disk is full. Nothing was written; the text says what to do."""


class NotFound(Exception):  # noqa: N818 - an answer to a person, not a fault
    """There is no incident, token or runbook of this name; the text says where to look."""


class Accepted(msgspec.Struct, frozen=True):
    """What became of a batch of alerts; it is on disk.

    ``new`` alerts began to fire, ``cleared`` ones ceased to, ``repeated`` ones told nothing new. ``incidents`` are
    the ids of those that the batch opened, joined or repeats, each once, in the order of the alerts.
    """

    new: int = 0
    repeated: int = 0
    cleared: int = 0
    incidents: tuple[str, ...] = ()


Decide = Callable[[Incident], Sequence[AnyFact]]
"""What follows from the state of an incident: facts to append, none, or ``Refused`` with a sentence. It must not
change the incident, and must not block: it runs in the writer's thread."""

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

    def accept(self, alerts: Sequence[Alert]) -> "Future[Accepted]":
        """Take alerts in; the future is done once they are on disk."""
        ...

    def mark(self, name: str, position: int) -> None:
        """Remember how far somebody has read the log. It goes to disk with a later commit, so it may lag behind."""
        ...


# The log's store


class Head(msgspec.Struct):
    """One incident as lists show it: kept in the same transaction as its log. Times are seconds since the epoch, UTC."""

    id: str
    number: int
    group_key: str = ""
    """Alerts of this group join the incident while it is open."""
    title: str = ""
    severity: str = ""
    status: str = "new"
    """``declared``, ``acknowledged``, ``resolved`` or ``closed``; ``new`` before the declaration."""
    service: str = ""
    runbook_sha256: str = ""
    declared_at: float = 0.0
    updated_at: float = 0.0
    seq: int = 0
    """Of the newest entry."""
    alerts_total: int = 0
    """Firing episodes that joined."""
    alerts_listed: int = 0
    """Of them, those with an entry of their own."""

    @property
    def open(self) -> bool:
        """Neither resolved nor closed."""
        return self.status not in {"resolved", "closed"}


class AlertRow(msgspec.Struct, frozen=True, array_like=True):
    """One alert as its sender last told it; the order is that of the store's columns.

    ``count`` is how many times it began to fire.
    """

    source: str
    fingerprint: str
    firing: bool
    starts_at: float
    received_at: float
    severity: str
    service: str
    name: str
    body: Alert
    incident: str = ""
    listed: bool = False
    """The incident's log has an entry of its own for this firing."""
    count: int = 1


class AlertMark(msgspec.Struct, frozen=True, array_like=True):
    """What is known of an alert when it is heard of again; the order is that of the store's query."""

    source: str
    fingerprint: str
    firing: bool
    starts_at: float
    severity: str
    incident: str
    listed: bool
    count: int


class TokenRow(msgspec.Struct, frozen=True):
    """A bearer token without the token: only its sha256 is stored."""

    hash: bytes
    name: str
    scopes: tuple[str, ...]
    created_at: float
    last_used_at: float = 0.0


class StoreFailed(Exception):  # noqa: N818 - what it says is "Unavailable" to whoever asked
    """The database refused. ``fatal``: this process can't recover from it and has to be started again."""

    def __init__(self, reason: str, *, fatal: bool) -> None:
        """Keep the sentence and whether the process has to end."""
        super().__init__(reason)
        self.reason = reason
        self.fatal = fatal


class LogStore(Protocol):
    """The writer's side of the log, used by one thread only. Every method raises ``StoreFailed``.

    This is the border behind which another database would stand. What is written between two ``commit`` calls is on
    disk as a whole or not at all.
    """

    def commit(self, alerts: Sequence[bytes] = ()) -> None:
        """Make everything since the last commit durable, together with alerts, new or changed.

        Each of ``alerts`` is a JSON array of ``AlertRow``; of two rows for the same alert the later one counts.
        """
        ...

    def rollback(self) -> None:
        """Forget everything since the last commit."""
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
        """All entries of an incident, in order."""
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
        """Every open incident, oldest first."""
        ...

    def alert_marks(self, keys: Sequence[tuple[str, str]]) -> list[AlertMark]:
        """What is known of these (source, fingerprint) pairs; the unknown ones are left out."""
        ...

    def alert_keys(self, limit: int) -> list[tuple[str, str]]:
        """The (source, fingerprint) pairs of up to so many alerts."""
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


class Lane(Enum):
    """What kind of effect it is, so that one kind never holds up another: each lane has its own limit."""

    PAGE = "page"
    NOTIFY = "notify"
    PROBE = "probe"
    RUN = "run"
    """One at a time per target."""
    TIMER = "timer"


class Executor(Protocol):
    """Starts effects so that a kill loses none. An id that has been started before is never started again."""

    @property
    def executor_id(self) -> str:
        """Who runs what is started here: another one after every boot."""
        ...

    def start(self, effect_id: str, payload: str) -> bool:
        """Write the row and run the body at once; False, and nothing happens, where the id exists."""
        ...

    def start_later(self, effect_id: str, payload: str, lane: Lane, at: float) -> bool:
        """Write the row; the body runs at ``at`` (seconds since the epoch) or up to 3 seconds later. False as above."""
        ...

    def cancel(self, effect_id: str) -> None:
        """Never run it; nothing happens where it has ended or never was."""
        ...

    def reschedule(self, effect_id: str, at: float) -> None:
        """Move a delayed one; nothing happens where it is not waiting any more."""
        ...

    def status(self, effect_id: str) -> str:
        """``delayed``, ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``; "" where the id is not known."""
        ...

    def takeover(self, alive: Collection[str]) -> tuple[str, ...]:
        """Run again what executors outside ``alive`` left unfinished; the ids of the executors that left something."""
        ...


class Heartbeats(Protocol):
    """One row per executor, in a database that all of them share."""

    def beat(self, executor_id: str, at: float) -> None:
        """Write that this executor lives, at ``at`` (seconds since the epoch)."""
        ...

    def beats(self) -> dict[str, float]:
        """The newest beat of every executor."""
        ...

    def forget(self, executor_id: str) -> None:
        """Remove the row of an executor that is gone."""
        ...


Keeper = Callable[[str, str, bytes], None]
"""Keeps a runbook in the log, by its sha256, its file's name and its bytes as given; returns once it is on disk."""
