"""`stormjib incident timeline`, `log verify`, `log head`: the log as people read it, and whether it is still what was written."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stormjib.cli import offline, render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session
from stormjib.web import moments

if TYPE_CHECKING:
    from stormjib.ports import Checked

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
    """Check the log's own file, and hold it against heads that were kept elsewhere."""
    from stormjib import offline as log  # noqa: PLC0415 - the database library takes 100 ms to import
    from stormjib.ports import StoreFailed  # noqa: PLC0415
    from stormjib.store.database import LOG  # noqa: PLC0415

    data_dir, only, against = offline.data_dir(session), session.options.incident, session.options.against
    if against is not None and only is not None:
        raise Stop(Exit.USAGE, "A head is that of the whole log: leave the incident out.")
    _must_exist(data_dir / LOG)
    try:
        found = log.verify_against(data_dir, only, Path(against) if against is not None else None)
    except StoreFailed as error:
        raise Stop(Exit.FAILED, error.reason) from error
    checked, wrong, heads, since = found
    if only is not None and not checked and wrong is None:
        raise Stop(Exit.NOT_FOUND, f"The log in {data_dir / LOG} has no incident {only}.", "stormjib incident list")
    told = {
        "schema": "stormjib.verification/1",
        "incidents": {incident.incident: incident.entries for incident in checked},
        "entries": sum(incident.entries for incident in checked),
        "broken": {"incident": wrong.incident, "seq": wrong.seq, "reason": wrong.reason} if wrong else None,
        "heads": heads,
        "since": since,
    }

    def write(paper: render.Paper) -> None:
        if wrong:
            place = f"entry {wrong.seq} of {wrong.incident}: " if wrong.seq else f"{wrong.incident}: "
            paper.line(f"BROKEN: {place if wrong.incident else ''}{wrong.reason}", "bad")
        else:
            kept = f", and what {heads} kept {'head says' if heads == 1 else 'heads say'}" if heads else ""
            paper.line(f"The log is what was written{kept}: {_counted(checked)}.", "good")
        for sentence in since:
            paper.line(f"SINCE: {sentence}", "warn")

    session.answer(told, write)
    return Exit.FAILED if wrong else Exit.OK


def head(session: Session) -> int:
    """Print the head of all chains, signed and dated."""
    from stormjib import offline as log  # noqa: PLC0415 - the database library takes 100 ms to import
    from stormjib.ports import StoreFailed  # noqa: PLC0415
    from stormjib.store.database import LOG  # noqa: PLC0415

    data_dir = offline.data_dir(session)
    _must_exist(data_dir / LOG)
    try:
        session.world.stdout.write(log.take_head(data_dir, session.world.clock()) + "\n")
    except StoreFailed as error:
        raise Stop(Exit.FAILED, error.reason) from error
    return Exit.OK


def _counted(checked: "list[Checked]") -> str:
    """How much verifies, in words."""
    entries = sum(incident.entries for incident in checked)
    return f"{entries} {'entry' if entries == 1 else 'entries'} of {len(checked)} {'incident' if len(checked) == 1 else 'incidents'} verify"


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise Stop(Exit.NOT_FOUND, f"There is no log at {path}; --data-dir says where it is.")
