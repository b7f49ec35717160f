"""The ring: replicas behind one address, restarts, a clock that goes back, its bound, and its file."""

import itertools
import math

import pytest

from stormjib.evidence.metrics import ring as rings
from stormjib.evidence.metrics.catalogue import catalogue
from stormjib.evidence.metrics.review import review
from stormjib.evidence.metrics.ring import Ring
from stormjib.evidence.metrics.sample import Sample, Span
from stormjib.evidence.metrics.spec import Window
from stormjib.evidence.metrics.tracks import labels_of, tracks


def said(requests, began=100.0, **more):
    return [
        Sample("process_start_time_seconds", (), began),
        Sample("http_requests_total", (("status", "200"),), float(requests), counter=True),
        *(Sample("http_requests_total", (("status", status[1:]),), float(value), counter=True) for status, value in more.items()),
    ]


def requests(ring, status="200", since=0.0):
    raws = [raw for raw in ring.raws(since) if raw.name == "http_requests_total" and raw.labels["status"] == status]
    return {raw.process: raw for raw in raws}


def test_replicas_that_answer_in_turn_are_told_apart_even_if_they_began_together():
    ring = Ring()
    for place in range(10):
        ring.add(1000.0 + 2 * place, "a:80", said(500 + place))
        ring.add(1001.0 + 2 * place, "a:80", said(40 + place))
    found = requests(ring)
    assert {process: [value for _, value in raw.points] for process, raw in found.items()} == {
        "process 1": [500.0 + place for place in range(10)],
        "process 2": [40.0 + place for place in range(10)],
    }


def test_a_restart_is_another_process_whose_counters_begin_at_zero():
    ring = Ring()
    for place in range(3):
        ring.add(1000.0 + place, "a:80", said(500 + place))
    ring.add(1010.0, "a:80", said(7, began=1005.0))
    assert [(raw.process, raw.born) for raw in ring.raws(0) if raw.name == "http_requests_total"] == [("", None), ("", 1005.0)]


def test_a_status_that_appears_has_counted_from_zero():
    ring = Ring()
    ring.add(1000.0, "a:80", said(1))
    ring.add(1010.0, "a:80", said(2, s500=4))
    assert requests(ring, "500")[""].born == 1000.0


def test_a_clock_that_goes_back_drops_what_lay_after_it():
    ring = Ring()
    for at in (1000.0, 1010.0, 1020.0, 1012.0, 1022.0):
        ring.add(at, "a:80", said(at))
    assert ring.clock_went_back == 1
    assert [at for at, _ in requests(ring)[""].points] == [1000.0, 1010.0, 1012.0, 1022.0]


def test_a_scrape_that_failed_is_a_gap():
    ring = Ring()
    ring.add(1000.0, "up", [Sample("up", (), 1.0)])
    ring.add(1000.0, "a:80", said(1))
    ring.add(1010.0, "up", [Sample("up", (), 0.0)])
    assert [at for at, _ in requests(ring)[""].points] == [1000.0]
    assert next(raw.points for raw in ring.raws(0) if raw.name == "up") == [(1000.0, 1.0), (1010.0, 0.0)]


def test_old_samples_are_thinned_to_one_a_minute_and_the_bytes_are_bounded():
    ring = Ring(bytes_max=200_000)
    many = [Sample("x_total", (("n", str(n)),), 1.0, counter=True) for n in range(50)]
    for place in range(3000):
        ring.add(10.0 * place, "a:80", many, alone=True)
    assert ring.size_bytes <= 200_000
    times = [at for at, _ in ring.raws(0)[0].points]
    assert times[-1] == 29_990.0
    assert {b - a for a, b in zip(times[-20:], times[-19:], strict=False)} == {10.0}
    assert max(b - a for a, b in itertools.pairwise(times)) <= 120.0
    assert times[0] < times[-1] - 3600


def test_two_hours_stay_whole():
    ring = Ring()
    for place in range(2000):
        ring.add(10.0 * place, "a:80", [Sample("x", (), 1.0)])
    times = [at for at, _ in ring.raws(20_000 - rings.WHOLE_SECONDS)[0].points]
    assert len(times) >= rings.WHOLE_SECONDS / 10 - 1


def test_the_file_gives_the_same_ring_and_a_damaged_one_gives_none():
    ring = Ring()
    ring.add(1000.0, "a:80", [*said(1), Sample("gone", (), math.nan)])
    ring.add(1010.0, "a:80", said(2, s500=1))
    stored = ring.pack()
    again = Ring()
    assert again.unpack(stored)
    assert again.raws(0) == ring.raws(0)
    for damaged in (b"", stored[: len(stored) // 2], b"\x00" * 40):
        assert not Ring().unpack(damaged)


def test_a_series_that_is_said_twice_is_no_replica():
    """The first one counts; otherwise no process could have said both, and each scrape would be a process of its own."""
    ring = Ring()
    for place in range(10):
        samples = [*said(500 + place), Sample("http_requests_total", (("status", "200"),), 3.0, counter=True)]
        ring.add(1000.0 + 10 * place, "a:80", samples)
    found = requests(ring)
    assert [value for _, value in found[""].points] == [500.0 + place for place in range(10)]


@pytest.mark.parametrize(("life", "every"), [(40, 15), (40, 20), (70, 15), (40, 30)])
def test_a_crash_loop_without_a_time_of_start(life, every):
    """Healthy for an hour, then a new process every so many seconds that fails half of the requests: the hour is not forgotten."""
    ring = Ring()
    began = 1000.0 + 3_600
    for at in range(1_000, int(began), every):
        ring.add(float(at), "a:80", said(500 + 10 * at, s500=0)[1:])
    detected = began + 1_200
    for at in range(int(began), int(detected) + 60, every):
        lived = (at - int(began)) % life
        ring.add(float(at), "a:80", said(10 * lived + 1, s500=10 * lived + 1)[1:])
    assert len(ring._processes) < 32
    raws, span = ring.raws(0), Span(1_000.0, detected + 60, 30.0)
    found = review(
        tracks(raws, catalogue(labels_of(raws)), span, "shop"), Window("shop", began + 60, detected + 60), 30.0, "scrapes", ()
    )
    share = next(metric for metric in found.metrics if metric.name == "5xx share")
    assert (share.severity, share.baseline) == ("bad", 0.0)
    assert share.now == pytest.approx(0.5, abs=0.1)
    assert "5xx share is 50 %" in found.sentence


def test_latency_without_buckets_is_its_mean():
    """A summary has a sum and a count; so has a histogram whose buckets are dropped."""
    ring = Ring()
    for place in range(120):
        slow = max(0, place - 110)
        total = [
            ("http_request_duration_seconds_sum", 0.5 * place + 20.0 * slow),
            ("http_request_duration_seconds_count", 10.0 * place),
        ]
        ring.add(1000.0 + 30 * place, "a:80", [Sample(name, (), value, counter=True) for name, value in total])
    raws, now = ring.raws(0), 1000.0 + 30 * 119
    found = review(
        tracks(raws, catalogue(labels_of(raws)), Span(1_000.0, now, 30.0), "shop"),
        Window("shop", now - 300, now),
        30.0,
        "scrapes",
        (),
    )
    mean = next(metric for metric in found.metrics if metric.name == "mean latency")
    assert (mean.severity, round(mean.now, 2), round(mean.baseline, 2)) == ("bad", 2.05, 0.05)
