"""Whom a service pages stands in its escalation policy: people, teams and schedules, level by level, and never silence."""

import msgspec
import pytest
from starlette.testclient import TestClient
from tests.story.patience import until
from tests.story.receiver import HANG
from tests.story.test_two_services import write
from tests.story.world import World

from stormjib.core.policy import Policy

SHOP = {
    "services__shop": "name: shop\nlabels: {app: shop}\nescalation: shop\n",
    "services__bank": "name: bank\nlabels: {app: bank}\nowner: vault\n",
    "services__cellar": "name: cellar\nlabels: {app: cellar}\n",
    "teams__vault": "name: vault\nmembers: [eva, fay]\nescalation: vault\n",
    "escalation__shop": (
        "name: shop\nlevels:\n  - page: [first]\n    acknowledge_minutes: {P1: 3}\n"
        "  - page: [cy]\nrepeat: 1\ncatch_all: [dan, cy]\n"
    ),
    "escalation__vault": "name: vault\nlevels:\n  - page: [team vault]\n  - page: [dan]\n",
    "schedules__first": "name: first\ntime_zone: UTC\nlayers:\n  - {people: [ana], every: 1 day, start: 2020-01-01 09:00}\n",
    **{f"people__{who}": f"name: {who}\n" for who in ("ana", "bo", "cy", "dan", "eva", "fay")},
}


@pytest.fixture
def site(tmp_path):
    """A world whose catalogue is that above, with other files for some of it."""
    worlds = []

    def build(settings=(), **files):
        write(tmp_path, **{**SHOP, **files})
        given = {"trusted": (), "catalogue": tmp_path / "catalogue", **dict(settings)}
        worlds.append(World(tmp_path, b"# Book\n\n## Mitigation\n\n- Ask somebody\n", **given))
        return worlds[-1]

    yield build
    for world in worlds:
        world.close()


def pages(world):
    """Who was paged since the last look, without the messages beside it."""
    return [line.removeprefix("page ") for line in world.told() if line.startswith("page")]


def down(world, app, severity="P1", **more):
    answer = world.alert(name="Down", service="", severity=severity, labels={"app": app}, summary=f"{app} is down", **more)
    world.settle()
    return answer.json()["incidents"][0]


def acknowledge(world, incident, who="ana"):
    world.post(who, f"/incidents/{incident}/acknowledge")
    world.told()


def test_two_services_page_different_people_and_one_without_a_policy_pages_the_responders(site):
    """The shop names its policy, the bank is its team's, the cellar has none."""
    world = site()
    for app, wanted in (("shop", ["ana"]), ("bank", ["eva", "fay"]), ("cellar", ["ana"])):
        incident = down(world, app)
        assert [line.split(",")[0] for line in pages(world)] == wanted, app
        asked = world.facts("PageRequested", incident)[0]
        assert asked["people"] == wanted
        assert asked.get("escalation", "") == {"shop": "shop", "bank": "vault", "cellar": ""}[app]
        acknowledge(world, incident)


def test_each_level_has_its_time_then_the_levels_come_again_then_the_catch_all_for_ever(site):
    """A P1: 3 minutes for the first level, the runbook's 15 for the second, all once more, then dan and cy without end."""
    world = site()
    incident = down(world, "shop")
    assert pages(world) == [f"ana, rung 0, {incident}"]
    world.forward(minutes=2.9)
    assert pages(world) == []
    world.forward(minutes=0.2)
    assert pages(world) == [f"cy, rung 1, {incident}"]
    world.forward(minutes=14.8)
    assert pages(world) == []
    world.forward(minutes=0.2)
    assert pages(world) == [f"ana, rung 2, {incident}"]
    world.forward(minutes=3)
    assert pages(world) == [f"cy, rung 3, {incident}"]
    world.forward(minutes=15)
    assert pages(world) == [f"cy, rung 4, {incident}", f"dan, rung 4, {incident}"]
    world.forward(minutes=600)
    assert {line.split(",")[0] for line in pages(world)} == {"cy", "dan"}
    world.forward(minutes=60)
    assert len(pages(world)) >= 2
    acknowledge(world, incident, "bo")
    world.forward(minutes=120)
    assert pages(world) == []


def test_a_p0_has_the_five_minutes_of_the_runbook(site):
    world = site()
    incident = down(world, "shop", "P0")
    pages(world)
    world.forward(minutes=4.9)
    assert pages(world) == []
    world.forward(minutes=0.2)
    assert pages(world) == [f"cy, rung 1, {incident}"]
    acknowledge(world, incident)


def test_a_schedule_with_nobody_is_passed_over_at_once_and_everybody_hears_of_the_gap(site):
    """The first turn begins in 2090: cy is paged at once, the catch-all is told once, and the log says both."""
    world = site(schedules__first="name: first\nlayers:\n  - {people: [ana], start: 2090-01-01}\n")
    incident = down(world, "shop")
    told = world.told()
    assert [line for line in told if line.startswith("page")] == [f"page cy, rung 1, {incident}"]
    gap = [line for line in told if "nobody is on call in the schedule first. cy was paged instead" in line]
    assert [line.split(":")[0] for line in gap] == ["to dan"]
    (entry,) = world.log(incident, "PageRequested")
    assert entry["text"] == "paging cy. Passed over: nobody is on call in the schedule first"
    world.forward(minutes=15.1)
    again = world.told()
    assert [line for line in again if line.startswith("page")] == [f"page cy, rung 3, {incident}"], "the level after the gap"
    assert not [line for line in again if "nobody is on call" in line], "nobody is told of it twice"
    acknowledge(world, incident)


def test_where_nobody_at_all_is_on_call_everybody_of_the_catalogue_is_paged(site):
    world = site(
        schedules__first="name: first\nlayers:\n  - {people: [ana], start: 2090-01-01}\n",
        escalation__shop="name: shop\nlevels:\n  - page: [first]\n",
    )
    incident = down(world, "shop")
    assert [line.split(",")[0] for line in pages(world)] == ["ana", "bo", "cy", "dan", "eva", "fay"]
    assert world.facts("PageRequested", incident)[0]["via"][0] == "everybody, for nobody else is on call"
    acknowledge(world, incident)


def test_a_level_outside_its_hours_is_passed_over(site):
    """Only on Mondays: on a Tuesday cy is paged at once, and nobody hears of a gap, for it is none."""
    level = "name: shop\nlevels:\n  - page: [ana]\n    hours: [{days: [%s], from: '00:00', to: '24:00'}]\n  - page: [cy]\n"
    world = site(escalation__shop=level % "mon")
    world.pass_by(_to_weekday(world, 1))
    incident = down(world, "shop")
    assert pages(world) == [f"cy, rung 1, {incident}"]
    assert world.facts("PageRequested", incident)[0]["passed"] == ["level 0 is outside its hours"]
    assert "escalated" not in world.room(incident)["next_step"]
    acknowledge(world, incident)
    world.pass_by(_to_weekday(world, 0))
    world.told()
    world.post("ana", f"/incidents/{incident}/false-alarm", reason="the probe was wrong")
    later = down(world, "shop", fingerprint="f2")
    assert pages(world) == [f"ana, rung 0, {later}"]
    acknowledge(world, later)


def _to_weekday(world, day):
    """Seconds until noon (UTC) of the next such day, 0 being Monday."""
    days = int(world.clock() // 86_400)
    # The first of January 1970 was a Thursday.
    ahead = (day - (days + 3)) % 7 or 7
    return (days + ahead) * 86_400 + 43_200 - world.clock()


def test_a_raise_pages_again_whom_the_escalation_has_reached(site):
    world = site()
    incident = down(world, "shop")
    world.forward(minutes=3.1)
    pages(world)
    world.post("ana", f"/incidents/{incident}/severity", severity="P0", reason="all of them")
    assert pages(world) == [f"ana, rung 1, {incident}", f"cy, rung 1, {incident}"]
    acknowledge(world, incident)


def test_whoever_has_it_is_paged_with_the_levels_when_it_becomes_worse(site):
    """bo is of no level, and has it: an alert makes it a P0. Who makes it worse themselves, or has it no more, knows."""
    world = site()
    incident = down(world, "shop")
    acknowledge(world, incident, "bo")
    down(world, "shop", "P0", fingerprint="f2")
    assert pages(world) == [f"ana, rung 0, {incident}", f"bo, rung 0, {incident}"]
    assert world.facts("PageRequested", incident)[-1]["via"] == ["responsible so far", "schedule first"]
    world.post("ana", f"/incidents/{incident}/severity", severity="P1", reason="half of them")
    world.post("ana", f"/incidents/{incident}/severity", severity="P0", reason="all of them")
    assert pages(world) == [f"ana, rung 0, {incident}", f"bo, rung 0, {incident}"], "nobody else has it since"
    acknowledge(world, incident, "bo")
    world.post("ana", f"/incidents/{incident}/severity", severity="P1", reason="half of them")
    world.post("bo", f"/incidents/{incident}/severity", severity="P0", reason="all of them")
    assert pages(world) == [f"ana, rung 0, {incident}"], "bo said so"
    acknowledge(world, incident, "bo")
    world.post("bo", f"/incidents/{incident}/hand-over", to="dan", reason="end of my shift")
    pages(world)
    world.post("ana", f"/incidents/{incident}/severity", severity="P1", reason="half of them")
    world.post("ana", f"/incidents/{incident}/severity", severity="P0", reason="all of them")
    assert pages(world) == [f"ana, rung 0, {incident}", f"dan, rung 0, {incident}"], "it was handed over to dan"
    acknowledge(world, incident, "bo")


def test_who_cannot_be_reached_is_followed_at_once_when_nobody_of_the_level_is_left(site):
    """eva's page fails for good: fay has hers; when hers fails, too, dan is paged at once."""
    world = site()
    lost = {"eva"}
    world.receiver.answers = lambda message: 410 if message.get("who") in lost else 202
    incident = down(world, "bank")
    assert pages(world) == [f"fay, rung 0, {incident}"]
    lost.add("fay")
    acknowledge(world, incident)
    world.post("ana", f"/incidents/{incident}/severity", severity="P0", reason="all of them")
    assert pages(world) == [f"dan, rung 1, {incident}"]
    assert "could not be reached" in world.log(incident, "PageRequested")[-1]["text"]
    acknowledge(world, incident)


def test_a_level_that_is_paged_early_has_its_own_time(site):
    """cy can't be reached; ana is paged at once, and has her five minutes and not what was left of cy's one. Then it goes on, once a level."""
    levels = ((who, minutes) for who, minutes in (("cy", 1), ("ana", 5), ("bo", 2)))
    world = site(
        escalation__shop="name: shop\nlevels:\n"
        + "".join(f"  - {{page: [{who}], acknowledge_minutes: {minutes}}}\n" for who, minutes in levels)
        + "catch_all: [dan]\n"
    )
    world.receiver.answers = lambda message: 410 if message.get("who") == "cy" else 202
    incident = down(world, "shop")
    assert pages(world) == [f"ana, rung 1, {incident}"]
    assert world.room(incident)["next_page_at"] == pytest.approx(world.log(incident, "PageRequested")[-1]["at"] + 300)
    world.forward(minutes=4.9)
    assert pages(world) == []
    world.forward(minutes=0.2)
    assert pages(world) == [f"bo, rung 2, {incident}"]
    world.forward(minutes=2.1)
    assert pages(world) == [f"dan, rung 3, {incident}"]
    acknowledge(world, incident)


def test_who_has_handed_it_over_is_paged_no_more_because_of_whom_it_was_taken_from(site):
    """cy's page hangs; ana hands the incident over to bo. When cy's page is lost, nobody climbs: bo has the whole time of the level."""
    world = site(
        escalation__shop="name: shop\nlevels: [{page: [cy], acknowledge_minutes: 5}, {page: [ana], acknowledge_minutes: 5}]\n"
    )
    world.receiver.answers = lambda message: HANG if message.get("who") == "cy" else 202
    incident = world.alert(name="Down", service="", labels={"app": "shop"}, summary="x").json()["incidents"][0]
    until(world.receiver.pages, "the page to cy")
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo", reason="I am on a train")
    world.receiver.answers = lambda message: 410 if message.get("who") == "cy" else 202
    world.receiver.let_go()
    assert pages(world) == [f"bo, rung 0, {incident}"]
    assert world.room(incident)["alarm"] == ""
    assert world.room(incident)["next_step"] == "Acknowledge: ana has handed it over to bo"
    world.forward(minutes=4.9)
    assert pages(world) == []
    world.forward(minutes=0.2)
    assert pages(world) == [f"ana, rung 1, {incident}"]
    acknowledge(world, incident)


def test_an_alarm_of_who_was_not_reached_ends_with_the_hand_over(site):
    """Everybody's page fails: cy's page is nobody's matter once bo has the incident, and bo's is."""
    world = site(escalation__shop="name: shop\nlevels: [{page: [cy]}, {page: [ana]}]\n")
    world.receiver.answers = lambda message: 500 if "who" in message else 202
    incident = down(world, "shop")
    assert "cy" in world.room(incident)["alarm"]
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo", reason="I am on a train")
    world.settle()
    assert "The page to bo has not arrived" in world.room(incident)["alarm"]
    assert [one.who for one in world.app.outbox.alarm.standing()] == ["bo"]
    world.receiver.answers = lambda message: 202
    acknowledge(world, incident, "bo")


def test_what_was_decided_before_a_change_of_the_catalogue_stays_and_the_next_level_follows_the_new_one(site, tmp_path):
    """No entry of the settings is written into an incident because a policy or a schedule changes."""
    world = site()
    incident = down(world, "shop")
    pages(world)
    write(tmp_path, escalation__shop="name: shop\nlevels:\n  - page: [cy]\n  - page: [dan]\n")
    world.post("admin", "/catalogue/reload")
    world.again()
    world.forward(minutes=3.1)
    assert pages(world) == [f"dan, rung 1, {incident}"]
    assert "PolicyChanged" not in world.kinds(incident)
    acknowledge(world, incident)


def test_an_incident_of_the_version_before_goes_on_as_its_log_says(site, monkeypatch):
    """Declared by a version that wrote no PageRequested: its page stands; the next level is decided by this one."""
    now = Policy.recorded
    with monkeypatch.context() as before:
        before.setattr(Policy, "recorded", lambda *given: msgspec.structs.replace(now(*given), decides_pages=False))
        world = site()
        incident = down(world, "cellar")
        assert pages(world) == [f"ana, rung 0, {incident}"]
        assert "PageRequested" not in world.kinds(incident)
        world.stop()
    world.start()
    world.settle()
    assert pages(world) == [], "nothing is paged twice"
    world.forward(minutes=5.1)
    assert pages(world) == [f"bo, rung 1, {incident}"]
    assert world.kinds(incident).count("PageRequested") == 1
    acknowledge(world, incident)


def test_what_waits_for_people_is_told_to_those_of_its_service(site):
    """An alert of unknown severity of the bank, and a command that asks for an approval in the shop."""
    book = "# Shop\n\n## Mitigation\n\n```bash\nsystemctl restart shop\n```\n"
    world = site(services__shop=SHOP["services__shop"] + "runbook: runbooks/shop.md\n", runbooks__shop=book)
    world.alert(name="Odd", service="", severity="weird", labels={"app": "bank"})
    assert [line.split(":")[0] for line in world.told() if "names" in line or "says severity" in line] == [
        "to dan",
        "to eva",
        "to fay",
    ]
    incident = down(world, "shop")
    acknowledge(world, incident)
    command = world.room(incident)["steps"][0]["groups"][0]["options"][0]["command_id"]
    world.post("bo", f"/incidents/{incident}/runs", command_id=command, reason="it hangs")
    world.told()
    assert [line.split(":")[0] for line in world.decisions] == ["to ana", "to cy", "to dan"]


def test_the_room_says_who_was_paged_why_and_when_the_next_one_is(site):
    """For the page, the API and `stormjib incident show`."""
    world = site(schedules__first=SHOP["schedules__first"].replace("[ana]", "[ana, bo]"))
    incident = down(world, "shop")
    (who,) = [line.split(",")[0] for line in pages(world)]
    room = world.room(incident)
    (paged,) = room["paging"]
    assert (paged["level"], paged["who"], paged["delivered"]) == ("level 0", who, True)
    assert paged["how"].startswith("schedule first, until ")
    assert 0 < room["next_page_at"] - world.clock() <= 180
    with TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        head = browser.get(f"/incidents/{incident}").text
    assert f"level 0: <bdi>{who}</bdi> ({paged['how']})" in head
    assert "next page: " in head
    acknowledge(world, incident)
    assert world.room(incident)["next_page_at"] is None


def test_somebody_is_paged_by_hand_and_the_escalation_goes_on(site):
    world = site()
    incident = down(world, "shop")
    pages(world)
    world.post("ana", f"/incidents/{incident}/page", who="bo", reason="two are needed")
    assert pages(world) == [f"bo, rung 0, {incident}"]
    assert world.log(incident, "PageRequested")[-1]["text"] == "page asked for by ana, to bo: two are needed"
    world.forward(minutes=3.1)
    assert pages(world) == [f"cy, rung 1, {incident}"]
    acknowledge(world, incident)
    world.post("bo", f"/incidents/{incident}/page", who="vault")
    assert pages(world) == [f"eva, rung 1, {incident}", f"fay, rung 1, {incident}"], "whoever has it may ask for more"
    assert world.room(incident)["status"] == "acknowledged"
    refused = world.post("bo", f"/incidents/{incident}/page", 409, who="dane")
    assert "There is no person, schedule or team 'dane'; 'dan' is probably meant" in refused


def test_a_page_is_handed_over_without_an_acknowledgement_and_the_level_has_its_time_anew(site):
    world = site()
    incident = down(world, "shop")
    world.forward(minutes=2)
    pages(world)
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo", reason="I have no network")
    assert pages(world) == [f"bo, rung 0, {incident}"]
    assert world.room(incident)["next_step"] == "Acknowledge: ana has handed it over to bo"
    world.forward(minutes=2.9)
    assert pages(world) == [], "the timer that was set for ana means nothing any more"
    world.forward(minutes=0.2)
    assert pages(world) == [f"cy, rung 1, {incident}"]
    acknowledge(world, incident, "bo")
    world.forward(minutes=60)
    assert pages(world) == []


def test_an_incident_that_somebody_has_is_theirs_no_more_when_it_is_handed_over(site):
    """bo has to acknowledge; where bo does not, the next level is paged."""
    world = site()
    incident = down(world, "shop")
    acknowledge(world, incident)
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo", reason="end of my shift")
    assert pages(world) == [f"bo, rung 0, {incident}"]
    assert world.room(incident)["status"] == "declared"
    world.forward(minutes=3.1)
    assert pages(world) == [f"cy, rung 1, {incident}"]
    acknowledge(world, incident, "bo")
    assert world.room(incident)["acknowledged_by"] == "bo"
    assert "That is you" in world.post("bo", f"/incidents/{incident}/hand-over", 409, to="bo")


def test_a_responder_may_be_a_schedule(site):
    """The smallest way to put turns into the settings: no policy, and a schedule's name among the responders."""
    world = site(schedules__cellar="name: cellar\nlayers: [{people: [fay]}]\n", settings={"responders": ("cellar", "bo")})
    incident = down(world, "cellar")
    assert pages(world) == [f"fay, rung 0, {incident}"]
    world.forward(minutes=5.1)
    assert pages(world) == [f"bo, rung 1, {incident}"]
    acknowledge(world, incident)


LEVELS = "name: shop\nlevels: [{page: [ana], acknowledge_minutes: 5}, {page: [bo], acknowledge_minutes: 5}]\ncatch_all: [dan]\n"


def test_a_catch_all_that_can_not_be_reached_is_no_end(site):
    """Everybody else of the catalogue is paged at once, and again with each round."""
    world = site(escalation__shop=LEVELS)
    world.receiver.answers = lambda message: 410 if message.get("who") == "dan" else 202
    incident = down(world, "shop")
    world.forward(minutes=5.1)
    assert pages(world) == [f"ana, rung 0, {incident}", f"bo, rung 1, {incident}"]
    for rung in (3, 5):
        world.forward(minutes=5.1)
        assert pages(world) == [f"{who}, rung {rung}, {incident}" for who in ("ana", "bo", "cy", "eva", "fay")]
    acknowledge(world, incident)


def test_a_hand_over_to_whom_nobody_can_reach_pages_the_next_at_once(site):
    """Also where that is the person of the next level."""
    world = site(escalation__shop=LEVELS)
    world.receiver.answers = lambda message: 410 if message.get("who") == "bo" else 202
    incident = down(world, "shop")
    assert pages(world) == [f"ana, rung 0, {incident}"]
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo", reason="I am on a train")
    assert pages(world) == [f"dan, rung 2, {incident}"]
    acknowledge(world, incident)


def test_a_level_of_nobody_but_who_let_a_hand_over_lapse_is_passed_over(site):
    world = site(escalation__shop=LEVELS)
    incident = down(world, "shop")
    world.post("ana", f"/incidents/{incident}/hand-over", to="bo", reason="I am on a train")
    assert pages(world) == [f"ana, rung 0, {incident}", f"bo, rung 0, {incident}"]
    world.forward(minutes=5.1)
    assert pages(world) == [f"dan, rung 2, {incident}"]
    acknowledge(world, incident)


def test_a_page_by_hand_that_does_not_arrive_is_told_although_somebody_has_the_incident(site):
    world = site(escalation__shop=LEVELS)
    world.receiver.answers = lambda message: 410 if message.get("who") == "cy" else 202
    incident = down(world, "shop")
    acknowledge(world, incident)
    world.post("ana", f"/incidents/{incident}/page", who="cy", reason="the database")
    world.told()
    assert world.room(incident)["alarm"].startswith("The page to cy has not arrived: ")
    world.receiver.answers = lambda _: 202
    world.post("ana", f"/incidents/{incident}/page", who="cy", reason="the database")
    world.told()
    assert world.room(incident)["alarm"] == ""
