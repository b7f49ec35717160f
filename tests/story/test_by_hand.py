"""Where no outside system says that it is over, a person may, with a reason; and it never looks like a proof."""

import pytest
from tests.story.test_alerts import alertmanager
from tests.story.test_closing import FINAL_CHECK, say, world
from tests.story.test_commands import FLUSH, RESTART_REDIS
from tests.story.world import report

__all__ = ["world"]

CLEAR = "/incidents/INC-1/alerts/clear"


def begun(world):
    alertmanager(world, "firing", "ApiDown", "RuleRenamed")
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()


def lacking(world, which="resolution"):
    return {one["name"]: one["detail"] for one in world.room("INC-1")[which] if not one["met"]}


def measured_item(world):
    return next(f"t{one['line']}" for one in world.room("INC-1")["resolution"] if one["detail"].startswith("not measured"))


def test_a4_a_person_clears_an_alert_whose_end_never_comes(world):
    """The rule was renamed: the refusal says how to clear it, clearing needs a reason, and the timeline says whose word it is."""
    begun(world)
    alertmanager(world, "resolved", "ApiDown")
    assert "stormjib alert clear INC-1 NAME --reason" in lacking(world)["no alert fires"]
    assert "Say why RuleRenamed is over" in world.post("ana", CLEAR, 409, alert="RuleRenamed", reason=" ")
    world.post("ana", CLEAR, alert="RuleRenamed", reason="the rule has another name now")
    assert "no alert fires" not in lacking(world)
    assert world.log(kind="AlertCleared")[-1]["text"] == (
        "alert RuleRenamed is clear: cleared by ana, not by its sender: the rule has another name now"
    )
    assert "No alert RuleRenamed fires in INC-1" in world.post("ana", CLEAR, 409, alert="RuleRenamed", reason="again")


def test_a4_what_was_cleared_by_hand_and_is_heard_again_fires(world):
    """Ana has cleared it, and its sender repeats that it fires: it fires, for a page too many costs less than one that is lost."""
    begun(world)
    world.post("ana", CLEAR, alert="ApiDown", reason="silenced for the weekend")
    world.forward(minutes=300)
    alertmanager(world, "firing", "ApiDown")
    assert world.room("INC-1")["firing"] == ["ApiDown", "RuleRenamed"]


def test_a4_a_person_clears_many_alerts_of_one_name_at_once(world):
    """Two hundred pods of one alert, most of them without an entry of their own: one word for all of them."""
    pods = [{"name": "PodDown", "service": "shop", "severity": "P1", "labels": {"pod": f"p{n}"}} for n in range(200)]
    world.send("POST", "/api/v1/alerts", "watcher", pods)
    world.post("ana", "/incidents/INC-1/acknowledge")
    assert "PodDown (200 times)" in lacking(world)["no alert fires"]
    refused = world.post("ana", CLEAR, 409, alert="PodDown", reason="the node is gone")
    assert refused.startswith("200 alerts PodDown fire in INC-1: ")
    assert "(pod=p0)" in refused
    one = world.get("/alerts?limit=1000")["alerts"][0]["alert"]["fingerprint"]
    world.post("ana", CLEAR, alert=one, reason="that pod is gone")
    assert "PodDown (199 times)" in lacking(world)["no alert fires"]
    world.post("ana", CLEAR, alert="PodDown", reason="the node is gone", all=True)
    assert "no alert fires" not in lacking(world)
    assert len(world.facts("AlertCleared")) == 52
    world.told()


def test_a4_an_alert_that_is_not_repeated_has_gone_quiet_and_counts_until_a_person_clears_it(world):
    """Not heard for longer than the sender's repetition: that is said; silence alone proves nothing."""
    begun(world)
    world.forward(minutes=200)
    alertmanager(world, "firing", "ApiDown")
    world.forward(minutes=100)
    detail = lacking(world)["no alert fires"]
    assert "RuleRenamed (not heard for 5.0 hours)" in detail
    assert "ApiDown," in detail
    world.post("ana", CLEAR, alert="RuleRenamed", reason="gone quiet")
    assert "RuleRenamed" not in lacking(world)["no alert fires"]


def test_a_missing_proof_can_be_overruled_and_stands_as_overruled(world):
    """Nothing can be measured: ana answers for it with a reason, which is never called a measurement; a later failure counts again."""
    begun(world)
    item = measured_item(world)
    path = f"/incidents/INC-1/items/{item}/overrule"
    assert "Say why" in world.post("ana", path, 409, text=" ")
    world.post("ana", path, text="the probe can't reach it, I have looked")
    (overruled,) = world.log(kind="ProofOverruled")
    assert overruled["text"].startswith("overruled by ana, not proven: ")
    named = next(one for one in world.room("INC-1")["resolution"] if "overruled by ana" in one["detail"])
    assert named["met"]
    assert "overruled by ana, not proven" in world.send("GET", "/api/v1/incidents/INC-1/postmortem", "ana").text
    assert world.post("ana", path, text="again")["entries"] == 0
    world.report = report("user_flow", "latency", "error_rate", "health", "ready")
    world.post("ana", "/incidents/INC-1/verify")
    world.settle()
    assert named["name"] in lacking(world)
    world.post("ana", path, text="the health check itself is broken")
    assert named["name"] not in lacking(world)


def test_an_overruled_proof_does_not_outlive_a_restart_or_a_reopening(world):
    """What was answered for before something was restarted has to be answered for again."""
    begun(world)
    item = measured_item(world)
    world.post("ana", f"/incidents/INC-1/items/{item}/overrule", text="I have looked")
    before = lacking(world)
    world.run("INC-1", RESTART_REDIS)
    assert set(lacking(world)) - set(before)


def test_a_command_that_proves_the_end_can_be_overruled_too(world):
    """The final health check fails for a reason of its own: the incident can be closed, and says by whose word."""
    begun(world)
    alertmanager(world, "resolved", "ApiDown", "RuleRenamed")
    world.post("ana", "/incidents/INC-1/verify")
    world.settle()
    say(world, "INC-1")
    world.post("ana", "/incidents/INC-1/resolve", text="back")
    say(world, "INC-1")
    assert lacking(world, "closure")
    world.post("ana", f"/incidents/INC-1/items/c{FINAL_CHECK}/overrule", text="the script is gone")
    world.post("ana", "/incidents/INC-1/close")
    assert world.room("INC-1")["status"] == "closed"
    world.told()


@pytest.mark.parametrize("what", [f"c{FLUSH}", "INC-1-R1", "t1", "nothing"])
def test_a_destroy_or_a_run_can_not_be_overruled(world, what):
    """Only what proves the recovery; a run whose outcome is unknown is settled instead."""
    begun(world)
    refused = world.post("ana", f"/incidents/INC-1/items/{what}/overrule", 409, text="because")
    assert f"{what} is no proof that can be overruled in INC-1" in refused
    assert "stormjib settle RUN" in refused
