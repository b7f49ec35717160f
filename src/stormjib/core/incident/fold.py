"""evolve(incident, entry): the fold, with an arm for each fact."""

from collections.abc import Iterable
from typing import Final, assert_never

from stormjib.core import log
from stormjib.core.incident import chatting, roles, runs, waking
from stormjib.core.incident.alerts import received
from stormjib.core.incident.ending import only_known, tie
from stormjib.core.incident.joined import news
from stormjib.core.incident.state import Happened, Incident, Run, Tick
from stormjib.core.incident.telling import deliver
from stormjib.core.opinion import checked_in_short


def replay(incident_id: str, entries: Iterable[log.Entry]) -> Incident:
    """The incident after these entries, which are in the order of their ``seq``."""
    incident = Incident.new(incident_id)
    for entry in entries:
        evolve(incident, entry)
    return incident


CHANGES_MAX: Final = 50
"""Reported changes that an incident shows, the newest; a sender may tell of any number."""


def evolve(incident: Incident, entry: log.Entry) -> None:
    """Apply one entry in place. Facts that tell nothing new change only the counters."""
    incident.seq = entry.seq
    incident.updated_at = entry.at
    deliver(incident.messages, entry)
    _apply(incident, Happened(entry.seq, entry.at, entry.by), entry.fact)
    chatting.follow(incident, entry)


def _apply(incident: Incident, when: Happened, fact: log.AnyFact) -> None:
    """One arm for each fact; a new fact does not type-check until it has one here."""
    match fact:
        case log.EvidenceCollected() | log.MetricsReviewed() | log.LogsRead() | log.SuspectsRanked():
            _found(incident, when, fact)
        case log.AlertReceived() | log.AlertAcknowledged() | log.AlertCleared() | log.AlertsCounted() | log.SourceAnswered():
            _alert(incident, when, fact)
        case log.ChangeReported():
            incident.changes = [*incident.changes, (when, fact)][-CHANGES_MAX:]
        case (
            log.Declared()
            | log.PolicyChanged()
            | log.SeverityChanged()
            | log.Acknowledged()
            | log.Resolved()
            | log.Reopened()
            | log.Closed()
        ):
            _course(incident, when, fact)
        case log.Ended() | log.Linked():
            tie(incident, when, fact)
        case log.ValueGiven():
            incident.values[fact.name] = (when, fact)
        case log.RunProposed():
            incident.runs[fact.run_id] = Run(fact, when, approvals={})
        case (
            log.RunApproved()
            | log.RunForced()
            | log.RunRefused()
            | log.RunExpired()
            | log.RunReleased()
            | log.RunStarted()
            | log.RunFinished()
            | log.OutcomeUnknown()
            | log.OutcomeSettled()
        ):
            runs.change(incident.runs[fact.run_id], when, fact)
        case log.ItemTicked() | log.ItemUnticked() | log.ItemOverdue():
            _item(incident, when, fact)
        case log.DebtTaken() | log.DebtRepaid():
            _temporary(incident, when, fact)
        case log.ChannelOpened():
            incident.channel, incident.channel_opened = incident.channel or fact, incident.channel_opened or when
        case log.PageRequested() | log.PageSent() | log.PageHeld() | log.EffectFailed():
            waking.told(incident, when, fact)
        case log.RoleOffered() | log.RoleTaken() | log.RoleLeft() | log.RolesVacant() | log.NeedsStated():
            roles.change(incident, when, fact)
        case log.StatusPosted():
            incident.posts.append((when, fact))
        case log.Posted():
            pass  # chatting.follow
        case log.Verified():
            incident.verified.setdefault(fact.task_id, []).append((when, fact))
        case log.ProofOverruled():
            incident.overruled[fact.proof_id] = (when, fact)
        case log.RiskLowered():
            incident.lowered[fact.command_id] = fact
        case log.PostmortemDrafted() | log.PostmortemWritten() | log.ActionItemAdded() | log.ActionItemDone():
            _learned(incident, when, fact)
        case log.Exported():
            only_known(incident, when, fact)
        case log.NoteAdded() | log.MessageSent() | log.RunbookChosen() | log.UsersChecked():
            _noted(incident, when, fact)
        case (
            log.IncumbentReported()
            | log.OpinionAsked()
            | log.TokenMade()
            | log.TokenEnded()
            | log.CatalogueChanged()
            | log.ContactTestRequested()
            | log.ReachReported()
            | log.OverrideMade()
            | log.OverrideRemoved()
            | log.SilenceMade()
            | log.SilenceEnded()
            | log.ComponentsListed()
            | log.MaintenancePlanned()
            | log.MaintenanceEnded()
        ):
            pass  # of the site, not of an incident
        case log.TimerDue() | log.CollectRequested() | log.VerificationStarted() | log.Escalated() | log.AlertWaits():
            waking.timer(incident, when, fact)
        case _:
            assert_never(fact)


def _found(
    incident: Incident, when: Happened, fact: log.EvidenceCollected | log.MetricsReviewed | log.LogsRead | log.SuspectsRanked
) -> None:
    """What was seen by looking; of metrics and suspects the newest counts."""
    match fact:
        case log.EvidenceCollected():
            incident.evidence.append((when, fact))
        case log.MetricsReviewed():
            incident.metrics = (when, fact)
        case log.LogsRead():
            incident.logs.append((when, fact))
        case log.SuspectsRanked():
            incident.suspects = (when, fact)


def _noted(
    incident: Incident, when: Happened, fact: log.NoteAdded | log.MessageSent | log.RunbookChosen | log.UsersChecked
) -> None:
    """Items, deadlines and lines of trust are those of a runbook, by ids that another one uses for others."""
    if isinstance(fact, log.RunbookChosen):
        incident.called = fact.called or incident.severity.value
    elif isinstance(fact, log.UsersChecked):
        incident.users = "" if fact.asked or not incident.alerts else checked_in_short(fact)
        return
    else:
        incident.notes += 1
        return
    incident.runbook_sha256, incident.runbook_since = fact.runbook_sha256, when.seq
    incident.ticks.clear()
    incident.overdue.clear()
    incident.lowered.clear()


def _temporary(incident: Incident, when: Happened, fact: log.DebtTaken | log.DebtRepaid) -> None:
    """A temporary measure, and its end."""
    match fact:
        case log.DebtTaken():
            incident.debts[fact.debt] = fact
        case log.DebtRepaid():
            incident.debts.pop(fact.debt, None)
            incident.debts_repaid[fact.debt] = when


def _learned(
    incident: Incident,
    when: Happened,
    fact: log.PostmortemDrafted | log.PostmortemWritten | log.ActionItemAdded | log.ActionItemDone,
) -> None:
    match fact:
        case log.PostmortemDrafted():
            incident.postmortem, incident.postmortem_drafted = fact, when
        case log.PostmortemWritten():
            incident.written[fact.field] = fact.text
        case log.ActionItemAdded():
            incident.action_items.append(fact)
        case log.ActionItemDone():
            incident.action_items_done[fact.number] = when


def _alert(
    incident: Incident,
    when: Happened,
    fact: log.AlertReceived | log.AlertAcknowledged | log.AlertCleared | log.AlertsCounted | log.SourceAnswered,
) -> None:
    match fact:
        case log.AlertReceived():
            key = f"{fact.source}/{fact.fingerprint}"
            incident.alerts[key] = received(fact, when.seq, incident.alerts.get(key), news(incident, when, fact))
            incident.alerts_total += 1
        case log.AlertAcknowledged():
            if alert := incident.alerts.get(f"{fact.source}/{fact.fingerprint}"):
                alert.acknowledged = True
        case log.AlertCleared():
            for key, alert in incident.alerts.items():
                if key == f"{fact.source}/{fact.fingerprint}" or (not fact.source and alert.fingerprint == fact.fingerprint):
                    alert.firing = False
        case log.AlertsCounted():
            incident.alerts_total = fact.total
        case log.SourceAnswered():
            key = f"{fact.source}/{fact.fingerprint}"
            incident.answered_at_source.pop(key, None)
            if fact.status == "acknowledged":
                incident.answered_at_source[key] = fact


def _course(
    incident: Incident,
    when: Happened,
    fact: log.Declared | log.PolicyChanged | log.SeverityChanged | log.Acknowledged | log.Resolved | log.Reopened | log.Closed,
) -> None:
    match fact:
        case log.Declared():
            incident.title, incident.severity, incident.service = fact.title, fact.severity, fact.service
            incident.worst, incident.called = fact.severity, fact.called or fact.severity.value
            incident.runbook_sha256, incident.detected_at = fact.runbook_sha256, fact.detected_at
            incident.policy = fact.policy or incident.policy
            incident.wakes = fact.wakes
            incident.shadow = bool(fact.policy and fact.policy.shadow)
            found = incident.policy.service_named(fact.service) if incident.policy else None
            incident.own_target = found.target if found else ""
            incident.asks_users = bool(found and found.second_opinion and not fact.wakes)
            incident.declared, incident.channel_number = when, fact.channel_number
            incident.duties_since = Happened(when.seq, fact.detected_at, when.by)
            waking.page_from(incident, when.seq)
        case log.PolicyChanged():
            incident.policy = fact.policy
        case log.SeverityChanged():
            waking.judged(incident, when, fact.severity)
            incident.called_before, incident.called_since = incident.called, when.at
            incident.called = fact.called or fact.severity.value
            incident.raised_by = fact.raised_by
            incident.worst = min(incident.worst, fact.severity, key=lambda one: one.rank)
        case log.Acknowledged():
            incident.acknowledged = incident.acknowledged or Happened(when.seq, when.at, fact.who, fact.through, fact.named)
            incident.holders = (incident.owner,) if incident.owner else ()
            incident.unreached.clear()
            incident.joined = ""
            incident.answered = incident.answered or when
            incident.first_acknowledged = incident.first_acknowledged or Happened(when.seq, when.at, when.by, fact.through)
        case log.Resolved():
            incident.resolved = when
        case log.Reopened():
            incident.episodes.append(incident.episode)
            incident.resolved = incident.closed = incident.acknowledged = incident.answered = incident.end = None
            incident.reopened, incident.duties_since, incident.holders = when, when, ()
            incident.shadow = bool(incident.policy and incident.policy.shadow)
            incident.paging = incident.paging.end()
            waking.page_from(incident, when.seq)
        case log.Closed():
            incident.closed = when


def _item(incident: Incident, when: Happened, fact: log.ItemTicked | log.ItemUnticked | log.ItemOverdue) -> None:
    match fact:
        case log.ItemTicked():
            incident.ticks |= dict.fromkeys((fact.item_id, *fact.also), Tick(when, fact.proof_seq, fact.who, fact.note))
        case log.ItemUnticked():
            incident.ticks.pop(fact.item_id, None)
        case log.ItemOverdue():
            incident.overdue[fact.item_id] = when
