"""Facts that follow from facts: items checked off with the entry that proves them, temporary measures, deadlines, releases."""

from collections.abc import Iterator

from msgspec.structs import replace

from stormjib.core import comms, ends, escalation, guard, initial_triage, log, roles, values
from stormjib.core.duties import ACKNOWLEDGE, done, due_at, is_over, items, of_one_line, said_overdue
from stormjib.core.incident import Incident
from stormjib.core.log.fact import ITSELF
from stormjib.core.policy import Policy
from stormjib.core.proven import proven
from stormjib.core.recovery import held_seconds
from stormjib.core.runbook import Item, Runbook, Task, item_text
from stormjib.core.shadow import OVER
from stormjib.core.snapshot import snapshots

_RAISED_BY_CHARS_MAX = 200


def proves(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> tuple[log.AnyFact, ...]:
    """The facts that follow from an entry; ``incident`` is the state with the entry applied."""
    if isinstance(entry.fact, log.ItemTicked):
        # Most facts of a declaration are these, and no command matters to them.
        return tuple(_same(incident, entry, runbook))
    pages = tuple(escalation.follows(incident, entry, runbook, policy))
    runbook = values.filled(runbook, incident, policy)
    return (
        *pages,
        *_lowered(incident, entry, runbook, policy),
        *_raised(incident, entry),
        *_ticks(incident, entry, runbook, policy),
        *_debts(incident, entry, runbook),
        *_released(incident, entry, runbook, policy),
        *_withdrawn(incident, entry, runbook),
        *_due(incident, entry, runbook, policy),
        *_vacant(incident, entry, runbook, policy),
        *_over_in_shadow(incident, entry),
    )


def _over_in_shadow(incident: Incident, entry: log.Entry) -> Iterator[log.Ended]:
    """Nobody works on it, and what fires next has to be decided anew."""
    if incident.shadow and incident.open and isinstance(entry.fact, log.AlertCleared) and not incident.firing:
        yield log.Ended("cancelled", ITSELF, OVER)


def _tick(incident: Incident, item: Item | Task, proof_seq: int, runbook: Runbook) -> log.ItemTicked:
    also = of_one_line(incident, item, runbook)
    return log.ItemTicked(item_id=item.id, line=item.line, text=item_text(item), proof_seq=proof_seq, also=also)


def _ticks(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[log.AnyFact]:
    kinds = proven(incident, entry, runbook, policy)
    ticked = set[str]()
    for item in items(incident, runbook) if kinds else ():
        seq = kinds.get(item.duty)
        if seq and item.id not in ticked and (isinstance(entry.fact, log.Acknowledged) or not done(incident, item)):
            tick = _tick(incident, item, seq, runbook)
            ticked |= {*tick.also}
            yield tick
    if isinstance(entry.fact, log.MetricsReviewed):
        tasks = (task for task in initial_triage.reviewed(entry.fact, runbook) if not done(incident, task))
        yield from (_tick(incident, task, entry.seq, runbook) for task in tasks)
    if isinstance(entry.fact, log.Verified) and entry.fact.ok and entry.fact.measured:
        task = runbook.task(entry.fact.task_id)
        held = task is not None and held_seconds(incident, task.id) >= (task.hold_minutes or 0.0) * 60
        if task is not None and held and not done(incident, task):
            yield _tick(incident, task, entry.seq, runbook)


def _same(incident: Incident, entry: log.Entry, runbook: Runbook) -> Iterator[log.AnyFact]:
    """A task that stands in two places is one task: ticking one ticks the other, where both ask for exactly the same.

    By the same proof, or the same person's word, which is no proof there either.
    """
    if not isinstance(entry.fact, log.ItemTicked):
        return
    ticked = entry.fact.item_id
    linked = {ticked}
    for checklist in runbook.checklists:
        for box in checklist.items:
            if box.same_as and ticked in {box.id, box.same_as}:
                linked |= {box.id, box.same_as}
    if len(linked) == 1:
        return
    held = items(incident, runbook)
    duty = next((item.duty for item in held if item.id == ticked), "")
    for item in held:
        same = item.duty == duty != ACKNOWLEDGE or duty.startswith(f"{item.duty}/")
        if item.id in linked and same and not done(incident, item):
            yield replace(entry.fact, item_id=item.id, line=item.line, text=item_text(item))


def _debts(incident: Incident, entry: log.Entry, runbook: Runbook) -> Iterator[log.AnyFact]:
    if not (isinstance(entry.fact, log.RunFinished) and entry.fact.ok):
        return
    command = runbook.command(entry.fact.command_id)
    wanted = command.maintenance if command else None
    if wanted is True and guard.MAINTENANCE not in incident.debts:
        repaid_by = next((c.id for c in runbook.commands if c.maintenance is False), "")
        yield log.DebtTaken(debt=guard.MAINTENANCE, run_id=entry.fact.run_id, repaid_by=repaid_by)
    if command and command.temporary and command.temporary not in incident.debts:
        yield log.DebtTaken(debt=command.temporary, run_id=entry.fact.run_id, repaid_by=command.undone_by)
    for debt, taken in incident.debts.items():
        if taken.repaid_by == entry.fact.command_id or (wanted is False and debt == guard.MAINTENANCE):
            yield log.DebtRepaid(debt=debt, run_id=entry.fact.run_id)


def _released(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[log.AnyFact]:
    """An approved command may start once what it would wipe out is stored, or could not be had in time."""
    run_id = _run_to_release(entry.fact)
    run = incident.runs.get(run_id) if run_id else None
    if run is None or run.state != "approved":
        return
    command = runbook.command(run.proposal.command_id)
    wanted = {snapshot.command_id for snapshot in snapshots(command, runbook, policy)} if command else set()
    found = {fact.command_id: fact.ok for _, fact in incident.evidence if fact.before_run == run_id and fact.command_id in wanted}
    stored = set(found)
    failed = {key.removeprefix(f"before/{run_id}/") for key in (f.effect for _, f in incident.failures if f.permanent)}
    waits = bool(wanted - stored - failed)
    if not waits or (isinstance(entry.fact, log.TimerDue) and not guard.waits_again(run, entry.at, policy)):
        missing = len(wanted - stored)
        yield log.RunReleased(run_id, snapshots=len(stored), missing=missing, failed=list(found.values()).count(False))


def _withdrawn(incident: Incident, entry: log.Entry, runbook: Runbook) -> Iterator[log.AnyFact]:
    """What waits for a yes when the incident ends would run afterwards; what was asked for with another value is another command."""
    if isinstance(entry.fact, log.ValueGiven):
        for run_id, run in incident.runs.items():
            command = runbook.command(run.proposal.command_id)
            if run.state in {"proposed", "approved"} and command and command.fingerprint != run.proposal.fingerprint:
                yield log.RunExpired(run_id, f"the value of {entry.fact.name} was changed. Propose it again.")
    if isinstance(entry.fact, log.Resolved | log.Closed | log.Ended):
        for run_id, run in incident.runs.items():
            if run.state == "proposed":
                yield log.RunExpired(
                    run_id, f"{incident.id} is {incident.status}. If it is still needed, reopen it and propose it again."
                )


def _run_to_release(fact: log.AnyFact) -> str:
    match fact:
        case log.RunApproved() | log.RunForced():
            return fact.run_id
        case log.EvidenceCollected():
            return fact.before_run
        case log.EffectFailed() if fact.permanent and fact.effect.startswith("before/"):
            return fact.effect.split("/")[1]
        case log.TimerDue() if fact.key.startswith("release/"):
            return fact.key.removeprefix("release/")
        case _:
            return ""


def _due(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[log.AnyFact]:
    """A deadline that passed without proof is said in the log; one that was met is ignored."""
    if not isinstance(entry.fact, log.TimerDue) or incident.end:
        return
    kind, _, name = entry.fact.key.partition("/")
    if kind == "expire":
        run = incident.runs.get(name)
        if run is not None and run.state == "proposed":
            yield log.RunExpired(name)
    elif kind == "item":
        late = next((item for item in items(incident, runbook) if item.id == name), None)
        due = due_at(incident, late, runbook) if late else None
        if not (late and late.deadline_minutes and due is not None and due <= entry.at + 1) or is_over(incident, late, runbook):
            return
        if not done(incident, late) and not said_overdue(incident, late, runbook):
            yield log.ItemOverdue(late.id, late.line, item_text(late), late.deadline_minutes)
    elif kind == "cadence":
        task = comms.cadence_task(incident, runbook)
        update_at = comms.next_update_at(incident, runbook)
        if task and task.cadence_minutes and update_at is not None and update_at <= entry.at + 1:
            times = int((entry.at + 1 - update_at) // (task.cadence_minutes[1] * 60))
            told = _asked(incident, times, entry.at, policy)
            yield log.ItemOverdue(task.id, task.line, item_text(task), task.cadence_minutes[1], told)


def _asked(incident: Incident, times: int, at: float, policy: Policy) -> tuple[str, ...]:
    """Who is asked for an update that is so many times overdue: who tells the others, and each time the next, at last whom a page would reach."""
    chain = roles.who_tells(incident)
    if not chain:
        return ()
    chain = tuple(dict.fromkeys((*chain, *escalation.on_call(policy, incident.service, at))))
    return tuple(dict.fromkeys((chain[0], chain[min(times, len(chain) - 1)])))


def _vacant(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[log.RolesVacant]:
    """Once for each severity: the roles that nobody holds after a time, to whoever has the incident."""
    since = incident.duties_since
    if not (isinstance(entry.fact, log.TimerDue) and since and entry.fact.key == f"{roles.TIMER}/{since.seq}"):
        return
    lacking = roles.vacant(incident, runbook, policy)
    if lacking and incident.vacant_said < since.seq:
        told = roles.who_tells(incident)[:1] or (ends.people(incident) if incident.acknowledged else ())
        yield log.RolesVacant(round((entry.at - since.at) / 60), lacking, told)


def _raised(incident: Incident, entry: log.Entry) -> Iterator[log.AnyFact]:
    """An alert, or an incident that goes on here, makes a lesser incident as bad as it is itself.

    Unless people have judged this very alert already, here or where it was before.
    """
    fact = entry.fact
    if (
        isinstance(fact, log.Linked)
        and fact.tie in {"duplicate of", "merged into"}
        and fact.severity.rank < incident.severity.rank
    ):
        raised_by = f"{fact.other}, {fact.title}"[:_RAISED_BY_CHARS_MAX]
        yield log.SeverityChanged(fact.severity, f"{fact.other}, which goes on here, was worse", raised_by=raised_by)
    if not isinstance(fact, log.AlertReceived) or fact.proposed is None or fact.moved_from or not incident.open:
        return
    alert = incident.alerts[f"{fact.source}/{fact.fingerprint}"]
    if fact.proposed.rank < incident.severity.rank and alert.is_worse_than_before:
        reason = f"alert {fact.name} is worse than the incident was ({fact.reason})"
        yield log.SeverityChanged(fact.proposed, reason, raised_by=fact.said)


def _lowered(incident: Incident, entry: log.Entry, runbook: Runbook, policy: Policy) -> Iterator[log.AnyFact]:
    """What the operator's settings call a read is in the log of every incident that relies on it."""
    if not isinstance(entry.fact, log.Declared | log.RunbookChosen):
        return
    for command in runbook.commands:
        line = policy.trusts(command.text)
        if line is not None and command.id not in incident.lowered:
            yield log.RiskLowered(command.id, command.line, command.text, command.risk, line.reason)
