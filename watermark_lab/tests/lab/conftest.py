"""A running lab, a receiver of its alerts, and a way to wait for what must come."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
WAIT_SECONDS = 120.0
TOKEN = "token-of-the-test"


def wait_until(what: Callable[[], T], seconds: float = WAIT_SECONDS) -> T:
    """Return the first true value of `what`; fails when there was none in time."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < deadline, f"still nothing from {what} after {seconds} s"
        pause.wait(0.05)
    return value


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    return wait_until


@dataclass
class Receiver:
    """What arrived; it refuses as many as `refuse` says, first."""

    url: str = ""
    refuse: int = 0
    refused: int = 0
    arrived: list[dict[str, Any]] = field(default_factory=list)

    def find(self, name: str, status: str) -> dict[str, Any] | None:
        found = [body for body in self.arrived if body["groupLabels"]["alertname"] == name and body["status"] == status]
        return found[-1] if found else None


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
            status = 401 if not allowed else 503 if received.refuse else 202
            if received.refuse:
                received.refuse -= 1
                received.refused += 1
            elif allowed:
                received.arrived.append({**body, "agent": self.headers["User-Agent"]})
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    received.url = f"http://127.0.0.1:{server.server_port}/alertmanager"
    yield received
    server.shutdown()
    server.server_close()


@dataclass
class Lab:
    """A lab of its own process, and its runbook's terminal."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def dir(self) -> Path:
        return Path(self.ready["dir"])

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.ready["env"], "PATH": self.ready["path"], "GIT_EDITOR": "true"}

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.ready["cwd"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["/bin/sh", "-c", f"exec {command}"],
            cwd=self.ready["cwd"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, *words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "watermark_lab", *words, "--dir", str(self.dir), "--json"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)[words[0]]

    def fault(self, name: str) -> dict[str, Any]:
        return next(fault for fault in self.ask("faults") if fault["name"] == name)

    def pids(self) -> list[int]:
        status = self.ask("status")
        return [child["pid"] for child in status["containers"] + status["processes"] if child["pid"]]


def up(directory: Path, *options: str, path: str | None = None) -> Lab:
    environment = dict(os.environ) if path is None else {**os.environ, "PATH": path}
    process = subprocess.Popen(
        [sys.executable, "-m", "watermark_lab", "up", "--dir", str(directory), "--base-port", "0",
         "--watch-interval-seconds", "0.2", "--watch-for-seconds", "0.4", "--watch-window-seconds", "2",
         "--requests-per-second", "10", "--maintenance-seconds-max", "1",
         "--watch-memory-window-seconds", "2", *options],
        stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"the lab ended with {process.wait(timeout=120)}"
    return Lab(process, json.loads(line))


def end(lab: Lab) -> None:
    lab.process.send_signal(signal.SIGTERM)
    lab.process.wait(timeout=60)
    assert lab.process.stdout is not None
    lab.process.stdout.close()


def gone(pid: int) -> bool:
    """Tell whether a process has ended; one that only waits to be reaped has."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] in "ZX"


@pytest.fixture(scope="session")
def open_lab() -> Callable[..., Lab]:
    return up


@pytest.fixture(scope="session")
def close_lab() -> Callable[[Lab], None]:
    return end


@pytest.fixture(scope="session")
def has_ended() -> Callable[[int], bool]:
    return gone


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Lab]:
    directory = tmp_path_factory.mktemp("lab")
    token, script = directory / "token", directory / "check.py"
    token.write_text(TOKEN + "\n")
    script.write_text("import sys\nprint('checked', *sys.argv[1:])\n")
    options = ["--alert-url", receiver.url, "--alert-token-file", str(token), "--health-script", str(script)]
    running = up(directory / "it", *options)
    yield running
    pids = running.pids()
    end(running)
    assert running.process.returncode == 0
    for pid in pids:
        assert gone(pid)
    assert not (running.dir / "control.sock").exists()
