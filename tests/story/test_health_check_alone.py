"""A GET of a health path shows that the service answers: no sentence of a runbook that says more is checked off by it."""

from contextlib import ExitStack

import pytest
from tests.story.foreign import SHOP, ForeignWorld, shop

from stormjib.core.catalogue.reading import read_services

BOOK = b"""# Checkout

## Mitigation

```bash
systemctl restart shop-api
```

## Verification

- Functional: an order can be placed
- Response times: an order is answered within half a second
"""
SILENT = b"# Checkout\n\n## Mitigation\n\n```bash\nsystemctl restart shop-api\n```\n"
ORDER, TIMES = "Functional: an order can be placed", "Response times: an order is answered within half a second"
LINES = {ORDER: 11, TIMES: 12}
DOOR = {"kind": "http", "name": "front door", "url": "/-/healthy", "text": "Healthy", "latency_ms": 5000}
FLOW = {
    "kind": "flow",
    "name": "an order",
    "latency_ms": 5000,
    "step": [{"method": "POST", "url": "/orders", "json": {"sku": "sail"}, "status": 201}],
}


@pytest.fixture
def till():
    with shop(broken={"orders"}) as there:
        yield there


@pytest.fixture
def begun(tmp_path, till):
    """``begun(*checks, book)``: an acknowledged incident of a shop with these checks, whose alert is over."""
    with ExitStack() as ends:

        def build(*checks, book=BOOK):
            service = {"name": SHOP, "target_url": till.url, **({"check": [*checks]} if checks else {})}
            world = ForeignWorld(tmp_path, book, trusted=(), service=read_services([service]))
            ends.callback(world.close)
            incident = world.begin()
            world.post("ana", f"/incidents/{incident}/acknowledge")
            world.alert(name="OrdersFail", service=SHOP, status="resolved")
            return world, incident

        yield build


def checked_off(world):
    return [fact["text"] for fact in world.facts("ItemTicked") if fact.get("proof_seq")]


@pytest.mark.parametrize("checks", [(), (DOOR,), ({"kind": "flow", "name": "a door", "step": [{"url": "/-/healthy"}]},)])
def test_a_get_of_a_health_path_does_not_show_that_an_order_can_be_placed(begun, till, checks):
    """Nobody can order and the front door is well: the health check is measured, and the sentences stay open and say why."""
    world, incident = begun(*checks)
    found = {fact["name"]: fact for fact in world.measure(incident)}
    assert set(found) - {"errors"} == {"health"}
    assert (found["health"]["ok"], found["health"]["by"]) == (True, ["health check"])
    assert not {ORDER, TIMES} & {*checked_off(world)}
    refused = world.post("ana", f"/incidents/{incident}/resolve", 409)
    for sentence, limit in ((ORDER, ""), (TIMES, " with latency_ms")):
        why = f"the health check of {SHOP} does not show this; a flow among its checks{limit} would."
        assert f"{sentence} (line {LINES[sentence]}): {why} Check it by hand" in refused
    for words in ("Functional", "Response times"):
        world.confirm(incident, words)
    world.post("ana", f"/incidents/{incident}/resolve")
    assert world.facts("Resolved")[-1]["proof"] == "the recovery is measured in part; confirmed by ana; not measured"
    world.told()


def test_a_health_path_that_does_not_answer_keeps_the_incident_open(begun, till):
    world, incident = begun(DOOR)
    till.broken.add("-")
    [found] = world.measure(incident)
    assert (found["name"], found["ok"], found["measured"]) == ("health", False, True)
    assert f"the health check of {SHOP}: front door: 20 of 20 requests failed" in world.post(
        "ana", f"/incidents/{incident}/resolve", 409
    )
    world.told()


def test_a_flow_of_the_catalogue_checks_off_what_it_shows(begun, till):
    world, incident = begun(DOOR, FLOW)
    assert [fact["ok"] for fact in world.measure(incident)] == [False, False]
    assert not {ORDER, TIMES} & {*checked_off(world)}
    till.broken.clear()
    found = {fact["name"]: (fact["ok"], fact["by"]) for fact in world.measure(incident)}
    assert found == dict.fromkeys(("functional", "latency"), (True, ["health check", "user flow"]))
    assert {*checked_off(world)} >= {ORDER, TIMES}
    said = [entry["text"] for entry in world.log(incident, "Verified")]
    assert any(text.startswith("verification functional (line 11) passed (health check, user flow): ") for text in said)
    world.post("ana", f"/incidents/{incident}/resolve")
    assert world.facts("Resolved")[-1]["proof"] == "the recovery is proven by measurement"
    world.told()


def test_what_the_catalogue_says_that_a_check_proves_counts_and_the_log_says_whose_word_it_is(begun, till):
    world, incident = begun({**DOOR, "proves": ["functional", "latency"]})
    found = {fact["name"]: fact["by"] for fact in world.measure(incident)}
    assert found == {"functional": ["catalogue's word"], "latency": ["catalogue's word"]}
    assert {*checked_off(world)} >= {ORDER, TIMES}
    world.told()


def test_where_the_book_names_nothing_a_person_says_that_the_functions_are_as_usual(begun, till):
    """Earlier the health check alone was enough, and the log said that the recovery was proven."""
    world, incident = begun(book=SILENT)
    world.measure(incident)
    refused = world.post("ana", f"/incidents/{incident}/resolve", 409)
    assert f"stormjib incident check-off {incident} recovery-functional" in refused
    world.post("ana", f"/incidents/{incident}/items/recovery-functional/tick", text="I bought something")
    world.post("ana", f"/incidents/{incident}/resolve")
    assert world.facts("Resolved")[-1]["proof"] == "the recovery is measured in part; confirmed by ana; not measured"
    world.told()
