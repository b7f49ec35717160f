"""The second opinion: a real service whose users are well or not, and alerts of it that flap or are real."""

import msgspec
import pytest
from tests.story.foreign import RUNBOOK_BYTES, SHOP, ForeignWorld, checks, shop

from stormjib.core.catalogue.service import SecondOpinion

ROUND = 60.0
FLAPS, FAULTS = 30, 30


@pytest.fixture
def open_shop():
    with shop() as there:
        yield there


@pytest.fixture
def worlds(tmp_path):
    """Builds worlds with a shop; ``asks`` is its second opinion."""
    made = []

    def build(url, asks=None, **given):
        where = tmp_path / str(len(made))
        where.mkdir()
        (one,) = checks(url)
        one = msgspec.structs.replace(one, second_opinion=asks, **given)
        made.append(ForeignWorld(where, RUNBOOK_BYTES, service=(one,)))
        return made[-1]

    yield build
    for one in made:
        one.close()


def asks(pages="P3", wait=ROUND):
    return SecondOpinion(pages=pages, wait_seconds=wait)


def fire(world, severity="P2", status="firing", **more):
    answer = world.alert(**{"name": "QueueGrows", "service": SHOP, "severity": severity, "status": status, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["incidents"]


def pages(world):
    return [line for line in world.told() if line.startswith("page ")]


def explained(world, name="QueueGrows"):
    alerts = world.get("/alerts")["alerts"]
    return world.get(f"/alerts/{next(one['id'] for one in alerts if one['alert']['name'] == name)}")


def says(found, name):
    return " / ".join(rule["says"] for rule in found["rules"] if rule["name"] == name)


def test_what_is_less_than_p1_waits_a_round_while_users_are_well_and_then_pages(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    assert fire(world) == []
    world.settle()
    assert pages(world) == []
    assert "users were well by" in says(explained(world), "second opinion")
    world.forward(ROUND / 60 + 0.1)
    assert len(pages(world)) == 1
    (declared,) = world.facts("Declared")
    assert declared["severity"] == "P2"
    assert "waited 60 s, and it still fires" in declared["reason"]
    assert "users were well by front door (" in declared["reason"]
    assert "waited 60 s" in says(explained(world), "second opinion")
    assert all(one["missing"] == 0 for one in world.get("/intake")["sources"])


def test_it_pages_at_once_where_users_are_not_well(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    open_shop.broken.add("orders")
    fire(world)
    assert len(pages(world)) == 1
    assert "users were not well by an order (" in world.facts("Declared")[0]["reason"]
    world.forward(2)
    assert world.incidents() == ["INC-1"]


def test_what_can_not_be_measured_pages_at_once_and_says_so(worlds):
    """A service that has nothing to be asked."""
    world = worlds("http://127.0.0.1:9", asks(), check=(), target_url="", metrics_url="http://127.0.0.1:9/metrics")
    fire(world)
    assert len(pages(world)) == 1
    assert "could not be measured: no check of the service" in world.facts("Declared")[0]["reason"]


def test_a_service_that_does_not_answer_pages_at_once(worlds):
    world = worlds("http://127.0.0.1:9", asks())
    fire(world)
    assert len(pages(world)) == 1


def test_a_p1_pages_at_once_and_the_answer_follows(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    fire(world, "P1")
    assert len(pages(world)) == 1
    kinds = world.kinds()
    assert kinds.index("PageRequested") < kinds.index("UsersChecked")
    assert world.facts("UsersChecked")[0]["well"] is True
    assert "users were well by" in says(explained(world), "second opinion")
    world.forward(5.5)
    world.settle()
    titles = [one["title"] for one in world.receiver.taken if "who" in one]
    assert ["users were well by" in title for title in titles] == [True]
    world.told()
    assert len(world.facts("UsersChecked")) == 1


def test_a_server_that_ends_meanwhile_forgets_no_round(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    fire(world)
    world.settle()
    world.again(minutes=3)
    world.settle()
    assert len(pages(world)) == 1


def test_without_it_nothing_is_asked_and_a_p2_is_listed(worlds, open_shop):
    world = worlds(open_shop.url)
    fire(world)
    fire(world, "P1", name="Down")
    world.settle()
    assert world.facts("UsersChecked") == []
    assert world.facts("Declared")[0]["title"] == "the API is down"
    world.told()


@pytest.mark.parametrize("pages_of", [None, "P3"])
def test_thirty_flaps_and_thirty_faults(worlds, open_shop, pages_of):
    """Flaps wake nobody where they woke somebody each; faults page, a P0 and P1 with no wait for the answer."""
    world = worlds(open_shop.url, asks(pages_of) if pages_of else None)
    flapping = "P2" if pages_of else "P1"
    woken = 0
    for number in range(FLAPS):
        fire(world, flapping, name=f"Flap{number}")
        fire(world, flapping, "resolved", name=f"Flap{number}")
        world.pass_by(ROUND + 1)
        woken += len(pages(world))
        end(world)
    assert woken == (0 if pages_of else FLAPS)
    open_shop.broken.add("orders")
    paged = 0
    for number in range(FAULTS):
        severity = ("P0", "P1", "P2" if pages_of else "P1")[number % 3]
        fire(world, severity, name=f"Fault{number}")
        paged += bool(pages(world))
        incident = world.incidents()[-1]
        log = world.log(incident)
        times = {one["fact"]["fact"]: one["at"] for one in reversed(log)}
        assert times["PageRequested"] == times["Declared"]
        fire(world, severity, "resolved", name=f"Fault{number}")
        world.pass_by(ROUND + 1)
        end(world)
    assert paged == FAULTS


def end(world):
    for incident in world.get("/incidents?open=true")["incidents"]:
        world.post("ana", f"/incidents/{incident['id']}/false-alarm", reason="it was none", update="it was none")
    world.told()
