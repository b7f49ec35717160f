"""`stormjib backup`, `restore` and `recover`: the log is kept elsewhere, put back, and read where it is damaged."""

from pathlib import Path
from shlex import quote

from stormjib.cli import offline
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.log_file import entries_of
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.core.text.units import counted
from stormjib.store import database
from stormjib.web import moments


def back_up(session: Session) -> int:
    """Copy the log as it is now; the server may run."""
    to = Path(session.options.dir)
    with offline.store():
        made, broken = database.back_up(offline.data_dir(session), to, session.world.clock())
    found = {"schema": "stormjib.backup/1", "dir": str(to), "position": made.position, "incidents": made.incidents}

    def show(console: Console) -> None:
        console.line(f"{_entries(made.position, made.incidents)} are in {to}.", "good")
        console.line(f"To put them back, with the server stopped: {offline.again(session, 'restore', str(to))}")

    if broken is not None:
        where = f"entry {broken.seq} of {broken.incident}: " if broken.incident else ""
        raise Stop(
            Exit.FAILED,
            f"The copy is in {to}, and the log itself is damaged: {where}{broken.reason}",
            f"stormjib recover {quote(str(offline.data_dir(session) / database.LOG))} --to DIR",
        )
    session.answer(found, show)
    return Exit.OK


def _entries(entries: int, incidents: int) -> str:
    return f"{counted(entries, 'entry', 'entries')} of {counted(incidents, 'incident')} and of the installation"


def restore(session: Session) -> int:
    """Put a backup in the place of the log; the server must be stopped."""
    source, data_dir = Path(session.options.dir), offline.data_dir(session)
    with offline.store():
        database.backup_in(source)
    session.confirm(
        f"Put the backup in {source} in the place of the log in {data_dir}?", offline.again(session, "restore", str(source))
    )
    with offline.store():
        made, kept = database.restore(source, data_dir, session.world.clock())
    taken = moments.utc(made.taken_at)
    found = {"schema": "stormjib.restored/1", "taken_at": made.taken_at, "position": made.position, "kept": kept}

    def show(console: Console) -> None:
        console.line(f"The log is that of {taken}: {_entries(made.position, made.incidents)}.", "good")
        if kept:
            console.line(f"The log that was there is kept as {kept}.")
        console.line("At the next start everything still due is done: pages under the keys that they had, deadlines, messages.")
        console.line("A run that was under way or approved then is reported as unknown and does not run by itself.")
        console.line("Tokens are those of the backup: revoke again what was revoked since.")

    session.answer(found, show)
    return Exit.OK


def recover(session: Session) -> int:
    """Get out of a damaged log what can be read; no server is needed, and the damaged file is only read."""
    file, to = Path(session.options.file), Path(session.options.to)
    with offline.store():
        found = database.recover(file / database.LOG if file.is_dir() else file, to)
    told = {"schema": "stormjib.recovered/1", "to": str(to), "incidents": found.incidents, "lost": found.lost}

    def show(console: Console) -> None:
        console.line(f"{entries_of(found.incidents)}: in {to / database.LOG}.", "good")
        for sentence in found.lost:
            console.line(f"LOST: {sentence}", "bad")
        console.line(f"Every entry that can be read is also in {to / 'incidents'}, a line each.")
        console.line(f"To go on with it: stormjib serve --data-dir {quote(str(to))}, with the settings as before.")

    session.answer(told, show)
    return Exit.FAILED if found.lost else Exit.OK
