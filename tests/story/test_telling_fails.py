"""What people were to be told does not arrive: everybody on the incident can see it, and it proves nothing."""

import pytest
from starlette.testclient import TestClient
from tests.story.patience import until
from tests.story.test_decisions import FLUSH

TEXT = "We are looking into it."


def deaf(world, status):
    """Messages get this answer; pages, and what becomes of them, are taken."""
    world.receiver.answers = lambda message: 202 if message.keys() & {"who", "paged"} else status


def post(world, audience="customers", text=TEXT):
    world.post("ana", "/incidents/INC-1/status", stage="Investigating", audience=audience, text=text)
    world.settle()


def proven(world):
    """The words of the items that an entry proves, of customers and of leadership."""
    items = [fact["text"].lower() for fact in world.facts("ItemTicked") if fact["proof_seq"]]
    return [text for text in items if "customer communication" in text or "status page" in text or "leadership" in text]


@pytest.mark.parametrize(("status", "tries"), [(404, "No try will change that."), (503, "it is tried again")])
def test_told_a_post_that_does_not_arrive_is_an_alarm_everywhere(make, status, tries):
    """P0: customers and leadership are told nothing, and every surface says so until a post arrives."""
    world = make()
    deaf(world, status)
    world.alert(severity="P0")
    world.settle()
    world.post("ana", "/incidents/INC-1/acknowledge")
    post(world)
    room = world.room("INC-1")
    assert "The message to leadership, customers has not arrived: 127.0.0.1 answered" in room["alarm"]
    assert tries in room["alarm"]
    assert f"not delivered: 127.0.0.1 answered {status}" in room["posts"][0][4]
    assert proven(world) == []
    health = world.send("GET", "/healthz", "ana").json()
    assert (health["status"], health["paging"], health["messages"]) == ("degraded", "ok", "failing")
    assert "leadership, customers could not be reached for INC-1" in health["problems"][0]
    world.receiver.answers = lambda _: 202
    world.told()
    post(world)
    post(world, "leadership")
    world.forward(minutes=1)
    assert world.told().count(f"to customers: {TEXT}") >= 1
    assert world.room("INC-1")["alarm"] == ""
    assert world.room("INC-1")["posts"][1][4] == ""
    assert {"customer communication" in text for text in proven(world)} == {True, False}
    assert world.send("GET", "/healthz", "ana").json()["messages"] == "ok"


def test_told_the_page_and_the_home_say_that_a_post_has_not_arrived(make):
    world = make()
    deaf(world, 410)
    world.begin()
    post(world)
    with TestClient(world.app.asgi) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        page, home = browser.get("/incidents/INC-1").text, browser.get("/").text
    assert "not delivered: 127.0.0.1 answered 410" in page
    assert "The message to leadership, customers has not arrived" in page
    assert "Messages do not arrive: leadership, customers could not be reached for INC-1." in home


def test_told_a_restart_long_after_forgets_no_message(make):
    """Refused for good, and hours later the server starts anew: the alarm stands, and the runbook's next update is still owed."""
    world = make()
    deaf(world, 404)
    world.begin()
    world.post("ana", "/incidents/INC-1/acknowledge")
    due = world.room("INC-1")["next_update_at"]
    post(world)
    assert world.room("INC-1")["next_update_at"] == due
    world.again(minutes=120)
    until(lambda: world.send("GET", "/healthz", "ana").json()["messages"] == "failing", "the open incidents to be read")
    assert "leadership" in world.send("GET", "/healthz", "ana").json()["problems"][0]


@pytest.mark.parametrize(("status", "tries"), [(404, "No try will change that."), (503, "it is tried again")])
def test_told_a_pager_that_does_not_learn_of_the_acknowledgement_is_an_alarm_until_it_learns_of_the_end(make, status, tries):
    """It would page on; everybody can see that it was not told."""
    world = make()
    world.begin()
    world.receiver.answers = lambda message: status if "paged" in message else 202
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.settle()
    assert f"The message to ana's pager has not arrived: 127.0.0.1 answered {status}" in world.room("INC-1")["alarm"]
    assert tries in world.room("INC-1")["alarm"]
    health = world.send("GET", "/healthz", "ana").json()
    assert (health["status"], health["paging"], health["messages"]) == ("degraded", "ok", "failing")
    assert "ana's pager could not be reached for INC-1" in health["problems"][0]
    assert world.send("GET", "/healthz", "ana").json()["messages"] == "failing"
    world.again(minutes=1)
    until(lambda: world.send("GET", "/healthz", "ana").json()["messages"] == "failing", "the open incidents to be read")
    world.receiver.answers = lambda _: 202
    world.post("ana", "/incidents/INC-1/false-alarm", reason="the probe was wrong", update="")
    world.forward(minutes=6)
    assert world.send("GET", "/healthz", "ana").json()["messages"] == "ok"
    assert world.room("INC-1")["alarm"] == ""
    world.told()


def test_told_a_message_to_a_person_that_does_not_arrive_is_an_alarm_for_a_day(make):
    """A decision waits for bo, who can't be told; nobody can post that again."""
    world = make()
    world.begin()
    world.post("ana", "/incidents/INC-1/acknowledge")
    deaf(world, 410)
    world.propose("INC-1", FLUSH)
    world.settle()
    assert "The message to bo has not arrived: 127.0.0.1 answered 410" in world.room("INC-1")["alarm"]
    assert "bo could not be reached for INC-1" in world.send("GET", "/healthz", "ana").json()["problems"][0]
    world.ahead_seconds += 90_000
    assert world.send("GET", "/healthz", "ana").json()["messages"] == "ok"
    world.receiver.answers = lambda _: 202
