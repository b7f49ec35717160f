"""Nothing worse is swallowed: an alert that joins is judged as if it were alone, and what fires is known of all alerts."""

import pytest
from starlette.testclient import TestClient
from tests.story.test_alerts import alertmanager
from tests.story.world import SERVICE

from stormjib.cli import values

LEVEL_0 = "page ana, rung 0, INC-1"


def pages(world):
    return [line for line in world.told() if line.startswith("page")]


def acknowledge(world):
    world.post("ana", "/incidents/INC-1/acknowledge")


def test_a2_a_worse_alert_pages_an_acknowledged_incident(world):
    """ana has a P1; a P0 of the same service joins: the incident is a P0, the room says why, and she is paged for it."""
    alertmanager(world, "firing", "ApiDown")
    acknowledge(world)
    assert pages(world) == [LEVEL_0]
    alertmanager(world, "firing", "DbGone", severity="P0")
    assert pages(world) == [LEVEL_0]
    room = world.room("INC-1")
    assert (room["severity"], room["status"]) == ("P0", "declared")
    (raised,) = world.log(kind="SeverityChanged")
    assert (raised["by"], raised["fact"]["severity"]) == ("stormjib", "P0")
    assert "alert DbGone is worse than the incident was" in raised["text"]
    world.forward(minutes=5.1)
    assert pages(world) == ["page bo, rung 1, INC-1"]
    acknowledge(world)


def test_a_page_for_a_worse_alert_names_that_alert(world):
    """A P1 is raised by a P0 alert: the page, the message and the head say which; a person's own judgement names none."""
    alertmanager(world, "firing", "ApiDown")
    acknowledge(world)
    world.told()
    world.alert(name="DbGone", severity="P0", summary="the database is gone")
    world.settle()
    page = next(message for message in world.receiver.taken if "who" in message)
    assert page["title"].endswith("(raised by: DbGone, the database is gone)")
    assert any("(raised by: DbGone, the database is gone)" in line for line in world.told() if line.startswith("to "))
    assert world.room("INC-1")["raised_by"] == "DbGone, the database is gone"
    acknowledge(world)
    world.post("ana", "/incidents/INC-1/severity", severity="P2", reason="only the reports")
    assert world.room("INC-1")["raised_by"] == ""
    world.told()


@pytest.mark.parametrize("severity", ["P0", "critical", "Disaster"])
def test_a2_a_worse_alert_pages_for_what_a_person_declared_as_small(world, severity):
    """A P3 by hand, then the alert says that it is worse: it pages."""
    world.post("ana", "/incidents", 201, title="It is slow", severity="P3", service=SERVICE)
    assert world.told() == []
    alertmanager(world, "firing", "ApiDown", severity=severity)
    assert pages(world) == [LEVEL_0]
    acknowledge(world)


def test_a2_the_same_firing_that_becomes_worse_pages(world):
    """The sender judges its alert anew while it fires: P1 became P0."""
    world.alert(fingerprint="f1")
    acknowledge(world)
    world.told()
    world.alert(fingerprint="f1", severity="P0")
    assert pages(world) == [LEVEL_0]
    acknowledge(world)
    for severity in ("P0", "P1", "P0"):
        world.alert(fingerprint="f1", severity=severity)
    assert pages(world) == []


def test_a2_an_alert_as_bad_as_the_incident_or_less_pages_nobody_again(world):
    """Joined and listed; the acknowledgement goes on to count."""
    alertmanager(world, "firing", "ApiDown")
    acknowledge(world)
    world.told()
    for name, severity in (("Other", "P1"), ("Less", "P3"), ("Odd", "")):
        alertmanager(world, "firing", name, severity=severity)
    world.forward(minutes=30)
    assert pages(world) == []
    assert world.room("INC-1")["status"] == "acknowledged"


def test_a2_what_a_person_lowered_is_not_raised_by_the_alert_that_was_judged(world):
    """The person has judged this alert: it flaps and pages nobody. Another one as bad is news."""
    alertmanager(world, "firing", "ApiDown")
    world.post("ana", "/incidents/INC-1/severity", severity="P3", reason="only the canary")
    world.told()
    alertmanager(world, "resolved", "ApiDown")
    alertmanager(world, "firing", "ApiDown", starts="2026-09-21T16:00:00Z")
    assert pages(world) == []
    assert world.room("INC-1")["severity"] == "P3"
    alertmanager(world, "firing", "DbDown")
    assert pages(world) == [LEVEL_0]
    acknowledge(world)


def test_a2_the_worse_one_behind_fifty_others_pages(world):
    """The limit of what is listed is no limit of what is judged."""
    alertmanager(world, "firing", *(f"Alert{number}" for number in range(120)))
    acknowledge(world)
    world.told()
    alertmanager(world, "firing", "DbGone", severity="P0")
    assert pages(world) == [LEVEL_0]
    assert world.facts("AlertReceived")[-1]["name"] == "DbGone"
    acknowledge(world)


def test_a2_one_request_of_two_severities_pages_once_for_the_worse(world):
    """P1 and P0 of one service in one request: one incident, a P0, one page."""
    body = [
        {"name": "Slow", "service": SERVICE, "severity": "P1"},
        {"name": "Down", "service": SERVICE, "severity": "P0"},
    ]
    assert world.send("POST", "/api/v1/alerts", "watcher", body).json()["incidents"] == ["INC-1"]
    assert pages(world) == [LEVEL_0]
    assert world.room("INC-1")["severity"] == "P0"
    acknowledge(world)


def test_a6_1200_alerts_are_one_incident_and_none_of_those_that_fire_is_forgotten(world):
    """1,190 of them end: the last ten are named, of 110 it is said how many more there are; resolved it is when all have ended."""
    names = [f"Alert{number:04}" for number in range(1200)]
    assert alertmanager(world, "firing", *names)["incidents"] == ["INC-1"]
    assert pages(world) == [LEVEL_0]
    acknowledge(world)
    alertmanager(world, "resolved", *names[:1090])
    refused = world.post("ana", "/incidents/INC-1/resolve", 409)
    assert "still firing: Alert1090, Alert1091," in refused
    assert "Alert1099 and 100 more" in refused
    alertmanager(world, "resolved", *names[1090:1190])
    refused = world.post("ana", "/incidents/INC-1/resolve", 409)
    assert all(name in refused for name in names[1190:])
    assert "more;" not in refused
    assert world.room("INC-1")["firing"] == names[1190:]
    alertmanager(world, "resolved", *names[1190:])
    assert "still firing" not in world.post("ana", "/incidents/INC-1/resolve", 409)


def test_a3_an_end_with_another_start_clears_the_alert(world):
    """Two Prometheus replicas whose starts differ by seconds: the end counts, and the incident can be resolved."""
    alertmanager(world, "firing", "ApiDown", starts="2026-09-21T14:00:07Z")
    alertmanager(world, "resolved", "ApiDown", starts="2026-09-21T14:00:03Z")
    assert world.room("INC-1")["firing"] == []
    acknowledge(world)
    world.told()


def test_a3_two_replicas_that_repeat_in_turn_page_once(world):
    """Alertmanager repeats every four hours, each replica with its own start: one page, one entry."""
    for _ in range(3):
        for starts in ("2026-09-21T14:00:07Z", "2026-09-21T14:00:03Z"):
            alertmanager(world, "firing", "ApiDown", starts=starts)
    assert pages(world) == [LEVEL_0]
    assert len(world.facts("AlertReceived")) == 1
    acknowledge(world)


def test_o4_an_alert_that_began_shortly_before_belongs_to_the_incident(world):
    """The cause fires twenty seconds earlier and declares nothing by itself: the room shows it beside the effect."""
    alertmanager(world, "firing", "RedisSlow", severity="warning")
    assert world.incidents() == []
    alertmanager(world, "firing", "ApiDown")
    assert world.room("INC-1")["firing"] == ["ApiDown", "RedisSlow"]
    alertmanager(world, "resolved", "RedisSlow", severity="warning")
    assert world.room("INC-1")["firing"] == ["ApiDown"]
    acknowledge(world)
    world.told()


def test_a_severity_in_the_team_s_own_word_is_what_an_alert_with_it_would_be(world):
    world.post("ana", "/incidents", 201, title="slow", severity="Sev3", service="shop")
    change = "/incidents/INC-1/severity"
    world.post("ana", change, severity="Sev2", reason="customers feel it")
    assert world.room("INC-1")["severity"] == "P1"
    assert "'Sevv' is no severity; there are P0 (the worst) to P4, and SEV1 to SEV5" in world.post(
        "ana", change, 422, severity="Sevv", reason="x"
    )
    assert "page" in " ".join(world.told())


def test_a13_the_sites_own_words_are_understood_where_people_type_a_severity(make):
    """In the API, the form and on the command line; they come before what the word says elsewhere."""
    world = make(severity_words={"business critical": "P0", "warning": "P1"})
    written = world.post("ana", "/incidents", 201, title="Nobody can pay", severity="Business  Critical", service="shop")
    assert (written["incident"], written["severity"]) == ("INC-1", "P0")
    assert world.post("ana", "/incidents/INC-1/severity", severity="warning", reason="half of it works")["severity"] == "P1"
    with TestClient(world.app.asgi) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        csrf = browser.get("/").text.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": csrf, "severity": "business critical", "reason": "it got worse"}
        browser.post("/incidents/INC-1/severity", data=form)
    assert world.room("INC-1")["severity"] == "P0"
    assert values.severity(" business critical ") == "business critical"
    said = world.post("ana", "/incidents", 422, title="x", severity="odd")
    assert "; the settings also know: business critical, warning." in said
    world.told()
