"""The whole product in this process: the real log, engine, API and webhook, over a clock that a story moves."""

import json
import sqlite3
import time
from contextlib import closing

from starlette.testclient import TestClient
from tests.core.story import HEALTH, RUNBOOK
from tests.story.patience import until
from tests.story.receiver import Receiver, words

from stormjib.app import ENGINE, App
from stormjib.core.catalogue.reading import read_services
from stormjib.integrations.health.report import Check, Report
from stormjib.settings import Settings

SERVICE = "watermark-lab-api"
MEASURED = read_services([{"name": SERVICE, "target_url": "http://service.example", "check": [
    {"kind": "command", "name": "all", "argv": ["true"], "proves": ["functional", "latency", "errors"]},
]}])  # fmt: skip
"""Its service with checks that prove all there is; what they find is ``World.report``."""
PROGRAMS = (
    "docker", "docker-compose", "curl", "redis-cli", "git", "journalctl", "systemctl", "tail", "grep", "head", "python",
    "df", "free", "ss", "netstat", "top", "pgrep",
)  # fmt: skip
PEOPLE = {"ana": ("read", "respond"), "bo": ("read", "respond"), "watcher": ("alert",), "admin": ("admin",)}
SETTLE_SECONDS = 240.0


def _is_decision(said):
    return " waits for a" in said and " approval: " in said


class _App(App):
    """Its clock is the story's, and what a measurement of the protected service finds is the story's as well."""

    def __init__(self, world, settings):
        super().__init__(settings, clock=world.clock, monotonic=world.steady, poll_seconds=0.2)
        if world.measures_for_real:
            return
        self.checks.examine = lambda _: world.report


PROVES = {"health": "functional", "ready": "functional", "user_flow": "functional", "latency": "latency", "error_rate": "errors"}


def _is_vacant(said):
    return ": Nobody holds " in said


def _is_over(said):
    return " is resolved." in said and said.startswith(("to #", "to leadership"))


def _is_overdue(said):
    return ": Overdue in INC-" in said


def confirm_recovery(world, incident):
    """Ana says of all that nothing measures that it is as usual."""
    for criterion in world.room(incident)["resolution"]:
        if criterion["proof_id"].startswith("recovery-"):
            world.post("ana", f"/incidents/{incident}/items/{criterion['proof_id']}/tick", text="I have looked")


def report(*failing):
    """What the service's checks say; ``failing`` are those that are not well."""
    checks = tuple(
        Check(
            name=name,
            ok=name not in failing,
            detail=f"{name} is {'bad' if name in failing else 'fine'}",
            seconds=0.1,
            value=0.0,
            proves=(proves,),
        )
        for name, proves in PROVES.items()
    )
    return Report(checks=checks, base_url="http://service.example", comprehensive=True, service="service")


class World:
    """``told`` is what left through the webhook since the last look; whatever a story does not expect fails it."""

    measures_for_real = False
    """Whether the services' checks are run, instead of saying what the story says."""

    def __init__(self, where, reference, **given):
        self.where = where
        self.receiver = Receiver()
        self.decisions = []
        """Who was told that a decision waits: every command above a read tells it, so stories need not."""
        self.overdue = []
        """Who was told that something is late."""
        self.over = []
        """What leadership was told of an end."""
        self.vacant = []
        """Who was told that nobody holds a role."""
        self.ahead_seconds = 0.0
        self.stepped_seconds = 0.0
        """By how much the machine's clock is wrong."""
        (where / "bin").mkdir()
        for program in PROGRAMS:
            self.stand_in(program, "exit 0")
        self.runbook = where / "runbook.md"
        self.runbook.write_bytes(reference)
        settings = {
            "data_dir": where / "data",
            "runbook": self.runbook,
            "responders": ("ana", "bo"),
            "webhook_url": self.receiver.url,
            "command_path": str(where / "bin"),
            "command_dir": where,
            "trusted": ({"command": HEALTH, "reason": "it only asks"},),
            "free_bytes_min": 0,
        }
        self.report = report()
        self.settings = Settings(**{**settings, **given})
        self.start()
        self.tokens = {name: self.app.tokens.create(name, scopes) for name, scopes in PEOPLE.items()}

    def start(self):
        self.app = _App(self, self.settings)
        self.app.start()
        self.http = TestClient(self.app.asgi)
        self.http.__enter__()

    def stop(self):
        self.http.__exit__(None, None, None)
        self.app.stop()

    def restart(self, meanwhile=lambda _: None):
        """Stop, let something happen to the directory of the data, and start again."""
        self.stop()
        meanwhile(self.settings.data_dir)
        self.start()

    def close(self):
        self.stop()
        self.receiver.close()

    def again(self, minutes=0):
        """The server ends and is started anew ``minutes`` later."""
        self.http.__exit__(None, None, None)
        self.app.stop()
        self.ahead_seconds += minutes * 60
        self.app = _App(self, self.app.settings)
        self.app.start()
        self.http = TestClient(self.app.asgi)
        self.http.__enter__()

    # The clock

    def steady(self):
        return time.time() + self.ahead_seconds

    def clock(self):
        return self.steady() + self.stepped_seconds

    def forward(self, minutes):
        """Move the clock; everything that is due on the way happens at its time and in its order."""
        end = self.clock() + minutes * 60
        while True:
            self.settle()
            left = end - self.clock()
            wait = self._engine("SELECT min(delay_until_epoch_ms) FROM workflow_status WHERE status = 'DELAYED'")[0][0]
            next_at = self._engine("SELECT min(at) FROM timer")[0][0]
            jump = left if wait is None else min(left, wait / 1000 - time.time())
            jump = jump if next_at is None else min(jump, next_at - self.clock())
            if jump > 0:
                self.pass_by(jump)
            if left <= 0:
                return

    def pass_by(self, seconds):
        """Move the clock at once, whatever is under way."""
        self.ahead_seconds += seconds
        shift = "UPDATE workflow_status SET delay_until_epoch_ms = delay_until_epoch_ms - ? WHERE status = 'DELAYED'"
        self._engine(shift, (seconds * 1000 + 1,))
        # The engine looks for what is due once a second; a story does not wait for it.
        due = "UPDATE workflow_status SET status = 'ENQUEUED' WHERE status = 'DELAYED' AND delay_until_epoch_ms <= ?"
        self._engine(due, (time.time() * 1000,))

    def settle(self):
        """Until nothing is under way and nothing is due."""
        until(lambda: not self._busy(), "everything to settle", SETTLE_SECONDS)

    def _busy(self):
        dispatcher = self.app.outbox.dispatcher
        progress = dispatcher._progress
        if progress.seen < self.app.reader.last_position() or progress.position < progress.seen:
            return True
        due = "status IN ('PENDING', 'ENQUEUED') OR (status = 'DELAYED' AND delay_until_epoch_ms <= ?)"
        found = self._engine(f"SELECT count(*) FROM workflow_status WHERE {due}", (time.time() * 1000,))
        timers = self._engine("SELECT count(*) FROM timer WHERE at <= ?", (self.clock(),))
        return found[0][0] + timers[0][0] > 0

    def _engine(self, statement, values=()):
        with closing(sqlite3.connect(self.app.settings.data_dir / ENGINE, timeout=30)) as rows, rows:
            return rows.execute(statement, values).fetchall()

    # The protected host

    def stand_in(self, program, script):
        """What a program of the runbook does here; each call is a line in the file ``ran``."""
        path = self.where / "bin" / program
        fresh = path.with_suffix(".new")
        fresh.write_text(f'#!/bin/sh\nprintf "%s\\n" "{program} $*" >> {self.where}/ran\n{script}\n')
        fresh.chmod(0o755)
        fresh.replace(path)

    def ran(self, start=""):
        """The calls of the stand-ins that begin so."""
        path = self.where / "ran"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(start)]

    # Asking and doing

    def alert(self, path="/api/v1/alerts", who="watcher", **alert):
        body = {"name": "ApiDown", "service": SERVICE, "severity": "P1", "summary": "the API is down", **alert}
        return self.send("POST", path, who, body)

    def send(self, method, path, who, body=None, key=""):
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json", "Idempotency-Key": key}
        return self.http.request(method, path, content=None if body is None else json.dumps(body), headers=headers)

    def post(self, who, path, status=200, /, **body):
        """What the API answers, whose status has to be this one; a refusal is its sentence."""
        answer = self.send("POST", f"/api/v1{path}", who, body)
        assert answer.status_code == status, answer.text
        return answer.json()["error"] if status >= 400 else answer.json()

    def get(self, path, who="ana"):
        answer = self.send("GET", f"/api/v1{path}", who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def incidents(self):
        return [head["id"] for head in reversed(self.get("/incidents")["incidents"])]

    def room(self, incident):
        return self.get(f"/incidents/{incident}")["incident"]

    def log(self, incident="INC-1", kind=""):
        entries = self.get(f"/incidents/{incident}/log?limit=10000")["entries"]
        return [entry for entry in entries if not kind or entry["fact"]["fact"] == kind]

    def facts(self, kind, incident="INC-1"):
        return [entry["fact"] for entry in self.log(incident, kind)]

    def kinds(self, incident="INC-1"):
        return [entry["fact"]["fact"] for entry in self.log(incident)]

    # Shortcuts

    def begin(self, **alert):
        """A P1 from an alert, its page and its message told, everything else under way done."""
        answer = self.alert(**alert).json()
        self.settle()
        self.told()
        return answer["incidents"][0]

    def told(self):
        """What has left since the last call, in words; sorted, for pages and messages are sent side by side."""
        self.settle()
        taken, self.receiver.taken = self.receiver.taken, []
        said = sorted(map(words, taken))
        self.decisions += [one for one in said if _is_decision(one)]
        self.overdue += [one for one in said if _is_overdue(one)]
        self.vacant += [one for one in said if _is_vacant(one)]
        self.over += [one for one in said if _is_over(one)]
        aside = (_is_decision, _is_overdue, _is_vacant, _is_over)
        return [one for one in said if not any(is_it(one) for is_it in aside)]

    def command(self, line):
        """The id of the command at a line of the reference runbook."""
        return next(command.id for command in RUNBOOK.commands if command.line == line)

    def propose(self, incident, line, who="ana", reason="it has to be"):
        """Ask for a command; the run's id."""
        self.post(who, f"/incidents/{incident}/runs", command_id=self.command(line), reason=reason)
        return self.facts("RunProposed", incident)[-1]["run_id"]

    def run(self, incident, line, asks="ana", approves="bo"):
        """Ask, approve, wait; the result."""
        run_id = self.propose(incident, line, asks)
        self.post(approves, f"/incidents/{incident}/runs/{run_id}/approve", reason="it has to be")
        self.settle()
        return self.facts("RunFinished", incident)[-1]
