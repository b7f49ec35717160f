"""A Prometheus server that refuses, breaks, talks nonsense or hangs: said in its own words, and the rest goes on."""

import json
import time

import pytest
from tests.integrations.metrics_server import serving

from stormjib.evidence.metrics.baseline import Floor
from stormjib.evidence.metrics.catalogue import catalogue
from stormjib.evidence.metrics.spec import MetricSpec, Window
from stormjib.integrations.prometheus.promql import promql
from stormjib.integrations.prometheus.source import POINTS_MAX, Prometheus, step_of

NOW = 1_700_000_000.0
NAMES = ["up", "http_requests_total", "dependency_up", "go_goroutines"]


def data(value):
    return 200, json.dumps({"status": "success", "data": value}).encode()


def vector(*series):
    return data({"resultType": "matrix", "result": list(series)})


def usual(path, query):
    """A server with a service of two routes, a steady 2 requests a second, and redis down for a minute."""
    if path.endswith("/values"):
        return data(NAMES)
    if path.endswith("/labels"):
        return data(["__name__", "route", "status", "job", "instance"])
    if path.endswith("/targets"):
        targets = [{"labels": {"job": "api", "instance": f"10.0.0.{n}:80"}, "scrapeInterval": "15s"} for n in (1, 2)]
        return data({"activeTargets": targets})
    if path.endswith("/query"):
        return vector({"metric": {"job": "api"}, "value": [NOW, "2"]}) if "job" in query["query"] else vector()
    start, step = float(query["start"]), float(query["step"])
    assert (float(query["end"]) - start) / step < POINTS_MAX
    times = [start + step * place for place in range(int((NOW - start) / step) + 1)]
    if "dependency_up" in query["query"]:
        return vector({"metric": {"dependency": "redis"}, "values": [[at, "0" if at > NOW - 60 else "1"] for at in times]})
    if "status" in query["query"]:
        return vector({"metric": {"route": "/buy"}, "values": [[at, "NaN"] for at in times]})
    return vector({"metric": {}, "values": [[at, "2"] for at in times]})


def look(answer, seconds=60.0, **given):
    with serving(answer) as url:
        source = Prometheus(url, monotonic=time.monotonic, **given)
        found, _, problems = source.tracks(Window("api", NOW, NOW), seconds)
        source.close()
    return {(track.thing, track.name): track for track in found}, problems


def test_what_it_knows_is_asked_and_nan_is_no_data():
    found, problems = look(usual)
    assert problems == ()
    assert ("redis", "dependency up") in found
    assert ("api", "requests per second") in found
    assert not any("5xx" in name for _, name in found)


def failing(status, body, word):
    def answer(path, query):
        return (status, body) if path.endswith("query_range") and word in query["query"] else usual(path, query)

    return answer


REFUSAL = json.dumps(
    {"status": "error", "errorType": "execution", "error": "query processing would load too many samples"}
).encode()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (422, REFUSAL, "Prometheus answered 422 execution: query processing would load too many samples"),
        (503, b"Service Unavailable\n", "Prometheus answered 503 with something that is not JSON: Service Unavailable"),
        (200, b'{"status":"succ', 'Prometheus answered 200 with something that is not JSON: {"status":"succ'),
        (200, b'{"status":"success","data":[1]}', "Prometheus answered in a shape that is not its own"),
        (500, b"\x00\xff", "Prometheus answered 500 with something that is not JSON: ·"),
    ],
    ids=["422", "503", "cut off", "another shape", "binary"],
)
def test_a_query_that_fails_is_told_in_its_words_and_the_rest_goes_on(status, body, words):
    found, problems = look(failing(status, body, "dependency_up"))
    assert ("redis", "dependency up") not in found
    assert ("api", "requests per second") in found
    assert any(problem.startswith(words) for problem in problems), problems


def test_a_query_that_hangs_costs_its_time_and_the_rest_goes_on():
    def answer(path, query):
        return None if path.endswith("query_range") and "dependency_up" in query["query"] else usual(path, query)

    found, problems = look(answer, seconds=3.0)
    assert ("api", "requests per second") in found
    assert ("redis", "dependency up") not in found
    assert any("did not answer within" in problem or "no time left" in problem for problem in problems)


def test_a_server_that_hangs_altogether_is_one_problem():
    found, problems = look(lambda _path, _query: None, seconds=0.3)
    assert found == {}
    assert len(problems) == 1
    assert "did not answer within 0.3" in problems[0]


def test_nobody_there():
    source = Prometheus("http://127.0.0.1:9", monotonic=time.monotonic)
    found, _, problems = source.tracks(Window("api", NOW, NOW), 1.0)
    assert found == ()
    assert problems[0].startswith("Prometheus can't be reached")


def test_the_operators_metric_takes_the_place_of_the_built_in_one():
    asked = []

    def answer(path, query):
        asked.append(query.get("query", ""))
        return usual(path, query)

    own = MetricSpec("requests per second", "per second", "query", "", Floor(1), query="sum(my_rate)")
    found, _ = look(answer, own=[own])
    assert "sum(my_rate)" in asked
    assert not any(query.startswith("sum (rate(http_requests_total") for query in asked)
    assert ("api", "requests per second") in found


def test_thousands_of_series_are_cut_and_said():
    def answer(path, query):
        if path.endswith("query_range") and "dependency_up" in query["query"]:
            return vector(*({"metric": {"dependency": f"d{n}"}, "values": [[NOW, "1"]]} for n in range(3000)))
        return usual(path, query)

    found, problems = look(answer)
    assert any(problem == "dependency up has 3000 series; the first 200 were checked." for problem in problems)
    assert sum(name == "dependency up" for _, name in found) <= 200


@pytest.mark.parametrize("seconds", [60, 3600, 86_400, 14 * 86_400])
def test_never_more_points_than_prometheus_allows(seconds):
    assert seconds / step_of(seconds, 1.0) < POINTS_MAX


def test_promql():
    there = {"http_requests_total": ["code", "handler"], "http_request_duration_seconds_bucket": ["le", "handler"]}
    texts = [promql(one, selector='job="api"', window_seconds=60) for one in catalogue(there)]
    assert 'sum (rate(http_requests_total{job="api", handler!~' in texts[0]
    assert 'code=~"5.*"' in texts[1]
    assert any(
        text.startswith("histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{") for text in texts
    )
