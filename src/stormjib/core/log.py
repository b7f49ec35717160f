"""Every fact: what can happen in an incident, one entry of its log each."""

import msgspec

from stormjib.core.observation import LogPattern, Measured, Metric, State, Suspect
from stormjib.core.observation import Severity as Weight
from stormjib.core.risk import Risk
from stormjib.core.severity import Severity


class Fact(msgspec.Struct, frozen=True, tag=True, tag_field="fact", omit_defaults=True):
    """Something that happened. The tag is the class name and is a contract with every log ever written."""


# Detection and declaration


class AlertReceived(Fact, frozen=True):
    """An alert joined the incident. ``proposed`` is what triage read and ``reason`` how."""

    fingerprint: str
    source: str
    name: str
    service: str
    summary: str
    starts_at: float
    labels: dict[str, str] = {}
    url: str = ""
    proposed: Severity | None = None
    reason: str = ""


class AlertCleared(Fact, frozen=True):
    """The sender says that the alert fires no more."""

    fingerprint: str
    name: str
    ends_at: float


class AlertsCounted(Fact, frozen=True):
    """More alerts joined than the log lists one by one; ``total`` is how many there are by now."""

    total: int


class Declared(Fact, frozen=True):
    """The incident exists. ``detected_at`` starts every clock of the runbook."""

    title: str
    severity: Severity
    service: str
    runbook_sha256: str
    detected_at: float
    reason: str = ""


class SeverityChanged(Fact, frozen=True):
    """A person judged anew."""

    severity: Severity
    reason: str


class RiskLowered(Fact, frozen=True):
    """A line in the site's settings calls a command a read although its text does not prove it."""

    command_id: str
    line: int
    text: str
    computed: Risk
    reason: str


# People


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


# Commands


class RunProposed(Fact, frozen=True):
    """A command above ``read`` is wanted. An approval binds everything that stands here."""

    run_id: str
    command_id: str
    line: int
    text: str
    fingerprint: str
    runbook_sha256: str
    risk: Risk
    target: str
    approvals_needed: int
    expires_at: float
    timeout_seconds: float
    reason: str = ""


class RunApproved(Fact, frozen=True):
    """One person said yes; ``who`` is never the one who asked where the risk is ``destroy``."""

    run_id: str
    who: str
    reason: str = ""


class RunRefused(Fact, frozen=True):
    """One person said no, which ends it."""

    run_id: str
    who: str
    reason: str = ""


class RunExpired(Fact, frozen=True):
    """Nobody said yes in time."""

    run_id: str


class RunReleased(Fact, frozen=True):
    """Approved, and what the command would wipe out is stored (or could not be had in time): it may start now."""

    run_id: str
    snapshots: int = 0
    missing: int = 0


class RunStarted(Fact, frozen=True):
    """The claim: committed before the command starts, so that a second start is seen."""

    run_id: str


class RunFinished(Fact, frozen=True):
    """The command ended. ``ok`` says whether it did what it was for, which an exit code alone may not tell."""

    run_id: str
    command_id: str
    ok: bool
    exit_code: int | None
    seconds: float
    output_sha256: str
    output_bytes: int
    excerpt: str
    conclusion: str = ""
    timed_out: bool = False
    truncated: bool = False
    blanked: tuple[str, ...] = ()


class OutcomeUnknown(Fact, frozen=True):
    """The command was started and nobody knows whether it took effect. It is never run again by itself."""

    run_id: str
    command_id: str


class OutcomeSettled(Fact, frozen=True):
    """A person looked and says what became of it."""

    run_id: str
    took_effect: bool
    who: str
    note: str


class EvidenceCollected(Fact, frozen=True):
    """What a read-only command said. ``finding`` is one plain sentence; "" where the output says nothing special."""

    command_id: str
    line: int
    text: str
    target: str
    ok: bool
    exit_code: int | None
    seconds: float
    output_sha256: str
    output_bytes: int
    excerpt: str
    finding: str = ""
    source: str = ""
    """The reader that understood it, such as ``redis info``; "" for none."""
    weight: Weight = "fine"
    facts: tuple[Measured | State, ...] = ()
    """What the reader read out of it, the first of many."""
    ran_as: str = ""
    """The bounded form, where the written command never ends."""
    before_run: str = ""
    """The run before which this was stored, because that run would wipe it out."""
    timed_out: bool = False
    truncated: bool = False
    blanked: tuple[str, ...] = ()


class CollectRequested(Fact, frozen=True):
    """Somebody wants a read of the runbook run (again)."""

    command_id: str
    line: int = 0
    text: str = ""


class MetricsReviewed(Fact, frozen=True):
    """The metrics were looked at, each against its baseline. ``problems`` are what could not be asked, in words."""

    source: str
    metrics: tuple[Metric, ...]
    seconds: float
    line: int = 0
    sentence: str = ""
    problems: tuple[str, ...] = ()
    output_sha256: str = ""
    """The whole series as JSON."""


class LogsRead(Fact, frozen=True):
    """Log lines were grouped into patterns. ``component`` wrote them; ``errors`` are lines of level error and worse."""

    source: str
    component: str
    line: int
    lines: int
    errors: int
    patterns: tuple[LogPattern, ...]
    seconds: float
    sentence: str = ""
    weight: Weight = "fine"
    facts: tuple[Measured | State, ...] = ()
    """What an access log says about routes and upstreams."""
    problems: tuple[str, ...] = ()
    output_sha256: str = ""
    """The whole report as JSON."""


class SuspectsRanked(Fact, frozen=True):
    """What to look at first. ``clear`` is False where no suspect stands out; ``seconds`` are since the declaration.

    ``proposed`` is the severity that the measured ``impact`` would be; a person decides.
    """

    suspects: tuple[Suspect, ...]
    clear: bool
    sentence: str
    seconds: float
    proposed: Severity | None = None
    impact: str = ""
    missing: tuple[str, ...] = ()
    """What had not answered by then."""


# The runbook's tasks and checklists


class ItemTicked(Fact, frozen=True):
    """A task or checklist item is done: the log proves it (``proof_seq``) or a person says so (``who``)."""

    item_id: str
    line: int
    text: str
    proof_seq: int = 0
    who: str = ""
    note: str = ""


class ItemUnticked(Fact, frozen=True):
    """A person takes a tick back."""

    item_id: str
    who: str
    reason: str


class ItemOverdue(Fact, frozen=True):
    """The deadline passed and nothing proved the item."""

    item_id: str
    line: int
    text: str
    deadline_minutes: float


class TimerDue(Fact, frozen=True):
    """A delayed effect fired. The core ignores it where the matter is settled."""

    key: str


class DebtTaken(Fact, frozen=True):
    """A temporary measure is in force and blocks closure until it is repaid."""

    debt: str
    run_id: str
    repaid_by: str = ""
    """The command of the runbook that ends it."""


class DebtRepaid(Fact, frozen=True):
    """The temporary measure is gone."""

    debt: str
    run_id: str


# Communication


class StatusPosted(Fact, frozen=True):
    """An audience was told. ``stage`` is Investigating, Identified, Monitoring or Resolved."""

    stage: str
    text: str
    audience: str
    integration: str
    line: int = 0


class MessageSent(Fact, frozen=True):
    """A message left for a channel or a person; not a page."""

    audience: str
    integration: str
    text: str


class EffectFailed(Fact, frozen=True):
    """Something that the world should have been told or asked did not get through."""

    effect: str
    integration: str
    reason: str
    permanent: bool
    attempt: int


# Recovery, closure, post-mortem


class VerificationStarted(Fact, frozen=True):
    """Somebody wants the recovery measured now."""

    who: str


class Verified(Fact, frozen=True):
    """A verification task was measured. ``ok`` False keeps the incident open."""

    task_id: str
    line: int
    name: str
    ok: bool
    detail: str
    output_sha256: str = ""


class Resolved(Fact, frozen=True):
    """The service is back; the post-incident clocks start."""

    who: str
    reason: str = ""


class Reopened(Fact, frozen=True):
    """It was not over."""

    who: str
    reason: str


class Closed(Fact, frozen=True):
    """Every exit criterion holds."""

    who: str


class PostmortemDrafted(Fact, frozen=True):
    """The runbook's template was filled from the log; ``fields_left`` wait for people."""

    document_sha256: str
    fields_left: tuple[str, ...]


class ActionItemAdded(Fact, frozen=True):
    """Something to do so that it does not happen again. ``due`` is YYYY-MM-DD."""

    text: str
    owner: str
    due: str


AnyFact = (
    AlertReceived
    | AlertCleared
    | AlertsCounted
    | Declared
    | SeverityChanged
    | RiskLowered
    | ChannelOpened
    | PageSent
    | Acknowledged
    | NoteAdded
    | RunProposed
    | RunApproved
    | RunRefused
    | RunExpired
    | RunReleased
    | RunStarted
    | RunFinished
    | OutcomeUnknown
    | OutcomeSettled
    | EvidenceCollected
    | CollectRequested
    | MetricsReviewed
    | LogsRead
    | SuspectsRanked
    | ItemTicked
    | ItemUnticked
    | ItemOverdue
    | TimerDue
    | DebtTaken
    | DebtRepaid
    | StatusPosted
    | MessageSent
    | EffectFailed
    | VerificationStarted
    | Verified
    | Resolved
    | Reopened
    | Closed
    | PostmortemDrafted
    | ActionItemAdded
)


class Entry(msgspec.Struct, frozen=True):
    """One line of an incident's log. ``at`` is in seconds since the epoch, UTC; ``seq`` counts from 1 per incident.

    ``cause`` is the idempotency key of the append ("" where a repetition is a new event): a second append with the
    same incident and cause is a no-op.
    """

    incident: str
    seq: int
    at: float
    by: str
    fact: AnyFact
    cause: str = ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnyFact)


def encode_fact(fact: AnyFact) -> bytes:
    """The fact as JSON, the form that is stored and hashed."""
    return _encoder.encode(fact)


def decode_fact(stored: bytes | str) -> AnyFact:
    """The fact from its stored form; raises ``msgspec.DecodeError`` where the store was tampered with."""
    fact: AnyFact = _decoder.decode(stored)
    return fact
