"""Limits before anybody has said who they are, over real sockets: heads, slow senders, idle connections, files."""

import contextlib
import socket
import threading

import pytest
import uvicorn
from tests.story.patience import until

from stormjib.web import connections
from stormjib.web.connections import Connections, room

MIB = 1024 * 1024


class Server:
    """An app that answers "ok" to a GET at once, and to a POST once it has read all of it."""

    def __init__(self, connections_max):
        self.refused = []
        self.all = Connections(
            connections_max, lambda answer, sentence, address: self.refused.append((answer, sentence, address))
        )
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        # Without log_config: uvicorn would set up the loggers of every other server in this process.
        config = uvicorn.Config(
            self.app, http=self.all.protocol(), loop="uvloop", lifespan="off", interface="asgi3", log_config=None
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listening]}, daemon=True)
        self.thread.start()
        until(lambda: self.server.started, "the server")

    async def app(self, scope, receive, send):
        while scope["method"] == "POST":
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    def connect(self, said=b""):
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        line.sendall(said)
        return line

    def get(self):
        with self.connect(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as line:
            return everything(line)

    def close(self):
        self.server.should_exit = True
        self.thread.join()
        self.listening.close()


@pytest.fixture
def start(monkeypatch):
    servers = []

    def build(connections_max=64, **limits):
        for name, value in limits.items():
            monkeypatch.setattr(connections, name, value)
        servers.append(Server(connections_max))
        return servers[-1]

    yield build
    for server in servers:
        server.close()


def everything(line):
    """What is answered until the other side hangs up."""
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := line.recv(65_536):
            said += piece
    return said


def pour(line, start, piece, bytes_max=100 * MIB):
    """Send until the other side hangs up; how many bytes it took, with what fits into the sockets' buffers."""
    sent = 0
    with contextlib.suppress(OSError):
        line.sendall(start)
        while sent < bytes_max:
            line.sendall(piece)
            sent += len(piece)
    return sent


@pytest.mark.parametrize(
    ("start_of", "piece"),
    [
        (b"GET / HTTP/1.1\r\nX-Long: ", b"x" * 65_536),
        (b"GET /", b"x" * 65_536),
        (b"GET / HTTP/1.1\r\n", b"X-One: y\r\n" * 6_000),
        (b"GET / HTTP/1.1\r\nX-", b"x" * 65_536),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Trailer: ", b"x" * 65_536),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * 65_536),
    ],
    ids=["one header", "the address", "many headers", "a header's name", "a trailer", "a chunk's extension"],
)
def test_s6_100_mb_of_a_head_are_cut_and_others_are_answered(start, start_of, piece):
    server = start()
    with server.connect() as line:
        assert pour(line, start_of, piece) < 50 * MIB
    assert server.get().endswith(b"ok")
    assert server.refused
    assert server.refused[0][0] == "431"


def test_s6_a_body_that_goes_on_after_its_answer_is_cut(start):
    server = start()
    with server.connect() as line:
        head = b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
        assert pour(line, head, b"x" * 65_536) < 50 * MIB
    assert server.get().endswith(b"ok")


@pytest.mark.parametrize("said", [b"P", b"\r\n", b"POST / HTTP/1.1\r\nHost", b"POST / HTTP/1.1\r\nHost: x\r\n"])
def test_s6_a_head_that_is_sent_by_half_is_dropped(start, said):
    server = start(HEAD_SECONDS_MAX=0.05, SWEEP_SECONDS=0.02)
    with server.connect(said) as line:
        assert b" 408 Request Timeout\r\n" in everything(line)
    assert [refused[0] for refused in server.refused] == ["408"]


def test_s6_who_connects_and_says_nothing_is_dropped_without_a_word(start):
    server = start(HEAD_SECONDS_MAX=0.05, SWEEP_SECONDS=0.02)
    with server.connect() as line:
        assert everything(line) == b""
    assert server.refused == []


def test_s6_a_second_request_that_is_sent_by_half_is_dropped(start):
    server = start(HEAD_SECONDS_MAX=0.05, SWEEP_SECONDS=0.02)
    with server.connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT") as line:
        line.sendall(b"TP/1.1")
        answer = everything(line)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_s6_a_body_that_is_sent_by_half_is_dropped(start):
    server = start(IDLE_BODY_SECONDS_MAX=0.05, SWEEP_SECONDS=0.02)
    with server.connect(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345") as line:
        assert b" 408 Request Timeout\r\n" in everything(line)


def test_s6_idle_connections_make_room_for_who_has_something_to_say(start):
    """The bound on files is one on connections: the oldest idle one goes, and nobody is kept out."""
    server = start(8)
    idle = [server.connect(b"POST / HT") for _ in range(40)]
    for _ in range(5):
        assert server.get().endswith(b"ok")
    assert len(server.all._open) <= 8
    for line in idle:
        line.close()


def test_s6_one_address_has_a_share(start):
    server = start(8)
    busy = [server.connect(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1") for _ in range(6)]
    until(lambda: sum(not one.idle for one in server.all._open) == 6, "six requests under way")
    assert b" 503 Service Unavailable\r\n" in server.get()
    assert server.refused[-1][0] == "503"
    for line in busy:
        line.sendall(b"234567890")
        assert line.recv(65_536).startswith(b"HTTP/1.1 200 OK")
        line.close()


def test_s6_a_body_in_small_chunks_is_no_attack(start):
    server = start()
    with server.connect(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n") as line:
        for _ in range(200):
            line.sendall(b"10\r\n0123456789abcdef\r\n" * 100)
        line.sendall(b"0\r\n\r\n")
        assert everything(line).endswith(b"ok")


def test_s6_the_bound_lies_below_the_files(monkeypatch):
    for files, most in ((64, 40), (256, 230), (1_000_000, 2_048)):
        monkeypatch.setattr(connections.resource, "getrlimit", lambda _, files=files: (files, files))
        assert connections.CONNECTIONS_MIN <= room() <= most


class Sent:
    """A transport that keeps each write."""

    def __init__(self):
        self.written = []
        self.closed = False

    def write(self, data):
        self.written.append(data)

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True


class Turn:
    """A loop whose next turn comes when it is told."""

    def __init__(self):
        self.calls = []

    def call_soon(self, call):
        self.calls.append(call)


def test_an_answer_is_sent_in_one_piece_before_the_loops_next_turn():
    loop, sent = Turn(), Sent()
    joined = connections._Joined(loop, sent)
    joined.write(b"head ")
    joined.write(b"body")
    assert (len(loop.calls), sent.written) == (1, [])
    loop.calls.pop()()
    assert sent.written == [b"head body"]
    joined.write(b"last words")
    joined.close()
    loop.calls.pop()()
    assert (sent.written, sent.closed) == ([b"head body", b"last words"], True)


def test_a_large_piece_of_an_answer_does_not_wait():
    loop, sent = Turn(), Sent()
    joined = connections._Joined(loop, sent)
    joined.write(b"head ")
    joined.write(b"x" * (connections.JOINED_BYTES_MAX + 1))
    assert [len(data) for data in sent.written] == [connections.JOINED_BYTES_MAX + 6]
