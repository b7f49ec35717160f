"""`stormjib doctor`: everything that would fail at night, looked at by day."""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stormjib.cli import offline
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Paper
from stormjib.cli.server import addresses_lacking
from stormjib.cli.session import Session

if TYPE_CHECKING:
    from stormjib.core.runbook import Runbook
    from stormjib.settings import Settings

OK, WARN, FAIL = "ok", "warn", "fail"
PYTHON_MIN = (3, 11)
FREE_BYTES_COMFORTABLE = 1024**3
_LISTED_MAX = 8
_OPEN_MAX = 200
_PREFIX_CHARS_MAX = 120
_PROGRAM = re.compile(r"[\w][\w.+/-]*", re.ASCII)


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
    from stormjib.store.database import DATABASE, lacking  # noqa: PLC0415 - the database library takes 100 ms to import

    version = ".".join(str(part) for part in sys.version_info[:3])
    enough = sys.version_info[:2] >= PYTHON_MIN
    yield Check("python", OK if enough else FAIL, version if enough else f"{version} is too old; use 3.11 or newer")
    name, found = DATABASE
    yield Check(name, FAIL if lacking() else OK, lacking() or found)
    addresses = addresses_lacking()
    yield Check("address space", FAIL if addresses else OK, addresses or "enough")
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
    yield from _unreached(settings)
    yield _recovery(settings)
    book, check = _runbook(settings)
    yield check
    if book is not None:
        yield _contacts(settings, book)
        yield _secrets(settings, book)
        yield from _prefix(settings)
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
    from stormjib.ports import StoreFailed  # noqa: PLC0415
    from stormjib.store.database import LOG, verify  # noqa: PLC0415

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
    from stormjib.core.effects import trial  # noqa: PLC0415 - HTTP and TLS
    from stormjib.integrations.webhook import Webhook  # noqa: PLC0415
    from stormjib.ports import DeliveryError  # noqa: PLC0415

    webhook = Webhook(settings.webhook_url, token=settings.webhook_token)
    try:
        webhook.send(trial())
    except DeliveryError as failed:
        return Check("paging", FAIL, f"a test event did not arrive, and so would no page. {failed.reason}")
    finally:
        webhook.close()
    return Check("paging", OK, f"{', '.join(settings.responders)}, through the webhook, which took a test event")


def _unreached(settings: "Settings") -> Iterator[Check]:
    """Who should have been woken or told by now and was not, and who could not answer."""
    from stormjib.engine.held import held_back  # noqa: PLC0415 - the program's parts, which most checks do not need
    from stormjib.ports import StoreFailed  # noqa: PLC0415
    from stormjib.store.database import LOG, open_reader  # noqa: PLC0415 - the database

    if not (settings.data_dir / LOG).exists():
        return
    try:
        reader = open_reader(settings.data_dir / LOG)
        names = {token.name for token in reader.tokens()}
        newest = [head for head in reader.incidents(limit=_OPEN_MAX) if head.status == "resolved"]
        found = [reader.replay(head.id) for head in (*reader.worst_open(_OPEN_MAX)[0], *newest)]
        held = [f"{now.id}: {text}." for now in found if now.open and not now.alarm and (text := held_back(now, reader))]
        reader.close()
    except StoreFailed as failed:
        yield Check("pages", FAIL, failed.reason)
        return
    pages = [f"{incident.id}: {incident.page_alarm}" for incident in found if incident.page_alarm]
    state = FAIL if pages else WARN if held else OK
    yield Check("pages", state, " ".join([*pages, *held][:_LISTED_MAX]) or "none waits that has not arrived")
    messages = [f"{incident.id}: {incident.message_alarm}" for incident in found if incident.message_alarm]
    yield Check("messages", FAIL if messages else OK, " ".join(messages[:_LISTED_MAX]) or "none waits that has not arrived")
    lacking = [who for who in settings.responders if who not in names]
    if lacking:
        text = f"no token: {_some(lacking)}; without one they can't acknowledge. Run: stormjib token create {lacking[0]} --scope respond"
        yield Check("responders", WARN, text)


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


def _prefix(settings: "Settings") -> Iterator[Check]:
    """The words before the shell are tried with a command that does nothing: do they start it, and does it get its variables?"""
    from stormjib.integrations.command.run import run  # noqa: PLC0415 - only where there is a prefix
    from stormjib.ports import DeliveryError  # noqa: PLC0415

    prefix = settings.command_prefix
    if not prefix:
        return
    shown = " ".join(prefix)[:_PREFIX_CHARS_MAX]
    try:
        ran = run(
            'echo "$STORMJIB_PREFIX_KEEPS"',
            cwd=str(settings.command_dir or Path.cwd()),
            env={"STORMJIB_PREFIX_KEEPS": "variables"},
            prefix=prefix,
            timeout_seconds=settings.probe_timeout_seconds,
        )
    except DeliveryError as error:
        yield Check("command prefix", FAIL, error.reason)
        return
    if ran.output.strip() == b"variables":
        yield Check("command prefix", OK, f"`{shown}` starts commands and keeps their variables")
    else:
        said = ran.output.decode().strip()[-_PREFIX_CHARS_MAX:] or f"exit code {ran.exit_code}"
        yield Check("command prefix", FAIL, f"`{shown}` does not start a command: {said}. Correct command_prefix")


def _inside(settings: "Settings", session: Session, needed: Mapping[str, int]) -> list[str]:
    """Programs that are not found where the commands run."""
    from stormjib.integrations.command.run import run  # noqa: PLC0415
    from stormjib.ports import DeliveryError  # noqa: PLC0415

    here = str(settings.command_dir or Path.cwd())
    path = ":".join(filter(None, (settings.command_path, session.world.environ.get("PATH", ""))))
    if not settings.command_prefix:
        return [name for name in needed if not _is_program(name, path, here)]
    names = [name for name in needed if _PROGRAM.fullmatch(name)]
    text = "for name in " + " ".join(names) + '; do command -v "$name" >/dev/null || echo "$name"; done'
    try:
        ran = run(text, cwd=here, path=path, prefix=settings.command_prefix, timeout_seconds=settings.probe_timeout_seconds)
    except DeliveryError:
        return []  # said by the check of the prefix
    return [name for name in ran.output.decode().split() if name in needed] if ran.exit_code is not None and names else []


def _programs(session: Session, settings: "Settings", book: "Runbook") -> Check:
    needed = {program: command.line for command in reversed(book.commands) for program in command.programs}
    absent = set(_inside(settings, session, needed))
    missing = [f"{name} (line {line})" for name, line in sorted(needed.items()) if name in absent]
    if missing:
        return Check("programs", WARN, f"not found: {_some(missing)}; install them, or set command_path")
    where = " where the prefix leads" if settings.command_prefix else " on the PATH"
    return Check("programs", OK, f"all {len(needed)} are{where}")


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
