"""Who was woken, who has it, what they wrote down."""

from itertools import zip_longest
from typing import Final

from stormjib.core.catalogue.contact import Step
from stormjib.core.log.fact import Fact
from stormjib.core.log.messages import ROOM

UNANSWERED: Final = "nobody has acknowledged"
"""Why a level is paged after another."""


class ChannelOpened(Fact, frozen=True):
    """A place to talk exists."""

    name: str
    integration: str
    url: str = ""
    reference: str = ""
    """By which the chat knows it, such as C024BE91L; "" on the incident's own page, and in logs of old."""
    summary: str = ""
    """The message in it that says how things stand."""
    lacking: tuple[str, ...] = ()
    """What could not be done of it, in sentences."""


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
    method: str = ""
    """The person's contact method that took it; "" where that was the site's own way."""
    further: bool = False
    """It said once more, by another method, what somebody had not answered: no further page to them, where pages are counted."""


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


class PageRequested(Fact, frozen=True):
    """Whom to page now, as it was decided when a level of the escalation began; pages follow from this alone.

    ``level`` counts from 0 through all repetitions. ``via`` says of each of ``people`` by what, in words; "" where they are named.
    """

    level: int
    people: tuple[str, ...]
    reason: str = ""
    """Why not before; "" where the incident begins."""
    via: tuple[str, ...] = ()
    escalation: str = ""
    """The escalation policy; "" where it is that of the site's responders."""
    passed: tuple[str, ...] = ()
    """What was passed over, in sentences: schedules with nobody on call, levels outside their hours."""
    told: tuple[str, ...] = ()
    """Who is told that a schedule has nobody on call."""
    next_seconds: float = 0.0
    """From here to the next level; 0 where a timer for it runs already, or nobody waits for one."""
    asked_by: str = ""
    """The person who had them paged; "" where the escalation did."""
    shadow: bool = False
    """It was decided, and nothing of it leaves."""
    anew: bool = False
    """They have to acknowledge, whoever had it before, and the time of the level begins anew."""
    steps: tuple[tuple[Step, ...], ...] = ()
    """How each of ``people`` is reached, by the names of their contact methods; () where it is in the site's own way."""
    joined: str = ""
    """What they are paged for where that is not how the incident began: an alert, in short."""

    def methods_of(self, who: str) -> tuple[str, ...]:
        """Their contact methods in the order in which they are used; () where it is the site's own way."""
        found = self.steps[self.people.index(who)] if self.steps and who in self.people else ()
        return tuple(dict.fromkeys(method for step in found for method in step.methods))

    @property
    def escalates(self) -> bool:
        """Whether nobody has acknowledged in time."""
        return self.reason == UNANSWERED


class Escalated(Fact, frozen=True):
    """In logs of old: nobody has acknowledged in time, so the page goes to ``who``; ``level`` 0 was the first to be paged."""

    level: int
    who: tuple[str, ...]


class Acknowledged(Fact, frozen=True):
    """Acknowledged by ``who``, as it is now; a worse severity or a reopening asks again.

    ``through`` is the sender of alerts where it was acknowledged, and ``who`` then its token; "" where a person did it here.
    """

    who: str
    through: str = ""
    named: bool = False
    """Whether ``who`` is a person of the catalogue whom that sender names."""


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


def who_and_how(fact: PageRequested) -> tuple[tuple[str, str], ...]:
    """Each person and by what, as ("ana", "schedule payments, until 09:00")."""
    return tuple(zip_longest(fact.people, fact.via, fillvalue=""))


def requested(fact: PageRequested) -> str:
    """The sentence of a page that is asked for."""
    return f"SHADOW, nobody is paged: {_asked(fact)}" if fact.shadow else _asked(fact)


def _asked(fact: PageRequested) -> str:
    people = ", ".join(f"{who} ({how})" if how else who for who, how in who_and_how(fact))
    because = f": {fact.reason}" if fact.reason else ""
    if fact.asked_by:
        return f"{'handed over by' if fact.anew else 'page asked for by'} {fact.asked_by}, to {people}{because}"
    passed = f". Passed over: {'; '.join(fact.passed)}" if fact.passed else ""
    if fact.escalates:
        return f"NOT ACKNOWLEDGED: escalated to level {fact.level}, which pages {people}{passed}"
    return f"paging {people}{because}{passed}"


def opened(fact: ChannelOpened) -> str:
    """The sentence of a channel; where no chat is connected there is none."""
    return f"channel {fact.name} opened ({fact.integration})" if fact.integration != ROOM else "no chat is connected: no channel"


def held(fact: PageHeld) -> str:
    """The sentence of a page that did not leave by itself."""
    match fact.reason:
        case "owed":
            return f"page to {fact.who} not sent again: an earlier one of this incident is still being tried"
        case "over":
            return f"no summary page to {fact.who}: everything that was held back has been paged by now"
        case _:
            return f"page to {fact.who} held back: a storm of pages; one page for all of them is sent with {fact.summary}"


People = ChannelOpened | PageSent | PageHeld | PageRequested | Escalated | Acknowledged | NoteAdded | RunbookChosen
