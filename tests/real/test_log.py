"""Somebody changes the log behind its back: `stormjib log verify` says where."""

import json
import sqlite3
from contextlib import closing

import pytest
from tests.real.site import Site
from tests.story.patience import until

NOTES = 5


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A log with two incidents, left in order; its bytes."""
    site = Site(tmp_path_factory.mktemp("log"))
    site.start()
    for service in ("api", "mailer"):
        incident = site.alert(service=service)
        site.wait_for("EvidenceCollected", incident)
        for number in range(NOTES):
            site.post("ana", f"/api/v1/incidents/{incident}/notes", text=f"note {number} of {service}")
    site.stop()
    yield site, site.database.read_bytes()
    site.close()


@pytest.fixture
def log(written):
    site, content = written
    site.database.write_bytes(content)
    return site


def entry(log, incident, text):
    """The seq of a note and the bytes of its row's columns."""
    with closing(sqlite3.connect(log.database)) as rows:
        query = "SELECT seq, fact, hash FROM entry WHERE incident = ? AND fact LIKE ?"
        return rows.execute(query, (incident, f"%{text}%")).fetchone()


def flip(log, needle, offset=0):
    """Change one bit of the first occurrence in the file."""
    content = bytearray(log.database.read_bytes())
    at = content.index(needle) + offset
    content[at] ^= 1
    log.database.write_bytes(content)


def test_an_untouched_log_verifies(log):
    """Exit code 0 and how much was checked."""
    code, said = log.verify()
    assert code == 0, said
    assert "of 2 incidents verify" in said


@pytest.mark.parametrize("column", ["fact", "hash", "seq", "by", "at"])
def test_one_flipped_bit_is_named(log, column):
    """A bit in an entry's fact, hash, number, author or time: exit code 1, and the entry is named."""
    seq, fact, linked = entry(log, "INC-2", "note 3 of mailer")
    if column == "fact":
        flip(log, fact.encode(), len(fact) // 2)
    elif column == "hash":
        flip(log, linked, 7)
    elif column == "by":
        _set(log, "INC-2", seq, '"by" = ?', "bob")
    elif column == "at":
        _set(log, "INC-2", seq, "at = at + ?", 1)
    else:
        _set(log, "INC-2", seq, "seq = seq + ?", 1000)
    code, said = log.verify()
    assert code == 1, said
    assert f"entry {seq} of INC-2" in said, said


def _set(log, incident, seq, change, value):
    """Change a column as somebody with the sqlite3 program would."""
    with closing(sqlite3.connect(log.database)) as rows, rows:
        rows.execute(f"UPDATE entry SET {change} WHERE incident = ? AND seq = ?", (value, incident, seq))


def test_an_entry_that_is_taken_out_is_named(log):
    """A deleted row leaves a gap."""
    seq, *_ = entry(log, "INC-1", "note 2 of api")
    with closing(sqlite3.connect(log.database)) as rows, rows:
        rows.execute("DELETE FROM entry WHERE incident = 'INC-1' AND seq = ?", (seq,))
    code, said = log.verify()
    assert code == 1, said
    assert "INC-1" in said


def test_a_log_that_is_cut_short_is_seen(log):
    """The last entries of an incident are gone."""
    with closing(sqlite3.connect(log.database)) as rows, rows:
        last = rows.execute("SELECT max(position) FROM entry").fetchone()[0]
        rows.execute("DELETE FROM entry WHERE position > ?", (last - 3,))
    code, said = log.verify()
    assert code == 1, said
    assert "INC-2" in said


def test_an_output_that_is_replaced_is_seen(log):
    """Evidence is named by its sha256: another output under that name is no evidence."""
    with closing(sqlite3.connect(log.database)) as rows, rows:
        assert rows.execute("UPDATE blob SET body = ?", (b"all is well",)).rowcount
    code, said = log.verify()
    assert code == 1, said
    assert "INC-1" in said


def test_a_half_of_a_log_is_seen(log):
    """The file was truncated, such as by a copy that was interrupted."""
    content = log.database.read_bytes()
    log.database.write_bytes(content[: len(content) // 2])
    code, said = log.verify()
    assert code == 1, said
    assert "Traceback" not in said


def test_a_server_over_a_damaged_entry_says_so(log):
    """One entry can't be read: the server names it when somebody asks, and after a start that has to read it; everything else goes on."""
    seq, *_ = entry(log, "INC-1", "note 1 of api")
    log.start()
    _set(log, "INC-1", seq, "fact = ?", "{nonsense")
    new = log.alert(service="billing")
    log.wait_for("EvidenceCollected", new)
    status, _, answer = log.send("GET", "/api/v1/incidents/INC-1", who="ana")
    assert status == 500, answer
    assert f"Entry {seq} of INC-1 can't be read" in json.loads(answer)["error"]
    assert log.stop() == 0
    with closing(sqlite3.connect(log.database)) as rows, rows:
        rows.execute("UPDATE mark SET position = 0")
    log.start()
    until(
        lambda: f"Entry {seq} of INC-1 can't be read" in log.send("GET", "/healthz", who="ana")[2].decode(),
        "the damage to be said",
    )
    assert "Traceback" not in log.said(), log.said()
