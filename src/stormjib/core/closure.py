"""The exit criteria and the recovery test: what must be proven before anyone may call it over."""

import msgspec

from stormjib.core.action import closing_steps
from stormjib.core.alert import StillFiring
from stormjib.core.duties import done, items
from stormjib.core.incident import Happened, Incident, Refused
from stormjib.core.log import (
    Acknowledged,
    AnyFact,
    Closed,
    ItemTicked,
    ItemUnticked,
    NoteAdded,
    ProofOverruled,
    Resolved,
    VerificationStarted,
    Verified,
)
from stormjib.core.policy import Policy
from stormjib.core.recovery import Measurement, measurements, unmeasured, verification_steps
from stormjib.core.respond import firing_words
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Item, Runbook, Step, Task, item_text

UNMEASURED = Policy()
"""Of a site that has set up nothing to measure."""
ACKNOWLEDGE = "acknowledge"
NO_MORE = StillFiring()
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


def verify(incident: Incident, runbook: Runbook, policy: Policy, who: str) -> list[AnyFact]:
    """Measure the recovery now. Where nothing measures its service, people check off the verification items instead."""
    if incident.declared is None or incident.closed:
        message = f"{incident.id} is not open, so there is no recovery to measure."
        raise Refused(message)
    if not measurements(incident, runbook, policy):
        items_left = f"check off the verification items: stormjib incident tick {incident.id} ITEM."
        by_hand = items_left if any(runbook.tasks_of(step.id) for step in verification_steps(runbook)) else "resolve it."
        message = f"{unmeasured(incident, policy)[:1].upper()}{unmeasured(incident, policy)[1:]} Test by hand, then {by_hand}"
        raise Refused(message)
    return [VerificationStarted(who)]


def resolution_criteria(
    incident: Incident, runbook: Runbook, *, policy: Policy = UNMEASURED, alerts: StillFiring = NO_MORE
) -> tuple[Criterion, ...]:
    """What must hold before the service may be called restored; ``alerts``: what the store knows of those that fire."""
    firing = firing_words(incident, alerts)
    running = [run_id for run_id, run in incident.runs.items() if run.state in _UNFINISHED]
    unknown = [run_id for run_id, run in incident.runs.items() if run.state == "unknown"]
    tasks = [task for step in verification_steps(runbook) for task in runbook.tasks_of(step.id) if not task.condition]
    wanted = measurements(incident, runbook, policy)
    measured = {one.task_id: one for one in wanted if one.line}
    return (
        Criterion("no alert fires", 0, not firing, firing or "all alerts are clear"),
        Criterion("no command is under way", 0, not running, ", ".join(running) or "none"),
        Criterion("no outcome is unknown", 0, not unknown, ", ".join(unknown) or "none"),
        *(_task(incident, runbook, task, measured.get(task.id), policy) for task in tasks),
        *(_measured(incident, one) for one in wanted if not one.line),
    )


def proof_of_recovery(criteria: tuple[Criterion, ...]) -> str:
    """What a recovery rests on, in words: never more than there is."""
    by = {criterion.by: criterion.detail for criterion in criteria if criterion.by}
    word = by.get("word", "")
    if "measured" in by:
        return f"the recovery is measured in part; {word}" if word else "the recovery is proven by measurement"
    return word or by.get("said", "nothing measured the recovery")


def closure_criteria(
    incident: Incident, runbook: Runbook, *, policy: Policy = UNMEASURED, alerts: StillFiring = NO_MORE
) -> tuple[Criterion, ...]:
    """Everything that must hold before the incident may be closed."""
    resolved = Criterion("the incident is resolved", 0, incident.resolved is not None, "" if incident.resolved else "not yet")
    debts = tuple(
        Criterion(f"{debt} is off", 0, met=False, detail=_repay(taken.repaid_by, runbook))
        for debt, taken in incident.debts.items()
    )
    steps = tuple(criterion for step in closing_steps(runbook) for criterion in _closing(incident, runbook, step))
    checklist = runbook.checklist(incident.severity.value)
    boxes = tuple(_ticked(incident, runbook, item) for item in (checklist.items if checklist else ()))
    return (*resolution_criteria(incident, runbook, policy=policy, alerts=alerts), resolved, *debts, *steps, *boxes)


def resolve(
    incident: Incident, runbook: Runbook, who: str, reason: str, *, policy: Policy = UNMEASURED, alerts: StillFiring = NO_MORE
) -> list[AnyFact]:
    """Say that the service is back; refused with everything that is not proven yet."""
    _must_be_open(incident)
    if incident.resolved:
        return []
    criteria = resolution_criteria(incident, runbook, policy=policy, alerts=alerts)
    _must_hold(f"{incident.id} can't be resolved yet", criteria)
    return [Resolved(who, reason.strip(), proof=proof_of_recovery(criteria))]


def close(
    incident: Incident, runbook: Runbook, who: str, *, policy: Policy = UNMEASURED, alerts: StillFiring = NO_MORE
) -> list[AnyFact]:
    """End the incident; refused with everything that is not proven yet."""
    if incident.closed:
        return []
    _must_be_open(incident)
    _must_hold(f"{incident.id} can't be closed yet", closure_criteria(incident, runbook, policy=policy, alerts=alerts))
    return [Closed(who)]


def tick(incident: Incident, runbook: Runbook, item_id: str, who: str, note: str) -> list[AnyFact]:
    """A person says that an item is done. To say so of the acknowledgement is to acknowledge."""
    _must_be_open(incident)
    item = next((item for item in items(incident, runbook) if item.id == item_id), None)
    if item is None:
        message = f"{incident.id} has no item {item_id}; `stormjib incident show {incident.id}` lists them."
        raise Refused(message)
    if item.duty == ACKNOWLEDGE and incident.acknowledged is None:
        return [Acknowledged(who), *([NoteAdded(note.strip())] if note.strip() else [])]
    if done(incident, item, runbook):
        return []
    return [ItemTicked(item.id, item.line, item_text(item), who=who, note=note.strip())]


def untick(incident: Incident, item_id: str, who: str, reason: str) -> list[AnyFact]:
    """A person takes a tick back. An acknowledgement can't be taken back: somebody else acknowledges, or raises the severity."""
    _must_be_open(incident)
    has = incident.acknowledged
    if has and item_id in incident.ticks and incident.ticks[item_id].proof_seq == has.seq:
        message = f"{has.by} acknowledged {incident.id}, which can't be unchecked; raise the severity to page again."
        raise Refused(message)
    return [ItemUnticked(item_id, who, reason.strip())] if item_id in incident.ticks else []


def overrule(
    incident: Incident, runbook: Runbook, proof_id: str, who: str, reason: str, *, policy: Policy = UNMEASURED
) -> list[AnyFact]:
    """Answer, with a reason, for a proof of the recovery that is missing or failed; what may destroy can't be answered for."""
    _must_be_open(incident)
    wanted = {one.task_id: one for one in measurements(incident, runbook, policy)}
    proofs: dict[str, Task | Measurement | Command] = {
        **wanted,
        **{
            task.id: task
            for step in verification_steps(runbook)
            for task in runbook.tasks_of(step.id)
            if task.proved_by and not task.condition
        },
    }
    for step in closing_steps(runbook):
        proofs |= {command.id: command for command in runbook.commands_of(step.id) if command.risk is not Risk.DESTROY}
    proof = proofs.get(proof_id)
    if proof is None:
        known = ", ".join(proofs) or "none"
        message = (
            f"{proof_id} is no proof that can be overruled in {incident.id}; those that can be: {known}. "
            "A run whose outcome is unknown has to be settled: stormjib settle RUN."
        )
        raise Refused(message)
    if not reason.strip():
        message = f"Say why {proof_id} counts although it is not proven; the post-mortem will ask."
        raise Refused(message)
    match proof:
        case Task():
            criterion = _task(incident, runbook, proof, wanted.get(proof.id), policy)
        case Measurement():
            criterion = _measured(incident, proof)
        case _:
            criterion = _succeeded(incident, proof)
    return [] if criterion.met else [ProofOverruled(proof_id, proof.line, criterion.name, who, reason.strip())]


def _task(incident: Incident, runbook: Runbook, task: Task, wanted: Measurement | None, policy: Policy) -> Criterion:
    """A verification task: measured, where its service's checks prove it; else a person's word, shown as such."""
    if not task.proved_by:
        ticked = _ticked(incident, runbook, task)
        tick = incident.ticks.get(task.id)
        detail = f"{tick.who} confirms; not measured" if tick is not None and tick.who else ticked.detail
        return msgspec.structs.replace(ticked, by="said", detail=detail)
    found = _fresh(incident, task.id)
    name = task.label or task.text
    overruled = _overruled(incident, task.id, name, task.line, found[0].seq if found else 0)
    if overruled:
        return overruled
    if found is not None and found[1].measured:
        return _measured(incident, wanted or Measurement(task.id, task.line, task.proved_by, name))
    if wanted is not None and found is None:
        return _measured(incident, wanted)
    tick = incident.ticks.get(task.id)
    if tick is not None and not _is_stale(incident, tick.done.seq):
        return Criterion(
            name, task.line, met=True, detail=f"{tick.who or 'the log'} confirms; not measured", by="word", proof_id=task.id
        )
    lacks = found[1].detail if found is not None and not found[1].measured else unmeasured(incident, policy)
    detail = f"{lacks} Check it by hand, then: stormjib incident tick {incident.id} {task.id}"
    return Criterion(name, task.line, met=False, detail=detail, by="word", proof_id=task.id)


def _measured(incident: Incident, wanted: Measurement) -> Criterion:
    found = _fresh(incident, wanted.task_id)
    tick = incident.ticks.get(wanted.task_id)
    name, line = wanted.name, wanted.line
    overruled = _overruled(incident, wanted.task_id, name, line, found[0].seq if found else 0)
    if overruled:
        return overruled
    again = f"stormjib incident verify {incident.id}"
    if found is None and tick is not None and tick.who and not _is_stale(incident, tick.done.seq):
        return Criterion(name, line, met=True, detail=f"{tick.who} confirms; not measured", by="word", proof_id=wanted.task_id)
    if found is None:
        return Criterion(name, line, met=False, detail=f"not measured: {again}", by="measured", proof_id=wanted.task_id)
    later = _disrupted_after(incident, found[0].seq)
    if later:
        detail = f"{later} ran after the measurement (entry {found[0].seq}): {again}"
        return Criterion(name, line, met=False, detail=detail, by="measured", proof_id=wanted.task_id)
    if not found[1].measured:
        return Criterion(name, line, met=True, detail=f"{found[1].detail} (entry {found[0].seq})")
    return Criterion(
        name, line, met=found[1].ok, detail=f"{found[1].detail} (entry {found[0].seq})", by="measured", proof_id=wanted.task_id
    )


def _fresh(incident: Incident, task_id: str) -> tuple[Happened, Verified] | None:
    """The newest measurement of a task; what was measured before a reopening is none."""
    found = incident.verified.get(task_id)
    return None if found is None or _is_stale(incident, found[0].seq) else found


def _overruled(incident: Incident, proof_id: str, name: str, line: int, seq: int) -> Criterion | None:
    """What a person answers for, unless it was measured later, disrupted later, or is from before the reopening."""
    found = incident.overruled.get(proof_id)
    if found is None or found[0].seq < seq or _is_stale(incident, found[0].seq) or _disrupted_after(incident, found[0].seq):
        return None
    detail = f"overruled by {found[1].who}, not measured: {found[1].reason} (entry {found[0].seq})"
    return Criterion(name, line, met=True, detail=detail, by="word")


def _ticked(incident: Incident, runbook: Runbook, item: Item | Task) -> Criterion:
    found = done(incident, item, runbook)
    detail = f"not done: stormjib incident tick {incident.id} {item.id}"
    if found is not None:
        detail = f"entry {found.proof_seq}" if found.proof_seq else f"{found.who} says so"
    return Criterion(item_text(item), item.line, met=found is not None, detail=detail)


def _closing(incident: Incident, runbook: Runbook, step: Step) -> tuple[Criterion, ...]:
    commands = tuple(_succeeded(incident, command) for command in runbook.commands_of(step.id) if _is_required(incident, command))
    tasks = tuple(_ticked(incident, runbook, task) for task in runbook.tasks_of(step.id) if not task.condition)
    return (*commands, *tasks)


def _is_required(incident: Incident, command: Command) -> bool:
    """Clearing maintenance mode is asked for only where this incident switched it on (or still has it on)."""
    return command.maintenance is None or bool(incident.debts)


def _succeeded(incident: Incident, command: Command) -> Criterion:
    name = command.label or command.text
    evidence = incident.collected(command.id)
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
    if _is_stale(incident, seq):
        return Criterion(
            name, command.line, met=False, detail=f"not run: stormjib run start {incident.id} {command.id}", proof_id=proof_id
        )
    return Criterion(
        name, command.line, met=ok, detail=f"entry {seq}" if ok else f"failed in entry {seq}; run it again", proof_id=proof_id
    )


def _is_stale(incident: Incident, seq: int) -> bool:
    """What was seen before a reopening tells nothing about now; 0 is what was never seen."""
    return seq <= (incident.reopened.seq if incident.reopened else 0)


def _disrupted_after(incident: Incident, seq: int) -> str:
    """A run that may have broken again what was measured before it; switching maintenance mode off is none."""
    for run_id, run in incident.runs.items():
        disrupts = run.proposal.risk in {Risk.DISRUPT, Risk.DESTROY}
        if disrupts and run.ended is not None and run.ended.seq > seq and run.state in {"finished", "unknown", "settled"}:
            return run_id
    return ""


def _repay(command_id: str, runbook: Runbook) -> str:
    command = runbook.command(command_id)
    return f"still on; line {command.line} switches it off" if command else "still on"


def _must_be_open(incident: Incident) -> None:
    if incident.declared is None:
        message = f"There is no incident {incident.id}; `stormjib incident list` shows those that exist."
        raise Refused(message)
    if incident.closed:
        message = f"{incident.id} is closed; reopen it first: stormjib incident reopen {incident.id}."
        raise Refused(message)


def _must_hold(opening: str, criteria: tuple[Criterion, ...]) -> None:
    lacking = [
        f"{criterion.name}{f' (line {criterion.line})' if criterion.line else ''}: {criterion.detail}"
        for criterion in criteria
        if not criterion.met
    ]
    if lacking:
        message = f"{opening}. " + "; ".join(lacking) + "."
        raise Refused(message)
