"""The writer's side of the log on SQLite: one raw connection for one thread, everything durable at ``commit``."""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

import msgspec

from stormjib.core.access import Session, Token
from stormjib.core.alert import StillFiring
from stormjib.core.checkup import ProbeRecord
from stormjib.core.log import Entry
from stormjib.ports import AlertMark, AlertRow, Counted, Damaged, Head, StoreFailed
from stormjib.ports.records import Stored
from stormjib.store import chain, records
from stormjib.store.sqlite import rows
from stormjib.store.sqlite.alerts import still_firing
from stormjib.store.sqlite.failure import told
from stormjib.store.sqlite.lock import WriterLock
from stormjib.store.sqlite.wal_room import WalRoom

_log = logging.getLogger(__name__)


class SqliteLog:
    """The log in one file, in WAL mode with ``synchronous=FULL``. Open it with ``open_log``."""

    def __init__(self, connection: sqlite3.Connection, path: str, lock: WriterLock, room: WalRoom | None = None) -> None:
        """Take over an open connection to a migrated database and the lock that keeps other writers away."""
        self._connection = connection
        self._lock = lock
        self._room = room
        self.path = path

    def _run(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        self._begin()
        with told(self.path):
            return self._connection.execute(statement, values)

    def _begin(self) -> None:
        with told(self.path):
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")

    def _all(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with told(self.path):
            return self._connection.execute(statement, values).fetchall()

    def _one(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        found = self._all(statement, values)
        return found[0] if found else None

    def commit(self, alerts: Sequence[Stored] = (), counted: Sequence[Counted] = ()) -> None:
        with told(self.path):
            if alerts or counted:
                self._put_arrived((*alerts, *map(rows.counted, counted)))
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")

    def _put_arrived(self, arrived: Sequence[Stored]) -> None:
        """Where there is nothing else, a single statement is its own transaction."""
        statements = list(rows.arrived(arrived))
        try:
            if len(statements) > 1:
                self._begin()
            for statement, values in statements:
                with told(self.path):
                    self._connection.execute(statement, values)
        except StoreFailed as error:
            if not error.damage:
                raise
            if len(arrived) > 1:
                for one in arrived:
                    self._put_arrived((one,))
            else:
                # What follows from an alert matters more than its row, without which a repetition counts as a new one.
                _log.error("an alert's row can't be written: %s", error)

    def make_room(self) -> None:
        if self._room and not self._connection.in_transaction:
            self._room.make()

    def appendable(self) -> bool:
        # Found out by writing one that is taken back.
        try:
            self._run("INSERT INTO entry SELECT coalesce(max(position), 0) + 1, '', 1, 0.0, '', 'x', '', '' FROM entry")
        except StoreFailed as error:
            return not error.damage
        finally:
            self.rollback()
        return True

    def rollback(self) -> None:
        # SQLite may have done so itself after a failure.
        if self._connection.in_transaction:
            with told(self.path):
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        # This copies the write-ahead log back.
        with told(self.path):
            self._connection.close()
        self._lock.release()

    def free_bytes(self) -> int:
        return self._lock.free_bytes()

    def lost(self) -> str:
        """Why what is written here would not be found again: somebody removed, replaced or cut the files; "" where all is well."""
        return self._lock.lost()

    # Incidents

    def append(self, entries: Sequence[tuple[int, Entry, bytes]], heads: Sequence[Head]) -> None:
        grown = {entry.incident for _, entry, _ in entries}
        begun = {entry.incident for _, entry, _ in entries if entry.seq == 1}
        hashes = {incident_id: chain.START if incident_id in begun else self._head_hash(incident_id) for incident_id in grown}
        table: list[Any] = []
        for position, entry, fact in entries:
            hashes[entry.incident] = chain.link(
                hashes[entry.incident],
                incident=entry.incident.encode(),
                seq=entry.seq,
                at=entry.at,
                by=entry.by.encode(),
                cause=entry.cause.encode(),
                fact=fact,
            )
            row = (position, entry.incident, entry.seq, entry.at, entry.by, entry.cause, fact.decode())
            table += (*row, hashes[entry.incident])
        for statement, values in rows.chunks(rows.ENTRY, table):
            self._run(statement, values)
        for head in heads:
            if head.id in grown:
                self._run(rows.HEAD_PUT, (*rows.head_values(head), hashes[head.id]))
            else:
                self._run(rows.HEAD_COUNT, (head.alerts_total, head.alerts_listed, head.id))

    def _head_hash(self, incident_id: str) -> bytes:
        with records.isolated(incident_id):
            found = self._one("SELECT head_hash FROM incident WHERE id = ?", (incident_id,))
        return bytes(found[0]) if found else chain.START

    def last(self) -> tuple[int, int]:
        found = self._one(
            "SELECT coalesce((SELECT max(position) FROM entry), 0), coalesce((SELECT max(number) FROM incident WHERE number > 0), 0)"
        )
        return (found[0], found[1]) if found else (0, 0)

    def entries(self, incident_id: str, after_seq: int = 0) -> list[Entry]:
        with records.isolated(incident_id):
            where = f"WHERE incident = ? AND seq > ? AND {rows.KEPT} ORDER BY seq"
            found = self._all(f"{rows.ENTRY_GET} {where}", (incident_id, after_seq))
            return [records.entry_of(*row) for row in found]

    def caused(self, incident_id: str, cause: str) -> Entry | None:
        where = "WHERE incident = ? AND cause = ? AND cause <> ''"
        with records.isolated(incident_id):
            found = self._one(f"{rows.ENTRY_GET} {where}", (incident_id, cause))
            return records.entry_of(*found) if found else None

    def declared(self, cause: str) -> Entry | None:
        found = self._one(
            f"{rows.ENTRY_GET} WHERE cause = ? AND seq = 1 AND cause <> '' ORDER BY position DESC LIMIT 1", (cause,)
        )
        return records.entry_of(*found) if found else None

    def head(self, incident_id: str) -> Head | None:
        with records.isolated(incident_id):
            found = self._one(f"{rows.HEAD_GET} WHERE id = ?", (incident_id,))
        return Head(*found) if found else None

    def open_heads(self) -> list[Head]:
        where = (
            "WHERE (status IN ('new', 'declared', 'acknowledged') OR status LIKE 'duplicate of %' OR status LIKE 'merged into %')"
            " AND number > 0"
        )
        try:
            return [Head(*row) for row in self._all(f"{rows.HEAD_GET} {where} ORDER BY number")]
        except StoreFailed as error:
            if not error.damage:
                raise
            _log.error("not every incident can be read: %s", error)
        found: list[Head] = []
        for number in range(1, self.last()[1] + 1):
            with suppress(Damaged), records.isolated(f"INC-{number}"):
                found += [Head(*row) for row in self._all(f"{rows.HEAD_GET} {where} AND number = ?", (number,))]
        return found

    def newest_in(self, group_key: str) -> str:
        # The index alone: a row that can't be read is that incident's matter.
        found = self._one("SELECT max(number) FROM incident WHERE group_key = ? AND number > 0", (group_key,))
        return f"INC-{found[0]}" if found and found[0] else ""

    # Alerts

    def alert_marks(self, keys: Sequence[tuple[str, str]]) -> list[AlertMark]:
        """What is known of these (source, fingerprint) pairs; the unknown ones are left out, and those that can't be read.

        One statement and one row for all of them: each row that SQLite hands over costs a change of thread.
        """
        try:
            found = self._one(rows.ALERT_MARKS, (msgspec.json.encode(keys).decode(),))
        except StoreFailed as error:
            if not error.damage:
                raise
            return [mark for key in keys for mark in self.alert_marks([key])] if len(keys) > 1 else []
        return _marks.decode(found[0]) if found else []

    def alert_keys(self, limit: int) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._all("SELECT source, fingerprint FROM alert LIMIT ?", (limit,))]

    def alert_rows(self, keys: Sequence[tuple[str, str]]) -> list[AlertRow]:
        found = self._one(rows.ALERT_ROWS, (msgspec.json.encode(keys).decode(),))
        return _rows.decode(found[0]) if found else []

    def put_alerts(self, alerts: Sequence[Stored]) -> None:
        for statement, values in rows.arrived(alerts):
            self._run(statement, values)

    def still_firing(self, incident_id: str) -> StillFiring:
        return still_firing(self._all, incident_id)

    def firing_keys(self, incident_id: str, wanted: str) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._all(rows.ALERTS_NAMED, (incident_id, wanted, wanted, wanted, wanted))]

    def waiting_keys(self, limit: int) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._all(rows.ALERTS_WAITING, (limit,))]

    # Things

    def put_blob(self, body: bytes) -> str:
        name = sha256(body).hexdigest()
        self._run("INSERT INTO blob (sha256, body) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, body))
        return name

    def forget(self, incident_id: str, seq: int) -> None:
        self._run("UPDATE entry SET \"by\" = '', cause = '', fact = '' WHERE incident = ? AND seq <= ?", (incident_id, seq))

    def drop_blobs(self, names: Sequence[str], position: int) -> int:
        # What was written since somebody looked may name one of them again.
        statement = (
            "DELETE FROM blob WHERE sha256 IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM entry WHERE position > ? AND instr(fact, blob.sha256))"
        )
        return self._run(statement, (msgspec.json.encode(names).decode(), position)).rowcount

    def put_runbook(self, sha256: str, name: str, source: bytes, added_at: float) -> None:
        statement = "INSERT INTO runbook (sha256, name, source, added_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        self._run(statement, (sha256, name, source, added_at))

    def put_mark(self, name: str, position: int) -> None:
        statement = (
            "INSERT INTO mark (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position"
        )
        self._run(statement, (name, position))

    def put_token(self, token: Token) -> None:
        values = msgspec.structs.replace(token, scopes=" ".join(token.scopes))
        self._run(rows.BEARER_PUT, msgspec.structs.astuple(values))

    def delete_token(self, hashed: bytes) -> int:
        return self._run("DELETE FROM token WHERE hash = ?", (hashed,)).rowcount

    def put_session(self, session: Session) -> None:
        self._run("INSERT INTO session (hash, token, ends_at) VALUES (?, ?, ?)", msgspec.structs.astuple(session))

    def delete_session(self, hashed: bytes, ended_at: float) -> None:
        self._run("DELETE FROM session WHERE hash = ? OR ends_at <= ?", (hashed, ended_at))

    def put_taken(self, source: str, name: str, kept_max: int) -> None:
        self._run("INSERT INTO taken (source, name) VALUES (?, ?)", (source, name))
        self._run("DELETE FROM taken WHERE source = ? AND number <= (SELECT max(number) FROM taken) - ?", (source, kept_max))

    def put_checked(self, checked: Sequence[ProbeRecord]) -> None:
        self._run(rows.CHECKED_PUT, (msgspec.json.encode(checked).decode(),))

    def copy_row(self, table: str, columns: Sequence[str], row: Sequence[Any]) -> None:
        """Take over a row of another log, unless there is one with its key."""
        marks = ", ".join("?" * len(columns))
        self._run(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})", row)

    def put_generation(self, name: str) -> None:
        self._run("INSERT INTO generation (position, name) SELECT coalesce(max(position), 0), ? FROM entry", (name,))

    def put_setting(self, name: str, value: str) -> None:
        statement = "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self._run(statement, (name, value))


_rows = msgspec.json.Decoder(list[AlertRow], strict=False)
_marks = msgspec.json.Decoder(list[AlertMark], strict=False)
