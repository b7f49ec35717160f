"""What `stormjib doctor` examines of the runbook: can it be read, and has its every command what it needs?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from stormjib.checkups import history
from stormjib.cli.check import same, state_file
from stormjib.cli.examined import FAIL, OK, WARN, Check, some
from stormjib.cli.session import Session
from stormjib.core.checkup import Settled, known, named, reads, settled, words
from stormjib.core.lint import lint
from stormjib.core.markdown import BYTES_MAX, compile_runbook
from stormjib.core.runbook import Runbook
from stormjib.engine.library import GENERIC
from stormjib.integrations.command import CommandPerformer, run
from stormjib.performers import command_performer
from stormjib.ports import DeliveryError
from stormjib.settings import Settings

_PREFIX_CHARS_MAX = 120
_PROGRAM = re.compile(r"[\w./][\w.+/-]*", re.ASCII)


class _Book(NamedTuple):
    """A runbook of the site or of services, as it is written and as they have it; ``name`` is "" where there is no other."""

    name: str
    written: Runbook
    books: tuple[Settled, ...]

    def at(self, line: int, services: Sequence[str] = ()) -> str:
        """``line 7``; with several runbooks which one, and where services have it otherwise whose."""
        whose = f" of {named(services)}" if services else ""
        return f"{self.name} line {line}{whose}" if self.name else f"line {line}"


def checks(session: Session, settings: Settings) -> Iterator[Check]:
    """One after the other; only the first where there is no runbook."""
    try:
        policy = settings.policy()
    except ValueError as error:
        # What is wrong with the variables' file is found on the way, and is no fault of a runbook.
        secrets = _secrets(settings, ())
        yield secrets if secrets.state == FAIL else Check("runbook", FAIL, str(error))
        return
    site = settings.runbook or (GENERIC if settings.catalogue or not isinstance(settings.service, str) else None)
    if site is None:
        text = 'none is set; give runbook = "FILE" in the settings, or stormjib serve --runbook FILE'
        yield Check("runbook", FAIL, text)
        return
    files = {str(site): "runbook", **{rule.file: f"runbook {rule.file}" for one in policy.services for rule in one.books}}
    found: list[_Book] = []
    for file, name in files.items():
        book, check = _runbook(Path(file), name)
        if name == "runbook" or check.state != OK:
            yield check
        if book is not None:
            services = policy.followers(lambda each, file=file: same(file, each or site))  # type: ignore[misc]
            found.append(_Book(Path(file).name if len(files) > 1 else "", book, settled(book, services, policy)))
    if len(files) > 1:
        yield Check("services' runbooks", OK, f"{len(found)} of {len(files)} can be read, with the site's")
    if found:
        yield _contacts(settings, found)
        yield _secrets(settings, found)
        yield from _prefix(settings)
        yield from _targets(settings)
        yield from _programs(session, settings, found)
        yield _trusted(settings, found)
        yield _reads(session, settings, found)


def _runbook(file: Path, name: str) -> tuple[Runbook | None, Check]:
    try:
        with file.open("rb") as opened:
            book = compile_runbook(opened.read(BYTES_MAX + 1))
    except OSError as error:
        return None, Check(name, FAIL, f"{file} can't be read: {error.strerror}")
    if not book.coverage.lines:
        return None, Check(name, FAIL, f"{file}: {book.findings[0].message if book.findings else 'it is empty'}")
    findings = len(lint(book))
    text = f"{book.title or file.name}: {len(book.steps)} steps, {len(book.commands)} commands"
    if not findings:
        return book, Check(name, OK, text)
    return book, Check(name, WARN, f"{text}, {findings} findings; see: stormjib runbook lint {file}")


def _contacts(settings: Settings, books: Sequence[_Book]) -> Check:
    contacts = [(contact, book.at(contact.line)) for book in books for contact in book.written.contacts]
    unfilled = [f"{contact.name} ({at})" for contact, at in contacts if not contact.filled]
    if not unfilled:
        return Check("contacts", OK, f"{len(contacts)} filled in")
    rest = "" if settings.responders else "; until then nobody can be reached by them"
    return Check("contacts", WARN, f"not filled in: {some(unfilled)}{rest}")


def _secrets(settings: Settings, books: Sequence[_Book]) -> Check:
    try:
        given = settings.command_env()
    except ValueError as error:
        return Check("secrets", FAIL, str(error))
    needed: dict[str, str] = {}
    for book in books:
        for command in book.written.commands:
            for secret in command.secrets:
                needed.setdefault(secret, book.at(command.line))
    missing = [f"{name} ({at})" for name, at in sorted(needed.items()) if not given.get(name)]
    if missing:
        return Check(
            "secrets", WARN, f"not set: {some(missing)}; the commands refuse to run. Put NAME=value into command_env_file"
        )
    return Check(
        "secrets",
        OK,
        f"variables that the runbook's commands need, and all are set: {len(needed)}"
        if needed
        else "the runbook's commands need none",
    )


def _prefix(settings: Settings) -> Iterator[Check]:
    """The words before the shell are tried with a command that does nothing: do they start it, and does it get its variables?"""
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


def _targets(settings: Settings) -> Iterator[Check]:
    """Every place where a command may have to run is tried, with a command that changes nothing."""
    try:
        places = settings.places()
        performer = command_performer(settings)
    except ValueError as error:
        yield Check("targets", FAIL, str(error))
        return
    for place, whose in places.items():
        lacking = performer.reach(place, settings.probe_timeout_seconds)
        of = f" (of {whose})" if whose else ""
        yield Check(f"target {place}", FAIL if lacking else OK, f"{lacking or 'commands can run there'}{of}")


def _inside(performer: CommandPerformer, place: str, needed: Mapping[str, str], timeout_seconds: float) -> list[str]:
    """Programs that are not found where the commands run; the shell knows some by itself, such as ``cd``."""
    names = [name for name in needed if _PROGRAM.fullmatch(name)]
    text = "for name in " + " ".join(names) + '; do command -v "$name" >/dev/null || echo "$name"; done'
    printed = bytearray()
    code, _ = performer.stream(place, text, timeout_seconds, (), printed.extend)
    return [name for name in printed.decode("utf-8", "replace").split() if name in needed] if code is not None and names else []


def _typed(program: str, text: str) -> str:
    """As the command has it: with its directory, where it names one, since ``./unlock.sh`` is not looked for on the PATH."""
    return next((word for word in text.split() if word.endswith(f"/{program}") and _PROGRAM.fullmatch(word)), program)


def _needed(books: Sequence[_Book]) -> dict[str, dict[str, str]]:
    """The programs of the commands at each place where they run, each with the first line that uses it."""
    found: dict[str, dict[str, str]] = {}
    for book, one in [(each, one) for each in books for one in each.books]:
        for command in one.runbook.commands:
            for program in () if command.misplaced else command.programs:
                there = found.setdefault(command.place, {})
                there.setdefault(_typed(program, command.text), book.at(command.line, one.services))
    return found or {"": {}}


def _programs(session: Session, settings: Settings, books: Sequence[_Book]) -> Iterator[Check]:
    """At each place where commands run. What can't be reached has been said."""
    try:
        own = session.world.environ.get("PATH", "")
        performer = command_performer(settings, path=":".join(filter(None, (settings.command_path, own))))
    except ValueError as error:
        yield Check("programs", FAIL, str(error))
        return
    for place, needed in sorted(_needed(books).items()):
        name = f"programs at {place}" if place else "programs"
        try:
            absent = set(_inside(performer, place, needed, settings.probe_timeout_seconds))
        except DeliveryError as error:
            if not place:
                yield Check(name, FAIL, f"no command of the runbook can be started. {error.reason}")
            continue
        missing = [f"{one} ({at})" for one, at in sorted(needed.items()) if one in absent]
        if missing:
            yield Check(name, WARN, f"not found: {some(missing)}; install them" + ("" if place else ", or set command_path"))
            continue
        where = " there" if place else " where the prefix leads" if settings.command_prefix else " on the PATH"
        yield Check(name, OK, f"programs found{where}: all {len(needed)}")


def _trusted(settings: Settings, books: Sequence[_Book]) -> Check:
    runbooks = [runbook for book in books for runbook in (book.written, *(one.runbook for one in book.books))]
    texts = {command.text.strip() for runbook in runbooks for command in runbook.commands}
    idle = [repr(line.command) for line in settings.trusted if line.command.strip() not in texts]
    if idle:
        return Check("trusted", WARN, f"no command of the runbook reads exactly {some(idle)}; correct it, or take the line out")
    return Check("trusted", OK, f"commands that the settings call reads: {len(settings.trusted)}")


def _reads(session: Session, settings: Settings, books: Sequence[_Book]) -> Check:
    """What the runbook's check knows; nothing is run here."""
    policy, past, now = settings.policy(), history(settings, state_file(session)), session.world.clock()
    rows = [(book, one) for book in books for one in known(reads(book.books, policy), past)]
    failing = [
        f"{book.at(one.command.line, one.services)} ({words(one.record, now)})"
        for book, one in rows
        if one.record and not one.record.works
    ]
    unseen = [book for book, one in rows if one.record is None]
    again = f"run: stormjib runbook check {settings.runbook or GENERIC}" + (", and the others" if len(books) > 1 else "")
    if failing:
        return Check("runbook's reads", WARN, f"not working: {some(failing)}; {again}")
    if unseen:
        return Check(
            "runbook's reads", WARN, f"{len(unseen)} of {len(rows)} never ran, so whether they work is not known; {again}"
        )
    return Check("runbook's reads", OK, f"all {len(rows)} worked when they last ran")
