"""How rows are written: statements for many rows at once, and the order of their columns."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from stormjib.ports import Head
from stormjib.ports.records import ALERTS_ARRAY

ROWS_MAX: Final = 128
"""In one statement."""


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
_OF_BODY = "'$[0]."
_PATHS = {name: f"'$[{at}]'" for at, name in enumerate(ALERTS_ARRAY)}
ALERTS_PUT: Final = (
    f"INSERT INTO alert ({_ALERT})"
    f" SELECT {', '.join(f'json_extract(value, {_PATHS.get(name, _OF_BODY + name + chr(39))})' for name in _ALERT.split(', '))}"
    " FROM json_each(?) WHERE true"
    " ON CONFLICT (fingerprint, source) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _ALERT_KEPT.split(", "))
)
"""Any number of alerts, as one JSON text (see ``ports.records.alerts_array``). Every step of SQLite gives up Python's lock, which the web server then holds for
milliseconds; this is one step, and so is the lookup below."""
ALERT_MARKS: Final = (
    "SELECT json_group_array(json_array(a.source, a.fingerprint, a.firing, a.starts_at, a.received_at, a.severity, a.incident,"
    " a.listed, a.count, json(a.course), a.service, json_extract(a.body, '$.labels')))"
    " FROM json_each(?) AS k CROSS JOIN alert AS a"
    " ON a.fingerprint = json_extract(k.value, '$[1]') AND a.source = json_extract(k.value, '$[0]')"
)

COUNTS_ADD: Final = (
    "INSERT INTO intake (source, outcome, rule, count, at)"
    f" SELECT {', '.join(f'json_extract(value, {chr(39)}$[{at}]{chr(39)})' for at in range(5))} FROM json_each(?) WHERE true"
    " ON CONFLICT (source, outcome, rule) DO UPDATE SET count = count + excluded.count, at = excluded.at"
)
ARRIVED: Final = (
    "CREATE TEMP VIEW arrived AS SELECT '' AS alerts, '' AS counted",
    (
        "CREATE TEMP TRIGGER arrived_insert INSTEAD OF INSERT ON arrived BEGIN "
        f"{ALERTS_PUT.replace('json_each(?)', 'json_each(NEW.alerts)')}; "
        f"{COUNTS_ADD.replace('json_each(?)', 'json_each(NEW.counted)')}; END"
    ),
)
"""A view of this connection alone, and what an INSERT into it does: alerts and counts in one statement, for the same reason."""
ARRIVED_PUT: Final = "INSERT INTO arrived (alerts, counted) VALUES (?, ?)"

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


def alerts_json(arrays: Sequence[bytes]) -> str:
    """One JSON array of all the rows of several."""
    return b"".join((b"[", b",".join(array[1:-1] for array in arrays), b"]")).decode()


def chunks(many: Many, table: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Cut a flat table into statements of 128, 64 … 1 rows, so that few different ones have to be prepared."""
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
