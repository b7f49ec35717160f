"""A runbook as data: its parts, found by their ids, and its severities by their names."""

from typing import Any, Final

import msgspec

from stormjib.core.kinds import Clock, Kind
from stormjib.core.runbook.parts import (
    Checklist,
    Command,
    Contact,
    Coverage,
    Finding,
    Item,
    Phase,
    Prose,
    Severity,
    Step,
    Task,
    Template,
)
from stormjib.core.severity import Words, canonical, read_by_book, read_by_site

_OURS = ("P0", "P1", "P2", "P3", "P4")


NOT_A_RUNBOOK: Final = {"empty", "too-large", "not-text"}
"""Codes of findings on a whole file."""

_DAY_MINUTES: Final = 24 * 60.0
_TITLES_MAX = 3


class Runbook(msgspec.Struct, frozen=True):
    """A whole runbook. ``sha256`` is of the bytes as given, in hex; it names the version that an approval is bound to."""

    sha256: str
    title: str
    service: str | None = None
    phases: tuple[Phase, ...] = ()
    steps: tuple[Step, ...] = ()
    severities: tuple[Severity, ...] = ()
    commands: tuple[Command, ...] = ()
    tasks: tuple[Task, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    templates: tuple[Template, ...] = ()
    contacts: tuple[Contact, ...] = ()
    findings: tuple[Finding, ...] = ()
    prose: tuple[Prose, ...] = ()
    coverage: Coverage = Coverage()
    reminder: str = ""
    reminder_line: int = 0
    front_matter: tuple[tuple[str, Any], ...] = ()
    leadership: tuple[str, ...] = ()
    """The levels, as P0 … P4, at which it has leadership told; none where it does not say at which."""

    @property
    def unusable(self) -> str:
        """Why the file is no runbook at all, empty or binary or too large; "" where it could be read."""
        return next((one.message for one in self.findings if one.code in NOT_A_RUNBOOK and not self.coverage.lines), "")

    def command(self, command_id: str) -> Command | None:
        """The command with this id, None if there is none."""
        return next((command for command in self.commands if command.id == command_id), None)

    def task(self, task_id: str) -> Task | None:
        """The task with this id, None if there is none."""
        return next((task for task in self.tasks if task.id == task_id), None)

    def step(self, step_id: str) -> Step | None:
        """The step with this id, None if there is none."""
        return next((step for step in self.steps if step.id == step_id), None)

    def commands_of(self, step_id: str) -> tuple[Command, ...]:
        """The commands of a step, in the order of their lines."""
        return tuple(command for command in self.commands if command.step == step_id)

    def tasks_of(self, step_id: str) -> tuple[Task, ...]:
        """The tasks of a step, in the order of their lines."""
        return tuple(task for task in self.tasks if task.step == step_id)

    def is_afterwards(self, task: Task) -> bool:
        """Whether a task belongs to the time after the incident, whose clock starts when the service is back.

        What proves or closes an incident asks for nothing that may take a day and more: that comes afterwards. The rest of a part that
        closes is done before the end, also where its title names what follows: "Close and post-mortem".
        """
        step = self.step(task.step)
        if step is None:
            return False
        if (step.verifies or step.closes) and (task.deadline_minutes or 0.0) >= _DAY_MINUTES:
            return True
        phase = self.phase_of(step)
        follows = step.kind is Kind.AFTER or (phase is not None and phase.clock is Clock.RESOLUTION)
        return follows and not (step.closes and step.kind is Kind.AFTER)

    def phase_of(self, step: Step) -> Phase | None:
        """The phase that a step belongs to, None if it stands outside."""
        return self.phases[step.phase] if 0 <= step.phase < len(self.phases) else None

    def checklist(self, severity: str) -> Checklist | None:
        """The checklist of this severity; without one, those for every severity as one; None if there is neither.

        A severity is P0 … P4 or a name of the runbook's own. Where two of its names are one level, so are their lists.
        """
        level = self.level(severity)
        bound = [one for one in self.checklists if one.severity and (one.level or canonical(one.severity)) == level]
        found = bound or [checklist for checklist in self.checklists if not checklist.severity]
        if not found:
            return None
        items = {item.id: item for checklist in found for item in checklist.items}
        titles = dict.fromkeys(checklist.title for checklist in found)
        title = " / ".join(titles) if len(titles) <= _TITLES_MAX else "Checklist"
        return msgspec.structs.replace(found[0], title=title, items=tuple(items.values()))

    def level(self, name: str, own: Words = ()) -> str:
        """P0 … P4 of a severity's name: as the site reads it (``own``), by the runbook's own levels, else as everybody does.

        The name itself where it says nothing.
        """
        if site := read_by_site(name, own):
            return site.value
        named = None if name in _OURS else read_by_book(name, self.words)
        return named.value if named else canonical(name)

    @property
    def words(self) -> Words:
        """Its own names of levels that are no P0 … P4 themselves, each with its rank."""
        return tuple((one.name, one.level) for one in self.severities if one.level and one.name not in _OURS)

    def severity(self, level: str) -> Severity | None:
        """The runbook's own level for P0 … P4, None where it has none."""
        return next((one for one in self.severities if one.level == level), None)

    def acknowledgements(self, level: str) -> tuple[tuple[float, int], ...]:
        """The minutes to acknowledge in that it gives to P0 … P4, each with its line: of the level itself, and of its items."""
        checklist, own = self.checklist(level), self.severity(level)
        held: tuple[Item | Task, ...] = (
            *(checklist.items if checklist else ()),
            *(task for task in self.tasks if task.holds(level)),
        )
        said = [(one.deadline_minutes, one.line) for one in held if one.duty == "acknowledge"]
        found = [*said, (own.acknowledge_minutes, own.line)] if own else said
        return tuple((minutes, line) for minutes, line in found if minutes is not None)

    def called(self, level: str) -> str:
        """What the runbook calls P0 … P4; the level itself where it has no name for it."""
        own = self.severity(level)
        return own.name if own else level

    def setting(self, name: str) -> object:
        """The value of a key of the front matter, None if it is not there."""
        return next((value for key, value in self.front_matter if key == name), None)


def item_text(item: Item | Task) -> str:
    """The words of a task or a checklist item, its label included."""
    label = item.label if isinstance(item, Task) else ""
    said_already = not label or item.text.startswith(label)
    return item.text if said_already else f"{label}: {item.text}" if item.text else label


def to_json(runbook: Runbook) -> dict[str, Any]:
    """A runbook as JSON types, schema ``stormjib.runbook/1``; ``docs/reference/runbook-json.md`` is the contract."""
    built: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(runbook))
    lean = ((built["commands"], ("assigns", "free")), (built["contacts"], ("after_minutes",)), ([built], ("leadership",)))
    for one, name in ((one, name) for some, names in lean for one in some for name in names):
        if one[name] in (None, "", False, []):
            del one[name]
    built["front_matter"] = dict(built["front_matter"])
    return {"schema": "stormjib.runbook/1", **built}
