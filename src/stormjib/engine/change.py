"""A job of the writer, an attempt at it, and the change: what it, or the group of jobs of one transaction, is about to add to the log."""

from collections import defaultdict
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Protocol, Self

from stormjib.core.effects import AnyEffect
from stormjib.core.log import Entry
from stormjib.ports import AlertRow, Damaged, Delivery, Head, StoreFailed
from stormjib.ports.records import Stored, stored


class Change:
    """Kept as a whole or given up as a whole. A job's change is merged into the group's once the job has succeeded."""

    __slots__ = ("alerts", "blobs", "causes", "counts", "encoded", "entries", "groups", "heads", "moved", "number")

    def __init__(self, number: int | None = None) -> None:
        """Start empty; ``number`` is the newest incident number that is taken, None while nobody has asked."""
        self.number = number
        self.entries: list[tuple[Entry, bytes, tuple[AnyEffect, ...]]] = []
        self.heads: dict[str, Head] = {}
        self.groups: dict[str, str | None] = {}
        """The open incident of a group of alerts, None where it has just ended."""
        self.moved: dict[str, str] = {}
        """The incident of a group that has ended in another one."""
        self.alerts: dict[tuple[str, str], AlertRow] = {}
        self.encoded: list[Stored] = []
        """The alerts as they are stored: made with the job, so that an alert that has no such form hurts only it."""
        self.causes: dict[tuple[str, str], Entry] = {}
        self.blobs: list[bytes] = []
        self.counts: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        """What arrived and what became of it."""

    def encode(self) -> None:
        """Give the alerts the form in which they are stored."""
        if self.alerts:
            self.encoded += stored(self.alerts.values())

    def merge(self, other: "Change") -> None:
        """Add what a job has changed."""
        self.number = other.number
        if other.entries:
            self.entries += other.entries
            self.causes.update(other.causes)
        if other.blobs:
            self.blobs += other.blobs
        if other.heads:
            self.heads.update(other.heads)
            self.groups.update(other.groups)
            self.moved.update(other.moved)
        self.alerts.update(other.alerts)
        for key, count in other.counts.items():
            self.counts[key] += count
        self.encoded += other.encoded


NOTHING: Final = Delivery("", 0, ())


class Reply(Protocol):
    """Where the answer goes. Called in the writer's thread; must not block and must not raise."""

    def set_running_or_notify_cancel(self) -> bool:
        """Whether anybody still waits."""

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401 - the kind of job says which
        """It is on disk."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Nothing was written."""


class Job:
    """One piece of work: what it does in the writer's thread, how much it weighs and who waits for it."""

    __slots__ = ("delivery", "reply", "work")

    def __init__(self, work: Callable[[], Any] | None, reply: Reply, delivery: Delivery = NOTHING) -> None:
        self.work = work
        self.reply = reply
        self.delivery = delivery

    @property
    def weight(self) -> int:
        """In alerts; an append counts as one."""
        return len(self.delivery.alerts) or 1


class Attempt:
    """A job's mistake is its sender's to hear and must not stop the others; a failing database is everybody's.

    An incident whose log is damaged is its own affair.
    """

    __slots__ = ("error",)

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if isinstance(error, Exception) and (isinstance(error, Damaged) or not isinstance(error, StoreFailed)):
            self.error = error
            return True
        return False
