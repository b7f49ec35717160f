"""How much a command may do: read < change < unknown < disrupt < destroy."""

from enum import Enum


class Risk(Enum):
    """The verdict on a command. Only a proven ``READ`` may run unattended.

    The order is a decision of the design: an ``UNKNOWN`` command is treated as worse than a known change,
    since nobody has said what it does, and better than one that is known to interrupt the service.
    """

    READ = "read"
    CHANGE = "change"
    UNKNOWN = "unknown"
    DISRUPT = "disrupt"
    DESTROY = "destroy"

    @property
    def rank(self) -> int:
        """The position in the order, 0 for a read."""
        return _ORDER.index(self)

    def worst(self, *others: "Risk") -> "Risk":
        """The highest of this and the others: a pipeline is as risky as its riskiest part."""
        everything: list[Risk] = [self, *others]
        return max(everything, key=lambda risk: risk.rank)

    def __lt__(self, other: "Risk") -> bool:
        """Compare by rank."""
        return self.rank < other.rank

    def __le__(self, other: "Risk") -> bool:
        """Compare by rank."""
        return self.rank <= other.rank


_ORDER = tuple(Risk)
