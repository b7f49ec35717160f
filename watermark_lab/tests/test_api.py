"""The API over a real socket: what users and operators get, with and without Redis."""

import hashlib
import http.client
import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from watermark_lab import __version__
from watermark_lab.body import BODY_BYTES_MAX
from watermark_lab.lab.redis import Client

Start = Callable[..., Any]
TEXT = {"text": "the file is open and the name of the file is known"}
CASES = json.loads(Path(__file__).with_name("cases").joinpath("bad-requests.json").read_text("utf-8"))


def test_a_text_is_written_found_again_and_worn_off(start: Start, redis_server: Any) -> None:
    service = start(redis_url=redis_server.url)
    written = service.post("/v1/watermark", {"prompt": "the file", "tokens": 200, "seed": 1})
    assert (written.status, written.json["tokens"], written.json["cached"]) == (200, 200, False)
    text = written.json["text"]
    found = service.post("/v1/detect", {"text": text}).json
    assert found["watermarked"]
    assert found["z"] > 4
    assert found["p_value"] < 1e-4
    stranger = service.post("/v1/detect", {"text": text, "key": "another"}).json
    assert not stranger["watermarked"]
    attacked = service.post("/v1/attack", {"text": text, "kind": "substitute", "strength": 0.9, "seed": 1}).json
    assert attacked["before"]["z"] == found["z"]
    assert attacked["after"]["z"] < 4


def test_the_same_request_is_answered_from_the_cache(start: Start, redis_server: Any) -> None:
    first, second = start(redis_url=redis_server.url), start(redis_url=redis_server.url)
    request = {"prompt": "the file", "tokens": 50, "seed": 3}
    fresh, kept = first.post("/v1/watermark", request).json, second.post("/v1/watermark", request).json
    assert (fresh["cached"], kept["cached"]) == (False, True)
    assert fresh["text"] == kept["text"]
    other_key = first.post("/v1/watermark", {**request, "key": "another"}).json
    assert not other_key["cached"]
    unseeded = [first.post("/v1/watermark", {"tokens": 50}).json for _ in range(2)]
    assert unseeded[0]["text"] != unseeded[1]["text"]
    assert 'watermark_cache_total{result="miss"}' in first.get("/metrics").body.decode()


def test_too_many_texts_in_a_minute_are_refused(start: Start, redis_server: Any) -> None:
    service = start(redis_url=redis_server.url, watermarks_per_minute_max=2)
    # two minutes can share the three requests of a burst that crosses the full minute, never the ten
    answers = [service.post("/v1/watermark", {"tokens": 1}) for _ in range(10)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert "more than 2 texts" in refused[0].json["error"].lower()
    assert "retry-after" in refused[0].headers


def test_without_redis_detection_works_and_writing_says_why_not(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    service = start()
    assert service.get("/health").status == 200
    ready = service.get("/ready")
    assert ready.status == 503
    assert ready.json["failing"] == ["redis"]
    refused = service.post("/v1/watermark", {"tokens": 10})
    assert refused.status == 503
    assert "needs Redis" in refused.json["error"]
    assert "retry-after" in refused.headers
    assert service.post("/v1/detect", TEXT).status == 200
    assert 'dependency_up{dependency="redis"} 0.0' in service.get("/metrics").body.decode()
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert any("Redis did not answer" in record.getMessage() for record in errors)


def test_a_redis_that_comes_back_is_used_again(start: Start, redis_server: Any) -> None:
    service = start(redis_url=redis_server.url)
    assert service.get("/ready").json["status"] == "ready"
    assert service.post("/v1/watermark", {"tokens": 10}).status == 200
    assert 'dependency_up{dependency="redis"} 1.0' in service.get("/metrics").body.decode()
    redis_server.process.send_signal(19)  # SIGSTOP: the connection stays open and nobody answers
    assert service.get("/ready").status == 503
    assert service.post("/v1/watermark", {"tokens": 10}).status == 503
    redis_server.process.send_signal(18)
    assert service.get("/ready").status == 200
    assert service.post("/v1/watermark", {"tokens": 10}).status == 200
    redis_server.stop()
    assert service.get("/ready").status == 503


def test_without_a_model_it_lives_and_is_not_ready(start: Start, redis_server: Any) -> None:
    service = start(model=None, redis_url=redis_server.url)
    assert service.get("/health").status == 200
    assert service.get("/ready").json["failing"] == ["model"]
    assert service.post("/v1/watermark", {"tokens": 10}).status == 503
    assert service.post("/v1/detect", TEXT).status == 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['path']} {case['body'][:40]}")
def test_a_bad_request_gets_a_sentence(start: Start, case: dict[str, str]) -> None:
    answer = start().post(case["path"], case["body"].encode())
    assert answer.status == case["status"]
    assert case["says"] in answer.json["error"]


def test_a_body_of_more_than_a_mebibyte_is_refused(start: Start) -> None:
    service = start()
    answer = service.post("/v1/detect", b" " * (BODY_BYTES_MAX + 1))
    assert answer.status == 413
    assert "larger than 1048576 bytes" in answer.json["error"]
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    connection.request("POST", "/v1/detect", iter([b" " * BODY_BYTES_MAX, b" "]))  # chunked: the size is not declared
    assert connection.getresponse().status == 413
    connection.close()
    assert service.post("/v1/detect", json.dumps(TEXT).encode().ljust(BODY_BYTES_MAX)).status == 200


def test_requests_are_counted_by_route_and_status(start: Start) -> None:
    service = start()
    service.post("/v1/detect", TEXT)
    service.post("/v1/detect", TEXT)
    service.post("/v1/detect", {})
    service.get("/made/up/path")
    metrics = service.get("/metrics").body.decode()
    assert 'http_requests_total{route="/v1/detect",status="200"} 2.0' in metrics
    assert 'http_requests_total{route="/v1/detect",status="422"} 1.0' in metrics
    assert 'http_requests_total{route="unknown",status="404"} 1.0' in metrics
    assert "/made/up/path" not in metrics
    assert 'http_request_duration_seconds_count{route="/v1/detect"} 3.0' in metrics


def test_faults_come_and_go_with_the_file(start: Start) -> None:
    service = start()
    file = service.settings.fault_file
    assert file is not None
    assert service.post("/v1/detect", TEXT).status == 200
    file.write_text('{"error_share": 1.0}')
    assert service.post("/v1/detect", TEXT).status == 500
    assert service.get("/health").status == 200
    file.write_text('{"error_share": 0.0, "delay_seconds": 0.001}')
    assert service.post("/v1/detect", TEXT).status == 200
    file.write_text('{"error_share": 5}')
    assert service.post("/v1/detect", TEXT).status == 200
    file.write_text('{"error_share": 1}')
    assert service.post("/v1/detect", TEXT).status == 500
    file.unlink()
    assert service.post("/v1/detect", TEXT).status == 200


def test_without_the_setting_no_file_can_break_it(start: Start) -> None:
    service = start(fault_file=None)
    assert service.settings.fault_file is None
    (service.settings.state_dir).mkdir(parents=True, exist_ok=True)
    (service.settings.state_dir / "fault.json").write_text('{"error_share": 1.0}')
    assert service.post("/v1/detect", TEXT).status == 200


def test_an_unexpected_error_is_a_500_with_a_sentence_and_a_traceback_in_the_log(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("watermark_lab.watermark.detect", broken)
    service = start()
    answer = service.post("/v1/detect", TEXT)
    assert answer.status == 500
    assert "cause is in its log" in answer.json["error"]
    service.stop()  # the traceback is logged after the answer
    assert any(record.exc_info for record in caplog.records)


def test_a_full_redis_answers_ping_and_is_still_missing(start: Start, redis_server: Any) -> None:
    service = start(redis_url=redis_server.url)
    with Client("127.0.0.1", redis_server.port) as client:
        client.call("CONFIG", "SET", "maxmemory", "1")
        assert client.call("PING") == "PONG"
        ready = service.get("/ready")
        assert ready.json["failing"] == ["redis"]
        assert "Redis refused: OOM" in ready.json["error"]
        refused = service.post("/v1/watermark", {"tokens": 10})
        assert (refused.status, "needs Redis, which refuses" in refused.json["error"]) == (503, True)
        client.call("CONFIG", "SET", "maxmemory", "0")
    assert service.get("/ready").status == 200


@pytest.fixture
def notary() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "watermark_lab.lab.notary", "0"], stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def test_a_notary_attests_each_text_and_is_missed_when_it_hangs(start: Start, redis_server: Any, notary: Any) -> None:
    port = notary.stdout.readline().strip().rpartition(":")[2]
    service = start(redis_url=redis_server.url, external_url=f"http://127.0.0.1:{port}", external_timeout_seconds=0.3)
    assert service.get("/ready").json["checks"]["notary"] == {"ok": True}
    written = service.post("/v1/watermark", {"tokens": 10}).json
    assert len(written["receipt"]) == 16
    entry = json.loads((service.settings.state_dir / "data" / "ledger.jsonl").read_text())
    assert entry["receipt"] == written["receipt"]
    assert entry["sha256"] == hashlib.sha256(written["text"].encode()).hexdigest()
    notary.send_signal(signal.SIGSTOP)
    assert service.get("/ready").json["failing"] == ["notary"]
    refused = service.post("/v1/watermark", {"tokens": 10})
    assert (refused.status, "needs the notary" in refused.json["error"]) == (503, True)
    assert service.post("/v1/detect", TEXT).status == 200
    metrics = service.get("/metrics").body.decode()
    assert 'dependency_up{dependency="notary"} 0.0' in metrics
    assert 'dependency_duration_seconds_bucket{dependency="notary",le="0.25"}' in metrics
    notary.send_signal(signal.SIGCONT)
    assert service.get("/ready").status == 200


def test_a_disk_that_takes_nothing_is_missing_and_nothing_is_handed_out(start: Start, redis_server: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a directory"
    blocked.touch()
    service = start(redis_url=redis_server.url, data_dir=blocked)
    ready = service.get("/ready")
    assert ready.json["failing"] == ["disk"]
    assert "The disk cannot be written" in ready.json["error"]
    refused = service.post("/v1/watermark", {"tokens": 10})
    assert (refused.status, "needs its disk" in refused.json["error"]) == (503, True)


def test_a_leak_grows_until_it_is_told_to_stop(start: Start) -> None:
    service = start()
    before = resident_bytes()
    service.settings.fault_file.write_text('{"leak_bytes_per_second": 100000000}')
    eventually(lambda: resident_bytes() > before + 50_000_000)
    service.settings.fault_file.unlink()
    eventually(lambda: resident_bytes() < before + 50_000_000)


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"still not after {seconds} s"
        pause.wait(0.05)


def test_i18_the_release_that_runs_is_told_and_the_bare_address_says_what_stands_here(start: Start) -> None:
    service = start(release="0.1.1")
    assert service.get("/health").json["version"] == "0.1.1"
    assert start().get("/health").json["version"] == __version__
    found = service.get("/")
    assert found.status == 200
    assert all(service.get(path).status in {200, 401, 405, 503} for path in found.json["paths"])
