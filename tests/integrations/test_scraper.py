"""The scraper: targets that hang, answer nonsense or far too much; what it shows of a fault; its file over a restart."""

import time

import pytest
from tests.integrations.metrics_server import serving

from stormjib.evidence.metrics.review import review
from stormjib.evidence.metrics.spec import Window
from stormjib.integrations.scrape.scraper import Scraper


class Site:
    """A service whose counters a test moves, and a clock that stands until it is moved."""

    def __init__(self):
        self.now = 1_700_000_000.0
        self.good = self.bad = 0
        self.redis = 1
        self.answer = None

    def __call__(self, _path, _query):
        if self.answer is not None:
            return self.answer()
        text = (
            "process_start_time_seconds 1\n"
            f'http_requests_total{{route="/buy",status="200"}} {self.good}\n'
            + (f'http_requests_total{{route="/buy",status="503"}} {self.bad}\n' if self.bad else "")
            + f'dependency_up{{dependency="redis"}} {self.redis}\n'
        )
        return 200, text.encode()

    def scraper(self, url, **given):
        clock = lambda: self.now  # noqa: E731
        return Scraper([f"{url}/metrics"], every_seconds=10.0, clock=clock, monotonic=time.monotonic, **given)

    def go_on(self, scraper, times, good=20, bad=0, timeout=5.0):
        for _ in range(times):
            self.now += 10
            self.good += good
            self.bad += bad
            scraper.look(timeout)

    def review(self, scraper, seconds=20.0):
        asked = Window("shop", self.now, self.now)
        found, step, problems = scraper.tracks(asked, seconds)
        done = review(found, asked, step, "scraping", problems)
        return {(one.thing, one.name): one for one in done.metrics}, done.problems


@pytest.fixture
def site():
    return Site()


def test_a_fault_shows_with_its_baseline_and_its_beginning(site):
    with serving(site) as url:
        scraper = site.scraper(url)
        site.go_on(scraper, 100)
        healthy, problems = site.review(scraper)
        assert problems == ()
        assert {one.severity for (thing, _), one in healthy.items() if thing != "host"} == {"fine"}
        site.redis, began = 0, site.now
        site.go_on(scraper, 4, good=10, bad=10)
        found, _ = site.review(scraper)
    errors = found["shop", "5xx share of /buy"]
    assert (errors.severity, errors.baseline) == ("bad", 0.0)
    assert 0.3 < errors.now <= 0.6
    assert abs(errors.changed_at - began) <= 20
    assert found["redis", "dependency up"].severity == "bad"
    assert "usually 0 %, since " in errors.sentence


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda: (500, b""), "answered 500"),
        (lambda: (200, b""), "no metrics"),
        (lambda: (200, b"<html>\n" * 10), "is not a sample"),
        (lambda: (200, b"a" * 100_000), "is not a sample"),
        (lambda: (200, b"x 1\n" * 3_000_000), "more than 10 MiB"),
        (lambda: None, "did not answer within 0.1 s"),
    ],
    ids=["500", "empty", "html", "one long line", "12 MB", "hangs"],
)
def test_a_target_that_does_not_answer_well_is_a_gap_and_a_problem(site, answer, words):
    with serving(site) as url:
        scraper = site.scraper(url)
        site.go_on(scraper, 20)
        site.answer = answer
        site.go_on(scraper, 12, timeout=0.1 if "within" in words else 10)
        found, problems = site.review(scraper, 0.2 if "within" in words else 20)
    assert any(words in problem for problem in problems), problems
    traffic = found["shop", "requests per second"]
    assert traffic.now is None
    assert "has no data, since " in traffic.sentence
    assert 0.0 not in {value for _, value in traffic.points}


def test_a_target_that_is_down_is_bad_by_itself(site):
    with serving(site) as url:
        scraper = site.scraper(url)
        site.go_on(scraper, 20)
    site.go_on(scraper, 3)
    found, problems = site.review(scraper)
    assert found["shop", "up"].severity == "bad"
    assert found["shop", "up"].sentence.startswith("shop is down, since ")
    assert any("can't be scraped" in problem for problem in problems)


@pytest.mark.parametrize("answer", [(404, b"no page"), (401, b""), (200, b"<html>hello</html>")])
def test_what_answers_without_metrics_is_not_down(site, answer):
    site.answer = lambda: answer
    with serving(site) as url:
        scraper = site.scraper(url)
        site.go_on(scraper, 20)
        found, problems = site.review(scraper)
    assert ("shop", "up") not in found
    assert problems


def test_what_answers_again_is_not_down_any_more_metrics_or_not(site):
    site.answer = lambda: (503, b"")
    with serving(site) as url:
        scraper = site.scraper(url)
        site.go_on(scraper, 20)
        assert site.review(scraper)[0]["shop", "up"].severity == "bad"
        site.answer = lambda: (404, b"no page")
        site.go_on(scraper, 1)
        found, _ = site.review(scraper)
    assert not found["shop", "up"].sentence.startswith("shop is down")


def test_thousands_of_series_are_cut_and_said(site):
    site.answer = lambda: (200, "".join(f'http_requests_total{{route="/{n}",status="200"}} 1\n' for n in range(9000)).encode())
    with serving(site) as url:
        scraper = site.scraper(url)
        site.go_on(scraper, 3)
        _, problems = site.review(scraper)
    assert any("There are 9000 series that count; the first 3000 are kept." in problem for problem in problems)


def test_the_history_outlives_a_restart_and_a_damaged_file_does_not_stop_it(site, tmp_path):
    file = tmp_path / "metrics.ring"
    with serving(site) as url:
        first = site.scraper(url, file=file)
        site.go_on(first, 50)
        first.stop()
        again = site.scraper(url, file=file)
        again.load()
        site.go_on(again, 1)
        found, _ = site.review(again)
        assert found["shop", "requests per second"].baseline == pytest.approx(2.0, abs=0.1)
        file.write_bytes(b"damaged")
        fresh = site.scraper(url, file=file)
        fresh.load()
        assert fresh.ring.size_bytes == 0


def test_a_counter_reset_is_no_drop(site):
    with serving(site) as url:
        scraper = site.scraper(url)
        site.go_on(scraper, 30)
        site.good = 0
        site.go_on(scraper, 10)
        found, _ = site.review(scraper)
    assert min(value for _, value in found["shop", "requests per second"].points) >= 0
