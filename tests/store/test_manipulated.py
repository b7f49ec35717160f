"""Somebody with write access to the log changes it with care: what a head that was kept elsewhere names, and what it can't."""

import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest
from tests.engine.log_room import START, LogRoom
from tests.engine.test_inbox_alerts import take

from stormjib.core.access import Session
from stormjib.core.log import Acknowledged, Verified
from stormjib.offline import verify_against
from stormjib.ports import StoreFailed
from stormjib.store import chain
from stormjib.store.database import back_up, open_reader, restore, verify
from stormjib.store.log_head import KEY, Follower, beside, key_of, read
from stormjib.web.auth import Tokens

OUTPUT = b"what the command said"
RUNBOOK = b"# A runbook"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Two incidents from alerts and one by hand, a token, a runbook, evidence; and the head that left the machine."""
    directory = tmp_path_factory.mktemp("manipulated")
    room = LogRoom(directory)
    take(room, {"alerts": ["f1 api P1", "f2 api P2", "f3 web P1"]})
    room.inbox.submit("INC-1", lambda _: [Acknowledged("ana")], by="ana")
    proof = Verified("t", 1, "5xx", True, "none", sha256(OUTPUT).hexdigest())
    room.inbox.submit("INC-1", lambda _: [proof], by="ana", blobs=[OUTPUT])
    room.note("INC-2", "it began at noon")
    room.declare("shop")
    Tokens(room.inbox, room.reader, lambda: START, lambda: "secret").create("ana", ["read", "respond"])
    room.inbox.write(lambda log: log.put_runbook(sha256(RUNBOOK).hexdigest(), "a.md", RUNBOOK, START))
    room.inbox.write(lambda log: log.put_mark("outbox", 3))
    head = Follower(room.reader, keeps_ends=True).take(START + 1_000, b"key")
    room.close()
    return directory / "log.db", head


def relink(log, incident):
    """The chain of an incident as if it had always been so."""
    linked, seq = chain.START, 0
    for position, seq, at, by, cause, fact in log.execute(
        'SELECT position, seq, at, "by", cause, fact FROM entry WHERE incident = ? ORDER BY seq', (incident,)
    ).fetchall():
        parts = {"by": by.encode(), "cause": cause.encode(), "fact": fact.encode()}
        linked = chain.link(linked, incident=incident.encode(), seq=seq, at=at, **parts)
        log.execute("UPDATE entry SET hash = ? WHERE position = ?", (linked, position))
    log.execute("UPDATE incident SET head_hash = ?, head_seq = ? WHERE id = ?", (linked, seq, incident))


def recompute(log):
    log.execute("UPDATE entry SET fact = replace(fact, 'noon', 'nine') WHERE incident = 'INC-2'")
    relink(log, "INC-2")


def cut(log):
    """The acknowledgement never was."""
    log.execute("DELETE FROM entry WHERE position = (SELECT max(position) FROM entry)")
    log.execute("DELETE FROM incident WHERE id = 'INC-3'")


def cut_deeper(log):
    """Down to the alerts."""
    log.execute("DELETE FROM entry WHERE position > 5")
    log.execute("DELETE FROM incident WHERE id = 'INC-3'")
    for incident in ("INC-1", "INC-2"):
        relink(log, incident)
        log.execute(
            "UPDATE incident SET status = 'declared', updated_at = (SELECT max(at) FROM entry WHERE incident = id) WHERE id = ?",
            (incident,),
        )
    log.execute("UPDATE mark SET position = 0")


def forge_first(log):
    """An incident's very first entry says another service, and everything that follows from it agrees."""
    log.execute("""UPDATE entry SET fact = replace(fact, '"shop"', '"shed"') WHERE incident = 'INC-3'""")
    log.execute("UPDATE incident SET service = 'shed', group_key = 'shed' WHERE id = 'INC-3'")
    relink(log, "INC-3")


def token(name, scopes, made):
    return f"INSERT INTO token VALUES (x'aa', '{name}', '{scopes}', {made}, 0, 0, 0)"


NAMED = {
    "a recomputed chain": (recompute, "INC-2: It is not what it was"),
    "a recomputed first entry": (forge_first, "INC-3: It is not what it was"),
    "a cut tail": (cut_deeper, "its end was cut off"),
    "a deleted newest incident": (cut, "its end was cut off"),
    "a closed incident": ("UPDATE incident SET status = 'closed' WHERE id = 'INC-1'", "INC-1: Its row says status 'closed'"),
    "a lesser severity": ("UPDATE incident SET severity = 'P4' WHERE id = 'INC-1'", "INC-1: Its row says severity 'P4'"),
    "another title": ("UPDATE incident SET title = 'nothing' WHERE id = 'INC-1'", "INC-1: Its row says title 'nothing'"),
    "an earlier declaration": ("UPDATE incident SET declared_at = 1.0 WHERE id = 'INC-3'", "INC-3: Its row says declared_at"),
    "an emptied alert table": ("DELETE FROM alert", "INC-1: The row of its alert Down (f1 of alertmanager) is missing"),
    "an alert that fires no more": ("UPDATE alert SET firing = 0 WHERE fingerprint = 'f1'", "INC-1: Its alert Down"),
    "an alert of another incident": ("UPDATE alert SET incident = 'INC-2' WHERE fingerprint = 'f1'", "INC-2: The row of the alert f1"),
    "an alert of no incident": ("UPDATE alert SET incident = 'INC-9' WHERE fingerprint = 'f1'", "INC-9, which does not exist"),
    "an admin token": (token("eve", "admin", START + 2_000), "of eve (admin) was put in by hand: nothing in the log made it"),
    "an admin token, to whom has the head alone": (token("eve", "admin", START), "The token eve (admin) says that it is older than"),
    "a token that may do more": ("UPDATE token SET scopes = 'admin'", "of ana (admin) is not what the log made it"),
    "a machine that became a person": ("UPDATE token SET machine = 1 - machine", "of ana (read respond) is not what the log made it"),
    "a token that does not end": ("UPDATE token SET expires_at = 9e9", "of ana (read respond) is not what the log made it"),
    "a token that is gone": ("DELETE FROM token", "The token ana was revoked after the head"),
    "an altered entry": ("UPDATE entry SET \"by\" = 'bo' WHERE incident = 'INC-1' AND seq = 2", "INC-1: It was altered"),
    "an entry less": ("DELETE FROM entry WHERE incident = 'INC-2' AND seq = 2", "INC-2: "),
    "altered evidence": ("UPDATE blob SET body = CAST('well' AS BLOB)", "INC-1: The blob that it names"),
    "effects that are left out": ("UPDATE mark SET position = 1000", "The mark outbox stands at position 1000"),
    "alerts that never came": ("UPDATE intake SET count = count - 1", "alerts were counted as received, and"),
}  # fmt: skip
UNNAMED = {
    # The group is not in the entries: it decides which incident the next alert joins, and changes nothing that happened.
    "a group": "UPDATE incident SET group_key = 'other' WHERE id = 'INC-1'",
    # Effects are derived and started again, each under the key that it had.
    "effects that are started again": "UPDATE mark SET position = 0",
}


def found(path, head):
    _, broken = verify(path, against=[head])
    reader = open_reader(path)
    wrong, since = beside(head, reader)
    reader.close()
    return ([f"{broken.incident}: {broken.reason}"] if broken else []), wrong, since


@pytest.fixture
def copy(whole, tmp_path):
    path = tmp_path / "log.db"
    shutil.copy(whole[0], path)
    return path, whole[1]


def change(path, how):
    with closing(sqlite3.connect(path)) as log, log:
        if callable(how):
            how(log)
        else:
            assert log.execute(how).rowcount >= 1


def test_a_token_that_nothing_revoked_is_missed(copy):
    path, head = copy
    change(path, "DELETE FROM token WHERE name = 'ana'")
    broken, _, _ = found(path, head)
    assert any("of ana is missing, and nothing in the log revoked it" in reason for reason in broken)


def test_what_nobody_changed_is_in_order(copy):
    assert found(*copy) == ([], [], [])


@pytest.mark.parametrize("name", NAMED)
def test_s12_a_manipulation_is_named(copy, name):
    how, said = NAMED[name]
    change(copy[0], how)
    assert said in " ".join(sentence for kind in found(*copy) for sentence in kind)


@pytest.mark.parametrize("name", UNNAMED)
def test_s12_what_is_not_named_changes_nothing_that_happened(copy, name):
    change(copy[0], UNNAMED[name])
    assert found(*copy) == ([], [], [])


def test_without_a_head_a_recomputed_chain_is_whole(copy):
    """This is what the docs say that a chain can't show."""
    change(copy[0], recompute)
    assert verify(copy[0])[1] is None


def test_a_log_that_went_on_still_fits_every_head(tmp_path):
    room = LogRoom(tmp_path)
    follower, heads = Follower(room.reader), []
    heads.append(follower.take(room.at, b"key"))
    room.declare()
    for number in range(3):
        room.note("INC-1", f"note {number}")
        heads.append(follower.take(room.at, b"key"))
    heads.append(heads[-1])
    assert verify(room.path, against=heads)[1] is None
    assert [head.position for head in heads] == [0, 2, 3, 4, 4]
    room.close()


def test_a_head_is_found_in_whatever_surrounds_it_and_its_signature_holds(whole):
    head = whole[1]
    journal = f"Jan 01 host stormjib[1]: log head: {head.line()} \nnothing\n{head.line()[:-20]}\n"
    spaced = head.line().replace('":', '": ')
    assert read(journal) == [head]
    assert read(spaced) == [head]
    assert head.is_signed_by(b"key")
    assert not head.is_signed_by(b"another")
    (forged,) = read(head.line().replace('"position":', '"position":1'))
    assert not forged.is_signed_by(b"key")


def test_the_key_is_made_once_and_goes_with_a_backup(tmp_path):
    room = LogRoom(tmp_path)
    room.declare()
    room.close()
    key = key_of(tmp_path)
    assert key_of(tmp_path) == key
    assert len(key) == 32
    assert (tmp_path / KEY).stat().st_mode & 0o077 == 0
    back_up(tmp_path, tmp_path / "backup", START)
    (tmp_path / "new").mkdir()
    restore(tmp_path / "backup", tmp_path / "new", START)
    assert key_of(tmp_path / "new") == key
    with pytest.raises(StoreFailed):
        back_up(tmp_path, tmp_path / "backup", START)


def test_a_session_that_nobody_began_is_named(copy):
    path, _ = copy
    key = key_of(path.parent)
    assert verify_against(path.parent, None, None)[1] is None
    with closing(sqlite3.connect(path)) as log, log:
        holder = log.execute("SELECT hash FROM token WHERE name = 'ana'").fetchone()[0]
        own = Session(sha256(b"mine").digest(), holder, 9e9).sealed(key)
        log.execute("INSERT INTO session (hash, token, ends_at) VALUES (?, ?, ?)", (own.hash, own.token, own.ends_at))
    assert verify_against(path.parent, None, None)[1] is None
    change(path, "UPDATE session SET ends_at = 9e10")
    broken = verify_against(path.parent, None, None)[1]
    assert broken.reason.startswith("A session of ana was not begun here")
