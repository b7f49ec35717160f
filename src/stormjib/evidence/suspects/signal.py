"""A signal: one thing that a piece of evidence says about a component, how strongly, and where it stands."""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

Kind = Literal[
    "down",
    "refused",
    "hung",
    "unreachable",
    "erroring",
    "slow",
    "saturated",
    "full",
    "restarted",
    "changed",
    "misconfigured",
    "maintenance",
    "surge",
    "well",
    "answers",
]

WELL: Final[frozenset[Kind]] = frozenset({"well", "answers"})
"""What speaks for a component: it runs, or it was asked itself and answered."""
SYMPTOMS: Final[frozenset[Kind]] = frozenset({"erroring", "slow", "hung"})
"""What a component also shows when something that it needs is the trouble."""
EFFECTS: Final[frozenset[Kind]] = frozenset({"down", "refused", "restarted", "saturated", "unreachable"})
"""What a sick dependency may bring about, but seldom does."""

UPSTREAM: Final = "upstream "
"""How a signal's ``thing`` begins where it is an address behind the proxy and not a container."""

_REPEATED: Final = 0.3
"""A second entry that says the same adds so much of what is left: ten checks of one log are not ten witnesses."""
_FURTHER: Final = 0.6
"""The same for another kind of sign at the same component, which says more."""


class Signal(msgspec.Struct, frozen=True):
    """``strength`` is from 0 to 1. ``thing`` is the container or the address that it is about, where there are several alike.

    ``own`` is whether the component itself shows it; otherwise somebody else says so of it. A dependency's own error reply in
    somebody's log counts as its own.
    """

    component: str
    kind: Kind
    strength: float
    entry: int
    says: str
    thing: str = ""
    own: bool = True
    past: bool = False
    """It stands in lines that had ended before the trouble was detected."""


def together(signals: Iterable[Signal]) -> float:
    """How strongly these signals of one component point to it: the strongest, and with diminishing returns the others."""
    by_kind: dict[Kind, list[float]] = {}
    for signal in signals:
        by_kind.setdefault(signal.kind, []).append(signal.strength)
    kinds = sorted((_added(sorted(strengths, reverse=True), _REPEATED) for strengths in by_kind.values()), reverse=True)
    return _added(kinds, _FURTHER)


def _added(strengths: list[float], share: float) -> float:
    """The first whole, the others by ``share`` of what they could add."""
    left = 1.0
    for place, strength in enumerate(strengths):
        left *= 1.0 - strength * (share**place if place else 1.0)
    return 1.0 - left
