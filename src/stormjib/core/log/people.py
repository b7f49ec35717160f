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


class Escalated(Fact, frozen=True):
    """Nobody has acknowledged in time, so the page goes to ``who``; ``level`` 0 was the first to be paged."""

    level: int
    who: tuple[str, ...]


class Acknowledged(Fact, frozen=True):
    """Somebody has it, as it is now; a worse severity or a reopening asks again."""

    who: str


class NoteAdded(Fact, frozen=True):
    """Somebody wrote something down."""

    text: str
