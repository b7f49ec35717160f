"""What a metric is called: each case is a series against its baseline, and the sentence that people read."""

import json
from pathlib import Path

import pytest

from stormjib.evidence.metrics.baseline import Floor
from stormjib.evidence.metrics.catalogue import OTHERS, catalogue, known
from stormjib.evidence.metrics.judge import judge
from stormjib.evidence.metrics.review import review
from stormjib.evidence.metrics.spec import MetricSpec, Series, Window

CASES = json.loads((Path(__file__).parent / "cases" / "judge.json").read_text(encoding="utf-8"))
NOW = 1_700_000_000.0
STEP = 10.0
THERE = {
    "http_requests_total": ["route", "status"],
    "http_request_duration_seconds_bucket": ["route", "le"],
    **{name: [] for one in OTHERS for name in (one.family, one.over) if name},
}


def wanted(name, family=""):
    found = [one for one in catalogue(THERE) if one.name == name and family in one.family]
    return min(found, key=lambda one: bool(one.by))


def points(levels, end=NOW):
    """``[[value, times], …]`` ending now; a value of null is a gap."""
    flat = [value for value, times in levels for _ in range(times)]
    start = end - STEP * (len(flat) - 1)
    return [(start + STEP * place, float(value)) for place, value in enumerate(flat) if value is not None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case):
    asked = Window("shop", NOW, NOW, [(NOW + a, NOW + b) for a, b in case.get("incidents", [])])
    weeks = tuple(points(levels, NOW - 604_800 * week) for week, levels in enumerate(case.get("weeks", []), 1))
    track = Series(
        wanted(case["metric"], case.get("family", "")), case.get("thing", "shop"), case["metric"], points(case["now"]), weeks
    )
    found = judge(track, asked, STEP)
    assert (found.severity, found.sentence) == (case["severity"], case["sentence"])


@pytest.mark.parametrize(
    ("z", "points_since", "severity"),
    [
        (3.49, 6, "fine"), (3.5, 6, "note"), (5.99, 6, "note"), (6.0, 6, "warn"), (9.99, 6, "warn"), (10.0, 6, "bad"),
        (6.0, 1, "note"), (9.99, 1, "note"), (10.0, 1, "bad"),
    ],
)  # fmt: skip
def test_the_borders_of_note_warn_and_bad(z, points_since, severity):
    """From 3.5 spreads on it is a note, from 6 on it stands out, from 10 on it is bad; one point alone has to be bad to be more than a note."""
    one = MetricSpec("queue", "count", "gauge", "queue", Floor(1.0))
    track = Series(one, "shop", "queue", points([[0, 100], [z, points_since]]))
    found = judge(track, Window("shop", NOW - STEP * (points_since - 1), NOW), STEP)
    assert (found.z, found.severity) == (pytest.approx(z), severity)


def test_the_one_sick_of_three_replicas_stands_out():
    def tracks(*latencies):
        one = wanted("p95 latency")
        return [
            Series(one, f"shop-{number}", one.name, points([[0.04, 100], [value, 6]]), replica=True)
            for number, value in enumerate(latencies, 1)
        ]

    asked = Window("shop", NOW, NOW)
    sick = review(tracks(0.04, 2.0, 0.04), asked, STEP, "test", ())
    assert [(one.thing, one.severity) for one in sick.metrics] == [("shop-2", "bad"), ("shop-1", "fine"), ("shop-3", "fine")]
    every = review(tracks(2.0, 2.0, 2.0), asked, STEP, "test", ())
    assert {one.severity for one in every.metrics} == {"note"}


def test_nothing_to_look_at_is_said():
    found = review((), Window("shop", NOW, NOW), STEP, "nowhere", ("Nothing has been scraped yet.",))
    assert found.sentence == "there is no metric"
    assert json.loads(found.body)["problems"] == ["Nothing has been scraped yet."]


def test_where_the_host_alone_was_measured_it_is_said_that_nothing_of_the_service_was():
    def said(*names):
        found = [one for one in catalogue(THERE) if (one.name, one.thing) in names and not one.by]
        tracks = [Series(one, one.thing, one.name, points([[0.3, 106]])) for one in found]
        return review(tracks, Window("shop", NOW, NOW), STEP, "test", ()).sentence

    assert (
        said(("cpu", "host"), ("memory", "host")) == "nothing stands out in 2 metrics; of the service itself no metric was read"
    )
    assert said(("cpu", "host"), ("p95 latency", "")) == "nothing stands out in 2 metrics"
    gone = Series(wanted("p95 latency"), "", "p95 latency", ())
    host = Series(wanted("cpu", "node_"), "host", "cpu", points([[0.3, 106]]))
    found = review((host, gone), Window("shop", NOW, NOW), STEP, "test", ()).sentence
    assert found == "nothing stands out in 2 metrics (1 without data); of the service itself no metric was read"


def test_families_with_the_name_of_a_service_in_front():
    there = {
        "shop_http_requests_total": {"route", "status"},
        "shop_client_http_requests_total": {"status"},
        "shop_http_request_duration_seconds_bucket": {"route", "le"},
        "shop_dependency_up": {"dependency"},
        "shop_redis_call_duration_seconds_bucket": {"le"},
        "shop_orders_total": set(),
    }
    kept = {name: labels for name, labels in there.items() if known(name)}
    found = {(one.name, one.thing): one.family for one in catalogue(kept)}
    assert found["requests per second", ""] == "shop_http_requests_total"
    assert found["p99 latency", ""] == "shop_http_request_duration_seconds"
    assert found["dependency up", ""] == "shop_dependency_up"
    assert found["p95 latency", "redis"] == "shop_redis_call_duration_seconds"
    assert not known("shop_orders_total")
    assert {one.family for one in catalogue({**kept, "http_requests_total": {"status"}})} >= {"http_requests_total"}
