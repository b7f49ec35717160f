"""Every case in ``cases/`` is blamed on whom it says; and what must hold of any ranking, whatever the log holds."""

from pathlib import Path

import pytest
from tests.evidence.suspects.case import START, cases, facts_of, incident_of, load, policy_of

from stormjib.evidence.suspects import rank


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_the_right_one_is_suspected(path: Path) -> None:
    case = load(path)
    ranking = rank(incident_of(facts_of(case)), policy_of(case), at=START + 10, missing=())
    named = [(one.component, one.score, one.sentence) for one in ranking.suspects]
    shown = "\n".join(f"{score:.2f} {sentence}" for _, score, sentence in named)
    if "among" in case:
        assert case["among"] in [name for name, _, _ in named[:3]], shown
    elif case["first"]:
        assert named, case["about"]
        assert named[0][0] == case["first"], shown
        assert all(words in named[0][2] for words in case.get("says", ())), shown
    assert ranking.clear == case.get("clear", ranking.clear), shown
    if "proposed" in case:
        assert (ranking.proposed.value if ranking.proposed else None) == case["proposed"], ranking.impact
    assert set(case.get("innocent", ())) <= {"", *case.get("innocent", ())} - {
        name for name, score, _ in named if score >= 0.4
    }, shown


def test_there_are_real_cases_and_constructed_ones() -> None:
    names = {path.stem.partition("-")[0] for path in cases()}
    assert names == {"drill", "made"}
    assert len(cases()) >= 30


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_every_sentence_names_entries_that_exist(path: Path) -> None:
    case = load(path)
    facts = facts_of(case)
    for suspect in rank(incident_of(facts), policy_of(case), at=START + 10, missing=()).suspects:
        assert suspect.entries
        assert set(suspect.entries) <= set(range(1, len(facts) + 1))
        assert 0.0 < suspect.score <= 1.0
        assert suspect.sentence.startswith(f"{suspect.component}: ")
        assert suspect.sentence.endswith(".")
