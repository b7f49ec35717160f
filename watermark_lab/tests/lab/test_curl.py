"""The stand-in for curl behaves as curl does with what the runbook uses."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from watermark_lab.lab import curl

CASES = json.loads((Path(__file__).parent / "cases" / "curl.json").read_text())


@pytest.fixture(scope="module")
def port():
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if self.path == "/never":
                release.wait(30)
            self.answer(503 if self.path == "/broken" else 200, b"no\n" if self.path == "/broken" else b"fine\n")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(200, f"POST {self.headers['Authorization']} {body}".encode())

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_args: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    release.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("case", CASES, ids=[" ".join(case["argv"]) for case in CASES])
def test_curl(case, port, capfdbinary):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        names = {"{url}": f"http://localhost:{port}", "{bare}": f"localhost:{port}", "{closed}": str(closed.getsockname()[1])}
        argv = case["argv"]
        for name, value in names.items():
            argv = [word.replace(name, value) for word in argv]
        code = curl.main(argv, {8080: port})
    seen = capfdbinary.readouterr()
    assert code == case["exit"], seen.err
    assert seen.out.decode().startswith(case.get("out", ""))
    if case.get("out") == "":
        assert seen.out == b""
    assert case.get("err", "") in seen.err.decode()
    assert "not_err" not in case or case["not_err"] not in seen.err.decode()
    assert b"[lab stand-in for curl]" in seen.err
