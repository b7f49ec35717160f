"""kill -9 of the server at random moments over simulated incidents: nothing lost, nothing doubled, nothing run twice.

    python -m bench.kill --kills 200              one build, which has to stay green
    python -m bench.kill --kills 200 --chat       the same with a chat, which answers wrongly now and then
    python -m bench.kill --sabotage --kills 12    builds that are broken on purpose, each of which has to go red
    python -m bench.kill --backups 50             backups taken at random moments and restored

A driver plays a monitoring system and two responders against a real server process, which is killed and started again all
the time; some of the times it finds its engine's file gone. What the server acknowledged is remembered here, a pager that
outlives the servers counts what it took by key, and at the end both are compared with the log.
"""

import argparse
import contextlib
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench import backups, kept, sabotage, slack
from bench.kept import LOOKS, RUNGS, compare, entries_of
from bench.pager import Pager
from bench.slack import Chat
from stormjib.drill import processes
from stormjib.drill.client import AnswerError, Responder
from stormjib.offline import create_tokens

RUNBOOK = """# Kill test

## Investigation (15-60 minutes)

### 1. Look
```bash
id
uname -s
```

## Mitigation (30-120 minutes)

### 2. Fix
```bash
# Change something
mutate first

# Change something slowly
mutate second

# Change something else
mutate third
```
"""
MUTATE = """#!/bin/sh
printf '%s\\n' "$STORMJIB_RUN $1" >> "$(dirname "$0")/../mutations"
sleep 0.05
printf '%s\\n' "$STORMJIB_RUN $1" >> "$(dirname "$0")/../mutations.done"
"""
EARLY_SHARE = 0.25
EARLY_SECONDS_MAX = 3.0
"""A start takes one or two."""
SETTLE_SECONDS = 90.0
WORKERS = 2
MUST_BE_ZERO = (*kept.MUST_BE_ZERO, *slack.MUST_BE_ZERO)
SILENT_EACH = 3
"""Of so many incidents one is acknowledged by nobody, so that its pages climb."""
ESCALATE_MINUTES = 0.05
PAGES_MAX = 1_000_000
"""The brake of a storm is not what is tested here."""
ENGINE_LOST_SHARE = 0.25
"""Of the starts: the engine's file is gone."""


class Driver:
    """Sends alerts and responds to incidents; keeps what was acknowledged."""

    def __init__(self, url: str, tokens: dict[str, str], seed: int) -> None:
        self.url = url
        self.tokens = tokens
        self.random = random.Random(seed)
        self.alerts: dict[str, float] = {}
        self.notes: dict[str, str] = {}
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.number = 0

    def play(self) -> None:
        """Until it is told to stop: one incident after another, through every refusal and every broken connection."""
        while not self.stopping.is_set():
            self.play_one()

    def play_one(self) -> None:
        """One incident."""
        with self.lock:
            self.number += 1
            number = self.number
        self._incident(f"service-{number}")

    def _incident(self, service: str) -> None:
        # A sender that repeats what was not answered says the same again.
        at = time.time()
        incident = self._until(lambda: self._alert(service, at))
        if not incident:
            return
        self._until(lambda: self._alert(f"{service}-minor", at, severity="P3"))
        if int(service.rpartition("-")[2]) % SILENT_EACH == 0:
            self._until(lambda: self._alert(service, at, name="Worse"))
            self.stopping.wait(self.random.random())
            return
        ana, bo = (Responder(name, self.url, self.tokens[name]) for name in ("ana", "bo"))
        path = f"/incidents/{incident}"
        self._until(lambda: ana.post(f"{path}/acknowledge"))
        for command in self._until(lambda: _commands(ana, path)) or ():
            note = f"{service} {command}"
            written = self._until(lambda note=note: ana.post(f"{path}/notes", text=note))
            if written and written["seq"]:
                with self.lock:
                    self.notes[note] = incident
            self._until(lambda command=command: _propose(ana, path, command))
            for run in self._until(lambda: ana.get(path)["incident"]["runs"]) or ():
                if run["state"] == "proposed":
                    self._until(lambda run=run: _approve(bo, path, run["run_id"]))
            self.stopping.wait(self.random.random() * 0.2)

    def _alert(self, service: str, at: float, name: str = "Down", severity: str = "P1") -> str:
        alert = {"name": name, "service": service, "severity": severity, "status": "firing", "starts_at": at}
        body = json.dumps(alert).encode()
        headers = {"Authorization": f"Bearer {self.tokens['watcher']}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/v1/alerts", body, headers, method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            incidents = json.loads(answer.read())["incidents"]
        if incidents and name == "Down":
            with self.lock:
                self.alerts[service] = at
        return str(incidents[0]) if incidents else ""

    def _until(self, attempt: Any) -> Any:
        """Try until the server answers; a refusal is an answer."""
        while not self.stopping.is_set():
            try:
                return attempt()
            except AnswerError as error:
                if error.status < 500:
                    return None
            except (OSError, http.client.HTTPException, ValueError):
                pass
            self.stopping.wait(0.05)
        return None


def _commands(responder: Responder, path: str) -> list[str]:
    steps = responder.get(path)["incident"]["steps"]
    options = [option for step in steps if step["mode"] == "choose" for group in step["groups"] for option in group["options"]]
    return [option["command_id"] for option in options]


def _propose(responder: Responder, path: str, command: str) -> None:
    responder.post(f"{path}/runs", command_id=command, reason="kill test")


def _approve(responder: Responder, path: str, run_id: str) -> None:
    responder.post(f"{path}/runs/{run_id}/approve", reason="kill test")


def prepare(where: Path, port: int, pager_url: str, chat: Chat | None = None) -> tuple[Path, dict[str, str]]:
    """A directory with a runbook, a command that leaves a trace of every start, settings and tokens."""
    (where / "bin").mkdir(parents=True)
    (where / "bin" / "mutate").write_text(MUTATE)
    (where / "bin" / "mutate").chmod(0o755)
    (where / "runbook.md").write_text(RUNBOOK)
    people = ("read", "respond")
    tokens = create_tokens(where / "data", {"ana": people, "bo": people, "watcher": ("alert",)})
    values = {"data_dir": where / "data", "port": port, "runbook": where / "runbook.md", "command_path": where / "bin"}
    lines = [f"{name} = {json.dumps(value if isinstance(value, int) else str(value))}" for name, value in values.items()]
    lines += [f"webhook_url = {json.dumps(pager_url)}", 'responders = ["ana", "bo"]', f"escalate_minutes = {ESCALATE_MINUTES}"]
    lines += ["free_bytes_min = 1048576", f"pages_max = {PAGES_MAX}"]
    if chat:
        processes.write_secret(where / "variables", chat.variables)
        lines += [f"command_env_file = {json.dumps(str(where / 'variables'))}", chat.settings]
    settings = where / "stormjib.toml"
    processes.write_secret(settings, "\n".join(lines) + "\n")
    return settings, tokens


def run(kills: int, seed: int, where: Path, tell: Any = print, *, with_chat: bool = False) -> dict[str, int]:
    """Kill the server this often and compare; the counts, of which those in MUST_BE_ZERO must be 0."""
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    pager, chat = Pager(seed), Chat(where / "chat", seed) if with_chat else None
    settings, tokens = prepare(where, port, pager.url, chat)
    driver = Driver(url, tokens, seed)
    chance = random.Random(seed)
    server = processes.start_server(settings, url, where / "server.log")
    players = [threading.Thread(target=driver.play, daemon=True) for _ in range(WORKERS)]
    for player in players:
        player.start()
    lost = 0
    for number in range(1, kills + 1):
        driver.stopping.wait(chance.random() * 0.8)
        server.kill()
        server.wait()
        if chance.random() < EARLY_SHARE:
            _kill_early(settings, where, chance.random() * EARLY_SECONDS_MAX)
        if chance.random() < ENGINE_LOST_SHARE:
            lost += 1
            for path in (where / "data").glob("engine.db*"):
                path.unlink()
        server = processes.start_server(settings, url, where / "server.log")
        if number % 10 == 0:
            tell(f"{number}/{kills} kills, {len(driver.alerts)} alerts acknowledged, {len(driver.notes)} notes")
    driver.stopping.set()
    for player in players:
        player.join()
    _settle(Responder("ana", url, tokens["ana"]), pager)
    found = chat.settled(lambda: entries_of(where / "data" / "log.db"), driver.notes) if chat else {}
    processes.stop(server)
    pager.close()
    return compare(where, driver.alerts, driver.notes, pager) | found | {"kills": kills, "engine_files_lost": lost}


def _kill_early(settings: Path, where: Path, seconds: float) -> None:
    """Kill a server that is only just coming up, while it takes over what the one before left."""
    argv = [sys.executable, "-m", "stormjib", "serve", "--settings", str(settings)]
    with (where / "server.log").open("ab") as log:
        starting = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    with contextlib.suppress(subprocess.TimeoutExpired):
        starting.wait(seconds)
    starting.kill()
    starting.wait()


def _settle(responder: Responder, pager: Pager) -> None:
    """Wait until nothing is under way and nothing is owed: what was interrupted is found again after the last start."""
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end:
        heads = responder.get("/incidents?limit=1000")["incidents"]
        rooms = [responder.get(f"/incidents/{head['id']}")["incident"] for head in heads]
        states = {run["state"] for room in rooms for run in room["runs"]}
        owed = any(len(room["evidence"]) < LOOKS for room in rooms)
        waiting = [head["id"] for head in heads if head["status"] == "declared"]
        owed = owed or any((name, rung) not in pager.taken for name in waiting for rung in range(RUNGS + 1))
        if not owed and not states & {"approved", "released", "started"}:
            return
        time.sleep(0.5)


def sabotaged(kills: int, seed: int, tell: Any = print) -> list[str]:
    """Run every broken build; the names of those that stayed green."""
    green = []
    for name, changes in sabotage.BUILDS.items():
        with tempfile.TemporaryDirectory(prefix="stormjib-kill-") as where, sabotage.running(changes, Path(where)):
            found = run(kills, seed, Path(where) / "site", tell=lambda _: None)
        wrong = {count: found[count] for count in MUST_BE_ZERO if found.get(count)}
        tell(f"{'red  ' if wrong else 'GREEN'} {name}: {wrong}")
        if not wrong:
            green.append(name)
    return green


def main() -> int:
    """Run it and print the counts; 1 where one that must be 0 is not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chat", action="store_true")
    parser.add_argument("--sabotage", action="store_true")
    parser.add_argument("--backups", type=int, default=0)
    given = parser.parse_args()
    if given.sabotage:
        return 1 if sabotaged(given.kills, given.seed) else 0
    with tempfile.TemporaryDirectory(prefix="stormjib-kill-") as where:
        if given.backups:
            found = backups.run(given.backups, given.seed, Path(where), prepare)
            print(json.dumps(found, indent=1))
            return 1 if any(found[name] for name in backups.MUST_BE_ZERO) else 0
        found = run(given.kills, given.seed, Path(where), with_chat=given.chat)
    print(json.dumps(found, indent=1))
    return 1 if any(found.get(name) for name in MUST_BE_ZERO) else 0


if __name__ == "__main__":
    sys.exit(main())
