"""When to try again, for how long, and which failures are worth an entry: the one place that knows."""

from typing import Final

from stormjib.core.effects import AnyEffect, OpenChannel, Page, PageUpdate, SendMessage
from stormjib.core.incident import Incident

ATTEMPTS_MAX: Final = 10
"""Of what nobody is owed, such as a look at something."""
PAGE_SECONDS_MAX: Final = 30.0
"""Between two tries of a page: a pager that comes back after hours reaches everybody within a minute."""
PAGE_RETRY_AFTER_SECONDS_MAX: Final = 60.0
SECONDS_MAX: Final = 300.0
"""Between two tries of a message or a channel."""
UPDATE_ATTEMPTS_MAX: Final = 288
"""Of telling a receiver that its incident is over: for about a day, whatever happens to ours meanwhile."""
_TOLD: Final = 5
"""Failures that are written one by one; the others would fill the timeline."""
_TOLD_EVERY: Final = 32


def wait_seconds(effect: AnyEffect, attempt: int, retry_after_seconds: float | None = None) -> float:
    """How long to wait after this failed attempt (from 1): 1, 2, 4 … seconds, or as long as the other side asks for."""
    page = isinstance(effect, Page)
    longest = PAGE_SECONDS_MAX if page else SECONDS_MAX
    asked = min(retry_after_seconds or 0.0, PAGE_RETRY_AFTER_SECONDS_MAX if page else SECONDS_MAX)
    return max(min(2.0 ** min(attempt - 1, 16), longest), asked)


def goes_on(effect: AnyEffect, attempt: int, now: Incident) -> bool:
    """Whether it is tried again after this many attempts.

    What people are owed is tried for as long as somebody waits for it, however long that is.
    """
    match effect:
        case Page():
            return wanted(effect, now)
        case OpenChannel():
            return now.open
        case SendMessage(update=PageUpdate() as update):
            return now.open if update.status == "acknowledged" else attempt < UPDATE_ATTEMPTS_MAX
        case SendMessage():
            return now.closed is None
        case _:
            return attempt < ATTEMPTS_MAX


def wanted(page: Page, now: Incident) -> bool:
    """Whether somebody still has to be woken: nobody is for what somebody has, or what is over or has become harmless.

    The page that sums up a storm stands for other incidents as well; the brake knows when none of them is left.
    """
    return page.sums_up or now.owes_page


def told(attempt: int) -> bool:
    """Whether this failure is written down: the first few, then ever fewer."""
    return attempt <= _TOLD or attempt in {8, 16} or attempt % _TOLD_EVERY == 0
