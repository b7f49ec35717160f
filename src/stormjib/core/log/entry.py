"""An entry of the log, and its stored form."""

import msgspec

from stormjib.core.log.detection import (
    AlertCleared,
    AlertReceived,
    AlertsCounted,
    AlertWaits,
    Declared,
    PolicyChanged,
    RiskLowered,
    SeverityChanged,
)
from stormjib.core.log.looks import CollectRequested, EvidenceCollected, LogsRead, MetricsReviewed, SuspectsRanked
from stormjib.core.log.people import Acknowledged, ChannelOpened, Escalated, NoteAdded, PageHeld, PageSent
from stormjib.core.log.recovery import (
    ActionItemAdded,
    ActionItemDone,
    Closed,
    Exported,
    PostmortemDrafted,
    PostmortemWritten,
    ProofOverruled,
    Reopened,
    Resolved,
    VerificationStarted,
    Verified,
)
from stormjib.core.log.runs import (
    OutcomeSettled,
    OutcomeUnknown,
    RunApproved,
    RunExpired,
    RunFinished,
    RunForced,
    RunProposed,
    RunRefused,
    RunReleased,
    RunStarted,
)
from stormjib.core.log.tasks import DebtRepaid, DebtTaken, ItemOverdue, ItemTicked, ItemUnticked, TimerDue
from stormjib.core.log.telling import EffectFailed, MessageSent, StatusPosted

AnyFact = (
    AlertReceived
    | AlertCleared
    | AlertsCounted
    | AlertWaits
    | Declared
    | PolicyChanged
    | SeverityChanged
    | RiskLowered
    | ChannelOpened
    | PageSent
    | PageHeld
    | Escalated
    | Acknowledged
    | NoteAdded
    | RunProposed
    | RunApproved
    | RunForced
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
    | ProofOverruled
    | Resolved
    | Reopened
    | Closed
    | Exported
    | PostmortemDrafted
    | ActionItemAdded
    | ActionItemDone
    | PostmortemWritten
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
