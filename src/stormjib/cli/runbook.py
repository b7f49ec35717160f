"""`stormjib runbook …`: a runbook read, checked and planned by day, from the file alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stormjib.cli import render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Paper
from stormjib.cli.session import Session

if TYPE_CHECKING:
    from stormjib.core.plan import PlanLine
    from stormjib.core.runbook import Finding, Runbook

_NOT_A_RUNBOOK = {"empty", "too-large", "not-text"}


def read(session: Session, file: str) -> "Runbook":
    """Compile a file; what is no text is a sentence and exit code 1."""
    from stormjib.core.markdown import BYTES_MAX, compile_runbook  # noqa: PLC0415 - 150 ms

    try:
        if file == "-":
            source = session.world.stdin.buffer.read(BYTES_MAX + 1)
        else:
            with Path(file).open("rb") as opened:
                source = opened.read(BYTES_MAX + 1)
    except FileNotFoundError as error:
        raise Stop(Exit.NOT_FOUND, f"There is no file {file}.") from error
    except IsADirectoryError as error:
        raise Stop(Exit.USAGE, f"{file} is a directory; give the runbook's file.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Stop(Exit.FAILED, f"{file} can't be read ({reason}).") from error
    book = compile_runbook(source)
    wrong = next((finding for finding in book.findings if finding.code in _NOT_A_RUNBOOK), None)
    if wrong is not None and not book.coverage.lines:
        raise Stop(Exit.FAILED, f"{file}: {wrong.message}")
    only = getattr(session.options, "severity", None)
    if only is not None and only not in _levels(book):
        raise Stop(Exit.NOT_FOUND, f"{file} knows no severity {only}; it has {', '.join(_levels(book))}.")
    return book


def _levels(book: "Runbook") -> list[str]:
    return [severity.name for severity in book.severities] or ["P0", "P1", "P2", "P3", "P4"]


def show(session: Session) -> int:
    """What is understood of it."""
    from stormjib.cli.check import ages  # noqa: PLC0415 - it reads runbooks with this module
    from stormjib.core.plan import account  # noqa: PLC0415
    from stormjib.core.runbook import to_json  # noqa: PLC0415

    book = read(session, session.options.file)
    known = ages(session, book)

    def write(paper: Paper) -> None:
        paper.line(book.title or "(no title)", "strong")
        paper.line(f"sha256 {book.sha256}")
        paper.line(account(book))
        _severities(paper, book)
        for step in book.steps:
            _step(paper, book, step.id, known)
        _lists(paper, book, session.options.severity)

    session.answer({**to_json(book), "checks": known}, write)
    return Exit.OK


def _severities(paper: Paper, book: "Runbook") -> None:
    if book.severities:
        paper.line()
        paper.line("Severities", "strong")
        paper.table([(render.severity(one.name), render.source(one.line), one.text) for one in book.severities])


def _step(paper: Paper, book: "Runbook", step_id: str, known: dict[str, dict[str, Any]]) -> None:
    step = book.step(step_id)
    if step is None:
        return
    phase = book.phase_of(step)
    where = f"{phase.title}; " if phase else ""
    number = f"{step.number}. " if step.number is not None else ""
    paper.line()
    paper.line(f"{number}{step.title}  ({where}{step.mode.value}, {render.source(step.line)})", "strong")
    rows = [
        (command.id, render.source(command.line), command.risk.value, _checked(known, command.id), command.label, command.text)
        for command in book.commands_of(step_id)
    ]
    rows += [(task.id, render.source(task.line), "person", "", task.label, task.text) for task in book.tasks_of(step_id)]
    paper.table(rows)


def _checked(known: dict[str, dict[str, Any]], command_id: str) -> str:
    return str(known[command_id]["checked"]) if command_id in known else ""


def _lists(paper: Paper, book: "Runbook", only: str | None) -> None:
    for checklist in book.checklists:
        if only in {None, checklist.severity}:
            paper.line()
            paper.line(f"{checklist.title}  ({render.source(checklist.line)})", "strong")
            paper.table([("[ ]", item.id, render.source(item.line), item.text) for item in checklist.items])
    if book.contacts:
        paper.line()
        paper.line("Contacts", "strong")
        rows = [
            (one.group, one.name, render.source(one.line), one.value if one.filled else "NOT FILLED IN") for one in book.contacts
        ]
        paper.table(rows, styles=["" if one.filled else "warn" for one in book.contacts])
    for template in book.templates:
        about = f"{template.kind}{f' {template.stage}' if template.stage else ''}"
        paper.line(f"Template: {template.title} ({about}, {len(template.fields)} fields, {render.source(template.line)})")


def check(session: Session) -> int:
    """What is wrong with it."""
    from stormjib.core.lint import lint  # noqa: PLC0415
    from stormjib.core.plan import account  # noqa: PLC0415

    wanted = session.options
    book = read(session, wanted.file)
    findings: tuple[Finding, ...] = lint(book)
    found = {
        "schema": "stormjib.lint/1",
        "file": wanted.file,
        "sha256": book.sha256,
        "findings": [{"code": one.code, "line": one.line, "message": one.message} for one in findings],
        "coverage": _coverage(book),
    }

    def write(paper: Paper) -> None:
        for one in findings:
            paper.line(f"{wanted.file}:{one.line}: {one.code}: {one.message}")
        paper.line(account(book), "dim")
        paper.line(f"{len(findings)} findings." if findings else "Nothing to complain about.", "warn" if findings else "good")

    session.answer(found, write)
    return Exit.FAILED if findings and wanted.strict else Exit.OK


def plan(session: Session) -> int:
    """What would happen when, at each severity."""
    from stormjib.core.plan import account  # noqa: PLC0415
    from stormjib.core.plan import plan as lines_of  # noqa: PLC0415

    only = session.options.severity
    book = read(session, session.options.file)
    plans = {name: lines_of(book, name) for name in _levels(book) if only in {None, name}}
    texts = {one.name: one for one in book.severities}
    found = {
        "schema": "stormjib.plan/1",
        "sha256": book.sha256,
        "severities": [
            {"severity": name, "text": texts[name].text if name in texts else "", "items": [_item(line) for line in lines]}
            for name, lines in plans.items()
        ],
        "coverage": _coverage(book),
    }

    def write(paper: Paper) -> None:
        for name, lines in plans.items():
            level = texts.get(name)
            about = f"  {level.text} ({render.source(level.line)})" if level else ""
            paper.line(f"{render.severity(name)}{about}", render.style_of(name) or "strong")
            rows = [(line.at, "" if line.kind == "phase" else line.who, render.source(line.line), _title(line)) for line in lines]
            paper.table(
                rows, header=("WHEN", "WHO", "FROM", "WHAT"), styles=["strong" if line.kind == "phase" else "" for line in lines]
            )
            paper.line()
        paper.line(_WHEN, "dim")
        paper.line(account(book), "dim")

    session.answer(found, write)
    return Exit.OK


_WHEN = "T is the detection and R the resolution, in minutes where no unit stands. Nothing was run."


def _title(line: "PlanLine") -> str:
    return f"── {line.what}" if line.kind == "phase" else line.what


def _item(line: "PlanLine") -> dict[str, Any]:
    return {"at": line.at, "minutes": line.minutes, "what": line.what, "who": line.who, "line": line.line, "kind": line.kind}


def _coverage(book: "Runbook") -> dict[str, Any]:
    counted = book.coverage
    return {"lines": counted.lines, "bound": counted.bound, "prose": counted.prose, "unexplained": list(counted.unexplained)}
