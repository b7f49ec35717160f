"""`stormjib runbook show`: what is understood of a runbook, with when each proven read last worked."""

from typing import Any

from stormjib.cli import render
from stormjib.cli.check import ages
from stormjib.cli.exits import Exit
from stormjib.cli.render import Console
from stormjib.cli.runbook import named, read
from stormjib.cli.session import Session
from stormjib.core.plan import account
from stormjib.core.redact import shown
from stormjib.core.runbook import Runbook, to_json


def show(session: Session) -> int:
    """What is understood of it."""
    book = read(session, session.options.file)
    known = ages(session, book)

    def write(console: Console) -> None:
        console.line(book.title or "(no title)", "strong")
        console.line(f"sha256 {book.sha256}")
        console.line(account(book))
        _severities(console, book)
        for step in book.steps:
            _step(console, book, step.id, known)
        _lists(console, book, session.options.severity)

    session.answer({**to_json(book), "checks": known}, write)
    return Exit.OK


def _severities(console: Console, book: Runbook) -> None:
    if book.severities:
        console.line()
        console.line("Severities", "strong")
        console.table([(render.severity(named(book, one.name)), render.source(one.line), one.text) for one in book.severities])


def _step(console: Console, book: Runbook, step_id: str, known: dict[str, dict[str, Any]]) -> None:
    step = book.step(step_id)
    if step is None:
        return
    phase = book.phase_of(step)
    where = f"{phase.title}; " if phase else ""
    number = f"{step.number}. " if step.number is not None else ""
    console.line()
    console.line(f"{number}{step.title}  ({where}{step.mode.value}, {render.source(step.line)})", "strong")
    rows = [
        (
            command.id,
            render.source(command.line),
            command.risk.value,
            _checked(known, command.id),
            command.label,
            shown(command.text),
        )
        for command in book.commands_of(step_id)
    ]
    rows += [(task.id, render.source(task.line), "person", "", task.label, task.text) for task in book.tasks_of(step_id)]
    console.table(rows)


def _checked(known: dict[str, dict[str, Any]], command_id: str) -> str:
    return str(known[command_id]["checked"]) if command_id in known else ""


def _lists(console: Console, book: Runbook, only: str | None) -> None:
    for checklist in book.checklists:
        if only is None or book.level(only) == (checklist.level or checklist.severity):
            console.line()
            console.line(f"{checklist.title}  ({render.source(checklist.line)})", "strong")
            console.table([("[ ]", item.id, render.source(item.line), item.text) for item in checklist.items])
    if book.contacts:
        console.line()
        console.line("Contacts", "strong")
        rows = [
            (one.group, one.name, render.source(one.line), one.value if one.filled else "NOT FILLED IN") for one in book.contacts
        ]
        console.table(rows, styles=["" if one.filled else "warn" for one in book.contacts])
    for template in book.templates:
        about = f"{template.kind}{f' {template.stage}' if template.stage else ''}"
        console.line(f"Template: {template.title} ({about}, {len(template.fields)} fields, {render.source(template.line)})")
