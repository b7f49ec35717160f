"""Which patterns changed their rate: a two-sample Poisson test for each, Benjamini-Hochberg over all of them."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

DISCOVERY_RATE: Final = 0.01
"""Of what is reported, at most this share is chance (expected)."""
RATIO_MIN: Final = 2.0
"""A change that is certain but smaller than this is of no use to a person."""
EXACT_MAX: Final = 2_000
"""Up to so many events the binomial is summed; above it, the normal approximation is as good."""
REMEMBERED_MAX: Final = 4_096
"""Results of the sum that are remembered."""


class Events(NamedTuple):
    """Events of one pattern before a moment and since, with what they vary by from one minute to the next."""

    before: float
    since: float
    dispersion: float = 1.0
    """Variance over mean of the counts before; a Poisson process has 1, a bursty log has more."""


class Change(NamedTuple):
    """A changed rate: how many times as often, and how surprising that is (q: Benjamini-Hochberg's adjusted p)."""

    ratio: float
    q: float


def rate_p(events: Events, before_seconds: float, since_seconds: float) -> float:
    """Two-sided p of "one rate": given the sum, the later part is binomial (Przyborowski and Wilenski 1940).

    A dispersion above 1 divides the counts, as a quasi-Poisson test does: bursts are fewer independent events than lines.
    """
    if before_seconds <= 0 or since_seconds <= 0:
        return 1.0
    scale = max(1.0, events.dispersion)
    later, total = events.since / scale, (events.before + events.since) / scale
    share = since_seconds / (before_seconds + since_seconds)
    if total <= 0:
        return 1.0
    if total > EXACT_MAX:
        deviation = (abs(later - total * share) - 0.5) / math.sqrt(total * share * (1 - share))
        return math.erfc(max(0.0, deviation) / math.sqrt(2))
    return _binomial_p(round(later), round(total) or 1, share)


@lru_cache(maxsize=REMEMBERED_MAX)
def _binomial_p(k: int, n: int, share: float) -> float:
    """Twice the smaller tail; patterns of a few lines have the same counts again and again."""
    k = min(k, n)
    logs = (math.log(share), math.log1p(-share))
    whole, mean = math.lgamma(n + 1), n * share

    def mass(i: int) -> float:
        return math.exp(whole - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * logs[0] + (n - i) * logs[1])

    # The median is less than one from the mean, so that further off it is known which tail is the smaller one.
    lower = math.fsum(map(mass, range(k + 1))) if k < mean + 2 else 1.0
    upper = math.fsum(map(mass, range(k, n + 1))) if k > mean - 2 else 1.0
    return min(1.0, 2 * min(lower, upper))


def benjamini_hochberg(ps: Sequence[float]) -> list[float]:
    """The adjusted p of each, in the order given (Benjamini and Hochberg 1995, step-up)."""
    order = sorted(range(len(ps)), key=ps.__getitem__, reverse=True)
    adjusted = [1.0] * len(ps)
    least = 1.0
    for rank, index in zip(range(len(ps), 0, -1), order, strict=True):
        least = min(least, ps[index] * len(ps) / rank)
        adjusted[index] = least
    return adjusted


def changes(events: Mapping[int, Events], before_seconds: float, since_seconds: float) -> dict[int, Change]:
    """The patterns whose rate changed, by their number; the seconds are how long each part lasted."""
    keys = list(events)
    qs = benjamini_hochberg([rate_p(events[key], before_seconds, since_seconds) for key in keys])
    found = {}
    for key, q in zip(keys, qs, strict=True):
        one = events[key]
        # Half an event on each side keeps the ratio finite where one of them is none.
        ratio = (
            ((one.since + 0.5) / since_seconds) / ((one.before + 0.5) / before_seconds)
            if before_seconds > 0 < since_seconds
            else 1.0
        )
        if q <= DISCOVERY_RATE and not 1 / RATIO_MIN < ratio < RATIO_MIN:
            found[key] = Change(ratio, q)
    return found


def dispersion(events: Sequence[int]) -> float:
    """Variance over mean of counts per equal time, at least 1; 1 where there are too few to say."""
    if not events[2:] or not any(events):
        return 1.0
    mean = sum(events) / len(events)
    return max(1.0, sum((one - mean) ** 2 for one in events) / (len(events) - 1) / mean)
