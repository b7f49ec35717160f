"""What an alert does, and what it does not do."""

import pytest
from tests.story.world import SERVICE

STARTS = "2026-09-21T14:00:00Z"


def alertmanager(world, status, *names, severity="P1", starts=STARTS, service=SERVICE):
    alerts = [
        {
            "status": status,
            "labels": {"alertname": name, "service": service, "severity": severity},
            "annotations": {"summary": f"{name} is on"},
            "startsAt": starts,
            "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-09-21T15:00:00Z",
            "generatorURL": "http://prometheus.example/graph",
        }
        for name in names
    ]
    answer = world.send("POST", "/hooks/alertmanager", "watcher", {"version": "4", "status": status, "alerts": alerts})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_repeated_webhook_tells_nothing_new(world):
    """Alertmanager repeats what still fires: the second and third time nothing is written and nobody is woken."""
    first = alertmanager(world, "firing", "ApiDown")
    assert len(world.told()) == 2
    before = world.log()
    for _ in range(2):
        again = alertmanager(world, "firing", "ApiDown")
        assert (again["new"], again["repeated"], again["incidents"]) == (0, 1, first["incidents"])
    world.settle()
    assert world.log() == before


@pytest.mark.parametrize("severity", ["", "urgent-ish", "P5", "0"])
def test_an_alert_without_a_known_severity_waits_for_a_person(world, severity):
    """A severity that nobody knows is not guessed: no incident, no page; the alert is listed, and who is on call is told."""
    assert world.alert(severity=severity).json()["incidents"] == []
    assert [line.partition(":")[0] for line in world.told()] == ["to ana", "to bo"]
    assert world.incidents() == []
    (waiting,) = world.get("/alerts")["alerts"]
    assert (waiting["alert"]["name"], waiting["alert"]["severity"], waiting["incident"], waiting["firing"]) == (
        "ApiDown", severity, "", True,
    )  # fmt: skip


@pytest.mark.parametrize("severity", ["P2", "P3", "P4", "warning", "info"])
def test_a_lesser_alert_is_listed_and_wakes_nobody(world, severity):
    """P2 and below declare nothing by themselves; they are listed for the next working hour."""
    world.alert(severity=severity)
    assert world.told() == []
    assert world.incidents() == []
    assert [alert["alert"]["name"] for alert in world.get("/alerts")["alerts"]] == ["ApiDown"]


def test_the_sender_says_that_it_is_over(world):
    """A resolved webhook clears the alert in its incident, once, and does not end the incident: people do."""
    alertmanager(world, "firing", "ApiDown", "ReadinessFailing")
    world.told()
    assert world.room("INC-1")["firing"] == ["ApiDown", "ReadinessFailing"]
    for _ in range(2):
        alertmanager(world, "resolved", "ApiDown")
    world.settle()
    assert [fact["name"] for fact in world.facts("AlertCleared")] == ["ApiDown"]
    assert world.room("INC-1")["firing"] == ["ReadinessFailing"]
    assert world.room("INC-1")["status"] == "declared"


def test_an_alert_that_was_over_and_fires_anew_joins_the_open_incident(world):
    """The same alert flaps within an open incident: it is told again in the log, and nobody is paged again."""
    alertmanager(world, "firing", "ApiDown")
    world.told()
    alertmanager(world, "resolved", "ApiDown")
    alertmanager(world, "firing", "ApiDown", starts="2026-09-21T16:00:00Z")
    world.settle()
    assert len(world.facts("AlertReceived")) == 2
    assert world.room("INC-1")["firing"] == ["ApiDown"]
    assert world.incidents() == ["INC-1"]


def test_a_storm_of_one_service_is_one_incident(world):
    """Fifty alerts of one service are one incident, one page and one line each; of five hundred the rest is only counted."""
    alertmanager(world, "firing", *(f"Alert{number}" for number in range(50)))
    assert [line for line in world.told() if line.startswith("page")] == ["page ana, rung 0, INC-1"]
    assert world.incidents() == ["INC-1"]
    assert len(world.facts("AlertReceived")) == 50
    quiet = len(world.log())
    for start in range(50, 500, 50):
        alertmanager(world, "firing", *(f"Alert{number}" for number in range(start, start + 50)))
    world.settle()
    assert [fact["total"] for fact in world.facts("AlertsCounted")] == [100, 200, 400]
    assert len(world.log()) == quiet + 3
    assert len(world.get("/alerts?limit=1000")["alerts"]) == 500


def test_two_services_are_two_incidents(world):
    """Alerts are grouped by the service, so two services that fail together have an incident each, from one webhook."""
    alertmanager(world, "firing", "ApiDown")
    answer = alertmanager(world, "firing", "QueueDown", service="mailer")
    assert answer["incidents"] == ["INC-2"]
    assert [line for line in world.told() if line.startswith("page")] == ["page ana, rung 0, INC-1", "page ana, rung 0, INC-2"]
    first, second = (world.facts("ChannelOpened", incident)[0]["name"] for incident in ("INC-1", "INC-2"))
    # On a busy machine the second one may be declared in the next second, which gives its channel another name.
    times = [int(world.log(incident, "Declared")[0]["at"]) for incident in ("INC-1", "INC-2")]
    assert (second == f"{first}-2") is (times[0] == times[1])


def test_an_alert_that_becomes_worse_declares(world):
    """A warning that turns into a P1 while it fires is an incident from then on."""
    alertmanager(world, "firing", "ApiSlow", severity="warning")
    assert world.told() == []
    assert alertmanager(world, "firing", "ApiSlow", severity="P1")["incidents"] == ["INC-1"]
    assert "page ana, rung 0, INC-1" in world.told()


def test_a_person_declares(world):
    """By hand, with an idempotency key: their same key again is the same incident, and a P0 pages, tells leadership and opens a channel."""
    wish = {"title": "Checkout is down", "severity": "P0", "service": "checkout", "cause": "form-7"}
    first = world.post("ana", "/incidents", 201, **wish)
    assert world.post("ana", "/incidents", 201, **wish)["incident"] == first["incident"] == "INC-1"
    assert world.told() == ["page ana, rung 0, INC-1", "to #leadership-alerts: P0: Checkout is down (INC-1)"]
    assert len(world.facts("ChannelOpened")) == 1
    assert world.facts("Declared")[0]["reason"] == "declared by ana"


def test_a_person_declares_something_small(world):
    """A P3 by hand is an incident with its log and its evidence, and nobody is woken; made a P1 with a reason, it pages."""
    world.post("ana", "/incidents", 201, title="Typo", severity="P3")
    world.forward(minutes=30)
    assert world.told() == []
    mute = world.post("ana", "/incidents/INC-1/severity", 409, severity="P1")
    assert mute == "Say why INC-1 becomes P1; the post-mortem will ask."
    world.post("ana", "/incidents/INC-1/severity", severity="P1", reason="it breaks the payment page")
    assert world.told() == [
        "page ana, rung 0, INC-1",
        "to #leadership-alerts: INC-1 is P1 now, P3 before: it breaks the payment page. It is: Typo",
    ]


def test_an_alert_joins_what_a_person_declared_for_its_service(world):
    """Somebody was faster than the monitoring: the alert joins that incident instead of opening a second one."""
    world.post("ana", "/incidents", 201, title="It feels slow", severity="P1", service=SERVICE)
    assert world.alert().json()["incidents"] == ["INC-1"]
    assert len(world.told()) == 2
    assert world.incidents() == ["INC-1"]


def test_i8_another_serious_alert_is_told_to_whoever_has_the_incident(world):
    """What joins an incident that somebody has pages nobody, but whoever has it is told: once, together with what comes right after it."""
    incident = world.begin()
    world.post("bo", f"/incidents/{incident}/acknowledge")
    world.forward(5)
    world.told()
    for name in ("DbCorrupt", "QueueFull", "DbCorrupt"):
        alertmanager(world, "firing", name, starts=f"2026-09-21T14:0{len(name)}:00Z")
    alertmanager(world, "firing", "DiskSlow", severity="P3")
    world.forward(1)
    (said,) = world.told()
    assert said.startswith(
        "to bo: 2 more alerts as bad as INC-1 (the API is down) joined it: DbCorrupt: DbCorrupt is on; QueueFull"
    )
    alertmanager(world, "resolved", "DbCorrupt")
    alertmanager(world, "firing", "DbCorrupt", starts="2026-09-21T17:00:00Z")
    world.forward(2)
    assert world.told() == [], "what is known is no news"


def test_i8_as_long_as_nobody_has_it_those_who_were_paged_are_told(world):
    """Before the acknowledgement, too: the page speaks of the first alert alone."""
    world.begin()
    world.forward(1)
    alertmanager(world, "firing", "CardDeclines")
    world.forward(1)
    assert [said for said in world.told() if said.startswith("to ") and "CardDeclines is on" in said]
