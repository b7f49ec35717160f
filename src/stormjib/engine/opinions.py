"""Opinions: an alert that is less than P1 and pages by its service's own word waits a round, unless its users are not well."""

from collections.abc import Sequence
from typing import Final

import msgspec

from stormjib.core import opinion
from stormjib.core.alert import Alert
from stormjib.core.log import OpinionAsked, UsersChecked
from stormjib.core.log.fact import ITSELF
from stormjib.core.severity import Severity
from stormjib.engine import course as courses
from stormjib.engine.ledger import Ledger
from stormjib.engine.rules import Rules
from stormjib.engine.unknown_severity import LOG
from stormjib.ports import AlertRow, Course, LogStore

SHARED_SECONDS: Final = 5
"""Alerts of one service that come within so long share one round and its check: a service in trouble is asked once."""


class Opinions:
    """Used by the writer's thread only, within a job of the ledger. Which round an alert waits in stands in its course."""

    def __init__(self, store: LogStore, ledger: Ledger, rules: Rules) -> None:
        self._store = store
        self._ledger = ledger
        self._rules = rules
        self._asked: dict[tuple[str, str], int] = {}
        """Of alerts whose row is about to be written."""

    def why(self, alert: Alert, service: str, severity: Severity, waits_in: int, now: float) -> str:
        """Why it pages now; "" where it waits from now on, or still does since the entry ``waits_in``."""
        asks = self._rules.policy().service_of(service)
        if waits_in or not asks or not asks.second_opinion:
            return ""
        self._ledger.keep_log(LOG)
        if not self._ledger.readable(LOG):
            return "its users could not be checked, for that can't be written down"
        cause = f"{opinion.TIMER}/{service}/{int(now // SHARED_SECONDS)}"
        said = (alert.fingerprint, alert.source, alert.name, service, severity, alert.starts_at)
        fact = OpinionAsked(*said, asks.second_opinion.wait_seconds)
        entry = self._ledger.caused(LOG, cause)
        # A wall clock that has stepped back comes to the same seconds again, and nothing would end that round a second time.
        while entry and self._is_over(entry.seq):
            cause = f"{cause}/{entry.seq}"
            entry = self._ledger.caused(LOG, cause)
        entry = entry or self._ledger.append(LOG, (fact,), by=ITSELF, cause=cause)[0]
        checked = self._checked(entry.seq)
        if checked and not checked.well:
            return opinion.said(fact, checked)
        self._asked[alert.source, alert.fingerprint] = entry.seq
        return ""

    def marked(self, alert: Alert | AlertRow, course: Course | None, now: float) -> Course | None:
        """Its course, with the round in which it waits from now on."""
        asked = self._asked.pop((alert.source, alert.fingerprint), 0)
        return msgspec.structs.replace(course or Course(now, (alert.starts_at,)), asked=asked) if asked else course

    def end(self, seq: int) -> tuple[str, Sequence[AlertRow]]:
        """The round that this entry began is over: why what has waited in it pages now, and what of it still fires in no incident."""
        entry = next(iter(self._store.entries(LOG, seq - 1)), None)
        asked = entry.fact if entry else None
        if not isinstance(asked, OpinionAsked):
            return "", ()
        waiting = [row for row in self._ledger.waiting_rows() if courses.waits_in(row) == seq]
        return opinion.said(asked, self._checked(seq)), waiting

    def _is_over(self, seq: int) -> bool:
        return self._ledger.caused(LOG, f"{LOG}/{seq}/{opinion.TIMER}/{seq}") is not None

    def _checked(self, seq: int) -> UsersChecked | None:
        found = self._ledger.caused(LOG, f"{LOG}/{seq}/{opinion.USERS}")
        return found.fact if found and isinstance(found.fact, UsersChecked) else None
