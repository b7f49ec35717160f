"""What a book was read as, on a page that a person can judge: beside each Markdown file of ``cases/manner``. Run this file to write them anew."""

import json
from pathlib import Path

from stormjib.core.initial_triage import initial_triage
from stormjib.core.kinds import Demand
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.runbook import Item, Runbook, Task, item_text

BOOKS = tuple(sorted((Path(__file__).parent / "cases" / "manner").glob("*.md")))
_ALL = Policy()
_SHOWN_CHARACTERS = 70


def summary(source: bytes) -> dict[str, list[str]]:
    """The phases, levels, demands, commands, contacts and what is left over, each as a line; empty ones are left out."""
    book = compile_runbook(source)
    alone = {command.id for command in initial_triage(book, _ALL).checks}
    made = {
        "phases": [f"{phase.line} {phase.kind.value}: {phase.title}{_window(phase.window_minutes)}" for phase in book.phases],
        "levels": [
            f"{one.line} {one.name} is {one.level}{_minutes(' acknowledge', one.acknowledge_minutes)}{_minutes(' update', one.update_minutes)}"
            for one in book.severities
        ],
        "runs by itself": [f"{one.line} {_short(one.text)}" for one in book.commands if one.id in alone],
        "a person runs": [
            f"{one.line} {_short(one.text)}{f' ({one.condition})' if one.condition else ''}"
            for one in book.commands
            if one.id not in alone
        ],
        "verifies or closes": [f"{step.line} {step.title}" for step in book.steps if step.verifies or step.closes],
        **{
            f"{demand.value}": [_asked(one) for one in _items(book) if one.demand is demand]
            for demand in (Demand.REQUIRED, Demand.CONDITIONAL, Demand.FORBIDS)
        },
        "contacts": [
            f"{one.line} {one.group} / {one.name}: {one.value}{'' if one.filled else ' (not filled)'}" for one in book.contacts
        ],
        "templates": [f"{one.line} {one.kind}: {one.title}" for one in book.templates],
        "not understood": [str(line) for line in book.coverage.unexplained],
    }
    return {key: lines for key, lines in made.items() if lines}


def _items(book: Runbook) -> list[Item | Task]:
    """Boxes, and the tasks that are no box as well."""
    boxes = {item.line: item for checklist in book.checklists for item in checklist.items}
    tasks = [task for task in book.tasks if task.line not in boxes or "-" in task.id]
    return sorted([*boxes.values(), *tasks], key=lambda one: one.line)


def _asked(one: Item | Task) -> str:
    box = "[ ] " if isinstance(one, Item) else ""
    levels = f" (for {', '.join(one.severities)})" if isinstance(one, Task) and one.severities else ""
    return f"{one.line} {box}{_short(item_text(one))}{levels}{_minutes(' due', one.deadline_minutes)}"


def _short(text: str) -> str:
    return " ".join(text.split())[:_SHOWN_CHARACTERS]


def _window(window: tuple[float, float] | None) -> str:
    return f" ({window[0]:g}-{window[1]:g} min)" if window else ""


def _minutes(word: str, minutes: float | None) -> str:
    return f"{word} {minutes:g} min" if minutes is not None else ""


def written(source: bytes) -> str:
    """The summary as it stands in the file."""
    return json.dumps(summary(source), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each in BOOKS:
        each.with_suffix(".json").write_text(written(each.read_bytes()), encoding="utf-8")
