"""What the words of a runbook mean, decided once for everybody who acts on them later."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from stormjib.core.kinds import Demand, Kind
from stormjib.core.markdown.level_names import Names, only
from stormjib.core.markdown.words import Words
from stormjib.core.risk import Risk
from stormjib.core.runbook import Checklist, Command, Item, Runbook, Step, Task, item_text
from stormjib.core.severity import canonical
from stormjib.core.shell.maintenance import maintenance
from stormjib.core.shell.opposites import undoes

RUN_BY_HAND: Final = "Run by hand"
"""What a script is called that is one thing for a person to run."""
_OF_ONE = {"leadership", "timeline", "customers", "stakeholders", "commander", "status", "dependencies"}
"""What a fact proves where nothing beside it is asked for."""
_OF_LOG = re.compile(r"\blogs\b|\bjournalctl\b|\btail\b")


def decided(runbook: Runbook, words: Words, names: Names) -> Runbook:
    """The runbook with the meaning of its steps, tasks, items and commands filled in."""
    steps = tuple(_step(step, words) for step in runbook.steps)
    tasks = tuple(_task(task, words, names) for task in runbook.tasks)
    return msgspec.structs.replace(
        runbook,
        steps=steps,
        tasks=tuple(_only_checks(tasks, {step.id for step in steps if step.verifies}, runbook.commands)),
        checklists=tuple(_checklist(checklist, words, names) for checklist in runbook.checklists),
        commands=_temporary(runbook, tuple(_command(command) for command in runbook.commands), words),
        leadership=tuple(sorted(_leadership(runbook, tasks, words, names))),
    )


def _leadership(runbook: Runbook, tasks: Iterable[Task], words: Words, names: Names) -> set[str]:
    """The levels at which the book has leadership told, where it says so: by a deed, by its channel, or by what it says of a level."""
    asked = (task for task in tasks if task.duty == "leadership" and task.demand is not Demand.FORBIDS)
    said = {level for task in asked for level in task.levels}
    said |= {one.level for one in runbook.severities if words.has("told.leadership", one.text)}
    where = (one.value for one in runbook.contacts if "leadership" in {one.place, one.name.lower()})
    return said | {names.level(name) or canonical(name) for value in where for name in only(value, names, words)}


def _step(step: Step, words: Words) -> Step:
    """A step proves the recovery by its own title, or as a part of what verifies; a look whether the alert is true proves none."""
    return msgspec.structs.replace(
        step,
        verifies=step.kind is Kind.VERIFY or (words.has("h.verifies", step.title) and not words.has("h.confirm", step.title)),
        closes=words.has("h.closes", step.title),
        reviews_metrics=words.has("h.metrics", step.title),
    )


def _task(task: Task, words: Words, names: Names) -> Task:
    text = item_text(task)
    proof = words.first("proof", text)
    return msgspec.structs.replace(
        task,
        duty=_duty(text, words),
        proved_by=proof,
        hold_minutes=task.hold_minutes if proof else None,
        metrics=words.all("metric", f"{task.label} {task.text}"),
        levels=tuple(names.level(name) or canonical(name) for name in task.severities),
    )


def _only_checks(tasks: Iterable[Task], proofs: set[str], commands: Iterable[Command]) -> Iterator[Task]:
    """What proves the recovery is a look: a deed that stands among the looks is on offer, and nobody has to do it to resolve."""
    deeds = {command.line for command in commands if command.risk in {Risk.CHANGE, Risk.DISRUPT, Risk.DESTROY}}
    for task in tasks:
        is_deed = task.step in proofs and (task.line in deeds or task.label.startswith(RUN_BY_HAND))
        demand = Demand.CONDITIONAL if is_deed and task.demand is Demand.REQUIRED else task.demand
        yield msgspec.structs.replace(task, demand=demand)


def _checklist(checklist: Checklist, words: Words, names: Names) -> Checklist:
    level = names.level(checklist.severity) or canonical(checklist.severity) if checklist.severity else ""
    return msgspec.structs.replace(checklist, items=tuple(_item(item, words) for item in checklist.items), level=level)


def _item(item: Item, words: Words) -> Item:
    return msgspec.structs.replace(item, duty=_duty(item.text, words))


def _command(command: Command) -> Command:
    return msgspec.structs.replace(
        command,
        follows_log=command.endless and bool(_OF_LOG.search(command.text)),
        maintenance=None if command.risk is Risk.READ else maintenance(command.text),
    )


def _duty(text: str, words: Words) -> str:
    """The kind of fact that proves it; a channel in a chat is proven only by one that was opened there, and so is an acknowledgement."""
    duty = words.first("duty", text)
    if duty in _OF_ONE and words.has("several", text):
        return ""  # a message to the leadership does not tell customers, and a log is no report
    where = words.find({"channel": "chat", "acknowledge/source": "monitor"}.get(duty, ""), text)
    return f"{duty.partition('/')[0]}/{where.group(0).lower()}" if where else duty


def _temporary(runbook: Runbook, commands: tuple[Command, ...], words: Words) -> tuple[Command, ...]:
    """The commands with the temporary measures that the book calls so, each with what takes it back: beside it, else its exact opposite."""
    titles = {step.id: step.title for step in runbook.steps}
    changes = [command for command in commands if command.risk is not Risk.READ and command.maintenance is None]
    called: dict[str, tuple[str, str]] = {}
    for command in changes:
        said = (one for one in (command.label, command.group, titles.get(command.step, "")) if words.has("temporary", one))
        name = next(said, "").partition(":")[0]
        if not name or command.id in {undo for _, undo in called.values()}:
            continue
        later = [one for one in changes if one.step == command.step and one.line > command.line]
        beside = (one.id for one in later if words.has("undo", f"{one.label} / {one.group}") or undoes(one.text, command.text))
        elsewhere = (one.id for one in changes if undoes(one.text, command.text, exactly=True))
        called[command.id] = (name, (command.undo and _id_of(command.undo, commands)) or next(beside, "") or next(elsewhere, ""))
    return tuple(
        msgspec.structs.replace(command, temporary=called[command.id][0], undone_by=called[command.id][1])
        if command.id in called
        else command
        for command in commands
    )


def _id_of(text: str, commands: tuple[Command, ...]) -> str:
    return next((command.id for command in commands if command.text == text), "")
