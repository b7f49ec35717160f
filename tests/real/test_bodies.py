"""Whatever is sent to a way in, the answer is a status below 500 and a sentence, and the server goes on."""

import json
import select
import socket

import pytest
from tests.real.site import Site

from stormjib.web.openapi import HEARTBEATS
from stormjib.web.slack_http import BELOW
from stormjib.web.ways import WAYS

MIB = 1024 * 1024
DEEP = 100_000
BODIES = {
    "empty": b"",
    "rubbish": bytes(range(256)) * 4,
    "text": b"help, it burns",
    "truncated": b'{"title": "API 5xx", "severity": "P',
    "deeply nested lists": b"[" * DEEP + b"]" * DEEP,
    "deeply nested objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "nested in a field": b'{"name": "x", "severity": "P1", "labels": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
    "unclosed": b"[" * DEEP,
    "a number": b"17",
    "null": b"null",
    "a list": b"[]",
    "a list of rubbish": b'[1, "x", null]',
    "an object of rubbish": b'{"title": 7, "severity": [], "name": {}, "alerts": "x", "text": {}, "values": 3, "scopes": 1}',
    "a number of 10,000 digits": b'{"title": ' + b"9" * 10_000 + b"}",
    "no numbers": b'{"title": NaN, "severity": Infinity}',
    "half a character": b'{"title": "\\ud800", "severity": "P9", "name": "\\udfff", "text": "\\ud800", "\\ud800": 1}',
    "half a character as a name": b'{"stage": "x", "values": {"\\ud800": 1}, "labels": {"\\ud800": 1}, "name": "x"}',
    "no UTF-8": b'{"title": "\xff\xfe", "name": "\xc3\x28", "text": "\x80"}',
    "a NUL": b'{"title": "\x00", "name": "\x00"}',
    "UTF-16": '{"name": "x", "title": "x", "severity": "P9"}'.encode("utf-16"),
    "a wrong severity": b'{"title": "x", "severity": "P9", "name": []}',
    "a wrong status": b'{"name": "x", "severity": "P9", "status": "yesterday"}',
}
"""None of them is a valid body anywhere."""
MENDED = {"half a character", "half a character as a name", "no UTF-8", "a NUL", "UTF-16"}
"""JSON but for a few characters: an alert and a note that are complete otherwise are taken with these replaced."""
WITHOUT_BODY = (
    "/acknowledge",
    "/verify",
    "/close",
    "/baseline",
    "/publish",
    "/untick",
    "/runbook/check",
    "/catalogue/reload",
    "/calendar-address",
)
"""These read no body, or need nothing of it, so that what is sent there is neither good nor bad."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("bodies"))
    site.start()
    site.alert()
    yield site
    site.close()


WAYS_IN = ("/api/v1/alerts", "/hooks/alertmanager")
OTHERS = sorted({*WAYS, *(f"{BELOW}{name}" for name in ("commands", "interactive", "events"))} - set(WAYS_IN))
"""What answers in its sender's own words. A heartbeat takes any body for a note."""


@pytest.fixture(scope="module")
def routes(site):
    """Every POST of the API, from its own description, and the ways in for alerts."""
    paths = json.loads(site.send("GET", "/openapi.json")[2])["paths"]
    named = [path for path, methods in paths.items() if "post" in methods and path not in (*OTHERS, *HEARTBEATS)]
    values = {
        "incident_id": "INC-1",
        "run_id": "INC-1-R1",
        "item_id": "nothing",
        "number": "1",
        "token": "nobody",
        "name": "nobody",
        "who": "nobody",
    }
    filled = [path.format(**values) for path in named]
    assert len(filled) > 15
    assert set(WAYS_IN) <= set(filled)
    return filled


def holder(path):
    return "watcher" if path in WAYS_IN else "admin"


def sentence(answer):
    said = json.loads(answer)["error"]
    assert len(said.split()) > 3, said
    return said


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_is_none_is_refused_with_a_sentence(site, routes, kind):
    """400 or 422 from every route that reads a body; 404 where the body is fine and its run or item is not there."""
    for path in routes:
        status, headers, answer = site.send("POST", path, BODIES[kind], holder(path))
        assert headers["content-type"].startswith("application/json"), path
        if path.endswith(WITHOUT_BODY) or (kind == "a list" and path == "/api/v1/alerts"):
            assert status < 500, (path, answer)
            continue
        if kind in MENDED and status == 200:
            assert path.endswith(("/alerts", "/notes", "/needs")), (path, answer)
            continue
        assert status in {400, 404, 409, 422}, (path, status, answer)
        sentence(answer)
    assert site.answers()


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_is_none_is_refused_in_its_senders_words(site, kind):
    """400 or 422, or 401 where the key stands in the body that can't be read."""
    for path in OTHERS:
        status, headers, answer = site.send("POST", path, BODIES[kind], "watcher")
        assert headers["content-type"].startswith("application/json"), path
        assert status in {400, 401, 422} or (kind in MENDED and status < 300), (path, status, answer)
        assert json.loads(answer)
    assert site.answers()


def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(site, routes):
    """413 from every route but the ways in for alerts, from the announced length."""
    for path in set(routes) - set(WAYS_IN):
        status, headers, answer = site.send("POST", path, b"x", holder(path), {"Content-Length": str(10 * MIB)})
        assert status == 413, (path, status, answer)
        assert headers["connection"] == "close"
        sentence(answer)


def test_a_body_of_ten_megabytes_that_is_really_sent_is_refused(site, routes):
    """The same with the bytes on the line; a way in for alerts reads it, and says what it is not."""
    for path in routes:
        status, _, answer = site.send("POST", path, b"[" + b" " * (10 * MIB) + b"x", holder(path))
        assert status == (400 if path in WAYS_IN else 413), (path, status, answer)


def test_a5_a_message_of_more_than_32_mib_is_refused_and_an_incident_says_so(site):
    """From the announced length, and from the bytes on the line."""
    head = b'[{"name": "DiskFull", "service": "db", "summary": "'
    for more in ({"Content-Length": str(40 * MIB)}, {}):
        status, headers, answer = site.send("POST", "/api/v1/alerts", head + b"x" * (33 * MIB), "watcher", more)
        assert (status, headers["connection"]) == (413, "close")
        (incident,) = json.loads(answer)["incidents"]
        assert incident in sentence(answer)
        assert site.get(f"/api/v1/incidents/{incident}")["incident"]["service"] == "db"


def test_a_body_that_never_ends_is_refused_at_the_limit(site, routes):
    """413 from every route that reads, after no more than the limit and what was under way."""
    for path in routes:
        status, answer, sent = endless(site, path)
        if path.endswith(WITHOUT_BODY):
            assert status < 500, (path, answer)
            continue
        assert status == 413, (path, status, answer)
        sentence(answer)
        assert sent < 64 * MIB
    assert site.answers()


@pytest.mark.parametrize("kind", BODIES)
def test_the_forms_of_the_pages_take_no_rubbish_either(site, kind):
    """Signing in, declaring and the forms of a room: below 500, and nobody gets in."""
    for path in (
        "/login",
        "/logout",
        "/incidents",
        "/incidents/INC-1/acknowledge",
        "/incidents/INC-1/notes",
        "/incidents/INC-1/nothing",
    ):
        for content in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"):
            status, headers, answer = site.send("POST", path, BODIES[kind], headers={"Content-Type": content})
            assert 300 <= status < 500, (path, status, answer)
            assert "session" not in (headers["set-cookie"] or "") or "Max-Age=0" in headers["set-cookie"], headers["set-cookie"]


def endless(site, path):
    """Send chunks until the server answers or hangs up."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {site.tokens[holder(path)]}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b'"' + b"x" * 65_535 + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as line:
        line.sendall(head.encode())
        line.settimeout(0.05)
        answer = b""
        while not answer and sent < 64 * MIB:
            try:
                line.sendall(chunk)
                sent += len(chunk)
            except TimeoutError:
                pass
            except OSError:
                # It hung up; what it said before is still there to be read.
                answer = line.recv(65_536)
                break
            answer = _waiting(line)
        line.settimeout(60)
        head, _, body = answer.partition(b"\r\n\r\n")
        while head and len(body) < _length(head):
            body += line.recv(65_536)
    return int(answer.split()[1]) if answer else 0, body, sent


def _waiting(line):
    """What has been answered so far."""
    return line.recv(65_536) if select.select([line], [], [], 0)[0] else b""


def _length(head):
    found = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), b":0")
    return int(found.split(b":")[1])


def test_after_all_of_that_the_log_is_as_before(site, routes):
    """No rubbish left an entry by itself, and the chain verifies."""
    assert routes
    assert site.kinds().count("AlertReceived") == 1
    assert site.kinds().count("NoteAdded") == len({"half a character", "no UTF-8"}), "the notes that were mended"
    code, said = site.verify()
    assert code == 0, said
    assert "Traceback" not in site.said(), site.said()
