"""The hash chain: whatever is changed on disk is seen, and the entry is named."""

import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest

from stormjib.core.log import Declared, Entry, NoteAdded, Verified, encode_fact
from stormjib.core.severity import Severity
from stormjib.ports import Broken, Checked, StoreFailed
from stormjib.store import chain
from stormjib.store.rebuild import rebuild
from stormjib.store.sqlite.raw import SqliteRaw, verify
from stormjib.store.sqlite.writer import open_log
from stormjib.store.verify import check

EVIDENCE = b"what the command said"
RUNBOOK = b"# A runbook"
LONG = 8


def facts(seq):
    if seq == 1:
        return Declared("It is down", Severity.P1, "api", sha256(RUNBOOK).hexdigest(), 1.0)
    if seq == 3:
        return Verified("t", 1, "5xx", True, "none", sha256(EVIDENCE).hexdigest())
    return NoteAdded(f"note {seq} \N{SNOWMAN}")


def head_of(entries, incident_id):
    return rebuild(incident_id, [entry for entry in entries if entry.incident == incident_id]).head()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Three incidents whose entries stand between each other's."""
    path = tmp_path_factory.mktemp("verify") / "log.db"
    log = open_log(path)
    entries = [
        Entry(f"INC-{n}", seq, 100.25 + seq, "ana", facts(seq), f"c{seq}" if seq % 2 else "")
        for seq in range(1, LONG + 1)
        for n in (1, 2, 3)
    ]
    log.put_blob(EVIDENCE)
    log.put_runbook(sha256(RUNBOOK).hexdigest(), "api.md", RUNBOOK, 1.0)
    placed = [(position, entry, encode_fact(entry.fact)) for position, entry in enumerate(entries, 1)]
    log.append(placed, [head_of(entries, f"INC-{n}") for n in (1, 2, 3)])
    log.commit()
    log.close()
    return path, entries


@pytest.fixture
def copy(whole, tmp_path):
    path = tmp_path / "log.db"
    shutil.copy(whole[0], path)
    return path


def change(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement, values).rowcount >= 1


def test_the_link_is_as_documented():
    """The one place where the bytes are written out: another program can check a log by this."""
    hashed = b"".join(
        len(part).to_bytes(8, "big") + part
        for part in (
            b"before",
            b"INC-1",
            (2).to_bytes(8, "big"),
            bytes.fromhex("40590000 00000000"),
            b"ana",
            b"",
            b'{"fact":"x"}',
        )
    )
    linked = chain.link(b"before", incident=b"INC-1", seq=2, at=100.0, by=b"ana", cause=b"", fact=b'{"fact":"x"}')
    assert linked == sha256(hashed).digest()


def test_a_whole_log_is_counted(whole):
    path, _ = whole
    assert verify(path) == ([Checked(f"INC-{n}", LONG) for n in (1, 2, 3)], None)
    assert verify(path, "INC-2") == ([Checked("INC-2", LONG)], None)
    with closing(sqlite3.connect(path)) as connection:
        assert check(SqliteRaw(connection), "INC-3") == ([Checked("INC-3", LONG)], None)


CHANGES = [
    ("UPDATE entry SET fact = replace(fact, 'note 4', 'note 5') WHERE incident = 'INC-2' AND seq = 4", "INC-2", 4),
    ("UPDATE entry SET at = at + 0.001 WHERE incident = 'INC-2' AND seq = 4", "INC-2", 4),
    ("UPDATE entry SET \"by\" = 'bo' WHERE incident = 'INC-3' AND seq = 2", "INC-3", 2),
    ("UPDATE entry SET cause = 'c' WHERE incident = 'INC-1' AND seq = 8", "INC-1", 8),
    ("UPDATE entry SET cause = '' WHERE incident = 'INC-1' AND seq = 1", "INC-1", 1),
    ("UPDATE entry SET hash = zeroblob(32) WHERE incident = 'INC-1' AND seq = 5", "INC-1", 5),
    ("UPDATE entry SET fact = CAST(fact AS BLOB) WHERE incident = 'INC-1' AND seq = 5", "INC-1", 5),
    ("UPDATE entry SET incident = 'INC-9' WHERE incident = 'INC-2' AND seq = 4", "INC-2", 4),
    ("UPDATE entry SET seq = 99 WHERE incident = 'INC-2' AND seq = 4", "INC-2", 4),
    ("DELETE FROM entry WHERE incident = 'INC-2' AND seq = 4", "INC-2", 4),
    ("DELETE FROM entry WHERE incident = 'INC-2' AND seq >= 7", "INC-2", 7),
    ("DELETE FROM entry WHERE incident = 'INC-3' AND seq = 8", "INC-3", 8),
    ("DELETE FROM entry WHERE incident = 'INC-1'", "INC-1", 1),
    ("DELETE FROM incident WHERE id = 'INC-2'", "INC-2", 1),
    ("UPDATE incident SET head_seq = 7 WHERE id = 'INC-2'", "INC-2", 8),
    ("UPDATE incident SET head_hash = zeroblob(32) WHERE id = 'INC-2'", "INC-2", 8),
    ("DELETE FROM blob", "INC-1", 3),
    ("UPDATE blob SET body = CAST('what the command sais' AS BLOB)", "INC-1", 3),
    ("UPDATE runbook SET source = zeroblob(3)", "INC-1", 1),
]


@pytest.mark.parametrize(("statement", "incident", "seq"), CHANGES, ids=[change[0][:70] for change in CHANGES])
def test_a_change_is_seen_and_named(copy, statement, incident, seq):
    change(copy, statement)
    broken = verify(copy)[1]
    assert broken is not None
    assert (broken.incident, broken.seq) == (incident, seq)
    assert broken.reason.endswith(".")


@pytest.mark.parametrize(("statement", "incident", "seq"), CHANGES, ids=[change[0][:70] for change in CHANGES])
def test_a_change_is_seen_in_its_incident_alone(copy, statement, incident, seq):
    change(copy, statement)
    broken = verify(copy, incident)[1]
    assert broken is not None
    assert (broken.incident, broken.seq) == (incident, seq)
    untouched = "INC-3" if incident != "INC-3" else "INC-1"
    if "blob" not in statement.split()[:3] and "runbook" not in statement.split()[:3]:
        assert verify(copy, untouched)[1] is None


def test_two_entries_that_change_places_are_seen(copy):
    change(copy, "UPDATE entry SET seq = seq + 100 WHERE incident = 'INC-1' AND seq IN (4, 5)")
    change(copy, "UPDATE entry SET seq = 5 WHERE seq = 104")
    change(copy, "UPDATE entry SET seq = 4 WHERE seq = 105")
    assert verify(copy)[1] == Broken("INC-1", 4, "It was altered after it was written: it does not continue its incident's log.")


def test_an_entry_added_behind_the_back_is_seen(copy):
    change(
        copy, "INSERT INTO entry SELECT position + 3, incident, seq + 1, at, \"by\", 'new', fact, hash FROM entry WHERE seq = 8"
    )
    broken = verify(copy)[1]
    assert broken is not None
    assert (broken.incident, broken.seq) == ("INC-1", 9)


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
