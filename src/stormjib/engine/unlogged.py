"""The page that no log asks for: where nothing can be written, no incident pages, and whoever is on call has to know of that."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final

from stormjib.core.effects import Page, notification
from stormjib.core.escalation import on_call
from stormjib.core.log.fact import ITSELF
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity, duty
from stormjib.ports import Clock, DeliveryError, Head, Notifier, StoreFailed, Unavailable

EVERY_SECONDS: Final = 1800
"""It can't be acknowledged, for that would have to be written."""
TRY_SECONDS: Final = 60.0

NAMED_MAX: Final = 5
OPEN_MAX: Final = 1_000

_log = logging.getLogger(__name__)


class Unlogged:
    """Used by one thread. Everybody on call gets it: there is nothing that would know who was reached, and who is next.

    So does everybody whom the escalation of an incident may come to that nobody has acknowledged, for it stands still.
    """

    def __init__(
        self,
        notifier: Notifier,
        policy: Callable[[], Policy],
        clock: Clock,
        worst_open: Callable[[int], tuple[Sequence[Head], object]],
    ) -> None:
        """``worst_open`` is that of the log."""
        self._worst_open = worst_open
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
            waiting = tuple(self._waiting())
            services = dict.fromkeys((ITSELF, *(head.service for head in waiting)))
            people = dict.fromkeys(who for service in services for who in on_call(policy, service, now))
            due = {f"unlogged/{int(now // EVERY_SECONDS)}/{who}": who for who in people}
            names = ", ".join(head.id for head in waiting[:NAMED_MAX])
            more = f" and {len(waiting) - NAMED_MAX} more" if len(waiting) > NAMED_MAX else ""
            why = f"{why} The escalation of {names}{more} stands still, and nobody has acknowledged." if names else why
            self._sent &= due.keys()
            for key in due.keys() - self._sent:
                methods = policy.methods_of(due[key], Severity.P0.value, now)
                any(self._sent_by(method, key, due[key], why, policy.base_url) for method in methods or ("",))

    def _waiting(self) -> Iterable[Head]:
        with suppress(Unavailable, StoreFailed):
            return [
                head
                for head in self._worst_open(OPEN_MAX)[0]
                if head.status == "declared" and duty(Severity(head.severity)).pages
            ]
        return ()

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
