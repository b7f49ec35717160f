"""What an entry proves: ticks with the entry that proves them, debts, deadlines, releases. Facts that follow from facts."""

import re
from collections.abc import Iterator
from functools import lru_cache

from stormjib.core import action, comms, survey
from stormjib.core.incident import Incident
from stormjib.core.log import (
    Acknowledged,
    ActionItemAdded,
    AlertReceived,
    AnyFact,
    ChannelOpened,
    Closed,
    DebtRepaid,
    DebtTaken,
    Declared,
    EffectFailed,
    Entry,
    EvidenceCollected,
    ItemOverdue,
    ItemTicked,
    MessageSent,
    MetricsReviewed,
    PageSent,
    PostmortemDrafted,
    Resolved,
    RiskLowered,
    RunApproved,
    RunExpired,
    RunFinished,
    RunReleased,
    StatusPosted,
    TimerDue,
    Verified,
)
from stormjib.core.policy import Policy
from stormjib.core.runbook import Item, Mode, Runbook, Task
from stormjib.core.snapshot import snapshots

_KINDS: tuple[tuple[str, str], ...] = (
    ("acknowledge", r"\backnowledge\b"),
    ("channel", r"\bcreate\b.*\bchannel\b"),
    ("page", r"\bpage\b.*\b(on-?call|engineer|primary)\b"),
    ("log", r"\b(begin|start)\b.*\blog\b"),
    ("customers", r"\bcustomer communication\b|\bstatus page\b"),
    ("leadership", r"\bleadership\b|\bnotify management\b"),
    ("mitigation", r"\bimplement\b.*\bmitigation\b"),
    ("investigation", r"\b(begin|start)\b.*\binvestigation\b"),
    ("stakeholders", r"\bupdate stakeholders\b|\bregular updates\b"),
    ("monitor", r"\bmonitor progress\b"),
    ("severity", r"\bdetermine severity\b"),
    ("detected", r"\bautomatic alerts\b"),
    ("timeline", r"\b(document|gather)\b.*\btimeline\b"),
    ("actions", r"\baction items\b"),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str:
    """What kind of fact proves an item with this text; "" when only a person can."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), "")


def proves(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> tuple[AnyFact, ...]:
    """The facts that follow from an entry; ``incident`` is the state with the entry applied."""
    return (
        *_lowered(incident, entry, runbook, policy),
        *_ticks(incident, entry, runbook),
        *_same(incident, entry, runbook),
        *_debts(incident, entry, runbook),
        *_released(incident, entry, runbook, policy),
        *_withdrawn(incident, entry),
        *_due(incident, entry, runbook),
        *survey.ranked(incident, entry, runbook, policy),
    )


def items(incident: Incident, runbook: Runbook) -> tuple[Item | Task, ...]:
    """Everything that can be ticked in this incident: its severity's checklist and the tasks that hold for it."""
    checklist = runbook.checklist(incident.severity.value)
    boxes: tuple[Item | Task, ...] = checklist.items if checklist else ()
    severity = incident.severity.value
    return (*boxes, *(task for task in runbook.tasks if not task.severities or severity in task.severities))


def counts_from_resolution(item: Item | Task, runbook: Runbook) -> bool:
    """Whether the deadline belongs to a post-incident phase, whose clock starts when the service is back."""
    step = runbook.step(item.step) if isinstance(item, Task) else None
    phase = runbook.phase_of(step) if step else None
    return phase is not None and bool(re.search(r"\bpost-?(incident|mortem)", phase.title, re.IGNORECASE))


def item_text(item: Item | Task) -> str:
    """The words of a task or a checklist item, its label included."""
    label = item.label if isinstance(item, Task) else ""
    said_already = not label or item.text.startswith(label)
    return item.text if said_already else f"{label}: {item.text}" if item.text else label


def _tick(item: Item | Task, proof_seq: int) -> ItemTicked:
    return ItemTicked(item_id=item.id, line=item.line, text=item_text(item), proof_seq=proof_seq)


def _ticks(incident: Incident, entry: Entry, runbook: Runbook) -> Iterator[AnyFact]:
    kinds = _proven_kinds(incident, entry, runbook)
    for item in items(incident, runbook) if kinds else ():
        if item.id not in incident.ticks and kind_of(item_text(item)) in kinds:
            yield _tick(item, entry.seq)
    if isinstance(entry.fact, MetricsReviewed):
        yield from (_tick(task, entry.seq) for task in survey.reviewed(entry.fact, runbook) if task.id not in incident.ticks)
    if isinstance(entry.fact, Verified) and entry.fact.ok and entry.fact.task_id not in incident.ticks:
        task = runbook.task(entry.fact.task_id)
        if task is not None:
            yield _tick(task, entry.seq)


def _proven_kinds(incident: Incident, entry: Entry, runbook: Runbook) -> set[str]:
    match entry.fact:
        case Declared():
            return {"log", "severity"} | ({"detected"} if incident.alerts else set())
        case AlertReceived():
            return {"detected"} if incident.declared else set()
        case Acknowledged():
            return {"acknowledge"}
        case ChannelOpened():
            return {"channel"}
        case PageSent():
            return {"page"}
        case EvidenceCollected():
            return {"investigation"}
        case MessageSent() if "leadership" in entry.fact.audience:
            return {"leadership"}
        case StatusPosted():
            told = {"customers"} if entry.fact.audience == comms.CUSTOMERS else set()
            return told | ({"leadership"} if entry.fact.audience == comms.LEADERSHIP else {"stakeholders"})
        case RunFinished() if entry.fact.ok:
            return {"mitigation"} if _mitigates(entry.fact, runbook) else set()
        case Verified() if entry.fact.ok:
            return {"monitor", "verified"}
        case Resolved() | PostmortemDrafted():
            return {"timeline"}
        case ActionItemAdded():
            return {"actions"}
        case _:
            return set()


def _mitigates(finished: RunFinished, runbook: Runbook) -> bool:
    """A fix of the menu; maintenance mode alone hides the outage and mends nothing."""
    command = runbook.command(finished.command_id)
    step = runbook.step(command.step) if command else None
    if command is None or step is None or step.mode is not Mode.CHOOSE:
        return False
    return action.maintenance_wanted(command.text) is None


def _same(incident: Incident, entry: Entry, runbook: Runbook) -> Iterator[AnyFact]:
    """A task that stands in two places is one task: ticking one ticks the other."""
    if not isinstance(entry.fact, ItemTicked):
        return
    ticked = entry.fact.item_id
    linked = {ticked}
    for checklist in runbook.checklists:
        for box in checklist.items:
            if box.same_as and ticked in {box.id, box.same_as}:
                linked |= {box.id, box.same_as}
    for item in items(incident, runbook):
        if item.id in linked and item.id not in incident.ticks:
            yield _tick(item, entry.seq)


def _debts(incident: Incident, entry: Entry, runbook: Runbook) -> Iterator[AnyFact]:
    if not (isinstance(entry.fact, RunFinished) and entry.fact.ok):
        return
    command = runbook.command(entry.fact.command_id)
    wanted = action.maintenance_wanted(command.text) if command else None
    if wanted is True and action.MAINTENANCE not in incident.debts:
        repaid_by = next((c.id for c in runbook.commands if action.maintenance_wanted(c.text) is False), "")
        yield DebtTaken(debt=action.MAINTENANCE, run_id=entry.fact.run_id, repaid_by=repaid_by)
    if wanted is False and action.MAINTENANCE in incident.debts:
        yield DebtRepaid(debt=action.MAINTENANCE, run_id=entry.fact.run_id)


def _released(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyFact]:
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
    if not waits or (isinstance(entry.fact, TimerDue) and not action.waits_again(run, entry.at, policy)):
        missing = len(wanted - stored)
        yield RunReleased(run_id, snapshots=len(stored), missing=missing, failed=list(found.values()).count(False))


def _withdrawn(incident: Incident, entry: Entry) -> Iterator[AnyFact]:
    """What waits for a yes when the incident ends would run afterwards."""
    if isinstance(entry.fact, Resolved | Closed):
        for run_id, run in incident.runs.items():
            if run.state == "proposed":
                yield RunExpired(
                    run_id, f"{incident.id} is {incident.status}. If it is still needed, reopen it and propose it again."
                )


def _run_to_release(fact: AnyFact) -> str:
    match fact:
        case RunApproved():
            return fact.run_id
        case EvidenceCollected():
            return fact.before_run
        case EffectFailed() if fact.permanent and fact.effect.startswith("before/"):
            return fact.effect.split("/")[1]
        case TimerDue() if fact.key.startswith("release/"):
            return fact.key.removeprefix("release/")
        case _:
            return ""


def _due(incident: Incident, entry: Entry, runbook: Runbook) -> Iterator[AnyFact]:
    """A deadline that passed without proof is said in the log; one that was met is ignored."""
    if not isinstance(entry.fact, TimerDue):
        return
    kind, _, name = entry.fact.key.partition("/")
    if kind == "expire":
        run = incident.runs.get(name)
        if run is not None and run.state == "proposed":
            yield RunExpired(name)
    elif kind == "item":
        late = next((item for item in items(incident, runbook) if item.id == name), None)
        if late and late.deadline_minutes and name not in incident.ticks and name not in incident.overdue:
            yield ItemOverdue(late.id, late.line, item_text(late), late.deadline_minutes)
    elif kind == "cadence":
        task = comms.cadence_task(runbook)
        due_at = comms.next_update_at(incident, runbook)
        if task and task.cadence_minutes and due_at is not None and due_at <= entry.at + 1:
            yield ItemOverdue(task.id, task.line, item_text(task), task.cadence_minutes[1])


def _lowered(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyFact]:
    """What the operator's settings call a read is in the log of every incident that relies on it."""
    if not isinstance(entry.fact, Declared):
        return
    for command in runbook.commands:
        line = policy.trusts(command.text)
        if line is not None and command.id not in incident.lowered:
            yield RiskLowered(command.id, command.line, command.text, command.risk, line.reason)
