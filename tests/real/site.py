"""A stormjib of its own: a directory, tokens, settings, and the server as the process that people run."""

import contextlib
import ctypes
import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.processes import Program, run
from tests.story.patience import until

from stormjib.drill.processes import keep_port
from stormjib.offline import create_tokens
from stormjib.store.database import LOG

PEOPLE = {"ana": ("read", "respond"), "bo": ("read", "respond"), "watcher": ("alert",), "reader": ("read",), "admin": ("admin",)}
SMALL = """# Small

## Investigation (15-60 minutes)

### 1. Look
```bash
uname -s
```

## Mitigation (30-120 minutes)

### 2. Fix
```bash
# Note it
printf x >> fixed
```
"""
ANSWER_SECONDS = 60.0
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1


def environ():
    """The variables of a server: no setting of the one who runs the tests, and compiled files, which halve its start."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("STORMJIB_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def without_privilege():
    """In a new process, before it becomes the server: root obeys the permissions of files like everybody else."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)


class Site:
    """``start`` may be called again and again; whatever it started is ended with ``close``, by its process id."""

    def __init__(self, where, runbook=SMALL, **settings):
        where.mkdir(parents=True, exist_ok=True)
        self.where = where
        self.data = Path(settings.get("data_dir", where / "data"))
        self.tokens = create_tokens(self.data, PEOPLE)
        self._kept = keep_port()
        self.port = self._kept.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.runbook = where / "runbook.md"
        self.runbook.write_bytes(runbook.encode() if isinstance(runbook, str) else runbook)
        self.settings = where / "stormjib.toml"
        self.output = where / "server.log"
        given = {"data_dir": self.data, "port": self.port, "runbook": self.runbook, "command_dir": where, "free_bytes_min": 0}
        self.configure(**{**given, **settings})
        self.processes = []

    def configure(self, **values):
        lines = [
            f"{name} = {json.dumps(value if isinstance(value, (int, list)) else str(value))}" for name, value in values.items()
        ]
        self.settings.write_text("\n".join(lines) + "\n")
        self.settings.chmod(0o600)

    # The process

    def launch(self, **popen):
        """Start the server and don't wait for it; what is said of the process itself goes to ``Popen``."""
        argv = ["-m", "stormjib", "serve", "--settings", str(self.settings)]
        if popen:
            with self.output.open("ab") as output:
                given = {
                    "stdin": subprocess.DEVNULL,
                    "stdout": output,
                    "stderr": output,
                    "env": environ(),
                    "start_new_session": True,
                }
                process = subprocess.Popen([sys.executable, *argv], **{**given, **popen})
        else:
            process = Program(argv, stdout=self.output, stderr=self.output, env=environ())
        self.processes.append(process)
        return process

    def start(self, **popen):
        """Start the server and wait until it answers."""
        process = self.launch(**popen)
        until(lambda: process.poll() is not None or self.answers(), lambda: f"the server:\n{self.said()}")
        assert process.poll() is None, self.said()
        return process

    def answers(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.send("GET", "/healthz")[0] == 200
        return False

    def ends(self, process):
        """Wait until it has ended by itself; its exit code."""
        until(lambda: process.poll() is not None, lambda: f"the end of the server:\n{self.said()}")
        return process.returncode

    def stop(self):
        """Ask politely; the exit code."""
        process = self.processes[-1]
        process.send_signal(signal.SIGTERM)
        return self.ends(process)

    def kill(self):
        process = self.processes[-1]
        process.kill()
        process.wait()

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self._kept.close()

    def said(self):
        """What the server has written on its terminal."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    # Asking and doing

    def send(self, method, path, body=None, who="", headers=None, seconds=ANSWER_SECONDS):
        """Status, headers and body of the answer; ``who`` is the name of a token or nobody."""
        given = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, {"Content-Type": "application/json", **given, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def post(self, who, path, status=200, **body):
        """What the API answers, whose status has to be this one; a refusal is its sentence."""
        found, _, answer = self.send("POST", path, json.dumps(body).encode(), who)
        assert found == status, answer
        return json.loads(answer)["error"] if status >= 400 else json.loads(answer)

    def get(self, path, who="ana"):
        status, _, answer = self.send("GET", path, who=who)
        assert status == 200, answer
        return json.loads(answer)

    def alert(self, name="ApiDown", service="api", severity="P1", **more):
        """Tell it that something is down; the incident's id."""
        alert = {"name": name, "service": service, "severity": severity, **more}
        return self.post("watcher", "/api/v1/alerts", **alert)["incidents"][0]

    def log(self, incident="INC-1"):
        return self.get(f"/api/v1/incidents/{incident}/log?limit=10000")["entries"]

    def kinds(self, incident="INC-1"):
        return [entry["fact"]["fact"] for entry in self.log(incident)]

    def wait_for(self, kind, incident="INC-1"):
        return until(
            lambda: next((entry["fact"] for entry in self.log(incident) if entry["fact"]["fact"] == kind), None),
            lambda: f"{kind} in {self.kinds(incident)}",
        )

    # The files

    @property
    def database(self):
        return self.data / LOG

    def command(self, *words):
        """Another `stormjib` beside the server: its exit code and what it said."""
        code, output, errors = run(["-m", "stormjib", *words], environ())
        return code, output + errors

    def verify(self):
        """`stormjib log verify` on the files: its exit code and what it said."""
        return self.command("log", "verify", "--data-dir", str(self.data))
