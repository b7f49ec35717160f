"""The runbook's check on this machine without a server: the commands' performer, one round, and where it is remembered."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from stormjib import owned
from stormjib.core.checkup import ProbeRecord, Report, Settled, newest
from stormjib.engine.check_round import check as round_of
from stormjib.performers import command_performer
from stormjib.ports import Clock, StoreFailed
from stormjib.settings import Settings
from stormjib.store.database import LOG, open_log, open_reader

FILE_BYTES_MAX = 16 * 1024 * 1024
KNOWN_MAX = 5_000
"""The file keeps so many commands, those that were looked at last."""


def check(settings: Settings, books: Sequence[Settled], file: Path, clock: Clock) -> tuple[Report, str]:
    """One round here and now, of one runbook as its services have it, and a sentence where it could not be remembered.

    It is remembered in the log of the data directory, where there is one and no server holds it, else in ``file``.
    Raises ``ValueError`` with a sentence where the commands' variables can't be read.
    """
    done = round_of(books, settings.policy(), command_performer(settings, clock), history(settings, file), clock)
    return done.report, _keep(settings, file, done.remembered)


def history(settings: Settings, file: Path) -> dict[str, ProbeRecord]:
    """What is known of every command, from the log and from ``file``; of one command the newest look counts."""
    log = settings.data_dir / LOG
    kept: dict[str, ProbeRecord] = {}
    if log.exists():
        try:
            reader = open_reader(log)
            try:
                kept = reader.checked()
            finally:
                reader.close()
        except StoreFailed:
            # A log of another version: what the file knows is still true.
            kept = {}
    return newest(kept, _read(file))


def _keep(settings: Settings, file: Path, remembered: tuple[ProbeRecord, ...]) -> str:
    log = settings.data_dir / LOG
    if log.exists():
        try:
            store = open_log(log)
        except StoreFailed:
            # A server holds it; the file is this check's memory then.
            return _write(file, newest(_read(file), {one.key: one for one in remembered}))
        try:
            store.put_checked(remembered)
            store.commit()
        except StoreFailed as error:
            return f"The result is not remembered: {error}"
        finally:
            store.close()
        return ""
    return _write(file, newest(_read(file), {one.key: one for one in remembered}))


def _read(file: Path) -> dict[str, ProbeRecord]:
    """What the file holds; nothing where it is none of ours."""
    try:
        with file.open("rb") as opened:
            return {one.key: one for one in _decode(opened.read(FILE_BYTES_MAX))}
    except (OSError, msgspec.DecodeError):
        return {}


def _write(file: Path, known: Mapping[str, ProbeRecord]) -> str:
    """Replace the file as a whole, for its owner only; a sentence where that fails."""
    kept = sorted(known.values(), key=lambda one: one.at)[-KNOWN_MAX:]
    try:
        owned.directory(file.parent)
        owned.write(file, msgspec.json.encode(kept))
    except OSError as error:
        return f"The result is not remembered: {file} can't be written ({error.strerror})."
    return ""


_decode = msgspec.json.Decoder(list[ProbeRecord]).decode
