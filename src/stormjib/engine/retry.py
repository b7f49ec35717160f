"""When to try again, for how long, and which failures are worth an entry: the one place that knows."""

from typing import Final

from stormjib.core.effects import AnyEffect, OpenChannel, Page, PageUpdate, Post, RunCommand, SendMessage
from stormjib.core.incident import Incident
from stormjib.core.incident.waking import handed_over_seq, newest
from stormjib.core.log import EffectFailed
from stormjib.core.log.messages import TEST
from stormjib.ports import DeliveryError

ATTEMPTS_MAX: Final = 10
"""Of what nobody is owed, such as a look at something."""
PAGE_SECONDS_MAX: Final = 30.0
"""Between two tries of a page: a pager that comes back after hours reaches everybody within a minute."""
CHAT_SECONDS_MAX: Final = 60.0
"""Between two tries of what goes to a chat, which soon says whether it works again."""
PAGE_RETRY_AFTER_SECONDS_MAX: Final = 60.0
SECONDS_MAX: Final = 300.0
"""Between two tries of a message."""
AFTER_THE_END_MAX: Final = 300
"""Tries of a message about what is over: a day."""
_TOLD: Final = 5
"""Failures that are written one by one; the others would fill the timeline."""
_TOLD_EVERY: Final = 32


def after(
    effect: AnyEffect, attempt: int, error: DeliveryError, now: Incident, key: str = ""
) -> tuple[float | None, EffectFailed | None]:
    """After which time it is tried again (None: it is not) and what is written down about the failure (None: nothing).

    ``key``: by which a receiver knows a page that it can be told of.
    """
    gives_up = not goes_on(effect, attempt, now)
    final = error.permanent or gives_up or isinstance(effect, RunCommand)
    longest = CHAT_SECONDS_MAX if _in_chat(effect, now) else SECONDS_MAX
    seconds = None if final else wait_seconds(effect, attempt, error.retry_after_seconds, longest)
    page = effect if isinstance(effect, Page) else None
    lost = page is not None and error.unknown
    key = key if page and lost and not page.sums_up else ""
    is_news = key and all(one.key != key for _, one in now.failures)
    if not (final or is_news or told(attempt, once=_in_chat(effect, now))):
        return seconds, None
    reason = (
        f"{error.reason} Given up after {attempt} attempts." if gives_up and attempt > 1 and not error.permanent else error.reason
    )
    return seconds, EffectFailed(
        effect=effect.key,
        integration=error.integration,
        reason=reason,
        permanent=final,
        attempt=attempt,
        who=page.who if page else "",
        severity=page.severity if page else "",
        audience=effect.audience if isinstance(effect, SendMessage) else "",
        method=effect.method if isinstance(effect, Page | SendMessage) else "",
        instead=instead(page, now) if page and not gives_up else "",
        unknown=lost,
        key=key,
    )


def instead(page: Page, now: Incident) -> str:
    """The method of the same person that gets the page in place of this one, or has got it; "" where they are not reached."""
    taken = (one.method for when, one in now.pages if page.asked and one.who == page.who and when.seq > page.asked)
    return page.then[0] if page.then else next(taken, "")


def wait_seconds(
    effect: AnyEffect, attempt: int, retry_after_seconds: float | None = None, longest: float = SECONDS_MAX
) -> float:
    """How long to wait after this failed attempt (from 1): 1, 2, 4 … seconds, or as long as the other side asks for."""
    page = isinstance(effect, Page)
    longest = PAGE_SECONDS_MAX if page else longest
    asked = min(retry_after_seconds or 0.0, PAGE_RETRY_AFTER_SECONDS_MAX if page else SECONDS_MAX)
    return max(min(2.0 ** min(attempt - 1, 16), longest), asked)


def _in_chat(effect: AnyEffect, now: Incident) -> bool:
    """Whether it is posted in a chat, which as a whole is there or not."""
    if now.policy is None or not now.policy.chat:
        return False
    return isinstance(effect, OpenChannel | Post) or (isinstance(effect, SendMessage) and effect.audience.startswith("#"))


def goes_on(effect: AnyEffect, attempt: int, now: Incident) -> bool:
    """Whether it is tried again after this many attempts.

    What people are owed is tried for as long as somebody waits for it, however long that is.
    """
    match effect:
        case Page():
            return wanted(effect, now)
        case OpenChannel():
            return now.open
        case Post():
            return now.closed is None or attempt < AFTER_THE_END_MAX
        case SendMessage(update=PageUpdate() as update):
            return now.open if update.status == "acknowledged" else attempt < AFTER_THE_END_MAX
        case SendMessage(key=key) if key.startswith(TEST):
            return False
        case SendMessage():
            # That it was a false alarm, or goes on elsewhere, is told after its end.
            return now.closed is None or attempt < (AFTER_THE_END_MAX if now.end else ATTEMPTS_MAX)
        case _:
            return attempt < ATTEMPTS_MAX


def wanted(page: Page, now: Incident) -> bool:
    """Whether somebody still has to be woken: nobody is for what somebody has, or what is over or has become harmless, unless a person asks.

    The page that sums up a storm stands for other incidents as well; the brake knows when none of them is left.
    """
    return page.sums_up or (
        (now.owes_page or (page.by_hand and now.open and not _answered(page, now))) and not _replaced(page, now)
    )


def _answered(page: Page, now: Incident) -> bool:
    """Whether the person whom somebody had paged by hand has the incident since."""
    has = now.acknowledged
    return has is not None and has.by == page.who and has.at >= page.asked_at


def _replaced(page: Page, now: Incident) -> bool:
    """Whether somebody else has got it, or this person is paged anew by the same method, so that an earlier page would be a second one."""
    if 0 < page.asked < handed_over_seq(now):
        return True
    asked = newest(now, page.who) if page.method else None
    return asked is not None and page.asked < asked[0].seq and page.method in now.tried.get(page.who, {})


def told(attempt: int, *, once: bool = False) -> bool:
    """Whether this failure is written down: the first few, then ever fewer; ``once``: the first alone, since nobody is owed it."""
    if once:
        return attempt == 1
    return attempt <= _TOLD or attempt in {8, 16} or attempt % _TOLD_EVERY == 0
