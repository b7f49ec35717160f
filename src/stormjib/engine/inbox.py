"""The inbox: the only way to write to the log. Everything waits for one writer and is on disk when it is answered."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, TypeVar

from stormjib.core.alert import Alert, StillFiring
from stormjib.core.log import AnyFact, Entry
from stormjib.core.text.units import size
from stormjib.engine.arrivals import Arrivals
from stormjib.engine.ledger import ITSELF, Ledger
from stormjib.engine.rules import Rules
from stormjib.engine.writer import Job, Reply, Writer
from stormjib.ports import Accepted, Appended, Clock, Counts, Decide, DecideAlerts, Delivery, Dispatch, LogStore, Unavailable

MEASURE_SECONDS: Final = 1.0
"""Between two looks at how much room the disk has."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the inbox takes."""

    waiting_alerts_max: int = 20_000
    """What may wait for the writer, in alerts; an append counts as one. Beyond it, ``Overloaded``."""
    free_bytes_min: int = 256 * 1024 * 1024
    """Below it, alerts and declarations are refused; what goes on in an incident is taken down to a quarter of it."""
    folds_max: int = 256
    """Incidents whose state is kept in memory."""


class Inbox:
    """Implements ``ports.Inbox``. Any thread may call it, apart from the writer's own."""

    def __init__(
        self,
        store: LogStore,
        rules: Rules,
        clock: Clock,
        *,
        dispatch: Dispatch,
        on_fatal: Callable[[str], None],
        disk: LogStore,
        limits: Limits = Limits(),
    ) -> None:
        """Read what is open and start the writer.

        ``on_fatal`` is told, in the writer's thread, why the process can't go on; the program should end itself then.
        """
        self._store = store
        self._ledger = Ledger(store, rules, clock, folds_max=limits.folds_max)
        self._disk = disk
        self._limits = limits
        self._clock = clock
        self._free_bytes, self._measured_at = disk.free_bytes(), clock()
        self._arrivals = Arrivals(store, self._ledger, rules, clock)
        self._writer = Writer(
            store,
            self._ledger,
            self._arrivals,
            dispatch=dispatch,
            on_fatal=on_fatal,
            waiting_max=limits.waiting_alerts_max,
        )
        self._writer.start()

    def close(self) -> None:
        """Write what waits and end the writer; the store stays open."""
        self._writer.close()

    def submit(self, incident_id: str, decide: Decide, *, by: str, cause: str = "", blobs: Sequence[bytes] = ()) -> Appended:
        """Append what ``decide`` says and return once it is on disk; see ``ports.Inbox``."""
        return self.submit_async(incident_id, decide, by=by, cause=cause, blobs=blobs).result()

    def submit_async(
        self, incident_id: str, decide: Decide, *, by: str, cause: str = "", blobs: Sequence[bytes] = ()
    ) -> Future[Appended]:
        """The same without waiting."""
        self._check_disk(self._limits.free_bytes_min // 4)

        def work() -> Appended:
            incident = self._ledger.incident(incident_id)
            earlier = self._ledger.caused(incident_id, cause) if cause else None
            if earlier:
                return Appended((earlier,), repeated=True)
            facts = decide(incident)
            self._ledger.change.blobs.extend(blobs)
            return Appended(self._ledger.append(incident_id, facts, by=by, cause=cause))

        return self._put(work)

    def declare(self, facts: Callable[[str], Sequence[AnyFact]], *, by: str, cause: str = "", group: str = "") -> Appended:
        """Open an incident under the next id, which ``facts`` is given; a repeated ``cause`` opens none."""
        self._check_disk(self._limits.free_bytes_min)

        def work() -> Appended:
            earlier = self._ledger.declared(cause) if cause else None
            if earlier:
                return Appended((earlier,), repeated=True)
            entries = self._ledger.declare(facts, by=by, cause=cause, group_key=group)
            if entries:
                self._arrivals.join_recent(entries[0].incident, self._ledger.head(entries[0].incident).group_key)
            return Appended(entries)

        return self._put(work).result()

    def export(self, incident_id: str, decide: Decide) -> Appended:
        """Append what ``decide`` says, and take everything before it out of the log; nothing happens where it says nothing."""

        def work() -> Appended:
            entries = self._ledger.append(incident_id, decide(self._ledger.incident(incident_id)), by=ITSELF, cause="")
            if entries:
                self._store.forget(incident_id, entries[0].seq - 1)
            return Appended(entries)

        return self._put(work).result()

    def clear_alerts(self, incident_id: str, wanted: str, decide: DecideAlerts, *, by: str, cause: str = "") -> Appended:
        """A person says that alerts fire no more, by their name or fingerprint; see ``ports.Inbox``."""
        self._check_disk(self._limits.free_bytes_min // 4)

        def work() -> Appended:
            incident = self._ledger.incident(incident_id)
            earlier = self._ledger.caused(incident_id, cause) if cause else None
            if earlier:
                return Appended((earlier,), repeated=True)
            ended = self._arrivals.clear(incident_id, wanted)
            facts = decide(incident, [row.body for row in ended], sum(not row.listed for row in ended))
            self._ledger.change.alerts.update({(row.source, row.fingerprint): row for row in ended})
            return Appended(self._ledger.append(incident_id, facts, by=by, cause=cause))

        return self._put(work).result()

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire. Only to be asked by a ``Decide``, in the writer's thread."""
        return self._ledger.still_firing(incident_id)

    def accept(self, alerts: Sequence[Alert]) -> Future[Accepted]:
        """Take alerts in; the future is done once they are on disk."""
        future: Future[Accepted] = Future()
        source = alerts[0].source if alerts else ""
        self.accept_for(Delivery(source, len(alerts), tuple(alerts)), future)
        return future

    def accept_for(self, delivery: Delivery, reply: Reply) -> None:
        """Take in what a request held, and count it; for a caller with a cheaper way to be told than a future."""
        self._check_disk(self._limits.free_bytes_min)
        if not delivery.source:
            reply.set_result(Accepted())
            return
        self._writer.put(Job(None, reply, delivery))

    def count(self, counts: Counts) -> None:
        """Count what could not be taken in; on disk with a later commit, within a second."""
        self._writer.count(counts)

    def write(self, action: Callable[[LogStore], T]) -> T:
        """Write something beside the incidents, such as a token or a runbook, in one statement; returns once it is on disk."""
        return self._put(lambda: action(self._store)).result()

    def damaged(self) -> dict[str, str]:
        """The incidents whose log can't be read, so that they take nothing more; each with why."""
        return self._ledger.damaged()

    def mark(self, name: str, position: int) -> None:
        """Remember how far somebody has read the log; it goes to disk with a later commit, within a second."""
        self._writer.mark(name, position)

    def subscribe(self, listener: Callable[[Sequence[Entry]], None]) -> Callable[[], None]:
        """Tell somebody the entries of each commit, in the writer's thread; returns how to stop.

        The listener must not block and must not raise.
        """
        return self._writer.subscribe(listener)

    def _put(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        self._writer.put(Job(work, future))
        return future

    def _check_disk(self, bytes_min: int) -> None:
        now = self._clock()
        # While this refuses, nothing is written that would fill the disk, and one look more costs nobody anything.
        if self._free_bytes < bytes_min or not 0 <= now - self._measured_at < MEASURE_SECONDS:
            self._free_bytes, self._measured_at = self._disk.free_bytes(), now
        if self._free_bytes < bytes_min:
            raise Unavailable(
                f"The disk that holds the log has {size(self._free_bytes)} left and stormjib takes nothing new below "
                f"{size(bytes_min)}. Free some space; then it goes on by itself."
            )
