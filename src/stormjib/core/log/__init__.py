"""Every fact: what can happen in an incident, one entry of its log each."""

from stormjib.core.log.detection import AlertCleared, AlertReceived, AlertsCounted, Declared, RiskLowered, SeverityChanged
from stormjib.core.log.entry import AnyFact, Entry, decode_fact, encode_fact
from stormjib.core.log.fact import Fact
from stormjib.core.log.looks import CollectRequested, EvidenceCollected, LogsRead, MetricsReviewed, SuspectsRanked
from stormjib.core.log.people import Acknowledged, ChannelOpened, Escalated, NoteAdded, PageHeld, PageSent
from stormjib.core.log.recovery import (
    ActionItemAdded,
    Closed,
    PostmortemDrafted,
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
    RunProposed,
    RunRefused,
    RunReleased,
    RunStarted,
)
from stormjib.core.log.tasks import DebtRepaid, DebtTaken, ItemOverdue, ItemTicked, ItemUnticked, TimerDue
from stormjib.core.log.telling import EffectFailed, MessageSent, StatusPosted

__all__ = [
    "Acknowledged",
    "ActionItemAdded",
    "AlertCleared",
    "AlertReceived",
    "AlertsCounted",
    "AnyFact",
    "ChannelOpened",
    "Closed",
    "CollectRequested",
    "DebtRepaid",
    "DebtTaken",
    "Declared",
    "EffectFailed",
    "Entry",
    "Escalated",
    "EvidenceCollected",
    "Fact",
    "ItemOverdue",
    "ItemTicked",
    "ItemUnticked",
    "LogsRead",
    "MessageSent",
    "MetricsReviewed",
    "NoteAdded",
    "OutcomeSettled",
    "OutcomeUnknown",
    "PageHeld",
    "PageSent",
    "PostmortemDrafted",
    "ProofOverruled",
    "Reopened",
    "Resolved",
    "RiskLowered",
    "RunApproved",
    "RunExpired",
    "RunFinished",
    "RunProposed",
    "RunRefused",
    "RunReleased",
    "RunStarted",
    "SeverityChanged",
    "StatusPosted",
    "SuspectsRanked",
    "TimerDue",
    "VerificationStarted",
    "Verified",
    "decode_fact",
    "encode_fact",
]
