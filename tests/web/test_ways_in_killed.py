"""Whatever kills the server: what it has acknowledged is in the log, once, and the log is whole."""

import http.client
import json
import subprocess
import sys
import threading
from pathlib import Path

from tests.web.alerts_server import TOKEN

from stormjib.core.log import AlertReceived
from stormjib.store.database import open_reader, verify

SERVER = Path(__file__).with_name("alerts_server.py")
SENDERS = 6
BOOTS = 3
ENOUGH = 400
"""Acknowledged alerts before the kill, which comes while others are on their way."""


class Sender(threading.Thread):
    """Sends one distinct alert after the other until nobody answers, and keeps what was acknowledged."""

    def __init__(self, name, port, counted):
        super().__init__(name=name)
        self.port = port
        self.counted = counted
        self.acknowledged = {}

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        number = 0
        try:
            while True:
                number += 1
                fingerprint = f"{self.name}-{number}"
                # Every tenth one opens an incident of its own.
                severity = "P1" if number % 10 == 0 else "P3"
                alert = {"name": "Down", "service": fingerprint, "severity": severity, "fingerprint": fingerprint}
                connection.request("POST", "/api/v1/alerts", json.dumps(alert), headers)
                answer = connection.getresponse()
                told = json.loads(answer.read())
                assert answer.status == 200, told
                self.acknowledged[fingerprint] = told["incidents"]
                self.counted.release()
        except (OSError, http.client.HTTPException):
            pass  # killed


def test_nothing_that_was_acknowledged_is_lost(tmp_path):
    path = tmp_path / "log.db"
    acknowledged = {}
    for boot in range(BOOTS):
        with subprocess.Popen([sys.executable, SERVER, path], stdout=subprocess.PIPE, text=True) as server:
            port = int(server.stdout.readline())
            counted = threading.Semaphore(0)
            senders = [Sender(f"boot{boot}-sender{number}", port, counted) for number in range(SENDERS)]
            for sender in senders:
                sender.start()
            came = [counted.acquire(timeout=60) for _ in range(ENOUGH)]
            server.kill()
        assert all(came)
        for sender in senders:
            sender.join()
            acknowledged.update(sender.acknowledged)
    reader = open_reader(path)
    kept = {row.alert.fingerprint: row for row in reader.alerts(limit=1_000_000)}
    assert len(acknowledged) >= BOOTS * ENOUGH
    assert set(acknowledged) <= set(kept)
    assert {name: list(filter(None, [kept[name].incident])) for name in acknowledged} == acknowledged
    opened = [entry.fact.fingerprint for _, entry in reader.entries_after(0, 1_000_000) if isinstance(entry.fact, AlertReceived)]
    assert len(opened) == len(set(opened))
    assert {name for name, incidents in acknowledged.items() if incidents} <= set(opened)
    assert verify(path)[1] is None
    reader.close()
