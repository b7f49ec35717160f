"""Alerts: what opens an incident, joins one, clears, or tells nothing new; each case is a story in ``cases/arrivals.json``."""

import atexit
import json
import shutil
import sqlite3
import tempfile
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.engine.log_room import START, LogRoom

from stormjib.core.alert import Alert
from stormjib.core.log import AlertCleared, AlertReceived, AlertsCounted, Declared, Reopened, Resolved
from stormjib.engine.limits import Limits
from stormjib.ports import Damaged, Unavailable
from stormjib.store.database import open_log, verify

CASES = json.loads((Path(__file__).parent / "cases" / "arrivals.json").read_text(encoding="utf-8"))


@pytest.fixture
def room(tmp_path):
    room = LogRoom(tmp_path)
    yield room
    room.close()


def alert(text):
    """``f1 api P1 at 5 resolved until 9 from generic``: fingerprint, service (- for none), and what else is said."""
    words = text.split()
    said = dict(pairwise(words))
    at = float(said.get("at", 1))
    return Alert(
        fingerprint=words[0],
        source=said.get("from", "alertmanager"),
        firing="resolved" not in words,
        name="Down",
        service=words[1].strip("-"),
        severity=words[2] if words[2:] and words[2].startswith("P") else "",
        starts_at=START + at if at else 0.0,
        ends_at=START + float(said["until"]) if "until" in said else 0.0,
    )


def line(entry):
    fact = entry.fact
    match fact:
        case AlertReceived():
            rest = f" {fact.fingerprint} {fact.proposed.value if fact.proposed else '-'}"
        case AlertCleared():
            rest = f" {fact.fingerprint}"
        case Declared():
            rest = f" {fact.severity.value} {fact.service}"
        case _:
            rest = ""
    return f"{entry.incident}/{entry.seq} {type(fact).__name__}{rest}"


def take(room, step):
    room.at += step.get("wait", 10)
    match step:
        case {"alerts": texts}:
            return room.inbox.accept([alert(text) for text in texts]).result(30)
        case {"resolve": incident_id}:
            room.inbox.submit(incident_id, lambda _: [Resolved("ana")], by="ana")
        case {"reopen": incident_id}:
            room.inbox.submit(incident_id, lambda _: [Reopened("ana", "it was not over")], by="ana")
        case {"declare": service}:
            room.declare(service)
        case {"restart": True}:
            room.restart()
    return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_case(room, case):
    for step in case["steps"]:
        answer = take(room, step)
        if answer is not None:
            assert [answer.new, answer.repeated, answer.cleared, *answer.incidents] == step["answer"]
    entries = room.reader.entries_after(0)
    assert [line(entry) for _, entry in entries] == case["log"]
    assert [(position, entry) for position, entry, _ in room.emitted] == entries
    for incident_id, severity in case.get("severities", {}).items():
        assert room.reader.incident(incident_id).severity == severity
    if "alerts" in case:
        shown = sorted(room.reader.alerts(), key=lambda row: row.alert.fingerprint)
        assert [
            f"{row.alert.fingerprint} {'firing' if row.firing else 'quiet'} {row.incident or '-'} count {row.count}"
            for row in shown
        ] == case["alerts"]
    assert verify(room.path)[1] is None


def test_a_repeated_webhook_writes_nothing_but_its_count(room):
    room.inbox.accept([alert("f1 api P1")]).result(30)
    before = room.log._connection.total_changes
    for _ in range(5):
        room.inbox.accept([alert("f1 api P1")]).result(30)
    assert room.log._connection.total_changes - before == 5 * len(("received", "requests", "suppressed"))


@pytest.fixture
def damaged(room):
    """An open incident whose log has an entry that can't be read any more, as after a flipped byte on the disk."""
    room.inbox.accept([alert("f1 api P1")]).result(30)
    room.close()
    with sqlite3.connect(room.path) as database:
        database.execute("UPDATE entry SET fact = replace(fact, 'Declared', 'Dec\x01ared') WHERE seq = 2")
    room.open()
    return room


def test_an_alert_whose_incident_is_damaged_declares_another_one(damaged):
    answer = damaged.inbox.accept([alert("f2 api P1 at 20")]).result(30)
    assert (answer.new, answer.incidents) == (1, ("INC-2",))
    assert [line(entry).partition(" ")[2] for entry in damaged.reader.entries("INC-2")] == [
        "AlertReceived f2 P1",
        "Declared P1 api",
    ]


def test_the_next_alerts_join_the_new_one_also_after_a_restart(damaged):
    damaged.inbox.accept([alert("f2 api P1 at 20")]).result(30)
    assert damaged.inbox.accept([alert("f3 api P1 at 30")]).result(30).incidents == ("INC-2",)
    damaged.restart()
    assert damaged.inbox.accept([alert("f4 api P1 at 40")]).result(30).incidents == ("INC-2",)


def test_the_end_of_an_alert_of_a_damaged_incident_is_taken(damaged):
    assert damaged.inbox.accept([alert("f1 api P1 resolved")]).result(30).cleared == 1


def test_a_person_is_told_which_entry_is_damaged(damaged):
    with pytest.raises(Damaged, match=r"INC-1.*2"):
        damaged.note("INC-1", "does anybody see this?")


def test_the_detection_is_when_it_began_but_never_in_the_future(room):
    room.at = START + 5
    room.inbox.accept([alert("f1 api P1 at 3"), alert("f2 web P1 at 60")]).result(30)
    declared = [entry.fact for _, entry in room.reader.entries_after(0) if isinstance(entry.fact, Declared)]
    assert [fact.detected_at for fact in declared] == [START + 3, START + 5]
    assert [fact.reason for fact in declared] == ["the label says P1"] * 2


def test_the_title_is_what_the_alert_says(room):
    room.inbox.accept([msgspec.structs.replace(alert("f1 api P1"), summary="5xx ratio 12%"), alert("f2 web P1")]).result(30)
    assert [head.title for head in room.reader.incidents()] == ["Down", "5xx ratio 12%"]


def test_a_flood_does_not_grow_the_log(room):
    for start in range(0, 900, 45):
        room.inbox.accept([alert(f"f{n} api P1") for n in range(start, start + 45)]).result(30)
        room.inbox.accept([alert(f"f{n} api P1 resolved") for n in range(start, start + 45, 3)]).result(30)
    facts = room.facts("INC-1")
    assert sum(isinstance(fact, AlertReceived) for fact in facts) == 50
    assert sum(isinstance(fact, AlertCleared) for fact in facts) == 17
    assert [fact.total for fact in facts if isinstance(fact, AlertsCounted)] == [100, 200, 400, 800]
    assert room.reader.incident("INC-1").alerts_total == 900
    assert room.reader.alert_count(incident_id="INC-1") == 900
    room.restart()
    room.inbox.accept([alert(f"f{n} api P1") for n in range(900, 1600)]).result(30)
    assert room.facts("INC-1")[-1] == AlertsCounted(1600)


def test_a_batch_is_taken_as_a_whole_or_not_at_all(room):
    with pytest.raises(UnicodeEncodeError):
        room.inbox.accept([alert("f1 api P1"), msgspec.structs.replace(alert("f2 web P1"), summary="\ud800")]).result(30)
    assert room.reader.entries_after(0) == []
    assert room.reader.alerts() == []
    assert room.inbox.accept([alert("f1 api P1")]).result(30).incidents == ("INC-1",)


def test_alerts_are_refused_where_the_disk_runs_full(tmp_path):
    room = LogRoom(tmp_path, limits=Limits(free_bytes_min=1 << 20))
    room.inbox.accept([alert("f1 api P1")]).result(30)
    room.free, room.at = 0, room.at + 1
    with pytest.raises(Unavailable):
        room.inbox.accept([alert("f2 api P1")])
    room.close()


def test_those_that_wait_for_a_person_are_shown_first(room):
    for text in ("f1 cart P3", "f2 api P1", "f3 api P3", "f4 web P3", "f4 web P3 resolved"):
        room.inbox.accept([alert(text)]).result(30)
    assert [row.alert.fingerprint for row in room.reader.alerts()] == ["f1", "f4", "f3", "f2"]
    assert [row.alert.fingerprint for row in room.reader.alerts(firing=False)] == ["f4"]
    assert [row.alert.fingerprint for row in room.reader.alerts(incident_id="INC-1")] == ["f3", "f2"]
    first = room.reader.alerts(limit=2)
    assert [row.alert.fingerprint for row in first] == ["f1", "f4"]


STEPS = some.lists(
    some.one_of(
        some.builds(
            lambda batch: {"alerts": batch},
            some.lists(
                some.builds(
                    "f{} {} P{} at {}{}".format,
                    some.integers(1, 3),
                    some.sampled_from(["api", "web"]),
                    some.integers(0, 3),
                    some.integers(0, 4),
                    some.sampled_from(["", " resolved"]),
                ),
                min_size=1,
                max_size=4,
            ),
        ),
        some.sampled_from([{"resolve": "INC-1"}, {"reopen": "INC-1"}]),
    ),
    max_size=12,
)


@cache
def empty():
    """A log without entries, for migrating one takes longer than a whole story."""
    path = Path(tempfile.mkdtemp()) / "log.db"
    atexit.register(shutil.rmtree, path.parent)
    open_log(path).close()
    return path


def run(steps, restarts):
    with tempfile.TemporaryDirectory() as directory:
        shutil.copy(empty(), directory)
        room = LogRoom(Path(directory))
        answers = []
        for number, step in enumerate(steps):
            if number in restarts:
                room.restart()
            if "alerts" in step or room.reader.incidents():
                answers.append(take(room, step))
        entries = room.reader.entries_after(0)
        alerts, broken = room.reader.alerts(), verify(room.path)[1]
        room.close()
        return answers, entries, alerts, broken


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, some.sets(some.integers(0, 11)))
def test_a_restart_changes_nothing_and_repetition_writes_nothing(steps, restarts):
    steady = run(steps, set())
    assert run(steps, restarts) == steady
    _, entries, alerts, broken = steady
    assert broken is None
    causes = [(entry.incident, entry.cause) for _, entry in entries if entry.cause]
    assert len(causes) == len(set(causes))
    assert all(row.incident == "" or row.alert.service in {"api", "web"} for row in alerts)
    batches = [step for step in steps if "alerts" in step]
    if (
        batches
        and batches[-1] is steps[-1]
        and len({text.split()[0] for text in batches[-1]["alerts"]}) == len(batches[-1]["alerts"])
    ):
        again = run([*steps, batches[-1]], set())
        assert again[1] == entries
        assert again[2] == alerts


def labelled(name, service, *, firing=True, fingerprint="f1", **labels):
    return Alert(
        fingerprint=fingerprint,
        source="alertmanager",
        firing=firing,
        name=name,
        service=service,
        severity=labels.get("severity", "critical"),
        labels={"alertname": name, "service": service, "severity": "critical", **labels},
        starts_at=START + 1,
    )


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    "first",
    [
        labelled("TestAlert", "nothing"),
        labelled("PaymentsDown", "payments", instance="other"),
        Alert(fingerprint="f1", source="alertmanager", firing=True, name="x", service="", severity="critical"),
        labelled("TestAlert", "nothing", firing=False),
    ],
)
def test_the_fingerprint_of_another_alert_silences_nothing(room, first, restarts):
    """Whoever may only send alerts could otherwise choose which one of another sender is never heard."""
    room.inbox.accept([first]).result()
    if restarts:
        room.restart()
    real = labelled("PaymentsDown", "payments")
    taken = room.inbox.accept([real]).result()
    assert (taken.new, taken.repeated) == (1, 0)
    assert len(taken.incidents) == 1
    assert room.inbox.accept([real]).result().repeated == 1
    worse = msgspec.structs.replace(real, labels={**real.labels, "severity": "page"})
    assert room.inbox.accept([worse]).result().new == 0, "judged anew, it is the same alert"
    if restarts:
        room.restart()
    ended = room.inbox.accept([msgspec.structs.replace(real, firing=False)]).result()
    assert (ended.cleared, ended.incidents) == (1, taken.incidents)
    assert [row.alert.name for row in room.reader.alerts() if row.firing] == [first.name] * first.firing
