"""`stormjib runbook …`: a runbook read, checked and planned by day, from the file alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from stormjib.cli import render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.lint import lint
from stormjib.core.markdown import BYTES_MAX, compile_runbook
from stormjib.core.overview import differences, escalation_levels, named_people, overview, promised
from stormjib.core.plan import UNSET, PlanLine, account, order
from stormjib.core.plan import plan as lines_of
from stormjib.core.policy import Policy
from stormjib.core.runbook import Finding, Runbook
from stormjib.core.severity import Severity

_OURS = [severity.value for severity in Severity]


def read(session: Session, file: str) -> Runbook:
    """Compile a file; what is no text is a sentence and exit code 1."""
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
    if book.unusable:
        raise Stop(Exit.FAILED, f"{file}: {book.unusable}")
    only = getattr(session.options, "severity", None)
    if only is not None and not _asked(book, only):
        raise Stop(
            Exit.NOT_FOUND, f"{file} knows no severity {only}; it has {', '.join(named(book, one) for one in _levels(book))}."
        )
    return book


def _levels(book: Runbook) -> list[str]:
    return [severity.name for severity in book.severities] or _OURS


def _asked(book: Runbook, only: str | None) -> list[str]:
    """The levels that are meant, in the runbook's words; P0 … P4 are severities of every incident, whatever the runbook names."""
    levels = _levels(book)
    named = [name for name in levels if only in {None, name}] or [
        name for name in levels if book.level(name) == book.level(only or "")
    ]
    return named or ([only] if only in _OURS else [])


def named(book: Runbook, name: str) -> str:
    """``SEV1, which is P0``: a level with the severity that its incidents have."""
    level = book.level(name)
    return name if level == name else f"{name}, which is {level}"


def check(session: Session) -> int:
    """What is wrong with it."""
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

    def write(console: Console) -> None:
        for one in findings:
            console.line(f"{wanted.file}:{one.line}: {one.code}: {one.message}")
        console.line(account(book), "dim")
        console.line(f"{len(findings)} findings." if findings else "No problems found.", "warn" if findings else "good")

    session.answer(found, write)
    return Exit.FAILED if findings and wanted.strict else Exit.OK


def plan(session: Session) -> int:
    """What happens by itself, what a person decides, what was not understood; of one severity what would happen when."""
    only = session.options.severity
    book = read(session, session.options.file)
    policy = _policy(session)
    plans = {
        name: sorted((*lines_of(book, name, policy), *promised(book, name, policy)), key=order) for name in _asked(book, only)
    }
    texts = {one.name: one for one in book.severities}
    whole = (*overview(book, policy), *_contacts(session, book, policy))
    found = {
        "schema": "stormjib.plan/1",
        "sha256": book.sha256,
        "severities": [
            {"severity": name, "text": texts[name].text if name in texts else "", "items": [_item(line) for line in lines]}
            for name, lines in plans.items()
        ],
        "overview": [{"part": title, "items": [_item(line) for line in lines]} for title, lines in whole],
        "coverage": _coverage(book),
    }

    def write(console: Console) -> None:
        for name, lines in plans.items():
            level = texts.get(name)
            about = f"  {level.text} ({render.source(level.line)})" if level else ""
            console.line(f"{render.severity(named(book, name))}{about}", render.style_of(book.level(name)) or "strong")
            if only is None:
                continue
            rows = [(line.at, "" if line.kind == "phase" else line.who, render.source(line.line), _title(line)) for line in lines]
            console.table(
                rows, header=("WHEN", "WHO", "FROM", "WHAT"), styles=["strong" if line.kind == "phase" else "" for line in lines]
            )
            console.line()
        if only is None:
            for title, some in whole:
                _part(console, title, some if session.options.all else some[:_SHOWN_MAX], len(some))
            console.line(f"When what happens: stormjib runbook plan {session.options.file} --severity {next(iter(plans))}", "dim")
        else:
            for title, some in whole[_BOOK_PARTS:]:
                _part(console, title, some, len(some))
            console.line(_WHEN, "dim")
        console.line(account(book), "dim")

    session.answer(found, write)
    return Exit.OK


def _policy(session: Session) -> Policy:
    """Of the settings, where one plans by some, with the escalation of the services that follow this book; a mistake in them is exit code 2.

    One in the catalogue is said as `config check` does.
    """
    if not (session.options.settings or session.world.environ.get("STORMJIB_CATALOGUE")):
        return UNSET
    from stormjib.catalogue_files import read_catalogue  # noqa: PLC0415 - these take longer than the rest of it
    from stormjib.cli.offline import settings  # noqa: PLC0415

    site = settings(session)
    found = read_catalogue(site.catalogue) if site.catalogue else None
    if found and found.problems:
        raise Stop(Exit.FAILED, "\n".join(f"{site.catalogue}/{one}." for one in found.problems))
    try:
        policy = site.policy(found)
    except ValueError as error:
        raise Stop(Exit.USAGE, str(error)) from error
    name = Path(session.options.file).name
    users = {one.name for one in policy.services if any(Path(rule.file).name == name for rule in one.runbooks)}
    used = {policy.escalation_of(user).name for user in users}
    levels = tuple(one for one in policy.escalation if not used or one.name in used)
    asked = (one if one.name in users or not users else replace(one, second_opinion=None) for one in policy.services)
    return replace(policy, escalation=levels, services=tuple(asked))


def _contacts(session: Session, book: Runbook, policy: Policy) -> Iterator[tuple[str, tuple[PlanLine, ...]]]:
    """Whom the runbook names, by the catalogue of the settings, where one is set."""
    if policy is not UNSET:
        now = session.world.clock()
        parts = (
            ("Who that is by the catalogue", named_people(book, policy, now)),
            ("Whom a page goes to, level by level", escalation_levels(book, policy, now)),
            ("The runbook says otherwise", differences(book, policy, now)),
        )
        yield from (part for part in parts if part[1])


_BOOK_PARTS = 6
"""Of the book alone; behind them stand those of the catalogue."""
_SHOWN_MAX = 8
"""Lines of each part: together they fit on a screen."""


def _part(console: Console, title: str, lines: tuple[PlanLine, ...], total: int) -> None:
    console.line()
    console.line(f"{title} ({total})", "strong")
    console.table([(line.who, render.source(line.line), line.what) for line in lines])
    if total > len(lines):
        console.line(f"  and {total - len(lines)} more: --all shows them")


_WHEN = "T is the detection and R the resolution, in minutes where no unit stands. Nothing was run."


def _title(line: PlanLine) -> str:
    return f"── {line.what}" if line.kind == "phase" else line.what


def _item(line: PlanLine) -> dict[str, Any]:
    return {"at": line.at, "minutes": line.minutes, "what": line.what, "who": line.who, "line": line.line, "kind": line.kind}


def _coverage(book: Runbook) -> dict[str, Any]:
    counted = book.coverage
    return {"lines": counted.lines, "bound": counted.bound, "prose": counted.prose, "unexplained": list(counted.unexplained)}
