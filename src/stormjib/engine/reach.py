"""Proof of reach while the server runs: with the methods that have been proven, asked anew where something has changed."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from stormjib.core.catalogue.service import alike
from stormjib.core.escalation import on_call
from stormjib.core.log import ReachReported
from stormjib.core.policy import NOBODY, Policy
from stormjib.core.reach import Unreached, Works, sentences, unreached
from stormjib.core.runbook import Runbook
from stormjib.engine.inbox import Inbox
from stormjib.engine.proofs import MethodReport
from stormjib.ports import Clock, Overloaded, StoreFailed, Unavailable

_KEPT_SECONDS: Final = 300.0
_DAY_SECONDS: Final = 86_400.0
_MONDAY: Final = 4 * _DAY_SECONDS + 8 * 3600
"""The first Monday after the beginning of time, at eight in the morning, UTC."""
_TOLD_MAX: Final = 10
_log = logging.getLogger(__name__)


def works_by(methods: Iterable[MethodReport], *, webhook: bool) -> Works:
    """Whoever has no contact methods is reached through the site's ``webhook``, where there is one."""
    proven = {(alike(one.who), one.name) for one in methods if one.state == "proven"}
    return lambda who, method: (alike(who), method) in proven if method else webhook


class Reach:
    """Any thread may ask; ``tell`` is called by one."""

    def __init__(
        self,
        policy: Callable[[], Policy],
        runbook_of: Callable[[str], Runbook],
        methods: Callable[[], Sequence[MethodReport]],
        clock: Clock,
        *,
        webhook: bool,
    ) -> None:
        """``runbook_of``: that of a new incident of the service with this name."""
        self._policy, self._runbook_of, self._methods, self._clock, self._webhook = policy, runbook_of, methods, clock, webhook
        self._week = 0.0
        self._kept: tuple[Policy | None, Sequence[MethodReport], float, tuple[Unreached, ...]] = (None, (), 0.0, ())

    def found(self) -> tuple[Unreached, ...]:
        """When an incident would reach nobody in time in the next four weeks, from this minute on."""
        policy, methods, now = self._policy(), self._methods(), self._clock()
        before, known, at, found = self._kept
        if before is not policy or known != methods or not at <= now < at + _KEPT_SECONDS:
            at = now // 60 * 60
            found = tuple(unreached(policy, self._runbook_of, works_by(methods, webhook=self._webhook), at))
            self._kept = (policy, methods, at, found)
        return found

    def tell(self, inbox: Inbox) -> None:
        """On Mondays, once: to those who answer for the site. Where the catalogue has no people there is nothing to prove."""
        policy, now = self._policy(), self._clock()
        week, since = divmod(now - _MONDAY, 7 * _DAY_SECONDS)
        if since >= _DAY_SECONDS or not policy.people or week == self._week:
            return
        told = policy.responders if policy.responders != NOBODY else on_call(policy, "", now)
        said = tuple(sentences(self.found()))[:_TOLD_MAX]
        try:
            if said:
                inbox.record(lambda: ([ReachReported(said, told)], lambda _: None), by="stormjib", cause=f"reach/{week:.0f}")
        except (Overloaded, Unavailable, StoreFailed) as error:
            _log.error("who would not be reached could not be written down; it is tried again: %s", error)
        else:
            self._week = week
