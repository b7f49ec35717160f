"""What Alertmanager says nothing of, since it is silenced there, is heard to end all the same."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.story.world import SERVICE

from stormjib.ports import DeliveryError


class Sender:
    """Its API, as far as it is asked; ``fires`` is what it lists."""

    def __init__(self):
        self.fires, self.status, sender = [], 200, self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self, found):
                body = json.dumps(found).encode()
                self.send_response(sender.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                self._answer([{"labels": one} for one in sender.fires] if self.path == "/api/v2/alerts" else [])

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer({"silenceID": "s-1"})

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def sender():
    made = Sender()
    yield made
    made.close()


LABELS = {"alertname": "ApiDown", "service": SERVICE, "severity": "P1"}


@pytest.fixture
def world(make, sender):
    world = make(sources={"alertmanager": {"url": sender.url}})
    alerts = [{"status": "firing", "labels": LABELS, "startsAt": "2026-11-30T10:00:00Z", "fingerprint": "f1"}]
    assert world.send("POST", "/hooks/alertmanager", "watcher", {"alerts": alerts}).status_code == 200
    world.told()
    sender.fires = [LABELS]
    return world


def look(world, seconds=0):
    world.pass_by(seconds)
    world.app.silenced.poll()
    world.settle()
    return bool(world.room("INC-1")["firing"])


def acknowledge(world):
    world.post("ana", "/incidents/INC-1/acknowledge")
    world.told()


def test_it_has_ended_once_it_was_gone_there_for_a_time(world, sender):
    acknowledge(world)
    assert look(world)
    sender.fires = []
    assert look(world, 170), "it may just be started anew"
    sender.fires = [LABELS]
    assert look(world, 30)
    sender.fires = []
    assert look(world, 60)
    assert not look(world, 130)
    (cleared,) = world.facts("AlertCleared")
    assert (cleared["source"], cleared["fingerprint"], cleared.get("who", "")) == ("alertmanager", "f1", "")
    world.told()


def test_what_was_never_seen_there_or_is_not_acknowledged_or_can_not_be_asked_for_goes_on(world, sender):
    sender.fires = []
    assert look(world)
    acknowledge(world)
    assert look(world, 300), "it may be of another Alertmanager"
    sender.fires = [LABELS]
    assert look(world)
    sender.fires, sender.status = [], 500
    with pytest.raises(DeliveryError, match="alertmanager answers 500"):
        look(world, 300)
    assert world.room("INC-1")["firing"]
    world.told()
