"""`stormjib export …`: closed incidents as files, and the check of such files on any machine."""

from contextlib import closing
from pathlib import Path

from stormjib.cli import offline
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.render import Console
from stormjib.cli.session import Session
from stormjib.ports import Head, NotFound, StoreFailed
from stormjib.store import verify_export
from stormjib.store.database import LOG, open_reader
from stormjib.store.export import Exports
from stormjib.store.log_head import key_of

DAY_SECONDS = 86400.0


def write(session: Session) -> int:
    """Copy closed incidents into a directory; nothing is removed, and the server may run."""
    wanted, data_dir, now = session.options, offline.data_dir(session), session.world.clock()
    before, only = now - wanted.older_than * DAY_SECONDS, wanted.incident
    found, failed = [], []
    try:
        with closing(open_reader(data_dir / LOG)) as reader:
            exports = Exports(Path(wanted.dir), reader, key_of(data_dir))
            heads = [reader.incident(only)] if only else reader.incidents(limit=1_000_000)
            for head in reversed(heads):
                if not head.over or head.updated_at > before:
                    continue
                try:
                    found += [] if reader.replay(head.id).exported else [exports.export(head, now)]
                except StoreFailed as error:
                    failed.append(error.reason)
    except NotFound as error:
        raise Stop(Exit.NOT_FOUND, str(error)) from error
    except StoreFailed as error:
        raise Stop(Exit.FAILED, error.reason) from error
    except (ValueError, LookupError, TypeError) as error:
        raise Stop(Exit.FAILED, f"The manifest in {wanted.dir} is none; give another directory ({error}).") from error
    if failed:
        raise Stop(Exit.FAILED, f"{len(found)} incidents are in {wanted.dir}, and {len(failed)} are not. {' '.join(failed[:5])}")
    if only and not found:
        raise Stop(Exit.REFUSED, f"{only} was not exported: {_why_not(heads[0], before, wanted.older_than)}")
    told = {"schema": "stormjib.exports/1", "dir": wanted.dir, "incidents": {line["incident"]: line["file"] for line in found}}

    def show(console: Console) -> None:
        console.line(f"{len(found)} closed incidents are in {wanted.dir}, each in a file that was checked.", "good")
        console.line(
            "To check them later, without stormjib: stormjib export script > verify_export.py; python3 verify_export.py DIR"
        )

    session.answer(told, show)
    return Exit.OK


def _why_not(head: Head, before: float, days: float) -> str:
    if not head.over:
        return "it is not closed, and only a closed incident is exported."
    if head.updated_at > before:
        return f"its last entry is younger than {days:g} days (--older-than)."
    return "it was exported and taken out of the log before."


def verify(session: Session) -> int:
    """Check exports as the script does."""
    wanted = session.options
    options = [word for name in ("heads", "key") if getattr(wanted, name) for word in (f"--{name}", getattr(wanted, name))]
    return Exit.FAILED if verify_export.main([*wanted.path, *options]) else Exit.OK


def script(session: Session) -> int:
    """Print the script that checks exports: it needs Python and nothing else."""
    session.world.stdout.write(Path(verify_export.__file__).read_text(encoding="utf-8"))
    return Exit.OK
