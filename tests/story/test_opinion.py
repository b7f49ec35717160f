"""The second opinion: a real service whose users are well or not, and alerts of it that flap or are real."""

import msgspec
import pytest
from tests.story.foreign import RUNBOOK_BYTES, SHOP, ForeignWorld, checks, shop
from tests.story.patience import until

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


PAGE_502 = "<!DOCTYPE HTML>\n<html><head><style>p {}</style><title>Bad Gateway</title></head><body><p>" + 40 * "No way. "


def test_a_page_says_in_short_that_users_are_not_well_and_the_timeline_what_was_seen(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    open_shop.answer = lambda *_: (502, PAGE_502)
    fire(world, "P1")
    world.settle()
    world.forward(5.5)
    world.settle()
    titles = [one["title"] for one in world.receiver.taken if "who" in one]
    assert titles[-1].endswith("(users were not well by front door (20 of 20 requests failed))")
    (seen,) = world.facts("UsersChecked")
    assert f"answered 502: {('Bad Gateway ' + 40 * 'No way. ')[:80]} …" in seen["detail"]
    assert "<" not in seen["detail"]
    world.told()


def test_a_page_of_what_a_person_declares_is_called_as_the_person_called_it(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    incident = world.post("ana", "/incidents", 201, title="Nobody can pay", severity="P0", service=SHOP)["incident"]
    world.settle()
    assert len(world.facts("UsersChecked", incident)) == 1
    world.forward(5.5)
    world.settle()
    titles = {one["title"] for one in world.receiver.taken if "who" in one}
    assert titles == {"Nobody can pay", "not acknowledged by ana: Nobody can pay"}
    world.told()


def test_a_server_that_ends_meanwhile_forgets_no_round(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    fire(world)
    world.settle()
    world.again(minutes=3)
    until(world.incidents, "the round to end", 30)
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


def batch(world, alerts):
    """Several alerts in one request of Alertmanager's."""
    body = {
        "version": "4", "groupKey": "g", "status": "firing", "receiver": "r", "groupLabels": {}, "commonLabels": {},
        "commonAnnotations": {}, "externalURL": "", "alerts": alerts,
    }  # fmt: skip
    answer = world.send("POST", "/hooks/alertmanager", "watcher", body)
    assert answer.status_code == 200, answer.text


def queue(number, severity="P3", status="firing"):
    labels = {"alertname": "QueueGrows", "service": SHOP, "severity": severity, "queue": f"q{number}"}
    return {"status": status, "labels": labels, "annotations": {}, "startsAt": "2026-11-30T10:00:00Z"}


@pytest.mark.parametrize("severities", [("P3",), ("P2", "P3")])
def test_an_alert_whose_every_message_has_a_new_start_pages_a_round_after_the_first(worlds, open_shop, severities):
    """However often it is said again, also as something else."""
    world = worlds(open_shop.url, asks(wait=15))
    for number in range(6):
        fire(world, severities[number % len(severities)], starts_at=world.clock())
        assert number > 3 or pages(world) == []
        world.forward(4 / 60)
    assert pages(world)
    fire(world, severities[0], "resolved", starts_at=world.clock())
    assert not world.get("/alerts")["alerts"][0]["firing"]


def test_one_that_has_ended_and_fires_again_waits_a_round_of_its_own(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    fire(world, starts_at=1_000)
    world.forward(0.5)
    fire(world, status="resolved", starts_at=1_000)
    fire(world, starts_at=1_000)
    world.forward(0.7)
    assert pages(world) == []
    world.forward(0.4)
    assert len(pages(world)) == 1


def test_it_pages_again_where_its_incident_has_ended_and_it_fires_on(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    fire(world, starts_at=world.clock())
    world.forward(1.1)
    assert len(pages(world)) == 1
    end(world)
    fire(world, starts_at=world.clock())
    world.forward(1.1)
    assert len(pages(world)) == 1


def test_three_hundred_alerts_of_a_service_ask_it_once(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    batch(world, [queue(number) for number in range(300)])
    world.settle()
    assert open_shop.asked.count("POST /orders") == 1
    batch(world, [queue(number) for number in range(300, 310)])
    world.settle()
    assert open_shop.asked.count("POST /orders") <= 2
    kept = world.app.reader.entries("WAITING")
    assert len(kept) <= 4
    (source,) = world.get("/intake")["sources"]
    assert source["suppressed"] == {"second opinion": 310}
    world.forward(ROUND / 60 + 0.1)
    assert len(pages(world)) == 1
    (source,) = world.get("/intake")["sources"]
    assert (source["paged"], source["joined"], source["missing"]) == (1, 309, 0)
    assert {one["incident"] for one in world.get("/alerts?limit=1000")["alerts"]} == {"INC-1"}


def test_a_p0_asks_once_with_those_that_wait(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    fire(world)
    fire(world, "P0", name="Down")
    world.settle()
    assert open_shop.asked.count("POST /orders") == 1
    world.told()


def test_users_who_are_not_well_any_more_page_for_what_waits(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    fire(world)
    world.forward(0.5)
    open_shop.broken.add("orders")
    fire(world, name="OrdersSlow")
    assert len(pages(world)) == 1
    assert {one["incident"] for one in world.get("/alerts")["alerts"]} == {"INC-1"}


def test_a_silence_hides_what_waits_and_after_it_the_round_begins(worlds, open_shop):
    world = worlds(open_shop.url, asks(wait=30))
    world.post("ana", "/silences", service=SHOP, end="5m", reason="a rehearsal")
    fire(world)
    world.forward(4)
    assert pages(world) == []
    world.forward(2)
    assert len(pages(world)) == 1


def test_what_waits_a_round_waits_for_no_person(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    fire(world)
    world.settle()
    home = world.http.get("/", headers={"Authorization": f"Bearer {world.tokens['ana']}"}).text
    assert "pages by itself" in home
    assert "waits for a person" not in home
    world.forward(1.1)
    world.told()
    decided = says(explained(world), "decision")
    assert "its service pages for P2" in decided
    assert "a P0 or P1 does at once" not in decided


def test_after_a_step_of_the_clock_nothing_joins_a_round_that_is_over(worlds, open_shop):
    world = worlds(open_shop.url, asks())
    began = world.clock()
    fire(world)
    world.forward(1.1)
    assert len(pages(world)) == 1
    end(world)
    world.stepped_seconds -= world.clock() - began
    fire(world, name="DiskGrows")
    world.forward(1.1)
    assert len(pages(world)) == 1


def test_what_ended_within_its_round_is_explained_by_that_and_by_no_silence(worlds, open_shop):
    """Its end calls it a P1, which would declare at once: what decided was the round."""
    world = worlds(open_shop.url, asks())
    assert fire(world) == []
    fire(world, "P1", status="resolved")
    found = explained(world)
    assert "it ended while it waited a round" in found["outcome"]
    assert "silence" not in found["outcome"]
