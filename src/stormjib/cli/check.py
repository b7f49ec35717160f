"""`stormjib runbook check`: the runbook's proven reads, run by day, with the static findings in one report."""

import json
import os
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import msgspec

from stormjib import __version__
from stormjib.checkups import check as run
from stormjib.checkups import history
from stormjib.cli import offline, render, runbook
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core import guard
from stormjib.core.checkup import Report, key_of, to_json, words
from stormjib.core.runbook import Runbook
from stormjib.core.sarif import sarif
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
        report, remark = run(settings, book, state_file(session), session.world.clock)
    except ValueError as error:
        raise Stop(Exit.FAILED, str(error)) from error
    if remark:
        session.tell(f"stormjib: {remark}")
    return report


def _settings(session: Session) -> Settings:
    directory = getattr(session.options, "data_dir", None)
    return offline.settings(session, data_dir=Path(directory) if directory else None)


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
        policy = settings.policy()
    except (Stop, ValueError) as error:
        sentence = error.sentence if isinstance(error, Stop) else error
        session.tell(f"stormjib: When each command last worked is not shown. {sentence}")
        return {}
    book = guard.placed(book, policy, "")
    known, now = history(settings, state_file(session)), session.world.clock()
    found = {}
    for command in book.commands:
        if guard.guard(command, policy).unattended:
            one = known.get(key_of(command.text, command.on))
            found[command.id] = {
                "checked": words(one, now),
                "works": one.works if one else None,
                "worked_at": one.worked_at if one else None,
                "failing_since": one.failing_since if one else None,
                "finding": one.finding if one else "",
            }
    return found


def _ask(session: Session, book: Runbook) -> Report:
    """The server's own check, where the file is the runbook that it follows."""
    client = session.client(timeout_seconds=SERVER_SECONDS)
    theirs = str(client.get("runbook").get("sha256", ""))
    if theirs != book.sha256:
        sentence = (
            f"{client.url} follows another runbook (sha256 {theirs[:12]}) than {session.options.file} ({book.sha256[:12]}). "
            "Check the file here, without --url, or give the server's."
        )
        raise Stop(Exit.CONFLICT, sentence)
    answer = client.post("runbook", "check")
    try:
        return msgspec.convert({**answer, "results": answer.get("probes"), "not_reads": answer["counts"]["not_reads"]}, Report)
    except (msgspec.ValidationError, KeyError, TypeError) as error:
        raise Stop(Exit.FAILED, f"{client.url} answered with a report that is not understood ({error}).") from error


def _page(console: Console, file: str, report: Report) -> None:
    rows = [
        (render.source(one.line), "works" if one.works else "FAILS", one.text, one.sentence if one.works else one.checked)
        for one in report.results
    ]
    console.table(rows, styles=["" if one.works else "bad" for one in report.results], indent=0)
    for finding in report.findings:
        console.line(f"{file}:{finding.line}: {finding.code}: {finding.message}", "dim")
    for one in report.failing:
        console.line(f"{file}:{one.line}: {one.code}: `{render.oneline(one.text)}`: {one.sentence}", "bad")
    console.line(_counts(report), "bad" if report.failing else "good")


def _counts(report: Report) -> str:
    working, all_of_them = len(report.results) - len(report.failing), len(report.results)
    reads = f"{working} of {all_of_them} proven reads work" if all_of_them else "It has no proven read, so nothing was run"
    return f"{reads}; {len(report.findings)} findings of runbook lint; {report.not_reads} commands are no proven reads and were not run."


def _line(console: Console, report: Report) -> None:
    """A round on one line."""
    working = len(report.results) - len(report.failing)
    named = "; ".join(f"line {one.line}: {one.sentence}" for one in report.failing[:_LISTED_MAX])
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
        file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise Stop(Exit.FAILED, f"{file} can't be written ({error.strerror}).") from error
