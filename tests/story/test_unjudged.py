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


def test_an_unknown_severity_is_told_once_for_each_group_and_hour(world):
    """Everybody on call hears of the first alert of a service; of the others, its repetitions and after a while again, not."""
    world.alert(severity="lila")
    (first, second) = world.told()
    assert (first.partition(":")[0], second.partition(":")[0]) == ("to ana", "to bo")
    for words in ("The alert ApiDown of watermark-lab-api", "severity 'lila', which is not known", "[severity_words]"):
        assert words in first
    for _ in range(3):
        world.alert(severity="lila")
    world.alert(name="Another", severity="")
    assert world.told() == []
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
    """Thirty services at once: twenty are told one by one, the last of them says that there are more."""
    alerts = [{"name": "Odd", "service": f"s{number}", "severity": "lila"} for number in range(30)]
    world.send("POST", "/api/v1/alerts", "watcher", alerts)
    told = world.told()
    assert len(told) == 40
    assert sum("announced one by one" in line for line in told) == 2
    assert len(world.get("/alerts?limit=100")["alerts"]) == 30


def test_what_waits_joins_the_incident_that_opens(world):
    """Told as unknown, then the service is down: it is part of the incident."""
    world.alert(name="Odd", severity="lila")
    assert names(world) == ["to ana", "to bo"]
    world.alert()
    assert world.room("INC-1")["firing"] == ["ApiDown", "Odd"]
    assert world.room("INC-1")["service"] == SERVICE
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()
