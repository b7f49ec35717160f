"""Arrivals: what an alert means for the incidents: it opens one, joins one, clears, or tells nothing new."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from stormjib.core.alert import Alert, Triage, group, triage
from stormjib.core.log import AlertCleared, AlertReceived, AlertsCounted, AnyFact, Declared
from stormjib.core.severity import Severity
from stormjib.engine.heard import Heard
from stormjib.engine.ledger import ITSELF, Ledger
from stormjib.engine.rules import Rules
from stormjib.ports import Accepted, AlertMark, AlertRow, Clock, LogStore

LISTED_MAX: Final = 50
"""Alerts of one incident with an entry each; of those beyond, only the count is told, whenever it has doubled."""
COUNTED_FIRST: Final = 100
TITLE_CHARS_MAX: Final = 300
"""Of an incident that an alert declares; the entry of the alert keeps the whole summary. PagerDuty takes 1,024 in a page."""

Known = AlertMark | AlertRow


class Arrivals:
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, store: LogStore, ledger: Ledger, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._ledger = ledger
        self._rules = rules
        self._clock = clock
        self._heard = Heard(store)
        self._known: dict[tuple[str, str], AlertMark] = {}

    def look_up(self, alerts: Iterable[Alert]) -> None:
        """Ask the store once for everything that is known about the alerts of a group of jobs; raises ``StoreFailed``."""
        keys = self._heard.among({(alert.source, alert.fingerprint) for alert in alerts})
        self._known = {(mark.source, mark.fingerprint): mark for mark in self._store.alert_marks(keys)} if keys else {}

    def take(self, alerts: Sequence[Alert]) -> Accepted:
        """Take a batch in, as one job."""
        now = self._clock()
        new = repeated = cleared = 0
        changed = self._ledger.change.alerts
        incidents: dict[str, None] = {}
        for alert in alerts:
            key = (alert.source, alert.fingerprint)
            known = self._ledger.known_alert(key) or self._known.get(key)
            row = self._begins(alert, known, now) if alert.firing else self._ends(alert, known, now)
            if row is None:
                repeated += 1
            else:
                changed[key] = row
                new += row.firing
                # The end of an alert that nobody heard the beginning of is kept, but it clears nothing.
                cleared += not row.firing and known is not None
                repeated += not row.firing and known is None
            incident_id = row.incident if row else known.incident if known else ""
            if incident_id:
                incidents[incident_id] = None
        return Accepted(new, repeated, cleared, tuple(incidents))

    def _begins(self, alert: Alert, known: Known | None, now: float) -> AlertRow | None:
        """A firing that is new, or that its sender now judges differently; None where it tells nothing new."""
        starts_at = round(alert.starts_at, 3) or (known.starts_at if known and known.firing else now)
        if known is not None and starts_at <= known.starts_at:
            # A late message about a firing that has ended, or is an older one, is no news either.
            return self._judged_anew(alert, known, now) if known.firing and known.severity != alert.severity else None
        alert = _starting(alert, starts_at)
        incident_id, listed = self._join(alert, alert.episode, now, counts=True)
        return _row(alert, now, incident_id, listed=listed, count=known.count + 1 if known else 1)

    def _judged_anew(self, alert: Alert, known: Known, now: float) -> AlertRow:
        """The same firing with another severity: what was no incident may be one now."""
        alert = _starting(alert, known.starts_at)
        cause = f"{alert.episode}/{alert.severity}"
        incident_id, listed = self._join(alert, cause, now, counts=not known.incident)
        return _row(alert, now, incident_id or known.incident, listed=listed or known.listed, count=known.count)

    def _join(self, alert: Alert, cause: str, now: float, *, counts: bool) -> tuple[str, bool]:
        """The incident that the alert belongs to from now on, "" for none, and whether the log lists it by itself."""
        incident_id = self._joinable(group(alert))
        if incident_id is None:
            judged = _judged(alert.severity)
            if not judged.declare or judged.severity is None:
                return "", False
            return self._declare(alert, judged.severity, cause, now), True
        head = self._ledger.own_head(incident_id)
        head.alerts_total += counts
        if head.alerts_listed < LISTED_MAX:
            head.alerts_listed += 1
            self._append(incident_id, _received(alert), cause)
            return incident_id, True
        if counts and _doubled(head.alerts_total):
            self._append(incident_id, AlertsCounted(head.alerts_total), f"alerts/{head.alerts_total}")
        return incident_id, False

    def _joinable(self, group_key: str) -> str | None:
        """The open incident of the group. One whose log is damaged can't be written to: the alert must not get lost with it."""
        found = self._ledger.open_in(group_key)
        if found is None:
            return None
        listed = self._ledger.head(found).alerts_listed < LISTED_MAX
        sound = self._ledger.readable(found) if listed else not self._ledger.is_damaged(found)
        return found if sound else self._ledger.next_in(group_key)

    def _declare(self, alert: Alert, severity: Severity, cause: str, now: float) -> str:
        runbook = self._rules.choose_runbook(alert.service)
        received = _received(alert)
        declared = Declared(
            title=(alert.summary or alert.name)[:TITLE_CHARS_MAX],
            severity=severity,
            service=alert.service,
            runbook_sha256=runbook,
            # A sender whose clock is ahead must not put the detection into the future.
            detected_at=min(alert.starts_at, now),
            reason=received.reason,
        )
        entries = self._ledger.declare(
            lambda _: (received, declared), by=ITSELF, cause=cause, group_key=group(alert), runbook_sha256=runbook
        )
        head = self._ledger.own_head(entries[0].incident)
        head.alerts_total = head.alerts_listed = 1
        return head.id

    def _ends(self, alert: Alert, known: Known | None, now: float) -> AlertRow | None:
        """An end that was not known; None where it tells nothing new, such as the late end of an earlier firing."""
        starts_at = round(alert.starts_at, 3)
        if known is None:
            return _row(_starting(alert, starts_at or now), now, "", listed=False, count=0)
        if not known.firing or 0 < starts_at < known.starts_at:
            return None
        alert = _starting(alert, known.starts_at)
        if known.listed and self._ledger.head(known.incident).open and self._ledger.readable(known.incident):
            fact = AlertCleared(alert.fingerprint, alert.name, alert.ends_at or now)
            self._append(known.incident, fact, f"{alert.episode}/cleared")
        return _row(alert, now, known.incident, listed=known.listed, count=known.count)

    def _append(self, incident_id: str, fact: AnyFact, cause: str) -> None:
        if self._ledger.caused(incident_id, cause) is None:
            self._ledger.append(incident_id, (fact,), by=ITSELF, cause=cause)


def _starting(alert: Alert, starts_at: float) -> Alert:
    return alert if alert.starts_at == starts_at else msgspec.structs.replace(alert, starts_at=starts_at)


@lru_cache(maxsize=1024)
def _judged(severity: str) -> Triage:
    """Triage reads nothing but the severity, and there are few of them."""
    return triage(Alert(fingerprint="", source="", firing=True, name="", service="", severity=severity))


def _received(alert: Alert) -> AlertReceived:
    judged = triage(alert)
    return AlertReceived(
        fingerprint=alert.fingerprint,
        source=alert.source,
        name=alert.name,
        service=alert.service,
        summary=alert.summary,
        starts_at=alert.starts_at,
        labels=alert.labels,
        url=alert.url,
        proposed=judged.severity,
        reason=judged.reason,
    )


def _doubled(total: int) -> bool:
    """Whether it is 100, 200, 400, 800 …."""
    times, rest = divmod(total, COUNTED_FIRST)
    return rest == 0 and times > 0 and times & (times - 1) == 0


def _row(alert: Alert, now: float, incident: str, *, listed: bool, count: int) -> AlertRow:
    return AlertRow(
        alert.source,
        alert.fingerprint,
        alert.firing,
        alert.starts_at,
        now,
        alert.severity,
        alert.service,
        alert.name,
        alert,
        incident,
        listed,
        count,
    )
