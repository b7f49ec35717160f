"""What can still be read of a damaged log: into a new log that a server can start with, and as text, with what is lost by name."""

import os
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import msgspec

from stormjib.core.log import Entry
from stormjib.owned import opened
from stormjib.ports import AlertRow, Damaged, Head, StoreFailed
from stormjib.ports.records import stored
from stormjib.store import chain, records
from stormjib.store.rebuild import Rebuilt, number_of, rebuild
from stormjib.store.sqlite import rows
from stormjib.store.sqlite.backup import LOG, RESTORED
from stormjib.store.sqlite.failure import sentence
from stormjib.store.sqlite.opening import open_log
from stormjib.store.sqlite.writer import SqliteLog

INCIDENTS: Final = "incidents"
_ENTRY: Final = 'position, incident, seq, at, "by", cause, fact, hash'
_BESIDE: Final = ("alert", "blob", "runbook", "token", "setting", "checked")
_BYTES_MAX: Final = 1 << 40
"""A head that says more than that is damaged itself."""
_GAP_MAX: Final = 200_000
"""Rows that are tried one by one where a part of a table can't be read."""


class Recovered(msgspec.Struct, frozen=True):
    """What came out. ``incidents``: how many entries of each are in the new log."""

    incidents: dict[str, int]
    lost: tuple[str, ...]
    """What could not be read, or can't follow upon what could, a sentence each."""


class _Row(NamedTuple):
    entry: Entry
    fact: str
    hash: bytes


def recover(source: Path, to: Path) -> Recovered:
    """Read everything that can be read of the log ``source`` and write it into the new directory ``to``.

    The new log has each incident up to its first entry that is lost; entries behind it stand in ``incidents/INC-n.jsonl``,
    as all of them do. Raises ``StoreFailed`` where there is no log, where ``to`` holds something, or where nothing can be read.
    """
    if not source.is_file():
        raise StoreFailed(f"There is no log at {source}.", fatal=False)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise StoreFailed(f"{to} is not empty. Give it a new directory.", fatal=False)
    whole, is_new = to / "whole.db", not to.exists()
    try:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(_open(source, whole)) as log:
            return _Recovery(log, to).run()
    except sqlite3.Error as error:
        failed = sentence(error, str(source))
        nothing = f"Nothing can be read of {source} ({error}). Restore the newest backup: stormjib restore DIR."
        raise (StoreFailed(nothing, fatal=False) if failed.damage else failed) from error
    except OSError as error:
        raise StoreFailed(f"{to} can't be written ({error.strerror}). {source} was only read.", fatal=False) from error
    finally:
        whole.unlink(missing_ok=True)
        with suppress(OSError):
            # One that holds something stays.
            if is_new:
                to.rmdir()


def _open(source: Path, whole: Path) -> sqlite3.Connection:
    """The log, only to be read; of one that was cut, a copy that has the length which it says it has."""
    try:
        return _opened(f"file:{quote(str(source.resolve()))}?mode=ro")
    except sqlite3.DatabaseError:
        shutil.copyfile(source, whole)
        with whole.open("rb") as file:
            head = file.read(32)
        size = int.from_bytes(head[16:18], "big")
        wanted = int.from_bytes(head[28:32], "big") * (65_536 if size == 1 else size)
        if whole.stat().st_size < wanted <= _BYTES_MAX:
            os.truncate(whole, wanted)
        return _opened(f"file:{quote(str(whole.resolve()))}?immutable=1")


def _opened(uri: str) -> sqlite3.Connection:
    log = sqlite3.connect(uri, uri=True)
    try:
        log.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        log.close()
        raise
    return log


class _Recovery:
    """One pass over the damaged log, and one new log."""

    def __init__(self, log: sqlite3.Connection, to: Path) -> None:
        self._log = log
        self._to = to
        self._lost: list[str] = []
        self._alerts: dict[tuple[str, str], AlertRow] = {}
        """As the entries tell them."""
        self._emptied: dict[str, list[tuple[int, float, bytes]]] = defaultdict(list)
        """Number, time and hash of entries that were exported: there is nothing else of them."""

    def run(self) -> Recovered:
        found = self._entries()
        (self._to / INCIDENTS).mkdir(mode=0o700)
        for incident_id, read in found.items():
            self._write_text(incident_id, read)
        fresh = open_log(self._to / LOG)
        try:
            kept = self._write_log(fresh, found)
            self._copy_beside(fresh)
            self._add_alerts(fresh)
            # What was under way when the log was damaged is reported and does not run by itself.
            fresh.put_setting(RESTORED, "recovered")
            fresh.commit()
        finally:
            fresh.close()
        return Recovered(kept, tuple(self._lost))

    def _entries(self) -> dict[str, dict[int, _Row]]:
        """Every entry that can be read, by incident and number."""
        found: dict[str, dict[int, _Row]] = defaultdict(dict)
        for row in self._rows("entry", _ENTRY):
            position, incident, seq, at, by, cause, fact, linked = row
            if not (by or cause or fact):
                self._emptied[str(incident)].append((seq, at, linked))
                continue
            try:
                found[str(incident)][seq] = _Row(records.entry_of(incident, seq, at, by, cause, fact), fact, linked)
            except Damaged as error:
                self._lost.append(f"The entry at position {position}: {error.reason}")
        return dict(sorted(found.items(), key=lambda item: number_of(item[0])))

    def _rows(self, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
        """Every row of a table that can be read, in the order of its rows; where a page is lost, the others one by one."""
        query = f"SELECT rowid, {columns} FROM {table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid"
        at = tried = 0
        while tried < _GAP_MAX:
            try:
                for row in self._log.execute(query, (at,)):
                    at, tried = row[0] + 1, 0
                    yield row[1:]
            except sqlite3.Error:
                at, tried = at + 1, tried + 1
            else:
                return

    def _write_text(self, incident_id: str, read: dict[int, _Row]) -> None:
        with os.fdopen(opened(self._to / INCIDENTS / f"{_name(incident_id)}.jsonl", os.O_WRONLY), "wb") as file:
            file.writelines(msgspec.json.encode(read[seq].entry) + b"\n" for seq in sorted(read))

    def _write_log(self, fresh: SqliteLog, found: dict[str, dict[int, _Row]]) -> dict[str, int]:
        heads = self._heads()
        position = 0
        kept = {}
        for incident_id, read in found.items():
            told = heads.pop(incident_id, None)
            if incident_id in self._emptied:
                kept[incident_id] = self._copy_exported(fresh, incident_id, read, position)
                position += kept[incident_id]
                continue
            whole, rebuilt = self._whole(incident_id, read, told)
            expected = max((told.seq if told else 0), *read)
            if len(whole) < expected:
                behind = sum(seq > len(whole) for seq in read)
                self._lost.append(
                    f"{incident_id}: entries {len(whole) + 1} to {expected} are not in the new log"
                    + (f"; {behind} of them can be read and stand in {INCIDENTS}/{_name(incident_id)}.jsonl." if behind else ".")
                )
            if not whole:
                continue
            placed = [(position + at, row.entry, row.fact.encode()) for at, row in enumerate(whole, 1)]
            fresh.append(placed, [rebuilt.head()])
            self._alerts |= rebuilt.alerts
            position += len(whole)
            kept[incident_id] = len(whole)
        self._lost += [f"{incident_id}: none of its {head.seq} entries can be read." for incident_id, head in heads.items()]
        return kept

    def _copy_exported(self, fresh: SqliteLog, incident_id: str, read: dict[int, _Row], position: int) -> int:
        """The stub of an incident that was exported: how many rows it has."""
        names = [name.strip(' "') for name in _ENTRY.split(",")]
        emptied = [(seq, at, "", "", "", linked) for seq, at, linked in sorted(self._emptied[incident_id])]
        said = [(seq, row.entry.at, row.entry.by, row.entry.cause, row.fact, row.hash) for seq, row in sorted(read.items())]
        for number, (seq, at, by, cause, fact, linked) in enumerate([*emptied, *said], position + 1):
            row = (number, incident_id, seq, at, by, cause, fact, linked)
            fresh.copy_row("entry", [f'"{name}"' for name in names], row)
        head = rebuild(incident_id, (row.entry for _, row in sorted(read.items()))).head()
        fresh.copy_row("incident", rows.HEAD_COLUMNS, (*rows.head_values(head), said[-1][-1]))
        return len(emptied) + len(said)

    def _whole(self, incident_id: str, read: dict[int, _Row], told: Head | None) -> tuple[list[_Row], Rebuilt]:
        """The entries from the first on that are as they were written, and what they make."""
        rebuilt, linked = Rebuilt(incident_id, told), chain.START
        whole: list[_Row] = []
        while row := read.get(len(whole) + 1):
            entry = row.entry
            linked = chain.link(
                linked,
                incident=incident_id.encode(),
                seq=entry.seq,
                at=entry.at,
                by=entry.by.encode(),
                cause=entry.cause.encode(),
                fact=row.fact.encode(),
            )
            if linked != row.hash:
                break
            try:
                with records.isolated(incident_id):
                    rebuilt.add(entry)
            except Damaged:
                break
            whole.append(row)
        return whole, rebuilt

    def _heads(self) -> dict[str, Head]:
        names = rows.HEAD_GET.partition("SELECT ")[2].partition(" FROM")[0]
        return {row[0]: Head(*row) for row in self._rows("incident", names)}

    def _copy_beside(self, fresh: SqliteLog) -> None:
        """What stands beside the entries, row by row."""
        for table in _BESIDE:
            try:
                names = [f'"{row[1]}"' for row in self._log.execute(f"PRAGMA table_info({table})")]
            except sqlite3.Error:
                names = []
            if not names:
                self._lost.append(f"The table {table} can't be read.")
                continue
            found = list(self._rows(table, ", ".join(names)))
            for row in found:
                fresh.copy_row(table, names, row)
            total = self._count(table)
            if total is None or total > len(found):
                missing = "some" if total is None else str(total - len(found))
                self._lost.append(f"The table {table}: {missing} rows can't be read.")

    def _add_alerts(self, fresh: SqliteLog) -> None:
        """Alerts whose rows are lost, from the entries of their incidents: else their next message counts as a new firing."""
        known = {(mark.source, mark.fingerprint) for mark in fresh.alert_marks(list(self._alerts))}
        lost = [row for key, row in self._alerts.items() if key not in known]
        if lost:
            fresh.put_alerts(stored(lost))
            self._lost.append(
                f"The rows of {len(lost)} alerts are missing; they are made again from the entries of their incidents."
            )

    def _count(self, table: str) -> int | None:
        try:
            return int(self._log.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        except sqlite3.Error:
            return None


def _name(incident_id: str) -> str:
    """A damaged id must not lead out of the directory."""
    return "".join(letter if letter.isalnum() or letter == "-" else "_" for letter in incident_id)[:100] or "unknown"
