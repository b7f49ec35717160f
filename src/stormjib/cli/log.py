"""`stormjib incident log` and `stormjib log verify`: the log as people read it, and whether it is still what was written."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stormjib.cli import render
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
    """Check the hash chains of the log's own file."""
    from stormjib.cli import offline  # noqa: PLC0415 - the database library takes 100 ms to import
    from stormjib.ports import StoreFailed  # noqa: PLC0415
    from stormjib.store.database import LOG  # noqa: PLC0415
    from stormjib.store.database import verify as check  # noqa: PLC0415

    path = offline.data_dir(session) / LOG
    _must_exist(path)
    only = session.options.incident
    try:
        checked, wrong = check(path, only)
    except StoreFailed as error:
        raise Stop(Exit.FAILED, error.reason) from error
    if only is not None and not checked and wrong is None:
        raise Stop(Exit.NOT_FOUND, f"The log in {path} has no incident {only}.", "stormjib incident list")
    found = {
        "schema": "stormjib.verification/1",
        "incidents": {incident.incident: incident.entries for incident in checked},
        "entries": sum(incident.entries for incident in checked),
        "broken": {"incident": wrong.incident, "seq": wrong.seq, "reason": wrong.reason} if wrong else None,
    }

    def write(paper: render.Paper) -> None:
        if wrong:
            where = f"entry {wrong.seq} of {wrong.incident}: " if wrong.incident else ""
            paper.line(f"BROKEN: {where}{wrong.reason}", "bad")
        else:
            paper.line(f"The log is what was written: {_counted(checked)}.", "good")

    session.answer(found, write)
    return Exit.FAILED if wrong else Exit.OK


def _counted(checked: "list[Checked]") -> str:
    """How much verifies, in words."""
    entries = sum(incident.entries for incident in checked)
    return f"{entries} {'entry' if entries == 1 else 'entries'} of {len(checked)} {'incident' if len(checked) == 1 else 'incidents'} verify"


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise Stop(Exit.NOT_FOUND, f"There is no log at {path}; --data-dir says where it is.")
