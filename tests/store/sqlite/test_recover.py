"""What can be read of a damaged log gets out without a server, and what can't is named."""

import json
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest
from tests.store.sqlite.damage import flip, pages_with, settle, wreck

from stormjib.core.access import Token
from stormjib.core.log import Declared, Entry, NoteAdded, encode_fact
from stormjib.core.severity import Severity
from stormjib.ports import Checked, Head, StoreFailed
from stormjib.store.sqlite.opening import open_log
from stormjib.store.sqlite.raw import verify
from stormjib.store.sqlite.reader import open_reader
from stormjib.store.sqlite.recover import recover

RUNBOOK = b"# A runbook"
LONG, MANY = 12, 4


def fact(number, seq):
    if seq == 1:
        return Declared(f"It is down {number}", Severity.P1, "api", sha256(RUNBOOK).hexdigest(), 1.0)
    return NoteAdded(f"note-{number}-{seq} " + "x" * 1_500)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Four incidents of twelve entries, two entries a page."""
    path = tmp_path_factory.mktemp("recover") / "log.db"
    log = open_log(path)
    entries = [
        Entry(f"INC-{number}", seq, 100.0 + seq, "ana", fact(number, seq))
        for number in range(1, MANY + 1)
        for seq in range(1, LONG + 1)
    ]
    log.put_runbook(sha256(RUNBOOK).hexdigest(), "api.md", RUNBOOK, 1.0)
    log.put_token(Token(b"hash", "ana", ("read",), 1.0))
    log.append(
        [(position, entry, encode_fact(entry.fact)) for position, entry in enumerate(entries, 1)],
        [Head(f"INC-{number}", number, seq=LONG) for number in range(1, MANY + 1)],
    )
    log.commit()
    log.close()
    settle(path)
    return path


@pytest.fixture
def damaged(whole, tmp_path):
    path = tmp_path / "log.db"
    shutil.copy(whole, path)
    return path


def test_f3_a_sound_log_comes_out_as_it_was(damaged, tmp_path):
    found = recover(damaged, tmp_path / "out")
    assert found.lost == ()
    assert found.incidents == {f"INC-{number}": LONG for number in range(1, MANY + 1)}
    assert verify(tmp_path / "out" / "log.db") == ([Checked(f"INC-{number}", LONG) for number in range(1, MANY + 1)], None)


def test_f3_a_wrecked_page_costs_what_stood_on_it(damaged, tmp_path):
    """The page with entry 7 of INC-2 is gone: everything of the others is there, and of INC-2 what came before; the rest stands as text."""
    pages, size = pages_with(damaged, b"note-2-7 ")
    wreck(damaged, pages[0], size)
    with pytest.raises(StoreFailed):
        open_reader(damaged).entries("INC-2")
    found = recover(damaged, tmp_path / "out")
    kept = found.incidents["INC-2"]
    assert 1 <= kept < 7
    assert {name: found.incidents[name] for name in ("INC-1", "INC-3", "INC-4")} == dict.fromkeys(
        ("INC-1", "INC-3", "INC-4"), LONG
    )
    assert any(sentence.startswith(f"INC-2: entries {kept + 1} to {LONG} ") for sentence in found.lost), found.lost
    assert verify(tmp_path / "out" / "log.db")[1] is None
    reader = open_reader(tmp_path / "out" / "log.db")
    assert reader.incident("INC-2").title == "It is down 2"
    assert [token.name for token in reader.tokens()] == ["ana"]
    assert reader.runbook(sha256(RUNBOOK).hexdigest()) == RUNBOOK
    reader.close()
    text = [json.loads(line) for line in (tmp_path / "out" / "incidents" / "INC-2.jsonl").read_text().splitlines()]
    assert {entry["seq"] for entry in text} >= {*range(1, kept + 1), LONG}


def test_f3_an_altered_entry_is_where_the_new_log_of_its_incident_ends(damaged, tmp_path):
    """One flipped bit in a text: the hash does not match, and what follows upon it is kept as text only."""
    flip(damaged, b"note-3-5 ", offset=3)
    found = recover(damaged, tmp_path / "out")
    assert found.incidents["INC-3"] == 4
    assert any("8 of them can be read" in sentence for sentence in found.lost), found.lost
    assert verify(tmp_path / "out" / "log.db")[1] is None


def test_f3_a_log_that_was_cut_gives_what_is_left(damaged, tmp_path):
    """A third of the file is gone."""
    content = damaged.read_bytes()
    damaged.write_bytes(content[: len(content) * 2 // 3 // 4096 * 4096])
    found = recover(damaged, tmp_path / "out")
    assert found.incidents["INC-1"] > 1
    assert "INC-4: none of its 12 entries can be read." in found.lost


def test_f3_a_log_that_takes_nothing_any_more_is_known(damaged):
    """The index that every entry with a cause has to enter is gone: nothing can be appended, and a probe finds out and leaves no trace."""
    with closing(sqlite3.connect(damaged)) as log:
        (root,) = log.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry_cause'").fetchone()
        (size,) = log.execute("PRAGMA page_size").fetchone()
    log = open_log(damaged)
    assert log.appendable()
    log.close()
    settle(damaged)
    wreck(damaged, root - 1, size)
    log = open_log(damaged)
    assert not log.appendable()
    assert log.last() == (LONG * MANY, MANY)
    log.close()


def test_f3_what_is_no_log_is_said(tmp_path):
    (tmp_path / "log.db").write_bytes(b"this is a text file and no database at all" * 50)
    with pytest.raises(StoreFailed, match="Nothing can be read"):
        recover(tmp_path / "log.db", tmp_path / "out")
    with pytest.raises(StoreFailed, match="There is no log"):
        recover(tmp_path / "nowhere", tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(StoreFailed, match="is not empty"):
        recover(tmp_path / "log.db", tmp_path / "full")


def test_a_log_of_which_nothing_can_be_read_is_said_and_leaves_nothing(damaged, tmp_path):
    """To run the same again is no advice."""
    damaged.write_bytes(bytes(4_096) + damaged.read_bytes()[4_096:])
    with pytest.raises(StoreFailed, match=r"Nothing can be read of .*Restore the newest backup") as failed:
        recover(damaged, tmp_path / "to")
    assert "stormjib recover" not in failed.value.reason
    assert not (tmp_path / "to").exists()
