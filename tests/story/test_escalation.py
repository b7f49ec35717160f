"""Somebody is woken for as long as nobody has it: raised, lowered, reopened, and however long it takes."""

import pytest

LEVEL_0 = "page ana, rung 0, INC-1"


def pages(world):
    return [line for line in world.told() if line.startswith("page")]


def severity(world, wanted, reason="judged anew"):
    world.post("ana", "/incidents/INC-1/severity", severity=wanted, reason=reason)


def acknowledge(world, who="ana"):
    world.post(who, "/incidents/INC-1/acknowledge")


def declare(world, wanted):
    world.post("ana", "/incidents", 201, title="It is slow", severity=wanted, service="shop")
    world.settle()


def overdue(world):
    return [fact["text"] for fact in world.facts("ItemOverdue")]


@pytest.mark.parametrize("level", ["P0", "P1"])
def test_i3_o5_nobody_acknowledges_so_everybody_is_paged_for_as_long_as_it_takes(world, level):
    """After the policy's last level everybody is paged, at first every five minutes, then slower; it never ends, and the room says so."""
    declare(world, level)
    assert pages(world) == [LEVEL_0]
    world.forward(minutes=5.1)
    assert pages(world) == ["page bo, rung 1, INC-1"]
    world.forward(minutes=120)
    assert {line.split(",")[0] for line in pages(world)} == {"page ana", "page bo"}
    late = []
    for _ in range(6):
        world.forward(minutes=60)
        late.append(len(pages(world)))
    assert all(2 <= count <= 4 for count in late), late
    assert [one for one in world.facts("PageRequested") if one["level"]][1]["people"] == ["ana", "bo"]
    assert "nobody has; it was escalated" in world.room("INC-1")["next_step"]
    acknowledge(world, "bo")
    world.forward(minutes=120)
    assert pages(world) == []


def test_a_page_that_escalates_says_who_has_not_answered_and_whether_it_still_fires(world):
    world.alert(severity="P1")
    world.settle()
    world.alert(severity="P1", status="resolved")
    world.forward(minutes=16)
    world.settle()
    first, second = [one["title"] for one in world.receiver.taken if one.get("schema") == "stormjib.page/1"][:2]
    assert second == f"not acknowledged by ana: {first} (no alert fires any more)"
    acknowledge(world)
    world.told()


def test_i3_a_lone_responder_is_paged_again_and_again(make):
    """With one person on call the escalation has nobody else, and goes on all the same."""
    world = make(responders=("ana",))
    declare(world, "P1")
    world.forward(minutes=600)
    assert len(pages(world)) > 20
    acknowledge(world)


def test_i2_raising_an_acknowledged_incident_pages(world):
    """The acknowledgement was for less: the raise pages at once and escalates until somebody acknowledges again."""
    declare(world, "P1")
    acknowledge(world, "bo")
    assert pages(world) == [LEVEL_0]
    severity(world, "P0", "checkout is down for all")
    assert pages(world) == [LEVEL_0, "page bo, rung 0, INC-1"], "whoever had it as well"
    assert world.room("INC-1")["status"] == "declared"
    assert world.room("INC-1")["next_step"].startswith(
        "Acknowledge again: since the last acknowledgement it was reopened or became P0"
    )
    world.forward(minutes=5.1)
    assert pages(world) == ["page bo, rung 1, INC-1"]
    acknowledge(world, "bo")
    world.forward(minutes=60)
    assert pages(world) == []
    assert len(world.facts("Acknowledged")) == 2


def test_i2_raising_from_what_pages_nobody_pages(world):
    """A P3 that somebody has becomes a P1: it pages."""
    declare(world, "P3")
    acknowledge(world)
    severity(world, "P1")
    assert pages(world) == [LEVEL_0]
    acknowledge(world)


def test_i2_lowering_an_acknowledged_incident_pages_nobody(world):
    """From P0 to P1 the acknowledgement goes on to count."""
    declare(world, "P0")
    acknowledge(world)
    world.told()
    severity(world, "P1")
    world.forward(minutes=60)
    assert pages(world) == []
    assert world.room("INC-1")["status"] == "acknowledged"


def test_i2_a_raise_while_nobody_has_it_pages_all_who_were_paged_and_one_escalation_goes_on(world):
    """Two levels were paged in vain: both hear of the P0 at once, and afterwards each level comes once."""
    declare(world, "P1")
    world.forward(minutes=6)
    assert pages(world) == [LEVEL_0, "page bo, rung 1, INC-1"]
    severity(world, "P0")
    assert pages(world) == ["page ana, rung 1, INC-1", "page bo, rung 1, INC-1"]
    world.forward(minutes=6)
    assert pages(world) == ["page ana, rung 2, INC-1", "page bo, rung 2, INC-1"]
    acknowledge(world)


def test_i2_deadlines_and_check_offs_count_from_the_change(world):
    """Twenty minutes into a P3 it becomes a P0: nothing is overdue at once, what is proven is checked off, and five minutes later it is late."""
    declare(world, "P3")
    world.forward(minutes=20)
    severity(world, "P0")
    world.settle()
    assert overdue(world) == []
    room = world.room("INC-1")
    boxes = {box["text"]: box for box in room["checklist"]}
    begun = next(box for text, box in boxes.items() if "log" in text.lower())
    assert begun["done"]
    assert world.log()[begun["proof_seq"] - 1]["fact"]["fact"] == "Declared"
    assert room["acknowledge_due_at"] > world.clock() + 4 * 60
    assert not any(box["overdue"] for box in boxes.values())
    world.forward(minutes=6)
    assert any("cknowledge" in text for text in overdue(world))
    acknowledge(world)
    world.told()


def test_i2_the_box_of_the_acknowledgement_is_open_again_after_a_raise(world):
    """What was acknowledged for a P1 is not acknowledged for a P0."""
    declare(world, "P1")
    acknowledge(world)
    world.settle()
    assert acknowledged_boxes(world) == [True]
    severity(world, "P0")
    assert acknowledged_boxes(world) == [False]
    acknowledge(world)
    assert acknowledged_boxes(world) == [True]
    world.told()


def acknowledged_boxes(world):
    return [box["done"] for box in world.room("INC-1")["checklist"] if "cknowledge" in box["text"]]


def test_a12_lowered_before_the_acknowledgement_nobody_is_paged_any_more(world):
    """A timer looks again before it acts: lowered to P4 it pages nobody; raised again it starts anew, once for each level."""
    declare(world, "P1")
    assert pages(world) == [LEVEL_0]
    severity(world, "P4")
    world.forward(minutes=60)
    assert pages(world) == []
    severity(world, "P1")
    assert pages(world) == [LEVEL_0]
    world.forward(minutes=5.1)
    assert pages(world) == ["page bo, rung 1, INC-1"]
    acknowledge(world)


def test_a12_lowered_and_raised_at_once_escalates_once(world):
    """The timer of the paging that was ended still comes, and does nothing."""
    declare(world, "P1")
    world.forward(minutes=3)
    severity(world, "P4")
    severity(world, "P1")
    assert pages(world) == [LEVEL_0, LEVEL_0]
    world.forward(minutes=4)
    assert pages(world) == []
    world.forward(minutes=1.1)
    assert pages(world) == ["page bo, rung 1, INC-1"]
    acknowledge(world)


def test_a12_a_page_that_is_tried_again_is_given_up_when_the_incident_is_lowered(world):
    """The pager is away, and meanwhile it turns out to be a P4: the page that waits for its next try is not sent."""
    world.receiver.answers = lambda message: 503 if "who" in message else 202
    declare(world, "P1")
    severity(world, "P4")
    world.receiver.answers = lambda _: 202
    world.forward(minutes=30)
    assert pages(world) == []


def test_u2_checking_off_the_acknowledgement_is_acknowledging(world):
    """The green mark and the end of the paging are one thing; it can't be taken back as if nobody had said it."""
    declare(world, "P1")
    assert pages(world) == [LEVEL_0]
    (box,) = [box for box in world.room("INC-1")["checklist"] if "cknowledge" in box["text"]]
    world.post("bo", f"/incidents/INC-1/items/{box['id']}/tick", text="on it")
    assert [fact["who"] for fact in world.facts("Acknowledged")] == ["bo"]
    assert world.facts("NoteAdded")[0]["text"] == "on it"
    assert acknowledged_boxes(world) == [True]
    world.forward(minutes=60)
    assert pages(world) == []
    refused = world.post("bo", f"/incidents/INC-1/items/{box['id']}/untick", 409, text="not me")
    assert "bo acknowledged INC-1, which can't be unchecked" in refused
