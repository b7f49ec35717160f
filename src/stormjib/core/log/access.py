"""Who got a token and whose ended; in the log of the site, so that a token that nobody made can be told from the others."""

from stormjib.core.log.fact import Fact


class TokenMade(Fact, frozen=True):
    """A token exists. ``digest`` names it and opens nothing."""

    digest: str
    name: str
    scopes: tuple[str, ...]
    machine: bool = False
    expires_at: float = 0.0
    """Seconds since the epoch; 0: never."""
    found: bool = False
    """It was there before such facts were written, and nobody knows who made it."""


class TokenEnded(Fact, frozen=True):
    """A token is good until ``at``, in seconds since the epoch: now where it was revoked, later where another takes its place."""

    digest: str
    name: str
    at: float
    reason: str = ""


Access = TokenMade | TokenEnded
