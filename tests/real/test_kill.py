"""kill -9 at random moments over simulated incidents: nothing lost, nothing doubled, nothing run twice."""

import pytest
from bench import kill, sabotage

KILLS = 8
SEED = 7


def test_nothing_is_lost_or_doubled_over_kills(tmp_path):
    """Every count that must be 0 is 0, and the run was one: alerts came in, commands ran, pages arrived at a pager that counts, and climbed."""
    found = kill.run(kills=KILLS, seed=SEED, where=tmp_path, tell=lambda _: None, with_chat=True)
    wrong = {name: found[name] for name in kill.MUST_BE_ZERO if found[name]}
    assert not wrong, found
    assert found["incidents"] > 0
    assert found["runs_started"] > 0
    assert found["pages_taken"] > 0
    assert found["escalations"] > 0
    assert found["engine_files_lost"] > 0
    assert found["chat_posts"] > 0


@pytest.mark.parametrize("name", sabotage.BUILDS)
def test_f8_every_broken_build_is_still_one(name, tmp_path):
    """The text that a sabotage replaces is still in the program; `python -m bench.kill --sabotage` says whether it is seen."""
    broken = sabotage.build(sabotage.BUILDS[name], tmp_path / "src")
    for change in sabotage.BUILDS[name]:
        assert change.instead in (broken / "stormjib" / change.file).read_text()
