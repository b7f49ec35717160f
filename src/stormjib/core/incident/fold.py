"""evolve(incident, entry): the fold, with an arm for each fact."""

from collections.abc import Iterable
from typing import Final, assert_never

from stormjib.core.catalogue.service import find
from stormjib.core.incident import chatting, roles, runs, waking
from stormjib.core.incident.alerts import received
from stormjib.core.incident.ending import only_known, tie
from stormjib.core.incident.joined import news
from stormjib.core.incident.state import Happened, Incident, Run, Tick
from stormjib.core.incident.telling import deliver
from stormjib.core.log import (
    Acknowledged,
    ActionItemAdded,
    ActionItemDone,
    AlertAcknowledged,
    AlertCleared,
    AlertReceived,
    AlertsCounted,
    AlertWaits,
    AnyFact,
    CatalogueChanged,
    ChangeReported,
    ChannelOpened,
    Closed,
    CollectRequested,
    ComponentsListed,
    ContactTestRequested,
    DebtRepaid,
    DebtTaken,
    Declared,
    EffectFailed,
    Ended,
    Entry,
    Escalated,
    EvidenceCollected,
    Exported,
    IncumbentReported,
    ItemOverdue,
    ItemTicked,
    ItemUnticked,
    Linked,
    LogsRead,
    MaintenanceEnded,
    MaintenancePlanned,
    MessageSent,
    MetricsReviewed,
    NeedsStated,
    NoteAdded,
    OpinionAsked,
    OutcomeSettled,
    OutcomeUnknown,
    OverrideMade,
    OverrideRemoved,
    PageHeld,
    PageRequested,
    PageSent,
    PolicyChanged,
    Posted,
    PostmortemDrafted,
    PostmortemWritten,
    ProofOverruled,
    ReachReported,
    Reopened,
    Resolved,
    RiskLowered,
    RoleLeft,
    RoleOffered,
    RolesVacant,
    RoleTaken,
    RunApproved,
    RunbookChosen,
    RunExpired,
    RunFinished,
    RunForced,
    RunProposed,
    RunRefused,
    RunReleased,
    RunStarted,
    SeverityChanged,
    SilenceEnded,
    SilenceMade,
    SourceAnswered,
    StatusPosted,
    SuspectsRanked,
    TimerDue,
    TokenEnded,
    TokenMade,
    UsersChecked,
    ValueGiven,
    VerificationStarted,
    Verified,
)
from stormjib.core.opinion import checked_said


def replay(incident_id: str, entries: Iterable[Entry]) -> Incident:
    """The incident after these entries, which are in the order of their ``seq``."""
    incident = Incident.new(incident_id)
    for entry in entries:
        evolve(incident, entry)
    return incident


CHANGES_MAX: Final = 50
"""Reported changes that an incident shows, the newest; a sender may tell of any number."""


def evolve(incident: Incident, entry: Entry) -> None:
    """Apply one entry in place. Facts that tell nothing new change only the counters."""
    incident.seq = entry.seq
    incident.updated_at = entry.at
    deliver(incident.messages, entry)
    _apply(incident, Happened(entry.seq, entry.at, entry.by), entry.fact)
    chatting.follow(incident, entry)


def _apply(incident: Incident, when: Happened, fact: AnyFact) -> None:
    """One arm for each fact; a new fact does not type-check until it has one here."""
    match fact:
        case EvidenceCollected() | MetricsReviewed() | LogsRead() | SuspectsRanked():
            _found(incident, when, fact)
        case AlertReceived() | AlertAcknowledged() | AlertCleared() | AlertsCounted() | SourceAnswered():
            _alert(incident, when, fact)
        case ChangeReported():
            incident.changes = [*incident.changes, (when, fact)][-CHANGES_MAX:]
        case Declared() | PolicyChanged() | SeverityChanged() | Acknowledged() | Resolved() | Reopened() | Closed():
            _course(incident, when, fact)
        case Ended() | Linked():
            tie(incident, when, fact)
        case ValueGiven():
            incident.values[fact.name] = (when, fact)
        case RunProposed():
            incident.runs[fact.run_id] = Run(fact, when, approvals={})
        case (
            RunApproved()
            | RunForced()
            | RunRefused()
            | RunExpired()
            | RunReleased()
            | RunStarted()
            | RunFinished()
            | OutcomeUnknown()
            | OutcomeSettled()
        ):
            runs.change(incident.runs[fact.run_id], when, fact)
        case ItemTicked() | ItemUnticked() | ItemOverdue():
            _item(incident, when, fact)
        case DebtTaken() | DebtRepaid():
            _temporary(incident, when, fact)
        case ChannelOpened():
            incident.channel, incident.channel_opened = incident.channel or fact, incident.channel_opened or when
        case PageRequested() | PageSent() | PageHeld() | EffectFailed():
            waking.told(incident, when, fact)
        case RoleOffered() | RoleTaken() | RoleLeft() | RolesVacant() | NeedsStated():
            roles.change(incident, when, fact)
        case StatusPosted():
            incident.posts.append((when, fact))
        case Posted():
            pass  # chatting.follow
        case Verified():
            incident.verified.setdefault(fact.task_id, []).append((when, fact))
        case ProofOverruled():
            incident.overruled[fact.proof_id] = (when, fact)
        case RiskLowered():
            incident.lowered[fact.command_id] = fact
        case PostmortemDrafted() | PostmortemWritten() | ActionItemAdded() | ActionItemDone():
            _learned(incident, when, fact)
        case Exported():
            only_known(incident, when, fact)
        case NoteAdded() | MessageSent() | RunbookChosen() | UsersChecked():
            _noted(incident, when, fact)
        case (
            IncumbentReported()
            | OpinionAsked()
            | TokenMade()
            | TokenEnded()
            | CatalogueChanged()
            | ContactTestRequested()
            | ReachReported()
            | OverrideMade()
            | OverrideRemoved()
            | SilenceMade()
            | SilenceEnded()
            | ComponentsListed()
            | MaintenancePlanned()
            | MaintenanceEnded()
        ):
            pass  # of the site, not of an incident
        case TimerDue() | CollectRequested() | VerificationStarted() | Escalated() | AlertWaits():
            waking.timer(incident, when, fact)
        case _:
            assert_never(fact)


def _found(incident: Incident, when: Happened, fact: EvidenceCollected | MetricsReviewed | LogsRead | SuspectsRanked) -> None:
    """What was seen by looking; of metrics and suspects the newest counts."""
    match fact:
        case EvidenceCollected():
            incident.evidence.append((when, fact))
        case MetricsReviewed():
            incident.metrics = (when, fact)
        case LogsRead():
            incident.logs.append((when, fact))
        case SuspectsRanked():
            incident.suspects = (when, fact)


def _noted(incident: Incident, when: Happened, fact: NoteAdded | MessageSent | RunbookChosen | UsersChecked) -> None:
    """Items, deadlines and lines of trust are those of a runbook, by ids that another one uses for others."""
    if isinstance(fact, RunbookChosen):
        incident.called = fact.called or incident.severity.value
    elif isinstance(fact, UsersChecked):
        incident.users = "" if fact.asked else checked_said(fact)
        return
    else:
        incident.notes += 1
        return
    incident.runbook_sha256, incident.runbook_since = fact.runbook_sha256, when.seq
    incident.ticks.clear()
    incident.overdue.clear()
    incident.lowered.clear()


def _temporary(incident: Incident, when: Happened, fact: DebtTaken | DebtRepaid) -> None:
    """A temporary measure, and its end."""
    match fact:
        case DebtTaken():
            incident.debts[fact.debt] = fact
        case DebtRepaid():
            incident.debts.pop(fact.debt, None)
            incident.debts_repaid[fact.debt] = when


def _learned(
    incident: Incident, when: Happened, fact: PostmortemDrafted | PostmortemWritten | ActionItemAdded | ActionItemDone
) -> None:
    match fact:
        case PostmortemDrafted():
            incident.postmortem, incident.postmortem_drafted = fact, when
        case PostmortemWritten():
            incident.written[fact.field] = fact.text
        case ActionItemAdded():
            incident.action_items.append(fact)
        case ActionItemDone():
            incident.action_items_done[fact.number] = when


def _alert(
    incident: Incident, when: Happened, fact: AlertReceived | AlertAcknowledged | AlertCleared | AlertsCounted | SourceAnswered
) -> None:
    match fact:
        case AlertReceived():
            key = f"{fact.source}/{fact.fingerprint}"
            incident.alerts[key] = received(fact, when.seq, incident.alerts.get(key), news(incident, when, fact))
            incident.alerts_total += 1
        case AlertAcknowledged():
            if alert := incident.alerts.get(f"{fact.source}/{fact.fingerprint}"):
                alert.acknowledged = True
        case AlertCleared():
            for key, alert in incident.alerts.items():
                if key == f"{fact.source}/{fact.fingerprint}" or (not fact.source and alert.fingerprint == fact.fingerprint):
                    alert.firing = False
        case AlertsCounted():
            incident.alerts_total = fact.total
        case SourceAnswered():
            key = f"{fact.source}/{fact.fingerprint}"
            incident.answered_at_source.pop(key, None)
            if fact.status == "acknowledged":
                incident.answered_at_source[key] = fact


def _course(
    incident: Incident,
    when: Happened,
    fact: Declared | PolicyChanged | SeverityChanged | Acknowledged | Resolved | Reopened | Closed,
) -> None:
    match fact:
        case Declared():
            incident.title, incident.severity, incident.service = fact.title, fact.severity, fact.service
            incident.worst, incident.called = fact.severity, fact.called or fact.severity.value
            incident.runbook_sha256, incident.detected_at = fact.runbook_sha256, fact.detected_at
            incident.policy = fact.policy or incident.policy
            incident.wakes = fact.wakes
            incident.shadow = bool(fact.policy and fact.policy.shadow)
            found = find(incident.policy.services, fact.service) if incident.policy else None
            incident.own_target = found.target if found else ""
            incident.asks_users = bool(found and found.second_opinion and not fact.wakes)
            incident.declared, incident.channel_number = when, fact.channel_number
            incident.duties_since = Happened(when.seq, fact.detected_at, when.by)
            waking.page_from(incident, when.seq)
        case PolicyChanged():
            incident.policy = fact.policy
        case SeverityChanged():
            waking.judged(incident, when, fact.severity)
            incident.called_before, incident.called_since = incident.called, when.at
            incident.called = fact.called or fact.severity.value
            incident.raised_by = fact.raised_by
            incident.worst = min(incident.worst, fact.severity, key=lambda one: one.rank)
        case Acknowledged():
            incident.acknowledged = incident.acknowledged or Happened(when.seq, when.at, fact.who, fact.through, fact.named)
            incident.unreached.clear()
            incident.answered = incident.answered or when
            incident.first_acknowledged = incident.first_acknowledged or Happened(when.seq, when.at, when.by, fact.through)
        case Resolved():
            incident.resolved = when
        case Reopened():
            incident.episodes.append(incident.episode)
            incident.resolved = incident.closed = incident.acknowledged = incident.answered = incident.end = None
            incident.reopened = incident.duties_since = when
            incident.shadow = bool(incident.policy and incident.policy.shadow)
            incident.paging = incident.paging.end()
            waking.page_from(incident, when.seq)
        case Closed():
            incident.closed = when


def _item(incident: Incident, when: Happened, fact: ItemTicked | ItemUnticked | ItemOverdue) -> None:
    match fact:
        case ItemTicked():
            incident.ticks[fact.item_id] = Tick(when, fact.proof_seq, fact.who, fact.note)
        case ItemUnticked():
            incident.ticks.pop(fact.item_id, None)
        case ItemOverdue():
            incident.overdue[fact.item_id] = when
