"""The reading side of the log: lists, entries, replays. Read-only connections, for any thread."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

import msgspec
from sqlalchemy import ColumnElement, Engine, QueuePool, Select, TextClause, and_, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from stormjib.core.alert import Alert, StillFiring
from stormjib.core.checkup import Known
from stormjib.core.incident import Incident, replay
from stormjib.core.log import Entry
from stormjib.ports import AlertState, Counted, Damaged, Head, NotFound, RunbookRow, StoreFailed, TokenRow
from stormjib.store import records
from stormjib.store.sqlite import schema
from stormjib.store.sqlite.alerts import STATES, still_firing, worst_first
from stormjib.store.sqlite.failure import sentence

CONNECTIONS_MAX: Final = 16
CONNECTIONS_KEPT: Final = 4
ENTRIES_MAX: Final = 100_000

_entry = schema.entry.c
_ENTRY: Final = (_entry.incident, _entry.seq, _entry.at, _entry.by, _entry.cause, _entry.fact)
_incident = schema.incident.c
_alert = schema.alert.c
_WAITING: Final = text(schema.WAITING)
_SETTLED: Final = text(f"NOT ({schema.WAITING})")
_LOOK: Final = '{"fact":"EvidenceCollected"'
_JOINED: Final = text(schema.JOINED)


class Reader:
    """Reads what is committed. Every method raises ``StoreFailed`` where the database refuses."""

    def __init__(self, engine: Engine, path: str) -> None:
        """Take an engine whose connections only read; ``path`` names the database in messages."""
        self._engine = engine
        self._path = path

    def close(self) -> None:
        """Close every connection."""
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
        """Entries of an incident after ``after_seq``, in order."""
        query = select(*_ENTRY).where(_entry.incident == incident_id, _entry.seq > after_seq)
        with records.isolated(incident_id):
            return [records.entry_of(*row) for row in self._rows(query.order_by(_entry.seq).limit(limit))]

    def entries_after(self, position: int, limit: int = 1_000) -> list[tuple[int, Entry]]:
        """Entries of every incident after a position of the whole log, in order, each with its position.

        Those that can't be read are left out; where only such follow, there are none.
        """
        query = select(_entry.position, *_ENTRY).where(_entry.position > position).order_by(_entry.position).limit(limit)
        try:
            return [(row[0], records.entry_of(*row[1:])) for row in self._rows(query)]
        except StoreFailed as error:
            if not error.damage:
                raise
        found: list[tuple[int, Entry]] = []
        for place in range(position + 1, self.last_position() + 1):
            with suppress(Damaged), records.isolated(""):
                row = self._rows(select(*_ENTRY).where(_entry.position == place))
                found += [(place, records.entry_of(*row[0]))] if row else []
            if len(found) == limit:
                break
        return found

    def looks_after(self, position: int, limit: int = 1_000) -> list[tuple[int, Entry]]:
        """The looks at commands (``EvidenceCollected``) after a position of the whole log, in order, each with its position."""
        query = select(_entry.position, *_ENTRY).where(_entry.position > position, _entry.fact.startswith(_LOOK))
        return [(row[0], records.entry_of(*row[1:])) for row in self._rows(query.order_by(_entry.position).limit(limit))]

    def hashes_after(self, position: int, limit: int) -> list[tuple[int, str, int, bytes]]:
        """Position, incident, seq and hash of the entries after a position of the whole log, in order."""
        query = select(_entry.position, _entry.incident, _entry.seq, _entry.hash).where(_entry.position > position)
        return [(row[0], row[1], row[2], bytes(row[3])) for row in self._rows(query.order_by(_entry.position).limit(limit))]

    def last_position(self) -> int:
        """The position of the newest entry of the whole log, 0 where there is none."""
        return int(self._rows(select(func.coalesce(func.max(_entry.position), 0)))[0][0])

    def replay(self, incident_id: str, until_seq: int | None = None) -> Incident:
        """The incident after all its entries, or after those up to ``until_seq``; raises ``NotFound``."""
        query = select(*_ENTRY).where(_entry.incident == incident_id).order_by(_entry.seq)
        with records.isolated(incident_id):
            found = self._rows(query if until_seq is None else query.where(_entry.seq <= until_seq))
            if not found and until_seq is None:
                raise NotFound(_no_incident(incident_id))
            return replay(incident_id, (records.entry_of(*row) for row in found))

    def mark(self, name: str) -> int:
        """How far somebody has read the log; 0 where nobody has."""
        found = self._rows(select(schema.mark.c.position).where(schema.mark.c.name == name))
        return int(found[0][0]) if found else 0

    # Lists

    def incidents(self, *, open_only: bool = False, before_number: int | None = None, limit: int = 100) -> list[Head]:
        """Incidents, the newest first; ``before_number`` is the last number of the page before."""
        query = select(*(_incident[name] for name in _HEAD_COLUMNS)).where(_incident.number > 0)
        query = query.order_by(_incident.number.desc()).limit(limit)
        if open_only:
            query = query.where(_incident.status.not_in(("resolved", "closed")))
        if before_number is not None:
            query = query.where(_incident.number < before_number)
        return [Head(*row) for row in self._rows(query)]

    def worst_open(self, limit: int) -> tuple[list[Head], dict[str, int]]:
        """The open incidents, the worst first, then those that nobody has acknowledged; and how many there are per severity.

        The order is the database's, so that a limit never hides what is worse than what it shows.
        """
        is_open = _incident.status.not_in(("new", "resolved", "closed"))
        query = select(*(_incident[name] for name in _HEAD_COLUMNS)).where(is_open)
        ordered = query.order_by(_incident.severity, _incident.status != "declared", _incident.number.desc()).limit(limit)
        counts = select(_incident.severity, func.count()).where(is_open).group_by(_incident.severity)
        return [Head(*row) for row in self._rows(ordered)], dict(self._rows(counts))

    def worst_first(self, limit: int, *, open_only: bool) -> tuple[list[Head], dict[str, int]]:
        """As ``worst_open``, and behind them those that are over, the newest first, unless only open ones are wanted."""
        heads, counts = self.worst_open(limit)
        if not open_only and len(heads) < limit:
            query = select(*(_incident[name] for name in _HEAD_COLUMNS)).where(_incident.status.in_(("resolved", "closed")))
            rest = self._rows(query.order_by(_incident.number.desc()).limit(limit - len(heads)))
            heads += [Head(*row) for row in rest]
        return heads, counts

    def incident_count(self) -> int:
        """How many incidents there are."""
        return int(self._rows(select(func.count()).select_from(schema.incident).where(_incident.number > 0))[0][0])

    def incident(self, incident_id: str) -> Head:
        """One incident; raises ``NotFound``."""
        found = self._rows(select(*(_incident[name] for name in _HEAD_COLUMNS)).where(_incident.id == incident_id))
        if not found:
            raise NotFound(_no_incident(incident_id))
        return Head(*found[0])

    def alerts(
        self, *, firing: bool | None = None, incident_id: str | None = None, before_id: int | None = None, limit: int = 100
    ) -> list[AlertState]:
        """Alerts: first those that wait for a person, then the others, each the newest first.

        ``before_id`` is the last id of the page before.
        """
        about = _about(firing, incident_id)
        waits = before_id is None or bool(self._rows(select(_alert.id).where(_WAITING, _alert.id == before_id)))
        found = self._alerts(and_(about, _WAITING), before_id, limit) if waits else []
        if len(found) < limit:
            found += self._alerts(and_(about, _SETTLED), None if waits else before_id, limit - len(found))
        return found

    def worst_alerts(self, limit: int) -> list[AlertState]:
        """Those that fire first, by the severity of their incident; then the others, the newest first."""
        return self._states(worst_first(limit))

    def _alerts(self, wanted: ColumnElement[bool], before_id: int | None, limit: int) -> list[AlertState]:
        query = STATES.where(wanted).order_by(_alert.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(_alert.id < before_id)
        return self._states(query)

    def _states(self, query: Select[Any]) -> list[AlertState]:
        return [
            AlertState(number, told, at, incident, count, _decode_alert(body))
            for number, told, at, incident, count, body in self._rows(query)
        ]

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire."""
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
        """How many alerts there are of this kind."""
        query = select(func.count()).select_from(schema.alert).where(_about(firing, incident_id))
        return int(self._rows(query)[0][0])

    # Things

    def blob(self, sha256: str) -> bytes | None:
        """The bytes that an entry names, None where the log keeps none of this sha256."""
        found = self._rows(select(schema.blob.c.body).where(schema.blob.c.sha256 == sha256))
        return bytes(found[0][0]) if found else None

    def runbooks(self) -> list[RunbookRow]:
        """Every runbook that was ever in force, the newest first."""
        book = schema.runbook.c
        query = select(book.sha256, book.name, book.added_at, func.length(book.source)).order_by(book.added_at.desc())
        return [RunbookRow(*row) for row in self._rows(query)]

    def runbook(self, sha256: str) -> bytes:
        """A runbook's bytes as given; raises ``NotFound``."""
        found = self._rows(select(schema.runbook.c.source).where(schema.runbook.c.sha256 == sha256))
        if not found:
            raise NotFound(f"The log keeps no runbook with the sha256 {sha256}; `stormjib runbook list` shows those it has.")
        return bytes(found[0][0])

    def tokens(self) -> list[TokenRow]:
        """Every token, by name."""
        columns = schema.token.c
        query = select(columns.hash, columns.name, columns.scopes, columns.created_at, columns.last_used_at)
        found = self._rows(query.order_by(columns.name, columns.created_at))
        return [TokenRow(bytes(row[0]), row[1], tuple(row[2].split()), row[3], row[4]) for row in found]

    def checked(self) -> dict[str, Known]:
        """What is known of the runbook's commands, by ``Known.key``."""
        columns = schema.checked.c
        query = select(*(columns[name] for name in Known.__struct_fields__))
        return {row[0]: Known(*row) for row in self._rows(query)}

    def generations(self) -> list[tuple[int, str]]:
        """Each start of the server, in order: the position behind which its entries begin, and its name."""
        columns = schema.generation.c
        found = self._rows(select(columns.position, columns.name).order_by(columns.number))
        return [(int(position), str(name)) for position, name in found]

    def intake(self) -> list[Counted]:
        """What arrived and what became of it, all as of one moment, ordered by source, outcome and rule."""
        columns = schema.intake.c
        query = select(columns.source, columns.outcome, columns.rule, columns["count"], columns.at)
        return [Counted(*row) for row in self._rows(query.order_by(columns.source, columns.outcome, columns.rule))]

    def setting(self, name: str) -> str | None:
        """A value of the installation itself."""
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
