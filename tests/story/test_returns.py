"""An alert that comes back: soon after its incident was over it opens that again, and one that flaps pages for no turn of its own."""

import pytest
from tests.story.world import SERVICE

from stormjib.core.log import Closed, Resolved


def fire(world, at, name="ApiDown", **more):
    return world.alert(name=name, fingerprint=name, starts_at=at, **more).json()


def clear(world, name="ApiDown"):
    return world.alert(name=name, fingerprint=name, status="resolved").json()


def resolve(world, incident="INC-1"):
    world.app.inbox.submit(incident, lambda _: (Resolved("ana"),), by="ana", cause="")
    world.told()


def explained(world):
    number = world.get("/alerts")["alerts"][0]["id"]
    return world.get(f"/alerts/{number}")


def test_soon_after_it_was_over_the_same_incident_is_open_again_and_pages(make):
    world = make(reopen_minutes=30)
    fire(world, 1_790_000_000)
    world.told()
    world.post("ana", "/incidents/INC-1/acknowledge")
    clear(world)
    resolve(world)
    world.forward(10)
    assert fire(world, 1_790_000_600)["incidents"] == ["INC-1"]
    assert any(line.startswith("page ana") for line in world.told())
    assert world.incidents() == ["INC-1"]
    (again,) = world.facts("Reopened")
    assert again["who"] == "stormjib"
    assert again["reason"] == "alert ApiDown fired 10 m after it was resolved"
    said = explained(world)
    assert (said["paged"], "declared INC-1 and opened it again" in said["outcome"]) == (True, True), said["outcome"]
    assert "reopen_minutes is 30" in str(said["rules"])


def test_another_alert_of_the_group_opens_it_again_and_later_it_is_a_new_one(make):
    world = make(reopen_minutes=30)
    fire(world, 1_790_000_000)
    world.told()
    resolve(world)
    assert fire(world, 1_790_000_060, "DbDown", severity="P0")["incidents"] == ["INC-1"]
    world.told()
    assert world.room("INC-1")["severity"] == "P0"
    resolve(world)
    world.forward(31)
    assert fire(world, 1_790_002_000, "DbDown")["incidents"] == ["INC-2"]
    world.told()


@pytest.mark.parametrize(("minutes", "how"), [(0, "resolved"), (30, "false alarm")])
def test_without_a_window_and_after_a_false_alarm_it_is_a_new_one(make, minutes, how):
    world = make(reopen_minutes=minutes)
    fire(world, 1_790_000_000)
    world.told()
    if how == "resolved":
        resolve(world)
    else:
        world.post("ana", "/incidents/INC-1/false-alarm", reason="x")
    assert fire(world, 1_790_000_060)["incidents"] == ["INC-2"]
    world.told()


def test_one_that_flaps_joins_pages_for_no_turn_and_is_said_once(make):
    world = make()
    for turn in range(8):
        fire(world, 1_790_000_000 + turn * 30)
        clear(world)
    assert sum(line.startswith("page ana") for line in world.told()) == 1
    (note,) = world.facts("NoteAdded")
    assert note["text"] == "alert ApiDown is flapping: 5 turns in 10 min; no turn of it pages by itself"
    resolve(world)
    assert fire(world, 1_790_000_900)["incidents"] == ["INC-1"]
    world.told()
    rules = {one["name"]: one["says"] for one in explained(world)["rules"]}
    assert "is flapping: 5 turns" in rules["flapping"]
    assert "which was over shortly before; it flaps" in rules["decision"]


def test_what_is_worse_or_another_alert_pages_while_one_flaps(make):
    world = make()
    for turn in range(6):
        fire(world, 1_790_000_000 + turn * 30)
        clear(world)
    world.told()
    fire(world, 1_790_000_300, severity="P0")
    assert any(line.startswith("page ana") for line in world.told())
    assert world.room("INC-1")["severity"] == "P0"
    resolve(world)
    assert fire(world, 1_790_000_400, "DbDown")["incidents"] == ["INC-2"]
    assert any(line.startswith("page ana") for line in world.told())


def test_labels_part_the_alerts_of_a_service_where_the_settings_say_so(make):
    world = make(group_by=["cluster"], reopen_minutes=30)
    opened = [
        fire(world, 1_790_000_000, f"ApiDown {number}", labels=labels)["incidents"]
        for number, labels in enumerate(({"cluster": "eu"}, {"cluster": "us"}, {"cluster": "eu"}, {}))
    ]
    world.told()
    assert opened == [["INC-1"], ["INC-2"], ["INC-1"], ["INC-3"]]
    resolve(world, "INC-2")
    assert fire(world, 1_790_000_060, "DbDown", labels={"cluster": "us"})["incidents"] == ["INC-2"]
    world.told()


@pytest.fixture
def catalogue(tmp_path):
    (tmp_path / "catalogue" / "services").mkdir(parents=True)
    text = f"name: {SERVICE}\nreopen_minutes: 60\nflap_turns: 0\n"
    (tmp_path / "catalogue" / "services" / "api.yaml").write_text(text)
    return tmp_path / "catalogue"


def test_a_service_has_its_own_window_and_its_own_turns_also_after_a_restart(make, catalogue):
    world = make(catalogue=catalogue, flap_turns=1)
    for turn in range(4):
        fire(world, 1_790_000_000 + turn * 30)
        clear(world)
    world.told()
    assert world.facts("NoteAdded") == []
    resolve(world)
    world.again(minutes=50)
    assert fire(world, 1_790_003_000)["incidents"] == ["INC-1"]
    world.told()


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_after_a_restart_another_alert_of_the_group_opens_it_again_as_before(make, status):
    world = make(reopen_minutes=30, group_by=["cluster"])
    for cluster in ("eu", "us"):
        fire(world, 1_790_000_000, f"ApiDown {cluster}", labels={"cluster": cluster})
    world.told()
    world.again()
    resolve(world)
    world.app.inbox.submit(
        "INC-2", lambda _: (Resolved("ana"), *([Closed("ana")] if status == "closed" else [])), by="ana", cause=""
    )
    world.told()
    world.again(minutes=10)
    assert fire(world, 1_790_000_660, "DbDown", labels={"cluster": "us"})["incidents"] == ["INC-2"]
    world.told()
    resolve(world, "INC-2")
    world.forward(31)
    assert fire(world, 1_790_002_700, "DbDown", labels={"cluster": "us"})["incidents"] == ["INC-3"]
    world.told()


def test_what_a_person_declared_is_opened_again_by_an_alert_too_and_a_later_false_alarm_is_not_passed_over(make):
    world = make(reopen_minutes=30)
    declared = {"title": "slow", "severity": "P1", "service": SERVICE}
    assert world.send("POST", "/api/v1/incidents", "ana", declared).status_code == 201
    world.told()
    resolve(world)
    assert fire(world, 1_790_000_060)["incidents"] == ["INC-1"]
    world.told()
    resolve(world)
    assert world.send("POST", "/api/v1/incidents", "ana", declared).json()["incident"] == "INC-2"
    world.post("ana", "/incidents/INC-2/false-alarm", reason="x")
    world.told()
    assert fire(world, 1_790_000_120, "DbDown")["incidents"] == ["INC-3"]
    world.told()


@pytest.mark.parametrize("restarts", [False, True])
def test_what_waited_joins_the_incident_of_its_group_also_after_a_restart(make, restarts):
    world = make(group_by=["cluster"])
    for cluster in ("eu", "us"):
        assert fire(world, 1_790_000_000, f"Slow {cluster}", severity="P3", labels={"cluster": cluster})["incidents"] == []
    if restarts:
        world.again(minutes=1)
    assert fire(world, 1_790_000_060, labels={"cluster": "us"})["incidents"] == ["INC-1"]
    world.told()
    assert sorted(fact["name"] for fact in world.facts("AlertReceived")) == ["ApiDown", "Slow us"]
