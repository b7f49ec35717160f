"""Paging: since which entry people are woken, and how far the escalation has got."""

from typing import Final, NamedTuple

import msgspec

ESCALATE: Final = "escalate"
REACH: Final = "reach"


class Escalation(NamedTuple):
    """A timer of the escalation: the level that is paged next, and which of the incident's pagings it belongs to."""

    level: int
    number: int


class Paging(msgspec.Struct, frozen=True):
    """The ``number``-th time that people are woken for this incident: a worse severity and a reopening wake them anew.

    ``since`` is the entry that began it, 0 where nobody is to be woken; ``level`` 0 is the first responder.
    """

    number: int = 0
    since: int = 0
    level: int = 0

    def begin(self, seq: int, level: int = 0) -> "Paging":
        """The next one."""
        return Paging(self.number + 1, seq, level)

    def again(self, seq: int) -> "Paging":
        """The same, and its level has its whole time again: timers that are set mean nothing any more."""
        return Paging(self.number + 1, self.since or seq, self.level)

    def end(self) -> "Paging":
        """Nobody is to be woken any more."""
        return Paging(self.number)

    def reach(self, level: int) -> "Paging":
        """The escalation has got to this level."""
        return Paging(self.number, self.since, max(self.level, level))

    def timer(self, level: int) -> str:
        """The key of the timer after which a level is paged. The first paging's keys are those of logs of old."""
        return f"{ESCALATE}/{level}" + (f"/{self.number}" if self.number > 1 else "")

    def is_due(self, timer: Escalation) -> bool:
        """Whether a timer belongs to the paging that goes on now; of one that has ended, timers may still come."""
        return self.since > 0 and timer.number == self.number


def escalation(key: str) -> Escalation | None:
    """What a timer's key says; None where it is another kind of timer."""
    kind, _, rest = key.partition("/")
    level, _, number = rest.partition("/")
    if kind != ESCALATE or not level.isdecimal():
        return None
    return Escalation(int(level), int(number) if number.isdecimal() else 1)


class StepDue(NamedTuple):
    """A later step of somebody's contact methods: of which entry's people the how-manieth, and which of their steps."""

    asked: int
    person: int
    step: int

    @property
    def key(self) -> str:
        """Of its timer."""
        return f"{REACH}/{self.asked}/{self.person}/{self.step}"


def step_of(key: str) -> StepDue | None:
    """What a timer's key says; None where it is another kind of timer."""
    kind, *numbers = key.split("/")
    return StepDue(*map(int, numbers)) if kind == REACH else None
