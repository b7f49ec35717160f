"""An alert that nobody's rule wants goes to somebody, never to nobody."""

import pytest
from tests.story.world import SERVICE


def names(world):
    return [line.partition(":")[0] for line in world.told()]


@pytest.mark.parametrize("word", ["Disaster", "fatal", "emergency", "crit", "P1 - critical", "S1", "sev 1", "urgent", "page"])
def test_a13_the_words_of_the_field_page(world, word):
    """What other systems call the worst opens an incident and pages."""
    world.alert(severity=word)
    assert world.told()[0] == "page ana, rung 0, INC-1"
    world.post("ana", "/incidents/INC-1/acknowledge")


def test_a13_the_operators_own_word_pages(make):
    """A table in the settings says what a word of the house means."""
    world = make(severity_words={"red alert": "P0", "critical": "P3"})
    world.alert(severity="Red  Alert")
    assert world.told()[0] == "page ana, rung 0, INC-1"
    assert world.room("INC-1")["severity"] == "P0"
    world.alert(name="Other", service="shop", severity="critical")
    assert world.told() == []
    world.post("ana", "/incidents/INC-1/acknowledge")


def test_each_alert_of_unknown_severity_is_told_once_in_an_hour(world):
    """Everybody on call hears of each alert, also of a second one of the same service; of its repetitions not."""
    world.alert(severity="lila")
    (first, second) = world.told()
    assert (first.partition(":")[0], second.partition(":")[0]) == ("to ana", "to bo")
    for words in ("The alert ApiDown of watermark-lab-api", "severity 'lila', which is not known", "[severity_words]"):
        assert words in first
    for _ in range(3):
        world.alert(severity="lila")
    assert world.told() == []
    world.alert(name="Another", severity="")
    (first, second) = world.told()
    assert "The alert Another of watermark-lab-api names no severity" in first
    world.alert(name="Mail", service="mail", severity="")
    assert names(world) == ["to ana", "to bo"]
    assert world.incidents() == []


def test_an_unknown_severity_that_fires_anew_after_an_hour_is_told_again(world):
    """It ended and came back."""
    world.alert(severity="lila", fingerprint="f1")
    world.told()
    world.alert(severity="lila", fingerprint="f1", status="resolved")
    world.forward(minutes=61)
    world.alert(severity="lila", fingerprint="f1", starts_at=world.clock())
    assert names(world) == ["to ana", "to bo"]


def test_a_storm_of_unknown_severities_is_bounded(world):
    """Thirty services at once: sixteen are told alone; then each message says for how many it stands, and where all are listed."""
    alerts = [{"name": "Odd", "service": f"s{number}", "severity": "lila"} for number in range(30)]
    world.send("POST", "/api/v1/alerts", "watcher", alerts)
    told = [line for line in world.told() if line.startswith("to ana")]
    assert len(told) == 20
    beyond = [line for line in told if "announced one by one: see" in line and "/intake" in line]
    assert sorted(line.partition("stands for ")[2][:1] for line in beyond) == ["", "", "1", "3"]
    assert len(world.get("/alerts?limit=100")["alerts"]) == 30


def test_many_replicas_of_an_unknown_severity_do_not_hide_another_alert(world):
    """A hundred of one name, then one of another name."""
    alerts = [{"name": "Odd", "fingerprint": f"f{number}", "service": "shop", "severity": "lila"} for number in range(100)]
    world.send("POST", "/api/v1/alerts", "watcher", alerts)
    assert len([line for line in world.told() if line.startswith("to ana")]) == 8 + 7
    world.alert(name="DiskGone", service="shop", severity="lila")
    (first, _) = world.told()
    assert "The alert DiskGone of shop" in first
    assert "one by one" not in first


def test_what_waits_joins_the_incident_that_opens(world):
    """Told as unknown, then the service is down: it is part of the incident."""
    world.alert(name="Odd", severity="lila")
    assert names(world) == ["to ana", "to bo"]
    world.alert()
    assert world.room("INC-1")["firing"] == ["ApiDown", "Odd"]
    assert world.room("INC-1")["service"] == SERVICE
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()
