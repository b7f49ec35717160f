"""A request that leaves at once, over a connection that is open: whoever has the receiver's answer sees one request, whole."""

import json
import socket
import threading

import pytest

from stormjib.core.effects import Notification
from stormjib.integrations.notify.webhook import Webhook
from stormjib.ports import DeliveryError

pytestmark = pytest.mark.timeout(60)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Pager:
    """Takes requests, remembers each with its connection, and answers with what it is given; None: it hangs up."""

    def __init__(self):
        self.requests = []
        self.answers = []
        self.arrived = threading.Semaphore(0)
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.connections = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/page?team=a"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection, len(self.connections)), daemon=True).start()

    def _serve(self, connection, number):
        stream = connection.makefile("rb")
        while first := stream.readline():
            headers = dict(line.decode().rstrip().lower().split(": ", 1) for line in iter(stream.readline, b"\r\n"))
            body = stream.read(int(headers["content-length"]))
            self.requests.append((number, first.decode().rstrip(), headers, json.loads(body)))
            answer = self.answers.pop(0) if self.answers else OK
            self.arrived.release()
            self.may_answer.wait(30)
            if answer is None:
                connection.shutdown(socket.SHUT_RDWR)
                return
            connection.sendall(answer)

    def close(self):
        for one in (*self.connections, self.listening):
            one.close()


@pytest.fixture
def pager():
    pager = Pager()
    yield pager
    pager.close()


@pytest.fixture
def webhook(pager):
    webhook = Webhook(pager.url, token="t0ken")
    yield webhook
    webhook.close()


def page(number, text="API 5xx"):
    return Notification("page", "ana", {"title": text, "number": number}, f"INC-{number}/2/page/0")


def numbers(pager):
    return [body["number"] for _, _, _, body in pager.requests]


def test_it_leaves_before_anybody_waits_for_the_answer_and_as_it_leaves_otherwise(pager, webhook):
    webhook.send(page(1))
    pager.arrived.acquire()
    webhook.begin(page(2))
    assert pager.arrived.acquire(timeout=30)
    assert webhook.send(page(2)).key == "INC-2/2/page/0"
    (first, line, headers, _), (second, *other) = pager.requests
    assert first == second == 1
    assert other[:2] == [line, headers | {"idempotency-key": "inc-2/2/page/0"}]
    webhook.send(page(3))
    assert numbers(pager) == [1, 2, 3]


def test_without_an_open_connection_nothing_leaves_until_it_is_sent(pager, webhook):
    webhook.begin(page(1))
    assert pager.connections == []
    webhook.send(page(1))
    assert numbers(pager) == [1]


def test_each_that_is_under_way_has_its_own_connection_and_its_own_answer(pager, webhook):
    pager.may_answer.clear()
    pager.answers = [OK, OK, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"]
    both = [threading.Thread(target=webhook.send, args=(page(number),)) for number in (1, 2)]
    for one in both:
        one.start()
        pager.arrived.acquire()
    pager.may_answer.set()
    for one in both:
        one.join()
    pager.may_answer.clear()
    webhook.begin(page(3))
    pager.arrived.acquire()
    webhook.begin(page(4))
    pager.arrived.acquire()
    webhook.begin(page(5))
    pager.may_answer.set()
    webhook.send(page(4))
    with pytest.raises(DeliveryError, match="404"):
        webhook.send(page(3))
    webhook.send(page(5))
    assert numbers(pager)[2:] == [3, 4, 5]
    assert {number for number, *_ in pager.requests[2:4]} == {1, 2}


def test_a_receiver_that_has_hung_up_gets_it_over_a_new_connection(pager, webhook):
    webhook.send(page(1))
    pager.connections[0].shutdown(socket.SHUT_RDWR)
    pager.connections[0].close()
    webhook.begin(page(2))
    webhook.send(page(2))
    assert [(number, body["number"]) for number, _, _, body in pager.requests] == [(1, 1), (2, 2)]


def test_a_receiver_that_hangs_up_in_place_of_an_answer_is_an_error_that_passes(pager, webhook):
    pager.answers = [OK, None]
    webhook.send(page(1))
    webhook.begin(page(2))
    with pytest.raises(DeliveryError, match="without an answer") as failed:
        webhook.send(page(2))
    assert not failed.value.permanent
    webhook.send(page(2))
    assert numbers(pager) == [1, 2, 2]


def test_what_is_too_long_to_leave_at_once_follows_when_it_is_sent(pager, webhook):
    webhook.send(page(1))
    pager.arrived.acquire()
    long = "x" * 16_000_000
    webhook.begin(page(2, long))
    webhook.send(page(2, long))
    assert numbers(pager) == [1, 2]
    assert pager.requests[1][3]["title"] == long


def test_a_key_that_would_be_another_header_does_not_leave_at_once(pager, webhook):
    webhook.send(page(1))
    odd = Notification("page", "ana", {"number": 2}, "a\r\nX-Other: b")
    webhook.begin(odd)
    with pytest.raises(Exception, match="header"):
        webhook.send(odd)
    assert numbers(pager) == [1]
