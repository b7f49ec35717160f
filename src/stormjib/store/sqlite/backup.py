"""A backup of the log while the server runs or not, and its way back; the engine's file needs none, it is derived again."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from stormjib.owned import opened, write
from stormjib.ports import Broken, StoreFailed
from stormjib.store.log_head import KEY
from stormjib.store.sqlite.engine_file import EngineFile
from stormjib.store.sqlite.failure import HELD_SECONDS, readable
from stormjib.store.sqlite.lock import WriterLock
from stormjib.store.sqlite.opening import open_log
from stormjib.store.sqlite.raw import verify

LOG: Final = "log.db"
BASELINE: Final = "baseline.json"
MANIFEST: Final = "backup.json"
LAST: Final = "backup.last"
"""The file beside the log that says when it was last backed up."""
SCHEMA: Final = "stormjib.backup/1"
RESTORED: Final = "restored"
"""The setting in which a log that was restored says so, until the server has drawn its conclusions."""
_CHUNK: Final = 1 << 20


class Backup(msgspec.Struct, frozen=True):
    """What a backup holds; written last, so that one that was interrupted has none. ``taken_at`` in seconds since the epoch."""

    schema: str
    taken_at: float
    position: int
    """Of the newest entry of the log."""
    incidents: int
    sha256: str
    """Of the log's file."""


def back_up(data_dir: Path, to: Path, now: float) -> tuple[Backup, Broken | None]:
    """Copy the log as it is at one moment, and check the copy: what it holds, and what in it is not as written.

    Raises ``StoreFailed`` where there is nothing to copy, or no room, or where ``to`` holds something already.
    """
    source = data_dir / LOG
    if not source.exists():
        raise StoreFailed(f"There is no log at {source}; --data-dir says where it is.", fatal=False)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise StoreFailed(f"{to} is not empty. Give each backup a directory of its own, such as one with the date.", fatal=False)
    with _told(f"The backup could not be written to {to}", "The log was only read; nothing is wrong with it by that."):
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy = to / LOG
        os.close(opened(copy, os.O_WRONLY | os.O_EXCL))
        try:
            position, incidents = _copy(source, copy)
        except (sqlite3.Error, OSError, StoreFailed):
            copy.unlink(missing_ok=True)
            raise
        _copy_beside(data_dir, to)
        _sync(copy)
        made = Backup(SCHEMA, now, position, incidents, _sum(copy))
        manifest = to / MANIFEST
        write(manifest, msgspec.json.format(msgspec.json.encode(made)) + b"\n")
        _sync(manifest)
        _sync(to)
    broken = verify(copy)[1]
    # Only for whoever asks when that was; a directory that takes nothing is no reason to say that there is no backup.
    with suppress(OSError):
        write(data_dir / LAST, f"{now}\n".encode())
    return made, broken


def backed_up_at(data_dir: Path) -> float | None:
    """When the log was last backed up, in seconds since the epoch; None where nobody knows."""
    try:
        return float((data_dir / LAST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def restore(source: Path, data_dir: Path, now: float) -> tuple[Backup, str]:
    """Put a backup in the place of the log: what it holds, and under which name the log that was there is kept ("" for none).

    The server must not run. Raises ``StoreFailed``, and then the log that was there is in force as before.
    """
    made = backup_in(source)
    with _told(f"The backup could not be restored to {data_dir}", "The log that was there is unchanged."):
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        there = (data_dir / LOG).exists()
        lock = WriterLock(str(data_dir / LOG))
        try:
            fresh = _staged(source / LOG, data_dir)
            # The engine's rows go first: without them everything owed is derived again, whichever log is in force.
            EngineFile(data_dir / "engine.db").set_aside()
            kept = _set_aside(data_dir / LOG, now) if there else ""
            fresh.replace(data_dir / LOG)
            _copy_beside(source, data_dir)
            _sync(data_dir)
        finally:
            lock.release()
    return made, kept


def _copy_beside(source: Path, to: Path) -> None:
    """What stands beside the log and can't be derived from it: the baseline, and the key that old heads are checked with."""
    for name in (BASELINE, KEY):
        if (source / name).exists():
            write(to / name, (source / name).read_bytes())


def _copy(source: Path, copy: Path) -> tuple[int, int]:
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True, timeout=HELD_SECONDS)) as log,
        closing(sqlite3.connect(copy)) as backup,
    ):
        # The copy itself would wait for ever for a log that another process has for itself.
        readable(log, str(source))
        log.backup(backup)
        # One file, without companions that could be forgotten when it is moved.
        backup.execute("PRAGMA journal_mode = DELETE")
        (position,) = backup.execute("SELECT coalesce(max(position), 0) FROM entry").fetchone()
        (incidents,) = backup.execute("SELECT count(*) FROM incident WHERE number > 0").fetchone()
        return int(position), int(incidents)


def backup_in(source: Path) -> Backup:
    """The backup in this directory, if it is whole; raises ``StoreFailed``."""
    try:
        made = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Backup)
    except FileNotFoundError as error:
        raise StoreFailed(f"{source} holds no backup, or one that was interrupted: it has no {MANIFEST}.", fatal=False) from error
    except (OSError, msgspec.DecodeError) as error:
        raise StoreFailed(f"{source / MANIFEST} can't be read ({error}). Take another backup.", fatal=False) from error
    if made.schema != SCHEMA:
        raise StoreFailed(f"{source} was written by another version of stormjib ({made.schema}).", fatal=False)
    try:
        same = _sum(source / LOG) == made.sha256
    except OSError as error:
        raise StoreFailed(f"{source / LOG} can't be read ({error.strerror}). Take another backup.", fatal=False) from error
    if not same:
        raise StoreFailed(
            f"{source / LOG} is not what was backed up: its sha256 is another one. Take another backup, or get out what can "
            f"be read: stormjib recover {source / LOG} --to DIR.",
            fatal=False,
        )
    return made


def _staged(log: Path, data_dir: Path) -> Path:
    """A copy beside the log's place, of this version's schema, that says that it was restored."""
    fresh = data_dir / f"{LOG}.restoring"
    _forget(fresh)
    os.close(opened(fresh, os.O_WRONLY | os.O_EXCL))
    shutil.copyfile(log, fresh)
    try:
        staged = open_log(fresh)
    except StoreFailed:
        _forget(fresh)
        raise
    staged.put_setting(RESTORED, json.dumps({"sha256": _sum(log)}))
    staged.commit()
    staged.close()
    Path(f"{fresh}.lock").unlink(missing_ok=True)
    _sync(fresh)
    return fresh


def _set_aside(log: Path, now: float) -> str:
    """Keep the log that was there, with all that belongs to it."""
    kept = log.with_name(f"{LOG}.before-restore-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}")
    # A server that was killed has left the newest entries beside the log; a log that is damaged may keep them there.
    with suppress(sqlite3.Error), closing(sqlite3.connect(log)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for beside in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{log}{beside}").rename(f"{kept}{beside}")
    os.link(log, kept)
    return str(kept)


def _forget(path: Path) -> None:
    for beside in ("", "-wal", "-shm", "-journal", ".lock"):
        Path(f"{path}{beside}").unlink(missing_ok=True)


def _sum(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(what: str, then: str) -> Iterator[None]:
    """What went wrong as a sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise StoreFailed(f"{what} ({reason}). {then}", fatal=False) from error
