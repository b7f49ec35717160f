"""Silences: what was meant to be hidden pages nobody, what is worse or other breaks them, and what still fires at their end pages."""

import json
import re

import pytest
from starlette.testclient import TestClient
from tests.story.patience import until
from tests.story.world import World

from stormjib.core.log import SilenceEnded, SilenceMade

REFERENCE = b"# Whatever\n\n## Mitigation\n\n- Ask somebody who knows\n"


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, REFERENCE, trusted=(), quiet_after_minutes=0.0)
    yield made
    made.close()


def alert(world, name, severity="P1", service="shop", firing=True):
    status = "firing" if firing else "resolved"
    return world.alert(name=name, service=service, severity=severity, summary=f"{name} of {service}", status=status).json()


def paged(world):
    """For which incidents somebody has been paged since the last look."""
    return {said.rpartition(", ")[2] for said in world.told() if said.startswith("page ")}


def silence(world, **more):
    return world.post("ana", "/silences", **{"service": "shop", "end": "2h", "reason": "the database moves", **more})


def in_force(world):
    return world.get("/intake")["silences"]


def ended(world):
    return [entry.fact for entry in world.app.reader.entries("SITE") if isinstance(entry.fact, SilenceEnded)]


def outcomes(world):
    one = world.get("/intake")["sources"][0]
    return {name: one[name] for name in ("received", "paged", "joined", "waiting", "missing")} | one["suppressed"]


def test_what_a_silence_hides_pages_nobody_and_is_shown(world):
    silence(world)
    assert alert(world, "DbDown")["new"] == 1
    assert world.incidents() == []
    assert outcomes(world) == {"received": 1, "paged": 0, "joined": 0, "waiting": 0, "missing": 0, "silenced": 1}
    page = TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True)
    page.post("/login", data={"token": world.tokens["ana"], "next": "/"})
    assert "silenced until" in page.get("/").text
    assert "Nobody was paged for these: each is silenced." in page.get("/").text
    alert(world, "Slow", "P3", service="bank")
    alert(world, "Odd", "very", service="bank")
    assert "Nobody was paged for these: each is of an unknown severity, silenced or below P1." in page.get("/").text
    alert(world, "Slow", "P3", service="bank", firing=False)
    alert(world, "Odd", "", service="bank", firing=False)
    number = world.get("/alerts")["alerts"][0]["id"]
    assert " of ana hides it until 2" in world.get(f"/alerts/{number}")["outcome"]
    assert "the database moves" in page.get("/intake").text


@pytest.mark.parametrize("step", [-3600.0, 7200.0])
def test_a_silence_that_is_started_after_the_clock_has_stepped_is_in_force_until_its_end(world, step):
    """The log is ahead of a clock that went back, and no timer of the silence may fire by that."""
    alert(world, "Other", service="bank")
    world.told()
    world.stepped_seconds = step
    number = silence(world, end="30m")["entries"] and in_force(world)[0]["id"]
    alert(world, "DbDown")
    world.forward(minutes=20)
    assert paged(world) <= {"INC-1"}
    assert [one["id"] for one in in_force(world)] == [number]
    world.forward(minutes=11)
    assert in_force(world) == []
    assert "INC-2" in paged(world), "what it hid still fires"


def test_an_explanation_speaks_of_a_silence_only_where_there_was_one(world):
    """The alert begins and ends while it is silent, and the silence ends; another one was a P3 until it ended."""
    alert(world, "Slow", "P3", service="bank")
    alert(world, "Slow", "P1", service="bank", firing=False)
    silence(world)
    alert(world, "DbDown")
    alert(world, "DbDown", firing=False)
    world.post("ana", f"/silences/{in_force(world)[0]['id']}/end", reason="done")
    said = {one["alert"]["name"]: world.get(f"/alerts/{one['id']}")["outcome"] for one in world.get("/alerts")["alerts"]}
    assert said["DbDown"].endswith("and a silence that is over may have hidden it.")
    assert said["Slow"].endswith("and what decided then is not known any more.")
    world.told()


def test_a_silence_that_has_begun_goes_on_where_the_clock_steps_back(world):
    silence(world, end="30m")
    world.stepped_seconds = -3600.0
    world.app.clock_watch.look()
    alert(world, "DbDown")
    world.forward(minutes=20)
    assert world.incidents() == []
    world.forward(minutes=11)
    assert paged(world) == {"INC-1"}, "it lasted as long as it was meant to"


def test_a_preview_knows_of_silences_and_of_what_is_open(world):
    def decision(severity="P1"):
        payload = json.dumps({"name": "DbDown", "service": "shop", "severity": severity, "summary": "x"})
        found = world.post("ana", "/intake/generic/preview", payload=payload)
        return found["alerts"][0]["rules"][-1]["says"]

    silence(world)
    assert " of ana hides it until 2" in decision()
    assert decision("P0") == "it would declare an incident, for none is open for its service"
    alert(world, "AllDown", "P0")
    assert decision() == "it would join INC-1, which is open for its service"


def test_a_silence_of_what_nobody_knows_is_refused(world):
    alert(world, "DbDown", "P3")
    for given in ({"service": "sh*"}, {"alert": "Db*"}):
        answer = world.post("ana", "/silences", 409, **{"service": "shop", "end": "2h", "reason": "x", **given})
        assert "patterns are not understood" in answer
    assert silence(world, alert="DbDown")["until"] > world.clock() + 7100


def test_what_has_not_fired_yet_is_silenced_and_only_a_name_of_its_own_service_is_meant(world):
    alert(world, "ShopDown", "P3")
    alert(world, "Unindexed", "P3", service="search")
    assert "warning" not in silence(world, service="search", alert="SearchDown, ShopDwn")
    made = silence(world, alert="ShopDwn, ShopDown")
    assert made["warning"] == "No alert of shop was called 'ShopDwn' so far; 'ShopDown' is probably meant"
    assert len(in_force(world)) == 2


def test_what_still_fires_at_its_end_pages(world):
    silence(world)
    alert(world, "DbDown")
    alert(world, "Gone")
    alert(world, "Gone", firing=False)
    world.pass_by(2 * 3600 + 5)
    until(lambda: world.incidents() == ["INC-1"], "the alert to open an incident")
    assert paged(world) == {"INC-1"}
    assert in_force(world) == []
    assert outcomes(world) == {"received": 3, "paged": 1, "joined": 0, "waiting": 0, "missing": 0, "silenced": 1, "end": 1}


def test_what_was_silenced_says_so_and_when_it_arrived(world):
    """By whom and until when, in the timeline and where the alert is explained; it arrived when it was first heard."""
    silence(world)
    number = world.get("/intake")["silences"][0]["id"]
    heard = world.clock()
    alert(world, "DbDown")
    world.pass_by(2 * 3600 + 5)
    until(lambda: world.incidents() == ["INC-1"], "the alert to open an incident")
    said = f" UTC by ana (silence {number})"
    for kind in ("Declared", "AlertReceived"):
        assert said in world.facts(kind)[0]["reason"]
    id_ = world.get("/alerts")["alerts"][0]["id"]

    def rules():
        return {one["name"]: one for one in reversed(world.get(f"/alerts/{id_}")["rules"])}

    assert "it was silenced until 2" in rules()["timeline"]["says"]
    assert 0 <= rules()["arrived"]["at"] - heard < 60
    alert(world, "DbDown", firing=False)
    assert 0 <= rules()["arrived"]["at"] - heard < 60, "its end is not its arrival"
    alert(world, "DbDown")
    assert rules()["arrived"]["at"] - heard > 7000, "another firing has arrived later"


def test_its_end_is_not_lost_with_a_kill(world):
    silence(world)
    alert(world, "DbDown")
    world.again(minutes=180)
    until(lambda: world.incidents() == ["INC-1"], "the alert to open an incident")
    assert paged(world) == {"INC-1"}


def test_something_worse_breaks_it_and_what_it_hid_joins(world):
    silence(world)
    alert(world, "Slow")
    alert(world, "AllDown", "P0")
    assert world.incidents() == ["INC-1"]
    assert paged(world) == {"INC-1"}
    assert [fact.why for fact in ended(world)] == ["AllDown is P0, and it hides no worse than P1"]
    assert in_force(world) == []
    assert outcomes(world)["joined"] + outcomes(world)["paged"] == 2
    assert [fact["name"] for fact in world.facts("AlertReceived")] == ["AllDown", "Slow"]
    broke = world.facts("AlertReceived")[0]["reason"]
    assert re.search(r"it broke silence \d+ of ana: AllDown is P0, and it hides no worse than P1", broke)
    assert broke in world.facts("Declared")[0]["reason"]


def test_another_alert_breaks_one_that_was_meant_for_some(world):
    silence(world, alert="Slow")
    alert(world, "Slow")
    assert world.incidents() == []
    alert(world, "CardsDeclined")
    assert world.incidents() == ["INC-1"]
    assert paged(world) == {"INC-1"}
    assert [fact.why for fact in ended(world)] == ["CardsDeclined is new: it was meant for Slow"]


def test_a_person_ends_it(world):
    silence(world)
    alert(world, "DbDown")
    number = in_force(world)[0]["id"]
    world.post("bo", f"/silences/{number}/end", reason="the move is over")
    until(lambda: world.incidents() == ["INC-1"], "the alert to open an incident")
    assert paged(world) == {"INC-1"}
    assert (ended(world)[0].why, ended(world)[0].silence) == ("the move is over", int(number))


def test_other_services_and_a_window_that_has_not_begun_are_not_hidden(world):
    made = silence(world, start="2030-01-01 10:00", end="2030-01-01 12:00")
    assert made["entries"]
    alert(world, "DbDown")
    alert(world, "Slow", service="search")
    assert len(world.incidents()) == 2
    assert paged(world) == {"INC-1", "INC-2"}
    fact = next(entry.fact for entry in world.app.reader.entries("SITE") if isinstance(entry.fact, SilenceMade))
    assert (fact.service, fact.start, fact.end) == ("shop", 1893492000.0, 1893499200.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"end": "yesterday"}, "is no time"),
        ({"end": "2020-01-01 10:00"}, "over already"),
        ({"end": "60d"}, "at most 30 days"),
        ({"start": "2030-01-01 10:00", "end": "2030-01-01 09:00"}, "after it begins"),
    ],
)
def test_refusals_say_what_to_write(world, given, said):
    assert said in world.post("ana", "/silences", 409, **{"service": "shop", "end": "2h", "reason": "x", **given})
