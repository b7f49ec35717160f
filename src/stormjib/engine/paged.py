"""Paged: what one person has been paged for lately, what is on its way to them, and what a storm held back."""

from collections import deque

import msgspec

from stormjib.core.effects import Page


class Trying(msgspec.Struct):
    """A page that is being sent, or waits for another try."""

    incident: str
    severity: str
    sums_up: bool
    failed: bool = False
    covers: frozenset[str] = frozenset()
    """The incidents that it tells of, as it left last."""


class Held(msgspec.Struct):
    """An incident that nobody has and whose page was held back."""

    severity: str
    title: str = ""
    """"" where it was held back before the start."""
    summary: str = ""
    """The incident that sends the page that tells of it."""
    told: bool = False
    """Such a page has arrived since."""


class Person(msgspec.Struct):
    """Somebody, as the brake knows them."""

    sent: deque[tuple[float, bool]] = msgspec.field(default_factory=deque)
    """When pages arrived (monotonic seconds), and whether they summed up."""
    trying: dict[str, Trying] = {}
    held: dict[str, Held] = {}
    """By incident, in the order in which they were held back."""
    summary: str = ""
    """The incident that will send the page that sums up, while it has not."""
    summary_until: float = 0.0
    """When nobody counts on that page any more (monotonic seconds)."""

    @property
    def alone(self) -> int:
        """How many pages for one incident each have been sent lately or are on their way."""
        sent = sum(not sums_up for _, sums_up in self.sent)
        return sent + sum(not tried.sums_up for tried in self.trying.values())

    def is_owed(self, page: Page, incident: str) -> bool:
        """Whether an earlier page of this incident could not be delivered yet and will be; a worse one is news all the same."""
        return any(
            tried.incident == incident and tried.failed and not tried.sums_up and tried.severity <= page.severity
            for tried in self.trying.values()
        )
