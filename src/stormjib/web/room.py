"""The incident room as its page shows it: the picture of the core, sorted into the places of the page."""

from collections.abc import Callable

import msgspec

from stormjib.core import comms, guard, recovery
from stormjib.core.closure import Criterion
from stormjib.core.incident_view import IncidentView, Look, RunView, StepView
from stormjib.core.kinds import Clock, Kind, Mode
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.runbook import Runbook, Template
from stormjib.core.snapshot import snapshots
from stormjib.web.charts import Charts, charts

LOOKS_MAX = 60
RUNS_MAX = 20
JUST_SECONDS = 120
UNDER_WAY = frozenset({"approved", "released", "started"})
_TURNED_DOWN = frozenset({"refused", "expired", "withdrawn"})


class Asked(msgspec.Struct, frozen=True):
    """A run that waits for a person, and what the runbook says undoes it."""

    run: RunView
    undo: str
    lacking: int
    """How many more people have to approve it."""
    own: bool
    """The visitor asked for it, and a second person has to say yes."""


class Places(msgspec.Struct, frozen=True):
    """What stands where in the room."""

    waiting: tuple[Asked, ...]
    unknown: tuple[RunView, ...]
    runs: tuple[RunView, ...]
    moving: tuple[RunView, ...]
    """Those under way, and those that ended a moment ago: whoever asked for one sees what becomes of it."""
    newest: dict[tuple[str, str], RunView]
    """The newest run of each command that was not turned down, by its text and what it acts on."""
    looks: tuple[Look, ...]
    looks_left_out: int
    kept: dict[str, tuple[Look, ...]]
    """What was stored before a run, by the run's id."""
    before: dict[str, tuple[str, ...]]
    """What will be stored before a command that may be chosen, by the command's id."""
    charts: Charts | None
    """The metrics, drawn and listed."""
    checklist_due: bool
    """Whether its checklist is for now: one of the closing or of the time after stands under Verify until it is resolved."""
    look_again: tuple[StepView, ...]
    mitigate: tuple[StepView, ...]
    prove: tuple[StepView, ...]
    others: tuple[StepView, ...]
    elsewhere: bool
    """Whether what changes something is among the others."""
    after: tuple[StepView, ...]
    """What is done when the incident is over."""
    to_close: tuple[Criterion, ...]
    """What closing asks for beyond resolving."""
    texts: tuple[Template, ...]
    audiences: tuple[str, ...]
    deadline: float | None
    """When the acknowledgement is due, None once there is one or where none is."""


def places(room: IncidentView, runbook: Runbook, policy: Policy, who: str) -> Places:
    """Sort the picture into the page's places."""
    latest, left_out = _latest(room.evidence)
    proving = {step.id for step in (*recovery.verification_steps(runbook), *guard.closing_steps(runbook))}
    after = {step.id for step in runbook.steps if (phase := runbook.phase_of(step)) and phase.clock is Clock.RESOLUTION}
    resolving = {(criterion.name, criterion.line) for criterion in room.resolution}
    others = _steps(room, lambda step: step.mode not in {"collect", "choose"} and step.id not in proving | after)
    return Places(
        waiting=tuple(_asked(run, runbook, who) for run in room.runs if run.state == "proposed"),
        unknown=tuple(run for run in room.runs if run.state == "unknown"),
        runs=tuple(reversed([run for run in room.runs if run.state not in {"proposed", "unknown"}]))[:RUNS_MAX],
        moving=tuple(reversed([run for run in room.runs if _moves(run, room.now)])),
        newest={(run.text, run.target): run for run in room.runs if run.state not in _TURNED_DOWN},
        looks=latest,
        looks_left_out=left_out,
        kept=_kept(room),
        before=_before(runbook, policy),
        charts=charts(room.metrics, room.detected_at),
        checklist_due=bool(room.resolved_at) or not _closes(runbook, room.severity),
        look_again=_steps(room, lambda step: step.mode == "collect"),
        mitigate=_steps(room, lambda step: step.mode == "choose"),
        prove=_steps(room, lambda step: step.id in proving),
        others=others,
        elsewhere=any(not option.unattended for step in others for group in step.groups for option in group.options),
        after=_steps(room, lambda step: step.id in after),
        to_close=tuple(criterion for criterion in room.closure if (criterion.name, criterion.line) not in resolving),
        texts=tuple(template for template in runbook.templates if template.kind == "status"),
        audiences=comms.audiences(policy),
        deadline=room.acknowledge_due_at if room.acknowledged_at is None and room.status == "declared" else None,
    )


def _asked(run: RunView, runbook: Runbook, who: str) -> Asked:
    command = runbook.command(run.command_id)
    undo = command.undo if command and command.undo else ""
    return Asked(run, undo, max(run.approvals_needed - len(run.approvals), 1), own=run.second_person and run.asked_by == who)


def _closes(runbook: Runbook, severity: str) -> bool:
    checklist = runbook.checklist(severity)
    phases = [phase for phase in runbook.phases if checklist and phase.line <= checklist.line]
    return bool(phases and checklist and not checklist.severity and phases[-1].kind in {Kind.CLOSE, Kind.AFTER})


def _moves(run: RunView, now: float) -> bool:
    just = run.ended_at is not None and now - run.ended_at < JUST_SECONDS
    return run.state in UNDER_WAY or (just and run.state in {"finished", "settled"})


def _latest(evidence: tuple[Look, ...]) -> tuple[tuple[Look, ...], int]:
    """The newest look of each command, what went wrong first; and how many are not shown."""
    newest: dict[tuple[str, str], Look] = {}
    for look in evidence:
        if not look.before_run:
            newest[look.text, look.target] = look
    ordered = sorted(
        newest.values(), key=lambda look: (not look.is_bad, look.verdict != "needs attention", not look.finding, look.line)
    )
    return tuple(ordered[:LOOKS_MAX]), max(len(ordered) - LOOKS_MAX, 0)


def _kept(room: IncidentView) -> dict[str, tuple[Look, ...]]:
    kept: dict[str, tuple[Look, ...]] = {}
    for look in room.evidence:
        if look.before_run:
            kept[look.before_run] = (*kept.get(look.before_run, ()), look)
    return kept


def _before(runbook: Runbook, policy: Policy) -> dict[str, tuple[str, ...]]:
    chosen = [command for step in runbook.steps if step.mode is Mode.CHOOSE for command in runbook.commands_of(step.id)]
    return {command.id: tuple(shown(kept.text) for kept in snapshots(command, runbook, policy)) for command in chosen}


def _steps(room: IncidentView, wanted: Callable[[StepView], bool]) -> tuple[StepView, ...]:
    """The steps with something to do in them."""
    return tuple(step for step in room.steps if step.groups and wanted(step))
