"""Requests: what an access log counted, whether of all its lines or of those since the trouble began."""

from collections.abc import Iterable
from typing import Final

from stormjib.core.observation import Measured, State

_COUNTS: Final = {"requests", "requests per minute since"}
_SHARES: Final = {"5xx", "5xx since"}
_MANY: Final = 30.0


def requests_of(facts: Iterable[Measured | State]) -> dict[str, tuple[float, float]]:
    """Route, address or ``all`` → how many requests (or how many a minute), and the percentage that failed with 5xx."""
    counts: dict[str, float] = {}
    shares: dict[str, float] = {}
    for one in facts:
        if isinstance(one, Measured) and one.name in _COUNTS:
            counts[one.thing] = one.value
        elif isinstance(one, Measured) and one.name in _SHARES:
            shares[one.thing] = one.value
    return {name: (counts[name], shares[name]) for name in counts if name in shares}


def share_failing(facts: Iterable[Measured | State]) -> float | None:
    """The percentage of all requests that failed; None where too few were counted for a share."""
    found = requests_of(facts)
    if "all" in found:
        return found["all"][1] if found["all"][0] >= _MANY else None
    routes = [one for name, one in found.items() if "/" in name]
    total = sum(count for count, _ in routes)
    return sum(count * share for count, share in routes) / total if total >= _MANY else None
