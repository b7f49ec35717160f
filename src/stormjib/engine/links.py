"""Links: what the end of an incident, or a split, says of another incident is written there in the same transaction."""

from collections.abc import Sequence

import msgspec

from stormjib.core import ends
from stormjib.core.access import SITE
from stormjib.core.incident import Incident
from stormjib.core.log import AlertsCounted, AnyFact, DebtTaken, Declared, Ended, Entry, Linked, Reopened
from stormjib.core.log.fact import ITSELF
from stormjib.core.opinion import over
from stormjib.core.shadow import LEFT
from stormjib.engine import course as courses
from stormjib.engine.alert_intake import AlertIntake
from stormjib.engine.joining import LISTED_MAX
from stormjib.engine.ledger import Ledger
from stormjib.engine.rota import silence_ended
from stormjib.ports import AlertRow, Clock


def goes_on(facts: Sequence[AnyFact]) -> AnyFact | None:
    """The fact that ends an incident in another one, reopens one that may have ended so, or ends a silence or a round of waiting."""
    return next(
        (
            fact
            for fact in facts
            if isinstance(fact, Reopened) or (isinstance(fact, Ended) and fact.into) or silence_ended(fact) or over(fact)
        ),
        None,
    )


class Links:
    """Used by the writer's thread only, within a job of the ledger: all of it is on disk, or nothing of it."""

    def __init__(self, ledger: Ledger, arrivals: AlertIntake, clock: Clock) -> None:
        self._ledger = ledger
        self._arrivals = arrivals
        self._clock = clock

    def append(self, incident_id: str, facts: Sequence[AnyFact], *, by: str, cause: str) -> tuple[Entry, ...]:
        """Write facts of which one ends the incident in another: its alerts and temporary measures go there."""
        last, source = goes_on(facts), self._ledger.incident(incident_id)
        if last and (silence := silence_ended(last)):
            return self._end_silence(silence, facts, by=by, cause=cause)
        if last and (asked := over(last)):
            written = self._ledger.append(incident_id, facts, by=by, cause=cause)
            self._arrivals.end_round(asked)
            return written
        if not isinstance(last, Ended):
            return self._reopen(source, facts, by=by, cause=cause)
        link, debts = _link(source, last), tuple(source.debts.values())
        written = self._ledger.append(incident_id, facts, by=by, cause=cause)
        target = self._ledger.incident(last.into)
        taken = (DebtTaken(debt.debt, debt.run_id, debt.repaid_by) for debt in debts if debt.debt not in target.debts)
        origin = f"{incident_id}/{written[0].seq}"
        self._ledger.append(last.into, (link, *taken), by=by, cause=f"{origin}/linked")
        self._move(self._ledger.firing_named(incident_id), last.into, origin)
        return written

    def _end_silence(self, number: int, facts: Sequence[AnyFact], *, by: str, cause: str) -> tuple[Entry, ...]:
        written = self._ledger.append(SITE, facts, by=by, cause=cause)
        self._arrivals.end_silence(number)
        return written

    def leave_shadow(self, incident_ids: Sequence[str]) -> None:
        """What was declared in shadow ends, and what of it still fires is judged as if it came now."""
        rows: list[AlertRow] = []
        for incident_id in incident_ids:
            if self._ledger.readable(incident_id) and self._ledger.incident(incident_id).shadow:
                rows += self._ledger.firing_named(incident_id)
                self._ledger.append(incident_id, (Ended("cancelled", ITSELF, LEFT),), by=ITSELF, cause="")
        self._arrivals.judge_again(rows)

    def _reopen(self, source: Incident, facts: Sequence[AnyFact], *, by: str, cause: str) -> tuple[Entry, ...]:
        """Where it went on before learns that it is an incident of its own again."""
        other = source.end.into if source.end else ""
        written = self._ledger.append(source.id, facts, by=by, cause=cause)
        if other and self._ledger.readable(other) and not self._ledger.incident(other).exported:
            why = next(fact for fact in facts if isinstance(fact, Reopened))
            link = Linked(source.id, "reopened", why.who, why.reason, source.severity, source.title)
            self._ledger.append(other, (link,), by=by, cause=f"{source.id}/{written[0].seq}/reopened")
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
        self._move(rows, other, origin)
        return written

    def ended(self, rows: Sequence[AlertRow]) -> None:
        """Alerts fire no more, because a person says so."""
        for row in rows:
            self._put(row, firing=False, course=courses.of(row))

    def _move(self, rows: Sequence[AlertRow], to: str, origin: str) -> None:
        """Alerts that fire belong to another incident from now on; ``origin`` is the entry that says so, as ``INC-1/7``."""
        head = self._ledger.own_head(to)
        head.alerts_total += len(rows)
        for row in rows:
            listed = row.listed and head.alerts_listed < LISTED_MAX
            if listed:
                received = msgspec.structs.replace(self._arrivals.received(row.body), moved_from=origin.partition("/")[0])
                head.alerts_listed += 1
                self._ledger.append(to, (received,), by=ITSELF, cause=f"{origin}/{row.source}/{row.fingerprint}")
            self._put(row, incident=to, listed=listed)
        if rows and head.alerts_total > head.alerts_listed:
            self._ledger.append(to, (AlertsCounted(head.alerts_total),), by=ITSELF, cause=f"{origin}/counted")

    def _put(self, row: AlertRow, **changed: object) -> None:
        fresh = msgspec.structs.replace(row, received_at=self._clock(), **changed)
        self._ledger.change.alerts[row.source, row.fingerprint] = fresh


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
