"""What is known of the runbook's commands: written by the one writer, read by anybody, the newest look counts."""

import sqlite3
from contextlib import closing

import msgspec
import pytest

from stormjib.core.checkup import Known, Verdict, remember
from stormjib.core.log import Declared, Entry, EvidenceCollected, NoteAdded, encode_fact
from stormjib.core.severity import Severity
from stormjib.ports import Head
from stormjib.store.sqlite.reader import open_reader
from stormjib.store.sqlite.writer import open_log

FAILS = Verdict("probe-failed", "There is no container named “api”.")


@pytest.fixture
def parts(tmp_path):
    log = open_log(tmp_path / "log.db")
    reader = open_reader(tmp_path / "log.db")
    yield log, reader
    reader.close()
    log.close()


def known(text="docker logs api", verdict=FAILS, at=1_795_000_000.25, **more):
    return remember(None, verdict, text=text, target="container:api", at=at, line=38, exit_code=1, runbook_sha256="ab", **more)


def test_what_is_put_comes_back(parts):
    log, reader = parts
    assert reader.checked() == {}
    wanted = [known(), known("df -h", Verdict()), msgspec.structs.replace(known("uptime"), exit_code=None, source="INC-7")]
    log.put_checked(wanted)
    assert reader.checked() == {}, "only what is committed is seen"
    log.commit()
    assert reader.checked() == {one.key: one for one in wanted}
    log.put_checked(())
    log.commit()
    assert len(reader.checked()) == 3


def test_an_older_look_changes_nothing(parts):
    log, reader = parts
    new, old = known(at=20.0), known(at=10.0, verdict=Verdict())
    log.put_checked([new])
    log.put_checked([old])
    log.commit()
    assert reader.checked() == {new.key: new}
    newer = known(at=30.0, verdict=Verdict())
    log.put_checked([newer])
    log.commit()
    assert reader.checked() == {new.key: newer}


def test_only_looks_are_read_from_the_log_in_pages(parts):
    log, reader = parts
    seen = EvidenceCollected("c1", 3, "df -h", "host", True, 0, 0.1, "", 0, "")
    facts = [Declared("It is down", Severity.P1, "api", "", 1.0), seen, NoteAdded('{"fact":"EvidenceCollected"'), seen, seen]
    entries = [Entry("INC-1", seq, 5.0 + seq, "stormjib", fact) for seq, fact in enumerate(facts, 1)]
    log.append([(entry.seq, entry, encode_fact(entry.fact)) for entry in entries], [Head("INC-1", 1, seq=5)])
    log.commit()
    assert [position for position, _ in reader.looks_after(0)] == [2, 4, 5]
    assert [position for position, _ in reader.looks_after(2, limit=1)] == [4]
    assert reader.looks_after(5) == []


def test_a_log_of_the_first_schema_is_brought_up(tmp_path):
    path = tmp_path / "log.db"
    open_log(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE checked")
        connection.execute("DROP TABLE intake")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    log = open_log(path)
    log.put_checked([known()])
    log.commit()
    log.close()
    reader = open_reader(path)
    assert isinstance(next(iter(reader.checked().values())), Known)
    reader.close()
