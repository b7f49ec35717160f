"""Why an alert did or did not page, rule by rule, in the terminal, in the API and on its page."""

import pytest
from tests.story.world import SERVICE


def why(world, name):
    """What is said of the only alert of this name; its rules as a dict of the sentences."""
    (state,) = [one for one in world.get("/alerts")["alerts"] if one["alert"]["name"] == name]
    found = world.get(f"/alerts/{state['id']}")
    assert found["schema"] == "stormjib.alert/1"
    rules = {}
    for one in found["rules"]:
        rules.setdefault(one["name"], []).append(one["says"])
    return found, rules


def test_an_alert_that_paged_says_whom_and_why(world):
    world.alert(labels={"pod": "a"})
    world.told()
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()
    found, rules = why(world, "ApiDown")
    assert (found["outcome"], found["paged"]) == ("It paged ana: it declared INC-1.", True)
    assert rules["arrived"] == [
        "from generic, sent by watcher; it began to fire 1 time and fires; a message that repeats what is known changes nothing"
    ]
    assert rules["service"] == [f"{SERVICE}, as the alert names it; no service that is set up has this name or these labels"]
    assert rules["severity"] == ["P1: the label says P1"]
    assert rules["decision"] == ["it declared INC-1: a P0 or P1 does at once, where none is open for its service"]
    assert rules["page"] == ["paging ana", "paged ana through webhook"]
    assert rules["acknowledged"] == ["acknowledged by ana"]
    entries = [one["entry"] for one in found["rules"] if one["name"] in {"timeline", "page", "acknowledged"}]
    assert entries == sorted(entries)
    assert entries[0] == 1


def test_an_alert_that_fires_on_after_its_incident_says_that_nobody_is_paged(world):
    world.alert()
    world.told()
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.post("ana", "/incidents/INC-1/cancel", reason="a drill")
    found, rules = why(world, "ApiDown")
    assert found["outcome"].endswith("it declared INC-1. INC-1 is over, and nobody is paged while it fires on.")
    assert "a drill" in rules["over"][0]
    assert len(world.told()) == 1, "leadership hears of the end"


def test_an_alert_that_joined_says_what_it_joined(world):
    world.alert()
    world.told()
    world.alert(name="Slow", severity="P2")
    found, rules = why(world, "Slow")
    assert (found["outcome"], found["paged"]) == ("It paged nobody by itself: it joined INC-1.", False)
    joined = "it joined INC-1, which was open for its service: what joins pages nobody, unless it is worse"
    assert rules["decision"] == [f"{joined}, or only a sender of alerts has acknowledged"]


def test_the_end_of_an_alert_that_never_began_waits_for_nobody(world):
    world.alert(name="Gone", severity="5", status="resolved")
    found, rules = why(world, "Gone")
    assert found["outcome"] == "It paged nobody: it is the end of an alert whose beginning was never received, and ends nothing."
    assert "waits" not in str(rules)


def test_an_alert_that_makes_it_worse_pages_anew(world):
    world.alert()
    world.told()
    world.alert(name="AllDown", severity="P0")
    assert len([line for line in world.told() if line.startswith("page ")]) == 1
    found, rules = why(world, "AllDown")
    assert found["outcome"] == "It paged ana: it made INC-1 worse."
    assert rules["decision"][-1] == "it is worse than INC-1 was, which raised its severity"


@pytest.mark.parametrize(
    ("severity", "outcome"),
    [
        ("P3", "It paged nobody: P3 declares nothing by itself, and no incident is open for its service; it is listed."),
        ("odd", "It paged nobody and waits for a person: the severity 'odd' is not known."),
        ("", "It paged nobody and waits for a person: the alert names no severity."),
    ],
)
def test_an_alert_that_declares_nothing_says_why(world, severity, outcome):
    world.alert(severity=severity, service="", labels={})
    world.told()
    found, rules = why(world, "ApiDown")
    assert (found["outcome"], found["paged"]) == (outcome, False)
    assert rules["service"] == ["none: it names none, and no service has these labels; alerts of its name belong together"]
    assert rules.get("told") == (None if severity == "P3" else ["ana, bo got a message that it waits"])


def test_what_is_not_there_is_404(world):
    answer = world.send("GET", "/api/v1/alerts/7", "ana")
    assert (answer.status_code, answer.json()["error"]) == (
        404,
        "There is no alert 7; `stormjib alert list` shows those that there are.",
    )
    assert world.send("GET", "/api/v1/alerts/x", "ana").status_code == 422
