"""The watermark itself: found where it is, not found where it is not, and worn off by attacks."""

import statistics
from random import Random

import pytest

from watermark_lab import watermark, words
from watermark_lab.attack import ATTACKS
from watermark_lab.model import Model, ModelError
from watermark_lab.watermark import Scheme, TooShortError

SCHEME = Scheme.of_key("a key for tests")
UNMARKED = Scheme(SCHEME.secret, delta=0.0)


def written(model: Model, scheme: Scheme, seed: int, count: int = 200) -> list[str]:
    return watermark.generate(model, scheme, ["the", "file"], count, Random(seed))


def test_a_marked_text_of_200_words_is_always_found(language_model: Model) -> None:
    assert min(watermark.detect(SCHEME, written(language_model, SCHEME, seed)).z for seed in range(50)) > 4


def test_an_unmarked_text_scores_as_chance_does(language_model: Model) -> None:
    scores = [watermark.detect(SCHEME, written(language_model, UNMARKED, seed)).z for seed in range(200)]
    assert max(abs(z) for z in scores) < 4
    assert abs(statistics.mean(scores)) < 0.25
    assert 0.75 < statistics.stdev(scores) < 1.25


def test_another_key_does_not_find_the_mark(language_model: Model) -> None:
    other = Scheme.of_key("another key")
    assert max(abs(watermark.detect(other, written(language_model, SCHEME, seed)).z) for seed in range(50)) < 4


def test_a_text_that_repeats_itself_is_not_taken_for_a_marked_one() -> None:
    text = words.tokenize("We will be back soon, thank you for waiting. " * 200)
    assert abs(watermark.detect(SCHEME, text).z) < 4


def test_about_gamma_of_the_words_are_green(language_model: Model) -> None:
    vocabulary = language_model.vocabulary
    for previous in ("the", "", "ünïcode"):
        share = sum(SCHEME.is_green(previous, word) for word in vocabulary) / len(vocabulary)
        assert abs(share - SCHEME.gamma) < 0.03
    lists = {tuple(SCHEME.is_green(previous, word) for word in vocabulary[:100]) for previous in vocabulary[:20]}
    assert len(lists) == 20, "the green list must depend on the word before"


@pytest.mark.parametrize(
    ("z", "p"),
    [
        (0.0, 0.5),
        (1.6448536269514722, 0.05),
        (2.3263478740408408, 0.01),
        (-1.6448536269514722, 0.95),
        (4.0, 3.167124183311986e-05),
        (6.0, 9.865876450376946e-10),
    ],
)
def test_p_values_are_those_of_the_tables(z: float, p: float) -> None:
    assert watermark.p_value(z) == pytest.approx(p, rel=1e-9)


def test_z_is_the_formula_of_the_paper() -> None:
    assert watermark.z_score(28, 36, 0.25) == pytest.approx(19 / (36 * 0.25 * 0.75) ** 0.5)
    assert watermark.z_score(25, 100, 0.25) == 0


@pytest.mark.parametrize("kind", sorted(ATTACKS))
def test_the_harder_the_attack_the_less_is_left(kind: str, language_model: Model) -> None:
    attack, means = ATTACKS[kind], []
    for strength in (0.0, 0.2, 0.4, 0.6, 0.8):
        attacked = [attack(written(language_model, SCHEME, seed), strength, language_model, Random(seed)) for seed in range(30)]
        means.append(statistics.mean(watermark.detect(SCHEME, text).z for text in attacked))
    assert means == sorted(means, reverse=True)
    assert means[0] - means[-1] > 3


@pytest.mark.parametrize("kind", sorted(ATTACKS))
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_attacks_take_any_text(kind: str, strength: float, language_model: Model) -> None:
    for text in ([], ["one"], ["one", "two"], written(language_model, SCHEME, 1)):
        attacked = ATTACKS[kind](text, strength, language_model, Random(1))
        assert len(attacked) == (len(text) - round(strength * len(text)) if kind == "truncate" else len(text))
        if strength == 0:
            assert attacked == text
        if kind == "shuffle":
            assert sorted(attacked) == sorted(text)


def test_a_seed_repeats_a_text_and_another_does_not(language_model: Model) -> None:
    assert written(language_model, SCHEME, 7) == written(language_model, SCHEME, 7)
    assert written(language_model, SCHEME, 7) != written(language_model, SCHEME, 8)


def test_two_builds_of_the_model_write_the_same(language_model: Model) -> None:
    from watermark_lab import model  # noqa: PLC0415

    assert written(model.load(), SCHEME, 7) == written(language_model, SCHEME, 7)


def test_the_model_follows_its_corpus() -> None:
    only_chain = Model(["a", "b", "c", "d"] * 300)
    pairs = {("a", "b"): "c", ("b", "c"): "d", ("c", "d"): "a"}
    for (before_last, last), follower in pairs.items():
        drawn = [only_chain.draw(before_last, last, Random(seed)) for seed in range(300)]
        # every trigram and bigram draw (85 %) and a quarter of the unigram draws
        assert drawn.count(follower) / 300 == pytest.approx(0.85 + 0.15 / 4, abs=0.06)
    assert only_chain.draw("never", "seen", Random(1)) in {"a", "b", "c", "d"}


def test_a_model_without_text_says_what_is_missing() -> None:
    with pytest.raises(ModelError, match="standard library sources"):
        Model(["too", "short"])


@pytest.mark.parametrize("text", [[], ["one"]])
def test_nothing_to_score_is_refused(text: list[str]) -> None:
    with pytest.raises(TooShortError, match="longer text"):
        watermark.detect(SCHEME, text)


def test_a_text_reads_back_as_the_words_it_was_written_from(language_model: Model) -> None:
    for seed in range(30):
        text = written(language_model, SCHEME, seed)
        assert words.tokenize(words.join(text)) == text


@pytest.mark.parametrize("text", ["Straße, ǰ is odd. İstanbul! don't stop", "ǆ. ﬁne: ŉ", "", "...!?", "a_b 3.14 x"])
def test_any_text_reads_back(text: str) -> None:
    tokens = words.tokenize(text)
    assert words.tokenize(words.join(tokens)) == tokens
