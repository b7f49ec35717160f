"""The page that no log asks for: where nothing can be written, no incident pages, and whoever is on call has to know of that."""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from stormjib.core.effects import Page, PageUpdate, SendMessage, notification
from stormjib.core.escalation import on_call
from stormjib.core.log.fact import ITSELF
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity, duty
from stormjib.ports import Clock, DeliveryError, Head, LogReader, Notifier, StoreFailed, Unavailable

EVERY_SECONDS: Final = 1800
"""It can't be acknowledged, for that would have to be written."""
TRY_SECONDS: Final = 60.0
"""Whom it did not reach is tried again after this time."""
APART_SECONDS: Final = 15.0
"""Between two of them to the same person, where the disk is full now and then."""
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
        log: LogReader,
        follows: Callable[[str, str], bool] = lambda *_: False,
    ) -> None:
        """``follows``: whether a person's method hears what becomes of a page."""
        self._log = log
        self._notifier = notifier
        self._policy = policy
        self._clock = clock
        self._follows = follows
        self._sent: dict[str, Page] = {}
        self._tried: dict[str, float] = {}
        """By person and by key."""
        self._since = 0.0

    def page(self, why: str) -> None:
        """Page them, every half an hour for as long as this is called; whom it did not reach again in a minute.

        While nothing can be written the log does not grow, so its last entry tells one time from the next, over restarts too.
        """
        now, policy = self._clock(), self._policy()
        if policy.shadow:
            return
        self._since = self._since if 0 < self._since <= now else now
        waiting = tuple(self._waiting())
        services = dict.fromkeys((ITSELF, *(head.service for head in waiting)))
        people = dict.fromkeys(who for service in services for who in on_call(policy, service, now))
        time = f"unlogged/{self._last_entry()}/{int((now - self._since) // EVERY_SECONDS)}"
        names = ", ".join(head.id for head in waiting[:NAMED_MAX])
        more = f" and {len(waiting) - NAMED_MAX} more" if len(waiting) > NAMED_MAX else ""
        why = f"{why} The escalation of {names}{more} stands still, and nobody has acknowledged." if names else why
        for who in people:
            key = f"{time}/{who}"
            if key not in self._sent and self._rested(key, TRY_SECONDS) and self._rested(who, APART_SECONDS):
                self._tried.update({key: now, who: now})
                methods = policy.methods_of(who, Severity.P0.value, now)
                any(self._sent_by(method, key, who, why, policy.base_url) for method in methods or ("",))

    def _rested(self, name: str, seconds: float) -> bool:
        return not 0 <= self._clock() - self._tried.get(name, -seconds) < seconds

    def over(self) -> None:
        """It can be written again: whoever was paged, and can hear of it, hears so."""
        sent, self._sent, self._since = self._sent, {}, 0.0
        for key, page in sent.items():
            if self._follows(page.who, page.method):
                text = "It can be written again, and escalations go on."
                said = PageUpdate(key, "resolved", ITSELF, self._clock(), page.title, page.severity, page.service, page.url)
                told = SendMessage(f"{key}/over", audience=page.who, text=text, update=said, method=page.method)
                with suppress(DeliveryError):
                    self._notifier.send(notification(told, told.key, ""))

    def _last_entry(self) -> int:
        with suppress(Unavailable, StoreFailed):
            return self._log.last_position()
        return 0

    def _waiting(self) -> Iterable[Head]:
        with suppress(Unavailable, StoreFailed):
            return [
                head
                for head in self._log.worst_open(OPEN_MAX)[0]
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
        self._sent[key] = page
        return True
