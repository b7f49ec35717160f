"""The head of all chains leaves the machine: where it goes, when, and what happens where it can't."""

import logging
import threading

import httpx2
import pytest
from tests.engine.log_room import LogRoom

from stormjib.integrations.notify.webhook import Webhook
from stormjib.log_heads import LogHeads, to_file, to_journal, to_receiver
from stormjib.ports import DeliveryError
from stormjib.store.log_head import read


@pytest.fixture
def room(tmp_path):
    room = LogRoom(tmp_path)
    yield room
    room.close()


def heads(room, *sends, key=lambda: b"key", every_seconds=60.0):
    return LogHeads(room.reader, lambda: room.at, key, every_seconds=every_seconds, sends=sends)


def test_only_what_is_new_is_sent(room, tmp_path, caplog):
    caplog.set_level(logging.INFO, "stormjib.log_heads")
    file = tmp_path / "heads.jsonl"
    sender = heads(room, to_journal, to_file(file))
    assert not sender.send()
    room.declare()
    assert sender.send()
    assert not sender.send()
    room.note("INC-1", "more")
    assert sender.send()
    kept = read(file.read_text())
    assert [head.position for head in kept] == [1, 2]
    assert read("\n".join(caplog.messages)) == kept
    assert all(head.is_signed_by(b"key") for head in kept)
    assert file.stat().st_mode & 0o077 == 0


def test_what_does_not_arrive_is_said_and_holds_nothing_up(room, tmp_path, caplog):
    told = []

    def refuse(_):
        raise DeliveryError("webhook", "archive.example did not answer.", permanent=False)

    sender = heads(room, to_file(tmp_path / "nowhere" / "heads.jsonl"), refuse, told.append)
    room.declare()
    assert sender.send()
    assert len(told) == 1
    assert "did not leave: archive.example did not answer." in caplog.text


def test_a_key_that_cannot_be_read_is_said(room, caplog):
    def refuse():
        raise PermissionError(13, "Permission denied")

    room.declare()
    assert not heads(room, to_journal, key=refuse).send()
    assert "no head of the log could be taken" in caplog.text


def test_the_last_head_leaves_when_it_stops(room):
    told, first = [], threading.Event()

    def send(head):
        told.append(head.position)
        first.set()

    room.declare()
    sender = heads(room, send, every_seconds=0.01)
    sender.start()
    assert first.wait(30)
    room.note("INC-1", "the last")
    sender.stop()
    assert told[-1] == 2
    never = heads(room, told.append, every_seconds=0)
    never.start()
    never.stop()


def test_a_webhook_gets_the_head_as_it_is(room):
    asked = []

    def answer(request):
        asked.append(request)
        return httpx2.Response(200)

    webhook = Webhook("https://archive.example/heads", transport=httpx2.MockTransport(answer))
    room.declare()
    sent = []
    heads(room, sent.append, to_receiver(webhook)).send()
    assert read(asked[0].content.decode()) == sent
    assert asked[0].headers["Idempotency-Key"] == "log-head/1"
    webhook.close()
