"""Damage to a log's file as disks do it: bytes of a page are flipped, and everything else stays as it is."""

import sqlite3
from contextlib import closing


def settle(path):
    """Everything that stands beside the log goes into it, so that there is one file to damage."""
    with closing(sqlite3.connect(path)) as log:
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def pages_with(path, needle):
    """The numbers of the pages, from 0, that hold these bytes, and the page's size."""
    content = path.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    size = 65_536 if size == 1 else size
    return [at for at in range(len(content) // size) if needle in content[at * size : (at + 1) * size]], size


def wreck(path, page, size):
    """A page whose structure is gone."""
    with path.open("r+b") as file:
        file.seek(page * size)
        file.write(b"\xff" * size)


def flip(path, needle, offset=0):
    """One bit in the first occurrence of these bytes."""
    content = bytearray(path.read_bytes())
    content[content.index(needle) + offset] ^= 1
    path.write_bytes(content)
