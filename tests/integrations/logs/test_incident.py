"""The logs of an incident: read through commands or the engine, compared around the moment, whatever they hold."""

import gzip
import http.server
import json
import os
import socketserver
import struct
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stormjib.core.effects import ReadLogs
from stormjib.core.guard import conclude
from stormjib.core.incident import Incident
from stormjib.evidence.access_log.request_counts import RequestCounts
from stormjib.evidence.readers import log_source, read
from stormjib.integrations.command import CommandPerformer, Places, Target
from stormjib.integrations.docker_log import DockerLog, engine_socket
from stormjib.integrations.logs.performer import Ended, LogsPerformer
from stormjib.ports import DeliveryError

EVIDENCE = Path(__file__).parents[2] / "evidence"
NOW = 1_772_400_000.0
DETECTED = NOW - 60
SECRET = "s3cret-of-the-site"


def at(second):
    return datetime.fromtimestamp(NOW + second, UTC)


def service_lines(*, seconds=3_000, failing=120):
    """One line a second, and one error more a second in the last ``failing`` of them."""
    lines = []
    for second in range(-seconds, 0):
        stamp = f"{at(second):%Y-%m-%dT%H:%M:%S}.000Z"
        lines.append(f"{stamp} INFO served order {second + seconds} in 7 ms")
        if second >= -failing:
            lines.append(f"{stamp} ERROR request {second + seconds} failed: ConnectionError to redis:6379, token {SECRET}")
    return lines


@pytest.fixture
def site(tmp_path):
    """A host of its own: ``site.read(text)`` → the fact and its report; programs are scripts in ``site.bin``."""

    class Site:
        path = tmp_path
        bin = tmp_path / "bin"
        log = tmp_path / "log"
        engine = None

        def script(self, name, text):
            (self.bin / name).write_text(f"#!/bin/sh\n{text}\n")
            (self.bin / name).chmod(0o755)

        def file(self, name, data):
            path = self.log / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (NOW, NOW))
            return path

        def read(self, text, *, seconds=30.0, bytes_max=1 << 26, target=""):
            path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
            commands = CommandPerformer(
                here=Target(cwd=str(tmp_path), path=path), secrets={}, conclude=conclude, read=read, places=Places(tmp_path)
            )
            performer = LogsPerformer(
                run=lambda *asked: Ended(*commands.stream(*asked)),
                engine=self.engine,
                requests=RequestCounts,
                secrets={"SITE_TOKEN": SECRET},
                bytes_max=bytes_max,
                clock=lambda: NOW,
            )
            effect = ReadLogs(
                "logs/c51", command_id="c51", line=51, text=text, target=target, detected_at=DETECTED, timeout_seconds=seconds
            )
            outcome = performer.perform(effect, effect_id="INC-1/2/logs/c51", incident=Incident.new("INC-1"))
            assert SECRET.encode() not in outcome.blobs[0]
            assert SECRET not in str(outcome.facts)
            return outcome.facts[0], json.loads(outcome.blobs[0])

    (tmp_path / "bin").mkdir()
    return Site()


def new_ones(fact):
    return [(pattern.text, pattern.count) for pattern in fact.patterns if pattern.new]


def test_a_line_of_json_is_told_by_its_message(site):
    lines = [
        f'{{"time": "{at(-second):%Y-%m-%dT%H:%M:%SZ}", "level": "INFO", "message": "fine"}}' for second in range(900, 30, -1)
    ]
    lines += [
        f'{{"time": "{at(-second):%Y-%m-%dT%H:%M:%SZ}", "level": "ERROR", "message": "no answer from redis"}}'
        for second in range(30, 0, -1)
    ]
    site.script("docker", f"cat {site.file('lines', chr(10).join(lines).encode())}")
    fact, _ = site.read("docker logs api")
    assert fact.sentence == "“no answer from redis” is new since 21:19 UTC: 30 lines, 30 a minute."


def test_a_container_that_loses_redis(site):
    """Its own command is asked for the hour before as well; the error is new to the minute, with how often it comes."""
    (site.path / "lines").write_text("\n".join(service_lines()) + "\n")
    site.script("docker", f'echo "$*" > {site.path}/asked; cat {site.path}/lines')
    fact, report = site.read("docker logs watermark-lab-api --since 1h")
    assert (site.path / "asked").read_text() == "logs watermark-lab-api --since=62m --tail=400000 --timestamps\n"
    assert (fact.source, fact.component, fact.line) == ("docker logs watermark-lab-api", "watermark-lab-api", 51)
    assert (fact.lines, fact.errors, fact.weight, fact.problems) == (3_120, 120, "bad", ())
    assert new_ones(fact) == [("ERROR request <*> failed: ConnectionError to redis:<*>, token [redacted SITE_TOKEN]", 120)]
    assert fact.sentence == (
        "“ERROR request … failed: ConnectionError to redis:…, token [redacted SITE_TOKEN]” is new since 21:18 UTC: 120 lines, 60 a minute."
    )
    (one,) = report
    assert (one["lines"], one["error_lines"], one["compared_at"]) == (3_120, 120, "2026-03-01T21:09:00Z")


def test_a_log_that_is_seconds_old(site):
    """A drill: a minute and a half in all. Before and since are told apart by the second."""
    (site.path / "lines").write_text("\n".join(service_lines(seconds=90, failing=66)) + "\n")
    site.script("docker", f"cat {site.path}/lines")
    fact, _ = site.read("docker logs api")
    assert [count for _, count in new_ones(fact)] == [66]
    steady = next(pattern for pattern in fact.patterns if not pattern.new)
    assert steady.before == pytest.approx(60, abs=3)
    assert steady.since == pytest.approx(60, abs=3)


def test_files_by_a_pattern_with_their_rotated_parts(site):
    """What grep would have filtered is read whole, from the packed part to the newest; an old part is left alone."""
    lines = [line.encode() + b"\n" for line in service_lines()]
    site.file("app/app.log.2.gz", gzip.compress(b"".join(lines[:1_000])))
    os.utime(site.log / "app/app.log.2.gz", (NOW - 1_900, NOW - 1_900))
    site.file("app/app.log.1", b"".join(lines[1_000:2_000]))
    os.utime(site.log / "app/app.log.1", (NOW - 1_000, NOW - 1_000))
    site.file("app/app.log", b"".join(lines[2_000:]))
    old = site.file("app/app.log.3", lines[0])
    os.utime(old, (NOW - 90_000, NOW - 90_000))
    site.file("app/worker.log", f"{at(-2):%Y-%m-%d %H:%M:%S} INFO worker is idle\n".encode())
    (site.log / "app/pipe.log").parent.mkdir(exist_ok=True)
    os.mkfifo(site.log / "app/pipe.log")
    fact, report = site.read(f"grep -i error {site.log}/app/*.log | tail -20")
    assert (fact.lines, fact.errors, fact.component, fact.problems) == (3_121, 120, "app", ())
    assert [one["log"].rpartition("/")[2] for one in report] == ["app.log", "worker.log"]
    assert [count for _, count in new_ones(fact)] == [120]


def test_only_the_newest_part_of_a_large_file(site):
    """The limit is of bytes, and what is left out is the oldest; the first line is not half of one."""
    path = site.file("big.log", ("\n".join(service_lines()) + "\n").encode())
    fact, _ = site.read(f"tail -n 100 {path}", bytes_max=50_000)
    assert 500 < fact.lines < 1_000
    assert fact.errors == 120
    assert all(pattern.text.startswith(("ERROR", "INFO")) for pattern in fact.patterns)
    assert f"Of {path} the newest 50,000 bytes were read (log_bytes_max)." in fact.problems


def test_a_file_that_is_cut_off_while_it_is_read(site):
    """A rotation that copies and truncates, just before the file is opened: fewer lines are no all-clear."""
    path = site.file("app.log", ("\n".join(service_lines()) + "\n").encode())
    site.script("cat", f'head -n 5 {path} > {path}.new; /bin/cat {path}.new > {path}; exec /bin/cat "$@"')
    fact, _ = site.read(f"tail -n 100 {path}")
    assert fact.lines == 5
    assert any(f"{path} was cut off while it was read" in problem for problem in fact.problems)


def test_an_access_log_names_the_upstream_that_fails(site):
    """One of three upstreams answers 502 and slowly: it comes first in the sentence, with facts for each of them."""
    lines = []
    for second in range(-3_000, 0):
        for upstream in range(3):
            bad = second >= -120 and upstream == 1
            lines.append(
                f'10.0.0.9 - - [{at(second):%d/%b/%Y:%H:%M:%S} +0000] "GET /api/v1/texts/{second + 9_999} HTTP/1.1" '
                f'{502 if bad else 200} 12 "-" "curl/8" rt={1.5 if bad else 0.01:.3f} urt=0.010 ua=10.0.0.{upstream}:8080'
            )
    path = site.file("nginx/access.log", ("\n".join(lines) + "\nno request at all\n").encode())
    fact, _ = site.read(f"tail -f {path}")
    assert fact.component == "nginx"
    assert fact.weight == "bad"
    assert fact.sentence.startswith("10.0.0.1:8080 fails with 5xx in 18 % of 660 requests (before: 0 %)")
    rejected = [one.value for one in fact.facts if one.name == "rejected lines"]
    assert rejected == [1.0]
    assert {one.thing for one in fact.facts} >= {"10.0.0.0:8080", "10.0.0.1:8080", "GET /api/v1/texts/:id"}


def test_a_log_that_has_fallen_silent(site):
    """Nothing new is the news."""
    lines = [line for line in service_lines(failing=0) if line < f"{at(-900):%Y-%m-%dT%H:%M:%S}"]
    site.script("docker", f"cat {site.file('silent', chr(10).join(lines).encode())}")
    fact, _ = site.read("docker logs api")
    assert fact.sentence == "api has printed nothing since 21:04 UTC (before: 60 lines a minute)."
    assert fact.weight == "warn"


def test_a_source_that_hangs_is_given_up(site):
    """What it told until then is used, and the fact says that there may be more."""
    (site.path / "lines").write_text("\n".join(service_lines()) + "\n")
    site.script("docker", f"cat {site.path}/lines; exec sleep 600")
    fact, _ = site.read("docker logs api", seconds=1.0)
    assert fact.lines == 3_120
    assert fact.problems == ("docker logs api had not ended after 1 s; what it printed until then is used.",)


def test_a_path_counts_from_where_commands_run(site):
    site.file("shop.log", ("\n".join(service_lines()) + "\n").encode())
    fact, _ = site.read("tail -n 50 log/shop.log")
    assert (fact.lines, fact.problems) == (3_120, ())
    fact, _ = site.read("tail -n 50 ./log/shop.log")
    assert fact.lines == 3_120


def test_what_is_not_there_is_said(site):
    site.script("docker", 'echo "Error response from daemon: No such container: api" >&2; exit 1')
    fact, report = site.read("docker logs api")
    assert fact.lines == 0
    assert report == []
    assert fact.problems == ("docker logs api ended with exit code 1: Error response from daemon: No such container: api",)
    fact, _ = site.read(f"tail -f {site.log}/none.log")
    assert fact.problems == (f"There is no file {site.log}/none.log that could be seen.",)
    with pytest.raises(DeliveryError, match="reads no log"):
        site.read("redis-cli ping")


def test_another_host_is_read_as_the_command_stands(site):
    """What runs through ssh is not made up anew: its own output is all there is."""
    site.script("ssh", f'echo "$*" > {site.path}/asked; echo "{at(-5):%Y-%m-%dT%H:%M:%SZ} ERROR gone"')
    fact, _ = site.read("ssh web docker logs api --tail 100")
    assert (site.path / "asked").read_text() == "web docker logs api --tail 100\n"
    assert (fact.lines, fact.errors) == (1, 1)


NASTY = {
    "binary": bytes(range(256)) * 4_000,
    "one line of a megabyte": b"x" * 1_048_576,
    "a megabyte within lines": b"2026-03-01T21:19:00Z INFO a\n" + b"y 1 " * 262_144 + b"\n2026-03-01T21:19:01Z INFO b\n",
    "no newline at its end": b"2026-03-01T21:19:00Z INFO a\n2026-03-01T21:19:01Z ERROR b",
    "utf-16": "2026-03-01T21:19:00Z ERROR für\n".encode("utf-16") * 1,
    "latin-1": "2026-03-01T21:19:00Z ERROR für\n".encode("latin-1") * 50,
    "carriage returns": b"2026-03-01T21:19:00Z ERROR a\r\n" * 50,
    "a clock that jumps": b"".join(
        f"{2000 + year % 40}-03-01 08:{year % 60:02}:00 ERROR x {year}\n".encode() for year in range(500)
    ),
    "empty": b"",
    "only newlines": b"\n" * 5_000,
    "a damaged archive": gzip.compress(b"2026-03-01T21:19:00Z ERROR a\n" * 9_000)[:-40],
    "an archive of a gigabyte": gzip.compress(b"\0" * 30_000_000),
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_input(site, name):
    """Nothing fails, nothing is endless, nothing in the fact is longer than it may be."""
    packed = "archive" in name
    path = site.file("nasty.log.gz" if packed else "nasty.log", NASTY[name])
    fact, _ = site.read(f"cat {path}", bytes_max=1 << 21)
    assert all(len(text) <= 300 for one in fact.patterns for text in (one.text, one.first, one.last))
    assert fact.lines == {
        "no newline at its end": 2, "utf-16": 1, "latin-1": 50, "carriage returns": 50, "a clock that jumps": 500,
        "empty": 0, "only newlines": 5_000, "one line of a megabyte": 1, "a megabyte within lines": 3,
    }.get(name, fact.lines)  # fmt: skip
    if name == "a damaged archive":
        assert any("damaged or cut off" in problem for problem in fact.problems)


class Engine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """As much of a Docker Engine as there is to a log; ``answers`` are by path, a callable writes its own."""

    daemon_threads = True
    answers: dict


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "socket"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path, _, query = self.path.partition("?")
        self.server.asked.append(query)
        status, body = self.server.answers.get(path, (404, b'{"message": "No such container: gone"}'))
        self.send_response(status)
        if callable(body):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            body(self)
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def engine(tmp_path):
    server = Engine(str(tmp_path / "docker.sock"), Handler)
    server.answers, server.asked, server.release = {}, [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def frames(lines):
    return b"".join(struct.pack(">BxxxL", 1 + number % 2, len(line) + 1) + line + b"\n" for number, line in enumerate(lines))


def chunked(handler, body, size):
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))


@pytest.mark.parametrize(("tty", "size"), [(False, 1), (False, 7_001), (True, 4_096)])
def test_the_engine_itself(site, engine, tty, size):
    """Its frames are put together however they are cut; a container with a terminal has none."""
    lines = [line.encode() for line in service_lines(seconds=600 if size == 1 else 3_000)]
    body = b"".join(line + b"\r\n" for line in lines) if tty else frames(lines)

    def stream(handler):
        chunked(handler, body, size)
        handler.wfile.write(b"0\r\n\r\n")

    engine.answers = {
        "/containers/api/json": (200, json.dumps({"Config": {"Tty": tty}}).encode()),
        "/containers/api/logs": (200, stream),
    }
    site.engine = DockerLog(engine_socket(f"unix://{engine.server_address}")).read
    fact, _ = site.read("docker logs -f api")
    assert (fact.lines, fact.errors, fact.problems) == (len(lines), 120, ())
    assert [count for _, count in new_ones(fact)] == [120]
    assert engine.asked[-1] == f"stdout=1&stderr=1&timestamps=1&since={NOW - 3_660:.0f}&tail=400000"


def test_an_engine_that_hangs_and_one_that_refuses(site, engine):
    def hang(handler):
        chunked(handler, frames([line.encode() for line in service_lines()]), 4_096)
        handler.wfile.flush()
        handler.server.release.wait(60)

    engine.answers = {"/containers/api/json": (200, b"{}"), "/containers/api/logs": (200, hang)}
    site.engine = DockerLog(engine_socket(f"unix://{engine.server_address}")).read
    fact, _ = site.read("docker logs api", seconds=2.0)
    assert fact.lines == 3_120
    assert "did not answer for api within" in fact.problems[0]
    fact, _ = site.read("docker logs gone")
    assert fact.problems == ("The Docker Engine refuses (404): No such container: gone",)


def test_no_engine_on_this_host(tmp_path):
    assert engine_socket("tcp://10.0.0.1:2375") is None
    assert engine_socket(f"unix://{tmp_path}/none.sock") is None


@pytest.mark.parametrize(
    ("text", "kind", "component", "command"),
    [
        (
            "docker logs -ft --tail 5 api 2>&1 | grep x",
            "container",
            "api",
            "docker logs api --since=61m --tail=400000 --timestamps",
        ),
        ("docker-compose logs --tail=5 api", "container", "api", "docker-compose logs api --tail=400000 --timestamps"),
        ("sudo docker logs api", "container", "api", "sudo docker logs api --since=61m --tail=400000 --timestamps"),
        ("kubectl logs -n shop api", "container", "api", "kubectl logs -n shop api --since=61m --tail=400000 --timestamps"),
        (
            'journalctl -f -u docker.service --since "1 hour ago" -n 9',
            "journal",
            "docker",
            "journalctl -u docker.service --since '61 minutes ago' -o short-iso --no-pager",
        ),
        ("journalctl -p err", "journal", "host", "journalctl -p err --since '61 minutes ago' -o short-iso --no-pager"),
        ("tail -f /var/log/nginx/access.log", "files", "nginx", ""),
        ("grep -i error /var/log/app/*.log | tail -20", "files", "app", ""),
        ("cat /var/log/syslog", "files", "host", ""),
        ("tail -n 50 /srv/edge/logs/access.log", "files", "edge", ""),
        ("grep -i error /srv/shop/logs/*.log", "files", "shop", ""),
        ("tail /home/deploy/shop/log/production.log", "files", "shop", ""),
        ("tail /opt/tomcat/logs/catalina.2026-11-24.log", "files", "catalina", ""),
        ("tail /var/log/containers/orders-*.log", "files", "orders", ""),
        ("egrep -i error /var/log/app/api.log", "files", "app", ""),
        ("FOO=1 docker logs api", "output", "api", ""),
        ("for one in a b; do docker logs $one; done", "output", "$one", ""),
        ("tail $LOGS/log/x.log", "output", "x", ""),
        ("ssh web tail /var/log/app/x.log", "output", "app", ""),
    ],
)
def test_the_log_behind_a_command(text, kind, component, command):
    found = log_source(text)
    assert (found.kind, found.component, found.command(3_600)) == (kind, component, command)


@pytest.mark.parametrize(
    "text",
    [
        "kubectl -n shop logs deploy/api --tail=200",
        "kubectl logs deploy/api",
        "oc logs api",
        "kubectl --context x logs api -c app",
        "journalctl -u api",
        "docker logs api",
    ],
)
def test_the_complaint_of_a_program_that_could_not_read_the_log_is_no_error_of_the_service(site, text):
    said = EVIDENCE / "readers" / "cases" / "kubectl" / "no-cluster.txt"
    for name in ("kubectl", "oc", "journalctl", "docker"):
        site.script(name, f"sed -n '/^E1129/,$p' {said}; exit 1")
    fact, report = site.read(text)
    assert (fact.lines, fact.errors, report) == (0, 0, [])
    assert "exit code 1: The connection to the server" in fact.problems[0]


def test_a_search_without_a_hit_is_a_log_without_errors(site):
    site.script("ssh", "exit 1")
    fact, _ = site.read("ssh web1 journalctl -u api | grep ERROR")
    assert fact.problems == ()
