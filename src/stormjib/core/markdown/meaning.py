"""What the words of a runbook mean, decided once for everybody who acts on them later."""

import re

import msgspec

from stormjib.core.markdown import english
from stormjib.core.runbook import Checklist, Clock, Command, Item, Phase, Runbook, Step, Task, item_text
from stormjib.core.shell.maintenance import maintenance


def _found(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _table(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, _found(pattern)) for name, pattern in rows)


_AFTER, _VERIFIES, _CLOSES = _found(english.AFTER), _found(english.VERIFIES), _found(english.CLOSES)
_REVIEWS_METRICS = _found(english.REVIEWS_METRICS)
_DUTIES, _PROVED_BY, _METRICS = _table(english.DUTIES), _table(english.PROVED_BY), _table(english.METRICS)
_OF_LOG = re.compile(r"\blogs\b|\bjournalctl\b|\btail\b")


def decided(runbook: Runbook) -> Runbook:
    """The runbook with the meaning of its phases, steps, tasks, items and commands filled in."""
    return msgspec.structs.replace(
        runbook,
        phases=tuple(_phase(phase) for phase in runbook.phases),
        steps=tuple(_step(step) for step in runbook.steps),
        tasks=tuple(_task(task) for task in runbook.tasks),
        checklists=tuple(_checklist(checklist) for checklist in runbook.checklists),
        commands=tuple(_command(command) for command in runbook.commands),
    )


def _phase(phase: Phase) -> Phase:
    return msgspec.structs.replace(phase, clock=Clock.RESOLUTION) if _AFTER.search(phase.title) else phase


def _step(step: Step) -> Step:
    return msgspec.structs.replace(
        step,
        verifies=bool(_VERIFIES.search(step.title)),
        closes=bool(_CLOSES.search(step.title)),
        reviews_metrics=bool(_REVIEWS_METRICS.search(step.title)),
    )


def _task(task: Task) -> Task:
    text = item_text(task)
    asked = tuple(name for name, pattern in _METRICS if pattern.search(f"{task.label} {task.text}"))
    return msgspec.structs.replace(task, duty=_duty(text), proved_by=_first(_PROVED_BY, text), metrics=asked)


def _checklist(checklist: Checklist) -> Checklist:
    return msgspec.structs.replace(checklist, items=tuple(_item(item) for item in checklist.items))


def _item(item: Item) -> Item:
    return msgspec.structs.replace(item, duty=_duty(item.text))


def _command(command: Command) -> Command:
    return msgspec.structs.replace(
        command,
        follows_log=command.endless and bool(_OF_LOG.search(command.text)),
        maintenance=maintenance(command.text),
    )


def _duty(text: str) -> str:
    duty = _first(_DUTIES, text)
    chat = next((chat for chat in english.CHATS if chat in text.lower()), "") if duty == "channel" else ""
    return f"{duty}/{chat}" if chat else duty


def _first(table: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in table if pattern.search(text)), "")
