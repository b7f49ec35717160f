"""Who was woken, who has it, what they wrote down."""

from stormjib.core.log.fact import Fact


class ChannelOpened(Fact, frozen=True):
    """A place to talk exists."""

    name: str
    integration: str
    url: str = ""


class PageSent(Fact, frozen=True):
    """The page left this machine and the other side took it. ``rung`` 0 is the first to be paged."""

    who: str
    integration: str
    rung: int = 0
    reference: str = ""


class Acknowledged(Fact, frozen=True):
    """Somebody has it. Only the first one stops the clock."""

    who: str


class NoteAdded(Fact, frozen=True):
    """Somebody wrote something down."""

    text: str
