"""Retention: what is closed for long goes into a file that is checked, and only then out of the log, whatever ends the process."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from tests.engine.log_room import LogRoom

from stormjib.core.incident import Refused
from stormjib.core.log import (
    ActionItemAdded,
    ActionItemDone,
    Closed,
    DebtTaken,
    Ended,
    Exported,
    Linked,
    Reopened,
    Resolved,
    StatusPosted,
    TimerDue,
    Verified,
)
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.engine.incidents import Incidents
from stormjib.engine.retention import DAY_SECONDS, Retention
from stormjib.ports import NotFound
from stormjib.store import verify_export
from stormjib.store.database import back_up, recover, verify
from stormjib.store.export import Exports
from stormjib.store.log_head import Follower, beside
from stormjib.store.verify_export import MANIFEST

KEY = b"key"
DAYS = 30
SHARED, OWN = b"what both incidents saw", b"\xff\x00 what only one saw"


def name(body):
    return sha256(body).hexdigest()


def proof(body):
    return Verified("t", 1, "5xx", True, "none", name(body))


@pytest.fixture
def room(tmp_path):
    """INC-1 is closed, INC-2 is open; one piece of evidence is in both."""
    room = LogRoom(tmp_path)
    fill(room)
    yield room
    room.close()


def fill(room):
    room.declare("api")
    room.declare("web")
    room.inbox.submit("INC-1", lambda _: [proof(OWN), proof(SHARED)], by="ana", blobs=[OWN, SHARED])
    room.inbox.submit("INC-2", lambda _: [proof(SHARED)], by="ana", blobs=[SHARED])
    room.note("INC-1", "it began at noon\u2028and a \N{SNOWMAN}")
    close(room, "INC-1")
    room.at += DAYS * DAY_SECONDS + 1


def close(room, incident):
    room.inbox.submit(incident, lambda _: [Resolved("ana", "mended", ""), Closed("ana")], by="ana")


def exports(room):
    return Exports(room.path.parent / "exports", room.reader, KEY)


def retention(room, made=None, public_days=0):
    made, book = made or (lambda: exports(room)), room.rules.runbook("")
    return Retention(room.reader, room.inbox, made, lambda _: book, lambda: room.at, days=DAYS, public_days=public_days)


def checked(room, *more):
    return verify_export.main([str(room.path.parent / "exports"), *more])


def test_a_closed_incident_goes_into_a_file_and_stays_known(room):
    before, head = room.reader.incident("INC-1"), Follower(room.reader, keeps_ends=True).take(room.at, KEY)
    entries = room.reader.entries("INC-1")
    assert retention(room).run() == ["INC-1"]
    stub = room.facts("INC-1")
    assert [type(fact) for fact in stub] == [Exported]
    assert (stub[0].entries, stub[0].title) == (len(entries), "It is down")
    after = room.reader.incident("INC-1")
    assert [getattr(after, one) for one in ("id", "number", "title", "severity", "status", "declared_at")] == [
        getattr(before, one) for one in ("id", "number", "title", "severity", "status", "declared_at")
    ]
    lines = [json.loads(line) for line in (room.path.parent / "exports" / stub[0].file).read_text().splitlines()]
    assert [line["seq"] for line in lines if "seq" in line] == [entry.seq for entry in entries]
    assert {line["evidence"] for line in lines if "evidence" in line} == {name(OWN), name(SHARED)}
    assert room.reader.blob(name(OWN)) is None
    assert room.reader.blob(name(SHARED)) == SHARED
    assert verify(room.path, against=[head])[1] is None
    assert beside(head, room.reader) == ([], [])
    assert checked(room) == 0
    room.restart()
    assert room.reader.replay("INC-1") == room.inbox._ledger.incident("INC-1")
    assert retention(room).run() == []


def test_the_heads_of_before_hold_the_file_too(room, tmp_path, capsys):
    kept = tmp_path / "heads.jsonl"
    kept.write_text(Follower(room.reader, keeps_ends=True).take(room.at, KEY).line() + "\n")
    (tmp_path / "key").write_bytes(KEY)
    retention(room).run()
    assert checked(room, "--heads", str(kept), "--key", str(tmp_path / "key")) == 0
    (tmp_path / "key").write_bytes(b"another")
    assert checked(room, "--key", str(tmp_path / "key")) == 1
    assert "was not signed with this key" in capsys.readouterr().out


def test_what_was_owed_and_is_done_goes(room):
    room.inbox.submit(
        "INC-1", lambda _: [ActionItemAdded("Alert on memory", "bo", "2026-12-01"), ActionItemDone(1, "")], by="ana"
    )
    room.at += DAYS * DAY_SECONDS + 1
    assert retention(room).run() == ["INC-1"]


def test_what_ended_otherwise_goes_too_and_its_ties_stay(room):
    tie = Linked("INC-1", "duplicate of", "ana", "the same", Severity.P1)
    room.inbox.submit("INC-2", lambda _: [tie, Ended("duplicate of", "ana", "the same", "INC-1")], by="ana")
    room.at += DAYS * DAY_SECONDS + 1
    before = room.reader.replay("INC-2")
    assert retention(room).run() == ["INC-1", "INC-2"]
    after = room.reader.replay("INC-2")
    assert (after.status, after.links) == (before.status, before.links)
    assert room.reader.incident("INC-2").status == "duplicate of INC-1"


@pytest.mark.parametrize(
    "owing", [[ActionItemAdded("Alert on memory", "bo", "2026-12-01")], [DebtTaken("maintenance mode", "c2")]]
)
def test_what_is_owed_or_open_or_young_stays(room, owing):
    room.inbox.submit("INC-1", lambda _: owing, by="ana")
    room.at += DAYS * DAY_SECONDS + 1
    assert retention(room).run() == []
    close(room, "INC-2")
    assert retention(room).run() == []
    room.at += DAYS * DAY_SECONDS + 1
    assert retention(room).run() == ["INC-2"]
    assert len(room.facts("INC-1")) > 1


def test_what_the_status_page_still_tells_of_stays(room):
    room.inbox.submit("INC-1", lambda _: [StatusPosted("Resolved", "It is over.", "customers", "room")], by="ana")
    room.inbox.submit("INC-2", lambda _: [StatusPosted("Resolved", "It is over.", "leadership", "room")], by="ana")
    close(room, "INC-2")
    room.at += DAYS * DAY_SECONDS + 1
    public = retention(room, public_days=90)
    assert public.run() == ["INC-2"]
    room.at += 60 * DAY_SECONDS
    assert public.run() == ["INC-1"]


def test_nothing_is_written_to_what_is_exported(room):
    retention(room).run()
    with pytest.raises(Refused, match="kept in the export INC-1-"):
        room.inbox.submit("INC-1", lambda _: [Reopened("ana", "again")], by="ana")
    assert room.inbox.submit("INC-1", lambda _: [TimerDue("deadline/t1")], by="stormjib", cause="t1").entries == ()
    assert len(room.facts("INC-1")) == 1


def test_the_page_of_what_is_exported_says_where_it_is(room):
    incidents = Incidents(room.reader, runbook_of=room.rules.runbook, policy=Policy(), clock=lambda: room.at)
    assert incidents.room("INC-1").status == "closed"
    retention(room).run()
    seen = incidents.room("INC-1")
    assert (seen.title, seen.severity, seen.status, seen.offers) == ("It is down", "P1", "closed", ())
    assert "kept in the export INC-1-" in seen.next_step
    with pytest.raises(NotFound, match="kept in the export"):
        incidents.postmortem("INC-1")


def test_what_is_not_as_written_does_not_go(room):
    """Evidence that is damaged in the log can't be exported, so it is not removed; the others go on."""
    with closing(sqlite3.connect(room.path)) as log, log:
        log.execute("UPDATE blob SET body = x'00' WHERE sha256 = ?", (name(OWN),))
    close(room, "INC-2")
    room.at += DAYS * DAY_SECONDS + 1
    made = retention(room)
    assert made.run() == ["INC-2"]
    assert "the bytes with the sha256" in made.problem
    assert len(room.facts("INC-1")) == 6


def test_a_file_without_its_removal_is_used_again(room):
    """Killed between the file and the entry, or within a line of the manifest: it is done once more, and the chain is whole."""
    first = exports(room).export(room.reader.incident("INC-1"), room.at)
    manifest = room.path.parent / "exports" / MANIFEST
    manifest.write_text(manifest.read_text() + '{"entries": 6, "fi')
    assert retention(room).run() == ["INC-1"]
    assert len(manifest.read_text().splitlines()) == 1
    assert room.facts("INC-1")[0].file_sha256 == first["file_sha256"]
    assert checked(room) == 0


def test_a_directory_that_cannot_be_written_is_said(room):
    def refuse():
        raise PermissionError(13, "Permission denied")

    made = retention(room, refuse)
    assert made.run() == []
    assert "stay in the log" in made.problem


@pytest.mark.parametrize("line", ["{}", "[]", "not JSON"])
def test_a_manifest_that_is_none_is_said_and_ends_nothing(room, line):
    (room.path.parent / "exports").mkdir()
    (room.path.parent / "exports" / MANIFEST).write_text(line + "\n")
    made = retention(room)
    assert made.run() == []
    assert "stay in the log" in made.problem


CHANGES = {
    "an altered entry": (lambda text: text.replace("at noon", "at nine"), "entry 4 is not what was written"),
    "another author": (lambda text: text.replace('"by": "ana"', '"by": "eve"', 1), "is not what was written"),
    "a line less": (lambda text: "\n".join(text.splitlines()[:4]), "its first line says 6"),
    "altered evidence": (lambda text: text.replace("both incidents", "no incident"), "were altered"),
    "evidence less": (
        lambda text: "\n".join(line for line in text.splitlines() if '"evidence"' not in line),
        "is missing",
    ),
    "no export": (lambda _: "[]", "can't be read as an export"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_check_names_what_was_altered(room, tmp_path, capsys, change):
    how, said = CHANGES[change]
    line = exports(room).export(room.reader.incident("INC-1"), room.at)
    path = tmp_path / "exports" / line["file"]
    path.write_text(how(path.read_text()))
    assert verify_export.main([str(path)]) == 1
    assert said in capsys.readouterr().out
    assert checked(room) == 1
    assert "is not the file that the manifest names" in capsys.readouterr().out


def test_the_check_names_a_manifest_with_a_line_less(room, capsys):
    made = exports(room)
    close(room, "INC-2")
    for one in ("INC-1", "INC-2"):
        made.export(room.reader.incident(one), room.at)
    manifest = room.path.parent / "exports" / MANIFEST
    manifest.write_text(manifest.read_text().splitlines()[1] + "\n")
    assert checked(room) == 1
    assert "does not follow upon the one before" in capsys.readouterr().out


def test_the_script_needs_python_alone(room, tmp_path):
    retention(room).run()
    alone = tmp_path / "alone" / "verify_export.py"
    alone.parent.mkdir()
    shutil.copy(verify_export.__file__, alone)
    argv = [sys.executable, "-I", "-S", str(alone), str(tmp_path / "exports")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode, done.stdout) == (0, "1 exported incidents are what was written.\n"), done.stderr


def change(room, *statements):
    with closing(sqlite3.connect(room.path)) as log, log:
        for statement in statements:
            log.execute(statement)
    return verify(room.path)[1]


EMPTY = "UPDATE entry SET \"by\" = '', cause = '', fact = '' WHERE incident = 'INC-2'"


def test_an_incident_that_was_only_emptied_is_named(room):
    broken = change(room, EMPTY)
    assert (broken.incident, broken.reason) == ("INC-2", "It was emptied, and no entry says to which export it went.")


def test_emptied_entries_that_go_on_otherwise_are_named(room):
    broken = change(room, EMPTY + " AND seq = 1")
    assert (broken.incident, broken.reason) == ("INC-2", "It was emptied, and no entry says to which export it went.")


def test_a_stub_that_was_altered_is_named(room):
    retention(room).run()
    broken = change(room, "UPDATE entry SET fact = replace(fact, 'It is down', 'All is well') WHERE incident = 'INC-1'")
    assert broken.incident == "INC-1"


def test_recovery_keeps_the_stub(room, tmp_path):
    retention(room).run()
    room.note("INC-2", "later")
    found = recover(room.path, tmp_path / "out")
    assert found.lost == ()
    assert found.incidents == {"INC-1": 7, "INC-2": 3}
    assert verify(tmp_path / "out" / "log.db")[1] is None


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.engine.log_room import LogRoom
from tests.engine.test_retention import DAYS, DAY_SECONDS, retention
room = LogRoom(Path(sys.argv[1]))
room.at += 10 * DAYS * DAY_SECONDS
print("ready", flush=True)
retention(room).run()
print("done", flush=True)
"""
INCIDENTS, KILLS = 30, 4


def test_killed_at_any_moment_nothing_is_lost(tmp_path):
    """Each incident is whole in the log, or in a file that is checked, after each of the kills; in the end all are in files."""
    room = LogRoom(tmp_path)
    for _ in range(INCIDENTS):
        incident = room.declare("api")
        room.inbox.submit(incident, lambda _: [proof(OWN)], by="ana", blobs=[OWN])
        close(room, incident)
    room.close()
    argv = [sys.executable, "-c", KILLED, str(tmp_path), str(Path(__file__).parents[2])]
    pause = threading.Event()
    for kill in range(KILLS + 1):
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        if kill < KILLS:
            # Each time some more files are there: the kill falls wherever the process is by then.
            wanted = 6 * (kill + 1)
            while process.poll() is None and len(list((tmp_path / "exports").glob("INC-*"))) < wanted:
                pause.wait(0.002)
            process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert verify(tmp_path / "log.db")[1] is None
        room = LogRoom(tmp_path)
        for number in range(1, INCIDENTS + 1):
            facts = room.facts(f"INC-{number}")
            assert len(facts) == 4 or (
                isinstance(facts[0], Exported) and verify_export.check_file(tmp_path / "exports" / facts[0].file)[1] == []
            )
        room.close()
    assert verify_export.main([str(tmp_path / "exports")]) == 0
    room = LogRoom(tmp_path)
    assert all(isinstance(room.facts(f"INC-{number}")[0], Exported) for number in range(1, INCIDENTS + 1))
    assert room.reader.blob(name(OWN)) is None
    room.close()


def test_the_doctor_says_how_large_the_log_is_and_when_it_was_backed_up(room, tmp_path):
    def doctor():
        argv = [sys.executable, "-m", "stormjib", "--json", "doctor", "--data-dir", str(tmp_path)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return {one["name"]: one["text"] for one in json.loads(done.stdout)["checks"]}

    found = doctor()
    assert "retention_days is not set" in found["log size"]
    assert found["backup"].startswith("never; run: stormjib backup")
    back_up(tmp_path, tmp_path / "copy", 1_000.0)
    assert " days ago; run: stormjib backup" in doctor()["backup"]


def test_the_command_copies_and_removes_nothing(room, tmp_path):
    def command(*words):
        argv = [sys.executable, "-m", "stormjib", *words]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    where, data = str(tmp_path / "archive"), ("--data-dir", str(tmp_path))
    assert command("export", "write", where, *data)[0] == 0
    assert len(room.facts("INC-1")) == 6
    assert command("export", "verify", where, "--key", str(tmp_path / "log-head.key")) == (
        0,
        "1 exported incidents are what was written.\n",
    )
    code, said = command("export", "write", where, "--incident", "INC-9", *data)
    assert (code, "There is no incident INC-9" in said) == (3, True)
    code, said = command("export", "write", where, "--incident", "INC-2", *data)
    assert (code, "only a closed incident is exported" in said) == (5, True)
    young = command("export", "write", where, "--incident", "INC-1", "--older-than", "36500", *data)
    assert (young[0], "its last entry is younger than 36500 days (--older-than)" in young[1]) == (5, True)
    code, said = command("export", "script")
    assert (code, said) == (0, Path(verify_export.__file__).read_text())
