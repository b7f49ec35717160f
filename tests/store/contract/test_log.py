"""Entries, heads and causes: what was appended comes back, in pages and as a state, and only once it is committed."""

import pytest
from tests.store.contract.written import append, entry, fact, heads_of

from stormjib.core.incident import replay
from stormjib.core.log import Acknowledged, Declared, EvidenceCollected, NoteAdded
from stormjib.core.severity import Severity
from stormjib.ports import Damaged, Head, NotFound, StoreFailed

NUMBER = 300


@pytest.fixture
def log(parts):
    """A long incident, and another one behind it."""
    writer, reader = parts
    entries = [entry("INC-1", seq, fact(seq)) for seq in range(1, NUMBER + 1)]
    append(writer, [*entries, entry("INC-2", 1, fact(1))])
    return writer, reader, entries


def test_a_long_log_replays(log):
    _, reader, entries = log
    assert reader.replay("INC-1") == replay("INC-1", entries)
    assert reader.entries("INC-1") == entries


def test_a_state_of_the_past(log):
    _, reader, entries = log
    assert reader.replay("INC-1", until_seq=1).acknowledged is None
    assert reader.replay("INC-1", until_seq=2) == replay("INC-1", entries[:2])
    assert reader.replay("INC-1", until_seq=0).declared is None
    with pytest.raises(NotFound, match="There is no incident INC-9"):
        reader.replay("INC-9")


def test_entries_come_in_pages(log):
    _, reader, entries = log
    assert reader.entries("INC-1", after_seq=5, limit=3) == entries[5:8]
    assert reader.entries("INC-1", after_seq=NUMBER) == []


def test_the_whole_log_comes_in_its_own_order(log):
    _, reader, entries = log
    assert reader.entries_after(2, limit=2) == [(3, entries[2]), (4, entries[3])]
    assert [(position, found.incident) for position, found in reader.entries_after(NUMBER)] == [(NUMBER + 1, "INC-2")]
    assert reader.entries_after(NUMBER + 1) == []
    assert reader.last_position() == NUMBER + 1
    hashes = reader.hashes_after(NUMBER - 1, 10)
    assert [row[:3] for row in hashes] == [(NUMBER, "INC-1", NUMBER), (NUMBER + 1, "INC-2", 1)]
    assert all(len(row[3]) == 32 for row in hashes)


def test_what_is_not_there(log):
    _, reader, _ = log
    with pytest.raises(NotFound, match="INC-9"):
        reader.incident("INC-9")
    with pytest.raises(NotFound, match="no runbook with the sha256 ab"):
        reader.runbook("ab")
    assert reader.blob("ab") is None


def test_the_writer_reads_what_it_has_written_and_the_reader_what_is_committed(parts):
    writer, reader = parts
    first = entry("INC-1", 1, fact(1), cause="c1")
    append(writer, [first], commit=False)
    assert writer.entries("INC-1") == [first]
    assert writer.last() == (1, 1)
    assert reader.entries("INC-1") == []
    assert reader.incidents() == []
    writer.commit()
    assert reader.entries("INC-1") == [first]
    assert [head.id for head in reader.incidents()] == ["INC-1"]


def test_nothing_is_kept_of_what_is_rolled_back(parts):
    writer, reader = parts
    append(writer, [entry("INC-1", 1, fact(1))], commit=False)
    writer.put_blob(b"x")
    writer.put_mark("outbox", 3)
    writer.rollback()
    writer.commit()
    assert (reader.mark("outbox"), reader.last_position(), reader.incidents()) == (0, 0, [])
    assert writer.last() == (0, 0)
    writer.put_mark("outbox", 4)
    writer.commit()
    assert reader.mark("outbox") == 4


@pytest.mark.parametrize("number", [1, 2, 511, 512, 513, 1_100])
def test_any_number_of_rows_is_written(parts, number):
    writer, _ = parts
    entries = [entry("INC-1", n, NoteAdded("x"), cause=f"c{n}") for n in range(1, number + 1)]
    append(writer, entries)
    assert writer.last() == (number, 1)
    assert writer.entries("INC-1") == entries
    assert writer.caused("INC-1", f"c{number}") == entries[-1]
    assert writer.caused("INC-1", "") is None


def test_a_cause_stands_once_in_an_incident_and_finds_what_it_declared(store, parts):
    writer, _ = parts
    first, second = entry("INC-1", 1, fact(1), cause="same"), entry("INC-2", 1, fact(1), cause="other")
    append(writer, [first, second])
    append(writer, [entry("INC-2", 2, NoteAdded("x"), cause="same")], first=3)
    assert writer.declared("same") == first
    assert writer.declared("other") == second
    assert writer.declared("") is None
    assert writer.caused("INC-2", "other") == second
    with pytest.raises(StoreFailed):
        append(writer, [entry("INC-1", 2, NoteAdded("x"), cause="same")], first=4)
    writer.rollback()
    assert store.verify()[1] is None


def test_heads_are_kept_with_their_entries_and_open_ones_are_known(parts):
    writer, reader = parts
    entries = [entry(f"INC-{n}", 1, fact(1)) for n in (1, 2, 3)]
    append(writer, entries)
    one, two, three = heads_of(entries)
    assert writer.head("INC-2") == reader.incident("INC-2") == two
    assert writer.head("INC-9") is None
    two.status, two.alerts_total = "closed", 7
    writer.append([], [two])
    writer.commit()
    kept = reader.incident("INC-2")
    assert (kept.status, kept.alerts_total) == ("declared", 7), "without new entries only the count of alerts changes"
    append(writer, [entry("INC-3", 2, Acknowledged("bo"))], first=4)
    assert [(head.id, head.status) for head in writer.open_heads()] == [
        ("INC-1", "declared"),
        ("INC-2", "declared"),
        ("INC-3", "acknowledged"),
    ]
    assert [head.id for head in reader.incidents(limit=2)] == ["INC-3", "INC-2"]
    assert (writer.newest_in(three.group_key), writer.newest_in("nobody")) == ("INC-3", "")
    assert [head.id for head in reader.incidents(before_number=2)] == ["INC-1"]
    assert reader.incident_count() == 3
    assert one == reader.incident("INC-1")
    assert three.seq == 1


def test_what_is_worst_comes_first(parts):
    writer, reader = parts
    severities = [Severity.P3, Severity.P0, Severity.P1, Severity.P1]
    entries = [entry(f"INC-{n}", 1, Declared("x", severity, "api", "", 1.0)) for n, severity in enumerate(severities, 1)]
    append(writer, entries)
    append(writer, [entry("INC-4", 2, Acknowledged("bo"))], first=5)
    heads, counts = reader.worst_open(3)
    assert [head.id for head in heads] == ["INC-2", "INC-3", "INC-4"]
    assert counts == {"P0": 1, "P1": 2, "P3": 1}
    assert reader.worst_first(3, open_only=False) == (heads, counts)


def test_what_belongs_to_no_incident_has_a_log_that_is_listed_nowhere(parts):
    writer, reader = parts
    waiting = entry("WAITING", 1, NoteAdded("x"))
    append(writer, [waiting], heads=[Head("WAITING", 0, "WAITING", severity="P4", updated_at=waiting.at, seq=1)])
    assert reader.entries("WAITING") == [waiting]
    assert (reader.incidents(), writer.open_heads(), reader.incident_count()) == ([], [], 0)
    assert writer.last() == (1, 0)


def test_only_checks_are_read_from_the_log_in_pages(parts):
    writer, reader = parts
    seen = EvidenceCollected("c1", 3, "df -h", "host", True, 0, 0.1, "", 0, "")
    facts = [Declared("It is down", Severity.P1, "api", "", 1.0), seen, NoteAdded('{"fact":"EvidenceCollected"'), seen, seen]
    append(writer, [entry("INC-1", seq, what) for seq, what in enumerate(facts, 1)])
    assert [position for position, _ in reader.facts_after("EvidenceCollected", 0)] == [2, 4, 5]
    assert [position for position, _ in reader.facts_after("EvidenceCollected", 2, limit=1)] == [4]
    assert reader.facts_after("EvidenceCollected", 5) == []


def test_a_log_has_one_writer(store):
    first = store.writer()
    with pytest.raises(StoreFailed, match="Another stormjib is writing"):
        store.writer()
    first.close()
    store.writer()


def test_a_generation_begins_behind_the_newest_entry(parts):
    writer, reader = parts
    writer.put_generation("one")
    append(writer, [entry("INC-1", 1, fact(1))])
    writer.put_generation("two")
    writer.commit()
    assert reader.generations() == [(0, "one"), (1, "two")]


def test_new_entries_can_be_written_and_finding_out_leaves_no_trace(parts):
    writer, reader = parts
    assert writer.appendable()
    assert writer.lost() == ""
    assert writer.free_bytes() > 0
    assert reader.last_position() == 0


def test_damage_to_one_entry_is_that_incidents_and_nobody_elses(store, parts):
    writer, reader = parts
    entries = [entry(f"INC-{n}", seq, fact(seq)) for seq in (1, 2, 3) for n in (1, 2)]
    append(writer, entries)
    store.change("UPDATE entry SET fact = '{' WHERE incident = 'INC-1' AND seq = 2")
    for read in (writer.entries, reader.entries, reader.replay):
        with pytest.raises(Damaged, match="Entry 2 of INC-1 can't be read") as failed:
            read("INC-1")
        assert (failed.value.incident, failed.value.damage, failed.value.fatal) == ("INC-1", True, False)
    assert reader.entries("INC-2") == writer.entries("INC-2") == [one for one in entries if one.incident == "INC-2"]
    assert [head.id for head in writer.open_heads()] == ["INC-1", "INC-2"]
    assert [position for position, _ in reader.entries_after(0)] == [1, 2, 4, 5, 6]
