"""`stormjib log verify` and `log head`: whether the timeline's file is still what was written; no server is needed."""

from collections.abc import Mapping
from pathlib import Path

from stormjib import offline as log
from stormjib.cli import offline, render
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.session import Session
from stormjib.core.text.units import counted
from stormjib.store.database import LOG


def verify(session: Session) -> int:
    """Check the log's own file, and hold it against heads that were kept elsewhere."""
    data_dir, only, against = offline.data_dir(session), session.options.incident, session.options.against
    if against is not None and only is not None:
        raise Stop(Exit.USAGE, "A head is that of the whole log: leave the incident out.")
    _must_exist(data_dir / LOG)
    with offline.store():
        found = log.verify_against(data_dir, only, Path(against) if against is not None else None)
    checked, wrong, heads, since = found
    if only is not None and not checked and wrong is None:
        raise Stop(Exit.NOT_FOUND, f"The log in {data_dir / LOG} has no incident {only}.", "stormjib incident list")
    verified = {incident.incident: incident.entries for incident in checked}
    told = {
        "schema": "stormjib.verification/1",
        "incidents": verified,
        "entries": sum(verified.values()),
        "broken": {"incident": wrong.incident, "seq": wrong.seq, "reason": wrong.reason} if wrong else None,
        "heads": heads,
        "since": since,
    }

    def write(console: render.Console) -> None:
        if wrong:
            place = f"entry {wrong.seq} of {wrong.incident}: " if wrong.seq else f"{wrong.incident}: "
            console.line(f"BROKEN: {place if wrong.incident else ''}{wrong.reason}", "bad")
        else:
            kept = f", and what {heads} kept {'head says' if heads == 1 else 'heads say'}" if heads else ""
            console.line(f"The log is what was written{kept}: {entries_of(verified, ' verify')}.", "good")
        for sentence in since:
            console.line(f"SINCE: {sentence}", "warn")

    session.answer(told, write)
    return Exit.FAILED if wrong else Exit.OK


def head(session: Session) -> int:
    """Print the head of all chains, signed and dated."""
    data_dir = offline.data_dir(session)
    _must_exist(data_dir / LOG)
    with offline.store():
        session.world.stdout.write(log.take_head(data_dir, session.world.clock()) + "\n")
    return Exit.OK


def entries_of(logs: Mapping[str, int], verb: str = "") -> str:
    """How many entries each log has, in words; what belongs to no incident is about the installation: who has access, alerts of none."""
    own = [entries for name, entries in logs.items() if name.startswith("INC-")]
    rest = sum(logs.values()) - sum(own)
    told = f"{counted(sum(own), 'entry', 'entries')} of {counted(len(own), 'incident')}{verb}"
    return told + (f", and {counted(rest, 'entry', 'entries')} about the installation" if rest else "")


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise Stop(Exit.NOT_FOUND, f"There is no log at {path}; --data-dir says where it is.")
