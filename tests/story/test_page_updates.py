"""Whoever was paged through a receiver is told what becomes of it, so that the receiver's own incident ends too."""

import json

import pytest
from tests.story.patience import until
from tests.story.receiver import HANG
from tests.story.test_closing import recovered, world

from stormjib.core.effects.updates import updates as updates_of
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Acknowledged, Declared, Entry, PageSent
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity

__all__ = ["world"]


def updates(world):
    """What the receiver was told of its own incidents since the last call."""
    world.settle()
    taken, world.receiver.updates = world.receiver.updates, []
    return taken


def sentences(world):
    return [entry["text"] for entry in world.log("INC-1")]


def pages(world):
    return {message["dedup_key"]: message["who"] for message in world.receiver.tries if "who" in message}


def test_o3_resolved_goes_out_under_the_key_of_the_page_and_a_new_page_has_a_new_one(world):
    incident = recovered(world)
    (first,) = pages(world)
    told = updates(world)
    assert [(update["status"], update["dedup_key"]) for update in told] == [("acknowledged", first), ("resolved", first)]
    assert len([fact for fact in world.facts("MessageSent") if fact["text"].startswith("INC-1 was ")]) == 2
    world.post("bo", f"/incidents/{incident}/reopen", text="users still see errors")
    world.settle()
    (new,) = set(pages(world)) - {first}
    world.post("ana", f"/incidents/{incident}/acknowledge")
    assert [(update["status"], update["dedup_key"]) for update in updates(world)] == [("acknowledged", new)]
    world.told()


def test_o3_acknowledged_goes_out_under_the_keys_of_the_pages(world):
    world.alert()
    world.forward(minutes=6)
    sent = pages(world)
    assert sorted(sent.values()) == ["ana", "bo"]
    assert updates(world) == []
    world.post("bo", "/incidents/INC-1/acknowledge")
    told = updates(world)
    assert {update["dedup_key"]: update["paged"] for update in told} == sent
    for update in told:
        assert (update["schema"], update["status"], update["by"]) == ("stormjib.page-update/1", "acknowledged", "bo")
        assert update["incident"] == "INC-1"
        assert update["at"].endswith("Z")
        assert update["text"].startswith("INC-1 was acknowledged by bo: ")
        assert "who" not in update
    world.told()


def test_o3_a_receiver_that_is_down_is_told_once_it_is_back_and_once_after_a_restart(world):
    world.begin()
    world.receiver.answers = lambda message: 202 if "who" in message else 503
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.forward(minutes=10)
    assert updates(world) == []
    tries = [message for message in world.receiver.tries if message["schema"] == "stormjib.page-update/1"]
    assert len(tries) > 3
    assert len({json.dumps(message) for message in tries}) == 1
    world.receiver.answers = lambda _: 202
    world.again(minutes=10)
    world.forward(minutes=10)
    assert [update["status"] for update in updates(world)] == ["acknowledged"]
    world.restart(lambda data: [path.unlink() for path in data.glob("engine.db*")])
    world.settle()
    assert updates(world) == []


def test_o3_the_key_of_a_page_stands_in_the_log(world):
    world.begin()
    world.post("ana", "/incidents/INC-1/acknowledge")
    (told,) = updates(world)
    assert world.facts("PageSent")[0]["key"] == told["dedup_key"]


def test_o3_without_a_receiver_nobody_is_told_and_nothing_is_written(make):
    world = make(webhook_url="")
    world.alert()
    world.settle()
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.settle()
    assert not [fact for fact in world.facts("MessageSent") if fact["audience"] == "ana"]
    assert "key" not in world.facts("PageSent")[0]


def test_o3_a_page_that_arrives_after_the_acknowledgement_is_followed_by_it():
    """It was under way; a page of an older log has no key, one that sums up a storm is about several incidents: neither is followed."""
    now = Incident.new("INC-1")
    late = [PageSent("ana", "webhook", key="k"), PageSent("bo", "webhook"), PageSent("cy", "webhook", sums_up=True, key="s")]
    facts = [Declared("It fails", Severity.P1, "api", "0" * 64, detected_at=1.0), Acknowledged("bo"), *late]
    told = []
    for seq, fact in enumerate(facts, 1):
        entry = Entry("INC-1", seq, float(seq), "bo", fact)
        evolve(now, entry)
        told += [(message.audience, message.update.key, message.update.status) for message in updates_of(now, entry, Policy())]
    assert told == [("ana", "k", "acknowledged")]


@pytest.mark.parametrize(
    ("way", "whom", "says"), [("page", "who", "ana asks for you: "), ("hand-over", "to", "ana hands over: ")]
)
def test_a_page_by_hand_begins_with_who_asks_also_without_a_reason(world, way, whom, says):
    world.alert()
    world.settle()
    world.post("ana", "/incidents/INC-1/acknowledge")
    before = set(pages(world))
    world.post("ana", f"/incidents/INC-1/{way}", **{whom: "bo"})
    world.settle()
    (asked,) = set(pages(world)) - before
    (title,) = {one["title"] for one in world.receiver.tries if one["dedup_key"] == asked and "who" in one}
    assert title == f"{says}{world.room('INC-1')['title']}"
    world.told()


def test_a_page_by_hand_is_not_closed_by_an_acknowledgement_from_before(world):
    """Somebody has the incident and asks for one more person: that page stays open until the incident is over."""
    world.alert()
    world.settle()
    world.post("ana", "/incidents/INC-1/acknowledge")
    before = set(pages(world))
    updates(world)
    world.post("ana", "/incidents/INC-1/page", who="bo", reason="the database needs somebody")
    world.settle()
    (asked,) = set(pages(world)) - before
    (title,) = {one["title"] for one in world.receiver.tries if one["dedup_key"] == asked and "who" in one}
    assert title == f"ana asks for you: the database needs somebody ({world.room('INC-1')['title']})"
    assert updates(world) == []
    world.post("ana", "/incidents/INC-1/cancel", reason="only a test")
    assert [one["status"] for one in updates(world) if one["dedup_key"] == asked] == ["resolved"]
    world.told()


LOST = "127.0.0.1 ended the connection without an answer"


def lost(world):
    """The receiver has the page, and its answer does not come before the connection ends."""
    world.receiver.answers = lambda message: HANG if "who" in message else 202
    world.alert()
    until(lambda: pages(world), "the page")
    (key,) = pages(world)
    return key


def test_a_page_whose_answer_was_lost_is_told_of_the_acknowledgement_and_of_the_end(world):
    """The pager has it and rings, so it hears all the same, under the key of the page; every screen says that nobody knows."""
    key = lost(world)
    world.receiver.let_go()
    until(lambda: world.facts("EffectFailed"), "the lost answer to be written down")
    (paging,) = world.room("INC-1")["paging"]
    assert (paging["outcome"], paging["delivered"]) == ("outcome unknown", False)
    assert "Nobody knows whether the page to ana has arrived" in world.room("INC-1")["alarm"]
    assert any(f"page to ana through webhook: outcome unknown at attempt 1: {LOST}" in line for line in sentences(world))
    world.post("bo", "/incidents/INC-1/acknowledge")
    assert [(one["status"], one["dedup_key"]) for one in updates(world)] == [("acknowledged", key)]
    world.forward(minutes=2)
    assert len(world.receiver.pages()) == 1
    world.post("bo", "/incidents/INC-1/false-alarm", reason="only a test")
    assert [(one["status"], one["dedup_key"]) for one in updates(world)] == [("resolved", key)]
    world.told()


def test_a_page_that_was_under_way_at_the_acknowledgement_and_whose_answer_is_lost_is_told_of_it(world):
    key = lost(world)
    world.post("bo", "/incidents/INC-1/acknowledge")
    world.receiver.let_go()
    assert [(one["status"], one["dedup_key"]) for one in updates(world)] == [("acknowledged", key)]
    (failed,) = world.facts("EffectFailed")
    assert (failed["unknown"], failed["permanent"]) == (True, True)
    assert world.room("INC-1")["alarm"] == ""
    world.told()


def test_a_page_that_was_refused_is_told_of_nothing(world):
    """It is known not to have arrived, and what is under way at the acknowledgement has an outcome in the timeline as well."""
    world.receiver.answers = lambda message: 503 if "who" in message else 202
    world.alert()
    world.settle()
    world.post("bo", "/incidents/INC-1/acknowledge")
    world.forward(minutes=2)
    assert updates(world) == []
    assert not any("unknown" in failed for failed in world.facts("EffectFailed"))
    world.told()
