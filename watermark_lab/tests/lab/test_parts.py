"""The lab's small parts: times, templates, arguments, rules, fingerprints, redis' protocol, the load balancer."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from watermark_lab.lab import mapped, moment, redis_cli
from watermark_lab.lab.access_log import AccessLog
from watermark_lab.lab.alert import Alert, fingerprint, webhook
from watermark_lab.lab.arguments import parse
from watermark_lab.lab.call import Refusal
from watermark_lab.lab.capture import Capture
from watermark_lab.lab.look import Look
from watermark_lab.lab.port import Ports, any_free
from watermark_lab.lab.proxy import Proxy
from watermark_lab.lab.rule import Finding, Rule
from watermark_lab.lab.settings import LabError, StackSettings
from watermark_lab.lab.template import render
from watermark_lab.lab.upstream import Upstream

NOW = datetime(2026, 3, 29, 12, 30, 15, tzinfo=UTC)
SAMPLE = json.loads((Path(__file__).parent / "cases" / "alertmanager-v4.json").read_text())["body"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1h", NOW - timedelta(hours=1)),
        ("1h30m", NOW - timedelta(minutes=90)),
        ("1 hour ago", NOW - timedelta(hours=1)),
        ("-10min", NOW - timedelta(minutes=10)),
        ("2 days ago", NOW - timedelta(days=2)),
        ("today", datetime(2026, 3, 29, tzinfo=UTC)),
        ("@1774787415", NOW),
        ("2026-03-29T12:30:15Z", NOW),
        ("2026-03-29 12:30:15", NOW),
    ],
)
def test_a_moment(text, expected):
    assert moment.parse(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "soon", "1 fortnight ago", "ago"])
def test_no_moment(text):
    with pytest.raises(ValueError, match=r"unit of time|isoformat"):
        moment.parse(text, NOW)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "Less than a second"), (5, "5 seconds"), (90, "About a minute"), (600, "10 minutes"), (5000, "About an hour"),
     (20000, "5 hours"), (400000, "4 days")],
)  # fmt: skip
def test_ago(seconds, words):
    assert moment.ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_a_template():
    record = {"Names": "redis", "State": {"Running": True, "Pid": 7}}
    assert render("{{.Names}}\\t{{.State.Pid}} {{.State.Running}} {{json .State}}", record) == (
        'redis\t7 true {"Running": true, "Pid": 7}'
    )
    with pytest.raises(Refusal, match="can't evaluate field Nope"):
        render("{{.Nope}}", record)
    with pytest.raises(Refusal, match="knows only fields"):
        render("{{range .Names}}{{end}}", record)


def test_arguments():
    flags, valued = {"-a": "all", "-q": "quiet"}, {"-n": "tail", "--tail": "tail"}
    given = parse("p", ["-aq", "x", "--tail=5", "-n7", "--", "-z"], flags, valued)
    assert (set(given.options), given.options["tail"], given.operands) == ({"all", "quiet", "tail"}, ["5", "7"], ["x", "-z"])
    assert given.number("tail", "p") == 7
    for argv, said in ((["-z"], "unknown flag: -z"), (["--tail"], "flag needs an argument")):
        with pytest.raises(Refusal, match=said) as refusal:
            parse("p", argv, flags, valued)
        assert refusal.value.code == 125


def test_a_rule_fires_and_resolves_only_after_its_time():
    rule = Rule("R", "P1", "", for_seconds=2.0)
    seen = [rule.see(Finding(holds), now) for now, holds in enumerate([True, True, False, True, True, True])]
    assert seen == [None, None, None, None, None, "firing"]
    seen = [rule.see(Finding(holds), 10.0 + now) for now, holds in enumerate([None, False, None, False, False, False, False])]
    assert seen == [None, None, None, None, None, "resolved", None]


def test_the_fingerprint_is_alertmanagers():
    alert = SAMPLE["alerts"][0]
    assert fingerprint(alert["labels"]) == alert["fingerprint"]


def test_a_webhook_has_the_samples_shape():
    alert = SAMPLE["alerts"][0]
    starts = datetime.fromisoformat(alert["startsAt"])
    made = webhook(Alert(alert["labels"], alert["annotations"], starts), SAMPLE["externalURL"])
    made["alerts"][0]["generatorURL"] = alert["generatorURL"]
    assert made == SAMPLE
    over = webhook(Alert(alert["labels"], alert["annotations"], starts, starts + timedelta(seconds=9)), "http://lab")
    assert (over["status"], over["alerts"][0]["endsAt"]) == ("resolved", "2026-11-23T15:02:27.721Z")


def test_a_capture_is_read_from_any_point(tmp_path):
    capture = Capture(tmp_path / "c.jsonl")
    assert list(capture.lines()) == []
    capture.append("one")
    offset = capture.size_now()
    capture.append("two")
    lines, offset = capture.after(offset)
    assert [line.text for line in lines] == ["two"]
    assert capture.after(offset)[0] == []
    since = list(capture.lines())[1].at
    assert [line.text for line in capture.lines(since)] == ["two"]
    capture.remove()
    assert capture.size_bytes() == 0


@pytest.mark.parametrize("base", [0, 41_000])
def test_free_ports_are_given_once_and_to_one_lab_until_it_ends(base):
    """Two labs that come up at the same moment; a server may listen on what its own lab keeps."""
    with contextlib.closing(Ports(base)) as one, contextlib.closing(Ports(base)) as other:
        given = [next(ports) for _ in range(5) for ports in (one, other)]
        assert len(set(given)) == 10
        assert not other.keep(given[0])
        ThreadingHTTPServer(("127.0.0.1", given[0]), BaseHTTPRequestHandler).server_close()
    with contextlib.closing(Ports(0)) as later:
        assert later.keep(given[0])
    with pytest.raises(LabError, match="No free port is left"):
        next(Ports(65536))


@pytest.mark.parametrize(
    "wrong", [{"api_count": 0}, {"api_count": 9}, {"alert_token_file": Path("t")}], ids=["none", "too many", "token alone"]
)
def test_settings_that_no_lab_can_hold(wrong):
    with pytest.raises(LabError):
        StackSettings(dir=Path("lab"), **wrong)


def test_redis_cli_against_the_labs_redis(lab, capfd):
    ports = {6379: int(lab.ready["redis_url"].rpartition(":")[2].split("/")[0])}
    for words, out in (
        (["set", "k", "v"], "OK\n"), (["dbsize"], None), (["get", "k"], "v\n"), (["lrange", "none", "0", "1"], "\n"),
        (["del", "k"], "1\n"), (["get", "k"], "\n"), (["ping"], "PONG\n"), (["frobnicate"], None),
    ):  # fmt: skip
        assert redis_cli.main(words, ports) == 0
        seen = capfd.readouterr()
        assert seen.out == out if out is not None else seen.out.strip().startswith(("ERR ", *"0123456789"))
        assert "[lab stand-in for redis-cli]" in seen.err


def test_redis_cli_without_redis(capfd):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        assert redis_cli.main(["-p", str(port), "ping"], {}) == 1
    assert f"Could not connect to Redis at 127.0.0.1:{port}: Connection refused" in capfd.readouterr().err


def test_sockets_are_shown_under_their_public_ports(tmp_path, capfd):
    program = tmp_path / "ss"
    program.write_text("#!/bin/sh\necho 'LISTEN 127.0.0.1:18080 x'\necho 'LISTEN 127.0.0.1:8080 other'\necho 'LISTEN *:22 y'\n")
    program.chmod(0o755)
    assert mapped.sockets(str(program), ["-tulpn"], {8080: 18080}) == 0
    seen = capfd.readouterr()
    assert seen.out == "LISTEN 127.0.0.1:8080 x\nLISTEN *:22 y\n"
    assert seen.err == "[lab stand-in] localhost:8080 is served at localhost:18080\n"


@pytest.fixture
def backend():
    class Handler(BaseHTTPRequestHandler):
        maintenance = False

        def do_GET(self):
            failing = self.path == "/ready"
            body = {"failing": ["redis"], "error": "no redis"} if failing else {"maintenance": Handler.maintenance}
            data = json.dumps(body).encode()
            self.send_response(503 if failing else 200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, Handler
    server.shutdown()
    server.server_close()


def test_the_load_balancer_skips_a_dead_backend_and_says_502_when_all_are(tmp_path, backend):
    backends, log = tmp_path / "backends.json", tmp_path / "access.log"
    ports = Ports(0)
    nobody, port = next(ports), next(ports)
    backends.write_text(json.dumps([nobody, backend[0]]))
    proxy = Proxy(port, Upstream(backends), AccessLog(log, tmp_path / "error.log"))
    serving = threading.Thread(target=proxy.serve)
    serving.start()
    for _ in range(4):
        assert _get(port, "/health") == 200
    fresh = tmp_path / "new"
    fresh.write_text("[]")
    fresh.replace(backends)
    assert _get(port, '/"quoted"') == 502
    proxy.stop()
    serving.join()
    ports.close()
    lines = log.read_text().splitlines()
    assert [line.split('" ')[1].split()[0] for line in lines] == ["200"] * 4 + ["502"]
    assert "GET /\\x22quoted\\x22 HTTP/1.1" in lines[-1]
    # Every other request met the dead one first; which line is written first is the threads' affair.
    dead, live = f"127.0.0.1:{nobody}", f"127.0.0.1:{backend[0]}"
    both = [line for line in lines if f'upstream="{dead}, {live}"' in line]
    assert (len(both), sum(f'upstream="{live}"' in line for line in lines)) == (2, 2)
    assert re.search(r' rt=0\.\d{3} uct="-, 0\.\d{3}" urt="0\.\d{3}, 0\.\d{3}" ', both[0])
    assert lines[-1].endswith('uct="-" urt="-" upstream="-"')
    assert "no live upstreams" in (tmp_path / "error.log").read_text()
    assert "connect() to upstream" in (tmp_path / "error.log").read_text()


def _get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def test_the_watcher_cannot_tell_errors_in_maintenance_nor_readiness_of_what_is_down(tmp_path, backend):
    port, handler = backend
    load = tmp_path / "load.json"
    seen = {"at": 4e9, "window_seconds": 5.0, "requests": 20, "errors": 10, "error_share": 0.5, "p95_seconds": 0.1}
    load.write_text(json.dumps(seen))
    usage = tmp_path / "usage.json"
    look = Look(port, load, usage, 30.0)
    found = look.findings()
    assert {name: finding.holds for name, finding in found.items()} == {
        "NginxDown": False, "ApiDown": False, "ReadinessFailing": True, "HighErrorRate": True, "HighLatency": False,
        "MaintenanceModeStuck": False, "MemoryHigh": None,
    }  # fmt: skip
    assert found["ReadinessFailing"].labels == {"dependency": "redis"}
    assert "50% of 20 requests failed" in found["HighErrorRate"].description
    handler.maintenance = True
    found = look.findings()
    assert (found["HighErrorRate"].holds, found["ReadinessFailing"].holds) == (None, True)
    assert found["MaintenanceModeStuck"].holds is True
    found = Look(any_free(), load, usage, 30.0).findings()
    assert {name for name, finding in found.items() if finding.holds} == {"NginxDown"}
    assert (found["ApiDown"].holds, found["ReadinessFailing"].holds) == (None, None)


def test_the_watcher_remembers_how_much_memory_was_used_before_the_kill(tmp_path):
    usage = tmp_path / "usage.json"
    look = Look(any_free(), tmp_path / "load.json", usage, 30.0)
    seen = []
    for used, kills in ((100, 0), (230, 0), (0, 1)):
        row = {"name": "watermark-lab-api", "memory_bytes": used * 2**20, "memory_bytes_max": 256 * 2**20, "kills": kills}
        usage.write_text(json.dumps({"at": time.time(), "containers": [row]}))
        seen.append(look.findings()["MemoryHigh"])
    assert [finding.holds for finding in seen] == [False, True, True]
    assert "watermark-lab-api used 230MiB of its 256MiB" in seen[2].description
