"""One real lab for all tests here, a receiver of what its Alertmanager sends, and a way to wait for what must come."""

import contextlib
import ctypes
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

WAIT_SECONDS = 180.0
TEST_SECONDS_MAX = 1_200
TOKEN = "token-of-the-test"
PORT = 8799
CLONE_NEWNET = 0x4000_0000


def pytest_collection_modifyitems(items):
    """The first test here brings the lab up, which makes its images where they are not kept yet."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS_MAX))


def wait_until(what, seconds=WAIT_SECONDS):
    """The first true value of ``what``; fails when there was none in time."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < deadline, f"still nothing from {what} after {seconds} s"
        pause.wait(0.1)
    return value


@pytest.fixture(scope="session")
def until():
    return wait_until


class Receiver:
    """What Alertmanager delivered with the right token. It listens in the box's network, from a thread that entered it."""

    def __init__(self, netns: str) -> None:
        self.arrived: list[dict[str, Any]] = []
        self.refused = 0
        self._listens = threading.Event()
        self._server: Any = None
        self._thread = threading.Thread(target=self._serve, args=(netns,), name="receiver", daemon=True)
        self._thread.start()
        assert self._listens.wait(WAIT_SECONDS)

    def firing(self, name: str, labels: dict[str, str] | None = None) -> bool:
        """Whether the last that was heard of the alert is that it fires."""
        said = [
            alert["status"]
            for body in list(self.arrived)
            for alert in body["alerts"]
            if alert["labels"]["alertname"] == name and (labels or {}).items() <= alert["labels"].items()
        ]
        return said[-1:] == ["firing"]

    def any_firing(self) -> list[str]:
        last = {alert["fingerprint"]: alert for body in list(self.arrived) for alert in body["alerts"]}
        return [alert["labels"]["alertname"] for alert in last.values() if alert["status"] == "firing"]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()

    def _serve(self, netns: str) -> None:
        with Path(netns).open("rb") as file:
            assert ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) == 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
                if allowed:
                    receiver.arrived.append({**body, "agent": self.headers["User-Agent"]})
                else:
                    receiver.refused += 1
                self.send_response(202 if allowed else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        self._listens.set()
        self._server.serve_forever()
        self._server.server_close()


class Lab:
    """A real lab that another process keeps."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.dir = directory
        self._log = directory.parent / "lab.log"
        argv = [sys.executable, "-m", "watermark_lab", "up", "--stack", "docker", "--dir", str(directory), "--end-with-parent"]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen([*argv, *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the lab did not come up: {self._log.read_text()}"
        self.ready: dict[str, Any] = json.loads(line)

    def ask(self, *words: str) -> Any:
        argv = [sys.executable, "-m", "watermark_lab", *words, "--dir", str(self.dir), "--json"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=480, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)[words[0]]

    def run(self, command: str, seconds: float = 120.0) -> "subprocess.CompletedProcess[str]":
        """Run a line in the box, outside of stormjib."""
        return subprocess.run(
            [*self.ready["command_prefix"], "/bin/bash", "-c", command],
            env={"PATH": self.ready["path"], "HOME": "/root", **self.ready["env"]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def is_ready(self) -> bool:
        return self.run("curl -sf -m 5 localhost:8080/ready").returncode == 0

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=200)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="session")
def _possible():
    needs = pytest.importorskip("watermark_lab.real.needs")
    why = needs.missing()
    if why:
        pytest.skip(why)


@pytest.fixture(scope="session")
def lab(tmp_path_factory, _possible) -> Iterator[Lab]:
    directory = tmp_path_factory.mktemp("real")
    token, script = directory / "token", directory / "health_check.py"
    token.write_text(TOKEN + "\n")
    script.write_bytes((Path(__file__).parents[2] / "scripts" / "health_check.py").read_bytes())
    url = f"http://127.0.0.1:{PORT}/hooks/alertmanager"
    running = Lab(
        directory / "lab", "--alert-url", url, "--alert-token-file", str(token), "--health-script", str(script),
        "--maintenance-seconds-max", "3", "--requests-per-second", "8",
    )  # fmt: skip
    try:
        yield running
    finally:
        running.end()
    assert running.process.returncode == 0
    assert not Path(running.ready["netns"]).exists()


@pytest.fixture(scope="session")
def receiver(lab) -> Iterator[Receiver]:
    receiver = Receiver(lab.ready["netns"])
    with contextlib.closing(receiver):
        yield receiver
