"""What stands beside incidents: runbooks, tokens, blobs, settings, and what is known of commands, where the newest look counts."""

from hashlib import sha256

import msgspec

from stormjib.core.access import Session, Token
from stormjib.core.checkup import Verdict, remember

FAILS = Verdict("probe-failed", "There is no container named “api”.")


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


def test_things_beside_the_incidents(parts):
    log, reader = parts
    log.put_runbook("ab", "api.md", b"# Runbook\r\n\xff", 5.0)
    log.put_runbook("ab", "other.md", b"other", 6.0)
    log.put_token(Token(b"h1", "ana", ("read", "respond"), 5.0))
    log.put_token(Token(b"h2", "bo", ("alert",), 6.0))
    log.put_token(Token(b"h2", "bo", ("alert",), 6.0, 7.0))
    log.put_setting("installation", "one")
    log.put_setting("installation", "two")
    log.commit()
    assert [(book.name, book.bytes) for book in reader.runbooks()] == [("api.md", 12)]
    assert reader.runbook("ab") == b"# Runbook\r\n\xff"
    assert [(token.name, token.scopes, token.last_used_at) for token in reader.tokens()] == [
        ("ana", ("read", "respond"), 0.0),
        ("bo", ("alert",), 7.0),
    ]
    assert (reader.setting("installation"), reader.setting("nothing")) == ("two", None)
    assert log.delete_token(b"h2") == 1
    log.put_session(Session(b"s1", b"h1", 9.0))
    log.put_session(Session(b"s2", b"h1", 99.0))
    log.commit()
    assert [token.name for token in reader.tokens()] == ["ana"]
    assert [session.hash for session in reader.sessions()] == [b"s1", b"s2"]
    log.delete_session(b"none", 9.0)
    log.commit()
    assert reader.sessions() == [Session(b"s2", b"h1", 99.0)]


def test_the_newest_signed_messages_are_remembered(parts):
    log, reader = parts
    for number in range(5):
        log.put_taken("grafana" if number % 2 else "sns", f"m{number}", 3)
        log.commit()
    assert reader.taken() == [("grafana", "m1"), ("sns", "m2"), ("grafana", "m3"), ("sns", "m4")]
    log.put_taken("grafana", "m5", 3)
    log.commit()
    assert reader.taken() == [("sns", "m2"), ("grafana", "m3"), ("sns", "m4"), ("grafana", "m5")]


def test_bytes_are_kept_once_by_their_sha256(parts):
    log, reader = parts
    name = log.put_blob(b"\x00said\xff")
    assert log.put_blob(b"\x00said\xff") == name == sha256(b"\x00said\xff").hexdigest()
    log.commit()
    assert reader.blob(name) == b"\x00said\xff"
