"""`stormjib runbook check`: the runbook's proven reads, run by day, with the static findings in one report."""

import json
import os
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import msgspec

from stormjib import __version__, owned
from stormjib.checkups import check as run
from stormjib.checkups import history
from stormjib.cli import offline, render, runbook
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.checkup import Report, Settled, known, named, reads, settled, to_json, words
from stormjib.core.runbook import Runbook
from stormjib.core.sarif import sarif
from stormjib.core.text.visible import plain_json
from stormjib.engine.library import GENERIC
from stormjib.settings import Settings
from stormjib.web import moments

SERVER_SECONDS = 600.0
"""A round on a server: every probe may take its whole time, some side by side."""
_LISTED_MAX = 3


def check(session: Session) -> int:
    """One round, or one after the other until Ctrl-C; exit code 1 when a command does not work."""
    wanted = session.options
    form = wanted.format or "text"
    if session.as_json and form == "sarif":
        raise Stop(Exit.USAGE, "--json prints the report as JSON and --format sarif as SARIF; give one of them.")
    session.as_json = session.as_json or form == "json"
    if wanted.every and form == "sarif":
        raise Stop(Exit.USAGE, "--every prints a line a round; write the SARIF to a file instead: --sarif FILE.")
    if wanted.every and wanted.file == "-":
        raise Stop(Exit.USAGE, "--every reads the runbook again for each round, so it needs a file.")
    report = _round(session)
    if wanted.every:
        _go_on(session, report, form)
    _write(session, report, form)
    return Exit.OK if report.healthy(strict=wanted.strict) else Exit.FAILED


def _go_on(session: Session, first: Report, form: str) -> NoReturn:
    """Round after round until Ctrl-C."""
    report: Report | None = first
    while True:
        if report is not None:
            _write(session, report, form)
        session.world.stdout.flush()
        session.world.pause(session.options.every)
        report = _next_round(session)


def _next_round(session: Session) -> Report | None:
    """A later round; what keeps it from being done is said, and the one after it may be done all the same."""
    try:
        return _round(session)
    except Stop as stop:
        session.tell(f"stormjib: {stop.sentence}")
        return None


def _write(session: Session, report: Report, form: str) -> None:
    if session.options.sarif:
        _write_sarif(Path(session.options.sarif), _sarif(session, report))
    if form == "sarif":
        session.emit(_sarif(session, report))
    else:
        _answer(session, report)


def _answer(session: Session, report: Report) -> None:

    wanted = session.options
    found = {"file": wanted.file, **to_json(report, strict=wanted.strict)}
    session.answer(found, lambda console: _line(console, report) if wanted.every else _page(console, wanted.file, report))


def _round(session: Session) -> Report:
    book = runbook.read(session, session.options.file)
    if session.options.url:
        return _ask(session, book)

    settings = _settings(session)
    try:
        report, remark = run(settings, followed(session, settings, book), state_file(session), session.world.clock)
    except ValueError as error:
        raise Stop(Exit.FAILED, str(error)) from error
    if remark:
        session.tell(f"stormjib: {remark}")
    return report


def _settings(session: Session) -> Settings:
    directory = getattr(session.options, "data_dir", None)
    return offline.settings(session, data_dir=Path(directory) if directory else None)


def followed(session: Session, settings: Settings, book: Runbook) -> tuple[Settled, ...]:
    """The runbook as the service has it that is asked for, else as those have it that follow this file, by the settings."""
    policy, wanted = settings.policy(), getattr(session.options, "service", None)
    named_so = policy.service_named(wanted) if wanted else None
    if wanted and named_so is None:
        raise Stop(Exit.NOT_FOUND, f"There is no service {wanted}; there are {', '.join(one.name for one in policy.services)}.")
    file = session.options.file
    names = (
        (named_so.name,) if named_so else policy.followers(lambda each: same(file, each or settings.runbook or GENERIC)) or ("",)
    )
    return settled(book, names, policy)


def same(file: str, other: str | Path) -> bool:
    """Whether both are one file."""
    return file != "-" and Path(file).resolve() == Path(other).resolve()


def state_file(session: Session) -> Path:
    """Where a check without a log is remembered: $XDG_STATE_HOME/stormjib/checks.json."""
    environ = session.world.environ
    home = environ.get("XDG_STATE_HOME")
    state = Path(home) if home else Path(environ.get("HOME") or "~").expanduser() / ".local" / "state"
    return state / "stormjib" / "checks.json"


def ages(session: Session, book: Runbook) -> dict[str, dict[str, Any]]:
    """What is known of each proven read, by the command's id; nothing where the settings can't be read, which is said."""
    try:
        settings = _settings(session)
        policy, books = settings.policy(), followed(session, settings, book)
    except (Stop, ValueError) as error:
        sentence = error.sentence if isinstance(error, Stop) else error
        session.tell(f"stormjib: When each command last worked is not shown. {sentence}")
        return {}
    now = session.world.clock()
    rows = known(reads(books, policy), history(settings, state_file(session)))
    # Of one line as several services have it the worst is told.
    rows = tuple(sorted(rows, key=lambda row: (row.record is not None, row.record is None or row.record.works), reverse=True))
    return {
        row.command.id: {
            "checked": words(row.record, now),
            "works": row.record.works if row.record else None,
            "worked_at": row.record.worked_at if row.record else None,
            "failing_since": row.record.failing_since if row.record else None,
            "finding": row.record.finding if row.record else "",
        }
        for row in rows
    }


def _ask(session: Session, book: Runbook) -> Report:
    """The server's own check, where the file is the runbook that it follows."""
    client = session.client(timeout_seconds=SERVER_SECONDS)
    try:
        answer = client.post("runbook", "check", sha256=book.sha256)
    except Stop as stop:
        if stop.code is not Exit.NOT_FOUND:
            raise
        answer = {}
    if answer.get("sha256") != book.sha256:
        sentence = (
            f"{client.url} follows no runbook such as {session.options.file} (sha256 {book.sha256[:12]}). "
            "Check the file here, without --url, or give one of the server's."
        )
        raise Stop(Exit.CONFLICT, sentence)
    try:
        found = {**answer, "results": answer.get("probes"), "not_reads": answer["counts"]["not_reads"], "others": ()}
        return msgspec.convert(found, Report)
    except (msgspec.ValidationError, KeyError, TypeError) as error:
        raise Stop(Exit.FAILED, f"{client.url} answered with a report that is not understood ({error}).") from error


def _page(console: Console, file: str, report: Report) -> None:
    rows = [
        (
            render.source(one.line),
            "works" if one.works else "FAILS",
            *((named(one.services),) if any(each.services for each in report.results) else ()),
            one.text,
            one.sentence if one.works else one.checked,
        )
        for one in report.results
    ]
    console.table(rows, styles=["" if one.works else "bad" for one in report.results], indent=0)
    for finding in report.findings:
        console.line(f"{file}:{finding.line}: {finding.code}: {finding.message}", "dim")
    for one in report.failing:
        whose = f" ({named(one.services)})" if one.services else ""
        console.line(f"{file}:{one.line}: {one.code}: `{render.oneline(one.text)}`{whose}: {one.sentence}", "bad")
    console.line(_counts(report), "bad" if report.failing else "good")


def _counts(report: Report) -> str:
    working, all_of_them = len(report.results) - len(report.failing), len(report.results)
    reads = f"{working} of {all_of_them} proven reads work" if all_of_them else "It has no proven read, so nothing was run"
    return f"{reads}; {len(report.findings)} findings of runbook lint; {report.not_reads} commands are no proven reads and were not run."


def _line(console: Console, report: Report) -> None:
    """A round on one line."""
    working = len(report.results) - len(report.failing)
    named = "; ".join(
        f"line {one.line}{f' ({named(one.services)})' if one.services else ''}: {one.sentence}"
        for one in report.failing[:_LISTED_MAX]
    )
    more = len(report.failing) - _LISTED_MAX
    failing = f", {len(report.failing)} failing: {named}{f' and {more} more' if more > 0 else ''}" if report.failing else ""
    console.line(f"{moments.utc(report.at)}  {working} work{failing}", "bad" if report.failing else "good")


def _sarif(session: Session, report: Report) -> dict[str, Any]:

    file = session.options.file
    where = Path(file)
    uri = "stdin" if file == "-" else where.as_uri() if where.is_absolute() else quote(os.fsencode(where.as_posix()))
    return sarif(report, uri, __version__)


def _write_sarif(file: Path, found: dict[str, Any]) -> None:
    try:
        with owned.readable(file) as opened:
            opened.write(plain_json(json.dumps(found, ensure_ascii=False, indent=1)) + "\n")
    except OSError as error:
        raise Stop(Exit.FAILED, f"{file} can't be written ({error.strerror}).") from error
