"""`stormjib incident log`, `log verify`, `log head`: the log as people read it, and whether it is still what was written."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stormjib.cli import render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session
from stormjib.web import moments

if TYPE_CHECKING:
    from stormjib.ports import Broken, Checked
    from stormjib.store.log_head import LogHead

PAGE = 1000
FOLLOW_SECONDS = 1.0
RETRY_SECONDS = 3.0


def show(session: Session) -> int:
    """Print the log, and go on with it if asked to."""
    wanted = session.options
    if wanted.follow:
        _follow(session, wanted.incident, wanted.after)
    entries = []
    after = wanted.after
    while True:
        page = _page(session, wanted.incident, after)
        if session.as_json:
            entries += page
        else:
            _print(session, page)
        if len(page) < PAGE:
            break
        after = page[-1]["seq"]
    if session.as_json:
        session.emit({"schema": "stormjib.log/1", "entries": entries})
    return Exit.OK


def _page(session: Session, incident: str, after: int) -> list[dict[str, Any]]:
    page: list[dict[str, Any]] = session.client().get("incidents", incident, "log", after=after, limit=PAGE)["entries"]
    return page


def _follow(session: Session, incident: str, after: int) -> None:
    """Until Ctrl-C. A server that is being restarted is waited for: no entry is lost, for they are asked for by number."""
    lost = False
    started = False
    while True:
        try:
            page = _page(session, incident, after)
        except Stop as stop:
            if not started or stop.code not in {Exit.UNREACHABLE, Exit.TIMEOUT}:
                raise
            if not lost:
                session.tell(f"stormjib: {stop.sentence} Waiting for it.")
            lost = True
            session.world.pause(RETRY_SECONDS)
            continue
        started, lost = True, False
        if session.as_json:
            for entry in page:
                session.emit({"schema": "stormjib.entry/1", **entry})
        else:
            _print(session, page)
            session.world.stdout.flush()
        if page:
            after = page[-1]["seq"]
        if len(page) < PAGE:
            session.world.pause(FOLLOW_SECONDS)


def _print(session: Session, entries: list[dict[str, Any]]) -> None:
    now = session.world.clock()
    for entry in entries:
        when = f"{moments.utc(entry['at'])}  {moments.ago(entry['at'], now):>12}"
        text = render.oneline(entry["text"])
        line = entry["fact"].get("line")
        where = f"  [{render.source(line)}]" if line and f"line {line}" not in text else ""
        session.paper.line(f"{entry['seq']:>5}  {when}  {entry['by'] or 'stormjib'}: {text}{where}")


def verify(session: Session) -> int:
    """Check the hash chains of the log's own file."""
    from stormjib.cli import offline  # noqa: PLC0415 - the database library takes 100 ms to import
    from stormjib.ports import StoreFailed  # noqa: PLC0415
    from stormjib.store.database import LOG  # noqa: PLC0415
    from stormjib.store.database import verify as check  # noqa: PLC0415

    path = offline.data_dir(session) / LOG
    _must_exist(path)
    only = session.options.incident
    try:
        heads = _kept(session)
        checked, wrong = check(path, only, heads)
        since: list[str] = []
        if heads and wrong is None:
            wrong, since = _beside(path, heads)
    except StoreFailed as error:
        raise Stop(Exit.FAILED, error.reason) from error
    if only is not None and not checked and wrong is None:
        raise Stop(Exit.NOT_FOUND, f"The log in {path} has no incident {only}.", "stormjib incident list")
    found = {
        "schema": "stormjib.verification/1",
        "incidents": {incident.incident: incident.entries for incident in checked},
        "entries": sum(incident.entries for incident in checked),
        "broken": {"incident": wrong.incident, "seq": wrong.seq, "reason": wrong.reason} if wrong else None,
        "heads": len(heads),
        "since": since,
    }

    def write(paper: render.Paper) -> None:
        if wrong:
            paper.line(f"BROKEN: {_where(wrong)}{wrong.reason}", "bad")
        else:
            against = f", and what {len(heads)} kept {'head says' if len(heads) == 1 else 'heads say'}" if heads else ""
            paper.line(f"The log is what was written{against}: {_counted(checked)}.", "good")
        for sentence in since:
            paper.line(f"SINCE: {sentence}", "warn")

    session.answer(found, write)
    return Exit.FAILED if wrong else Exit.OK


def _where(wrong: "Broken") -> str:
    if not wrong.incident:
        return ""
    return f"entry {wrong.seq} of {wrong.incident}: " if wrong.seq else f"{wrong.incident}: "


def _kept(session: Session) -> "list[LogHead]":
    """The heads in the file that the log is held against; none where it is held against nothing."""
    from stormjib.cli import offline  # noqa: PLC0415
    from stormjib.store.log_head import KEY, read  # noqa: PLC0415

    file = session.options.against
    if file is None:
        return []
    if session.options.incident is not None:
        raise Stop(Exit.USAGE, "A head is that of the whole log: leave the incident out.")
    try:
        heads = read(Path(file).read_text(encoding="utf-8", errors="replace"))
        key = (offline.data_dir(session) / KEY).read_bytes()
    except OSError as error:
        raise Stop(Exit.FAILED, f"{error.filename} can't be read: {error.strerror}.") from error
    if not heads:
        raise Stop(Exit.FAILED, f"{file} holds no head of a log; `stormjib log head` prints one.")
    if forged := [head for head in heads if not head.is_signed_by(key)]:
        raise Stop(
            Exit.FAILED,
            f"{len(forged)} of the {len(heads)} heads in {file} were not signed with this installation's key, so they prove "
            "nothing: they are those of another installation, or somebody changed them, or the key.",
        )
    return heads


def _beside(path: Path, heads: "list[LogHead]") -> "tuple[Broken | None, list[str]]":
    """Tokens and counts against the newest head: the first that can't be, and what changed since."""
    from stormjib.ports import Broken  # noqa: PLC0415
    from stormjib.store.database import open_reader  # noqa: PLC0415
    from stormjib.store.log_head import beside  # noqa: PLC0415

    reader = open_reader(path)
    try:
        wrong, since = beside(max(heads, key=lambda head: head.taken_at), reader)
    finally:
        reader.close()
    return (Broken("", 0, " ".join(wrong)) if wrong else None), since


def head(session: Session) -> int:
    """Print the head of all chains, signed and dated."""
    from stormjib.cli import offline  # noqa: PLC0415 - the database library takes 100 ms to import
    from stormjib.ports import StoreFailed  # noqa: PLC0415
    from stormjib.store.database import LOG, open_reader  # noqa: PLC0415
    from stormjib.store.log_head import Follower, key_of  # noqa: PLC0415

    path = offline.data_dir(session) / LOG
    _must_exist(path)
    try:
        reader = open_reader(path)
        try:
            taken = Follower(reader, keeps_ends=True).take(session.world.clock(), key_of(path.parent))
        finally:
            reader.close()
    except StoreFailed as error:
        raise Stop(Exit.FAILED, error.reason) from error
    except OSError as error:
        raise Stop(Exit.FAILED, f"{error.filename} can't be used: {error.strerror}.") from error
    print(taken.line(), file=session.world.stdout)
    return Exit.OK


def _counted(checked: "list[Checked]") -> str:
    """How much verifies, in words."""
    entries = sum(incident.entries for incident in checked)
    return f"{entries} {'entry' if entries == 1 else 'entries'} of {len(checked)} {'incident' if len(checked) == 1 else 'incidents'} verify"


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise Stop(Exit.NOT_FOUND, f"There is no log at {path}; --data-dir says where it is.")
