"""Patterns of log lines: what is masked, what is one message, whose rate changed."""

import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stormjib.evidence.loglines import masks, rates
from stormjib.evidence.loglines.counts import BUCKETS_MAX, Counts
from stormjib.evidence.loglines.group import group
from stormjib.evidence.loglines.header import HEAD_CHARS_MAX, behind_header
from stormjib.evidence.loglines.level import level_of
from stormjib.evidence.loglines.masks import LINE_CHARS_MAX, coarse, fine
from stormjib.evidence.loglines.rates import Events, benjamini_hochberg, changes, dispersion, rate_p
from stormjib.evidence.loglines.report import report
from stormjib.evidence.loglines.timestamp import recognise
from stormjib.evidence.loglines.trace import joined, raised

CASES = json.loads((Path(__file__).parent / "patterns.json").read_text(encoding="utf-8"))
STYLES = json.loads((Path(__file__).parent / "pattern_styles.json").read_text(encoding="utf-8"))
"""Made-up lines in the manner of logs that the masks were not written for."""
SHAPES_MAX = 400
NOW = 1_772_400_000.0  # 2026-03-01 21:20 UTC


@pytest.mark.parametrize(("line", "masked"), CASES["masks"])
def test_mask(line, masked):
    assert fine(line) == masked


@pytest.mark.parametrize("case", [*CASES["groups"], *STYLES], ids=lambda case: case["says"])
def test_group(case):
    lines = [line for lines in case["templates"].values() for line in lines]
    random.Random(7).shuffle(lines)
    found = {}
    for line, template in group(lines).items():
        found.setdefault(template, set()).add(line)
    assert found == {template: set(lines) for template, lines in case["templates"].items()}


@pytest.mark.parametrize(("line", "error"), CASES["levels"])
def test_level(line, error):
    assert (level_of(line) == "error") is error


@pytest.mark.parametrize(("line", "belongs", "name"), CASES["traces"])
def test_trace(line, belongs, name):
    assert (joined(line), raised(line)) == (belongs, name)


@pytest.mark.parametrize(("line", "form", "minute"), CASES["stamps"], ids=lambda value: str(value)[:40])
def test_stamp(line, form, minute):
    stamp = recognise([line.encode()], NOW)
    assert stamp is not None
    assert stamp.form.name == form
    cut = stamp.cut(line.encode(), 0)
    seconds = stamp.seconds(cut)
    assert json.dumps(seconds // 60 * 60) == json.dumps(minute)
    for level, width in enumerate((60, 600, 3_600, 86_400)):
        if stamp.form.levels[level]:
            coarser = stamp.seconds(stamp.cut(line.encode(), level)) + stamp.offset_seconds
            assert coarser // width == (seconds + stamp.offset_seconds) // width


def test_a_line_without_a_time_has_no_stamp():
    assert recognise([b"Starting up", b"request 17 took 3 ms"], NOW) is None
    stamp = recognise([b"2026-03-01 08:10:11 INFO ready"], NOW)
    assert stamp.cut(b"\tat com.acme.Main(Main.java:7)", 0) is None
    assert stamp.cut(b"2026-13-99 99:99:99 INFO", 0) is None


def test_the_stamp_is_no_part_of_a_pattern():
    for line in (
        b"[Sun Dec 04 04:47:44 2005] [error] gone",
        b"2026-03-01T08:10:11.123+02:00 [error] gone",
        b"Mar  1 08:10:11 [error] gone",
    ):
        assert recognise([line], NOW).apart(line)[1] == b"[error] gone"


@given(st.text(max_size=300))
def test_masks_never_fail_and_are_stable(line):
    masked = fine(line)
    assert fine(masked).count("<*>") >= 0
    assert coarse(masked) == coarse(masked)
    assert set(group([line])) == {line}


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "a-1",
        "0",
        "x/",
        "1.",
        "ab:",
        '="',
        "<*> ",
        "a1-",
        "user ",
        "::",
        "/",
        "(",
        "ff:",
        "a_",
        "1a",
        "1 ",
        "[1]",
        "[",
        "-",
        "1|",
        "A ",
        "1, ",
        "a: ",
        "(1) ",
        "a@1 ",
    ],
)
def test_masks_are_linear(piece):
    """Lines made to send an expression back and forth; one that is not linear would not end before the test is stopped."""
    line = piece * 100_000
    assert len(coarse(fine(line))) <= 6 * LINE_CHARS_MAX
    assert behind_header(fine(line)) <= HEAD_CHARS_MAX
    assert level_of(line) in {"error", "warning", "other"}
    assert joined(line) in {True, False}


def test_rates():
    # R: poisson.test(c(30, 10), c(60, 60))$p.value and scipy's binomtest agree to the tail that is doubled.
    assert rate_p(Events(10, 30), 60, 60) == pytest.approx(0.00222, rel=0.02)
    assert rate_p(Events(10, 10), 60, 60) == 1.0
    assert rate_p(Events(0, 0), 60, 60) == 1.0
    assert rate_p(Events(10, 30), 0, 60) == 1.0
    assert rate_p(Events(10_000, 10_300), 60, 60) == pytest.approx(0.0355, rel=0.05)
    assert rate_p(Events(10, 30, dispersion=8.0), 60, 60) > 0.1


@given(st.integers(0, 300), st.integers(1, 300), st.floats(0.01, 0.99))
def test_only_the_smaller_tail_is_summed(k, more, share):
    n = k + more
    masses = [math.comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(n + 1)]
    expected = min(1.0, 2 * min(math.fsum(masses[: k + 1]), math.fsum(masses[k:])))
    assert math.isclose(rates._binomial_p(k, n, share), expected, rel_tol=1e-6, abs_tol=1e-100)


def test_a_mask_is_left_out_only_where_it_can_not_match():
    lines = [line for line, _ in CASES["masks"]]
    lines += [line for case in [*CASES["groups"], *STYLES] for some in case["templates"].values() for line in some]
    for needed, pattern, _ in masks._WHOLE + masks._ALIKE:
        assert all(needed in line for line in [*lines, *map(fine, lines)] if pattern.search(line))


def test_benjamini_hochberg():
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert benjamini_hochberg([]) == []


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_is_never_smaller_and_keeps_the_order(ps):
    adjusted = benjamini_hochberg(ps)
    assert all(one >= p - 1e-12 for one, p in zip(adjusted, ps, strict=True))
    order = sorted(range(len(ps)), key=ps.__getitem__)
    assert [adjusted[index] for index in order] == sorted(adjusted)


def test_few_false_alarms_and_no_missed_change():
    """200 patterns of one rate and 5 that come five times as often: by a fixed seed, so that it can't flicker."""
    generator = random.Random(3)

    def poisson(rate):
        return sum(generator.random() < rate / 1_000 for _ in range(1_000))

    counts = {number: Events(poisson(40), poisson(40)) for number in range(200)}
    counts |= {number: Events(poisson(20), poisson(100)) for number in range(200, 205)}
    found = changes(counts, 3_600, 3_600)
    assert set(range(200, 205)) <= set(found)
    assert len(found) <= 6
    assert found[200].ratio == pytest.approx(5, rel=0.5)


def test_dispersion():
    assert dispersion([5, 5, 5, 5]) == 1.0
    assert dispersion([0, 0, 40, 0]) == pytest.approx(40)
    assert dispersion([3]) == 1.0


def test_a_report_says_what_is_new_and_what_changed():
    counts = Counts()
    steady = counts.new("INFO served 17", "INFO served 17", line=1)
    rising = counts.new("ERROR no answer from 10.0.0.1", "ERROR no answer from 10.0.0.1", line=2)
    fresh = counts.new("ERROR disk full", "ERROR disk full", line=900)
    for minute in range(1, 21):
        counts.add(minute * 60, [(steady, 100), (rising, 2 if minute < 16 else 30)])
    counts.add(17 * 60, [(fresh, 3)])
    counts.lines = sum(shape.count for shape in counts.shapes)
    found = report(counts, 16 * 60)
    by = {one.template: one for one in found.patterns}
    assert by["ERROR disk full"].new
    assert by["ERROR no answer from <*>"].change.ratio == pytest.approx(15, rel=0.1)
    assert by["INFO served <*>"].change is None
    assert not by["INFO served <*>"].new
    assert found.errors[17 * 60] == 33
    assert found.errors[60] == 2


def test_a_tally_is_bounded_and_honest(monkeypatch):
    monkeypatch.setattr("stormjib.evidence.loglines.counts.SHAPES_MAX", SHAPES_MAX)
    monkeypatch.setattr("stormjib.evidence.loglines.counts.ERRORS_KEPT_MAX", 10)
    counts = Counts()
    letters = "abcdefghijklmnopqrstuvwxyz"
    generator = random.Random(1)
    added = 0
    for number in range(12 * SHAPES_MAX):
        word = "".join(generator.choices(letters, k=12))
        shape = counts.new(f"{word} lost {word[::-1]}", f"{word} lost {word[::-1]}", line=number)
        counts.add(number * 60, [(shape, 1)])
        added += 1
        if counts.crowded():
            counts.fold()
        if number % 500 == 0:
            counts.tidy()
    counts.tidy()
    assert len(counts.shapes) <= SHAPES_MAX + 13
    assert len(counts.cells) <= 2 * BUCKETS_MAX
    assert sum(shape.count for shape in counts.shapes) == added
    assert sum(sum(cell.values()) for cell in counts.cells.values()) == added
    assert report(counts, None).other > 0


def test_a_moment_stays_exact_when_buckets_grow():
    begins = 10 * 86_400
    moment = begins + 3 * 86_400 + 7 * 60
    counts = Counts(keep=(moment,))
    shape = counts.new("INFO x", "INFO x", line=1)
    for minute in range(60 * 24 * 40):
        counts.add(counts.bucket(begins + minute * 60), [(shape, 1)])
        if minute % 500 == 0:
            counts.tidy()
    assert counts.level > 0
    found = report(counts, moment)
    assert found.patterns[0].before == (moment - begins) // 60
