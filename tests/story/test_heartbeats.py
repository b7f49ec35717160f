"""Heartbeats: a check-in that stays away is an alert like any other, and the next one ends it."""

import pytest
from tests.story.world import SERVICE

BACKUP = f"name: backup\nservice: {SERVICE}\nevery: 1h\ngrace: 10m\nlabels: {{team: data}}\n"


@pytest.fixture
def world(make, tmp_path):
    for folder, file, text in (("services", "api", f"name: {SERVICE}\n"), ("heartbeats", "backup", BACKUP)):
        (tmp_path / "catalogue" / folder).mkdir(parents=True)
        (tmp_path / "catalogue" / folder / f"{file}.yaml").write_text(text)
    return make(catalogue=tmp_path / "catalogue")


def pass_by(world, minutes):
    """The clock alone, and one round of the watch."""
    world.pass_by(minutes * 60)
    world.app.heartbeats.poll()
    world.settle()


def state(world):
    (found,) = world.get("/heartbeats")["heartbeats"]
    return found["state"]


def beat(world, path="/heartbeat/backup", method="POST", who="watcher", **body):
    return world.send(method, path, who, body or None)


def test_what_stays_away_pages_and_the_next_check_in_ends_it(world):
    assert state(world) == "never seen"
    pass_by(world, 3 * 60)
    assert (world.incidents(), state(world)) == ([], "never seen")
    assert beat(world, method="GET").status_code == 200
    assert state(world) == "ok"
    pass_by(world, 61)
    assert (world.incidents(), state(world)) == ([], "late")
    pass_by(world, 10)
    assert (world.incidents(), state(world)) == (["INC-1"], "missing")
    world.told()
    (fact,) = world.facts("AlertReceived")
    assert (fact["source"], fact["fingerprint"], fact["proposed"]) == ("heartbeat", "backup", "P1")
    assert fact["labels"] == {"team": "data", "heartbeat": "backup"}
    assert "has not checked in since" in fact["summary"]
    assert world.room("INC-1")["firing"]
    pass_by(world, 30)
    assert len(world.facts("AlertReceived")) == 1
    assert beat(world).status_code == 200
    assert (world.room("INC-1")["firing"], state(world)) == ([], "ok")
    pass_by(world, 65)
    assert state(world) == "late"
    (account,) = [one for one in world.get("/intake")["sources"] if one["source"] == "heartbeat"]
    assert (account["paged"], account["missing"], account["suppressed"]["check-in"]) == (1, 0, 1)
    world.told()


def test_a_failure_is_an_alert_at_once_with_what_it_says(world):
    assert beat(world, "/heartbeat/backup/fail", note="disk full " + "x" * 2_000).status_code == 200
    world.told()
    (fact,) = world.facts("AlertReceived")
    assert fact["summary"].startswith("heartbeat backup says that it failed: disk full xx")
    assert (len(fact["summary"]) < 1_100, state(world)) == (True, "failed")
    beat(world)
    assert (world.room("INC-1")["firing"], state(world)) == ([], "ok")
    world.told()


def test_our_own_downtime_alarms_nobody_at_once_and_loses_nothing(world):
    beat(world)
    world.again(minutes=180)
    world.app.heartbeats.poll()
    world.settle()
    assert world.incidents() == []
    pass_by(world, 9)
    assert (world.incidents(), state(world)) == ([], "late")
    pass_by(world, 2)
    assert world.incidents() == ["INC-1"]
    assert "stormjib itself was started" in world.facts("AlertReceived")[0]["summary"]
    world.told()


def test_a_server_that_is_started_again_and_again_gives_it_one_grace_and_not_another_with_each_start(world):
    beat(world)
    pass_by(world, 65)
    assert (world.incidents(), state(world)) == ([], "late")
    for minutes in (1, 4):
        world.again(minutes=minutes)
        world.app.heartbeats.poll()
        assert (world.incidents(), state(world)) == ([], "late")
    world.again(minutes=6)
    world.app.heartbeats.poll()
    world.settle()
    assert (world.incidents(), state(world)) == (["INC-1"], "missing")
    world.told()


def test_a_check_in_just_before_a_kill_is_known_and_its_grace_is_its_own(world):
    beat(world)
    pass_by(world, 65)
    world.again(minutes=1)
    world.app.heartbeats.poll()
    beat(world)
    world.again(minutes=30)
    assert state(world) == "ok"
    pass_by(world, 35)
    assert (world.incidents(), state(world)) == ([], "late")
    world.again(minutes=1)
    pass_by(world, 9)
    assert (world.incidents(), state(world)) == ([], "late")
    pass_by(world, 2)
    assert (world.incidents(), state(world)) == (["INC-1"], "missing")
    world.told()


@pytest.mark.parametrize(
    ("path", "who", "status", "says"),
    [
        ("/heartbeat/nobody", "watcher", 404, "There is no heartbeat 'nobody'"),
        ("/heartbeat/backup/x", "watcher", 404, "There is no heartbeat 'backup/x'"),
        ("/heartbeat/backup", "ana", 403, "lacks the scope 'alert'"),
    ],
)
def test_who_is_refused_hears_why(world, path, who, status, says):
    answer = beat(world, path, who=who)
    assert (answer.status_code, says in answer.text) == (status, True), answer.text
    assert world.get("/intake")["refused"][0]["answer"] == str(status)


def test_the_page_and_the_metrics_show_them(world):
    beat(world, note="3 files")
    signed_in = world.http.post("/login", data={"token": world.tokens["ana"]}, follow_redirects=False)
    page = world.http.get("/heartbeats", cookies=signed_in.cookies)
    assert page.status_code == 200
    assert ("backup" in page.text, "3 files" in page.text) == (True, True)
    metrics = world.send("GET", "/metrics", "ana").text
    assert 'stormjib_heartbeat_missing{heartbeat="backup"} 0' in metrics


def test_a_failure_of_one_that_is_missing_is_told(world):
    beat(world)
    pass_by(world, 71)
    world.told()
    assert state(world) == "missing"
    beat(world, "/heartbeat/backup/fail", note="disk full")
    world.settle()
    assert "disk full" in world.facts("NoteAdded")[-1]["text"]
    assert state(world) == "failed"
    world.told()


def owner(world):
    (found,) = world.get("/heartbeats")["heartbeats"]
    return found["sender"]


def test_a_heartbeat_is_the_first_ones_that_checked_in(world):
    world.tokens["other"] = world.app.tokens.create("other", ("alert",))
    assert (beat(world).status_code, owner(world)) == (200, "watcher")
    pass_by(world, 71)
    world.told()
    assert (state(world), owner(world)) == ("missing", "watcher")
    world.again(minutes=11)
    pass_by(world, 1)
    for path in ("/heartbeat/backup", "/heartbeat/backup/fail"):
        answer = beat(world, path, who="other")
        assert (answer.status_code, "sender: other in heartbeats/backup.yaml" in answer.text) == (403, True), answer.text
    assert (state(world), len(world.room("INC-1")["firing"])) == ("missing", 1)
    assert beat(world).status_code == 200
    assert (state(world), owner(world)) == ("ok", "watcher")
    pass_by(world, 71)
    world.post("ana", "/incidents/INC-1/alerts/clear", alert="backup", reason="it is")
    pass_by(world, 11)
    assert beat(world, who="other").status_code == 403
    world.told()


def test_a_failure_is_ended_by_whoever_said_it_however_often_it_was_noted_and_the_server_started(world):
    world.tokens["other"] = world.app.tokens.create("other", ("alert",))
    assert beat(world, "/heartbeat/backup/fail").status_code == 200
    for _ in range(2):
        pass_by(world, 11)
        world.again(minutes=1)
        pass_by(world, 1)
        assert beat(world, method="GET", who="other").status_code == 403
    assert (state(world), owner(world)) == ("failed", "watcher")
    assert [note for note in world.facts("NoteAdded") if "says now" in note["text"]] == [], "nobody has said it again"
    assert beat(world).status_code == 200
    assert (state(world), world.room("INC-1")["firing"]) == ("ok", [])
    world.told()


def test_its_file_names_whose_it_is(world, tmp_path):
    assert beat(world, "/heartbeat/backup/fail").status_code == 200
    world.tokens["other"] = world.app.tokens.create("other", ("alert",))
    (tmp_path / "catalogue" / "heartbeats" / "backup.yaml").write_text(f"{BACKUP}sender: other\n")
    world.post("admin", "/catalogue/reload")
    answer = beat(world)
    assert (answer.status_code, "The heartbeat backup is other's" in answer.text) == (403, True), answer.text
    assert beat(world, who="other").status_code == 200
    assert (state(world), world.room("INC-1")["firing"], owner(world)) == ("ok", [], "other")
    world.told()
