"""The check of a log's file: whatever is changed in its bytes is seen, and the entry is named."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.store.contract.test_verify import write

from stormjib.ports import StoreFailed
from stormjib.store.sqlite.opening import open_log
from stormjib.store.sqlite.raw import verify


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("verify") / "log.db"
    return path, write(open_log(path))


@pytest.fixture
def copy(whole, tmp_path):
    path = tmp_path / "log.db"
    shutil.copy(whole[0], path)
    return path


def varint(data, at):
    value = 0
    for length in range(1, 10):
        value = value << 7 | data[at + length - 1] & 127
        if data[at + length - 1] < 128:
            return value, length
    raise AssertionError


def cells(path):
    """Where in the file each row of the table ``entry`` lies: (start, end, position), from SQLite's file format, §1.6."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = path.read_bytes()

    def leaf(page):
        start = (page - 1) * size
        kind, number = data[start], int.from_bytes(data[start + 3 : start + 5], "big")
        pointers = start + (8 if kind == 13 else 12)
        for at in range(pointers, pointers + 2 * number, 2):
            cell = start + int.from_bytes(data[at : at + 2], "big")
            if kind == 5:
                yield from leaf(int.from_bytes(data[cell : cell + 4], "big"))
            else:
                length, first = varint(data, cell)
                position, second = varint(data, cell + first)
                yield cell, cell + first + second + length, position
        if kind == 5:
            yield from leaf(int.from_bytes(data[start + 8 : start + 12], "big"))

    return sorted(leaf(root), key=lambda cell: cell[2])


@pytest.mark.parametrize("position", [1, 7, 12, 24])
def test_any_flipped_byte_of_a_row_is_seen_and_the_entry_named(whole, copy, position):
    path, entries = whole
    start, end, found = cells(path)[position - 1]
    assert found == position
    entry, data = entries[position - 1], path.read_bytes()
    missed = []
    for at in range(start, end):
        for bit in (1, 0x80):
            flipped = bytearray(data)
            flipped[at] ^= bit
            copy.write_bytes(flipped)
            broken = verify(copy)[1]
            if broken is None or (broken.incident, broken.seq) != (entry.incident, entry.seq):
                missed.append((at - start, bit, broken))
    assert missed == []


def test_damage_of_the_file_is_a_sentence(copy):
    data = copy.read_bytes()
    for start in range(0, len(data), 4096):
        copy.write_bytes(data[:start] + b"\xaa" * 4096 + data[start + 4096 :])
        broken = verify(copy)[1]
        assert broken is None or broken.reason.endswith(".")
    copy.write_bytes(data[: len(data) // 2])
    assert verify(copy)[1] is not None
    copy.write_bytes(b"no database")
    assert "not a database" in str(verify(copy)[1])


def test_no_log_is_said(tmp_path):
    with pytest.raises(StoreFailed, match="There is no log at"):
        verify(tmp_path / "log.db")
