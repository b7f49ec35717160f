"""How rows are written: statements for many rows at once, and the order of their columns."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import msgspec

from stormjib.ports import Counted, Head
from stormjib.ports.records import Stored

ROWS_MAX: Final = 512
"""In one statement; SQLite takes 32,766 values."""


class Many(msgspec.Struct, frozen=True):
    """An INSERT of any number of rows: the text before the values, and how many values a row has."""

    start: str
    columns: int


ENTRY: Final = Many('INSERT INTO entry (position, incident, seq, at, "by", cause, fact, hash) VALUES ', 8)
ENTRY_GET: Final = 'SELECT incident, seq, at, "by", cause, fact FROM entry'
KEPT: Final = "fact <> ''"
"""An entry whose incident was exported says nothing here any more."""

_ALERT_KEPT = "firing, starts_at, received_at, severity, service, name, body, incident, listed, count, course"
_ALERT = f"source, fingerprint, {_ALERT_KEPT}"
ARRIVED: Final = (
    f"CREATE TEMP VIEW arrived AS SELECT {', '.join(f'NULL AS {name}' for name in _ALERT.split(', '))}",
    (
        "CREATE TEMP TRIGGER arrived_alert INSTEAD OF INSERT ON arrived WHEN NEW.fingerprint IS NOT NULL BEGIN"
        f" INSERT INTO alert ({_ALERT}) VALUES ({', '.join(f'NEW.{name}' for name in _ALERT.split(', '))})"
        " ON CONFLICT (fingerprint, source) DO UPDATE SET "
        f"{', '.join(f'{name} = excluded.{name}' for name in _ALERT_KEPT.split(', '))}; END"
    ),
    (
        "CREATE TEMP TRIGGER arrived_count INSTEAD OF INSERT ON arrived WHEN NEW.fingerprint IS NULL AND NEW.source IS NOT NULL BEGIN"
        " INSERT INTO intake (source, outcome, rule, count, at)"
        " VALUES (NEW.source, NEW.name, NEW.service, NEW.count, NEW.received_at)"
        " ON CONFLICT (source, outcome, rule) DO UPDATE SET count = count + excluded.count, at = excluded.at; END"
    ),
)
"""A view of this connection alone, and what an INSERT into it does: alerts and counts, mostly in one statement that is its own transaction.
Every step of SQLite gives up Python's lock, which the web server then holds for milliseconds."""
_ARRIVED: Final = Many(f"INSERT INTO arrived ({_ALERT}) VALUES ", 13)
ALERT_MARKS: Final = (
    "SELECT json_group_array(json_array(a.source, a.fingerprint, a.firing, a.starts_at, a.received_at, a.severity, a.incident,"
    " a.listed, a.count, json(a.course), a.service, json_extract(a.body, '$.labels'),"
    " json_extract(a.body, '$.sender')))"
    " FROM json_each(?) AS k CROSS JOIN alert AS a"
    " ON a.fingerprint = json_extract(k.value, '$[1]') AND a.source = json_extract(k.value, '$[0]')"
)

ALERT_ROWS: Final = (
    f"SELECT json_group_array(json_array({_ALERT.replace('body', 'json(body)').replace('course', 'json(course)')}))"
    " FROM json_each(?) AS k CROSS JOIN alert"
    " ON fingerprint = json_extract(k.value, '$[1]') AND source = json_extract(k.value, '$[0]')"
)
_OF_INCIDENT = "FROM alert WHERE incident = ? AND incident <> '' AND firing = 1"
ALERTS_HEARD: Final = f"SELECT source || '/' || fingerprint, coalesce(json_extract(course, '$[0]'), received_at) {_OF_INCIDENT} AND listed = 1 LIMIT ?"
ALERTS_UNLISTED: Final = (
    "SELECT name, count(*), max(coalesce(json_extract(course, '$[0]'), received_at))"
    f" {_OF_INCIDENT} AND listed = 0 GROUP BY name ORDER BY name LIMIT ?"
)
ALERTS_UNLISTED_COUNT: Final = f"SELECT count(*) {_OF_INCIDENT} AND listed = 0"
ALERTS_NAMED: Final = (
    f"SELECT source, fingerprint {_OF_INCIDENT} AND (? = '' OR name = ? OR fingerprint = ? OR source || '/' || fingerprint = ?)"
)
ALERTS_WAITING: Final = "SELECT source, fingerprint FROM alert WHERE firing = 1 AND incident = '' ORDER BY id DESC LIMIT ?"

_HEAD = (
    "id, number, group_key, title, severity, status, service, runbook_sha256, declared_at, updated_at,"
    " head_seq, alerts_total, alerts_listed"
)
HEAD_COLUMNS: Final = f"{_HEAD}, head_hash".split(", ")
HEAD_GET: Final = f"SELECT {_HEAD} FROM incident"
HEAD_PUT: Final = (
    f"INSERT INTO incident ({_HEAD}, head_hash) VALUES ({', '.join('?' * 14)}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in HEAD_COLUMNS[1:])
)
HEAD_COUNT: Final = "UPDATE incident SET alerts_total = ?, alerts_listed = ? WHERE id = ?"
BEARER_PUT: Final = (
    "INSERT INTO token (hash, name, scopes, created_at, last_used_at, machine, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (hash) DO UPDATE SET last_used_at = excluded.last_used_at, expires_at = excluded.expires_at"
)

_CHECKED = "key, text, target, runbook_sha256, line, at, code, finding, exit_code, worked_at, failing_since, source"
CHECKED_PUT: Final = (
    f"INSERT INTO checked ({_CHECKED})"
    f" SELECT {', '.join(f'json_extract(value, {chr(39)}$.{name}{chr(39)})' for name in _CHECKED.split(', '))}"
    " FROM json_each(?) WHERE true"
    " ON CONFLICT (key) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _CHECKED.split(", ")[1:])
    + " WHERE excluded.at >= checked.at"
)
"""Any number of commands, as one JSON text; of one command the newest look counts."""


def head_values(head: Head) -> tuple[Any, ...]:
    """In the order of the incident's columns, without the hash."""
    return msgspec.structs.astuple(head)


def counted(count: Counted) -> Stored:
    """A count as a row of ``arrived``."""
    return (count.source, None, None, None, count.at, None, count.rule, count.outcome, None, None, None, count.count, None)


def arrived(table: Sequence[Stored]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Statements for alerts and counts. Rows that do nothing fill them up to 1, 2, 4 … 512, so that few different ones are prepared."""
    for at in range(0, len(table), ROWS_MAX):
        part = table[at : at + ROWS_MAX]
        size = 1 << (len(part) - 1).bit_length()
        yield _statement(_ARRIVED, size), [*chain.from_iterable(part), *[None] * (_ARRIVED.columns * (size - len(part)))]


def chunks(many: Many, table: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Cut a flat table into statements of 512, 256 … 1 rows, so that few different ones have to be prepared."""
    at, size = 0, ROWS_MAX
    while at < len(table):
        while size * many.columns > len(table) - at:
            size //= 2
        yield _statement(many, size), table[at : at + size * many.columns]
        at += size * many.columns


@lru_cache(maxsize=64)
def _statement(many: Many, size: int) -> str:
    row = f"({', '.join('?' * many.columns)})"
    return many.start + ", ".join([row] * size)
