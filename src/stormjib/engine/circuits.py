"""Contact methods that are down: no page waits for one, and those that it missed leave in their order once it works again."""

import threading
from collections.abc import Callable
from typing import Final

import msgspec

from stormjib.core.effects import Page
from stormjib.engine.job import Job
from stormjib.engine.pools import Pools
from stormjib.ports import DeliveryError

FAILURES_MAX: Final = 3
"""In a row; a refusal for good is enough by itself."""
TRY_SECONDS: Final = 10.0
"""Between two tries of a method that is down."""


class _Method(msgspec.Struct):
    failures: int = 0
    down: bool = False
    tried_at: float = 0.0
    """Monotonic seconds."""
    reason: str = ""
    waiting: dict[str, tuple[float, Job]] = {}
    """By effect: when the page was asked for, and its next try."""


class Circuits:
    """One for each person and method. Any thread may use it. After a start it knows what waits, and learns from the next failures what is down."""

    def __init__(self, monotonic: Callable[[], float], pools: Pools) -> None:
        """In the ``pools`` a page begins before its row of the executor is due, which then finds it done."""
        self._monotonic = monotonic
        self._pools = pools
        self._methods: dict[tuple[str, str], _Method] = {}
        self._lock = threading.Lock()

    def holds_up(self, job: Job, page: Page) -> str:
        """Why this page does not try its method now, in a sentence; "" where it may."""
        if not page.method:
            return ""
        with self._lock:
            method, now = self._of(page), self._monotonic()
            is_first = next(iter(_in_order(method)), job).effect_id == job.effect_id
            if method.down and (not is_first or now < method.tried_at + TRY_SECONDS):
                return f"{page.method} is down ({method.reason.rstrip('.')}); the page leaves when it works again."
            if not is_first and not job.is_first:
                return f"Earlier pages leave through {page.method} first."
            method.tried_at = now
            return ""

    def is_down(self, page: Page) -> bool:
        """Whether nothing leaves through its method now."""
        return self._of(page).down

    def failed(self, page: Page, error: DeliveryError | None, again: Job | None, job: Job) -> None:
        """A page did not leave; ``error``: by what, where it was tried; ``again``: its next try, which has a row of the executor."""
        with self._lock:
            method = self._of(page)
            if error:
                method.failures += 1
                method.down = bool(page.method) and (method.down or error.permanent or method.failures >= FAILURES_MAX)
                method.reason = error.reason
        if again:
            self.waits(again, page)
        else:
            self.done(job, page, delivered=False)

    def waits(self, job: Job, page: Page) -> None:
        """It has another try, which stands in a row of the executor."""
        if page.method:
            with self._lock:
                self._of(page).waiting[job.effect_id] = (page.asked_at, job)

    def done(self, job: Job, page: Page, *, delivered: bool) -> None:
        """It waits no more; where its method works, the one that is next leaves at once."""
        with self._lock:
            method = self._of(page)
            method.waiting.pop(job.effect_id, None)
            if delivered:
                method.failures, method.down = 0, False
            following = None if method.down else next(iter(_in_order(method)), None)
        if following:
            self._pools.begin(following).add_done_callback(lambda _: self._pools.forget(following))

    def _of(self, page: Page) -> _Method:
        return self._methods.setdefault((page.who, page.method), _Method())


def _in_order(method: _Method) -> list[Job]:
    return [job for _, job in sorted(method.waiting.values(), key=lambda one: (one[0], one[1].incident, one[1].seq))]
