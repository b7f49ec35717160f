"""Reports: what senders say beside that an alert fires or ends: it was acknowledged there, it says something new, something was changed."""

import re
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from stormjib.core.actions import Context
from stormjib.core.actions.acknowledge import ACKNOWLEDGE, Acknowledge
from stormjib.core.alert import TEXT_CHARS_MAX, Alert, ChangeEvent
from stormjib.core.incident import Refused, joined
from stormjib.core.incident.fold import CHANGES_MAX
from stormjib.core.log import Acknowledged, AlertAcknowledged, AnyFact, ChangeReported, Entry, NoteAdded
from stormjib.core.log.fact import ITSELF
from stormjib.engine.course import Known
from stormjib.engine.intake import Account
from stormjib.engine.ledger import Ledger
from stormjib.engine.rules import Rules
from stormjib.engine.unknown_severity import LOG
from stormjib.ports import Damaged, Delivery, LogStore, NotFound
from stormjib.ports.intake import Note

KEPT_MAX: Final = 200
"""Changes of all services, that a new incident may show."""
SHOWN_MAX: Final = 10
"""Of those before an incident, the newest."""
SAID_SECONDS: Final = 600.0
"""One note of an alert that says something else with each message."""
READ_MAX: Final = 2_000
"""Of the newest entries of the log that keeps them, after a restart."""
CHANGE_SECONDS: Final = 24 * 3600.0
"""A change is shown in what begins so long after it."""
_PAGE: Final = re.compile(r"[0-9]+/(page|summary)/")
"""The key of a page of ours, behind the incident."""


def once(ledger: Ledger, incident_id: str, fact: AnyFact, cause: str) -> bool:
    """Append it; False where this has been written before."""
    if ledger.caused(incident_id, cause) is not None:
        return False
    ledger.append(incident_id, (fact,), by=ITSELF, cause=cause)
    return True


def truncated(ledger: Ledger, delivery: Delivery, incident_id: str) -> None:
    """The sender left alerts out: whoever works on the incident has to know that it holds more than is listed."""
    if ledger.head(incident_id).open and ledger.readable(incident_id):
        text = (
            f"{delivery.source} left {delivery.truncated} alerts out of a message about this incident (its max_alerts), "
            f"so more alerts fire than are listed here. Check {delivery.source} itself."
        )
        once(ledger, incident_id, NoteAdded(text), f"truncated/{delivery.truncated}")


class Reports:
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, store: LogStore, ledger: Ledger, rules: Rules) -> None:
        self._store = store
        self._ledger = ledger
        self._rules = rules
        self._changes: deque[ChangeReported] | None = None

    def of(self, delivery: Delivery, known_by: Callable[[str], Known | None], account: Account, now: float) -> dict[str, None]:
        """Everything that a delivery says beside its alerts; the incidents that it is about."""
        incidents: dict[str, None] = {}
        for name in delivery.acknowledged:
            incidents |= self.acknowledged(delivery, known_by(name), account)
        for note in delivery.notes:
            told = self._rules.hide.told(note)
            incidents |= self._noted(told, known_by(note.fingerprint), account)
        for change in delivery.changes:
            account.suppressed("change")
            incidents |= self._changed(self._rules.hide.told(change), delivery.sender, now)
        return incidents

    def acknowledged(self, delivery: Delivery, known: Known | None, account: Account) -> dict[str, None]:
        """Somebody has the alert, where it comes from; where its incident is about nothing else, that has an owner, too. The incident."""
        incident_id = known.incident if known and known.firing and self._is_written(known.incident) else ""
        account.suppressed("acknowledged" if incident_id else "acknowledged unknown")
        if known is None or not incident_id:
            return {}
        who = self._who(delivery)
        incident = self._ledger.incident(incident_id)
        key = f"{known.source}/{known.fingerprint}"
        if key not in incident.alerts:
            return {incident_id: None}
        if not incident.alerts[key].acknowledged:
            fact = AlertAcknowledged(known.fingerprint, known.source, incident.alerts[key].name, who)
            self._ledger.append(incident_id, [fact], by=delivery.sender, cause="")
            incident = self._ledger.incident(incident_id)
        head = self._ledger.head(incident_id)
        if head.alerts_total > head.alerts_listed or not joined.all_acknowledged(incident, delivery.sender):
            return {incident_id: None}
        return self._acknowledge(delivery, incident_id, who)

    def echoed(self, delivery: Delivery, account: Account) -> dict[str, None] | None:
        """What becomes of a page of ours where we sent it to: only its acknowledgement counts. None where it is none of ours."""
        incident_id, _, rest = delivery.page.partition("/")
        if not _PAGE.match(rest) or not self._is_known(incident_id):
            return None
        for _ in delivery.alerts:
            account.suppressed("own page")
        for _ in delivery.acknowledged:
            taken = self._is_written(incident_id)
            now = self._ledger.incident(incident_id)
            taken = taken and delivery.page in {page.key for _, page in now.pages} | {lost.key for _, lost in now.failures}
            account.suppressed("acknowledged" if taken else "acknowledged unknown")
            if taken:
                return self._acknowledge(delivery, incident_id, self._who(delivery))
        return {}

    def theirs(self, delivery: Delivery, account: Account, now: float) -> None:
        """What the system that pages today did, once however often it is sent."""
        self._ledger.keep_log(LOG)
        for one in delivery.theirs:
            if delivery.received:
                account.suppressed("theirs")
            told = self._rules.hide.told(msgspec.structs.replace(one, at=one.at or now))
            cause = f"theirs/{one.source}/{one.reference}/{one.did}/{one.at:.3f}/{','.join(one.who)}"
            if self._ledger.readable(LOG):
                once(self._ledger, LOG, told, cause)

    def _noted(self, note: Note, known: Known | None, account: Account) -> dict[str, None]:
        """What somebody has written about an alert, where it comes from; the incident."""
        incident_id = known.incident if known and self._is_written(known.incident) else ""
        account.suppressed("note" if incident_id else "note unknown")
        if not incident_id:
            return {}
        once(self._ledger, incident_id, NoteAdded(note.text[:TEXT_CHARS_MAX]), f"note/{note.id}")
        return {incident_id: None}

    def _who(self, delivery: Delivery) -> str:
        """By the catalogue's name, where it is one of its people."""
        return self._rules.policy().person(delivery.acknowledged_by) or delivery.sender

    def _acknowledge(self, delivery: Delivery, incident_id: str, who: str) -> dict[str, None]:
        incident = self._ledger.incident(incident_id)
        runbook = self._rules.runbook(incident.runbook_sha256)
        context = Context(who, self._ledger.times.at(incident), runbook, self._rules.policy(), machine=True)
        try:
            facts = ACKNOWLEDGE.facts(incident, Acknowledge(), context)
        except Refused:
            return {}
        through = [
            Acknowledged(fact.who, delivery.source, who != delivery.sender) if isinstance(fact, Acknowledged) else fact
            for fact in facts
        ]
        self._ledger.append(incident_id, through, by=delivery.sender, cause="")
        return {incident_id: None}

    def said_anew(self, alert: Alert, incident_id: str, now: float) -> None:
        """What is known to fire tells something new, such as that more of its group do: a note now and then, and no second page."""
        if self._is_written(incident_id):
            note = NoteAdded(f"alert {alert.name} says now: {alert.summary}")
            once(self._ledger, incident_id, note, f"{alert.source}/{alert.fingerprint}/said/{int(now // SAID_SECONDS)}")

    def ended_by_another(self, alert: Alert, known: Known) -> None:
        """Nobody ends what another sender says: a note, once for each of them and each firing."""
        if known.listed and self._is_written(known.incident):
            (row,) = self._ledger.alert_rows([(known.source, known.fingerprint)])
            text = (
                f"{alert.sender} says that {row.name} is over. It is an alert of {known.sender}, so it counts as firing until {known.sender} "
                f"says so, or a person: stormjib alert clear {known.incident} NAME --reason WHY."
            )
            cause = f"{alert.source}/{alert.fingerprint}/{known.count}/ended by {alert.sender}"
            once(self._ledger, known.incident, NoteAdded(text), cause)

    def named(self, alert: Alert) -> Alert:
        """An end that says only which alert it is: the alert as it was known."""
        rows = self._ledger.alert_rows([(alert.source, alert.fingerprint)])
        found = rows[0].body if rows else msgspec.structs.replace(alert, name=alert.fingerprint)
        return msgspec.structs.replace(found, firing=False, starts_at=alert.starts_at, ends_at=alert.ends_at)

    def _changed(self, change: ChangeEvent, sender: str, now: float) -> dict[str, None]:
        """Keep it for what begins later, and show it in the incident of its service that is open; the incident."""
        as_alert = Alert("", "", firing=False, name="", service=change.service, labels=change.labels)
        service = self._rules.meaning(as_alert).meant.name if self._rules.meaning else change.service
        fact = ChangeReported(change.summary, service, sender, now, change.labels, change.links)
        self._ledger.keep_log(LOG)
        if self._ledger.readable(LOG):
            self._known().append(fact)
            self._ledger.append(LOG, (fact,), by=sender, cause="")
        incident_id = self._ledger.open_in(self._rules.policy().group_of(service, change.labels)) if service else None
        if incident_id is None or not self._is_written(incident_id):
            return {}
        if len(self._ledger.incident(incident_id).changes) >= CHANGES_MAX:
            return {}
        self._ledger.append(incident_id, (fact,), by=sender, cause="")
        return {incident_id: None}

    def tell_changes(self, incident_id: str, group_key: str, now: float) -> None:
        """An incident that opens now shows what was changed before: of its service, and what names none."""
        recent = [one for one in self._known() if one.service in {"", group_key} and 0 <= now - one.reported_at <= CHANGE_SECONDS]
        if recent:
            self._ledger.append(incident_id, recent[-SHOWN_MAX:], by=ITSELF, cause="")

    def _known(self) -> deque[ChangeReported]:
        """The newest; after a restart they are read from the log, of which no page may wait for long."""
        if self._changes is None:
            entries: Sequence[Entry] = ()
            with suppress(Damaged):
                head = self._store.head(LOG)
                entries = self._store.entries(LOG, max(head.seq - READ_MAX, 0)) if head else ()
            self._changes = deque((one.fact for one in entries if isinstance(one.fact, ChangeReported)), maxlen=KEPT_MAX)
        return self._changes

    def _is_known(self, incident_id: str) -> bool:
        try:
            return bool(self._ledger.head(incident_id))
        except NotFound:
            return False

    def _is_written(self, incident_id: str) -> bool:
        """Whether it is an open incident whose log can be written to."""
        try:
            return bool(incident_id) and self._ledger.head(incident_id).open and self._ledger.readable(incident_id)
        except NotFound:
            return False
