"""Rates over resets and gaps, quantiles as Prometheus has them, and the start of a change in made-up noise."""

import math
import random

import pytest

from stormjib.evidence.metrics import series
from stormjib.evidence.metrics.baseline import Floor, baseline, nearest, outside
from stormjib.evidence.metrics.change import before_present, changed_at
from stormjib.evidence.metrics.sample import Raw, Span
from stormjib.evidence.metrics.spark import spark

SPAN = Span(0.0, 50.0, 10.0)
INF = math.inf


def counter(*points, born=None):
    return Raw("c", {}, "i", [(float(at), float(value)) for at, value in points], counter=True, born=born)


@pytest.mark.parametrize(
    ("raw", "rates"),
    [
        (counter((0, 0), (10, 5), (20, 15), (30, 15), (40, 20), (50, 20)), [0.5, 1, 0, 0.5, 0]),
        (counter((0, 100), (10, 105), (20, 3), (30, 13), (40, 13), (50, 13)), [0.5, 0.3, 1, 0, 0]),
        (counter((0, 0), (10, 10), (40, 40), (50, 50)), [1, 1, 1, 1, 1]),
        (counter((30, 6), (40, 6), (50, 6), born=20), [None, None, 0.6, 0, 0]),
        (counter((0, 1)), [None] * 5),
        (counter(), [None] * 5),
    ],
    ids=["steady", "reset", "gap", "born", "one sample", "none"],
)
def test_rate(raw, rates):
    assert series.rate([raw], SPAN) == [None if rate is None else pytest.approx(rate) for rate in rates]


def test_no_data_is_not_zero():
    assert series.divided([None, None, 1.0], [None, 4.0, 4.0]) == [None, 0.0, 0.25]
    assert series.divided([0.0], [0.0]) == [None]
    assert series.points([None, 1.0, math.nan, math.inf, 0.0], SPAN) == [(20.0, 1.0), (50.0, 0.0)]


@pytest.mark.parametrize(
    ("q", "buckets", "value"),
    [
        (0.5, [(0.1, 10), (0.5, 20), (INF, 20)], 0.1),
        (0.75, [(0.1, 10), (0.5, 20), (INF, 20)], 0.3),
        (0.25, [(0.1, 10), (0.5, 20), (INF, 20)], 0.05),
        (0.99, [(0.1, 10), (0.5, 20), (INF, 40)], 0.5),
        (0.5, [(-1, 10), (1, 11), (INF, 11)], -1),
        (0.9, [(0.1, 10), (0.5, 9), (INF, 20)], 0.5),
        (0.5, [(0.1, 0), (INF, 0)], None),
        (0.5, [(0.1, 1), (0.5, 2)], None),
        (0.5, [(INF, 5)], None),
        (0.5, [], None),
    ],
)
def test_quantiles_are_those_of_prometheus(q, buckets, value):
    assert series.histogram_quantile(q, buckets) == (value if value is None else pytest.approx(value))


def test_a_flat_baseline_does_not_explode():
    usual = baseline([0.0] * 20, Floor(0.01))
    assert usual.spread == 0.01
    assert usual.z(0.02) == pytest.approx(2)
    assert baseline([1.0] * 4, Floor(0.01)) is None
    assert baseline([100.0] * 9, Floor(0.01, 0.2)).spread == 20


def test_incidents_are_no_baseline_and_the_nearest_baseline_counts():
    assert outside([(1, 1), (5, 9), (9, 1)], [(4, 6)]) == [(1, 1), (9, 1)]
    quiet, busy = baseline([1.0] * 9, Floor(0.1)), baseline([8.0] * 9, Floor(0.1))
    assert nearest(7.9, [quiet, busy]) is busy


def noise(seed, count, level=1.0, scale=0.05):
    rolls = random.Random(seed)
    return [level + rolls.gauss(0, scale) for _ in range(count)]


def at_ten_seconds(values):
    return [(10.0 * place, value) for place, value in enumerate(values)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("before", "after", "size"), [(200, 20, 1.0), (200, 3, 1.0), (60, 120, 0.6), (30, 5, -0.8)])
def test_the_start_of_a_step_is_found(seed, before, after, size):
    points = at_ten_seconds([*noise(seed, before), *noise(seed + 1000, after, 1.0 + size)])
    past = before_present(points, Floor(0.05))
    assert abs(len(past) - before) <= 1
    usual = baseline((value for _, value in past), Floor(0.05))
    assert abs(changed_at(points, usual) - 10.0 * (before - 1)) <= 10.0


@pytest.mark.parametrize("seed", range(50))
def test_noise_has_no_change(seed):
    points = at_ten_seconds(noise(seed, 240))
    assert changed_at(points, baseline((value for _, value in points), Floor(0.05))) is None


@pytest.mark.parametrize("seed", range(20))
def test_a_spike_in_the_past_is_not_the_present(seed):
    values = [*noise(seed, 100), 9.0, 9.5, *noise(seed + 1, 100)]
    points = at_ten_seconds(values)
    assert changed_at(points, baseline((value for _, value in points), Floor(0.05))) is None


def test_a_ramp_begins_where_it_leaves_the_usual():
    points = at_ten_seconds([*noise(1, 100), *(1.0 + 0.05 * place for place in range(60))])
    began = changed_at(points, baseline((value for _, value in points[:100]), Floor(0.05)))
    assert 950 <= began <= 1100


def test_spark():
    assert spark([(0, 0), (1, 1), (2, 7)]) == "▁▂█"
    assert spark([(0, 3), (9, 3)]) == "▁▁"
    assert spark([(0, 0), (100, 1), (101, 1)], 3) == "▁ █"
    assert spark([]) == ""


def test_a_spike_survives_thinning():
    points = at_ten_seconds([1.0] * 500 + [50.0] + [1.0] * 500)
    thin = series.thinned(points, 1.0, 60)
    assert len(thin) == 60
    assert max(value for _, value in thin) == 50.0
