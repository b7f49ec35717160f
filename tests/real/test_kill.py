"""kill -9 at random moments over simulated incidents: nothing lost, nothing doubled, nothing run twice."""

from bench import kill

KILLS = 8
SEED = 7


def test_nothing_is_lost_or_doubled_over_kills(tmp_path):
    """Every count that must be 0 is 0, and the run was one: alerts came in, commands ran."""
    found = kill.run(kills=KILLS, seed=SEED, where=tmp_path, tell=lambda _: None)
    wrong = {name: found[name] for name in kill.MUST_BE_ZERO if found[name]}
    assert not wrong, found
    assert found["incidents"] > 0
    assert found["runs_started"] > 0
