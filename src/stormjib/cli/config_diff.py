"""`stormjib config diff`: who would be woken by a changed catalogue, by what really arrived."""

import subprocess
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

import msgspec

from stormjib.catalogue_files import Found, read_catalogue
from stormjib.cli import offline
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.alert import Alert
from stormjib.core.catalogue.service import alike
from stormjib.core.log import Acknowledged, AlertReceived, Closed, Ended, Resolved
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.policy import PEOPLE, Policy
from stormjib.core.reach import Unreached, unreached
from stormjib.core.text.units import counted
from stormjib.engine.library import GENERIC, Library, NoRunbook
from stormjib.engine.proofs import Proofs
from stormjib.engine.reach import works_by
from stormjib.engine.replay import Arrived, Change, Decided, Page, Replay, differences, heard
from stormjib.engine.rota import Rota
from stormjib.engine.shelf import Shelf, own_runbooks
from stormjib.oncall_watch import OnCallWatch
from stormjib.ports import AlertState, Clock, Head, LogReader, NotFound, RunbookRow
from stormjib.settings import Settings
from stormjib.store.database import LOG, open_reader

_DAY_SECONDS: Final = 86_400.0
_AT_ONCE: Final = 1_000


class _NoLog:
    """Where no server runs no runbook was in force before."""

    def runbooks(self) -> list[RunbookRow]:
        return []

    def runbook(self, sha256: str) -> bytes:
        raise NotFound(sha256)

    def setting(self, _: str) -> None:
        return None


def diff(session: Session) -> int:
    """List what differs; 1 where a P0 or P1 would be lost."""
    given = session.options
    settings = offline.settings(session, data_dir=given.data_dir)
    directory = Path(given.changed) if given.changed else settings.catalogue
    if directory is None or not directory.is_dir():
        raise Stop(Exit.NOT_FOUND, f"There is no catalogue at {directory}; give its directory after {given.base}.")
    with _log(session, settings) as reader, _base(given.base, directory) as base:
        arrived = (
            _read(Path(given.intake)) if given.intake else _arrived(reader, session.world.clock() - given.days * _DAY_SECONDS)
        )
        policies, decided = [], []
        for one in (base, directory):
            policy, shelf, library = standing(
                settings, one, _whole(one, given.base if one is base else ""), reader, session.world.clock
            )
            replay = Replay(policy, shelf, library.runbook)
            policies.append(policy)
            decided.append([replay.decide(each) for each in arrived])
    webhook = bool(settings.webhook_url) or not given.settings
    before, after = (_reaching(policy, settings, webhook=webhook) for policy in policies)
    reached = {page[1] for one in decided[0] for page in one.pages if before(page)}
    decided[1] = [heard(one, lambda page: after(page) or page[1] not in reached) for one in decided[1]]
    return _tell(session, arrived, decided, differences(arrived, decided[0], decided[1], after))


def _reaching(policy: Policy, settings: Settings, *, webhook: bool) -> Callable[[Page], bool]:
    """Whether a page goes to anybody: to whom the catalogue knows, by a method of theirs or the site's webhook."""
    known = {alike(one.name) for one in policy.people} | set(map(alike, settings.responders))
    return lambda page: (webhook or bool(page[2])) and (not known or alike(page[1]) in known)


def intake(session: Session) -> int:
    """Print what ``diff`` would replay, without what no decision reads."""
    settings = offline.settings(session, data_dir=session.options.data_dir)
    with _log(session, settings) as reader:
        for one in _arrived(reader, session.world.clock() - session.options.days * _DAY_SECONDS):
            session.world.stdout.write(f"{msgspec.json.encode(one).decode()}\n")
    return Exit.OK


def standing(
    settings: Settings, directory: Path, found: Found, reader: LogReader | None, clock: Clock
) -> tuple[Policy, Shelf, Library]:
    """The site as it would be with this catalogue; with the overrides and calendars of its server where that has a log here.

    No address is needed, so no variable has to be set, which a job of CI has none of.
    """
    nothing = {"service": (), "target_url": "", "metrics_url": (), "command_env_file": None, "catalogue": directory}
    own = settings.service if isinstance(settings.service, tuple) else ()
    kinds = {kind: getattr(found.catalogue, kind) for kind in PEOPLE}
    policy = settings.model_copy(update=nothing).policy(Found())
    policy = msgspec.structs.replace(policy, services=(*own, *found.catalogue.services), **kinds)
    if reader:
        rota = Rota(reader)
        OnCallWatch(settings.model_copy(update={"catalogue": directory}), clock, rota, lambda: policy, lambda: None)
        policy = rota.on(policy)
    try:
        library = Library(settings.runbook or GENERIC, own_runbooks(policy), reader or cast("LogReader", _NoLog()))
    except NoRunbook as error:
        raise Stop(Exit.NOT_FOUND, str(error)) from error
    return policy, Shelf(library, lambda: policy), library


def unreached_in(session: Session, directory: Path, found: Found) -> list[Unreached]:
    """By the methods that the log here knows to be proven; without a log each counts, and so does the webhook that no settings were given for."""
    settings, now = offline.settings(session), session.world.clock()
    path, webhook = settings.data_dir / LOG, bool(settings.webhook_url) or not session.options.settings
    with offline.store(), ExitStack() as opened:
        reader = opened.enter_context(closing(open_reader(path))) if path.exists() else None
        policy, shelf, library = standing(settings, directory, found, reader, session.world.clock)
        methods = Proofs(reader).reports(policy.people, now) if reader else ()
    known = works_by(methods, webhook=webhook)
    late = unreached(
        policy,
        lambda service: library.runbook(shelf.choose(service)),
        known if reader else lambda who, method: bool(method) or known(who, method),
        now // 60 * 60,
    )
    # Whom the settings alone name stands in no file of the catalogue.
    return [one for one in late if policy.escalation_of(one.service).name]


@contextmanager
def _log(session: Session, settings: Settings) -> Iterator[LogReader | None]:
    path = settings.data_dir / LOG
    if path.exists():
        with offline.store(), closing(open_reader(path)) as reader:
            yield reader
    elif getattr(session.options, "intake", None):
        yield None
    else:
        raise Stop(
            Exit.NOT_FOUND, f"There is no log at {path}. Give its directory (--data-dir), or what arrived (--intake FILE)."
        )


@contextmanager
def _base(base: str, directory: Path) -> Iterator[Path]:
    """The directory of this name, else the catalogue as a revision of git has it, with all around it, for its runbooks."""
    if Path(base).is_dir():
        yield Path(base)
        return
    top, prefix = _git(directory, "rev-parse", "--show-toplevel"), _git(directory, "rev-parse", "--show-prefix")
    tree = _git(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{tree}}")
    if not tree:
        raise Stop(Exit.NOT_FOUND, f"{base} is no directory, and no revision of git in {directory}.")
    with TemporaryDirectory(prefix="stormjib-") as name:
        _git(Path(top), "archive", "--format=tar", f"--output={name}/all.tar", tree)
        with tarfile.open(f"{name}/all.tar") as archive:
            archive.extractall(f"{name}/all", filter="data")
        found = Path(name, "all", prefix)
        if not found.is_dir():
            raise Stop(
                Exit.NOT_FOUND,
                f"{base} has no directory {prefix.rstrip('/')} yet. Compare with one that is there: stormjib config diff OLD {directory}.",
            )
        yield found


def _git(directory: Path, *words: str) -> str:
    """What git says; "" where it can't."""
    asked = ["git", "--no-pager", "-C", str(directory), *words]
    try:
        return subprocess.run(asked, capture_output=True, check=False, text=True, timeout=60).stdout.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Stop(Exit.FAILED, f"git can't be asked: {error}.") from error


def _whole(directory: Path, revision: str) -> Found:
    found = read_catalogue(directory)
    if found.problems:
        where = revision or str(directory)
        listed = "\n".join(f"{where}/{one}." for one in found.problems)
        raise Stop(Exit.FAILED, f"{listed}\nNothing can be compared before that is mended: stormjib config check.")
    return found


def _arrived(reader: LogReader | None, since: float) -> list[Arrived]:
    """From the timelines of incidents, and from the list of alerts what belongs to none or has no entry of its own."""
    assert reader is not None
    states = {(one.alert.source, one.alert.fingerprint): one for one in _states(reader) if one.received_at >= since}
    found: list[Arrived] = []
    ends: dict[str, tuple[list[float], list[float]]] = {}
    seen: set[tuple[str, str, str]] = set()
    for head in _heads(reader, since):
        entries = reader.entries(head.id)
        taken = [one.at for one in entries if isinstance(one.fact, Acknowledged)]
        over = [one.at for one in entries if isinstance(one.fact, Resolved | Closed | Ended)]
        ends[head.id] = taken, over
        for entry in entries:
            fact = entry.fact
            if isinstance(fact, AlertReceived) and not fact.moved_from and entry.at >= since:
                seen.add((fact.source, fact.fingerprint, head.id))
                known = states.get((fact.source, fact.fingerprint))
                said = fact.labels.get("severity", fact.proposed.value if fact.proposed else "")
                word = known.alert.severity if known and known.alert.labels == fact.labels else said
                alert = Alert(fact.fingerprint, fact.source, True, fact.name, fact.service, word, labels=fact.labels)
                found.append(Arrived(entry.at, alert, head.id, _first(taken, entry.at), _first(over, entry.at)))
    for (source, fingerprint), one in states.items():
        if (source, fingerprint, one.incident) not in seen:
            alert = msgspec.structs.replace(one.alert, firing=True, summary="", annotations={}, url="", links={})
            taken, over = ends.get(one.incident, ([], []))
            told = one.received_at
            at, ended = (told, 0.0) if one.firing or one.incident else (min(alert.starts_at or told, told), told)
            found.append(Arrived(at, alert, one.incident, _first(taken, at), _first(over, at), ended))
    return sorted(found, key=lambda one: one.at)


def _first(times: Sequence[float], since: float) -> float:
    return next((at for at in times if at >= since), 0.0)


def _states(reader: LogReader) -> Iterator[AlertState]:
    page = reader.alerts(limit=_AT_ONCE)
    while page:
        yield from page
        page = reader.alerts(before_id=page[-1].id, limit=_AT_ONCE)


def _heads(reader: LogReader, since: float) -> Iterator[Head]:
    page = reader.incidents(limit=_AT_ONCE)
    while page:
        yield from (one for one in page if one.updated_at >= since and one.number > 0)
        page = reader.incidents(before_number=page[-1].number, limit=_AT_ONCE)


def _read(file: Path) -> list[Arrived]:
    found: list[Arrived] = []
    try:
        with file.open("rb") as lines:
            found.extend(msgspec.json.decode(line, type=Arrived) for line in lines)
    except OSError as error:
        raise Stop(Exit.NOT_FOUND, f"{file} can't be read ({error.strerror}).") from error
    except msgspec.MsgspecError as error:
        raise Stop(Exit.USAGE, f"{file}:{len(found) + 1}: this is no line of config intake: {error}.") from error
    return sorted(found, key=lambda one: one.at)


def _tell(session: Session, arrived: Sequence[Arrived], decided: Sequence[Sequence[Decided]], changes: Sequence[Change]) -> int:
    pages = [Counter(who for one in each for _, who, _ in one.pages) for each in decided]
    people = {who: [one[who] for one in pages] for who in sorted({*pages[0], *pages[1]})}
    lost = sum(one.count for one in changes if one.lost)

    def show(console: Console) -> None:
        before, after = (counted(sum(one.values()), "page") for one in pages)
        console.line(f"{counted(len(arrived), 'alert')} arrived: {before} before, {after} after.", "strong")
        rows = [(who, f"{had:,}", "→", f"{gets:,}") for who, (had, gets) in people.items() if had != gets]
        console.table(rows)
        if not arrived:
            console.line("Nothing arrived in this time, so nothing can be compared.", "warn")
        for one in changes:
            which = (
                f"{one.alert} of {one.service or 'no service'} ({counted(one.count, 'alert')}, first {utc_minute(one.first_at)}"
            )
            where = f" in {one.incident})" if one.incident else ")"
            lost = "SERVICE LOST, still paged: " if one.paged else "LOST: "
            console.line(f"{lost if one.lost else ''}{which}{where}: {'; '.join(one.reasons)}.", "bad" if one.lost else "")
        if arrived and not changes:
            console.line("Nothing differs: the same people are paged at the same minutes.", "good")

    told = {"days": session.options.days, "alerts": len(arrived), "pages": [sum(one.values()) for one in pages], "people": people}
    parts = {"lost": lost, "changes": [msgspec.to_builtins(one) for one in changes]}
    session.answer({"schema": "stormjib.diff/1", **told, **parts}, show)
    return Exit.FAILED if lost else Exit.OK
