"""react(incident, entry) → the effects that it asks for."""

from collections.abc import Iterator
from datetime import UTC, datetime

from stormjib.core import action, closure, comms, proof, survey
from stormjib.core.effects.effect import (
    AnyEffect,
    Collect,
    DraftPostmortem,
    Measure,
    OpenChannel,
    Page,
    ReadLogs,
    ReviewMetrics,
    RunCommand,
    SendMessage,
    WakeAt,
)
from stormjib.core.incident import Incident
from stormjib.core.log import (
    Closed,
    CollectRequested,
    Declared,
    EffectFailed,
    Entry,
    Resolved,
    RunApproved,
    RunProposed,
    RunReleased,
    SeverityChanged,
    StatusPosted,
    TimerDue,
    VerificationStarted,
)
from stormjib.core.policy import Policy
from stormjib.core.runbook import Command, Runbook
from stormjib.core.severity import duty
from stormjib.core.snapshot import snapshots

RUNGS_MAX = 10
"""A page climbs the ladder this many times; the last rung is paged again until then."""


def react(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> tuple[AnyEffect, ...]:
    """The effects of one entry; ``incident`` is the state with the entry applied. The same on every replay."""
    match entry.fact:
        case Declared():
            return tuple(_declared(incident, entry, runbook, policy))
        case SeverityChanged():
            return (*_obliged(incident, entry, runbook, policy), *_deadlines(incident, runbook))
        case TimerDue():
            return tuple(_woken(incident, entry, runbook, policy))
        case CollectRequested(command_id=command_id):
            command = runbook.command(command_id)
            return (look(command, policy),) if command else ()
        case RunProposed(run_id=run_id, expires_at=expires_at):
            return (WakeAt(f"expire/{run_id}", timer=f"expire/{run_id}", at=expires_at + 1),)
        case RunApproved(run_id=run_id):
            return tuple(_snapshots(incident, entry, run_id, runbook, policy))
        case RunReleased(run_id=run_id):
            return _run(incident, run_id, runbook)
        case StatusPosted():
            return (SendMessage(f"status/{entry.fact.audience}", audience=entry.fact.audience, text=entry.fact.text),)
        case VerificationStarted():
            return tuple(_measures(runbook))
        case Resolved():
            return tuple(_deadlines(incident, runbook))
        case Closed():
            return (DraftPostmortem("postmortem"),)
        case EffectFailed():
            return tuple(_unreachable(incident, entry, policy))
        case _:
            return ()


def _declared(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    yield from _obliged(incident, entry, runbook, policy)
    yield from _surveyed(incident, entry, runbook, policy)
    yield from _deadlines(incident, runbook)
    yield from _next_update(incident, entry, runbook, 1)


def _surveyed(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """All that looks into things by itself, side by side, and a time after which nobody waits for the rest."""
    wanted = survey.survey(runbook, policy)
    for command in wanted.looks:
        yield look(command, policy)
    if wanted.metrics:
        yield ReviewMetrics(survey.METRICS, wanted.metrics_line, incident.detected_at, policy.probe_timeout_seconds)
    for command in wanted.logs:
        yield ReadLogs(
            f"logs/{command.id}",
            command_id=command.id,
            line=command.line,
            text=command.text,
            target=command.target,
            detected_at=incident.detected_at,
            timeout_seconds=policy.probe_timeout_seconds,
            secrets=command.secrets,
        )
    if wanted.looks or wanted.logs or wanted.metrics:
        yield WakeAt(survey.TIMER, timer=survey.TIMER, at=entry.at + survey.COMPLETE_SECONDS)


def _deadlines(incident: Incident, runbook: Runbook) -> Iterator[AnyEffect]:
    """A timer for each thing that is due at a time and not done yet; post-incident deadlines start with the resolution."""
    for item in proof.items(incident, runbook):
        if item.deadline_minutes is None or item.id in incident.ticks or item.id in incident.overdue:
            continue
        after = proof.counts_from_resolution(item, runbook)
        since = incident.resolved.at if after and incident.resolved else incident.detected_at
        if after == (incident.resolved is not None):
            yield WakeAt(f"item/{item.id}", timer=f"item/{item.id}", at=since + item.deadline_minutes * 60)


def _obliged(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """What the severity obliges to, each thing once in the incident's life."""
    owed = duty(incident.severity, policy.immediately_minutes)
    if owed.opens_channel and incident.channel is None:
        yield OpenChannel("channel", name=channel_name(entry.at), topic=incident.title)
    if owed.pages and not incident.pages and incident.acknowledged is None:
        yield _page(incident, policy, 0)
        yield WakeAt("escalate/1", timer="escalate/1", at=entry.at + policy.escalate_minutes * 60)
    if owed.tells_leadership:
        text = f"{incident.severity.value}: {incident.title} ({incident.id})"
        yield SendMessage("leadership", audience=comms.leadership_audience(runbook), text=text)


def channel_name(at: float) -> str:
    """``#incident-YYYY-MM-DD-HHMMSS`` in UTC, as the runbook's step 3 asks."""
    return f"#incident-{datetime.fromtimestamp(at, UTC):%Y-%m-%d-%H%M%S}"


def _page(incident: Incident, policy: Policy, rung: int) -> Page:
    who = policy.responders[min(rung, len(policy.responders) - 1)] if policy.responders else "on-call"
    url = f"{policy.base_url}/incidents/{incident.id}"
    return Page(f"page/{rung}", who=who, rung=rung, title=incident.title, severity=incident.severity.value, url=url)


def _woken(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    kind, _, name = entry.fact.key.partition("/") if isinstance(entry.fact, TimerDue) else ("", "", "")
    if kind == "escalate" and incident.open and incident.acknowledged is None:
        rung = int(name)
        yield _page(incident, policy, rung)
        if rung < RUNGS_MAX:
            at = entry.at + policy.escalate_minutes * 60
            yield WakeAt(f"escalate/{rung + 1}", timer=f"escalate/{rung + 1}", at=at)
    run = incident.runs.get(name) if kind == "release" else None
    if run is not None and run.state == "approved" and action.waits_again(run, entry.at, policy):
        yield _release_later(name, entry.at, policy)
    if kind == "cadence":
        yield from _next_update(incident, entry, runbook, int(name) + 1)


def _unreachable(incident: Incident, entry: Entry, policy: Policy) -> Iterator[AnyEffect]:
    """A page that can't be delivered climbs at once: nobody waits for a rung that can't be reached."""
    fact = entry.fact
    if not isinstance(fact, EffectFailed) or not fact.permanent or not fact.effect.startswith("page/"):
        return
    rung = int(fact.effect.partition("/")[2]) + 1
    if incident.open and incident.acknowledged is None and rung < len(policy.responders):
        yield _page(incident, policy, rung)


def _next_update(incident: Incident, entry: Entry, runbook: Runbook, number: int) -> Iterator[AnyEffect]:
    """One timer at a time for the updates: it looks again when the newest update has become old enough to be followed."""
    due_at = comms.next_update_at(incident, runbook)
    task = comms.cadence_task(runbook)
    if due_at is None or task is None or task.cadence_minutes is None:
        return
    at = due_at if due_at > entry.at + 1 else entry.at + task.cadence_minutes[1] * 60
    yield WakeAt(f"cadence/{number}", timer=f"cadence/{number}", at=at)


def look(command: Command, policy: Policy) -> Collect:
    """The look at a proven read: in its bounded form, within its limits."""
    return Collect(
        f"collect/{command.id}",
        command_id=command.id,
        line=command.line,
        text=command.text,
        run_as=command.bounded or command.text,
        target=command.target,
        timeout_seconds=command.timeout_seconds or policy.probe_timeout_seconds,
        secrets=command.secrets,
        expect=command.expect or "",
    )


def _snapshots(incident: Incident, entry: Entry, run_id: str, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """What the approved command would wipe out is looked at first; a look that hangs does not hold it up for ever."""
    run = incident.runs[run_id]
    command = runbook.command(run.proposal.command_id)
    wanted = snapshots(command, runbook, policy) if command and run.state == "approved" else ()
    for snapshot in wanted:
        yield Collect(
            f"before/{run_id}/{snapshot.command_id}",
            command_id=snapshot.command_id,
            line=snapshot.line,
            text=snapshot.text,
            run_as=snapshot.run_as,
            target=snapshot.target,
            timeout_seconds=policy.probe_timeout_seconds,
            before_run=run_id,
            secrets=snapshot.secrets,
        )
    if wanted:
        yield _release_later(run_id, entry.at, policy)


def _release_later(run_id: str, at: float, policy: Policy) -> WakeAt:
    seconds = policy.probe_timeout_seconds + action.SNAPSHOT_SPARE_SECONDS
    return WakeAt(f"release/{run_id}", timer=f"release/{run_id}", at=at + seconds)


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
        ),
    )


def _measures(runbook: Runbook) -> Iterator[AnyEffect]:
    for step in closure.verification_steps(runbook):
        for task in runbook.tasks_of(step.id):
            if closure.measurement(task):
                yield Measure(f"measure/{task.id}", task_id=task.id, line=task.line, name=closure.measurement(task))
