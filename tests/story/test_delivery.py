"""The other side of a page fails in every way: it arrives once, or somebody else is woken."""

import pytest
from tests.story.receiver import HANG

from stormjib.integrations.notify import webhook

PAGE_ANA, PAGE_BO = "page ana, rung 0, INC-1", "page bo, rung 1, INC-1"


def of(receiver, *statuses, then=202):
    """Answer each page with these in turn, then with the last; everything else is taken."""
    left = list(statuses)
    receiver.answers = lambda message: (left.pop(0) if left else then) if "who" in message else 202


def pages(lines):
    return [line for line in lines if line.startswith("page")]


def test_a_receiver_that_is_down_for_a_while_gets_the_page_once(world, monkeypatch):
    """500, 503, no answer at all, 429, then up again: the page is taken once, under one key."""
    of(world.receiver, 500, 503, HANG, 429)
    world.alert()
    world.forward(minutes=1)
    assert pages(world.told()) == [PAGE_ANA]
    assert list(world.receiver.pages().values()) == [5]
    failures = [fact for fact in world.facts("EffectFailed") if fact["effect"] == "page/0"]
    assert [fact["permanent"] for fact in failures] == [False] * 4
    assert failures[2]["reason"] == f"127.0.0.1 did not answer within {webhook.TIMEOUT_SECONDS:.0f} seconds."
    assert len(world.facts("PageSent")) == 1
    world.post("ana", "/incidents/INC-1/acknowledge")


def test_an_acknowledgement_ends_the_tries(world):
    """The pager is down and ana saw it on the page: from then on nobody is tried for it."""
    of(world.receiver, then=503)
    world.alert()
    world.settle()
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.forward(minutes=2)
    tried = sum(world.receiver.pages().values())
    world.forward(minutes=30)
    assert sum(world.receiver.pages().values()) == tried
    assert pages(world.told()) == []


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_a_page_that_will_never_be_taken_goes_to_the_next_rung_at_once(world, status):
    """400 for ana's page is final: bo is paged without waiting for the ladder."""
    world.receiver.answers = lambda message: status if message.get("who") == "ana" else 202
    world.alert()
    assert pages(world.told()) == [PAGE_BO]
    (failed,) = [fact for fact in world.facts("EffectFailed") if fact["effect"] == "page/0"]
    assert failed["permanent"]
    assert str(status) in failed["reason"]
    world.post("bo", "/incidents/INC-1/acknowledge")


def test_nobody_can_be_paged_and_the_incident_lives(world):
    """Every page is refused for good: the log says so for each, the incident goes on, and the ladder tries again later."""
    of(world.receiver, then=400)
    world.alert()
    world.settle()
    assert {fact["effect"] for fact in world.facts("EffectFailed")} == {"page/0", "page/1"}
    assert world.room("INC-1")["status"] == "declared"
    of(world.receiver, then=202)
    world.forward(minutes=6)
    assert pages(world.told()) == ["page ana, rung 2, INC-1", "page bo, rung 2, INC-1"]
    world.post("bo", "/incidents/INC-1/acknowledge")


def test_the_answer_is_lost_and_the_second_try_has_the_same_key(world):
    """The receiver takes the page and its answer gets lost: the page comes again under the same key, so that it rings once."""
    seen = []

    def answers(message):
        if "who" not in message:
            return 202
        seen.append(message["dedup_key"])
        return HANG if len(seen) == 1 else 202

    world.receiver.answers = answers
    world.alert()
    world.forward(minutes=1)
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert pages(world.told()) == [PAGE_ANA]
    world.post("ana", "/incidents/INC-1/acknowledge")
