"""What the contract is held to: each implementation of the store, and how the rows behind its back are changed."""

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from stormjib.store.sqlite.opening import open_log
from stormjib.store.sqlite.raw import verify
from stormjib.store.sqlite.reader import open_reader


@cache
def _empty():
    """A log without entries, for migrating one takes longer than a test."""
    path = Path(tempfile.mkdtemp()) / "log.db"
    atexit.register(shutil.rmtree, path.parent)
    open_log(path).close()
    return path


class Sqlite:
    """One log in a file."""

    def __init__(self, directory):
        self.path = directory / "log.db"
        shutil.copy(_empty(), self.path)
        self._opened = []

    def writer(self):
        self._opened.append(open_log(self.path))
        return self._opened[-1]

    def reader(self):
        self._opened.append(open_reader(self.path))
        return self._opened[-1]

    def verify(self, *args, **options):
        return verify(self.path, *args, **options)

    def change(self, statement, *values):
        """Behind the program's back; the statement is SQL that every database understands."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            assert connection.execute(statement, values).rowcount >= 1

    def close(self):
        while self._opened:
            self._opened.pop().close()


IMPLEMENTATIONS = [Sqlite]
