"""kill -9 of the server at random points of a mixed intake: every alert that was answered for has one outcome afterwards.

    python -m bench.conservation --kills 200
    python -m bench.conservation --sabotage all

Clients send alerts in every shape that the ways in know, good, odd and refused, and remember what was answered. After each
start the server's account has to balance, and at the end it has to hold what the clients know, no more and no less than what
the broken connections leave open. A sabotaged build has to be found out by that.
"""

import argparse
import contextlib
import http.client
import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from bench import sabotage
from stormjib.drill import processes
from stormjib.offline import create_tokens

WORKERS = 3
PAUSE_SECONDS = 0.6
SABOTAGE_KILLS = 4
RUNBOOK = "# Conservation\n\n## Investigation (15-60 minutes)\n\n### 1. Look\n```bash\nuname -s\n```\n"
NEVER_SENT = -1
SOURCE_OF = {"/api/v1/alerts": "generic", "/hooks/alertmanager": "alertmanager"}

Counts = Counter[tuple[str, str, str]]


class Request(msgspec.Struct, frozen=True):
    """What is sent, and what it adds to the account if it is answered: by source, outcome and rule."""

    path: str
    body: bytes
    status: int
    adds: dict[tuple[str, str], int]


class Client:
    """Sends requests one after the other, through every restart. ``sure`` was answered, ``open`` may have been taken or not."""

    def __init__(self, port: int, token: str, seed: int) -> None:
        self.port = port
        self.token = token
        self.random = random.Random(seed)
        self.sure: Counts = Counter()
        self.open: Counts = Counter()
        self.wrong: list[str] = []
        self.stopping = threading.Event()
        self.seed = seed
        self.number = 0

    def play(self) -> None:
        while not self.stopping.is_set():
            request = self.request()
            adds: Counts = Counter({(SOURCE_OF[request.path], *key): count for key, count in request.adds.items()})
            status = self._send(request)
            if status == request.status:
                self.sure.update(adds)
                continue
            if status == NEVER_SENT:
                self.stopping.wait(0.02)
                continue
            self.open.update(adds)
            if status and status != 503:
                self.wrong.append(f"{request.path} answered {status} instead of {request.status}: {request.body[:200]!r}")

    def _send(self, request: Request) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.connect()
        except OSError:
            return NEVER_SENT
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("POST", request.path, request.body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        return 0

    def request(self) -> Request:
        """A random one."""
        kind = self.random.choices(("batch", "one", "odd", "refused", "rubbish", "nothing"), (50, 25, 10, 5, 5, 5))[0]
        path = self.random.choice(tuple(SOURCE_OF))
        hook = path == "/hooks/alertmanager"
        if kind == "rubbish":
            body = self.random.choice((b"{", b"17", b"\xff"))
            return Request(path, body, 422 if body == b"17" else 400, {("unread", "422" if body == b"17" else "400"): 1})
        good = 0 if kind in {"refused", "nothing"} else 1 if kind == "one" else self.random.randint(2, 60)
        odd = self.random.randint(1, 3) if kind in {"odd", "refused"} else 0
        alerts = [self._alert(hook) for _ in range(good)] + [None] * odd
        self.random.shuffle(alerts)
        left_out = self.random.choice((0, 0, 0, 7, 30)) if hook else 0
        adds = {("received", ""): good + odd}
        if odd:
            adds["refused", "200, named as odd" if good else "422"] = odd
        if left_out and good:
            adds["truncated", ""] = left_out
        if good or not odd:
            adds["requests", ""] = 1
        said: dict[str, Any] = {"version": "4", "alerts": alerts} if hook else {"alerts": alerts}
        if left_out and good:
            said["truncatedAlerts"] = left_out
        return Request(path, json.dumps(said).encode(), 200 if good or not odd else 422, adds)

    def _alert(self, hook: bool) -> dict[str, Any]:
        """Few names and services, so that every rule has its turn: repeats, ends, late ones, joins, raises, what waits."""
        self.number += 1
        name = f"Alert{self.random.randint(0, 40)}" if self.random.random() < 0.8 else f"New{self.seed}-{self.number}"
        service = f"service-{self.random.randint(0, 12)}"
        severity = self.random.choice(("P0", "P1", "P2", "P3", "warning", "", "so-so"))
        firing = self.random.random() < 0.7
        starts = f"2026-09-21T14:{self.random.randint(0, 5):02}:00Z"
        if not hook:
            said = {"name": name, "service": service, "severity": severity, "status": "firing" if firing else "resolved"}
            return {**said, "starts_at": starts, "labels": {"n": self.number % 3} if self.random.random() < 0.01 else {}}
        labels: dict[str, Any] = {"alertname": name, "service": service, "severity": severity, "odd": None}
        if self.random.random() < 0.99:
            del labels["odd"]
        # The severity is no part of what the alert is, as with an Alertmanager that is told to leave it out.
        mark = f"{name}-{service}"
        return {"status": "firing" if firing else "resolved", "labels": labels, "startsAt": starts, "fingerprint": mark}


def prepare(where: Path, port: int) -> tuple[Path, str]:
    """Settings and a token."""
    where.mkdir(parents=True, exist_ok=True)
    (where / "runbook.md").write_text(RUNBOOK)
    token = create_tokens(where / "data", {"watcher": ("alert", "read")})["watcher"]
    values = {"data_dir": str(where / "data"), "port": port, "runbook": str(where / "runbook.md"), "free_bytes_min": 1_048_576}
    settings = where / "stormjib.toml"
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
    processes.write_secret(settings, text + "reads_logs = false\ncheck_every_hours = 0\n")
    return settings, token


def run(kills: int, seed: int, where: Path, tell: Callable[[str], None] = print) -> list[str]:
    """Kill the server this often; what is wrong with its account, nothing where it is right."""
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    settings, token = prepare(where, port)
    log = where / "server.log"
    server = processes.start_server(settings, url, log)
    clients = [Client(port, token, seed * 100 + number) for number in range(WORKERS)]
    threads = [threading.Thread(target=client.play, daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    chance = random.Random(seed)
    wrong: list[str] = []
    for number in range(1, kills + 1):
        time.sleep(chance.random() * PAUSE_SECONDS)
        server.kill()
        server.wait()
        wrong += _unbalanced(where, f"after kill {number}")
        server = processes.start_server(settings, url, log)
        if number % 20 == 0:
            tell(f"{number}/{kills} kills, {sum(_sum(client.sure, 'received') for client in clients)} alerts answered for")
    for client in clients:
        client.stopping.set()
    for thread in threads:
        thread.join()
    processes.stop(server)
    wrong += [one for client in clients for one in client.wrong]
    wrong += _unbalanced(where, "at the end")
    sure: Counts = sum((client.sure for client in clients), Counter())
    maybe: Counts = sum((client.open for client in clients), Counter())
    wrong += list(_against_clients(_counts(where), sure, maybe))
    wrong += list(_against_log(where))
    tell(f"{_sum(sure, 'received')} alerts answered for, {_sum(maybe, 'received')} left open by the kills")
    return wrong


def _sum(counts: Counts, outcome: str) -> int:
    return sum(count for key, count in counts.items() if key[1] == outcome)


def _rows(where: Path, statement: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"file:{where / 'data' / 'log.db'}?mode=rw", uri=True, timeout=30)) as database:
        return database.execute(statement).fetchall()


def _counts(where: Path) -> Counts:
    return Counter({tuple(key): count for *key, count in _rows(where, "SELECT source, outcome, rule, count FROM intake")})


def _unbalanced(where: Path, when: str) -> Iterator[str]:
    """What each source was given, against what became of it."""
    counts = _counts(where)
    for source in {key[0] for key in counts}:
        left = sum(count for key, count in counts.items() if key[:2] == (source, "received"))
        outcomes = ("paged", "joined", "suppressed", "waiting", "refused")
        right = sum(count for key, count in counts.items() if key[0] == source and key[1] in outcomes)
        if left != right:
            yield f"{when}: {source} received {left} alerts and has {right} outcomes"
        if any(key[0] == source and key[1] == "unaccounted" for key in counts):
            yield f"{when}: the server itself says that alerts of {source} are unaccounted for"


def _against_clients(counts: Counts, sure: Counts, maybe: Counts) -> Iterator[str]:
    for key in sorted({*sure, *maybe}):
        least, most = sure[key], sure[key] + maybe[key]
        if not least <= counts[key] <= most:
            yield f"{' '.join(key)}: {counts[key]} counted, {least} answered for and at most {most} sent"


def _against_log(where: Path) -> Iterator[str]:
    """The account against what else the log holds: the incidents that alerts declared, and the alerts that wait."""
    counts = _counts(where)
    declared = _rows(where, 'SELECT count(*) FROM entry WHERE fact LIKE \'{"fact":"Declared"%\' AND "by" = \'stormjib\'')[0][0]
    paged = _sum(counts, "paged")
    if paged < declared:
        yield f"{declared} incidents were declared and {paged} alerts are counted as paged"
    waiting = "SELECT count(*) FROM alert WHERE firing = 1 AND incident = '' AND severity IN ('', 'so-so')"
    found = _rows(where, waiting)[0][0]
    if found != _sum(counts, "waiting"):
        yield f"{found} alerts wait for a person and {_sum(counts, 'waiting')} are counted as waiting"


def main() -> int:
    """1 where the account is wrong, or where a sabotage was not found out."""
    parser = argparse.ArgumentParser(prog="python -m bench.conservation", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sabotage", choices=("all", *sabotage.INTAKE_BUILDS), help="run with one line changed")
    given = parser.parse_args()
    if given.sabotage:
        chosen = [name for name in sabotage.INTAKE_BUILDS if given.sabotage in {"all", name}]
        missed = [name for name in chosen if not _found_out(name, given.seed)]
        print(f"{len(chosen) - len(missed)} of {len(chosen)} sabotaged builds were found out")
        return int(bool(missed))
    with tempfile.TemporaryDirectory(prefix="stormjib-conservation-", dir="/var/tmp") as name:
        wrong = run(given.kills, given.seed, Path(name))
    print("\n".join(wrong) or f"conservation holds after {given.kills} kills")
    return int(bool(wrong))


def _found_out(name: str, seed: int) -> bool:
    temporary = tempfile.TemporaryDirectory(prefix="stormjib-conservation-", dir="/var/tmp")
    with temporary as folder, sabotage.running(sabotage.INTAKE_BUILDS[name], Path(folder)):
        wrong = run(SABOTAGE_KILLS, seed, Path(folder) / "site", lambda _: None)
    print(f"{'red  ' if wrong else 'GREEN'} {name}: {wrong[0] if wrong else 'nothing was found'}", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
