"""From what a walk bound to the finished Runbook: ids, steps, checklists, and the account of the lines."""

import re
from typing import TypeVar

import msgspec

from stormjib.core import lint
from stormjib.core.kinds import Demand, Kind, Mode
from stormjib.core.markdown import checklists, fences, level_names, meaning, outline
from stormjib.core.markdown.binding import Binding
from stormjib.core.markdown.outline import Section
from stormjib.core.markdown.sense import Sense
from stormjib.core.risk import Risk
from stormjib.core.runbook import Checklist, Command, Item, Phase, Runbook, Step, Task, Template, item_text

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG_CHARACTERS_MAX = 48

Named = TypeVar("Named", Step, Phase)


def runbook(binding: Binding, base: Runbook) -> Runbook:
    """The runbook of a finished walk; ``base`` brings what is not in the blocks: hash, title, front matter."""
    step_ids = _step_ids(binding)
    found = _commands(binding, step_ids)
    tasks = tuple(
        msgspec.structs.replace(task, step=step_ids[binding.shape.sections[at].step], group=binding.shape.sections[at].group)
        for at, task in binding.tasks
    )
    steps = _steps(binding, step_ids, base.title, found, tasks)
    boxes = _checklists(binding, base.title)
    if not found and not boxes:
        boxes = _from_text(binding, tuple(binding.tasks), base.title)
    _account_for_headings(binding, step_ids)
    coverage = binding.ledger.balance()
    built = msgspec.structs.replace(
        base,
        steps=steps,
        severities=binding.levels.defined,
        commands=found,
        tasks=tasks,
        checklists=checklists.join(boxes, tasks, steps),
        templates=_templates(binding),
        contacts=tuple(binding.contacts),
        findings=(*base.findings, *binding.findings),
        prose=binding.ledger.prose,
        coverage=coverage,
        reminder=binding.reminder,
        reminder_line=binding.reminder_line,
    )
    meant = meaning.decided(built, binding.words, binding.levels.names)
    return _told_apart(msgspec.structs.replace(meant, findings=lint.lint(meant)), binding)


def _told_apart(runbook: Runbook, binding: Binding) -> Runbook:
    """Steps, and phases, of one title carry the heading above: "Shop is down › Fix". What their words mean is decided before."""
    sections = binding.shape.sections
    at_line = {section.line: section for section in sections}

    def full(line: int, title: str) -> str:
        above = [sections[at].title for at in at_line[line].path[1 + binding.shape.has_title : -1]]
        return " › ".join([*above, title])

    def named(parts: tuple[Named, ...]) -> tuple[Named, ...]:
        titles = [part.title.casefold() for part in parts]
        return tuple(
            msgspec.structs.replace(part, title=full(part.line, part.title))
            if titles.count(part.title.casefold()) > 1 and part.line in at_line
            else part
            for part in parts
        )

    return msgspec.structs.replace(runbook, steps=named(runbook.steps), phases=named(runbook.phases))


def _step_ids(binding: Binding) -> dict[int, str]:
    """The ids of the sections that are steps: those with a number, and those with something to do."""
    sections = binding.shape.sections
    used = {sections[at].step for at, _ in binding.tasks} | {sections[at].step for at, _, _ in binding.commands}
    own = {at for at, section in enumerate(sections) if section.step == at and not section.is_phase}
    numbered = {at for at in own if sections[at].number is not None}
    taken: dict[str, int] = {}
    return {at: _unique(_step_name(sections[at].number, sections[at].title), taken) for at in sorted(used | numbered)}


def _step_name(number: int | None, title: str) -> str:
    if number is not None:
        return f"s{number}"
    if "quick reference" in title.lower():
        return "s-quick-reference"
    return f"s-{_slug(title) or 'start'}"


def _slug(text: str) -> str:
    return _NOT_SLUG.sub("-", text.lower())[:_SLUG_CHARACTERS_MAX].strip("-")


def _unique(name: str, taken: dict[str, int]) -> str:
    """A name that is not taken yet, which it is from then on; ``taken`` counts how often each was asked for."""
    unique = name
    while unique in taken:
        taken[name] += 1
        unique = f"{name}-{taken[name]}"
    taken[unique] = 1
    return unique


def _commands(binding: Binding, step_ids: dict[int, str]) -> tuple[Command, ...]:
    """The commands with their ids, an id given in the fence first, and their place."""
    taken: dict[str, int] = {}
    placed = []
    for at, given, command in binding.commands:
        section = binding.shape.sections[at]
        name = _unique(given or command.id, taken)
        placed.append(msgspec.structs.replace(command, id=name, step=step_ids[section.step], group=section.group))
    return fences.arranged(tuple(placed))


def _steps(
    binding: Binding, step_ids: dict[int, str], title: str, found: tuple[Command, ...], tasks: tuple[Task, ...]
) -> tuple[Step, ...]:
    """The steps with what belongs to each."""
    groups: dict[int, dict[str, None]] = {}
    owned: dict[str, list[str]] = {}
    for section in binding.shape.sections:
        if section.group:
            groups.setdefault(section.step, {})[section.group] = None
    for command in found:
        owned.setdefault(f"commands of {command.step}", []).append(command.id)
    for task in tasks:
        owned.setdefault(f"tasks of {task.step}", []).append(task.id)
    return tuple(
        Step(
            name,
            binding.shape.sections[at].number,
            binding.shape.sections[at].title or title or "Runbook",
            binding.shape.sections[at].line,
            binding.shape.sections[at].phase,
            _mode(binding.shape.sections[at], [command for command in found if command.step == name]),
            tuple(groups.get(at, ())),
            tuple(owned.get(f"commands of {name}", ())),
            tuple(owned.get(f"tasks of {name}", ())),
            kind=binding.shape.sections[at].kind,
        )
        for at, name in step_ids.items()
    )


def _mode(section: Section, found: list[Command]) -> Mode:
    """How a step is gone through: commands that change something, in no order and below words that say none, are a choice."""
    changing = [command for command in found if command.risk is not Risk.READ]
    said = section.given.mode or section.kind is not Kind.RESPOND
    return section.mode if said or not changing or not all(command.free for command in changing) else Mode.CHOOSE


def _checklists(binding: Binding, title: str) -> tuple[Checklist, ...]:
    """The lists of boxes, bound to the severities that the nearest heading names; one for each when it names several."""
    found: list[Checklist] = []
    names = binding.levels.names
    for at, items in binding.items.items():
        sections = [binding.shape.sections[above] for above in reversed(binding.shape.sections[at].path)]
        named = next((levels for levels in (level_names.named(section.title, names) for section in sections) if levels), ("",))
        name = sections[0].title or title or "Checklist"
        found.extend(Checklist(level, name, sections[0].line, tuple(items)) for level in named)
    return tuple(found)


def _from_text(binding: Binding, tasks: tuple[tuple[int, Task], ...], title: str) -> tuple[Checklist, ...]:
    """A runbook without a command or a box is a checklist all the same: what it asks for, box by box.

    Its prose informs and is no box; of a list, what names a deed is one. A fix is chosen, so that none of them is required.
    """
    sections = binding.shape.sections
    ordered = {block.line for block in binding.blocks if block.kind == "item" and block.ordered}
    grouped: dict[tuple[int, tuple[str, ...]], list[Item]] = {}
    for at, task in tasks:
        text = item_text(task)
        limited = task.severities or task.condition or task.demand is Demand.FORBIDS or binding.words.has("option", text)
        says = task.deadline_minutes is not None or task.cadence_minutes or limited
        is_step = task.line in ordered or outline.numbered(task.text, binding.words)[0] is not None
        if not (says or is_step or binding.words.has("acts", task.text)):
            continue
        chosen = sections[at].kind is Kind.MITIGATE and task.line not in ordered and task.demand is Demand.REQUIRED
        item = checklists.item(task.line, text, binding.reading, Sense(Demand.CONDITIONAL if chosen else task.demand))
        levels = task.severities or level_names.named(sections[at].title, binding.levels.names)
        grouped.setdefault((at, levels), []).append(item)
    # What is for everybody is for those as well that have more to do.
    bound = tuple(dict.fromkeys(level for _, levels in grouped for level in levels))
    return tuple(
        Checklist(level, sections[at].title or title or "Checklist", sections[at].line, tuple(items))
        for (at, levels), items in grouped.items()
        for level in levels or ("", *bound)
    )


def _account_for_headings(binding: Binding, step_ids: dict[int, str]) -> None:
    """A heading that something hangs on is bound; any other is shown like text."""
    headings = (block for block in binding.blocks if block.kind == "heading")
    for at, (block, section) in enumerate(zip(headings, binding.shape.sections[1:], strict=True), 1):
        if at in binding.used or section.step in step_ids:
            binding.ledger.bind(block.line, block.end_line)
        else:
            binding.ledger.show(block.line, block.end_line, section.title)


def _templates(binding: Binding) -> tuple[Template, ...]:
    taken: dict[str, int] = {}
    named = ((template, _unique(template.id, taken)) for template in binding.templates)
    return tuple(msgspec.structs.replace(template, id=name) for template, name in named)
