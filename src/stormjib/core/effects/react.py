"""react(incident, entry) → the effects that it asks for."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from stormjib.core import comms, duties, guard, initial_triage, log, opinion, roles, silence, values
from stormjib.core.catalogue.contact import IGNORES_QUIET
from stormjib.core.effects import audiences, chat, checks, messages, pages, told_roles, undecided
from stormjib.core.effects.answers import answers
from stormjib.core.effects.effect import (
    AnyEffect,
    CheckUsers,
    DraftPostmortem,
    RunCommand,
    SendMessage,
    WakeAt,
)
from stormjib.core.effects.updates import updates
from stormjib.core.incident import Incident
from stormjib.core.incident import joined as joins
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import duty
from stormjib.core.shell import name_of

STAYS: Final = (WakeAt, DraftPostmortem, CheckUsers)
"""What a server in shadow does; it decides by what users get, as it would."""


def react(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> tuple[AnyEffect, ...]:
    """The effects of one entry; ``incident`` is the state with the entry applied. The same on every replay.

    They follow from the policy that the log holds; the ``policy`` of today counts only for logs that hold none. In shadow nothing
    is asked for that leaves: neither of an incident that was declared so, nor of any while the server is so. A test of somebody's own
    contact method does.
    """
    walled = (policy.shadow or incident.shadow) and not isinstance(entry.fact, log.ContactTestRequested)
    found = _effects(incident, entry, runbook, policy)
    return tuple(one for one in found if isinstance(one, STAYS)) if walled else found


def _effects(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> tuple[AnyEffect, ...]:
    policy = incident.policy or policy
    now = values.filled(runbook, incident, policy)
    looks = _gained(incident, entry.fact, runbook, now, policy)
    asked = (*_asked_for(incident, entry, now, policy), *looks, *updates(incident, entry, policy))
    found = (*asked, *answers(incident, entry, policy), *chat.posts(incident, entry, runbook, policy))
    if not (incident.open and incident.severity.value == IGNORES_QUIET):
        return found
    return tuple(replace(one, urgent=True) if isinstance(one, SendMessage) else one for one in found)


def _gained(incident: Incident, fact: log.AnyFact, runbook: Runbook, now: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """The checks of the first minute that lacked nothing but the value that is known now are done now."""
    printed = runbook.command(fact.command_id) if isinstance(fact, log.EvidenceCollected) and not fact.before_run else None
    name = (
        fact.name if isinstance(fact, log.ValueGiven) else name_of(f"${printed.assigns}") if printed and printed.assigns else ""
    )
    checks_now = {one.id for one in initial_triage.initial_triage(now, policy).checks} if name and incident.open else ()
    for command in values.gained(runbook, now, incident, name, policy) if checks_now else ():
        if command.id in checks_now:
            yield checks.look(command, policy)


def _asked_for(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> tuple[AnyEffect, ...]:
    match entry.fact:
        case log.Declared():
            return tuple(_declared(incident, entry, runbook, policy))
        case log.AlertReceived() if joins.together(incident, entry.seq):
            timer = f"{messages.JOINED}/{entry.seq}"
            return (WakeAt(timer, timer=timer, at=entry.at + joins.TOGETHER_SECONDS + 1),)
        case log.AlertWaits():
            return tuple(messages.waits(entry.fact, policy))
        case log.OpinionAsked(service=service, seconds=seconds):
            timer = f"{opinion.TIMER}/{entry.seq}"
            return CheckUsers(opinion.USERS, service, entry.seq), WakeAt(timer, timer=timer, at=entry.at + seconds)
        case log.SeverityChanged():
            return (*_obliged(incident, entry, runbook, policy), *_deadlines(incident, runbook))
        case log.RunbookChosen():
            return (*checks.triaged(incident, entry, runbook, policy), *_deadlines(incident, runbook))
        case log.Reopened():
            return tuple(_reopened(incident, entry, runbook, policy))
        case log.TimerDue():
            return tuple(_woken(incident, entry, runbook, policy))
        case log.CollectRequested(command_id=command_id):
            command = runbook.command(command_id)
            return (checks.look(command, policy),) if command else ()
        case log.RunProposed():
            return tuple(messages.proposed(incident, entry.at, entry.fact, policy))
        case log.RunApproved(run_id=run_id):
            return tuple(checks.snapshots_before(incident, entry, run_id, runbook, policy))
        case log.RunForced(run_id=run_id):
            return (
                *checks.snapshots_before(incident, entry, run_id, runbook, policy),
                *messages.forced(incident, entry.fact, runbook, policy),
            )
        case log.RunReleased(run_id=run_id):
            return _run(incident, run_id, runbook)
        case log.OutcomeUnknown(run_id=run_id):
            return tuple(messages.outcome_unknown(incident, run_id, policy))
        case log.StatusPosted():
            to = entry.fact.audience
            return tuple(audiences.told(f"status/{to}", to, entry.fact.text, runbook, policy))
        case log.VerificationStarted():
            return tuple(checks.measures(incident, runbook, policy))
        case log.Verified(task_id=task_id):
            return tuple(checks.holding(incident, task_id, entry, runbook, policy))
        case log.Resolved():
            later = (*_deadlines(incident, runbook), *messages.reminders(entry.at, runbook))
            return (*later, *messages.resolved(incident, entry.fact, runbook, policy))
        case log.Ended():
            return tuple(messages.ended(incident, entry.fact, runbook, policy))
        case log.ActionItemAdded(due=due):
            return (*messages.due(len(incident.action_items), due), *_drafted(incident))
        case log.Closed() | log.ActionItemDone() | log.PostmortemWritten():
            return _drafted(incident)
        case log.PageHeld(who=who, summary_seconds=seconds) if seconds > 0:
            return (WakeAt(f"storm/{who}", timer=f"storm/{who}", at=entry.at + seconds),)
        case log.PageSent(who=who, sums_up=True, further=False):
            return tuple(pages.summary_steps(incident, entry, who))
        case log.ItemOverdue():
            return tuple(messages.overdue(incident, entry, entry.fact, runbook, policy))
        case log.EffectFailed():
            return (*undecided.unreachable(incident, entry, policy), *pages.further(incident, entry, policy))
        case log.RoleOffered() | log.RoleTaken() | log.RoleLeft() | log.RolesVacant():
            return tuple(told_roles.told(incident, entry.seq, entry.fact, policy))
        case log.ContactTestRequested():
            return (messages.test(entry.fact),)
        case log.ReachReported():
            return tuple(messages.reach(entry.fact, policy))
        case log.SilenceMade(end=end):
            timer = f"{silence.TIMER}/{entry.seq}"
            return (WakeAt(timer, timer=timer, at=end, by_clock=True),)
        case log.PageRequested():
            return tuple(pages.requested(incident, entry, entry.fact, policy))
        case _:
            return ()


def _declared(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    yield from _obliged(incident, entry, runbook, policy)
    if incident.asks_users:
        yield CheckUsers(opinion.USERS, incident.service)
    yield from checks.triaged(incident, entry, runbook, policy)
    yield from _deadlines(incident, runbook)
    yield from _next_update(incident, entry, runbook, 1)


def _reopened(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """It is an emergency again: everything that a declaration obliges to, except for looking into it by itself."""
    yield from _obliged(incident, entry, runbook, policy)
    yield from _deadlines(incident, runbook)
    yield from _next_update(incident, entry, runbook, 1)


def _deadlines(incident: Incident, runbook: Runbook) -> Iterator[AnyEffect]:
    """A timer for each thing that is due at a time and not done yet; post-incident deadlines start with the resolution."""
    for item in duties.items(incident, runbook):
        due_at = duties.due_at(incident, item, runbook)
        if due_at is None or duties.done(incident, item) or duties.said_overdue(incident, item, runbook):
            continue
        if duties.counts_from_resolution(item, runbook) == (incident.resolved is not None):
            yield WakeAt(f"item/{item.id}", timer=f"item/{item.id}", at=due_at)


def _obliged(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """What the severity obliges to, from this entry on. Whoever was woken for less is woken again for more."""
    owed = duty(incident.severity, policy.immediately_minutes)
    if incident.channel_asked == entry.seq:
        yield chat.channel(incident, entry, policy)
    yield from undecided.begun(incident, entry, policy)
    if owed.pages and policy.role_minutes:
        timer = f"{roles.TIMER}/{entry.seq}"
        yield WakeAt(timer, timer=timer, at=entry.at + policy.role_minutes * 60)
    told = comms.tells_leadership(incident.severity, runbook)
    again = ", open again" if isinstance(entry.fact, log.Reopened) else ""
    text = f"{incident.called}: {incident.headline} ({incident.id}{again})"
    if isinstance(entry.fact, log.SeverityChanged):
        told = told or (incident.open and comms.tells_leadership(incident.worst, runbook))
        now = f"{incident.called} now, {incident.called_before} before"
        text = f"{incident.id} is {now}: {entry.fact.reason.rstrip('.')}. It is: {incident.headline}"
    if told:
        yield from audiences.told(comms.LEADERSHIP, comms.LEADERSHIP, text, runbook, policy)


def _woken(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    if not isinstance(entry.fact, log.TimerDue):
        return
    yield from undecided.escalated(incident, entry, policy)
    yield from pages.further(incident, entry, policy)
    kind, _, name = entry.fact.key.partition("/")
    if kind == "storm":
        yield from pages.summary(incident, policy, name)
    if kind == pages.SUMMARY_STEP:
        yield from pages.summary_step(incident, policy, name)
    if kind == "impact":
        yield from checks.measured_again(incident, int(name), runbook, policy)
    run = incident.runs.get(name) if kind in {"release", messages.DECIDE} else None
    if run is not None and kind == messages.DECIDE and run.state == "proposed" and entry.at < run.proposal.expires_at:
        yield from messages.decision_waits(run, entry.at, policy)
    if run is not None and kind == "release" and run.state == "approved" and guard.waits_again(run, entry.at, policy):
        yield checks.release_later(name, entry.at, policy)
    if kind == messages.JOINED:
        yield from messages.joined(incident, int(name), policy)
    if kind == messages.AFTER:
        yield from messages.left_to_do(incident, int(name), entry.at, runbook, policy)
    if kind == messages.ACTION:
        yield from messages.action_due(incident, name, entry.at, policy)
    if kind == checks.HOLD:
        yield from checks.holding(incident, name, entry, runbook, policy)
    if kind == "cadence":
        yield from _next_update(incident, entry, runbook, int(name) + 1)


def _drafted(incident: Incident) -> tuple[AnyEffect, ...]:
    """The post-mortem that is kept is that of a closed incident, and follows what is written into it later."""
    return (DraftPostmortem("postmortem"),) if incident.closed else ()


def _next_update(incident: Incident, entry: log.Entry, runbook: Runbook, number: int) -> Iterator[AnyEffect]:
    """One timer at a time for the updates: it looks again when the newest update has become old enough to be followed."""
    due_at = comms.next_update_at(incident, runbook)
    task = comms.cadence_task(incident, runbook)
    if due_at is None or task is None or task.cadence_minutes is None:
        return
    at = due_at if due_at > entry.at + 1 else entry.at + task.cadence_minutes[1] * 60
    yield WakeAt(f"cadence/{number}", timer=f"cadence/{number}", at=at)


def _run(incident: Incident, run_id: str, runbook: Runbook) -> tuple[AnyEffect, ...]:
    asked = incident.runs[run_id].proposal
    command = runbook.command(asked.command_id)
    if command is None or command.fingerprint != asked.fingerprint:
        return ()
    return (
        RunCommand(
            f"run/{run_id}",
            run_id=run_id,
            command_id=asked.command_id,
            text=command.bounded or command.text,
            risk=asked.risk,
            target=asked.target,
            timeout_seconds=asked.timeout_seconds,
            secrets=command.secrets,
            place=asked.place,
        ),
    )
