"""Tokens: shown once, stored as their sha256, and gone at once when revoked."""

from hashlib import sha256

import pytest
from tests.engine.log_room import LogRoom

from stormjib.ports import NotFound
from stormjib.web.auth import Tokens


@pytest.fixture
def room(tmp_path):
    room = LogRoom(tmp_path)
    yield room
    room.close()


def tokens(room):
    made = iter(f"secret-{n}" for n in range(9))
    return Tokens(room.inbox.write, room.reader.tokens, lambda: room.at, lambda: next(made))


def test_a_token_is_good_for_its_scopes(room):
    kept = tokens(room)
    raw = kept.create(" ana ", ["respond", "read", "read"])
    who = kept.check(raw.encode())
    assert (who.name, who.scopes) == ("ana", {"read", "respond"})
    assert [who.may(scope) for scope in ("read", "respond", "alert", "admin")] == [True, True, False, False]
    assert kept.check(kept.create("root", ["admin"]).encode()).may("alert")
    assert [kept.check(raw) for raw in (b"", b"secret", b"secret-00", b"SECRET-0")] == [None] * 4


def test_only_the_hash_is_stored(room):
    raw = tokens(room).create("ana", ["read"])
    assert [row.hash for row in room.reader.tokens()] == [sha256(raw.encode()).digest()]
    room.restart()
    assert tokens(room).check(raw.encode()).name == "ana"
    kept = [path.read_bytes() for path in room.path.parent.iterdir()]
    assert any(b"ana" in body for body in kept)
    assert not any(raw.encode() in body for body in kept)


def test_a_revoked_token_is_gone_at_once(room):
    kept = tokens(room)
    first, second, other = kept.create("ana", ["read"]), kept.create("ana", ["alert"]), kept.create("bo", ["read"])
    assert kept.revoke("ana") == 2
    assert [kept.check(raw.encode()) is None for raw in (first, second, other)] == [True, True, False]
    assert [row.name for row in kept.list()] == ["bo"]
    with pytest.raises(NotFound, match="There is no token under the name 'ana'"):
        kept.revoke("ana")


@pytest.mark.parametrize(
    ("name", "scopes", "says"),
    [("ana", ["write"], "no scope 'write'"), ("ana", [], "at least one"), (" ", ["read"], "needs a name")],
)
def test_a_token_without_a_name_or_a_use_is_refused(room, name, scopes, says):
    with pytest.raises(ValueError, match=says):
        tokens(room).create(name, scopes)
    assert room.reader.tokens() == []


def test_a_change_by_somebody_else_is_seen_after_a_reload(room):
    kept, other = tokens(room), tokens(room)
    raw = other.create("ana", ["read"]).encode()
    assert kept.check(raw) is None
    kept.reload()
    assert kept.check(raw).name == "ana"


def test_the_last_use_is_written_down(room):
    kept = tokens(room)
    raw, _ = kept.create("ana", ["read"]), kept.create("bo", ["read"])
    room.at += 60
    kept.check(raw.encode())
    kept.note_uses()
    room.at += 60
    kept.note_uses()
    assert [(row.name, row.last_used_at) for row in kept.list()] == [("ana", room.at - 60), ("bo", 0.0)]
