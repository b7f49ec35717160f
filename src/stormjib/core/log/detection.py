"""Detection and declaration."""

from typing import Final, Literal

from stormjib.core.log.fact import Fact
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.severity import Severity

_SAID_CHARS_MAX: Final = 200


class AlertReceived(Fact, frozen=True):
    """An alert joined the incident. ``proposed`` is what triage read and ``reason`` how."""

    fingerprint: str
    source: str
    name: str
    service: str
    summary: str
    starts_at: float
    labels: dict[str, str] = {}  # noqa: RUF012 - msgspec gives each its own
    url: str = ""
    proposed: Severity | None = None
    reason: str = ""
    moved_from: str = ""
    """The incident that it was a part of before, where people have judged it already."""
    runbook: str = ""
    """Which other runbook is meant for this alert than the one that its incident follows, and why; "" where none is."""
    links: dict[str, str] = {}  # noqa: RUF012 - the same
    """Where its sender has more to see: addresses by what they are called."""
    sender: str = ""
    """Whose token it came with; "" in logs of old."""

    @property
    def said(self) -> str:
        """Its name and what it says, in short."""
        says = f", {self.summary}" if self.summary and self.summary != self.name else ""
        return f"{self.name}{says}"[:_SAID_CHARS_MAX]


class AlertCleared(Fact, frozen=True):
    """The alert fires no more: its sender says so, or a person (``who``) with a reason.

    ``source`` is "" in logs of old, where the fingerprint alone names the alert.
    """

    fingerprint: str
    name: str
    ends_at: float
    source: str = ""
    who: str = ""
    reason: str = ""
    sender: str = ""
    """Whose token said so; "" in logs of old."""


class AlertAcknowledged(Fact, frozen=True):
    """Somebody has this alert where it comes from (``source``), which alone acknowledges no incident; ``who`` is named, or has the token."""

    fingerprint: str
    source: str
    name: str
    who: str


class AlertsCounted(Fact, frozen=True):
    """More alerts joined than the log lists one by one; ``total`` is how many there are by now."""

    total: int


class AlertWaits(Fact, frozen=True):
    """An alert whose severity (``said``) nobody knows waits for a person. ``is_last``: of others nothing is told for a while."""

    fingerprint: str
    source: str
    name: str
    service: str
    summary: str
    said: str
    is_last: bool = False
    others: int = 0
    """So many more, of which nothing was told, does its message stand for."""
    on_call: tuple[str, ...] = ()
    """Who is told; the responders in logs of old, which do not say it."""


class ChangeReported(Fact, frozen=True):
    """Somebody (``sender``) says that something was changed, such as a deployment: perhaps it is why. ``reported_at``: when it came."""

    summary: str
    service: str
    sender: str
    reported_at: float
    labels: dict[str, str] = {}  # noqa: RUF012 - the same
    links: dict[str, str] = {}  # noqa: RUF012 - the same


class OpinionAsked(Fact, frozen=True):
    """An alert that pages by its service's own word, and is less than P1, waits ``seconds`` at most: are its users well?"""

    fingerprint: str
    source: str
    name: str
    service: str
    severity: Severity
    starts_at: float
    seconds: float


class UsersChecked(Fact, frozen=True):
    """Whether users were well by the service's own checks; ``measured`` False: nobody can tell.

    ``asked``: the entry of the alert that waits for it; 0 where an incident has been declared already.
    """

    service: str
    well: bool
    detail: str
    asked: int = 0
    measured: bool = True
    brief: str = ""
    """The first check of ``detail`` and the first sentence of what it found, for a title."""


class IncumbentReported(Fact, frozen=True):
    """What the system that pages today (``source``) did with an incident of its own: what shadow compares ours with.

    ``at`` is when it did it, ``severity`` its own word as we read it, ``who`` whom it paged, or who acknowledged; what it does not say is empty.
    """

    source: str
    reference: str
    did: Literal["opened", "paged", "judged", "acknowledged", "resolved"]
    at: float = 0.0
    title: str = ""
    service: str = ""
    severity: str = ""
    who: tuple[str, ...] = ()
    key: str = ""
    """What its own senders call it."""
    integration: str = ""
    """By which it came there; often it has the name of the service."""
    priority: str = ""
    """Its own word for the severity, as people see it there."""


class SourceAnswered(Fact, frozen=True):
    """Where the alert comes from it is acknowledged with its incident, or that has ended there (``resolved``)."""

    source: str
    fingerprint: str
    name: str
    status: str
    reference: str = ""
    """What it is called there, such as the id of a silence."""


class Declared(Fact, frozen=True):
    """The incident exists. ``detected_at`` starts every clock of the runbook."""

    title: str
    severity: Severity
    service: str
    runbook_sha256: str
    detected_at: float
    reason: str = ""
    found: str = ""
    """By what the service was found: its labels, or another name; "" where it was named."""
    runbook: str = ""
    """What the runbook is called and why it was chosen among several; "" where there was nothing to choose."""
    policy: Policy | None = None
    """What the site had decided then; None in logs of versions that did not write it down."""
    called: str = ""
    """What the runbook calls the severity; "" where it has no other name for it."""
    wakes: bool = False
    """It pages although its severity alone does not: its service asks for it."""
    channel_number: int = 1
    """More than 1 where others were declared in the same second, after which the channels are called."""
    warning: str = ""
    """What whoever declares it should know at once, in a sentence; "" where there is nothing."""


class PolicyChanged(Fact, frozen=True):
    """The site's settings are others than before: what follows from the entries after this one follows from these."""

    policy: Policy


class SeverityChanged(Fact, frozen=True):
    """A person judged anew, or an alert that joined is worse than the incident was."""

    severity: Severity
    reason: str
    raised_by: str = ""
    """The alert that raised it, its name and what it says; "" where a person judged."""
    called: str = ""
    """As of ``Declared``."""


class RiskLowered(Fact, frozen=True):
    """A line in the site's settings calls a command a read although its text does not prove it."""

    command_id: str
    line: int
    text: str
    computed: Risk
    reason: str


Detection = (
    AlertReceived
    | AlertAcknowledged
    | AlertCleared
    | AlertsCounted
    | AlertWaits
    | ChangeReported
    | IncumbentReported
    | OpinionAsked
    | UsersChecked
    | SourceAnswered
    | Declared
    | PolicyChanged
    | SeverityChanged
    | RiskLowered
)
