"""Within the first minute the incident holds what the metrics say, from a real Prometheus or from the service's own ``/metrics``."""

from contextlib import ExitStack

import pytest
from tests.real.metrics_stack import SERVICE, break_it, by_name, prometheus, replicas, start
from tests.real.site import Site
from tests.story.patience import until

from stormjib.drill.processes import stop


@pytest.fixture
def ends():
    with ExitStack() as ends:
        yield ends


@pytest.fixture
def stack(tmp_path, ends):
    """A site that is not started yet, and the lab."""
    site = Site(tmp_path / "site")
    ends.callback(site.close)
    lab = start(tmp_path)
    ends.callback(stop, lab.process)
    return site, lab


def serve(site, **given):
    site.configure(data_dir=site.data, port=site.port, runbook=site.runbook, command_dir=site.where, free_bytes_min=0, **given)
    site.start()


def current(site, name, thing=SERVICE):
    review = site.get(f"/api/v1/metrics?service={SERVICE}")["metrics"]
    return next((one for one in review if (one["thing"], one["name"]) == (thing, name)), {})


def is_bad(site, name, thing=SERVICE):
    return current(site, name, thing).get("severity") == "bad"


def declared(site):
    """The review of an incident that is declared now, and its metrics by their names."""
    site.post("ana", "/api/v1/incidents", 201, title="it is broken", severity="P1", service=SERVICE)
    reviewed = site.wait_for("MetricsReviewed")
    return reviewed, by_name(reviewed)


def test_the_scraped_metrics_show_which_route_fails_and_which_dependency_is_down(stack):
    site, lab = stack
    serve(site, target_url=lab.ready["url"], scrape_seconds=0.5)
    until(lambda: len(current(site, "p95 latency").get("points", ())) >= 12, "a baseline")
    break_it(lab, "redis-stopped")
    until(lambda: is_bad(site, "5xx share of /v1/watermark") and is_bad(site, "dependency up", "redis"), "the errors")
    reviewed, found = declared(site)
    redis = found["redis", "dependency up"]
    assert redis["severity"] == "bad"
    assert redis["now"] == 0
    assert redis["sentence"].startswith("redis does not answer the service, since ")
    errors = found[SERVICE, "5xx share of /v1/watermark"]
    assert errors["severity"] == "bad"
    assert errors["baseline"] == 0
    assert "usually 0 %, since " in errors["sentence"]
    assert found[SERVICE, "up"].get("severity", "fine") == "fine"
    assert found["host", "memory"]["now"] > 0
    assert reviewed["source"] == "scraping"
    assert all(len(metric["points"]) <= 60 for metric in reviewed["metrics"])


def test_a_prometheus_server_shows_what_is_slow_at_which_replica(stack, tmp_path, ends):
    site, lab = stack
    url = prometheus(tmp_path / "prometheus", lab, ends)
    serve(site, prometheus_url=url)
    until(lambda: len(current(site, "p95 latency").get("points", ())) >= 12, "a baseline")
    break_it(lab, "api-slow")
    until(lambda: is_bad(site, "p95 latency of /v1/watermark"), "slow answers in Prometheus")
    reviewed, found = declared(site)
    assert reviewed["source"] == "Prometheus"
    assert reviewed.get("problems", []) == []
    latency = found[SERVICE, "p95 latency"]
    assert latency["severity"] == "bad"
    assert latency["now"] > 1 > latency["baseline"]
    names = {thing for thing, name in found if name == "memory"}
    assert {SERVICE, f"{SERVICE}-1", f"{SERVICE}-2"} <= names
    body = site.get(f"/api/v1/incidents/INC-1/output/{reviewed['output_sha256']}")
    assert body["schema"] == "stormjib/metrics/1"


def test_where_prometheus_does_not_answer_the_scrapes_are_reviewed(stack):
    site, lab = stack
    urls = [f"http://{address}/metrics" for address in replicas(lab)]
    serve(site, prometheus_url="http://127.0.0.1:9/", metrics_url=urls, scrape_seconds=0.5)
    until(lambda: len(current(site, "p95 latency").get("points", ())) >= 6, "points")
    reviewed, found = declared(site)
    assert reviewed["source"] == "scraping"
    assert any("Prometheus can't be reached" in problem for problem in reviewed["problems"])
    assert {(replicas(lab)[1], "p95 latency"), (SERVICE, "requests per second")} <= set(found)
