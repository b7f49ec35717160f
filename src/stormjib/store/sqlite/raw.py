"""The rows of a log as they stand in the file, for the check: nothing is decoded, and nothing is taken from an index."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from stormjib.core.access import Token
from stormjib.core.log import Entry
from stormjib.ports import Broken, Checked, Head, StoreFailed
from stormjib.store import records
from stormjib.store.log_head import LogHead
from stormjib.store.raw import Text, Unreadable
from stormjib.store.sqlite import rows
from stormjib.store.sqlite.failure import HELD_SECONDS, disk_failed, readable, sentence
from stormjib.store.verify import check

# The table is read in its own order and never through an index: an index has copies of the columns, and a copy proves
# nothing about the row. It can still name a row that is altered or can't be read any more.
_COLUMNS: Final = 'SELECT position, incident, seq, at, "by", cause, fact, hash FROM entry NOT INDEXED'
_ENTRIES: Final = f"{_COLUMNS} ORDER BY position"
_ENTRY: Final = f"{_COLUMNS} WHERE position = ?"
_OWNER: Final = "SELECT incident, seq FROM entry INDEXED BY sqlite_autoindex_entry_1 WHERE incident >= '' AND +position = ?"
_HEADS: Final = "SELECT id, number, head_seq, head_hash FROM incident ORDER BY number"
_LISTED: Final = "SELECT source, fingerprint, firing FROM alert WHERE incident = ? AND incident <> '' AND listed = 1"
_STRAYS: Final = (
    "SELECT DISTINCT incident FROM alert WHERE incident <> '' AND incident NOT IN (SELECT id FROM incident) ORDER BY incident"
)
_BODY: Final = {
    "blob": "SELECT body FROM blob WHERE sha256 = ?",
    "runbook": "SELECT source FROM runbook WHERE sha256 = ?",
}


def verify(
    log: str | Path, incident_id: str | None = None, against: Sequence[LogHead] = ()
) -> tuple[list[Checked], Broken | None]:
    """Check the whole log, or one incident, as ``stormjib.store.verify`` does.

    Raises ``StoreFailed`` where there is no log at all, where another process has it for itself, and where the disk can't be read.
    """
    if not Path(log).exists():
        raise StoreFailed(f"There is no log at {log}.", fatal=False)
    try:
        with closing(sqlite3.connect(f"file:{quote(str(log))}?mode=ro", uri=True, timeout=HELD_SECONDS)) as connection:
            readable(connection, str(log))
            # One moment of the log: a server that writes meanwhile would else seem to have lost what it added between two looks.
            connection.execute("BEGIN")
            checked, broken = check(SqliteRaw(connection), incident_id, against)
    except sqlite3.Error as error:
        refused = sentence(error, str(log))
        if refused.fatal:
            raise refused from error
        return [], Broken(incident_id or "", 0, refused.reason)
    if broken is not None and (failed := disk_failed(str(log))):
        raise failed
    return checked, broken


class SqliteRaw:
    """``RawLog`` over a connection, whose texts it takes as bytes from now on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Nothing is read here."""
        self._connection = connection
        connection.text_factory = Text

    def _all(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(query, values)
        except sqlite3.Error as error:
            raise Unreadable(str(error)) from error

    def entries(self) -> Iterator[tuple[Any, ...]]:
        return self._all(_ENTRIES)

    def reads(self, position: int) -> bool:
        try:
            return bool(list(self._all(_ENTRY, position)))
        except Unreadable:
            return False

    def owner(self, position: int) -> tuple[Any, Any] | None:
        """From the index."""
        try:
            return next(((row[0], row[1]) for row in self._all(_OWNER, position)), None)
        except Unreadable:
            return None

    def heads(self) -> Iterator[tuple[Any, ...]]:
        return self._all(_HEADS)

    def rows(self) -> Iterator[Head]:
        for row in self._all(f"{rows.HEAD_GET} ORDER BY number"):
            yield Head(*(_plain(value) for value in row))

    def timeline(self, incident_id: str) -> Iterator[Entry]:
        """By the index, which the check has not found to differ."""
        for row in self._all(f"{rows.ENTRY_GET} WHERE incident = ? AND {rows.KEPT} ORDER BY seq", incident_id):
            yield records.entry_of(*(_plain(value) for value in row))

    def alerts(self, incident_id: str) -> list[tuple[str, str, bool]]:
        found = self._all(_LISTED, incident_id)
        return [(str(_plain(source)), str(_plain(fingerprint)), bool(firing)) for source, fingerprint, firing in found]

    def alert(self, source: str, fingerprint: str) -> str | None:
        found = list(self._all("SELECT incident FROM alert WHERE source = ? AND fingerprint = ?", source, fingerprint))
        return str(_plain(found[0][0])) if found else None

    def strays(self) -> list[str]:
        return [str(_plain(row[0])) for row in self._all(_STRAYS)]

    def tokens(self) -> list[Token]:
        found = self._all("SELECT hash, name, scopes, created_at, last_used_at, machine, expires_at FROM token ORDER BY name")
        plain = ([row[0], *map(_plain, row[1:])] for row in found)
        return [Token(row[0], row[1], tuple(row[2].split()), *row[3:]) for row in plain]

    def marks(self) -> list[tuple[str, int]]:
        """Of readers of the log, and of starts of the server; a log of an older schema may have no table of those."""
        found = [(f"The mark {_plain(name)}", position) for name, position in self._all("SELECT name, position FROM mark")]
        if list(self._all("SELECT 1 FROM sqlite_master WHERE name = 'generation'")):
            found += [
                (f"The start {_plain(name)}", position)
                for name, position in self._all("SELECT name, position FROM generation ORDER BY number")
            ]
        return found

    def body(self, table: str, name: str) -> tuple[Any] | None:
        return next(((row[0],) for row in self._all(_BODY[table], name)), None)

    def structure(self) -> str:
        """SQLite's own check of the table and its indexes."""
        found = [row[0].decode(errors="replace") for row in self._all("PRAGMA integrity_check(entry)")]
        return "" if found == ["ok"] else str(found[0])


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    return value.decode(errors="replace") if isinstance(value, Text) else value
