"""What people were to be told does not arrive: everybody on the incident can see it, and it proves nothing."""

import pytest
from starlette.testclient import TestClient
from tests.story.patience import until

TEXT = "We are looking into it."


def deaf(world, status):
    """Messages get this answer, pages are taken."""
    world.receiver.answers = lambda message: 202 if "who" in message else status


def post(world, audience="customers", text=TEXT):
    world.post("ana", "/incidents/INC-1/status", stage="Investigating", audience=audience, text=text)
    world.settle()


def proven(world):
    """The words of the items that an entry proves, of customers and of leadership."""
    items = [fact["text"].lower() for fact in world.facts("ItemTicked") if fact["proof_seq"]]
    return [text for text in items if "customer communication" in text or "status page" in text or "leadership" in text]


@pytest.mark.parametrize(("status", "tries"), [(404, "no try will change that"), (503, "trying on")])
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
    health = world.http.get("/healthz").json()
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
    assert world.http.get("/healthz").json()["messages"] == "ok"


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
    until(lambda: world.http.get("/healthz").json()["messages"] == "failing", "the open incidents to be read")
    assert "leadership" in world.http.get("/healthz").json()["problems"][0]
