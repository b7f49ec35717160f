"""The page that no log asks for: where nothing can be written, no incident pages, and whoever is on call has to know of that."""

import logging
from collections.abc import Callable
from typing import Final

from stormjib.core.effects import Page, notification
from stormjib.core.escalation import on_call
from stormjib.core.log.fact import ITSELF
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.ports import Clock, DeliveryError, Notifier

EVERY_SECONDS: Final = 1800
"""It can't be acknowledged, for that would have to be written."""
TRY_SECONDS: Final = 60.0

_log = logging.getLogger(__name__)


class Unlogged:
    """Used by one thread. Everybody on call gets it: there is nothing that would know who was reached, and who is next."""

    def __init__(self, notifier: Notifier, policy: Callable[[], Policy], clock: Clock) -> None:
        self._notifier = notifier
        self._policy = policy
        self._clock = clock
        self._sent: set[str] = set()
        self._tried_at = -TRY_SECONDS

    def page(self, why: str) -> None:
        """Page them, every half an hour for as long as this is called; whom it did not reach again in a minute."""
        now, policy = self._clock(), self._policy()
        if policy.shadow:
            return
        if not 0 <= now - self._tried_at < TRY_SECONDS:
            self._tried_at = now
            due = {f"unlogged/{int(now // EVERY_SECONDS)}/{who}": who for who in on_call(policy, ITSELF, now)}
            self._sent &= due.keys()
            for key in due.keys() - self._sent:
                methods = policy.methods_of(due[key], Severity.P0.value, now)
                any(self._sent_by(method, key, due[key], why, policy.base_url) for method in methods or ("",))

    def _sent_by(self, method: str, key: str, who: str, why: str, url: str) -> bool:
        """Of their contact methods the first that works."""
        title = f"Nothing can be written, so no incident pages: {why}"
        page = Page(key, who=who, rung=0, title=title, severity=Severity.P1.value, url=url, service=ITSELF, method=method)
        try:
            self._notifier.send(notification(page, key, ""))
        except DeliveryError as error:
            _log.error("a page to %s that nothing can be written has not arrived: %s", who, error)
            return False
        self._sent.add(key)
        return True
