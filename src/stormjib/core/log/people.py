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
    more: int = 0
    """How many other incidents it told of, whose own pages to this person were held back."""
    sums_up: bool = False
    """It was sent for those others, not for its own incident."""
    key: str = ""
    """By which the receiver knows it and is told what becomes of it; "" where it can't be, and in logs of old."""


class PageHeld(Fact, frozen=True):
    """A page that did not leave by itself. ``reason`` says why and what stands for it.

    ``storm``: so many have just been paged to ``who`` that one page sums up the others; it stands in the incident
    ``summary``. ``owed``: an earlier page of this incident to ``who`` is still being tried. ``over``: there was nothing
    left to sum up. ``summary_seconds`` above 0 asks for the page that sums up, so long after this entry.
    """

    who: str
    rung: int
    reason: str
    summary: str = ""
    summary_seconds: float = 0.0
    severity: str = ""
    """Of the incident as the page would have said it; "" in logs of old."""


class Escalated(Fact, frozen=True):
    """Nobody has acknowledged in time, so the page goes to ``who``; ``level`` 0 was the first to be paged."""

    level: int
    who: tuple[str, ...]


class Acknowledged(Fact, frozen=True):
    """Acknowledged by ``who``, as it is now; a worse severity or a reopening asks again."""

    who: str


class RunbookChosen(Fact, frozen=True):
    """The incident follows another runbook from now on, which is called ``name``."""

    runbook_sha256: str
    name: str
    reason: str = ""
    called: str = ""
    """What it calls the severity; "" where it has no name of its own for it."""


class NoteAdded(Fact, frozen=True):
    """Somebody wrote something down."""

    text: str


People = ChannelOpened | PageSent | PageHeld | Escalated | Acknowledged | NoteAdded | RunbookChosen
