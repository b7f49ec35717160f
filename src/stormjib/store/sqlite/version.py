"""What the engine's library needs of this machine's SQLite: the moment in a form that older ones do not know.

On Python 3.12 and later DBOS writes ``unixepoch('subsec')`` into its tables' defaults and statements. SQLite knows it since
3.42; before, it answers NULL, and no row can be written. A file that one Python made has to serve another one too.
"""

import sqlite3
import time

DATABASE = ("sqlite", sqlite3.sqlite_version)
"""Which database this machine has, and its version."""
SUBSECONDS_SINCE = (3, 42, 0)
SQLITE_MIN = (3, 35, 0)
"""The oldest one with RETURNING, by which the engine takes each delayed page once."""


class Connection(sqlite3.Connection):
    """A connection whose SQLite knows ``unixepoch('subsec')``. Takes what ``sqlite3.connect`` takes."""

    def __init__(self, *args: object, **options: object) -> None:
        """Teach it where it does not know."""
        super().__init__(*args, **options)  # type: ignore[arg-type]
        if sqlite3.sqlite_version_info < SUBSECONDS_SINCE:
            self.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(moment: str) -> float | None:
    """Seconds since the epoch for the one argument that DBOS gives; NULL for others, as SQLite says of what it does not know."""
    return time.time() if moment == "subsec" else None  # noqa: TID251 - SQLite's own clock is the machine's, too


def lacking(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """Why stormjib can't work with this machine's SQLite and what to do, as a sentence; "" where it can."""
    if version >= SQLITE_MIN:
        return ""
    least, found = (".".join(str(part) for part in one) for one in (SQLITE_MIN, version))
    return (
        f"The SQLite of this Python is {found}, and stormjib needs {least} or later. "
        "Install a newer libsqlite3 and start again, or use a Python that brings one."
    )
