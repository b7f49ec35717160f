"""What crosses the ports as data."""

from collections.abc import Iterable
from typing import Final

import msgspec

from stormjib.core.alert import Alert
from stormjib.core.incident import OPEN, Incident
from stormjib.core.log import AnyFact, Entry


class Outcome(msgspec.Struct, frozen=True):
    """What came of an effect: facts for the log, and the bytes that they name by sha256."""

    facts: tuple[AnyFact, ...] = ()
    blobs: tuple[bytes, ...] = ()


class Appended(msgspec.Struct, frozen=True):
    """What an append wrote. ``repeated`` means that its cause had been written before, so nothing was."""

    entries: tuple[Entry, ...]
    repeated: bool = False

    @property
    def added(self) -> int:
        """How many entries it wrote."""
        return 0 if self.repeated else len(self.entries)


class Broken(msgspec.Struct, frozen=True):
    """The first entry of a log that is not what was written."""

    incident: str
    seq: int
    reason: str


class Checked(msgspec.Struct, frozen=True):
    """How many entries of an incident are as written."""

    incident: str
    entries: int


class Accepted(msgspec.Struct, frozen=True):
    """What became of a batch of alerts; it is on disk.

    ``new`` alerts began to fire, ``cleared`` ones ceased to, ``repeated`` ones told nothing new. ``incidents`` are
    the ids of those that the batch opened, joined or repeats, each once, in the order of the alerts.
    """

    new: int = 0
    repeated: int = 0
    cleared: int = 0
    incidents: tuple[str, ...] = ()


GOES_ON: Final = ("duplicate of ", "merged into ")
"""How the status begins of an incident that goes on in another."""


class Head(msgspec.Struct):
    """One incident as lists show it: kept in the same transaction as its log. Times are seconds since the epoch, UTC."""

    id: str
    number: int
    group_key: str = ""
    """Alerts of this group join the incident while it is open."""
    title: str = ""
    severity: str = ""
    status: str = "new"
    """As ``Incident.status``."""
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
        return self.status in OPEN

    @property
    def over(self) -> bool:
        """Closed, or ended in another way."""
        return not self.open and self.status != "resolved"

    @property
    def goes_on_in(self) -> str:
        """The incident that it ended in, as a duplicate or merged; "" for none."""
        return self.status.rpartition(" ")[2] if self.status.startswith(GOES_ON) else ""


def summarise(head: Head, incident: Incident) -> None:
    """Bring the row up to the incident's entries, as far as they say what is in it; the counts of alerts are not theirs alone."""
    head.title, head.severity, head.service = incident.title, incident.severity.value, incident.service
    head.status, head.updated_at = incident.status, incident.updated_at
    head.declared_at = incident.declared.at if incident.declared else 0.0
    head.runbook_sha256 = incident.runbook_sha256 or head.runbook_sha256


class Course(msgspec.Struct, frozen=True, array_like=True):
    """What an alert's messages have said so far, in the order of their arrival. Times are seconds since the epoch, UTC."""

    heard_at: float
    """When it was last heard to fire, to within some minutes."""
    starts: tuple[float, ...]
    """The starts that its senders gave for the firing that goes on, or was the last: replicas differ."""
    earlier: tuple[float, ...] = ()
    """Those of firings before."""
    turns: tuple[float, ...] = ()
    """When it was heard to begin, the last times; () where its row says it."""
    asked: int = 0
    """The entry that began the round in which it waits for its users; 0 where it waits, or waited, for none."""


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
    course: Course | None = None
    """None for an alert that was heard once."""

    @property
    def labels(self) -> dict[str, str]:
        """As its sender last told them."""
        return self.body.labels

    @property
    def sender(self) -> str:
        """Whose token it came with when it began."""
        return self.body.sender


Stored = tuple[str | float | None, ...]


def stored(rows: Iterable[AlertRow]) -> list[Stored]:
    """Alerts as a store is given them: their fields in order, the body and the course as JSON. Raises ``ValueError`` for what has no such form."""
    return [
        (
            row.source,
            row.fingerprint,
            row.firing,
            row.starts_at,
            row.received_at,
            row.severity,
            row.service,
            row.name,
            _encode(row.body).decode(),
            row.incident,
            row.listed,
            row.count,
            _encode(row.course).decode() if row.course else None,
        )
        for row in rows
    ]


class AlertMark(msgspec.Struct, frozen=True, array_like=True):
    """What is known of an alert when it is heard of again; the order is that of the store's query."""

    source: str
    fingerprint: str
    firing: bool
    starts_at: float
    received_at: float
    severity: str
    incident: str
    listed: bool
    count: int
    course: Course | None
    service: str = ""
    labels: dict[str, str] | None = None
    sender: str | None = None


class AlertState(msgspec.Struct, frozen=True):
    """An alert as lists show it. ``id`` grows with the arrival; ``count`` is how many times it began to fire."""

    id: int
    firing: bool
    received_at: float
    incident: str
    count: int
    alert: Alert
    asked: int = 0
    """The entry that began its round of waiting for its users; 0 for none."""
    began_at: float = 0.0
    """When this firing was first heard, whatever has become of it since; ``received_at`` is when it last changed."""


class RunbookRow(msgspec.Struct, frozen=True):
    """A runbook whose bytes the log keeps; ``added_at`` in seconds since the epoch."""

    sha256: str
    name: str
    added_at: float
    bytes: int


_encode = msgspec.json.Encoder().encode
