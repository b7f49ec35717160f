"""What would happen when, at a given severity, if the runbook were followed: nothing is run to find out."""

from collections.abc import Iterator

import msgspec

from stormjib.core import comms
from stormjib.core.guard import guard
from stormjib.core.incident import Incident
from stormjib.core.initial_triage import initial_triage, waits
from stormjib.core.kinds import Clock, Demand, Mode
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Item, Phase, Runbook, Task, item_text
from stormjib.core.severity import Duty, Severity, duty, read_severity
from stormjib.core.shell import how_to_give, is_secret, name_of
from stormjib.core.values import filled

UNSET = Policy(sends=True, status_page=True)
"""Of a site that nobody has asked about."""
STORMJIB = "stormjib"
PERSON = "a person"
APPROVED = "a person, approved"
TWICE_APPROVED = "two people, approved"
NOBODY = "nobody"
WHEN_NEEDED = "when needed"

_SHOWN_CHARACTERS_MAX = 160
_TWO = 2
_DAY_MINUTES = 1440


class PlanLine(msgspec.Struct, frozen=True):
    """One thing that would happen, and the line of the runbook that says so; 0 where it is stormjib's own rule.

    ``minutes`` count from what ``at`` starts with: "T" is the detection, "R" the resolution, which post-incident
    windows count from. It is None for what goes on throughout ("ongoing") or has no time of its own ("when needed").
    ``who`` is "stormjib", "a person", "a person, approved" or "two people, approved". ``kind`` is "phase", "task",
    "item", "check", "offer", "update", "reference", "demand" or "own"; what "forbids" is for "nobody", at no time ("never").
    """

    at: str
    minutes: float | None
    what: str
    who: str
    line: int
    kind: str


def plan(runbook: Runbook, severity: str, policy: Policy = UNSET) -> tuple[PlanLine, ...]:
    """The plan for an incident of this severity ("P0" … "P4", or a name of the runbook's own), by time, then by line.

    What runs by itself is asked of the code that runs it at a declaration.
    """
    runbook, level = filled(runbook, Incident.new(""), policy), runbook.level(severity)
    found = [*_steps(runbook, level, policy), *_items(runbook, level, policy), *_phases(runbook), *_own(runbook, level, policy)]
    found += _forbidden(runbook, level)
    return tuple(sorted(found, key=order))


def account(runbook: Runbook) -> str:
    """One sentence on how much of the file the plan rests on."""
    coverage = runbook.coverage
    rest = len(coverage.unexplained)
    sentence = f"{coverage.lines} lines: {coverage.bound} bound, {coverage.prose} shown as prose, {rest} unexplained"
    return f"{sentence} ({', '.join(str(line) for line in coverage.unexplained[:10])})." if rest else f"{sentence}."


def order(line: PlanLine) -> tuple[int, float, bool, int]:
    """What is forbidden comes first, after the incident what is after it; what is ongoing or only at hand comes last; a phase opens before what it holds."""
    rank = {"n": -1, "T": 0, "o": 1, "R": 2, "w": 3}[line.at[0]]
    return rank, line.minutes or 0.0, line.kind != "phase", line.line


def _phases(runbook: Runbook) -> Iterator[PlanLine]:
    for phase in runbook.phases:
        at, minutes = _start(phase)
        until = f", until {_clock(phase, phase.window_minutes[1])}" if phase.window_minutes else ""
        yield PlanLine(at, minutes, f"{phase.title}{until}", PERSON, phase.line, "phase")


def _steps(runbook: Runbook, severity: str, policy: Policy) -> Iterator[PlanLine]:
    steps = {step.id: step for step in runbook.steps}
    phases = {step.id: runbook.phase_of(step) for step in runbook.steps}
    owed = _owed(severity, runbook)
    alone = {(command.text.strip(), command.target) for command in initial_triage(runbook, policy).checks}
    for task in runbook.tasks:
        if task.holds(severity) and task.demand is not Demand.FORBIDS:
            yield _task(task, phases.get(task.step), owed, runbook, policy)
    for command in runbook.commands:
        step = steps.get(command.step)
        by_itself = (command.text.strip(), command.target) in alone and guard(command, policy).unattended
        runs = by_itself and not (step and (waits(step) or (command.follows_log and step.mode is not Mode.COLLECT)))
        yield _command(command, step.mode if step else Mode.MENU, phases.get(command.step), policy, alone=runs)


def _items(runbook: Runbook, severity: str, policy: Policy) -> Iterator[PlanLine]:
    """The boxes of the severity's checklist that are not a task as well; those appear once, with the nearer deadline."""
    checklist, owed = runbook.checklist(severity), _owed(severity, runbook)
    asked = {task.id: task.deadline_minutes for task in runbook.tasks if task.holds(severity)}
    for item in checklist.items if checklist else ():
        if item.demand is Demand.FORBIDS:
            continue
        if item.same_as in asked and item.deadline_minutes in {None, asked[item.same_as]}:
            continue
        what, who = _timed(item, item.text, comms.lacks(item.duty, runbook, policy)), _who(item, owed, policy)
        yield PlanLine("T+0", 0.0, what, who, item.line, "update" if item.cadence_minutes else "item")


def _forbidden(runbook: Runbook, severity: str) -> Iterator[PlanLine]:
    """What nobody may do, each line once."""
    lines = {one.line: item_text(one) for one in _asked(runbook, severity) if one.demand is Demand.FORBIDS}
    yield from (PlanLine("never", None, text, NOBODY, line, "forbids") for line, text in lines.items())


def _own(runbook: Runbook, severity: str, policy: Policy) -> Iterator[PlanLine]:
    """What a declaration of this severity does by itself although the runbook does not ask for it."""
    owed, asked = _owed(severity, runbook), {one.duty for one in _asked(runbook, severity)}
    if owed.pages and "page" not in asked:
        whom = "by the escalation policy, level by level" if policy.escalation else "the responders one after the other"
        what = f"Page {whom}, until somebody acknowledges"
        yield PlanLine("T+0", 0.0, what, STORMJIB, 0, "own")
    if owed.tells_leadership and "leadership" not in asked:
        yield PlanLine("T+0", 0.0, "Send a message to leadership", STORMJIB, 0, "own")


def _asked(runbook: Runbook, severity: str) -> tuple[Item | Task, ...]:
    checklist = runbook.checklist(severity)
    return (*(task for task in runbook.tasks if task.holds(severity)), *(checklist.items if checklist else ()))


def _owed(severity: str, runbook: Runbook) -> Duty:
    read = read_severity(severity)
    level = read[0] if read else Severity.P4
    return msgspec.structs.replace(duty(level), tells_leadership=comms.tells_leadership(level, runbook))


def _task(task: Task, phase: Phase | None, owed: Duty, runbook: Runbook, policy: Policy) -> PlanLine:
    text = task.text if task.label in task.text else f"{task.label}: {task.text}"
    kind = "update" if task.cadence_minutes else "task"
    if runbook.is_afterwards(task) and task.deadline_minutes is not None:
        what = f"{text[:_SHOWN_CHARACTERS_MAX]}, done by then"
        return PlanLine(
            f"R+{_shown(task.deadline_minutes)}", task.deadline_minutes, what, _who(task, owed, policy), task.line, kind
        )
    (at, minutes), who = _start(phase), _who(task, owed, policy)
    if at == WHEN_NEEDED and who == STORMJIB:
        # A declaration does it, wherever the runbook asks for it.
        at, minutes = "T+0", 0.0
    return PlanLine(at, minutes, _timed(task, text, comms.lacks(task.duty, runbook, policy)), who, task.line, kind)


def _timed(asked: Item | Task, text: str, lacks: str) -> str:
    """The text with its deadline and cadence, where it does not say them itself in as many words, and what would prove it and is not connected."""
    deadline, cadence = asked.deadline_minutes, asked.cadence_minutes
    by = f", due at T+{deadline:g}" if deadline is not None else ""
    often = f", every {'-'.join(dict.fromkeys(f'{one:g}' for one in cadence))} minutes" if cadence and "every" not in text else ""
    return f"{text[:_SHOWN_CHARACTERS_MAX]}{by}{often}" + (f" ({lacks})" if lacks else "")


def _who(asked: Item | Task, owed: Duty, policy: Policy) -> str:
    """stormjib, where a declaration that owes this does it; the same table says so then."""
    done = {"log": True, "timeline": True, "gather": True, "page": owed.pages, "leadership": owed.tells_leadership}
    done |= dict.fromkeys(("channel", f"channel/{policy.chat}"), bool(policy.chat) and owed.opens_channel)
    return STORMJIB if done.get(asked.duty) else PERSON


def _command(command: Command, mode: Mode, phase: Phase | None, policy: Policy, *, alone: bool) -> PlanLine:
    """A command as it would come up: ``alone`` at the declaration, else where a person wants it."""
    text = " ".join(shown(command.bounded or command.text if command.endless else command.text).split())[:_SHOWN_CHARACTERS_MAX]
    what = f"{command.label}: {text}" if command.label else text
    if alone:
        return PlanLine("T+0", 0.0, what, STORMJIB, command.line, "check")
    verdict = guard(command, policy)
    at, minutes = _start(phase)
    if verdict.misplaced:
        return PlanLine(
            WHEN_NEEDED, None, f"{what} (is not run. {verdict.misplaced.rstrip('.')})", PERSON, command.line, "reference"
        )
    if verdict.risk is Risk.READ and not command.approvals and not verdict.needs:
        if phase is None or mode is Mode.MENU:
            return PlanLine(WHEN_NEEDED, None, what, PERSON, command.line, "reference")
        return PlanLine(at, minutes, what, PERSON, command.line, "check")
    if verdict.risk is Risk.READ and not command.approvals:
        return PlanLine(at, minutes, f"{what} ({_lacks(verdict.needs)})", PERSON, command.line, "check")
    return PlanLine(at, minutes, what, _approval(command), command.line, "offer")


def _lacks(needs: tuple[str, ...]) -> str:
    """What a person has to do before a read runs."""
    own = [one for one in needs if one[:2] != "$(" and one[:1] != "`" and (name := name_of(one)) and not is_secret(name)]
    others = tuple(one for one in needs if one not in own)
    told = [f"give {' and '.join(own)} a value with `stormjib value set`"] if own else []
    if others:
        told.append(how_to_give(others).rstrip("."))
    return f"{'. '.join(told)}; it then runs as a read"


def _approval(command: Command) -> str:
    """Who must agree: two people to what destroys, one to anything else that is not a proven read."""
    two = command.risk is Risk.DESTROY or (command.approvals or 0) >= _TWO
    return TWICE_APPROVED if two else APPROVED


def _since_resolution(phase: Phase) -> bool:
    return phase.clock is Clock.RESOLUTION


def _start(phase: Phase | None) -> tuple[str, float | None]:
    """When a phase opens. Without a window it has no time of its own."""
    if phase is None or (phase.window_minutes is None and not phase.ongoing):
        return WHEN_NEEDED, None
    if phase.window_minutes is None:
        return "ongoing", None
    return _clock(phase, phase.window_minutes[0]), phase.window_minutes[0]


def _clock(phase: Phase, minutes: float) -> str:
    """A time as it is shown: minutes, from a day on hours."""
    return f"{'R' if _since_resolution(phase) else 'T'}+{_shown(minutes)}"


def _shown(minutes: float) -> str:
    return f"{minutes / 60:g} h" if minutes >= _DAY_MINUTES else f"{minutes:g}"
