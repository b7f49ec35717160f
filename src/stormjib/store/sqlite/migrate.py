"""The steps that bring a log's database from any earlier schema to the newest; a new one gets the newest at once."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from stormjib.core.log import KINDS
from stormjib.ports import StoreFailed
from stormjib.store.sqlite import schema

_STEPS: Final = {
    # What is known of the runbook's commands; it fills with the first check.
    "0002": """CREATE TABLE IF NOT EXISTS checked (
        key TEXT NOT NULL, text TEXT NOT NULL, target TEXT NOT NULL, runbook_sha256 TEXT NOT NULL, line INTEGER NOT NULL,
        at FLOAT NOT NULL, code TEXT NOT NULL, finding TEXT NOT NULL, exit_code INTEGER, worked_at FLOAT, failing_since FLOAT,
        source TEXT NOT NULL, PRIMARY KEY (key))""",
    # Which start of the program wrote which entries; what was written before has none, and keeps the keys that it was sent under.
    "0003": """CREATE TABLE IF NOT EXISTS generation (
        number INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (number))""",
    # What became of every alert that arrived; what arrived before is on neither side of the balance.
    "0004": """CREATE TABLE IF NOT EXISTS intake (
        source TEXT NOT NULL, outcome TEXT NOT NULL, rule TEXT NOT NULL, count INTEGER NOT NULL, at FLOAT NOT NULL,
        PRIMARY KEY (source, outcome, rule))""",
    # What an alert's messages have said so far; an alert without it was heard once.
    "0005": "ALTER TABLE alert ADD COLUMN course TEXT",
    # Who holds a token, and until when it is good; those of before are people's and never end.
    "0006": "ALTER TABLE token ADD COLUMN machine BOOLEAN NOT NULL DEFAULT 0",
    "0007": "ALTER TABLE token ADD COLUMN expires_at FLOAT NOT NULL DEFAULT 0",
    # Who is signed in; before, that was lost with each start.
    "0008": """CREATE TABLE IF NOT EXISTS session (
        hash BLOB NOT NULL, token BLOB NOT NULL, ends_at FLOAT NOT NULL, PRIMARY KEY (hash))""",
    # From here on the log says which facts the program knows that writes it; those of before would take newer ones for damage.
    "0009": "INSERT OR REPLACE INTO setting VALUES ('facts', '')",
    # What a group's newest incident was; before, only that of groups since the start was known.
    "0010": "CREATE INDEX incident_group ON incident (group_key, number)",
    # Which signed messages were taken; before, each of them was good once more after a start.
    "0011": """CREATE TABLE IF NOT EXISTS taken (
        number INTEGER NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (number))""",
}
"""By the schema that each makes."""
HEAD: Final = max(_STEPS)
_VERSION: Final = "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
"""The table has the name that it was given first; a program of another version looks for it."""


def migrate(connection: sqlite3.Connection) -> None:
    """Run what is missing, in one transaction; raises ``StoreFailed`` where the database is that of a later version."""
    found = version(connection)
    if found == HEAD:
        return
    if found > HEAD:
        raise StoreFailed(
            f"The log has the schema {found} and this version of stormjib knows {HEAD} at most; start the newer version.",
            fatal=False,
        )
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in (_VERSION, *(_missing(connection, found) if found else _everything())):
            connection.execute(statement)
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))


def know_facts(connection: sqlite3.Connection) -> None:
    """Leave word of the facts that this program may write; raises ``StoreFailed`` where another may have written facts that it does not know."""
    row = connection.execute("SELECT value FROM setting WHERE name = 'facts'").fetchone()
    found = set(row[0].split()) if row else set()
    if unknown := sorted(found - KINDS):
        raise StoreFailed(
            f"A newer version of stormjib has written this log; this one does not know what it may hold ({', '.join(unknown)}). "
            "Start the newer version.",
            fatal=False,
        )
    if found != KINDS:
        connection.execute("INSERT OR REPLACE INTO setting VALUES ('facts', ?)", (" ".join(sorted(KINDS)),))


def version(connection: sqlite3.Connection) -> str:
    """The schema that the database has; "" for an empty one."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return ""
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else ""


def _missing(connection: sqlite3.Connection, found: str) -> Iterator[str]:
    has_course = any(column[1] == "course" for column in connection.execute("PRAGMA table_info(alert)"))
    return (step for number, step in _STEPS.items() if number > found and not (has_course and number == "0005"))


def _everything() -> Iterator[str]:
    for table in schema.metadata.sorted_tables:
        yield str(CreateTable(table, if_not_exists=True).compile(dialect=sqlite.dialect()))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index, if_not_exists=True).compile(dialect=sqlite.dialect()))
