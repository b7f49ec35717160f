"""The inbox: decided on the newest state, on disk when answered, once per cause, and nothing where it is refused."""

import threading
from hashlib import sha256

import pytest
from tests.engine.log_room import LogRoom

from stormjib.core.effects import SendMessage
from stormjib.core.incident import Refused
from stormjib.core.log import Acknowledged, Closed, Declared, NoteAdded, Resolved, RunStarted
from stormjib.core.severity import Severity
from stormjib.engine.limits import Limits
from stormjib.ports import NotFound, Overloaded, StoreFailed, Unavailable
from stormjib.store.database import verify


@pytest.fixture
def room(tmp_path):
    room = LogRoom(tmp_path)
    yield room
    room.close()


def test_what_is_answered_is_on_disk(room):
    first = room.declare()
    appended = room.note(first, "one", "two", cause="c1")
    assert [(entry.seq, entry.by, entry.cause, entry.at) for entry in appended.entries] == [
        (2, "ana", "c1", room.at),
        (3, "ana", "", room.at),
    ]
    assert room.reader.entries(first)[1:] == list(appended.entries)


def test_it_is_decided_on_the_newest_state(room):
    first = room.declare()
    seen = []
    for _ in range(3):
        room.inbox.submit(first, lambda now: (seen.append((now.seq, now.notes)), NoteAdded("x"))[1:], by="ana")
    assert seen == [(1, 0), (2, 1), (3, 2)]


def test_a_refusal_reaches_the_one_who_asked_and_writes_nothing(room):
    first = room.declare()

    def refuse(_):
        raise Refused("Not now; acknowledge it first.")

    with pytest.raises(Refused, match="acknowledge it first"):
        room.inbox.submit(first, refuse, by="ana", blobs=[b"evidence"])
    assert len(room.facts(first)) == 1
    assert room.note(first, "later").entries[0].seq == 2


def test_no_facts_write_nothing(room):
    first = room.declare()
    assert room.inbox.submit(first, lambda _: (), by="ana", cause="c").entries == ()
    assert not room.note(first, "x", cause="c").repeated


def test_a_cause_counts_once_also_after_a_restart(room):
    first, second = room.declare(), room.declare("web")
    wrote = room.note(first, "one", cause="page/1")
    decided = []
    for _ in range(2):
        again = room.inbox.submit(first, decided.append, by="ana", cause="page/1")
        assert again.repeated
        assert again.entries == wrote.entries
        room.restart()
    assert decided == []
    assert not room.note(second, "the cause is the incident's own", cause="page/1").repeated


def test_a_cause_counts_once_within_one_group(room):
    first = room.declare()
    go = room.hold(first)
    waiting = [room.inbox.submit_async(first, lambda _: [NoteAdded("x")], by="ana", cause="c") for _ in range(3)]
    go.set()
    answers = [future.result(30) for future in waiting]
    assert [answer.repeated for answer in answers] == [False, True, True]
    assert len({answer.entries for answer in answers}) == 1
    assert len(room.facts(first)) == 2


def test_an_unknown_incident_is_a_sentence(room):
    with pytest.raises(NotFound, match="There is no incident INC-7"):
        room.note("INC-7", "x")
    with pytest.raises(NotFound, match="INC-7"):
        room.reader.replay("INC-7")


def test_a_mistake_hurts_only_its_own_request(room):
    first = room.declare()
    go = room.hold(first)
    good = room.inbox.submit_async(first, lambda _: [NoteAdded("before")], by="ana")
    bad = room.inbox.submit_async(first, lambda _: {}["nothing"], by="ana")
    odd = room.inbox.submit_async(first, lambda _: [NoteAdded("half a pair: \ud800")], by="ana", blobs=[b"x"])
    worse = room.inbox.submit_async(first, lambda _: [NoteAdded("half"), RunStarted("no such run")], by="ana")
    last = room.inbox.submit_async(first, lambda now: [NoteAdded(f"after {now.notes}")], by="ana")
    go.set()
    assert good.result(30).entries[0].seq == 2
    with pytest.raises(KeyError, match="nothing"):
        bad.result(30)
    with pytest.raises(UnicodeEncodeError):
        odd.result(30)
    with pytest.raises(KeyError, match="no such run"):
        worse.result(30)
    assert last.result(30).entries[0].seq == 3
    assert room.facts(first)[1:] == [NoteAdded("before"), NoteAdded("after 1")]
    assert room.fatal == []


def test_declarations_are_numbered_and_counted_once(room):
    assert [room.declare(), room.declare("web", cause="key")] == ["INC-1", "INC-2"]
    room.restart()
    assert room.declare("web", cause="key") == "INC-2"
    assert room.declare() == "INC-3"


def test_a_failed_declaration_takes_no_number(room):
    with pytest.raises(ZeroDivisionError):
        room.inbox.declare(lambda _: 1 / 0, by="ana")
    assert room.inbox.declare(lambda _: (), by="ana").entries == ()
    assert room.declare() == "INC-1"


def test_the_list_follows_the_log(room):
    first = room.declare()
    room.inbox.submit(first, lambda _: [Acknowledged("bo")], by="bo")
    assert (room.reader.incident(first).status, room.reader.incident(first).seq) == ("acknowledged", 2)
    room.inbox.submit(first, lambda _: [Resolved("bo"), Closed("bo")], by="bo")
    room.at += 60
    second = room.declare(severity=Severity.P0)
    assert [(head.id, head.status, head.severity, head.declared_at) for head in room.reader.incidents()] == [
        (second, "declared", "P0", room.at),
        (first, "closed", "P1", room.at - 60),
    ]
    assert [head.id for head in room.reader.incidents(open_only=True)] == [second]
    assert [head.id for head in room.reader.incidents(before_number=2)] == [first]


def follows(now, entry, *_):
    """a is followed by b, b by c; notes only."""
    text = getattr(entry.fact, "text", "")
    return (NoteAdded(chr(ord(text) + 1)),) if text in {"a", "b"} else ()


def test_what_follows_is_written_with_its_cause_and_by_nobody(tmp_path):
    room = LogRoom(tmp_path, proves=follows)
    first = room.declare()
    appended = room.note(first, "a", "x", cause="k")
    assert [(entry.fact.text, entry.by, entry.cause) for entry in appended.entries] == [
        ("a", "ana", "k"),
        ("x", "ana", ""),
        ("b", "stormjib", ""),
        ("c", "stormjib", ""),
    ]
    assert room.facts(first)[1:] == [entry.fact for entry in appended.entries]
    room.close()


def test_rules_that_do_not_end_are_stopped(tmp_path):
    room = LogRoom(tmp_path, proves=lambda now, entry, *_: (NoteAdded("more"),) if isinstance(entry.fact, NoteAdded) else ())
    first = room.declare()
    with pytest.raises(RuntimeError, match="don't end"):
        room.note(first, "a")
    assert len(room.facts(first)) == 1
    room.close()


def test_effects_come_from_the_state_right_after_their_entry_and_only_after_the_commit(tmp_path):
    dispatched = []

    def react(now, entry, *_):
        return (SendMessage(f"{entry.seq}/{now.seq}/{now.notes}", audience="x", text=""),)

    def dispatch(items):
        on_disk = room.reader.last_position()
        dispatched.extend((position, position <= on_disk, entry.seq, effects[0].key) for position, entry, effects in items)

    room = LogRoom(tmp_path, react=react, dispatch=dispatch, proves=follows)
    first = room.declare()
    room.note(first, "b", "x")
    assert dispatched == [(1, True, 1, "1/1/0"), (2, True, 2, "2/2/1"), (3, True, 3, "3/3/2"), (4, True, 4, "4/4/3")]
    room.close()


def test_listeners_hear_every_commit_until_they_stop(room):
    heard = []
    stop = room.inbox.subscribe(lambda entries: heard.extend(entry.seq for entry in entries))
    first = room.declare()
    room.note(first, "x", "y")
    stop()
    room.note(first, "z")
    assert heard == [1, 2, 3]


def test_what_waits_is_written_together_and_answered_to_each(room):
    first = room.declare()
    groups = []
    room.inbox.subscribe(lambda entries: groups.append(len(entries)))
    go = room.hold(first)
    waiting = [room.inbox.submit_async(first, lambda _, n=n: [NoteAdded(str(n))], by="ana") for n in range(50)]
    go.set()
    assert [future.result(30).entries[0].fact.text for future in waiting] == [str(n) for n in range(50)]
    assert groups == [50]


def test_more_than_may_wait_is_refused_at_once(tmp_path):
    room = LogRoom(tmp_path, limits=Limits(waiting_alerts_max=3, free_bytes_min=1))
    first = room.declare()
    go = room.hold(first)
    waiting = [room.inbox.submit_async(first, lambda _: [NoteAdded("x")], by="ana") for _ in range(3)]
    with pytest.raises(Overloaded) as refused:
        room.note(first, "one too many")
    assert refused.value.retry_after_seconds >= 1
    go.set()
    assert [future.result(30).entries[0].seq for future in waiting] == [2, 3, 4]
    assert room.note(first, "there is room again").entries[0].seq == 5
    room.close()


def test_a_request_nobody_waits_for_any_more_is_not_written(room):
    first = room.declare()
    go = room.hold(first)
    waiting = room.inbox.submit_async(first, lambda _: [NoteAdded("x")], by="ana")
    assert waiting.cancel()
    go.set()
    assert room.note(first, "y").entries[0].seq == 2


def test_a_disk_that_runs_full_is_said_before_it_is(tmp_path):
    room = LogRoom(tmp_path, limits=Limits(free_bytes_min=400 << 20))
    first = room.declare()
    room.free = 150 << 20
    room.at += 1  # how much room there is, is asked once a second
    with pytest.raises(Unavailable, match=r"150 MiB left .* below 400 MiB\. Free some space"):
        room.declare()
    assert room.note(first, "what goes on in an incident is still taken").entries
    room.free = 50 << 20
    room.at += 1
    with pytest.raises(Unavailable, match="50 MiB left"):
        room.note(first, "x", blobs=[b"an output"])
    with pytest.raises(Unavailable, match="50 MiB left"):  # its result would have no room
        room.inbox.submit(first, lambda _: [RunStarted("INC-1-R1")], by="stormjib")
    assert room.note(first, "a page, what is due and who has it are small").entries
    room.inbox.declare(lambda _: (Declared("No alert is taken", Severity.P1, "stormjib", "", room.at),), by="stormjib")
    room.free = 1 << 19
    room.at += 1
    with pytest.raises(Unavailable, match=r"KiB left .* below 1 MiB"):
        room.note(first, "x")
    room.free = 500 << 20
    assert room.declare("web")
    room.close()


@pytest.mark.parametrize("fatal", [False, True])
def test_a_failed_commit_is_everybodys_and_leaves_no_trace(room, fatal):
    first = room.declare()
    commit, calls = room.log.commit, []

    def fail_the_second(alerts=(), counted=()):
        calls.append(1)
        if len(calls) == 2:
            raise StoreFailed("The disk that holds the log reports an error.", fatal=fatal)
        commit(alerts, counted)

    go = room.hold(first)
    room.log.commit = fail_the_second
    waiting = [room.inbox.submit_async(first, lambda _: [NoteAdded("x")], by="ana") for _ in range(2)]
    go.set()
    for future in waiting:
        with pytest.raises(Unavailable, match="reports an error"):
            future.result(30)
    assert room.note(first, "y").entries[0].seq == 2
    assert room.facts(first)[1:] == [NoteAdded("y")]
    assert room.emitted[-1][0] == 2
    assert room.fatal == (["The disk that holds the log reports an error."] if fatal else [])
    assert verify(room.path)[1] is None


def test_a_full_disk_loses_nothing_that_was_acknowledged(room):
    first = room.declare()
    room.inbox.write(lambda log: log._run("SELECT 1"))
    pages = room.log._all("PRAGMA page_count")[0][0]
    room.log._all(f"PRAGMA max_page_count = {pages + 4}")
    written = []

    def write_on():
        for n in range(100):
            written.extend(entry.fact for entry in room.note(first, f"{n} " + "x" * 2_000).entries)

    with pytest.raises(Unavailable, match="full"):
        write_on()
    assert 0 < len(written) < 100
    assert room.died.wait(30)
    assert "full" in room.fatal[0]
    room.restart()
    assert room.facts(first)[1:] == written
    assert room.note(first, "there is room again").entries[0].seq == len(written) + 2
    assert verify(room.path)[1] is None


def test_a_writer_that_dies_says_so_and_leaves_nobody_waiting(tmp_path):
    def dispatch(items):
        raise ZeroDivisionError

    threading.excepthook, kept = lambda _: None, threading.excepthook
    try:
        room = LogRoom(tmp_path, dispatch=dispatch)
        assert room.declare() == "INC-1"
        assert room.died.wait(30)
    finally:
        threading.excepthook = kept
    assert "writer stopped" in room.fatal[0]
    with pytest.raises(Unavailable):
        room.note("INC-1", "x")
    room.close()


def test_the_writer_never_waits_for_itself(tmp_path):
    refused = []

    def dispatch(items):
        with pytest.raises(RuntimeError, match="can't wait for itself"):
            room.note("INC-1", "x")
        refused.append(True)

    room = LogRoom(tmp_path, dispatch=dispatch)
    room.declare()
    assert refused == [True]
    room.close()


def test_a_mark_travels_with_a_commit_and_survives(room):
    first = room.declare()
    room.inbox.mark("outbox", 7)
    room.inbox.mark("outbox", 9)
    room.note(first, "x")
    room.inbox.mark("last", 3)
    room.restart()
    assert (room.reader.mark("outbox"), room.reader.mark("last"), room.reader.mark("nobody")) == (9, 3, 0)


def test_after_the_end_nothing_is_taken(room):
    first = room.declare()
    room.inbox.close()
    with pytest.raises(Unavailable, match="stopping"):
        room.note(first, "x")


def test_evidence_is_stored_with_the_entry_that_names_it(room):
    first = room.declare()
    room.inbox.submit(first, lambda _: [NoteAdded("seen")], by="ana", blobs=[b"evidence", b"evidence"])
    assert room.reader.blob(sha256(b"no evidence").hexdigest()) is None
    assert room.reader.blob(sha256(b"evidence").hexdigest()) == b"evidence"


def test_a_state_dropped_from_memory_is_read_again(tmp_path):
    room = LogRoom(tmp_path, limits=Limits(folds_max=1, free_bytes_min=1))
    ids = [room.declare(str(n)) for n in range(3)]
    for _ in range(2):
        for incident_id in ids:
            room.note(incident_id, "x")
    assert [room.reader.replay(incident_id).notes for incident_id in ids] == [2, 2, 2]
    room.close()


def test_the_first_fact_names_the_incident(room):
    asked = []

    def facts(incident_id):
        asked.append(incident_id)
        return (Declared("x", Severity.P2, "api", "", room.at),)

    assert room.inbox.declare(facts, by="ana").entries[0].incident == asked[0] == "INC-1"
