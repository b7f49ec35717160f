"""The exit criteria and the recovery test: what must be proven before anyone may call it over."""

from collections.abc import Iterator

import msgspec

from stormjib.core import comms
from stormjib.core.alert import StillFiring
from stormjib.core.duties import counts_from_resolution, done, items
from stormjib.core.firing import firing_words
from stormjib.core.guard import closing_steps
from stormjib.core.incident import Incident
from stormjib.core.kinds import Demand
from stormjib.core.policy import Policy
from stormjib.core.recovery import (
    Measurement,
    behind_the_door,
    disrupted_after,
    fresh,
    held_seconds,
    is_stale,
    measurements,
    tasks_of_recovery,
    unmeasured,
    verification_steps,
)
from stormjib.core.redact import shown
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Item, Runbook, Step, Task, item_text
from stormjib.core.text.units import duration

UNMEASURED = Policy()
"""Of a site that has set up nothing to measure."""
NO_MORE = StillFiring()
CUSTOMERS_TOLD = "customers are told that it is resolved"
_UNFINISHED = {"approved", "released", "started"}


class Criterion(msgspec.Struct, frozen=True):
    """One condition, the line it comes from (0 for stormjib's own rule), whether it holds, and what proves or lacks it.

    ``by``: ``measured``; ``word`` where a person has to say what nothing measures; ``said`` where nothing could; "" where the
    log tells. ``proof_id`` is what a person may overrule, "" where nobody may.
    """

    name: str
    line: int
    met: bool
    detail: str
    by: str = ""
    proof_id: str = ""
    measured_at: float | None = None
    """When what counts was measured, in seconds since the epoch; None where nothing that counts was."""


def resolution_criteria(
    incident: Incident, runbook: Runbook, *, policy: Policy = UNMEASURED, alerts: StillFiring = NO_MORE
) -> tuple[Criterion, ...]:
    """What must hold before the service may be called restored; ``alerts``: what the store knows of those that fire.

    A temporary measure that keeps users out is no recovery: it is off first, and what users get is measured afterwards.
    """
    firing = firing_words(incident, alerts)
    running = [run_id for run_id, run in incident.runs.items() if run.state in _UNFINISHED]
    unknown = [run_id for run_id, run in incident.runs.items() if run.state == "unknown"]
    tasks = tasks_of_recovery(incident, runbook, policy)
    wanted = measurements(incident, runbook, policy)
    measured = {one.task_id: one for one in wanted if one.line}
    return (
        Criterion("no alert fires", 0, not firing, firing or "all alerts are clear"),
        Criterion("no command is under way", 0, not running, ", ".join(running) or "none"),
        Criterion("no outcome is unknown", 0, not unknown, ", ".join(unknown) or "none"),
        *_measures_off(incident, runbook),
        *(_task(incident, task, measured.get(task.id), policy) for task in tasks),
        *(_measured(incident, one) for one in wanted if not one.line),
    )


def proof_of_recovery(criteria: tuple[Criterion, ...]) -> str:
    """What a recovery rests on, in words: never more than there is."""
    by = {criterion.by: criterion.detail for criterion in criteria if criterion.by}
    word = by.get("word", "") or by.get("said", "")
    if "measured" in by:
        return f"the recovery is measured in part; {word}" if word else "the recovery is proven by measurement"
    return word or "nothing measured the recovery"


def closure_criteria(
    incident: Incident, runbook: Runbook, *, policy: Policy = UNMEASURED, alerts: StillFiring = NO_MORE
) -> tuple[Criterion, ...]:
    """Everything that must hold before the incident may be closed."""
    resolved = Criterion("the incident is resolved", 0, incident.resolved is not None, "" if incident.resolved else "not yet")
    told = tuple(_customers_told(incident, runbook))
    steps = tuple(criterion for step in closing_steps(runbook) for criterion in _closing(incident, runbook, step))
    checklist = runbook.checklist(incident.severity.value)
    asked = {task.line for step in (*closing_steps(runbook), *verification_steps(runbook)) for task in runbook.tasks_of(step.id)}
    boxed = checklist.items if checklist else ()
    listed = [item for item in boxed if item.demand is Demand.REQUIRED and item.line not in asked]
    boxes = tuple(_ticked(incident, item) for item in listed if not counts_from_resolution(item, runbook))
    return (*resolution_criteria(incident, runbook, policy=policy, alerts=alerts), resolved, *told, *steps, *boxes)


def _customers_told(incident: Incident, runbook: Runbook) -> Iterator[Criterion]:
    """Customers who were told of it are told its end as well."""
    posted = [(when, post) for when, post in incident.told if post.audience == comms.CUSTOMERS]
    if posted:
        owed = comms.last_update(incident, runbook)
        detail = f"stormjib status post {incident.id} --stage Resolved --audience customers"
        answered = _overruled(incident, "customers", CUSTOMERS_TOLD, 0, posted[-1][0].seq)
        told = Criterion(
            CUSTOMERS_TOLD, 0, not owed, detail if owed else f"entry {posted[-1][0].seq}", proof_id="customers" if owed else ""
        )
        yield answered or told


def owed(incident: Incident, runbook: Runbook) -> str:
    """What is still to be done although the incident is closed, one of it as a sentence; "" where nothing is."""
    if incident.debts:
        return f"{next(iter(incident.debts))} is still on."
    if incident.action_items_open:
        item = next(iter(incident.action_items_open.values()))
        return f"The action item of {item.owner} is not done: {item.text}"
    if incident.end:
        return ""
    after = (item for item in items(incident, runbook) if counts_from_resolution(item, runbook))
    left = next((item for item in after if done(incident, item) is None), None)
    return f"It is not done: {item_text(left)} (line {left.line})" if left else ""


def overrulable(incident: Incident, runbook: Runbook, policy: Policy) -> dict[str, Criterion]:
    """What a person may answer for, by its id: proofs of the recovery, items that were not done; never what may destroy."""
    wanted = {one.task_id: one for one in measurements(incident, runbook, policy)}
    tasks = [task for step in verification_steps(runbook) for task in runbook.tasks_of(step.id)]
    commands = [command for step in closing_steps(runbook) for command in runbook.commands_of(step.id)]
    checklist = runbook.checklist(incident.severity.value)
    closing = [task for step in closing_steps(runbook) for task in runbook.tasks_of(step.id)]
    boxes: list[Item | Task] = [*closing, *(checklist.items if checklist else ()), *(one for one in tasks if not one.proved_by)]
    return {
        **{told.proof_id: told for told in _customers_told(incident, runbook) if told.proof_id},
        **{measure.proof_id: measure for measure in _measures_off(incident, runbook) if measure.proof_id},
        **{box.id: _ticked(incident, box) for box in boxes},
        **{one.task_id: _measured(incident, one) for one in wanted.values()},
        **{
            task.id: _task(incident, task, wanted.get(task.id), policy)
            for task in tasks_of_recovery(incident, runbook, policy)
            if task.proved_by
        },
        **{command.id: _succeeded(incident, command) for command in commands if command.risk is not Risk.DESTROY},
    }


def _task(incident: Incident, task: Task, wanted: Measurement | None, policy: Policy) -> Criterion:
    """A verification task: measured, where its service's checks prove it; else a person's word, shown as such."""
    if not task.proved_by:
        ticked = _ticked(incident, task)
        tick = incident.ticks.get(task.id)
        detail = f"confirmed by {tick.who}; not measured" if tick is not None and tick.who else ticked.detail
        return msgspec.structs.replace(ticked, by="" if tick is not None and tick.proof_seq else "said", detail=detail)
    found = fresh(incident, task.id)
    name = task.label or task.text
    overruled = _overruled(incident, task.id, name, task.line, found[0].seq if found else 0)
    if overruled:
        return overruled
    if found is not None and found[1].measured:
        return _measured(incident, wanted or Measurement(task.id, task.line, task.proved_by, name))
    if wanted is not None and found is None:
        return _measured(incident, wanted)
    tick = incident.ticks.get(task.id)
    if tick is not None and not is_stale(incident, tick.done.seq):
        return Criterion(
            name, task.line, met=True, detail=f"confirmed by {tick.who or 'the log'}; not measured", by="word", proof_id=task.id
        )
    lacks = found[1].detail if found is not None and not found[1].measured else unmeasured(incident, policy, task.proved_by)
    detail = f"{lacks} Check it by hand, then: stormjib incident check-off {incident.id} {task.id}"
    return Criterion(name, task.line, met=False, detail=detail, by="word", proof_id=task.id)


def _measured(incident: Incident, wanted: Measurement) -> Criterion:
    found = fresh(incident, wanted.task_id)
    tick = incident.ticks.get(wanted.task_id)
    name, line = wanted.name, wanted.line
    overruled = _overruled(incident, wanted.task_id, name, line, found[0].seq if found else 0)
    if overruled:
        return overruled
    again = f"stormjib incident verify {incident.id}"
    if found is None and tick is not None and tick.who and not is_stale(incident, tick.done.seq):
        return Criterion(
            name, line, met=True, detail=f"confirmed by {tick.who}; not measured", by="word", proof_id=wanted.task_id
        )
    if found is None:
        return Criterion(name, line, met=False, detail=f"not measured: {again}", by="measured", proof_id=wanted.task_id)
    later = disrupted_after(incident, found[0].seq)
    if later:
        detail = f"{later} ran after the measurement (entry {found[0].seq}): {again}"
        return Criterion(name, line, met=False, detail=detail, by="measured", proof_id=wanted.task_id)
    behind = found[1].ok and behind_the_door(incident, found[0].seq)
    if behind:
        detail = f"{found[1].detail} (entry {found[0].seq}), but not for users: {behind} kept them out; when it is off: {again}"
        return Criterion(name, line, met=False, detail=detail, by="measured", proof_id=wanted.task_id)
    if not found[1].measured:
        return Criterion(name, line, met=True, detail=f"{found[1].detail} (entry {found[0].seq})")
    at, task_id = found[0].at, wanted.task_id
    detail = f"{found[1].detail} (entry {found[0].seq}){'' if found[1].ok else _measure_in_force(incident)}"
    held = held_seconds(incident, task_id)
    early = found[1].ok and held < wanted.hold_minutes * 60
    if early:
        since = f"for {duration(held)} of {duration(wanted.hold_minutes * 60)} so far"
        detail = f"{detail}, {since}; it is measured again by itself until the time is over"
    return Criterion(name, line, met=found[1].ok and not early, detail=detail, by="measured", proof_id=task_id, measured_at=at)


def _overruled(incident: Incident, proof_id: str, name: str, line: int, seq: int) -> Criterion | None:
    """What a person answers for, unless it was measured later, disrupted later, or is from before the reopening."""
    found = incident.overruled.get(proof_id)
    if found is None or found[0].seq < seq or is_stale(incident, found[0].seq) or disrupted_after(incident, found[0].seq):
        return None
    detail = f"overruled by {found[1].who}, not measured: {found[1].reason} (entry {found[0].seq})"
    return Criterion(name, line, met=True, detail=detail, by="word")


def _ticked(incident: Incident, item: Item | Task) -> Criterion:
    """Done by what the log proves or a person says, or not done, and a person answers for that."""
    found, answered = done(incident, item), incident.overruled.get(item.id)
    name, line = item_text(item), item.line
    if found is not None:
        detail = f"entry {found.proof_seq}" if found.proof_seq else f"confirmed by {found.who}"
        return Criterion(name, line, met=True, detail=detail)
    if answered and not is_stale(incident, answered[0].seq):
        detail = f"not done; {answered[1].who} answers for that: {answered[1].reason} (entry {answered[0].seq})"
        return Criterion(name, line, met=True, detail=detail)
    detail = f"not done: stormjib incident check-off {incident.id} {item.id}"
    return Criterion(name, line, met=False, detail=detail, by="word", proof_id=item.id)


def _closing(incident: Incident, runbook: Runbook, step: Step) -> tuple[Criterion, ...]:
    commands = tuple(_succeeded(incident, command) for command in runbook.commands_of(step.id) if _is_required(incident, command))
    asked = (task for task in runbook.tasks_of(step.id) if task.demand is Demand.REQUIRED)
    tasks = tuple(_ticked(incident, task) for task in asked if not runbook.is_afterwards(task))
    return (*commands, *tasks)


def _is_required(incident: Incident, command: Command) -> bool:
    """Clearing maintenance mode is asked for only where this incident switched it on (or still has it on)."""
    return command.maintenance is None or bool(incident.debts)


def _succeeded(incident: Incident, command: Command) -> Criterion:
    name = command.label or shown(command.text)
    evidence = incident.collected(command.id, command.text)
    finished = [run for run in incident.runs.values() if run.proposal.command_id == command.id and run.result]
    if evidence is not None and not finished:
        seq, ok = evidence[0].seq, evidence[1].ok
    elif finished and finished[-1].result and finished[-1].ended:
        seq, ok = finished[-1].ended.seq, finished[-1].result.ok
    else:
        seq, ok = 0, False
    overruled = _overruled(incident, command.id, name, command.line, seq)
    if overruled:
        return overruled
    proof_id = "" if command.risk is Risk.DESTROY else command.id
    if is_stale(incident, seq):
        return Criterion(
            name, command.line, met=False, detail=f"not run: stormjib run start {incident.id} {command.id}", proof_id=proof_id
        )
    detail = f"entry {seq}" if ok else f"failed in entry {seq}; run it again{_measure_in_force(incident)}"
    return Criterion(name, command.line, met=ok, detail=detail, proof_id=proof_id)


def _measure_in_force(incident: Incident) -> str:
    """That a temporary measure may be why a check fails, and what to run before trying again."""
    return "".join(
        f"; {debt} is still on, which may be why: switch it off first, stormjib run start {incident.id} {taken.repaid_by}"
        for debt, taken in incident.debts.items()
    )


def _measures_off(incident: Incident, runbook: Runbook) -> Iterator[Criterion]:
    """Each temporary measure in force; a person answers only for one that no command of the runbook switches off, or could confirm."""
    for debt, taken in incident.debts.items():
        name, proof_id = f"{debt} is off", f"off-{'-'.join(debt.split())}"
        command = runbook.command(taken.repaid_by)
        runs = [run.result for run in incident.runs.values() if command and run.proposal.command_id == command.id]
        open_to = proof_id if not command or any(one and one.exit_code == 0 for one in runs) else ""
        how = (
            f"; switch it off: stormjib run start {incident.id} {command.id}"
            if command
            else ", and no command of the runbook switches it off"
        )
        line = command.line if command else 0
        unmet = Criterion(name, line, met=False, detail=f"it is still on{how}", proof_id=open_to)
        yield (_overruled(incident, proof_id, name, line, 0) if open_to else None) or unmet
