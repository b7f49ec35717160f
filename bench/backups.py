"""Backups at random moments under load, restored after a kill: no page is lost, and none has two keys."""

import json
import random
import shutil
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from bench.pager import Pager
from stormjib.drill import processes
from stormjib.store.database import back_up, restore

ALERTS: Final = 10
SECONDS_MAX: Final = 1.5
SETTLE_SECONDS: Final = 60.0
MUST_BE_ZERO: Final = ("pages_lost", "pages_doubled", "escalations_lost", "backups_broken")

Prepare = Callable[[Path, int, str], tuple[Path, dict[str, str]]]


def run(rounds: int, seed: int, where: Path, prepare: Prepare) -> dict[str, int]:
    """So many times: a server under load is backed up at some moment, killed a moment later, and goes on from the backup."""
    chance = random.Random(seed)
    found = dict.fromkeys((*MUST_BE_ZERO, "rounds", "incidents_in_backups", "pages_taken"), 0)
    for number in range(rounds):
        for name, count in _round(where / str(number), chance, prepare).items():
            found[name] += count
        shutil.rmtree(where / str(number), ignore_errors=True)
        if number % 10 == 9:
            print(number + 1, json.dumps(found), flush=True)
    return found


def _round(where: Path, chance: random.Random, prepare: Prepare) -> dict[str, int]:
    where.mkdir(parents=True)
    port = processes.free_port()
    url, data, pager = f"http://127.0.0.1:{port}", where / "site" / "data", Pager(chance.randrange(1 << 30))
    settings, tokens = prepare(where / "site", port, pager.url)
    server = processes.start_server(settings, url, where / "server.log")
    sender = threading.Thread(target=_send, args=(url, tokens["watcher"], chance.randrange(1 << 30)), daemon=True)
    sender.start()
    time.sleep(chance.random() * SECONDS_MAX)
    _, broken = back_up(data, where / "backup", time.time())
    time.sleep(chance.random() * SECONDS_MAX)
    server.kill()
    server.wait()
    sender.join()
    restore(where / "backup", data, time.time())
    with closing(sqlite3.connect(f"file:{data / 'log.db'}?mode=ro", uri=True)) as log:
        backed_up = [row[0] for row in log.execute("SELECT id FROM incident")]
    server = processes.start_server(settings, url, where / "server.log")
    owed = {(incident, rung) for incident in backed_up for rung in (0, 1)}
    end = time.monotonic() + SETTLE_SECONDS
    while not owed <= pager.taken.keys() and time.monotonic() < end:
        time.sleep(0.1)
    processes.stop(server)
    pager.close()
    # Rungs above the first follow from timers, which fire anew in the time that is lived a second time.
    return {
        "rounds": 1,
        "backups_broken": broken is not None,
        "incidents_in_backups": len(backed_up),
        "pages_taken": len(pager.taken),
        "pages_lost": sum((incident, 0) not in pager.taken for incident in backed_up),
        "escalations_lost": sum((incident, 1) not in pager.taken for incident in backed_up),
        "pages_doubled": sum(len(pager.seen[incident, 0]) > 1 for incident in backed_up),
    }


def _send(url: str, token: str, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(ALERTS):
        alert = {"name": "Down", "service": f"service-{number}", "severity": "P1", "starts_at": time.time()}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{url}/api/v1/alerts", json.dumps(alert).encode(), headers, method="POST")
        with suppress(OSError), urllib.request.urlopen(request, timeout=10):
            pass
        time.sleep(chance.random() * 2 * SECONDS_MAX / ALERTS)
