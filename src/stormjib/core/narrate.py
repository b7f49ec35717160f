"""A fact as one sentence for people: the same words in the terminal, the page and the post-mortem."""

from datetime import UTC, datetime
from typing import assert_never

from stormjib.core.access import ID_CHARS
from stormjib.core.log import (
    Acknowledged,
    ActionItemAdded,
    ActionItemDone,
    AlertCleared,
    AlertReceived,
    AlertsCounted,
    AlertWaits,
    AnyFact,
    ChannelOpened,
    Closed,
    CollectRequested,
    DebtRepaid,
    DebtTaken,
    Declared,
    EffectFailed,
    Ended,
    Escalated,
    EvidenceCollected,
    Exported,
    ItemOverdue,
    ItemTicked,
    ItemUnticked,
    Linked,
    LogsRead,
    MessageSent,
    MetricsReviewed,
    NoteAdded,
    OutcomeSettled,
    OutcomeUnknown,
    PageHeld,
    PageSent,
    PolicyChanged,
    PostmortemDrafted,
    PostmortemWritten,
    ProofOverruled,
    Reopened,
    Resolved,
    RiskLowered,
    RunApproved,
    RunExpired,
    RunFinished,
    RunForced,
    RunProposed,
    RunRefused,
    RunReleased,
    Runs,
    RunStarted,
    SeverityChanged,
    StatusPosted,
    SuspectsRanked,
    TimerDue,
    TokenEnded,
    TokenMade,
    VerificationStarted,
    Verified,
)
from stormjib.core.log.telling import circle_of

_OfWork = (
    Runs
    | CollectRequested
    | DebtRepaid
    | DebtTaken
    | EvidenceCollected
    | ItemOverdue
    | ItemTicked
    | ItemUnticked
    | ProofOverruled
    | VerificationStarted
    | Verified
)


def narrate(fact: AnyFact) -> str:
    """One sentence; the raw output of a command stays one click away."""
    match fact:
        case AlertReceived():
            since = f"from {fact.moved_from}" if fact.moved_from else fact.reason
            return f"alert {fact.name} fires: {fact.summary or fact.service}" + (f" ({since})" if since else "")
        case AlertCleared():
            return f"alert {fact.name} is clear" + (
                f": cleared by {fact.who}, not by its sender: {fact.reason}" if fact.who else ""
            )
        case AlertsCounted():
            return f"{fact.total} alerts have joined by now"
        case AlertWaits():
            said = f"the severity {fact.said!r} is not known" if fact.said else "it names no severity"
            return f"alert {fact.name} waits for a person: {said}"
        case Declared():
            return f"declared {fact.severity.value}: {fact.title}" + (f" ({fact.reason})" if fact.reason else "")
        case PolicyChanged():
            return f"the settings have changed; on call: {', '.join(fact.policy.responders)}"
        case SeverityChanged():
            return f"severity is now {fact.severity.value}: {fact.reason}"
        case RiskLowered():
            return f"line {fact.line} counts as a read by the site's settings: {fact.reason}"
        case ChannelOpened():
            return f"channel {fact.name} opened ({fact.integration})"
        case PageSent():
            others = f", with word of {fact.more:,} more incidents" if fact.more else ""
            return f"paged {fact.who} through {fact.integration}{others}"
        case PageHeld():
            return _held(fact)
        case Escalated():
            return f"NOT ACKNOWLEDGED: escalated to level {fact.level}, which pages {', '.join(fact.who)}"
        case Acknowledged():
            return f"acknowledged by {fact.who}"
        case NoteAdded():
            return f"note: {fact.text}"
        case TokenMade():
            made = "was there before tokens were written down" if fact.found else "made"
            kind = "a machine" if fact.machine else "a person"
            until = f", good until {_day(fact.expires_at)}" if fact.expires_at else ""
            return f"token {fact.digest[:ID_CHARS]} of {fact.name} ({kind}) {made}: {', '.join(fact.scopes)}{until}"
        case TokenEnded():
            return f"token {fact.digest[:ID_CHARS]} of {fact.name} is good until {_day(fact.at)}" + _because(fact.reason)
        case StatusPosted():
            return f"posted for {fact.audience} ({fact.stage}): {fact.text}"
        case MessageSent():
            return f"message to {fact.audience} through {fact.integration}: {fact.text}"
        case EffectFailed():
            final = "for good" if fact.permanent else f"at attempt {fact.attempt}"
            circle = circle_of(fact.effect)
            what = f"page to {fact.who}" if fact.who else f"message to {circle}" if circle else fact.effect
            return f"{what} through {fact.integration} failed {final}: {fact.reason}"
        case Resolved():
            return "resolved" + (f": {fact.reason}" if fact.reason else "") + (f" ({fact.proof})" if fact.proof else "")
        case Reopened():
            return f"reopened: {fact.reason}"
        case Closed():
            return "closed: every exit criterion holds"
        case Ended():
            return f"ended: {fact.how} {fact.into}".rstrip() + f", says {fact.who}: {fact.reason}"
        case Linked():
            return _linked(fact)
        case Exported():
            return f"exported to {fact.file}: the {fact.entries} entries before this one are in that file and no longer here"
        case PostmortemDrafted():
            return f"post-mortem drafted; {len(fact.fields_left)} fields are left to write"
        case ActionItemAdded():
            return f"action item for {fact.owner} due {fact.due}: {fact.text}"
        case ActionItemDone():
            return f"action item {fact.number} is done" + _because(fact.note)
        case PostmortemWritten():
            return f"post-mortem, {fact.field}: {fact.text or 'taken back'}"
        case MetricsReviewed():
            return f"metrics from {fact.source}: {fact.sentence or 'no findings'}" + _problems(fact.problems)
        case LogsRead():
            said = fact.sentence or "no findings"
            return f"{fact.lines:,} log lines of {fact.component} (line {fact.line}): {said}" + _problems(fact.problems)
        case SuspectsRanked():
            lacking = f" Without: {', '.join(fact.missing)}." if fact.missing else ""
            impact = f" {fact.impact}" if fact.impact else ""
            return f"suspects after {fact.seconds:.0f} s: {fact.sentence}{impact}{lacking}"
        case TimerDue():
            return _checked(fact.key)
        case _:
            return _narrate_work(fact)


def _checked(timer: str) -> str:
    """What a timer is for; whether anything follows, the next entries tell."""
    kind, _, name = timer.partition("/")
    words = {
        "escalate": f"checked whether it is acknowledged, before level {name.partition('/')[0]} is paged",
        "item": f"checked the deadline of item {name}",
        "cadence": "checked whether an update is due",
        "impact": "the impact is measured again",
        "survey": "the initial triage has had its time",
        "expire": f"checked whether {name} still waits for an approval",
        "release": f"checked what is stored before {name}",
        "storm": f"checked which pages to {name} were held back",
    }
    return words.get(kind, f"timer {timer}")


def _linked(fact: Linked) -> str:
    why = f", says {fact.who}: {fact.reason}"
    match fact.tie:
        case "split into":
            alerts = "1 alert" if len(fact.alerts) == 1 else f"{len(fact.alerts)} alerts"
            return f"{alerts} split off into {fact.other or 'an incident of its own'} ({fact.severity.value}: {fact.title}){why}"
        case "split from":
            return f"split from {fact.other} ({fact.title}){why}"
        case _:
            people = f"; involved: {', '.join(fact.people)}" if fact.people else ""
            told = f"; told of it: {', '.join(fact.audiences)}" if fact.audiences else ""
            verb = "is a duplicate of" if fact.tie == "duplicate of" else "was merged into"
            return f"{fact.other} ({fact.severity.value}: {fact.title}) {verb} this incident{why}{people}{told}"


def _narrate_work(fact: _OfWork) -> str:
    match fact:
        case EvidenceCollected():
            what = f"snapshot before {fact.before_run}" if fact.before_run else "checked"
            return f"{what}: {fact.text} (line {fact.line}) → {fact.finding or ('ok' if fact.ok else _ended(fact.exit_code))}"
        case CollectRequested():
            return f"check requested: {fact.text} (line {fact.line})"
        case ItemTicked():
            proof = f"proof: entry {fact.proof_seq}" if fact.proof_seq else f"confirmed by {fact.who}"
            return f"done: {fact.text} (line {fact.line}; {proof})" + _because(fact.note)
        case ItemUnticked():
            return f"{fact.item_id} is not done after all" + _because(fact.reason)
        case ItemOverdue():
            return f"OVERDUE: {fact.text} (line {fact.line}, due after {fact.deadline_minutes:g} minutes)"
        case DebtTaken():
            return f"{fact.debt} is on and blocks closure until it is off"
        case DebtRepaid():
            return f"{fact.debt} is off again"
        case VerificationStarted():
            return f"{fact.who} measures the recovery"
        case Verified():
            place = f" (line {fact.line})" if fact.line else ""
            result = "passed" if fact.ok else "FAILED" if fact.measured else "was not measured"
            return f"verification {fact.name}{place} {result}: {fact.detail}"
        case ProofOverruled():
            place = f" (line {fact.line})" if fact.line else ""
            return f"overruled by {fact.who}, not proven: {fact.text}{place}: {fact.reason}"
        case _:
            return _narrate_run(fact)


def _narrate_run(fact: Runs) -> str:
    match fact:
        case RunProposed():
            return f"proposed {fact.run_id}: {fact.text} (line {fact.line}, {fact.risk.value}, on {fact.target})" + _because(
                fact.reason
            )
        case RunApproved():
            return f"{fact.run_id} approved by {fact.who}" + _because(fact.reason)
        case RunForced():
            return f"BREAK-GLASS: {fact.who} alone runs {fact.run_id}, which needs two people: {fact.reason}"
        case RunRefused():
            return f"{fact.run_id} rejected by {fact.who}" + _because(fact.reason)
        case RunExpired():
            return f"{fact.run_id} is withdrawn: {fact.reason}" if fact.reason else f"{fact.run_id} expired: not approved in time"
        case RunReleased():
            missing = f", {fact.missing} could not be stored" if fact.missing else ""
            kept = {0: "nothing to store", 1: "one snapshot stored"}.get(fact.snapshots, f"{fact.snapshots} snapshots stored")
            failed = f" ({fact.failed} of them failed)" if fact.failed else ""
            return f"{fact.run_id} may start; {kept} before it{failed}{missing}"
        case RunStarted():
            return f"{fact.run_id} started"
        case RunFinished():
            took = f"in {fact.seconds:.1f} s"
            return f"{fact.run_id} {'done' if fact.ok else 'FAILED'} {took}" + _because(fact.conclusion)
        case OutcomeUnknown():
            return f"{fact.run_id}: OUTCOME UNKNOWN: it was running when the server stopped; check, then record what it did"
        case OutcomeSettled():
            return (
                f"{fact.run_id}: outcome recorded by {fact.who}: it {'took' if fact.took_effect else 'did not take'} effect"
                + _because(fact.note)
            )
        case _:
            assert_never(fact)


def _held(fact: PageHeld) -> str:
    match fact.reason:
        case "owed":
            return f"page to {fact.who} not sent again: an earlier one of this incident is still being tried"
        case "over":
            return f"no summary page to {fact.who}: everything that was held back has been paged by now"
        case _:
            return f"page to {fact.who} held back: a storm of pages; one page for all of them is sent with {fact.summary}"


def _problems(problems: tuple[str, ...]) -> str:
    return f" (not answered: {'; '.join(problems)})" if problems else ""


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _ended(exit_code: int | None) -> str:
    return "timed out" if exit_code is None else f"exit code {exit_code}"
