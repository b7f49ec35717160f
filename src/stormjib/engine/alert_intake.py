"""AlertIntake: what an alert means for the incidents: it opens one, joins one, clears, or tells nothing new."""

from collections.abc import Iterable, Sequence
from functools import partial

import msgspec

from stormjib.core import opinion
from stormjib.core.alert import Alert
from stormjib.core.catalogue.service import alike
from stormjib.core.heartbeat import SOURCE as HEARTBEAT
from stormjib.core.heartbeat import checked_in
from stormjib.core.log import AlertCleared, AlertsCounted
from stormjib.core.severity import Severity
from stormjib.engine import course as courses
from stormjib.engine.course import Known
from stormjib.engine.intake import Account, doubled, joined_later
from stormjib.engine.joining import LISTED_MAX, Joining
from stormjib.engine.judging import rank_of
from stormjib.engine.ledger import Ledger
from stormjib.engine.opinions import Opinions
from stormjib.engine.recent_alerts import Recent
from stormjib.engine.reports import Reports, once, truncated
from stormjib.engine.returns import Returns
from stormjib.engine.rules import Rules
from stormjib.engine.seen_alerts import SeenAlerts
from stormjib.engine.silenced import Silenced, past_of
from stormjib.engine.unknown_severity import CatchAll
from stormjib.ports import Accepted, AlertRow, Clock, Course, Delivery, LogStore


class AlertIntake(Joining):
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, store: LogStore, ledger: Ledger, rules: Rules, clock: Clock) -> None:
        super().__init__(rules, ledger)
        self._store = store
        self._clock = clock
        self._heard = SeenAlerts(store, ledger)
        self._recent = Recent(store, self._group)
        self._catch_all = CatchAll(ledger)
        self._silenced = Silenced(ledger, rules)
        self._opinions = Opinions(store, ledger, rules)
        self._returns = Returns(ledger, rules)
        self._reports = Reports(store, ledger, rules)

    def look_up(self, alerts: Iterable[Alert]) -> None:
        """Ask the store once for everything that is known about the alerts of a group of jobs; raises ``StoreFailed``."""
        self._heard.look_up(alerts)

    def take(self, delivery: Delivery) -> Accepted:
        """Take a batch in, as one job. A secret in it is kept nowhere: whatever is shown or sent comes from what is written here."""
        now = self._clock()
        self._meanings = None
        account = Account(self._ledger.change, delivery, self._words)
        is_report = bool(delivery.received) and not (delivery.alerts or delivery.acknowledged)
        if delivery.theirs and (is_report or self._rules.policy().shadow):
            self._reports.theirs(delivery, account, now)
            return Accepted()
        if delivery.page and (echo := self._reports.echoed(delivery, account)) is not None:
            return Accepted(incidents=tuple(echo))
        new = repeated = cleared = 0
        changed = self._ledger.change.alerts
        incidents: dict[str, None] = {}
        for alert in self._worst_first([self._settled(alert, delivery.sender) for alert in delivery.alerts]):
            alert, known, theirs = self._heard.own(alert)  # noqa: PLW2901 - that alert from here on
            if theirs is not None and theirs.firing and not (alert.firing or (known and known.firing)):
                account.suppressed("end by another")
                self._reports.ended_by_another(alert, theirs)
                repeated += 1
                continue
            row = self._begins(alert, known, now) if alert.firing else self._ends(alert, known, now, delivery.sender)
            if row is None:
                repeated += 1
                self._repeated(alert, known, now)
            else:
                changed[row.source, row.fingerprint] = row
                new += row.firing
                # The end of an alert that nobody heard the beginning of is kept, but it clears nothing.
                cleared += not row.firing and known is not None
                repeated += not row.firing and known is None
            account.judged(alert, known, row)
            incident_id = row.incident if row else known.incident if known else ""
            if incident_id:
                incidents[incident_id] = None
        if delivery.truncated and incidents:
            truncated(self._ledger, delivery, next(iter(incidents)))
        incidents |= self._reports.of(delivery, partial(self._heard.named, delivery), account, now)
        return Accepted(new, repeated, cleared, tuple(incidents))

    def join_recent(self, incident_id: str, group_key: str, opened_by: Alert | None = None) -> None:
        """What has just begun to fire in the group, and declared nothing by itself, belongs to the incident that opens now."""
        now = self._clock()
        head = self._ledger.own_head(incident_id)
        self._reports.tell_changes(incident_id, head.service or group_key, now)
        # In the order in which they began, whatever a restart has read first.
        recent = self._recent.of(group_key, now)
        found = self._ledger.alert_rows(recent) if recent else ()
        for row in sorted(found, key=lambda one: (one.starts_at, one.source, one.fingerprint)):
            is_itself = opened_by is not None and (row.source, row.fingerprint) == (opened_by.source, opened_by.fingerprint)
            if is_itself or not row.firing or row.incident or self._group(row.body) != group_key:
                continue
            head.alerts_total += 1
            joined_later(self._ledger.change, row, self._words(row.body))
            head.alerts_listed += once(self._ledger, incident_id, self.received(row.body), f"{row.body.episode}/before")
            self._ledger.change.alerts[row.source, row.fingerprint] = courses.joined(row, now, incident_id, listed=True)

    def _worst_first(self, alerts: Sequence[Alert]) -> Sequence[Alert]:
        """An incident that one request opens gets the worst severity in it at once, and pages for it once."""
        if len({alert.severity for alert in alerts}) <= 1 or len({a.fingerprint for a in alerts}) < len(alerts):
            return alerts
        return sorted(alerts, key=lambda alert: rank_of(self._judged(alert)) if alert.firing else len(Severity))

    def _begins(self, alert: Alert, known: Known | None, now: float) -> AlertRow | None:
        """A firing that is new, or that its sender now judges differently; None where it tells nothing new."""
        start = round(alert.starts_at, 3)
        if known is not None:
            if known.firing and courses.repeats(known, start, is_over=self._is_over(known, start)):
                return self._judged_anew(alert, known, now) if known.severity != alert.severity else None
            if not known.firing and courses.is_late(known, alert):
                return None
        alert = courses.starting(alert, start or now)
        count = known.count + 1 if known else 1
        incident_id, listed = self._join(alert, known, (count, ""), now, counts=True)
        course = self._opinions.marked(alert, courses.begun(known, alert.starts_at, now), now)
        if incident_id and course:
            self._returns.tell(alert, incident_id, self._meaning(alert).meant.name, course, now)
        return courses.row(alert, now, incident_id, listed=listed, count=count, course=course)

    def _is_over(self, known: Known, start: float) -> bool:
        """Whether the incident of a firing that nobody ended is over. Not asked for a start that is known anyway."""
        says_none = start == 0 and known.source not in courses.KEYED
        if not known.incident or says_none or start in courses.of(known).starts:
            return False
        return not self._ledger.head(known.incident).open

    def _judged_anew(self, alert: Alert, known: Known, now: float) -> AlertRow:
        """The same firing with another severity: what was no incident may be one now."""
        start = round(alert.starts_at, 3)
        alert = courses.starting(alert, known.starts_at)
        counts = not known.incident
        incident_id, listed = self._join(alert, known, (known.count, f"/{alert.severity}"), now, counts=counts)
        course = self._opinions.marked(alert, courses.heard(known, start, now) or courses.of(known), now)
        return courses.row(
            alert, now, incident_id or known.incident, listed=listed or known.listed, count=known.count, course=course
        )

    def _repeated(self, alert: Alert, known: Known | None, now: float) -> None:
        """Remember that it still fires, and by which start a replica knows it."""
        if alert.source == HEARTBEAT and known and not alert.firing:
            row = courses.row(alert, now, known.incident, listed=known.listed, count=known.count, course=known.course)
            self._ledger.change.alerts[alert.source, alert.fingerprint] = row
            return
        course = courses.heard(known, round(alert.starts_at, 3), now) if alert.firing and known and known.firing else None
        says_more = alert.source == HEARTBEAT and not (checked_in(alert) or alert.starts_at)
        if alert.firing and known and alert.source in courses.KEYED and (known.labels != alert.labels or says_more):
            course = course or courses.of(known)
            self._reports.said_anew(alert, known.incident, now)
        if known is None or course is None:
            return
        row = courses.row(
            courses.starting(alert, known.starts_at),
            known.received_at,
            known.incident,
            listed=known.listed,
            count=known.count,
            course=course,
        )
        self._ledger.change.alerts[alert.source, alert.fingerprint] = row

    def _join(
        self,
        alert: Alert,
        known: Known | None,
        turn: tuple[int, str],
        now: float,
        *,
        counts: bool,
        over: str = "",
        past: str = "",
    ) -> tuple[str, bool]:
        """The incident that the alert belongs to from now on, "" for none, and whether the log lists it by itself.

        ``turn``: which firing it is, and, after a slash, why it is judged again. ``over``: why it pages now, where it has waited
        for its users. ``past``: which silence has hidden it.
        """
        judged, group = self._judged(alert), self._group(alert)
        incident_id = self._joinable(alert, known, group)
        if incident_id is None:
            severity, meaning = judged.severity, self._meaning(alert)
            wakes = severity is not None and not judged.declare and opinion.wakes(meaning.service, severity)
            quiet, broke = severity is None or not (judged.declare or wakes), ""
            if severity and not quiet:
                quiet, broke = self._silenced.hides(meaning.meant.name, alert.name, severity, now)
            past = past or broke
            if wakes and not quiet and not over and severity:
                over = self._opinions.why(alert, meaning.meant.name, severity, courses.waits_in(known), now)
            if severity is None or quiet or (wakes and not over):
                self._recent.add(group, (alert.source, alert.fingerprint), now)
                if severity is None:
                    self._catch_all.tell(msgspec.structs.replace(alert, service=meaning.meant.name), now)
                return "", False
            cause = _cause(alert, *turn)
            again = self._returns.reopened(self.received(alert, past=past), group, known, cause, now)
            declared = again or self._declare(alert, severity, cause, now, over if wakes else "", past=past)
            if not again:
                self.join_recent(declared, group, alert)
            self.release((alert.source, alert.fingerprint))
            return declared, True
        head, cause = self._ledger.own_head(incident_id), _cause(alert, *turn)
        head.alerts_total += counts
        # What wakes somebody is never only counted.
        if head.alerts_listed < LISTED_MAX or self._alarms(incident_id, alert, known):
            head.alerts_listed += once(self._ledger, incident_id, self.received(alert, head.runbook_sha256, past), cause)
            return incident_id, True
        if counts and doubled(head.alerts_total):
            once(self._ledger, incident_id, AlertsCounted(head.alerts_total), f"alerts/{head.alerts_total}")
        return incident_id, False

    def end_silence(self, number: int) -> None:
        """What it hid, and still fires, is judged as if it came now."""
        self._silenced.end(str(number))
        self.release()

    def not_written(self) -> None:
        """A job has failed: nothing of it counts."""
        self._silenced.again()

    def release(self, apart_from: tuple[str, str] = ("", "")) -> None:
        """What silences hid that are over."""
        now, changed = self._clock(), self._ledger.change.alerts
        services = {alike(one.service): past_of(one, now) for one in self._silenced.freed()}
        for row in sorted(self._ledger.waiting_rows() if services else (), key=lambda one: one.starts_at):
            key = row.source, row.fingerprint
            # One that was released before may have taken this one with it.
            meaning, judged = self._meaning(row.body), self._judged(row.body)
            pages = judged.severity is not None and opinion.pages(meaning.service, judged.severity)
            if key == apart_from or changed.get(key, row).incident or not pages:
                continue
            if past := services.get(alike(meaning.meant.name)):
                seen = len(self._ledger.change.entries)
                if self._joined(row, "heard", now, past=past):
                    joined_later(self._ledger.change, row, self._words(row.body), seen)

    def end_round(self, seq: int) -> None:
        """Alerts have waited for whether their users are well, and page now if they still fire: the worst opens the incident."""
        over, waiting = self._opinions.end(seq)
        now, changed = self._clock(), self._ledger.change.alerts
        for row in sorted(waiting, key=lambda one: (rank_of(self._judged(one.body)), one.starts_at)):
            seen = len(self._ledger.change.entries)
            if not changed.get((row.source, row.fingerprint), row).incident and self._joined(row, "opinion", now, over):
                joined_later(self._ledger.change, row, self._words(row.body), seen)

    def judge_again(self, rows: Iterable[AlertRow]) -> None:
        """What belongs to incidents that count for nothing any more, as if it came now."""
        for row in sorted(rows, key=lambda one: one.starts_at):
            self._joined(row, "again", self._clock())

    def _joined(self, row: AlertRow, why: str, now: float, over: str = "", *, past: str = "") -> str:
        """The incident that a known alert that still fires belongs to from now on; "" where it opens and joins none."""
        incident_id, listed = self._join(row.body, row, (row.count, f"/{why}"), now, counts=True, over=over, past=past)
        course = self._opinions.marked(row, row.course, now)
        if incident_id or course != row.course:
            row = courses.joined(msgspec.structs.replace(row, course=course), now, incident_id, listed=listed)
            self._ledger.change.alerts[row.source, row.fingerprint] = row
        return incident_id

    def _ends(self, alert: Alert, known: Known | None, now: float, sender: str) -> AlertRow | None:
        """An end that was not known, and whose word it is; None where it tells nothing new, such as the late end of an earlier firing."""
        start = round(alert.starts_at, 3)
        if known is None:
            alert = courses.starting(alert, start or now)
            return courses.row(alert, now, "", listed=False, count=0, course=Course(now, (alert.starts_at,)))
        if not known.firing or courses.ends_another(known, start, alert.ends_at):
            return None
        alert = courses.starting(alert if alert.name else self._reports.named(alert), known.starts_at)
        if known.listed and self._ledger.head(known.incident).open and self._ledger.readable(known.incident):
            fact = AlertCleared(alert.fingerprint, alert.name, alert.ends_at or now, source=alert.source, sender=sender)
            once(self._ledger, known.incident, fact, _cause(alert, known.count, "/cleared"))
        return courses.row(alert, now, known.incident, listed=known.listed, count=known.count, course=courses.of(known))


def _cause(alert: Alert, count: int, more: str = "") -> str:
    """A firing's own key in its incident, also where an earlier one had the same start."""
    return f"{alert.episode}{f'/{count}' if count > 1 else ''}{more}"
