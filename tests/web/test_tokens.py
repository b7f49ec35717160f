"""Tokens: shown once, stored as their sha256, and gone at once when revoked."""

from hashlib import sha256

import pytest
from tests.engine.log_room import LogRoom

from stormjib.core.access import LOCAL, SITE, Token
from stormjib.core.actions import TOKEN_TABLE
from stormjib.core.incident import Refused
from stormjib.core.log import TokenEnded, TokenMade
from stormjib.engine.admission import Forbidden
from stormjib.ports import NotFound
from stormjib.store.database import verify
from stormjib.web.auth import NOTE_SECONDS, ON_THE_MACHINE, Principal, Tokens


@pytest.fixture
def room(tmp_path):
    room = LogRoom(tmp_path)
    yield room
    room.close()


def tokens(room):
    made = iter(f"secret-{n}" for n in range(9))
    return Tokens(room.inbox, room.reader, lambda: room.at, lambda: next(made))


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
    with pytest.raises(NotFound, match="Nobody has a token with the name or the id 'ana'"):
        kept.revoke("ana")


@pytest.mark.parametrize(
    ("name", "scopes", "says"),
    [("ana", ["write"], "no scope 'write'"), ("ana", [], "at least one"), (" ", ["read"], "needs a name")],
)
def test_a_token_without_a_name_or_a_use_is_refused(room, name, scopes, says):
    with pytest.raises(Refused, match=says):
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
    kept.check(raw.encode())
    room.at += NOTE_SECONDS - 1
    kept.note_uses()
    assert [(row.name, row.last_used_at) for row in kept.list()] == [("ana", room.at - (NOTE_SECONDS - 1)), ("bo", 0.0)]


CREATE, ROTATE, REVOKE, ADDRESS = TOKEN_TABLE
DAY = 86_400
ROOT = Principal("root", frozenset({"admin"}))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a/b", "letters from a to z"),
        ("ana\u200b", "letters from a to z"),
        ("an\u0430", "letters from a to z"),
        (".ana", "no . or - in front"),
        ("stormjib", "what the timeline calls the program itself"),
        ("Stormjib", "what the timeline calls the program itself"),
        (LOCAL, "what the timeline calls the program itself"),
        ("Ana", "differs in upper and lower case only"),
    ],
)
def test_s13_a_name_that_can_be_mistaken_is_refused(room, name, says):
    kept = tokens(room)
    kept.create("ana", ["read"])
    with pytest.raises(Refused, match=says):
        kept.create(name, ["read"])


def test_s13_a_token_of_old_with_such_a_name_is_revoked_by_its_id(room):
    room.inbox.write(lambda log: log.put_token(Token(b"old", "a/b", ("admin",), 1.0)))
    kept = tokens(room)
    assert kept.revoke(kept.list()[0].id) == 1
    assert kept.list() == []


def test_s13_a_name_is_a_person_or_a_machine(room):
    kept = tokens(room)
    kept.create("deploy", ["read", "respond"], machine=True)
    with pytest.raises(Refused, match="only people approve"):
        kept.create("deploy", ["read"])
    with pytest.raises(Refused, match="A machine can't have the scope 'admin'"):
        kept.create("robot", ["admin"], machine=True)


def test_o10_a_rotated_token_goes_on_working_for_a_day(room):
    kept = tokens(room)
    old = kept.create("ana", ["read", "respond"])
    new = kept.perform(ROTATE, {"name": "ana"}, ROOT).secret
    assert [kept.check(raw.encode()).scopes for raw in (old, new)] == [{"read", "respond"}] * 2
    room.at += DAY - 1
    assert kept.check(old.encode()).name == "ana"
    room.at += 1
    assert kept.check(old.encode()) is None
    assert "The token of ana ran out on 20" in kept.refusal(old.encode())
    assert kept.check(new.encode()).name == "ana"
    newest = kept.perform(ROTATE, {"name": "ana", "now": True}, ROOT).secret
    assert kept.check(new.encode()) is None
    assert kept.check(newest.encode()).name == "ana"
    assert "another one takes its place" in kept.refusal(new.encode())


def test_o10_one_of_several_is_revoked_by_its_id(room):
    kept = tokens(room)
    first, second = kept.create("ana", ["read"]), kept.create("ana", ["read"])
    gone = next(row for row in kept.list() if row.hash == sha256(first.encode()).digest())
    assert kept.revoke(gone.id) == 1
    assert [kept.check(raw.encode()) is None for raw in (first, second)] == [True, False]
    assert "stormjib token rotate ana" in kept.refusal(first.encode())
    room.restart()
    assert "The token of ana ended on 20" in tokens(room).refusal(first.encode())


def test_a_token_ends_by_itself_and_its_successor_lives_as_long(room):
    kept = tokens(room)
    given = {"name": "ana", "scopes": ["read"], "expires_days": 90}
    raw = kept.perform(CREATE, given, ROOT).secret
    room.at += 89 * DAY
    kept.perform(ROTATE, {"name": "ana"}, ROOT)
    assert sorted(row.expires_at for row in kept.list()) == [room.at + DAY, room.at + 90 * DAY]
    room.at += DAY
    assert kept.check(raw.encode()) is None


def test_s12_what_becomes_of_tokens_is_in_the_log_of_the_site(room):
    kept = tokens(room)
    raw = kept.perform(CREATE, {"name": "ana", "scopes": ["read"]}, ROOT, key="k").secret
    again = kept.perform(CREATE, {"name": "ana", "scopes": ["read"]}, ROOT, key="k")
    assert (raw, again.secret, len(kept.list())) == ("secret-0", "", 1)
    kept.perform(REVOKE, {"name": "ana", "reason": "the laptop is lost"}, ROOT)
    made, ended = room.reader.entries(SITE)
    assert isinstance(made.fact, TokenMade)
    assert isinstance(ended.fact, TokenEnded)
    assert (made.by, made.fact.digest, ended.fact.reason) == ("root", ended.fact.digest, "the laptop is lost")
    room.declare()
    assert verify(room.path)[1] is None
    assert [head.id for head in room.reader.incidents()] == ["INC-1"]


def test_tokens_of_a_version_without_such_a_log_are_taken_over_once(room):
    room.inbox.write(lambda log: log.put_token(Token(b"old", "ana", ("admin",), 1.0)))
    tokens(room).adopt()
    tokens(room).adopt()
    (entry,) = room.reader.entries(SITE)
    assert entry.fact.found
    assert verify(room.path)[1] is None
    room.inbox.write(lambda log: log.put_token(Token(b"new", "eve", ("admin",), 1.0)))
    tokens(room).adopt()
    assert "of eve (admin) was put in by hand" in verify(room.path)[1].reason


@pytest.mark.parametrize("action", [CREATE, ROTATE, REVOKE], ids=lambda action: action.name)
def test_only_an_admin_who_is_a_person_sees_to_tokens(room, action):
    kept = tokens(room)
    kept.create("ana", ["read"])
    given = {"name": "bo" if action is CREATE else "ana", "scopes": ["read"]}
    for who in (
        Principal("ana", frozenset({"read", "respond", "alert"})),
        Principal("robot", frozenset({"admin"}), machine=True),
    ):
        with pytest.raises(Forbidden):
            kept.perform(action, given, who)
    before = len(room.reader.entries(SITE))
    assert kept.rehearse(action, given, ON_THE_MACHINE)
    assert len(room.reader.entries(SITE)) == before
