"""A log's rows as they stand in the database: what the check needs of it, to trust nothing that was read before."""

from collections.abc import Iterator
from typing import Any, Protocol

from stormjib.core.access import Token
from stormjib.core.log import Entry
from stormjib.ports import Head


class Text(bytes):
    """A text as its bytes, which may be no UTF-8 any more; a BLOB comes as plain bytes."""


class Unreadable(Exception):
    """The database can't give back a row; the text is its own."""


class RawLog(Protocol):
    """What the check needs of a database: its rows as they are, unread. Every method may raise ``Unreadable``."""

    def entries(self) -> Iterator[tuple[Any, ...]]:
        """Position, incident, seq, at, by, cause, fact and hash of each entry in the order of the positions, never from an index."""

    def reads(self, position: int) -> bool:
        """Whether the row at this position can be read."""

    def owner(self, position: int) -> tuple[Any, Any] | None:
        """Whose row stood at a position, incident and seq, as far as something beside the row knows it."""

    def heads(self) -> Iterator[tuple[Any, ...]]:
        """Id, number, newest seq and newest hash of each incident, ordered by number."""

    def rows(self) -> Iterator[Head]:
        """Each incident's row, as the program reads it."""

    def timeline(self, incident_id: str) -> Iterator[Entry]:
        """An incident's entries, as the program reads them; raises ``Damaged``."""

    def alerts(self, incident_id: str) -> list[tuple[str, str, bool]]:
        """Source, fingerprint and whether it fires, of the alerts that are listed in this incident."""

    def alert(self, source: str, fingerprint: str) -> str | None:
        """The incident of an alert, None where the alert is not known."""

    def strays(self) -> list[str]:
        """Incidents that alerts belong to and that don't exist."""

    def tokens(self) -> list[Token]:
        """Every token; not to be asked where the site has no log."""

    def marks(self) -> list[tuple[str, int]]:
        """Positions of the log that something beside it names, each with what names it."""

    def body(self, table: str, name: str) -> tuple[Any] | None:
        """The bytes of a ``blob`` or a ``runbook`` by its sha256."""

    def structure(self) -> str:
        """What the database itself finds wrong in the entries' pages; "" where all is well."""
