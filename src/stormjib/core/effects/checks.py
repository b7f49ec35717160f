"""The effects that look into things: initial triage, snapshots before a command, measurements, and when nobody waits longer."""

from collections.abc import Iterator

from stormjib.core import guard, initial_triage, recovery
from stormjib.core.effects.effect import AnyEffect, Collect, Measure, ReadLogs, ReviewMetrics, WakeAt
from stormjib.core.incident import Incident
from stormjib.core.log import Entry, Verified
from stormjib.core.policy import Policy
from stormjib.core.runbook import Command, Runbook
from stormjib.core.snapshot import snapshots

HOLD = "hold"
"""The kind of timer with which it is seen whether what was measured still holds."""


def triaged(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """All that is checked by itself, side by side, and a time after which nobody waits for the rest."""
    wanted = initial_triage.initial_triage(runbook, policy)
    for command in wanted.checks:
        yield look(command, policy)
    if wanted.metrics:
        yield _review(initial_triage.METRICS, wanted, incident, policy)
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
            place=command.place,
        )
    if wanted.checks or wanted.logs or wanted.metrics:
        yield WakeAt(initial_triage.TIMER, timer=initial_triage.TIMER, at=entry.at + initial_triage.COMPLETE_SECONDS)
        yield WakeAt("impact/0", timer="impact/0", at=entry.at + initial_triage.MEASURED_AGAIN_SECONDS[0])


def _review(key: str, wanted: initial_triage.InitialTriage, incident: Incident, policy: Policy) -> ReviewMetrics:
    return ReviewMetrics(key, wanted.metrics_line, incident.detected_at, policy.probe_timeout_seconds)


def measured_again(incident: Incident, turn: int, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """The impact once more, and when to do so next; a resolved incident has none."""
    if not incident.open or incident.declared is None:
        return
    wanted = initial_triage.initial_triage(runbook, policy)
    for command in initial_triage.measured_again(incident, runbook, policy):
        yield look(command, policy)
    if wanted.metrics:
        yield _review(initial_triage.METRICS, wanted, incident, policy)
    if turn + 1 < len(initial_triage.MEASURED_AGAIN_SECONDS):
        timer = f"impact/{turn + 1}"
        yield WakeAt(timer, timer=timer, at=incident.declared.at + initial_triage.MEASURED_AGAIN_SECONDS[turn + 1])


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
        place=command.place,
    )


def snapshots_before(incident: Incident, entry: Entry, run_id: str, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """What the approved command would wipe out is checked first; a check that hangs does not hold it up for ever."""
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
            place=snapshot.place,
        )
    if wanted:
        yield release_later(run_id, entry.at, policy)


def release_later(run_id: str, at: float, policy: Policy) -> WakeAt:
    """When an approved command no longer waits for what is kept before it."""
    seconds = policy.probe_timeout_seconds + guard.SNAPSHOT_SPARE_SECONDS
    return WakeAt(f"release/{run_id}", timer=f"release/{run_id}", at=at + seconds)


def measures(incident: Incident, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """What proves the recovery."""
    for wanted in recovery.measurements(incident, runbook, policy):
        yield _measure(wanted)


def _measure(wanted: recovery.Measurement) -> Measure:
    return Measure(f"measure/{wanted.task_id}", task_id=wanted.task_id, line=wanted.line, name=wanted.proof)


def holding(incident: Incident, task_id: str, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyEffect]:
    """What is good and has to stay so for a while is measured again: each measurement sets the timer for the next one."""
    for wanted in recovery.measurements(incident, runbook, policy):
        due_at = recovery.measured_again_at(incident, wanted) if wanted.task_id == task_id else None
        if due_at is not None and isinstance(entry.fact, Verified):
            yield WakeAt(f"{HOLD}/{task_id}", timer=f"{HOLD}/{task_id}", at=due_at)
        elif due_at is not None and due_at <= entry.at + 1:
            yield _measure(wanted)
