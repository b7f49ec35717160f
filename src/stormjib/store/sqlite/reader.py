"""The reading side of the log: lists, entries, replays. Read-only connections, for any thread."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

import msgspec
from sqlalchemy import ColumnElement, Engine, QueuePool, Select, TextClause, and_, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from stormjib.core.access import Session, Token
from stormjib.core.alert import Alert, StillFiring
from stormjib.core.checkup import ProbeRecord
from stormjib.core.incident import OPEN, Incident, replay
from stormjib.core.log import Entry
from stormjib.ports import AlertState, Counted, Damaged, Head, NotFound, RunbookRow, StoreFailed
from stormjib.store import records
from stormjib.store.sqlite import rows, schema
from stormjib.store.sqlite.alerts import STATES, still_firing, worst_first
from stormjib.store.sqlite.failure import sentence

CONNECTIONS_MAX: Final = 16
CONNECTIONS_KEPT: Final = 4
ENTRIES_MAX: Final = 100_000
NAMING_AT_ONCE: Final = 5_000

_entry = schema.entry.c
_ENTRY: Final = (_entry.incident, _entry.seq, _entry.at, _entry.by, _entry.cause, _entry.fact)
_incident = schema.incident.c
_alert = schema.alert.c
_WAITING: Final = text(schema.WAITING)
_SETTLED: Final = text(f"NOT ({schema.WAITING})")
_JOINED: Final = text(schema.JOINED)
_KEPT: Final = text(rows.KEPT)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Reader:
    """Reads what is committed. Every method raises ``StoreFailed`` where the database refuses."""

    def __init__(self, engine: Engine, path: str) -> None:
        """Take an engine whose connections only read; ``path`` names the database in messages."""
        self._engine = engine
        self._path = path

    def close(self) -> None:
        self._engine.dispose()

    def _rows(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._engine.connect() as connection:
                return cast("list[tuple[Any, ...]]", connection.execute(query).fetchall())
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise sentence(error.orig, self._path) from error
            raise

    # The log

    def entries(self, incident_id: str, after_seq: int = 0, limit: int = ENTRIES_MAX) -> list[Entry]:
        query = select(*_ENTRY).where(_entry.incident == incident_id, _entry.seq > after_seq, _KEPT)
        with records.isolated(incident_id):
            return [records.entry_of(*row) for row in self._rows(query.order_by(_entry.seq).limit(limit))]

    def entries_after(self, position: int, limit: int = 1_000) -> list[tuple[int, Entry]]:
        query = select(_entry.position, *_ENTRY).where(_entry.position > position, _KEPT).order_by(_entry.position).limit(limit)
        try:
            return [(row[0], records.entry_of(*row[1:])) for row in self._rows(query)]
        except StoreFailed as error:
            if not error.damage:
                raise
        found: list[tuple[int, Entry]] = []
        for place in range(position + 1, self.last_position() + 1):
            with suppress(Damaged), records.isolated(""):
                row = self._rows(select(*_ENTRY).where(_entry.position == place, _KEPT))
                found += [(place, records.entry_of(*row[0]))] if row else []
            if len(found) == limit:
                break
        return found

    def facts_after(self, kind: str, position: int, limit: int = 1_000) -> list[tuple[int, Entry]]:
        of_kind = _entry.fact.startswith(f'{{"fact":"{kind}"')
        query = select(_entry.position, *_ENTRY).where(_entry.position > position, of_kind)
        return [(row[0], records.entry_of(*row[1:])) for row in self._rows(query.order_by(_entry.position).limit(limit))]

    def hashes_after(self, position: int, limit: int) -> list[tuple[int, str, int, bytes]]:
        query = select(_entry.position, _entry.incident, _entry.seq, _entry.hash).where(_entry.position > position)
        return [(row[0], row[1], row[2], bytes(row[3])) for row in self._rows(query.order_by(_entry.position).limit(limit))]

    def stored(self, incident_id: str) -> list[tuple[int, int, float, str, str, str, bytes]]:
        columns = (_entry.position, _entry.seq, _entry.at, _entry.by, _entry.cause, _entry.fact, _entry.hash)
        query = select(*columns).where(_entry.incident == incident_id, _KEPT).order_by(_entry.seq)
        return cast("list[tuple[int, int, float, str, str, str, bytes]]", self._rows(query))

    def unnamed_blobs(self) -> tuple[int, list[str]]:
        position = self.last_position()
        blobs = {row[0] for row in self._rows(select(schema.blob.c.sha256))}
        at = 0
        while at < position and (found := self._rows(_naming(at))):
            at = found[-1][0]
            blobs.difference_update(*(_SHA256.findall(row[1]) for row in found))
        return position, sorted(blobs)

    def last_position(self) -> int:
        return int(self._rows(select(func.coalesce(func.max(_entry.position), 0)))[0][0])

    def replay(self, incident_id: str, until_seq: int | None = None) -> Incident:
        query = select(*_ENTRY).where(_entry.incident == incident_id, _KEPT).order_by(_entry.seq)
        with records.isolated(incident_id):
            found = self._rows(query if until_seq is None else query.where(_entry.seq <= until_seq))
            if not found and until_seq is None:
                raise NotFound(_no_incident(incident_id))
            return replay(incident_id, (records.entry_of(*row) for row in found))

    def mark(self, name: str) -> int:
        found = self._rows(select(schema.mark.c.position).where(schema.mark.c.name == name))
        return int(found[0][0]) if found else 0

    # Lists

    def incidents(self, *, open_only: bool = False, before_number: int | None = None, limit: int = 100) -> list[Head]:
        query = select(*(_incident[name] for name in _HEAD_COLUMNS)).where(_incident.number > 0)
        query = query.order_by(_incident.number.desc()).limit(limit)
        if open_only:
            query = query.where(_incident.status.in_(OPEN))
        if before_number is not None:
            query = query.where(_incident.number < before_number)
        return [Head(*row) for row in self._rows(query)]

    def worst_open(self, limit: int) -> tuple[list[Head], dict[str, int]]:
        is_open = _incident.status.in_(OPEN[1:])
        query = select(*(_incident[name] for name in _HEAD_COLUMNS)).where(is_open)
        ordered = query.order_by(_incident.severity, _incident.status != "declared", _incident.number.desc()).limit(limit)
        counts = select(_incident.severity, func.count()).where(is_open).group_by(_incident.severity)
        return [Head(*row) for row in self._rows(ordered)], dict(self._rows(counts))

    def worst_first(self, limit: int, *, open_only: bool) -> tuple[list[Head], dict[str, int]]:
        heads, counts = self.worst_open(limit)
        if not open_only and len(heads) < limit:
            query = select(*(_incident[name] for name in _HEAD_COLUMNS)).where(_incident.status.not_in(OPEN))
            rest = self._rows(query.order_by(_incident.number.desc()).limit(limit - len(heads)))
            heads += [Head(*row) for row in rest]
        return heads, counts

    def ended(self, since: float, limit: int) -> list[Head]:
        query = select(*(_incident[name] for name in _HEAD_COLUMNS)).where(
            _incident.status.not_in(OPEN), _incident.updated_at >= since
        )
        return [Head(*row) for row in self._rows(query.order_by(_incident.updated_at.desc()).limit(limit))]

    def incident_count(self) -> int:
        return int(self._rows(select(func.count()).select_from(schema.incident).where(_incident.number > 0))[0][0])

    def incident(self, incident_id: str) -> Head:
        found = self._rows(select(*(_incident[name] for name in _HEAD_COLUMNS)).where(_incident.id == incident_id))
        if not found:
            raise NotFound(_no_incident(incident_id))
        return Head(*found[0])

    def alerts(
        self, *, firing: bool | None = None, incident_id: str | None = None, before_id: int | None = None, limit: int = 100
    ) -> list[AlertState]:
        about = _about(firing, incident_id)
        waits = before_id is None or bool(self._rows(select(_alert.id).where(_WAITING, _alert.id == before_id)))
        found = self._alerts(and_(about, _WAITING), before_id, limit) if waits else []
        if len(found) < limit:
            found += self._alerts(and_(about, _SETTLED), None if waits else before_id, limit - len(found))
        return found

    def alerts_of(self, source: str) -> list[AlertState]:
        return self._states(STATES.where(_alert.source == source).order_by(_alert.id.desc()))

    def alert(self, alert_id: int) -> AlertState:
        found = self._states(STATES.where(_alert.id == alert_id))
        if not found:
            raise NotFound(f"There is no alert {alert_id}; `stormjib alert list` shows those that there are.")
        return found[0]

    def worst_alerts(self, limit: int) -> list[AlertState]:
        return self._states(worst_first(limit))

    def _alerts(self, wanted: ColumnElement[bool], before_id: int | None, limit: int) -> list[AlertState]:
        query = STATES.where(wanted).order_by(_alert.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(_alert.id < before_id)
        return self._states(query)

    def _states(self, query: Select[Any]) -> list[AlertState]:
        return [
            AlertState(number, told, at, incident, count, _decode_alert(body), asked or 0, began or at)
            for number, told, at, incident, count, body, asked, began in self._rows(query)
        ]

    def still_firing(self, incident_id: str) -> StillFiring:
        return still_firing(self._raw, incident_id)

    def _raw(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._engine.connect() as connection:
                return cast("list[tuple[Any, ...]]", connection.exec_driver_sql(statement, tuple(values)).fetchall())
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise sentence(error.orig, self._path) from error
            raise

    def alert_count(self, *, firing: bool | None = None, incident_id: str | None = None) -> int:
        query = select(func.count()).select_from(schema.alert).where(_about(firing, incident_id))
        return int(self._rows(query)[0][0])

    # Things

    def blob(self, sha256: str) -> bytes | None:
        found = self._rows(select(schema.blob.c.body).where(schema.blob.c.sha256 == sha256))
        return bytes(found[0][0]) if found else None

    def runbooks(self) -> list[RunbookRow]:
        book = schema.runbook.c
        query = select(book.sha256, book.name, book.added_at, func.length(book.source)).order_by(book.added_at.desc())
        return [RunbookRow(*row) for row in self._rows(query)]

    def runbook(self, sha256: str) -> bytes:
        found = self._rows(select(schema.runbook.c.source).where(schema.runbook.c.sha256 == sha256))
        if not found:
            raise NotFound(
                f"The log keeps no runbook with the sha256 {sha256}; the page of an incident links to the one that it follows."
            )
        return bytes(found[0][0])

    def tokens(self) -> list[Token]:
        columns = schema.token.c
        found = self._rows(select(*columns).order_by(columns.name, columns.created_at))
        return [Token(bytes(row[0]), row[1], tuple(row[2].split()), *row[3:]) for row in found]

    def sessions(self) -> list[Session]:
        return [Session(*row) for row in self._rows(select(*schema.session.c).order_by(schema.session.c.ends_at))]

    def taken(self) -> list[tuple[str, str]]:
        table = schema.taken.c
        return [(row[0], row[1]) for row in self._rows(select(table.source, table.name).order_by(table.number))]

    def checked(self) -> dict[str, ProbeRecord]:
        columns = schema.checked.c
        query = select(*(columns[name] for name in ProbeRecord.__struct_fields__))
        return {row[0]: ProbeRecord(*row) for row in self._rows(query)}

    def generations(self) -> list[tuple[int, str]]:
        columns = schema.generation.c
        found = self._rows(select(columns.position, columns.name).order_by(columns.number))
        return [(int(position), str(name)) for position, name in found]

    def intake(self) -> list[Counted]:
        columns = schema.intake.c
        query = select(columns.source, columns.outcome, columns.rule, columns["count"], columns.at)
        return [Counted(*row) for row in self._rows(query.order_by(columns.source, columns.outcome, columns.rule))]

    def setting(self, name: str) -> str | None:
        found = self._rows(select(schema.setting.c.value).where(schema.setting.c.name == name))
        return str(found[0][0]) if found else None


def open_reader(path: str | Path) -> Reader:
    """Read a log that a writer has created; raises ``StoreFailed`` where there is none."""
    name = str(path)
    if not Path(name).exists():
        raise StoreFailed(f"There is no log at {name}. `stormjib serve` creates it; --data-dir says where.", fatal=False)

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"file:{quote(name)}?mode=ro", uri=True, check_same_thread=False)

    pool = {"poolclass": QueuePool, "pool_size": CONNECTIONS_KEPT, "max_overflow": CONNECTIONS_MAX - CONNECTIONS_KEPT}
    return Reader(create_engine("sqlite://", creator=connect, **pool), name)


def _naming(position: int) -> Select[Any]:
    """The next entries that name bytes."""
    query = select(_entry.position, _entry.fact).where(_entry.position > position, _entry.fact.contains('_sha256":"'))
    return query.order_by(_entry.position).limit(NAMING_AT_ONCE)


def _about(firing: bool | None, incident_id: str | None) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool] | TextClause] = []
    if firing is not None:
        wanted.append(_alert.firing == firing)
    if incident_id is not None:
        # The words of the partial index let SQLite use it.
        wanted += (_alert.incident == incident_id, _JOINED)
    return and_(True, *wanted)


def _no_incident(incident_id: str) -> str:
    return f"There is no incident {incident_id}; `stormjib incident list` shows those that exist."


_HEAD_COLUMNS = tuple("head_seq" if name == "seq" else name for name in Head.__struct_fields__)
_decode_alert = msgspec.json.Decoder(Alert).decode
