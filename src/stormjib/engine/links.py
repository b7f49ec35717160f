"""Links: what the end of an incident, or a split, says of another incident is written there in the same transaction."""

from collections.abc import Sequence

import msgspec

from stormjib.core import ends
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, DebtTaken, Declared, Ended, Entry, Linked
from stormjib.engine.arrivals import Arrivals
from stormjib.engine.ledger import Ledger
from stormjib.ports import AlertRow


class Links:
    """Used by the writer's thread only, within a job of the ledger: all of it is on disk, or nothing of it."""

    def __init__(self, ledger: Ledger, arrivals: Arrivals) -> None:
        self._ledger = ledger
        self._arrivals = arrivals

    def append(self, incident_id: str, facts: Sequence[AnyFact], *, by: str, cause: str) -> tuple[Entry, ...]:
        """Write these entries; where one ends the incident in another, its alerts and temporary measures go there."""
        ended = next((fact for fact in facts if isinstance(fact, Ended) and fact.into), None)
        if ended is None:
            return self._ledger.append(incident_id, facts, by=by, cause=cause)
        source = self._ledger.incident(incident_id)
        link, debts = _link(source, ended), tuple(source.debts.values())
        written = self._ledger.append(incident_id, facts, by=by, cause=cause)
        target = self._ledger.incident(ended.into)
        taken = (DebtTaken(debt.debt, debt.run_id, debt.repaid_by) for debt in debts if debt.debt not in target.debts)
        origin = f"{incident_id}/{written[0].seq}"
        self._ledger.append(ended.into, (link, *taken), by=by, cause=f"{origin}/linked")
        self._arrivals.move(self._ledger.firing_named(incident_id), ended.into, incident_id, origin)
        return written

    def split(self, incident_id: str, fact: Linked, rows: Sequence[AlertRow], *, by: str, cause: str) -> tuple[Entry, ...]:
        """The alerts become a new incident, which is declared in the same transaction."""
        source = self._ledger.incident(incident_id)
        origin = f"{incident_id}/{source.seq + 1}"
        declared = Declared(
            fact.title,
            fact.severity,
            source.service,
            source.runbook_sha256,
            detected_at=min((source.updated_at, *(row.starts_at for row in rows))),
            reason=f"split from {incident_id} by {fact.who}: {fact.reason}",
        )
        begins = Linked(incident_id, "split from", fact.who, fact.reason, source.severity, source.title)
        group_key = self._ledger.head(incident_id).group_key
        opened = self._ledger.declare(
            lambda _: (declared, begins),
            by=by,
            cause=f"{origin}/split",
            group_key=group_key,
            runbook_sha256=source.runbook_sha256,
        )
        other = opened[0].incident
        written = self._ledger.append(incident_id, (msgspec.structs.replace(fact, other=other),), by=by, cause=cause)
        self._arrivals.move(rows, other, incident_id, origin)
        return written


def _link(source: Incident, ended: Ended) -> Linked:
    return Linked(
        source.id,
        ended.how if ended.how == "duplicate of" else "merged into",
        ended.who,
        ended.reason,
        source.severity,
        source.title,
        people=ends.people(source),
        audiences=ends.informed(source),
    )
