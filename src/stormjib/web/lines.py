"""An entry of the log as a line of the timeline: its kind in one word, whether it is bad news, its sentence."""

import msgspec

from stormjib.core.log import (
    Acknowledged,
    ActionItemAdded,
    AlertAcknowledged,
    AlertCleared,
    AlertReceived,
    AlertsCounted,
    AlertWaits,
    ChangeReported,
    ChannelOpened,
    Closed,
    CollectRequested,
    DebtRepaid,
    DebtTaken,
    Declared,
    EffectFailed,
    Ended,
    Entry,
    Escalated,
    EvidenceCollected,
    Fact,
    IncumbentReported,
    ItemOverdue,
    ItemTicked,
    ItemUnticked,
    Linked,
    LogsRead,
    MessageSent,
    MetricsReviewed,
    NoteAdded,
    OpinionAsked,
    OutcomeUnknown,
    PageHeld,
    PageRequested,
    PageSent,
    PolicyChanged,
    Posted,
    PostmortemDrafted,
    ProofOverruled,
    Reopened,
    Resolved,
    RoleLeft,
    RoleOffered,
    RolesVacant,
    RoleTaken,
    RunFinished,
    RunProposed,
    SeverityChanged,
    SourceAnswered,
    StatusPosted,
    SuspectsRanked,
    TimerDue,
    UsersChecked,
    Verified,
)
from stormjib.core.narrate import narrate

SUMMARY_CHARS_MAX = 400
"""What a line shows before it is opened."""

_KINDS: dict[type[Fact], str] = {
    AlertReceived: "alert",
    AlertAcknowledged: "alert",
    AlertCleared: "alert",
    AlertsCounted: "alert",
    AlertWaits: "alert",
    SourceAnswered: "alert",
    ChangeReported: "change",
    IncumbentReported: "alert",
    OpinionAsked: "alert",
    UsersChecked: "check",
    Declared: "status",
    PolicyChanged: "status",
    SeverityChanged: "status",
    Resolved: "status",
    Reopened: "status",
    Closed: "status",
    Ended: "status",
    Linked: "status",
    Acknowledged: "acknowledged",
    NoteAdded: "note",
    RoleOffered: "role",
    RoleTaken: "role",
    RoleLeft: "role",
    RolesVacant: "overdue",
    EvidenceCollected: "check",
    CollectRequested: "check",
    MetricsReviewed: "check",
    LogsRead: "check",
    SuspectsRanked: "suspect",
    ItemTicked: "done",
    ItemUnticked: "unchecked",
    ItemOverdue: "overdue",
    StatusPosted: "message",
    MessageSent: "message",
    ChannelOpened: "message",
    Posted: "message",
    PageSent: "page",
    PageHeld: "page",
    EffectFailed: "failed",
    PageRequested: "page",
    Escalated: "page",
    Verified: "verification",
    ProofOverruled: "verification",
    DebtTaken: "measure",
    DebtRepaid: "measure",
    PostmortemDrafted: "post-mortem",
    ActionItemAdded: "post-mortem",
    TimerDue: "timer",
    RunProposed: "run",
}


class Line(msgspec.Struct, frozen=True):
    """One line. ``opening`` is how a long ``text`` begins, "" for one that is shown whole."""

    seq: int
    at: float
    by: str
    kind: str
    bad: bool
    text: str
    opening: str
    output_sha256: str


def line(entry: Entry) -> Line:
    """The line of an entry."""
    fact = entry.fact
    text = narrate(fact)
    output = (
        fact.output_sha256 if isinstance(fact, EvidenceCollected | MetricsReviewed | LogsRead | RunFinished | Verified) else ""
    )
    return Line(
        seq=entry.seq,
        at=entry.at,
        by=entry.doer,
        kind=_KINDS.get(type(fact), "run" if hasattr(fact, "run_id") else "log"),
        bad=_is_bad(fact),
        text=text,
        opening=text[:SUMMARY_CHARS_MAX] if len(text) > SUMMARY_CHARS_MAX else "",
        output_sha256=output,
    )


def _is_bad(fact: object) -> bool:
    if isinstance(fact, EvidenceCollected | RunFinished | Verified):
        return not fact.ok
    if isinstance(fact, PageRequested):
        return fact.escalates or bool(fact.told)
    return isinstance(
        fact, ItemOverdue | RolesVacant | EffectFailed | Escalated | ProofOverruled | OutcomeUnknown | DebtTaken | Reopened
    )
