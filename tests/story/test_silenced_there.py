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
        self.fires, self.status, self.silences, sender = [], 200, 0, self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self, found):
                body = json.dumps(found).encode()
                self.send_response(sender.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                listed = self.path.startswith("/api/v2/alerts")
                self._answer([{"labels": one} for one in sender.fires] if listed else [])

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                sender.silences += 1
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
    assert look(world)
    assert look(world, 170), "it may just be started anew"
    sender.fires = [LABELS]
    assert look(world, 30)
    sender.fires = []
    assert look(world, 60)
    assert look(world, 170)
    assert not look(world, 11)
    (cleared,) = world.facts("AlertCleared")
    assert "sender" not in cleared, "its sender has not said so"
    assert [one["alert"]["sender"] for one in world.get("/alerts")["alerts"]] == ["watcher"], "it is still its sender's"
    assert (cleared["source"], cleared["fingerprint"], cleared.get("who", "")) == ("alertmanager", "f1", "")
    world.told()


@pytest.mark.parametrize("seconds", [0, 1, 40, 400])
def test_a_restart_forgets_nothing_of_it(world, sender, seconds):
    """It ended while the server was down, or before the first look of the next one."""
    acknowledge(world)
    world.stop()
    sender.fires = [] if seconds else [LABELS]
    world.ahead_seconds += seconds
    world.start()
    sender.fires = []
    assert look(world, 20)
    assert look(world, 170)
    assert not look(world, 11)
    assert world.kinds().count("AlertCleared") == 1
    world.told()


def test_what_is_not_there_is_not_silenced_there_and_goes_on(world, sender):
    """It is of another Alertmanager, or has just ended: then its end is told by the one that it is of."""
    sender.fires = [{**LABELS, "instance": "two"}]
    acknowledge(world)
    (failed,) = world.facts("EffectFailed")
    assert failed["reason"] == "alertmanager lists no alert with the labels of ApiDown, so nothing was silenced there."
    assert (failed["permanent"], sender.silences, world.facts("SourceAnswered")) == (True, 0, [])
    assert look(world)
    assert look(world, 300)
    assert [problem for problem in world.app.problems() if "ApiDown" in problem] == []
    world.told()


def test_what_is_not_acknowledged_or_can_not_be_asked_for_goes_on(world, sender):
    sender.fires = []
    assert look(world)
    assert look(world, 300)
    sender.fires = [LABELS]
    acknowledge(world)
    sender.fires = []
    assert look(world)
    sender.status = 500
    with pytest.raises(DeliveryError, match="alertmanager answers 500"):
        look(world, 300)
    sender.status = 200
    assert look(world), "it was started anew, and has not heard of its alerts yet"
    assert not look(world, 181)
    world.told()
