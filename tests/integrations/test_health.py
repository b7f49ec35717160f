"""The health check against servers that behave in every way: each failure is a check with a sentence."""

import json
import socket
import socketserver
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from stormjib.cli.health import main
from stormjib.core.catalogue.check import Request
from stormjib.core.catalogue.reading import read_services
from stormjib.core.catalogue.service import Service
from stormjib.integrations.health import Check, Limits, Report, check, to_json
from stormjib.integrations.health.exchange import Answer
from stormjib.integrations.health.host import disk, memory
from stormjib.integrations.health.probe import Finding, Prober, UnhealthyError
from stormjib.integrations.health.redis_ping import RedisAddress, ping
from stormjib.integrations.health.requests import Timed
from stormjib.integrations.health.table import table

CASES = Path(__file__).parent / "cases" / "health"
HEALTHY = json.loads((CASES / "healthy.json").read_text("utf-8"))
# latency is judged with a hand-made clock below, so here any answer is fast enough
LIMITS = Limits(
    request_timeout_seconds=1.5,
    body_bytes_max=100_000,
    disk_used_share_max=1,
    memory_used_share_max=1,
)
LAB = Path(__file__).parents[2] / "watermark_lab" / "src" / "watermark_lab" / "service.toml"
SCRIPT = Path(__file__).parents[2] / "scripts" / "health_check.py"


def lab(url: str, redis_url: str = "") -> Service:
    """The lab's own service file, its checks at another address; as slow as may be."""
    [service] = read_services(tomllib.loads(LAB.read_text("utf-8"))["service"])
    checks = tuple(
        structs.replace(one, latency_ms=60_000.0) if getattr(one, "latency_ms", None) else one for one in service.check
    )
    return structs.replace(service, target_url=url, redis_url=redis_url, check=checks)


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["case"]) for case in json.loads((CASES / name).read_text("utf-8"))]


class Scripted(ThreadingHTTPServer):
    """A server whose answers are data; a list gives one answer after the other and stays at the last."""

    daemon_threads = True

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), ScriptedHandler)
        self.answers = HEALTHY | answers
        self.closing = threading.Event()

    def handle_error(self, *_: object) -> None:
        """A client that gave up is part of the test."""

    def next(self, request: str) -> dict[str, Any]:
        answer = self.answers.get("*") or self.answers.get(request) or {"status": 404, "text": ""}
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer


class ScriptedHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet, or each answer waits for a delayed acknowledgement
    server: Scripted

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        answer = self.server.next(f"{self.command} {self.path}")
        if "hang" in answer:
            self.server.closing.wait()
            return
        if "raw" in answer:
            self.wfile.write(answer["raw"].encode())
            self.close_connection = True
            return
        body = json.dumps(answer["json"]) if "json" in answer else answer.get("text", "x" * answer.get("repeat", 0))
        self.send_response(answer.get("status", 200))
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    servers: list[Scripted] = []

    def start(answers: dict[str, Any] | None = None) -> str:
        server = Scripted(answers or {})
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.closing.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:  # bound and not listening: refused, and nobody else can take it
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def named(report: Report) -> dict[str, Check]:
    return {each.name: each for each in report.checks}


@pytest.mark.parametrize("case", cases("cases.json"))
def test_what_a_service_answers(case: dict[str, Any], serve: Callable[..., str]) -> None:
    url = serve(case.get("answers"))
    report = check(lab(url), surroundings=True, limits=LIMITS)
    found = named(report)
    failed = {name: each.detail for name, each in found.items() if not each.ok}
    assert set(failed) == set(case["failed"]), failed
    assert report.healthy == (not failed)
    port = url.rsplit(":", 1)[1]
    for name, sentence in (case["failed"] | case.get("details", {})).items():
        assert sentence.replace("PORT", port) in found[name].detail
    for name, (value, limit) in case.get("values", {}).items():
        assert (found[name].value, found[name].limit) == (value, limit)
    expected = ["health", "ready", "maintenance", "user_flow", "latency", "error_rate", "disk", "memory"]
    assert sorted(each.name for each in report.checks) == sorted(expected)


def test_the_basic_check_asks_for_health_and_ready_only(serve: Callable[..., str]) -> None:
    report = check(lab(serve(), "redis://127.0.0.1:1"), comprehensive=False, surroundings=True)
    assert [each.name for each in report.checks] == ["health", "ready", "maintenance"]
    assert report.healthy


def test_nothing_listens(closed_port: int) -> None:
    url = f"http://127.0.0.1:{closed_port}"
    report = check(lab(url, f"redis://127.0.0.1:{closed_port}"), surroundings=True, limits=LIMITS)
    found = named(report)
    assert not report.healthy
    assert f"cannot connect to {url}" in found["health"].detail
    assert found["user_flow"].detail.startswith("Not tried")
    assert "Check that it runs there" in found["redis"].detail
    assert found["disk"].ok, "the machine is looked at all the same"


def test_a_disk_with_space_proves_no_service_healthy() -> None:
    report = check(Service(name="search"), surroundings=True, limits=LIMITS)
    assert [each.name for each in report.checks] == ["disk", "memory"]
    assert not report.healthy
    assert table(report).endswith("search is not measured: nothing of the service was checked.")


def test_the_disk_of_this_machine_is_not_that_of_a_service_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "stormjib.toml"
    settings.write_text(f'data_dir = "{tmp_path}"\n[[service]]\nname = "ledger"\ntarget = "ssh:ledger-db"\n')
    assert main(["--settings", str(settings), "--comprehensive"], {}) == 1
    said = capsys.readouterr().out
    assert "ledger is not measured" in said
    assert "disk" not in said


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://localhost", "http://", "http://[::1"])
def test_an_address_that_is_none(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", url], {}) == 2
    said = capsys.readouterr().err
    assert "is not the address of a service" in said or "Nothing is set up to measure" in said


def test_a_password_in_an_address_is_not_shown(serve: Callable[..., str], closed_port: int) -> None:
    url = serve({"GET /ready": {"hang": True}}).replace("http://", "http://user:s3cret@")
    redis_url = f"redis://:s3cret@127.0.0.1:{closed_port}/0"
    report = check(lab(url, redis_url), surroundings=True, limits=LIMITS)
    assert not report.healthy
    assert "s3cret" not in to_json([report]) + table(report)


def timed(limit_ms: float, seconds: list[float]) -> Timed:
    """Twenty requests whose answers take these times."""
    request = Request(url="/", latency_ms=limit_ms)
    return Timed(request, 20, lambda: Answer("GET /", 200, b"", seconds.pop(0)))


def test_p95_is_the_nearest_rank() -> None:
    found = timed(400, [0.1] * 17 + [0.2, 0.3, 9.0]).fast()
    assert (found.value, found.limit, found.unit) == (0.3, 0.4, "s")


def test_latency_stops_when_the_verdict_is_certain() -> None:
    seconds = [0.1, 0.9, 0.1, 0.8, 0.1, 0.1]
    with pytest.raises(UnhealthyError, match=r"2 of 4 requests took longer than 0\.5 s") as slow:
        timed(500, seconds).fast()
    assert slow.value.finding.value == 0.8
    assert seconds == [0.1, 0.1]


@pytest.mark.parametrize("case", cases("redis.json"))
def test_what_a_redis_answers(case: dict[str, Any]) -> None:
    heard, closing = bytearray(), threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            for reply in case["replies"]:
                heard.extend(self.request.recv(4096))
                if reply is None:
                    closing.wait()
                    return
                self.request.sendall(reply.encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        address = RedisAddress(f"redis://{case.get('login', '')}127.0.0.1:{server.server_address[1]}/0")
        try:
            if case["says"] is None:
                assert "answered PONG" in ping(address, 5).detail
            else:
                with pytest.raises(UnhealthyError, match=r"Redis at 127\.0\.0\.1") as failed:
                    ping(address, 1.5)
                assert case["says"] in failed.value.finding.detail
                assert "s3cret" not in failed.value.finding.detail
        finally:
            closing.set()
            server.shutdown()
    assert bytes(heard) == case.get("hears", heard.decode()).encode()


@pytest.mark.parametrize("url", ["localhost", "http://localhost", "redis://", "redis://h:port", "redis://:s3cret@h:99999"])
def test_a_redis_address_that_is_none(url: str, serve: Callable[..., str]) -> None:
    failed = named(check(lab(serve(), url), surroundings=True, limits=LIMITS))["redis"]
    assert not failed.ok
    assert "redis://localhost:6379" in failed.detail
    assert "s3cret" not in failed.detail


def test_disk_and_memory_have_limits(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:        1000000 kB\nMemFree:          1 kB\nMemAvailable:     250000 kB\n")
    assert memory(Limits(memory_used_share_max=0.75), meminfo).value == 0.75
    with pytest.raises(UnhealthyError, match="process that grew"):
        memory(Limits(memory_used_share_max=0.74), meminfo)
    meminfo.write_text("garbage")
    with pytest.raises(UnhealthyError, match="Cannot read the memory"):
        memory(Limits(), meminfo)
    with pytest.raises(UnhealthyError, match="Cannot read the disk usage"):
        disk(Limits(disk_path=str(tmp_path / "missing")))
    with pytest.raises(UnhealthyError, match="Free some space") as full:
        disk(Limits(disk_path=str(tmp_path), disk_used_share_max=-1))
    assert full.value.finding.unit == "share"


def test_a_probe_that_hangs_is_left_behind() -> None:
    release, ticks = threading.Event(), iter([10.0, 12.5])

    def hang() -> list[Finding]:
        release.wait()
        return [Finding(detail="too late")]

    prober = Prober(lambda: next(ticks), timeout_seconds=0.05)
    [result] = prober.run("health", hang)
    release.set()
    assert (result.ok, result.seconds) == (False, 2.5)
    assert result.detail == "Gave up after 0.05 s without a result."


def test_exit_codes_and_output(serve: Callable[..., str], closed_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    url = serve()
    assert main(["--json"], {"HEALTH_URL": url}) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["schema"], shown["healthy"], shown["base_url"]) == ("stormjib.health/1", True, url)
    assert [each["name"] for each in shown["checks"]] == ["health", "latency"]
    assert main([], {"HEALTH_URL": f"http://127.0.0.1:{closed_port}"}) == 1
    text = capsys.readouterr().out
    assert "FAILED" in text
    assert "UNHEALTHY: 1 of 1 checks failed" in text
    arguments = ["--url", url, "--comprehensive", "--redis-url", "", "--disk-used-share-max", "1", "--memory-used-share-max", "1"]
    assert main([*arguments, "--latency-p95-seconds-max", "60"], {}) == 0
    assert "is healthy." in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["--sail"], ["--error-share-max", "2"], ["--request-timeout-seconds", "nan"], ["--redis-url", "http://x"]]
)
def test_wrong_use_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments, {}) == 2
    assert capsys.readouterr().err


def test_the_runbooks_script_works_from_anywhere(serve: Callable[..., str], tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "--url", serve(), "--json"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["healthy"] is True


def test_the_script_says_what_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", str(SCRIPT)]  # a Python that sees no installed packages
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "pip install stormjib" in ended.stderr
    assert "Traceback" not in ended.stderr
