"""The first minute: everything is checked, the suspects are ranked once, and nobody waits for what hangs."""

import threading

from tests.story.patience import until
from tests.story.world import PROGRAMS

from stormjib.core import initial_triage
from stormjib.core.effects import ReadLogs, ReviewMetrics

TARGET = "http://127.0.0.1:9"
"""Nobody listens there, so that metrics are asked for and fail at once."""


def test_the_suspects_are_ranked_when_everything_has_answered(make):
    """Redis refuses and the API says so: the ranking stands in the log once, names redis first, and the room shows it."""
    world = make()
    world.stand_in("redis-cli", "echo 'Could not connect to Redis at 127.0.0.1:6379: Connection refused'; exit 1")
    world.stand_in("curl", "echo 'curl: (22) The requested URL returned error: 503' >&2; exit 22")
    incident = world.begin()
    world.settle()
    (ranked,) = world.facts("SuspectsRanked", incident)
    assert ranked["suspects"][0]["component"] == "redis"
    assert ranked["clear"]
    assert not ranked.get("missing")
    assert world.room(incident)["suspects"]["ranking"] == ranked
    world.forward(minutes=2)
    assert len(world.facts("SuspectsRanked", incident)) == 1


def test_the_impact_is_measured_again_while_the_outage_grows(make):
    """When it is declared the service still answers; three minutes later nothing does: the measured severity says P0. After half an hour it is measured no more."""
    world = make()
    world.stand_in("curl", 'echo \'{"status": "ok"}\'')
    incident = world.begin()
    assert world.facts("SuspectsRanked", incident)[-1].get("proposed") is None
    world.stand_in("curl", "echo 'curl: (7) Failed to connect to localhost port 8080: Connection refused' >&2; exit 7")
    world.forward(minutes=3.1)
    assert world.facts("SuspectsRanked", incident)[-1]["proposed"] == "P0"
    world.forward(minutes=28)
    asked = len(world.facts("EvidenceCollected", incident))
    world.forward(minutes=60)
    assert len(world.facts("EvidenceCollected", incident)) == asked
    world.told()


def test_programs_that_all_hang_are_all_ended_and_the_suspects_ranked(make):
    """Every program of the runbook hangs and takes no polite end: each look is ended after its timeout, and says so."""
    world = make(probe_timeout_seconds=0.3)
    for program in PROGRAMS:
        world.stand_in(program, "trap '' TERM; sleep 1000 & wait; wait")
    incident = world.begin()
    world.settle()
    looks = world.facts("EvidenceCollected", incident)
    assert len(looks) == 23
    assert all(look.get("timed_out") for look in looks if look["line"] != 251)
    (ranked,) = world.facts("SuspectsRanked", incident)
    assert not ranked.get("missing")
    assert {"docker", "redis"} <= {one["component"] for one in ranked["suspects"][:3]}


def test_a_source_that_never_answers_is_named_as_missing_within_the_minute(make):
    """The metrics and a log hang for good: the timer of the first minute ranks without them; what comes later is taken in."""
    world = make(target_url=TARGET)
    held = threading.Event()
    for effect in (ReviewMetrics, ReadLogs):
        world.app.outbox._performers[effect] = _Held(world.app.outbox._performers[effect], held)
    try:
        answer = world.alert()
        incident = answer.json()["incidents"][0]
        until(lambda: len(world.facts("EvidenceCollected", incident)) == 23, "the looks")
        assert not world.facts("SuspectsRanked", incident)
        world.pass_by(initial_triage.COMPLETE_SECONDS + 0.1)
        until(lambda: world.facts("SuspectsRanked", incident), "the ranking")
        (ranked,) = world.facts("SuspectsRanked", incident)
        assert "metrics" in ranked["missing"]
        assert any(name.startswith("patterns of docker logs") for name in ranked["missing"])
        declared = world.log(incident, "Declared")[0]["at"]
        due = world.log(incident, "TimerDue")[0]["at"]
        assert due - declared >= initial_triage.COMPLETE_SECONDS
    finally:
        held.set()
    world.settle()
    world.told()


def test_the_minute_holds_even_when_every_look_hangs():
    """Eight side by side, ten seconds each and two until a stubborn one is killed: the last is done before the time is up."""
    jobs = initial_triage.CHECKS_MAX + 1
    rounds = -(-jobs // 8)
    assert rounds * 10 <= initial_triage.COMPLETE_SECONDS <= 56


class _Held:
    """A performer that waits until it is let go."""

    def __init__(self, performer, held):
        self._performer = performer
        self._held = held

    def perform(self, effect, **given):
        assert self._held.wait(60)
        return self._performer.perform(effect, **given)
