"""When to try again: the one place that knows."""

from stormjib.ports import Lane

ATTEMPTS_MAX = 10
PAGE_ATTEMPTS_MAX = 30
"""A page goes on for about 24 minutes; meanwhile the escalation ladder pages others."""
BACKOFF_SECONDS_MAX = 60.0


def attempts_max(lane: Lane) -> int:
    """How many tries an effect of this lane has."""
    return PAGE_ATTEMPTS_MAX if lane is Lane.PAGE else ATTEMPTS_MAX


def backoff_seconds(attempt: int) -> float:
    """How long to wait after this failed attempt (from 1): 1, 2, 4 … 60 seconds."""
    return min(2.0 ** (attempt - 1), BACKOFF_SECONDS_MAX)
