"""The reader: what was appended comes back, in pages and as a state."""

import pytest

from stormjib.core.incident import replay
from stormjib.core.log import Acknowledged, Declared, Entry, NoteAdded, encode_fact
from stormjib.core.severity import Severity
from stormjib.ports import Head, NotFound
from stormjib.store.sqlite.reader import open_reader
from stormjib.store.sqlite.writer import open_log

NUMBER = 10_000


def fact(seq):
    if seq == 1:
        return Declared("It is down", Severity.P1, "api", "", 1.0)
    return Acknowledged("ana") if seq == 2 else NoteAdded(f"note {seq}")


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("reader") / "log.db"
    writer = open_log(path)
    entries = [Entry("INC-1", seq, 1_790_000_000.0 + seq, "ana", fact(seq)) for seq in range(1, NUMBER + 1)]
    other = Entry("INC-2", 1, 1_790_000_000.0, "ana", fact(1))
    placed = [(entry.seq, entry, encode_fact(entry.fact)) for entry in entries]
    placed.append((NUMBER + 1, other, encode_fact(other.fact)))
    writer.append(placed, [Head("INC-1", 1, seq=NUMBER), Head("INC-2", 2, seq=1)])
    writer.commit()
    reader = open_reader(path)
    yield reader, entries
    reader.close()
    writer.close()


def test_a_long_log_replays(log):
    reader, entries = log
    assert reader.replay("INC-1") == replay("INC-1", entries)


def test_a_state_of_the_past(log):
    reader, entries = log
    assert reader.replay("INC-1", until_seq=1).acknowledged is None
    assert reader.replay("INC-1", until_seq=2) == replay("INC-1", entries[:2])
    assert reader.replay("INC-1", until_seq=0).declared is None
    with pytest.raises(NotFound, match="There is no incident INC-9"):
        reader.replay("INC-9")


def test_entries_come_in_pages(log):
    reader, entries = log
    assert reader.entries("INC-1", after_seq=5, limit=3) == entries[5:8]
    assert reader.entries("INC-1", after_seq=NUMBER) == []


def test_the_whole_log_comes_in_its_own_order(log):
    reader, entries = log
    assert reader.entries_after(2, limit=2) == [(3, entries[2]), (4, entries[3])]
    assert [(position, entry.incident) for position, entry in reader.entries_after(NUMBER)] == [(NUMBER + 1, "INC-2")]
    assert reader.entries_after(NUMBER + 1) == []
    assert reader.last_position() == NUMBER + 1


def test_what_is_not_there(log):
    reader, _ = log
    with pytest.raises(NotFound, match="INC-9"):
        reader.incident("INC-9")
    with pytest.raises(NotFound, match="no runbook with the sha256 ab"):
        reader.runbook("ab")
