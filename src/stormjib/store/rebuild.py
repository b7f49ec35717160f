"""What is kept beside the timeline so that lists are quick, made again from the timeline alone: an incident's row, its alerts."""

from collections.abc import Iterable

import msgspec

from stormjib.core.access import SITE, SITE_NUMBER
from stormjib.core.alert import Alert
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import AlertCleared, AlertReceived, Ended, Entry, Linked
from stormjib.ports import AlertRow, Head
from stormjib.ports.records import summarise


class Rebuilt:
    """An incident as its entries make it. What they don't say is taken from the row that is ``kept``, where there is one."""

    def __init__(self, incident_id: str, kept: Head | None = None) -> None:
        """Nothing has happened to it yet."""
        self.incident = Incident.new(incident_id)
        self.alerts: dict[tuple[str, str], AlertRow] = {}
        """By source and fingerprint: those with an entry, as the newest entry of each tells it; ``count`` is how many it has."""
        self.listed = 0
        """How many firings have an entry of their own."""
        self._kept = kept or Head(incident_id, number_of(incident_id))

    def add(self, entry: Entry) -> None:
        """The next entry; raises what ``evolve`` raises where it contradicts those before."""
        evolve(self.incident, entry)
        match entry.fact:
            case AlertReceived(source=source, fingerprint=fingerprint):
                known = self.alerts.get((source, fingerprint))
                self.listed += 1
                self.alerts[source, fingerprint] = _row(entry, entry.fact, known.count + 1 if known else 1)
            case AlertCleared():
                self._clear(entry.fact, entry.at)
            case Ended(into=into) if into:
                self.alerts = {key: row for key, row in self.alerts.items() if not row.firing}
            case Linked(alerts=moved):
                self.alerts = {key: row for key, row in self.alerts.items() if "/".join(key) not in moved}
            case _:
                pass

    def _clear(self, fact: AlertCleared, at: float) -> None:
        """Logs of old name an alert by its fingerprint alone."""
        for (source, fingerprint), row in self.alerts.items():
            if fingerprint == fact.fingerprint and fact.source in {"", source}:
                self.alerts[source, fingerprint] = _row_ended(row, at)

    def head(self) -> Head:
        """The incident's row."""
        kept, incident = self._kept, self.incident
        head = Head(incident.id, kept.number, kept.group_key or incident.service, runbook_sha256=kept.runbook_sha256)
        summarise(head, incident)
        head.seq, head.alerts_listed = incident.seq, self.listed
        head.alerts_total = max(kept.alerts_total, incident.alerts_total)
        return head


def rebuild(incident_id: str, entries: Iterable[Entry], kept: Head | None = None) -> Rebuilt:
    """From all its entries, in the order of their ``seq``."""
    rebuilt = Rebuilt(incident_id, kept)
    for entry in entries:
        rebuilt.add(entry)
    return rebuilt


def number_of(incident_id: str) -> int:
    """The number in an incident's id; below 1 for the logs of what belongs to none, and 0 where the id is damaged."""
    if incident_id == SITE:
        return SITE_NUMBER
    number = incident_id.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def _row(entry: Entry, fact: AlertReceived, count: int) -> AlertRow:
    severity = fact.proposed.value if fact.proposed else ""
    alert = Alert(
        fingerprint=fact.fingerprint,
        source=fact.source,
        firing=True,
        name=fact.name,
        service=fact.service,
        severity=severity,
        summary=fact.summary,
        labels=fact.labels,
        url=fact.url,
        starts_at=fact.starts_at,
        sender=fact.sender,
    )
    return _row_of(alert, entry.at, entry.incident, count)


def _row_ended(row: AlertRow, at: float) -> AlertRow:
    body = msgspec.structs.replace(row.body, firing=False)
    return _row_of(body, at, row.incident, row.count)


def _row_of(alert: Alert, at: float, incident_id: str, count: int) -> AlertRow:
    said = (alert.source, alert.fingerprint, alert.firing, alert.starts_at, at, alert.severity, alert.service, alert.name)
    return AlertRow(*said, alert, incident_id, listed=True, count=count)
