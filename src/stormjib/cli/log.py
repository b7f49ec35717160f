"""`stormjib incident timeline`: the timeline as people read it."""

from collections.abc import Iterator
from typing import Any

from stormjib.cli import render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session
from stormjib.web import moments

PAGE = 1000
FOLLOW_SECONDS = 1.0
RETRY_SECONDS = 3.0


def show(session: Session) -> int:
    """Print the log, and go on with it if asked to."""
    wanted = session.options
    if wanted.follow:
        _follow(session, wanted.incident, wanted.after)
    entries = []
    for page in pages(session, wanted.incident, wanted.after):
        if session.as_json:
            entries += page
        else:
            _print(session, page)
    if session.as_json:
        session.emit({"schema": "stormjib.log/1", "entries": entries})
    return Exit.OK


def pages(session: Session, incident: str, after: int = 0) -> Iterator[list[dict[str, Any]]]:
    """The entries after this one, as the API gives them, a page at a time."""
    page = [{"seq": after}]
    while page:
        page = _page(session, incident, page[-1]["seq"])
        yield page
        if len(page) < PAGE:
            return


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
        session.console.line(f"{entry['seq']:>5}  {when}  {entry['by'] or 'stormjib'}{_face(entry)}: {text}{where}")


def _face(entry: dict[str, Any]) -> str:
    """Where somebody is known by other means than a token; as ``Entry.doer`` has it."""
    return f", by {entry['cause'].split('/', 2)[1]}" if entry.get("cause", "").startswith("by/") else ""
