"""Paging itself fails: everybody can see it, nothing is given up, and a storm does not bury anybody."""

from tests.story.patience import until
from tests.story.receiver import HANG

from stormjib.cli import doctor
from stormjib.integrations.notify import webhook

HOME = "http://127.0.0.1:8700/"


def pages(world):
    """The pages that arrived since the last look, as the receiver got them."""
    world.settle()
    taken, world.receiver.taken = world.receiver.taken, []
    return [message for message in taken if "who" in message]


def down(world, status=500):
    """Pages fail with this status, everything else is taken."""
    world.receiver.answers = lambda message: status if "who" in message else 202


def up(world):
    world.receiver.answers = lambda message: 202


def test_f1_a_pager_that_comes_back_after_hours_reaches_everybody_within_a_minute_once(make):
    """Away for longer than all tries once took: ana and bo get one page each within a minute, under the keys of all tries."""
    world = make(escalate_minutes=15)
    down(world)
    world.alert()
    world.forward(minutes=32)
    assert pages(world) == []
    up(world)
    world.forward(minutes=1)
    arrived = pages(world)
    assert sorted(message["who"] for message in arrived) == ["ana", "bo"]
    assert len({message["dedup_key"] for message in arrived}) == 2
    world.forward(minutes=1)
    assert pages(world) == []
    assert len(world.facts("EffectFailed")) < 40
    world.post("ana", "/incidents/INC-1/acknowledge")


def test_o2_a_page_that_does_not_arrive_is_an_alarm_everywhere(world, caplog):
    down(world)
    world.alert()
    world.settle()
    room = world.room("INC-1")
    assert "The page to ana has not arrived: 127.0.0.1 answered 500." in room["alarm"]
    assert room["next_step"].startswith("Reach ana in another way")
    assert any(record.levelname == "ERROR" and "a page to ana for INC-1" in record.message for record in caplog.records)
    health = world.send("GET", "/healthz", "ana")
    assert health.status_code == 200
    assert health.json()["paging"] == "failing"
    assert "ana could not be reached for INC-1" in health.json()["problems"][0]
    world.post("ana", "/incidents/INC-1/acknowledge")
    assert pages(world) == []
    assert world.room("INC-1")["alarm"] == ""
    assert world.send("GET", "/healthz", "ana").json()["paging"] == "ok"


def test_a8_a_storm_of_p1_sends_each_person_twenty_pages_and_says_how_many_more(make):
    """20 services at P1: ana gets 12 pages one by one and one for all the others; nothing is lost, and the log says so."""
    world = make(responders=("ana",))
    for number in range(20):
        world.alert(service=f"service-{number}")
    world.forward(minutes=2)
    arrived = pages(world)
    alone = [page for page in arrived if not page["url"].endswith("/")]
    assert len(alone) == 12
    assert 12 < len(arrived) <= 16
    assert arrived[-1]["more"] == 7
    assert f"(and 5 more incidents that had no page of their own: {HOME})" in arrived[-1]["title"]
    told = [world.kinds(f"INC-{number}") for number in range(1, 21)]
    assert all("PageSent" in kinds or "PageHeld" in kinds for kinds in told)
    assert sum("PageHeld" in kinds for kinds in told) == 8
    outcomes = {world.room(f"INC-{number}")["paging"][0]["outcome"] for number in range(1, 21)}
    summary = next(fact["summary"] for number in range(1, 21) for fact in world.facts("PageHeld", f"INC-{number}"))
    assert outcomes == {"delivered", f"told in the summary page with {summary}"}
    for number in range(1, 21):
        world.post("ana", f"/incidents/INC-{number}/acknowledge")


def test_a8_a_p0_is_paged_in_the_middle_of_a_storm_of_p1(make):
    world = make(responders=("ana",))
    for number in range(20):
        world.alert(service=f"service-{number}")
    pages(world)
    world.alert(service="the-shop", severity="P0")
    (page,) = pages(world)
    assert (page["severity"], page["more"]) == ("P0", 8)
    for number in range(1, 22):
        world.post("ana", f"/incidents/INC-{number}/acknowledge")
    assert pages(world) == []


def test_a8_receivers_that_never_answer_hold_up_no_other_page(make, monkeypatch):
    """Eight pages hang, with no deadline in sight; the ninth leaves all the same."""
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 3_600.0)
    world = make(responders=("ana",))
    world.receiver.answers = lambda message: HANG if "who" in message and message["service"].startswith("sick") else 202
    for number in range(8):
        world.alert(service=f"sick-{number}")
    until(lambda: len(world.receiver.pages()) == 8, "eight pages to hang")
    world.alert(service="well")
    until(lambda: any(message.get("service") == "well" for message in world.receiver.taken), "the ninth page")
    up(world)
    world.receiver.let_go()
    for number in range(1, 10):
        world.post("ana", f"/incidents/INC-{number}/acknowledge")
    pages(world)


def test_o1_a_new_p0_is_paged_while_old_incidents_are_escalated_again_and_again(make):
    """Eight that nobody has ring ana and bo every two minutes; the new one is paged to the first person all the same."""
    world = make(escalate_minutes=2)
    for number in range(8):
        world.alert(service=f"service-{number}", severity="P0")
    world.forward(minutes=8)
    assert "PageHeld" in {kind for number in range(1, 9) for kind in world.kinds(f"INC-{number}")}
    pages(world)
    world.alert(service="the-shop", severity="P0", summary="the shop is down")
    assert [page["who"] for page in pages(world) if page["incident"] == "INC-9" and page["severity"] == "P0"][:1] == ["ana"]
    for number in range(1, 10):
        world.post("ana", f"/incidents/INC-{number}/acknowledge")
    pages(world)


def test_o1_what_is_held_back_says_so_everywhere_until_it_was_told(make):
    world = make(responders=("ana",), pages_max=5)
    for number in range(4):
        world.alert(service=f"service-{number}")
    for number in range(2):
        world.alert(service=f"shop-{number}", severity="P0", summary=f"shop {number} is down")
    pages(world)
    kept = next(number for number in range(5, 7) if "PageHeld" in world.kinds(f"INC-{number}"))
    room = world.room(f"INC-{kept}")
    assert room["alarm"].startswith("The page to ana was held back")
    assert room["paging"][0]["outcome"] == "held back"
    assert room["next_step"].startswith("Acknowledge: a page for it was held back")
    health = world.send("GET", "/healthz", "ana").json()
    assert (health["status"], health["paging"]) == ("degraded", "held back")
    assert "ana has not been paged for INC-" in health["problems"][0]
    assert f"INC-{kept}" in health["problems"][0]
    (check,) = [check for check in doctor._unreached(world.app.settings, world.clock()) if check.name == "pages"]
    assert (check.state, f"INC-{kept}: The page to ana was held back" in check.text) == ("warn", True)
    world.forward(minutes=1)
    (summary,) = [page for page in pages(world) if page.get("more")]
    assert (summary["incident"], summary["severity"], summary["more"]) == (f"INC-{kept}", "P0", 1)
    assert summary["title"].startswith(f"{world.room(f'INC-{kept}')['title']} (INC-{kept}); ")
    assert "acknowledge_url" not in summary
    assert world.room(f"INC-{kept}")["alarm"] == ""
    assert world.send("GET", "/healthz", "ana").json()["paging"] == "ok"
    (check,) = [check for check in doctor._unreached(world.app.settings, world.clock()) if check.name == "pages"]
    assert check.state == "ok"
    for number in range(1, 7):
        world.post("ana", f"/incidents/INC-{number}/acknowledge")
    pages(world)


def test_o2_after_a_restart_the_recovery_of_the_pager_rings_once(make):
    world = make(responders=("ana",), escalate_minutes=2)
    down(world, status=503)
    world.alert()
    # The tries are half a minute apart by now, and the next level is due before the next of them.
    world.forward(minutes=1.75)
    world.again()
    up(world)
    world.forward(minutes=1)
    assert [page["rung"] for page in pages(world)] == [0]
    world.post("ana", "/incidents/INC-1/acknowledge")
    assert pages(world) == []
