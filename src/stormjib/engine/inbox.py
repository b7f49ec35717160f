"""The inbox: the only way to write to the log. Everything waits for one writer and is on disk when it is answered."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from stormjib.core.access import SITE, SITE_NUMBER
from stormjib.core.alert import Alert, StillFiring
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Entry, Linked
from stormjib.core.log.fact import ITSELF
from stormjib.engine.links import goes_on
from stormjib.engine.writer import Writer
from stormjib.ports import Accepted, Appended, Decide, DecideAlerts, Delivery, LogStore

T = TypeVar("T")


class Inbox(Writer):
    """The writer, and what people do. Any thread may call it, apart from the writer's own.

    Every method may raise ``Overloaded`` or ``Unavailable``; then nothing was written.
    """

    def record(
        self, decide: Callable[[], tuple[Sequence[AnyFact], Callable[[LogStore], None]]], *, by: str, cause: str = ""
    ) -> Appended:
        """Append to the site's own log, and write with it, in one transaction, what changes beside it; see ``submit``."""

        def work() -> Appended:
            self._ledger.keep_log(SITE, SITE_NUMBER)
            earlier = self._ledger.caused(SITE, cause) if cause else None
            if earlier:
                return Appended((earlier,), repeated=True)
            facts, beside = decide()
            end = self._links if goes_on(facts) else self._ledger
            written = end.append(SITE, facts, by=by, cause=cause)
            if written:
                beside(self._store)
            return Appended(written)

        return self._put(work).result()

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
        What the server has to say of itself, such as that no alert is taken, takes from the reserve.
        """
        self._check_disk(self._limits.kept() if by == ITSELF else self._limits.free_bytes_min)

        def work() -> Appended:
            earlier = self._ledger.declared(cause) if cause else None
            if earlier and again is None:
                return Appended((earlier,), repeated=True)
            if earlier and again and self._ledger.is_open(earlier.incident) and self._ledger.readable(earlier.incident):
                more = () if self._ledger.caused(earlier.incident, again[0]) else again[1](self.incident(earlier.incident))
                added = self._ledger.append(earlier.incident, more, by=by, cause=again[0])
                return Appended(added or (earlier,), repeated=not added)
            entries = self._ledger.declare(facts, by=by, cause=cause, group_key=group)
            if entries:
                self._arrivals.join_recent(entries[0].incident, self._ledger.head(entries[0].incident).group_key)
            return Appended(entries)

        return self._put(work).result()

    def declared(self, cause: str) -> Entry | None:
        """The first entry of the newest incident that was declared for this cause."""
        return self._put(lambda: self._ledger.declared(cause)).result()

    def export(self, incident_id: str, decide: Decide) -> Appended:
        """Append what ``decide`` says, and take everything before it out of the log; nothing happens where it says nothing."""

        def work() -> Appended:
            entries = self._ledger.append(incident_id, decide(self._ledger.incident(incident_id)), by=ITSELF, cause="")
            if entries:
                self._store.forget(incident_id, entries[0].seq - 1)
            return Appended(entries)

        return self._put(work).result()

    def leave_shadow(self, incident_ids: Sequence[str]) -> None:
        """The server was in shadow and is live now; these are open."""
        self._put(lambda: self._links.leave_shadow(incident_ids)).result()

    def on_alerts(self, incident_id: str, wanted: Sequence[str], decide: DecideAlerts, *, by: str, cause: str = "") -> Appended:
        """What ``decide`` says of the firing alerts with these names or fingerprints: they end, or become an incident of their own."""
        self._check_disk(self._limits.kept())

        def work() -> Appended:
            incident = self._ledger.incident(incident_id)
            earlier = self._ledger.caused(incident_id, cause) if cause else None
            if earlier:
                return Appended((earlier,), repeated=True)
            found = {(row.source, row.fingerprint): row for one in wanted for row in self._ledger.firing_named(incident_id, one)}
            rows = list(found.values())
            facts = decide(incident, [row.body for row in rows], sum(not row.listed for row in rows))
            split = next((fact for fact in facts if isinstance(fact, Linked)), None)
            if split is not None:
                return Appended(self._links.split(incident_id, split, rows, by=by, cause=cause))
            self._links.ended(rows)
            return Appended(self._ledger.append(incident_id, facts, by=by, cause=cause))

        return self._put(work).result()

    def incident(self, incident_id: str) -> Incident:
        """Another incident as it is now. Only to be asked by a ``Decide``, in the writer's thread, and not to be changed."""
        return self._ledger.incident(incident_id)

    def time(self, incident: Incident) -> float:
        """That an entry of the incident would bear. Only to be asked by a ``Decide``, in the writer's thread."""
        return self._ledger.times.at(incident)

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire. Only to be asked by a ``Decide``, in the writer's thread."""
        return self._ledger.still_firing(incident_id)

    def accept(self, alerts: Sequence[Alert], sender: str = "") -> Future[Accepted]:
        """Take alerts of a sender in; the future is done once they are on disk."""
        future: Future[Accepted] = Future()
        if alerts:
            self.accept_for(Delivery(alerts[0].source, len(alerts), tuple(alerts), sender=sender), future)
        else:
            future.set_result(Accepted())
        return future

    def write(self, action: Callable[[LogStore], T]) -> T:
        """Write something beside the incidents, such as a token or a runbook, in one statement; returns once it is on disk."""
        return self._put(lambda: action(self._store)).result()

    def damaged(self) -> dict[str, str]:
        """The incidents whose log can't be read, so that they take nothing more; each with why."""
        return self._ledger.damaged()
