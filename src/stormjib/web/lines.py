"""An entry of the log as a line of the timeline: its kind in one word, whether it is bad news, its sentence."""

import msgspec

from stormjib.core import log
from stormjib.core.narrate import narrate

SUMMARY_CHARS_MAX = 400
"""What a line shows before it is opened."""

_KINDS: dict[type[log.Fact], str] = {
    log.AlertReceived: "alert",
    log.AlertAcknowledged: "alert",
    log.AlertCleared: "alert",
    log.AlertsCounted: "alert",
    log.AlertWaits: "alert",
    log.SourceAnswered: "alert",
    log.ChangeReported: "change",
    log.IncumbentReported: "alert",
    log.OpinionAsked: "alert",
    log.UsersChecked: "check",
    log.Declared: "status",
    log.PolicyChanged: "status",
    log.SeverityChanged: "status",
    log.Resolved: "status",
    log.Reopened: "status",
    log.Closed: "status",
    log.Ended: "status",
    log.Linked: "status",
    log.Acknowledged: "acknowledged",
    log.NoteAdded: "note",
    log.RoleOffered: "role",
    log.RoleTaken: "role",
    log.RoleLeft: "role",
    log.RolesVacant: "overdue",
    log.EvidenceCollected: "check",
    log.CollectRequested: "check",
    log.MetricsReviewed: "check",
    log.LogsRead: "check",
    log.SuspectsRanked: "suspect",
    log.ItemTicked: "done",
    log.ItemUnticked: "unchecked",
    log.ItemOverdue: "overdue",
    log.StatusPosted: "message",
    log.MessageSent: "message",
    log.ChannelOpened: "message",
    log.Posted: "message",
    log.PageSent: "page",
    log.PageHeld: "page",
    log.EffectFailed: "failed",
    log.PageRequested: "page",
    log.Escalated: "page",
    log.Verified: "verification",
    log.ProofOverruled: "verification",
    log.DebtTaken: "measure",
    log.DebtRepaid: "measure",
    log.PostmortemDrafted: "post-mortem",
    log.ActionItemAdded: "post-mortem",
    log.TimerDue: "timer",
    log.RunProposed: "run",
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


def line(entry: log.Entry) -> Line:
    """The line of an entry."""
    fact = entry.fact
    text = narrate(fact)
    output = (
        fact.output_sha256
        if isinstance(fact, log.EvidenceCollected | log.MetricsReviewed | log.LogsRead | log.RunFinished | log.Verified)
        else ""
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
    if isinstance(fact, log.EvidenceCollected | log.RunFinished | log.Verified):
        return not fact.ok
    if isinstance(fact, log.PageRequested):
        return fact.escalates or bool(fact.told)
    return isinstance(
        fact,
        log.ItemOverdue
        | log.RolesVacant
        | log.EffectFailed
        | log.Escalated
        | log.ProofOverruled
        | log.OutcomeUnknown
        | log.DebtTaken
        | log.Reopened,
    )
