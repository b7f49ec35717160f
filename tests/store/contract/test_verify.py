"""The check of the log: whatever is changed behind the program's back is seen, and the entry is named."""

from hashlib import sha256

import pytest
from tests.store.contract.written import append

from stormjib.core.log import Declared, Entry, NoteAdded, Verified
from stormjib.core.severity import Severity
from stormjib.ports import Broken, Checked
from stormjib.store import chain

EVIDENCE = b"what the command said"
RUNBOOK = b"# A runbook"
LONG = 8


def facts(seq):
    if seq == 1:
        return Declared("It is down", Severity.P1, "api", sha256(RUNBOOK).hexdigest(), 1.0)
    if seq == 3:
        return Verified("t", 1, "5xx", True, "none", sha256(EVIDENCE).hexdigest())
    return NoteAdded(f"note {seq} \N{SNOWMAN}")


def write(log):
    """Three incidents whose entries stand between each other's."""
    entries = [
        Entry(f"INC-{n}", seq, 100.25 + seq, "ana", facts(seq), f"c{seq}" if seq % 2 else "")
        for seq in range(1, LONG + 1)
        for n in (1, 2, 3)
    ]
    log.put_blob(EVIDENCE)
    log.put_runbook(sha256(RUNBOOK).hexdigest(), "api.md", RUNBOOK, 1.0)
    append(log, entries)
    log.close()
    return entries


@pytest.fixture
def whole(store):
    write(store.writer())
    return store


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
    assert whole.verify() == ([Checked(f"INC-{n}", LONG) for n in (1, 2, 3)], None)
    assert whole.verify("INC-2") == ([Checked("INC-2", LONG)], None)


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
def test_a_change_is_seen_and_named(whole, statement, incident, seq):
    whole.change(statement)
    broken = whole.verify()[1]
    assert broken is not None
    assert (broken.incident, broken.seq) == (incident, seq)
    assert broken.reason.endswith(".")


@pytest.mark.parametrize(("statement", "incident", "seq"), CHANGES, ids=[change[0][:70] for change in CHANGES])
def test_a_change_is_seen_in_its_incident_alone(whole, statement, incident, seq):
    whole.change(statement)
    broken = whole.verify(incident)[1]
    assert broken is not None
    assert (broken.incident, broken.seq) == (incident, seq)
    untouched = "INC-3" if incident != "INC-3" else "INC-1"
    if "blob" not in statement.split()[:3] and "runbook" not in statement.split()[:3]:
        assert whole.verify(untouched)[1] is None


def test_two_entries_that_change_places_are_seen(whole):
    whole.change("UPDATE entry SET seq = seq + 100 WHERE incident = 'INC-1' AND seq IN (4, 5)")
    whole.change("UPDATE entry SET seq = 5 WHERE seq = 104")
    whole.change("UPDATE entry SET seq = 4 WHERE seq = 105")
    assert whole.verify()[1] == Broken(
        "INC-1", 4, "It was altered after it was written: it does not continue its incident's log."
    )


def test_an_entry_added_behind_the_back_is_seen(whole):
    whole.change(
        "INSERT INTO entry SELECT position + 3, incident, seq + 1, at, \"by\", 'new', fact, hash FROM entry WHERE seq = 8"
    )
    broken = whole.verify()[1]
    assert broken is not None
    assert (broken.incident, broken.seq) == ("INC-1", 9)
