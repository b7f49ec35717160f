"""`stormjib doctor`: everything that would fail at night, looked at by day."""

import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stormjib.cli import offline
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Paper
from stormjib.cli.session import Session
from stormjib.engine.sqlite_clock import lacking

if TYPE_CHECKING:
    from stormjib.core.runbook import Runbook
    from stormjib.settings import Settings

OK, WARN, FAIL = "ok", "warn", "fail"
PYTHON_MIN = (3, 11)
FREE_BYTES_COMFORTABLE = 1024**3
_LISTED_MAX = 8


class Check(NamedTuple):
    """One thing that was looked at; ``text`` says what is so and, where it is not well, what to do."""

    name: str
    state: str
    text: str


def examine(session: Session) -> int:
    """Look at everything; exit code 1 when something fails."""
    checks = list(_checks(session))
    healthy = all(check.state != FAIL for check in checks)
    found = {"schema": "stormjib.doctor/1", "healthy": healthy, "checks": [check._asdict() for check in checks]}

    def show(paper: Paper) -> None:
        styles = {OK: "", WARN: "warn", FAIL: "bad"}
        paper.table(
            [(check.state, check.name, check.text) for check in checks],
            styles=[styles[check.state] for check in checks],
            indent=0,
        )
        counts = [sum(check.state == state for check in checks) for state in (OK, WARN, FAIL)]
        paper.line(f"{counts[0]} ok, {counts[1]} warnings, {counts[2]} failures.", "good" if healthy else "bad")

    session.answer(found, show)
    return Exit.OK if healthy else Exit.FAILED


def _checks(session: Session) -> Iterator[Check]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    enough = sys.version_info[:2] >= PYTHON_MIN
    yield Check("python", OK if enough else FAIL, version if enough else f"{version} is too old; use 3.11 or newer")
    yield Check("sqlite", FAIL if lacking() else OK, lacking() or sqlite3.sqlite_version)
    try:
        directory = Path(session.options.data_dir) if session.options.data_dir else None
        settings = offline.settings(session, data_dir=directory)
    except Stop as stop:
        yield Check("settings", FAIL, stop.sentence)
        return
    yield Check("settings", OK, session.options.settings or "no file; variables and defaults")
    yield _data_dir(settings)
    yield _free_space(settings)
    yield _log(settings)
    yield _paging(settings)
    yield _recovery(settings)
    book, check = _runbook(settings)
    yield check
    if book is not None:
        yield _contacts(settings, book)
        yield _secrets(settings, book)
        yield _programs(session, settings, book)
        yield _trusted(settings, book)
        yield _reads(session, settings, book)


def _data_dir(settings: "Settings") -> Check:
    directory = settings.data_dir
    if not directory.exists():
        parent = next((parent for parent in directory.absolute().parents if parent.exists()), Path("/"))
        reason = _unwritable(parent)
        text = f"{directory} does not exist yet; stormjib serve creates it"
        return Check("data directory", FAIL if reason else WARN, f"{directory} can't be created: {reason}" if reason else text)
    reason = _unwritable(directory)
    if reason:
        return Check("data directory", FAIL, f"{directory} can't be written: {reason}. Change its owner, or give --data-dir")
    if directory.stat().st_mode & 0o007:
        return Check("data directory", WARN, f"everybody can look into {directory}; run: chmod o-rwx {directory}")
    return Check("data directory", OK, f"{directory} can be written")


def _log(settings: "Settings") -> Check:
    """The whole log is hashed again, as `stormjib log verify` does."""
    from stormjib.offline import LOG  # noqa: PLC0415 - the database library takes 100 ms to import
    from stormjib.ports import StoreFailed  # noqa: PLC0415
    from stormjib.store.verify import verify  # noqa: PLC0415

    log = settings.data_dir / LOG
    if not log.exists():
        return Check("log", OK, "there is none yet; stormjib serve creates it")
    try:
        checked, broken = verify(log)
    except StoreFailed as error:
        return Check("log", FAIL, error.reason)
    if broken is not None:
        where = f"entry {broken.seq} of {broken.incident}: " if broken.incident else ""
        return Check("log", FAIL, f"it is damaged: {where}{broken.reason} What can be read: stormjib recover {log} --to DIR")
    return Check("log", OK, f"{sum(one.entries for one in checked)} entries of {len(checked)} incidents are what was written")


def _unwritable(directory: Path) -> str:
    """Why nothing can be written there, found out by writing; "" where it works."""
    try:
        with tempfile.TemporaryFile(dir=directory):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _free_space(settings: "Settings") -> Check:
    place = next(path for path in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    mib = free // 1024**2
    if free < settings.free_bytes_min:
        return Check(
            "free space", FAIL, f"{mib} MiB; below {settings.free_bytes_min // 1024**2} MiB the server takes no work. Make room"
        )
    if free < FREE_BYTES_COMFORTABLE:
        return Check("free space", WARN, f"{mib} MiB; a long incident with much output may need more")
    return Check("free space", OK, f"{mib} MiB")


def _paging(settings: "Settings") -> Check:
    if not settings.webhook_url:
        return Check("paging", WARN, "webhook_url is not set, so a page only reaches the page of the incident: nobody is woken")
    if not settings.responders:
        return Check(
            "paging", WARN, "responders is not set, so every page is for 'on-call': name who answers, the first to be paged first"
        )
    return Check("paging", OK, f"{', '.join(settings.responders)}, through the webhook")


def _recovery(settings: "Settings") -> Check:
    from stormjib.integrations.health.recovery import baselines  # noqa: PLC0415 - an HTTP client
    from stormjib.performers import check_tools, command_performer  # noqa: PLC0415

    try:
        services = settings.services
        check_tools(settings, command_performer(settings), time.monotonic)
    except ValueError as error:
        return Check("recovery test", FAIL, str(error))
    if not services:
        return Check(
            "recovery test",
            WARN,
            "nothing is set up to measure a recovery, so people have to confirm it: add [[service]], or target_url",
        )
    unmeasured = [service.name for service in services if not service.proofs]
    if unmeasured:
        return Check("recovery test", WARN, f"nothing is set up to measure {_some(unmeasured)}: add [[service.check]]")
    file = baselines(settings.data_dir, settings.policy())
    unknown = [service.name for service in services if file.read(service.name) is None]
    if unknown:
        again = "while it is well, run: stormjib baseline take"
        return Check("recovery test", WARN, f"there is no baseline of {_some(unknown)}; {again}")
    checks = sum(len(service.checks) for service in services)
    return Check("recovery test", OK, f"{_some([service.name for service in services])}: {checks} checks, against the baseline")


def _runbook(settings: "Settings") -> "tuple[Runbook | None, Check]":
    from stormjib.core.lint import lint  # noqa: PLC0415 - 150 ms
    from stormjib.core.markdown import BYTES_MAX, compile_runbook  # noqa: PLC0415

    file = settings.runbook
    if file is None:
        return None, Check(
            "runbook", FAIL, 'none is set; give runbook = "FILE" in the settings, or stormjib serve --runbook FILE'
        )
    try:
        with file.open("rb") as opened:
            book = compile_runbook(opened.read(BYTES_MAX + 1))
    except OSError as error:
        return None, Check("runbook", FAIL, f"{file} can't be read: {error.strerror}")
    if not book.coverage.lines:
        return None, Check("runbook", FAIL, f"{file}: {book.findings[0].message if book.findings else 'it is empty'}")
    findings = len(lint(book))
    text = f"{book.title or file.name}: {len(book.steps)} steps, {len(book.commands)} commands"
    if not findings:
        return book, Check("runbook", OK, text)
    return book, Check("runbook", WARN, f"{text}, {findings} findings; see: stormjib runbook lint {file}")


def _contacts(settings: "Settings", book: "Runbook") -> Check:
    unfilled = [f"{contact.name} (line {contact.line})" for contact in book.contacts if not contact.filled]
    if not unfilled:
        return Check("contacts", OK, f"{len(book.contacts)} filled in")
    rest = "" if settings.responders else "; until then nobody can be reached by them"
    return Check("contacts", WARN, f"not filled in: {_some(unfilled)}{rest}")


def _secrets(settings: "Settings", book: "Runbook") -> Check:
    try:
        given = settings.command_env()
    except ValueError as error:
        return Check("secrets", FAIL, str(error))
    needed = {secret: command.line for command in reversed(book.commands) for secret in command.secrets}
    missing = [f"{name} (line {line})" for name, line in sorted(needed.items()) if not given.get(name)]
    if missing:
        return Check(
            "secrets", WARN, f"not set: {_some(missing)}; the commands refuse to run. Put NAME=value into command_env_file"
        )
    return Check(
        "secrets",
        OK,
        f"all {len(needed)} that the runbook's commands need are set" if needed else "the runbook's commands need none",
    )


def _programs(session: Session, settings: "Settings", book: "Runbook") -> Check:
    path = ":".join(filter(None, (settings.command_path, session.world.environ.get("PATH", ""))))
    needed = {program: command.line for command in reversed(book.commands) for program in command.programs}
    here = str(settings.command_dir or Path.cwd())
    missing = [f"{name} (line {line})" for name, line in sorted(needed.items()) if not _is_program(name, path, here)]
    if missing:
        return Check("programs", WARN, f"not found: {_some(missing)}; install them, or set command_path")
    return Check("programs", OK, f"all {len(needed)} are on the PATH")


def _is_program(name: str, path: str, here: str) -> bool:
    """A name with a slash is looked up where the commands run."""
    return shutil.which(str(Path(here) / name) if "/" in name else name, path=path) is not None


def _trusted(settings: "Settings", book: "Runbook") -> Check:
    texts = {command.text.strip() for command in book.commands}
    idle = [repr(line.get("command", "")) for line in settings.trusted if line.get("command", "").strip() not in texts]
    if idle:
        return Check("trusted", WARN, f"no command of the runbook reads exactly {_some(idle)}; correct it, or take the line out")
    return Check("trusted", OK, f"{len(settings.trusted)} commands are called reads by the settings")


def _reads(session: Session, settings: "Settings", book: "Runbook") -> Check:
    """What the runbook's check knows; nothing is run here."""
    from stormjib.cli.check import ages  # noqa: PLC0415 - the database

    lines = {command.id: command.line for command in book.commands}
    known = ages(session, book)
    failing = [f"line {lines[name]} ({one['checked']})" for name, one in known.items() if one["works"] is False]
    unseen = sum(one["works"] is None for one in known.values())
    again = f"run: stormjib runbook check {settings.runbook}"
    if failing:
        return Check("runbook's reads", WARN, f"not working: {_some(failing)}; {again}")
    if unseen:
        return Check("runbook's reads", WARN, f"{unseen} of {len(known)} never ran, so nobody knows whether they work; {again}")
    return Check("runbook's reads", OK, f"all {len(known)} worked when they last ran")


def _some(texts: list[str]) -> str:
    more = len(texts) - _LISTED_MAX
    return ", ".join(texts[:_LISTED_MAX]) + (f" and {more} more" if more > 0 else "")
