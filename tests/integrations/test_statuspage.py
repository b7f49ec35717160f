"""Atlassian Statuspage: each post once, whatever becomes of an answer; the requests are those that its API takes."""

import itertools
import json
import os
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from tests.real.slack_server import CACHE
from tests.story.patience import until
from tests.story.test_mail import free_port
from tests.web.test_status_page import COMPONENTS, DAY, HOUR, NOON, STORY, to_customers

from stormjib.core.status_page.page import status_page
from stormjib.core.status_page.record import Record
from stormjib.integrations.statuspage import Statuspage
from stormjib.ports import DeliveryError

PRISM = CACHE / "prism-5.16.0/node_modules/.bin/prism"
OWN = Path(__file__).parent / "cases/statuspage/openapi.yaml"
IDS = {"Payments": "c1", "Uploads": "c2"}
POSTS = (
    to_customers("INC-9", 3, 1, "Investigating", "Uploads fail.", Uploads="major outage"),
    to_customers("INC-9", 4, 1.1, "Identified", "A disk is full.", title="No uploads", Uploads="partial outage"),
    to_customers("INC-8", 9, 1.2, "Identified", "Uploads are slow.", Uploads="degraded", Payments="degraded"),
    to_customers("INC-9", 5, 1.3, "Resolved", "It is over."),
)
NOW = NOON + 2 * HOUR


def page(entries=(*STORY[:1], *POSTS), now=NOW):
    record = Record()
    record.heard(entries)
    return status_page(record, COMPONENTS, now)


class There:
    """It keeps incidents as Statuspage does; ``spoil`` says by the number of a call what goes wrong: "before" or "after" it was done."""

    def __init__(self):
        self.incidents, self.calls, self.spoil = {}, [], lambda _: ""
        there = self

        class Handler(BaseHTTPRequestHandler):
            def _do(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                there.calls.append((self.command, self.path, self.headers["Authorization"]))
                wrong = there.spoil(len(there.calls))
                if wrong == "before":
                    return
                said = there.done(self.command, self.path, json.loads(body)["incident"] if body else {})
                if wrong == "after":
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            do_GET = do_POST = do_PATCH = _do

            def log_message(self, *_):
                """The test says itself what it expects."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def done(self, method, path, told):
        if method == "GET":
            number = int(re.search(r"page=(\d+)", path)[1])
            newest = [*reversed(self.incidents.values())]
            return [
                {"id": one["id"], "metadata": one["posts"][-1]["metadata"]} for one in newest[number * 100 - 100 : number * 100]
            ]
        name = path.rpartition("/")[2] if method == "PATCH" else f"i{len(self.incidents) + 1}"
        one = self.incidents.setdefault(name, {"id": name, "posts": []})
        one["posts"].append(told)
        return {"id": name}

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def there():
    there = There()
    yield there
    there.close()


def bring(url, shown, now=NOW):
    client = Statuspage(url, "p1", "k3y")
    try:
        client.bring(shown, IDS, now)
    finally:
        client.close()


def texts(there):
    return [[told["body"] for told in one["posts"]] for one in there.incidents.values()]


EACH_ONCE = [["Uploads fail.", "A disk is full.", "It is over."], ["Uploads are slow."]]


def test_each_post_stands_there_with_the_state_of_its_components(there):
    bring(there.url, page())
    assert texts(there) == EACH_ONCE
    first, second = (one["posts"] for one in there.incidents.values())
    assert [told["status"] for told in first] == ["investigating", "identified", "resolved"]
    assert [told["name"] for told in first] == ["No uploads"] * 3
    assert [told["components"] for told in first] == [
        {"c2": "major_outage"},
        {"c2": "partial_outage"},
        {"c2": "degraded_performance"},
    ]
    assert second[0]["components"] == {"c1": "degraded_performance", "c2": "degraded_performance"}
    assert {key for _, _, key in there.calls} == {"OAuth k3y"}


@pytest.mark.parametrize(("call", "when"), [*itertools.product(range(1, 6), ("before", "after"))])
def test_an_answer_that_is_lost_makes_no_second_post(there, call, when):
    """As a kill would, for nothing is kept here: whoever begins anew asks there first."""
    there.spoil = lambda number: when if number == call else ""
    with pytest.raises(DeliveryError):
        bring(there.url, page())
    bring(there.url, page())
    bring(there.url, page())
    assert texts(there) == EACH_ONCE


@pytest.mark.parametrize(
    "said", [{}, [1], [{"metadata": {"stormjib": {"incident": "x"}}}], [{"id": 1, "metadata": 7}], "x", None]
)
def test_an_answer_that_is_none_is_a_failure_and_ends_nothing(there, said):
    there.done = lambda method, *_: said if method == "GET" else {}
    with pytest.raises(DeliveryError, match="not understood"):
        bring(there.url, page())


def test_ours_is_found_behind_hundreds_of_others(there):
    bring(there.url, page())
    there.incidents |= {f"x{at}": {"id": f"x{at}", "posts": [{"metadata": {}}]} for at in range(350)}
    bring(there.url, page())
    assert sum(map(len, EACH_ONCE)) == sum(len(one["posts"]) for name, one in there.incidents.items() if name[0] == "i")


def test_what_is_old_or_was_never_posted_is_not_sent(there):
    bring(there.url, page(now=NOW + 3 * DAY), NOW + 3 * DAY)
    bring(there.url, page(STORY[:6]))
    assert there.calls == []


def test_nothing_is_asked_while_nothing_is_new(there):
    client = Statuspage(there.url, "p1", "k3y")
    client.bring(page(), IDS, NOW)
    before = len(there.calls)
    client.bring(page(), IDS, NOW)
    client.close()
    assert len(there.calls) == before


def specs():
    yield pytest.param(OWN, id="own")
    real = Path(os.environ.get("STORMJIB_SPECS", "/nowhere")) / "statuspage.yaml"
    if real.is_file():
        yield pytest.param(real, id="theirs")


@pytest.mark.parametrize("spec", [*specs()])
def test_the_requests_are_those_of_the_description(tmp_path, spec):
    """Prism answers what the description does not allow with a 4xx, which raises."""
    node = shutil.which("node")
    if not (PRISM.exists() and node):
        pytest.skip("Prism is not installed; tests/needs.sh installs it")
    port, output = free_port(), tmp_path / "prism.log"
    with output.open("wb") as log:
        prism = subprocess.Popen([node, PRISM, "mock", "--errors", "-p", str(port), spec], stdout=log, stderr=log)
    try:
        until(lambda: "listening" in output.read_text(), lambda: f"Prism: {output.read_text()}", 60)
        url = f"http://127.0.0.1:{port}"
        refused = httpx2.post(f"{url}/pages/p1/incidents", json={"incident": {"name": 7}}, headers={"Authorization": "OAuth k"})
        assert refused.status_code == 422
        bring(url, page())
        # One to look, and two incidents with four posts.
        assert output.read_text().count("The request passed the validation rules") == 5
    finally:
        prism.terminate()
        prism.wait(30)
