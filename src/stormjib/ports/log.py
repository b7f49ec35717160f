"""The log as the program uses it: the one way in, and what is handed on from there."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from stormjib.core.alert import Alert, StillFiring
from stormjib.core.effects import AnyEffect
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Entry
from stormjib.ports.log_store import LogStore
from stormjib.ports.records import Accepted, Appended

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

    def submit_async(
        self, incident_id: str, decide: Decide, *, by: str, cause: str = "", blobs: Sequence[bytes] = ()
    ) -> "Future[Appended]":
        """The same without waiting; ``Overloaded`` and ``Unavailable`` may also come out of the future."""

    def declare(
        self,
        facts: Callable[[str], Sequence[AnyFact]],
        *,
        by: str,
        cause: str = "",
        group: str = "",
        again: tuple[str, Decide] | None = None,
    ) -> Appended:
        """Open an incident under the next id, which ``facts`` is given.

        A repeated ``cause`` opens none. With ``again``, a cause and a decision, that holds while its incident is open, to
        which is added once what the decision says.
        """

    def declared(self, cause: str) -> Entry | None:
        """The first entry of the newest incident that was declared for this cause."""

    def record(
        self, decide: Callable[[], tuple[Sequence[AnyFact], Callable[[LogStore], None]]], *, by: str, cause: str = ""
    ) -> Appended:
        """Append to the site's own log, and write with it, in one transaction, what changes beside it."""

    def on_alerts(self, incident_id: str, wanted: Sequence[str], decide: DecideAlerts, *, by: str, cause: str = "") -> Appended:
        """What ``decide`` says of the firing alerts with these names or fingerprints: they end, or become an incident of their own."""

    def incident(self, incident_id: str) -> Incident:
        """Another incident as it is now. Only to be asked by a ``Decide``, in the writer's thread; not to be changed."""

    def time(self, incident: Incident) -> float:
        """That an entry of the incident would bear. Only to be asked by a ``Decide``, in the writer's thread."""

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire. Only to be asked by a ``Decide``, in the writer's thread."""

    def accept(self, alerts: Sequence[Alert]) -> "Future[Accepted]":
        """Take alerts in; the future is done once they are on disk."""

    def mark(self, name: str, position: int) -> None:
        """Remember how far somebody has read the log. It goes to disk with a later commit, so it may lag behind."""


Keeper = Callable[[str, str, bytes], None]
"""Keeps a runbook in the log, by its sha256, its file's name and its bytes as given; returns once it is on disk."""
