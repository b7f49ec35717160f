"""What arrives, and what became of it: the data of the intake's account.

For every source, at any moment: received = paged + joined + suppressed + waiting + refused (+ unaccounted, what a person was
paged for). ``received`` is counted when a request is parsed, the others when an alert is judged, all in one transaction.
"""

from collections import Counter
from typing import Final

import msgspec

from stormjib.core.alert import Alert, ChangeEvent
from stormjib.core.log import IncumbentReported

RECEIVED: Final = "received"
"""Alerts that were found in a request, before any of them was judged."""
PAGED: Final = "paged"
JOINED: Final = "joined"
SUPPRESSED: Final = "suppressed"
WAITING: Final = "waiting"
REFUSED: Final = "refused"
UNACCOUNTED: Final = "unaccounted"
"""Alerts without an outcome, or, below zero, with more than one; the rule is the incident that says so."""
OUTCOMES: Final = (PAGED, JOINED, SUPPRESSED, WAITING, REFUSED, UNACCOUNTED)
"""The right side of the balance: each alert that was received is in exactly one of them."""

REQUESTS: Final = "requests"
"""Requests that were taken."""
UNREAD: Final = "unread"
"""Refused requests of which nobody knows how many alerts they held; the rule is the answer."""
TRUNCATED: Final = "truncated"
"""Alerts that the sender says it left out."""
MENDED: Final = "mended"
"""Alerts that were taken although something in them was odd."""

Counts = Counter[tuple[str, str, str]]
"""How many by source, outcome and rule; what moves from one outcome to another is -1 and +1."""


class Counted(msgspec.Struct, frozen=True, array_like=True):
    """One count; the order is that of the store's columns. ``at`` is when it was last counted."""

    source: str
    outcome: str
    rule: str
    count: int
    at: float


class Note(msgspec.Struct, frozen=True):
    """What somebody has written about an alert where it comes from; ``id`` is the same when it is sent again."""

    fingerprint: str
    text: str
    id: str


class Delivery(msgspec.Struct, frozen=True):
    """What one request held. ``received`` is how many alerts were found in it, good or odd, before they were read."""

    source: str
    received: int
    alerts: tuple[Alert, ...]
    refused: tuple[str, ...] = ()
    """A sentence for each alert that could not be read."""
    answer: str = ""
    """The answer that refused them, or that refused the whole request unread; "" where all of it was taken."""
    mended: int = 0
    truncated: int = 0
    acknowledged: tuple[str, ...] = ()
    """Fingerprints of alerts that somebody has acknowledged where they come from."""
    acknowledged_by: str = ""
    """Whom the sender names."""
    changes: tuple[ChangeEvent, ...] = ()
    notes: tuple[Note, ...] = ()
    theirs: tuple[IncumbentReported, ...] = ()
    """What the system that pages today did; where the server is in shadow, that is all that counts of it."""
    page: str = ""
    """What the sender calls that of which it tells; where it is the key of our own page, that is no alert."""
    sender: str = ""
    """Who has the token."""
    key: str = ""
    """What the sender calls the alert, where it has to hear that again."""
