"""The command line run in-process, and a small HTTP server that plays recorded answers of the API."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from stormjib.cli import run
from stormjib.cli.world import World

CASES = Path(__file__).parent / "cases"
NOW = 1_795_456_000.0


class Ended(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Player(ThreadingHTTPServer):
    """Answers each request once with what was recorded for it, in the order of the recording."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = []
        self.requests = []
        self.unexpected = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def load(self, answers):
        self.answers = [dict(answer) for answer in answers]

    def take(self, asked):
        for number, answer in enumerate(self.answers):
            if answer["ask"] == asked:
                return answer if answer.get("always") else self.answers.pop(number)
        return None

    def left(self):
        return [answer["ask"] for answer in self.answers if not answer.get("always")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _play(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        asked = f"{self.command} {self.path}"
        self.server.requests.append((asked, body, dict(self.headers)))
        answer = self.server.take(asked)
        if answer is None or ("sends" in answer and answer["sends"] != body):
            self.server.unexpected.append((asked, body))
            answer = {"status": 500, "body": {"error": f"not recorded: {asked} {body}"}}
        if "raw" in answer:
            content = answer["raw"].encode()
        elif "file" in answer:
            content = (CASES / "answers" / answer["file"]).read_bytes()
        else:
            content = json.dumps(answer.get("body", {})).encode()
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _play

    def log_message(self, *_):
        """Tests are quiet."""


@pytest.fixture
def player():
    """The server; a request that was not recorded, or an answer that was not asked for, fails the test."""
    server = Player()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)
    assert server.unexpected == []
    assert server.left() == []


@pytest.fixture
def cli(tmp_path):
    """``cli("incident", "list", url=…)`` → ``Ended``. The configuration directory is the test's own."""

    def call(*argv, url="", environ=None, stdin=b"", pause=None, stdout=None):
        surroundings = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path), "STORMJIB_TOKEN": "sj_test"}
        if url:
            surroundings["STORMJIB_URL"] = url
        surroundings |= environ or {}
        out, err = stdout or io.StringIO(), io.StringIO()
        ticks = iter(range(1_000_000))
        world = World(
            environ={name: value for name, value in surroundings.items() if value is not None},
            stdin=io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"),
            stdout=out,
            stderr=err,
            clock=lambda: NOW + next(ticks),
            pause=pause or (lambda _: None),
        )
        code = run(list(argv), world)
        return Ended(int(code), out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def cases():
    """Where the recorded answers and the expected texts are."""
    return CASES
