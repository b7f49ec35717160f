"""`stormjib doctor`: everything that would fail at night, looked at by day."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from stormjib.cli import doctor_paging, doctor_runbook, offline
from stormjib.cli.examined import FAIL, LISTED_MAX, OK, WARN, Check, some
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.log_file import entries_of
from stormjib.cli.render import Console
from stormjib.cli.server import addresses_lacking
from stormjib.cli.session import Session
from stormjib.core.policy import NOBODY as UNNAMED
from stormjib.core.redact import redacted
from stormjib.core.redact.names import is_secret
from stormjib.core.shadow import SAID
from stormjib.core.text.units import counted, size
from stormjib.engine.held_pages import held_back
from stormjib.integrations.health.recovery import baselines
from stormjib.offline import as_running
from stormjib.oncall_watch import OnCallWatch
from stormjib.performers import check_tools, command_performer
from stormjib.ports import StoreFailed
from stormjib.settings import Settings
from stormjib.store.database import DATABASE, LOG, backed_up_at, lacking, open_reader, verify
from stormjib.web import moments
from stormjib.web.auth import NOBODY

PYTHON_MIN = (3, 11)
FREE_BYTES_COMFORTABLE = LOG_BYTES_COMFORTABLE = 1024**3
DAY_SECONDS = 86400.0
BACKUP_DAYS_MAX = 2
_OPEN_MAX = 200
ENDING_SECONDS = 7 * 86_400


def examine(session: Session) -> int:
    """Look at everything; exit code 1 when something fails."""
    checks = list(_checks(session))
    healthy = all(check.state != FAIL for check in checks)
    found = {"schema": "stormjib.doctor/1", "healthy": healthy, "checks": [check._asdict() for check in checks]}

    def show(console: Console) -> None:
        styles = {OK: "", WARN: "warn", FAIL: "bad"}
        console.table(
            [(check.state, check.name, check.text) for check in checks],
            styles=[styles[check.state] for check in checks],
            indent=0,
        )
        counts = [sum(check.state == state for check in checks) for state in (OK, WARN, FAIL)]
        console.line(
            f"{counts[0]} ok, {counted(counts[1], 'warning')}, {counted(counts[2], 'failure')}.", "good" if healthy else "bad"
        )

    session.answer(found, show)
    return Exit.OK if healthy else Exit.FAILED


def _checks(session: Session) -> Iterator[Check]:

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
    if settings.mode == "shadow":
        yield Check("mode", WARN, f'{SAID} Nobody is paged from here; once the comparison is done, set mode = "live"')
    yield from _secret(session)
    yield _address(as_running(settings))
    yield _data_dir(settings)
    yield _free_space(settings)
    yield _log(settings)
    yield from _kept(settings, session.world.clock())
    yield doctor_paging.paging(settings, session.world.clock())
    yield from _on_call(settings, session.world.clock())
    yield from doctor_paging.contacts(settings, session.world.clock())
    yield from _unreached(settings, session.world.clock())
    yield _recovery(settings)
    yield from doctor_runbook.checks(session, settings)


def _secret(session: Session) -> Iterator[Check]:
    file = Path(session.options.settings) if session.options.settings else None
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file else []
    secret = any(is_secret(line.partition("=")[0].strip()) or ("://" in line and redacted(line) != line) for line in lines)
    if file and secret and file.stat().st_mode & 0o044:
        yield Check("settings file", WARN, f"others can read the secrets in {file}; run: chmod 600 {file}")


def _address(settings: Settings) -> Check:
    """How people reach the server: what stands in every page and message."""
    parts, url = urlsplit(settings.url), settings.url
    here = settings.host in {"127.0.0.1", "::1", "localhost"}
    if not settings.base_url and not here:
        return Check("address", WARN, f"base_url is not set, so links say {url}; set it to what people type")
    if not settings.base_url:
        return Check("address", OK, f"links say {url}, which only this machine can open; for others set base_url")
    if parts.scheme == "http" and not here and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        return Check("address", WARN, f"{url} is not encrypted, so tokens can be read on the way; put a proxy with TLS before it")
    if parts.scheme == "https" and not settings.trusted_proxies:
        text = f"{url}; trusted_proxies names no proxy, so everybody who comes through one has one address and shares its limits"
        return Check("address", WARN, text)
    return Check("address", OK, url)


def _data_dir(settings: Settings) -> Check:
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
        return Check("data directory", WARN, f"everybody can read {directory}; run: chmod o-rwx {directory}")
    return Check("data directory", OK, f"{directory} can be written")


def _log(settings: Settings) -> Check:
    """The whole log is hashed again, as `stormjib log verify` does."""
    log = settings.data_dir / LOG
    if not log.exists():
        return Check("log", OK, "there is none yet; stormjib serve creates it")
    if closed := _closed(settings.data_dir):
        text = f"{closed}, so the server can't start; run: chown -R --reference={settings.data_dir} {settings.data_dir}"
        return Check("log", FAIL, text)
    try:
        checked, broken = verify(log)
    except StoreFailed as error:
        return Check("log", FAIL, error.reason)
    if broken is not None:
        where = f"entry {broken.seq} of {broken.incident}: " if broken.incident else ""
        return Check("log", FAIL, f"it is damaged: {where}{broken.reason} What can be read: stormjib recover {log} --to DIR")
    return Check("log", OK, entries_of({one.incident: one.entries for one in checked}, " verify"))


def _closed(directory: Path) -> str:
    """Which of the server's files this user can't write, and why; "" where there is none."""
    for file in sorted({*directory.glob(f"{LOG}*"), *directory.glob("engine.db*")}):
        try:
            with file.open("r+b"):
                pass
        except OSError as error:
            return f"{file} can't be written by this user ({error.strerror})"
    return ""


def _unwritable(directory: Path) -> str:
    """Why nothing can be written there, found out by writing; "" where it works."""
    try:
        with tempfile.TemporaryFile(dir=directory):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _free_space(settings: Settings) -> Check:
    place = next(path for path in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    if free < settings.free_bytes_min:
        return Check(
            "free space", FAIL, f"{size(free)}; below {size(settings.free_bytes_min)} the server takes no work. Make room"
        )
    if free < FREE_BYTES_COMFORTABLE:
        return Check("free space", WARN, f"{size(free)}; a long incident with much output may need more")
    return Check("free space", OK, size(free))


def _kept(settings: Settings, now: float) -> Iterator[Check]:
    """How much the log has grown, and when it was last backed up."""
    if not (settings.data_dir / LOG).exists():
        return
    taken = sum(file.stat().st_size for file in settings.data_dir.glob(f"{LOG}*"))
    days = settings.retention_days
    kept = f"what is closed for {days:g} days is exported" if days else "everything is kept, for retention_days is not set"
    yield Check("log size", WARN if taken > LOG_BYTES_COMFORTABLE and not days else OK, f"{size(taken)}; {kept}")
    at = backed_up_at(settings.data_dir)
    old = "never" if at is None else f"{(now - at) / DAY_SECONDS:.0f} days ago"
    again = f"run: stormjib backup DIR --data-dir {settings.data_dir}"
    late = at is None or now - at > BACKUP_DAYS_MAX * DAY_SECONDS
    yield Check("backup", WARN if late else OK, f"{old}; {again}" if late else f"{moments.utc(at or 0.0)}")


def _on_call(settings: Settings, now: float) -> Iterator[Check]:
    """Where nobody will be on call in the next days, by the files, the overrides and what calendars said last."""
    policy, rota = doctor_paging.in_force(settings, now)
    if policy and policy.schedules:
        watch = OnCallWatch(settings, lambda: now, rota, lambda: rota.on(policy), lambda: None)
        watch.poll(keep=False)
        problems = watch.problems()
        fine = f"{counted(len(policy.schedules), 'schedule')}, with somebody on call in the next 7 days"
        yield Check("on call", FAIL if problems else OK, " ".join(problems) or fine)


def _unreached(settings: Settings, now: float) -> Iterator[Check]:
    """Who should have been woken or told by now and was not, and who could not answer."""
    if not (settings.data_dir / LOG).exists():
        return
    try:
        reader = open_reader(settings.data_dir / LOG)
        tokens = reader.tokens()
        good = {token.name for token in tokens if not token.machine and not token.ended(now)}
        ending = {token.name for token in tokens if now < token.expires_at < now + ENDING_SECONDS}
        ending -= {token.name for token in tokens if not token.expires_at or token.expires_at >= now + ENDING_SECONDS}
        newest = [head for head in reader.incidents(limit=_OPEN_MAX) if head.status not in {"declared", "acknowledged", "closed"}]
        found = [reader.replay(head.id) for head in (*reader.worst_open(_OPEN_MAX)[0], *newest)]
        held = [f"{one.id}: {text}." for one in found if one.open and not one.alarm and (text := held_back(one, reader))]
        reader.close()
    except StoreFailed as failed:
        yield Check("pages", FAIL, failed.reason)
        return
    pages = [f"{incident.id}: {incident.page_alarm}" for incident in found if incident.page_alarm]
    state = FAIL if pages else WARN if held else OK
    yield Check("pages", state, " ".join([*pages, *held][:LISTED_MAX]) or "every page has arrived")
    messages = [f"{incident.id}: {incident.message_alarm}" for incident in found if incident.message_alarm]
    yield Check("messages", FAIL if messages else OK, " ".join(messages[:LISTED_MAX]) or "every message has arrived")
    lacking = [who for who in doctor_paging.answer(settings, now) if who not in good and who not in UNNAMED]
    if lacking:
        text = f"no token: {some(lacking)}; without one they can't acknowledge. Run: stormjib token create {lacking[0]} --scope respond"
        yield Check("responders", WARN, text)
    if all(token.ended(now) for token in tokens):
        yield Check("tokens", FAIL, NOBODY)
    if ending:
        yield Check("tokens", WARN, f"end within a week: {some(sorted(ending))}. Run: stormjib token rotate {min(ending)}")


def _recovery(settings: Settings) -> Check:

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
        return Check("recovery test", WARN, f"nothing is set up to measure {some(unmeasured)}: add [[service.check]]")
    file = baselines(settings.data_dir, settings.policy())
    unknown = [service.name for service in services if file.read(service.name) is None]
    if unknown:
        again = "while it is healthy, run with an admin's token: stormjib baseline take"
        return Check("recovery test", WARN, f"there is no baseline of {some(unknown)}; {again}")
    checks = sum(len(service.checks) for service in services)
    return Check("recovery test", OK, f"{some([service.name for service in services])}: {checks} checks, against the baseline")
