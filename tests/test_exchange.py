"""Calls out against servers that never come to an end: each exchange ends at its deadline, and takes no more than its limit."""

import socket
import subprocess
import sys
import threading

import httpx2
import pytest

from stormjib import exchange

SECONDS = 0.5
FAR_SECONDS = 30.0
"""Far more than the deadline, for a busy machine; without a deadline these servers go on for ever."""
pytestmark = pytest.mark.timeout(60)


class Server:
    """Says ``first`` to whoever connects, then ``again`` and again, until it is told to stop."""

    def __init__(self, first, again, pause_seconds=0.05):
        self.stop = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/"
        self.talk = (first, again, pause_seconds)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self.stop.is_set():
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        first, again, pause_seconds = self.talk
        with connection:
            try:
                if first is not None:
                    connection.recv(65_536)
                    connection.sendall(first)
                while not self.stop.wait(pause_seconds):
                    connection.sendall(again)
            except OSError:
                return

    def close(self):
        self.stop.set()
        self.listening.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ENDLESS = {
    "a head that comes letter by letter": (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "headers without an end": (b"HTTP/1.1 200 OK\r\n", b"X: a\r\n"),
    "not yet, not yet": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "a status line that comes letter by letter": (b"", b"H"),
    "a body that comes letter by letter": (HEAD, b"a"),
    "chunks without an end": (CHUNKED, b"1\r\na\r\n"),
    "not a word": (b"", b""),
    "who never reads": (None, b""),
}


@pytest.fixture
def serve():
    servers = []

    def start(*talk):
        servers.append(Server(*talk))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize("name", ENDLESS)
def test_a8_an_exchange_has_one_deadline_from_its_first_step_to_its_last_byte(serve, name):
    server = serve(*ENDLESS[name])
    content = b"x" * (64 * 1024 * 1024 if name == "who never reads" else 1)
    with exchange.client(timeout_seconds=SECONDS) as client, pytest.raises((httpx2.TimeoutException, httpx2.ReadError)):
        client.post(server.url, content=content)


def test_a8_an_exchange_over_tls_has_its_deadline_too(serve):
    server = serve(b"", b"")
    with exchange.client(timeout_seconds=SECONDS) as client, pytest.raises(httpx2.TimeoutException):
        client.get(server.url.replace("http:", "https:"))


def test_a8_a_request_may_be_given_its_own_deadline(serve):
    server = serve(HEAD, b"a")
    with (
        exchange.client(timeout_seconds=3600) as client,
        client.stream("GET", server.url, timeout=SECONDS) as answer,
        pytest.raises(httpx2.TimeoutException),
    ):
        answer.read()


def test_a8_an_endless_answer_is_cut_at_its_limit(serve):
    server = serve(CHUNKED, b"10000\r\n" + b"a" * 65_536 + b"\r\n", 0)
    with exchange.client(timeout_seconds=3600, bytes_max=1_000_000) as client, pytest.raises(httpx2.ReadError, match="1000000"):
        client.get(server.url)


def test_a8_a_redirect_is_told_and_not_followed(serve):
    server = serve(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n", b"")
    with exchange.client(timeout_seconds=SECONDS) as client:
        assert client.get(server.url).status_code == 302


def test_a8_the_look_up_of_a_name_has_the_deadline_too(monkeypatch):
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait(FAR_SECONDS) and [])
    with exchange.client(timeout_seconds=SECONDS) as client, pytest.raises(httpx2.ConnectTimeout):
        client.get("http://pager.example/")
    never.set()


def test_a8_a_name_is_looked_up_and_one_that_nobody_knows_is_told(serve):
    server = serve(b"HTTP/1.1 204 No Content\r\n\r\n", b"")
    with exchange.client(timeout_seconds=FAR_SECONDS) as client:
        assert client.get(server.url.replace("127.0.0.1", "localhost")).status_code == 204
        with pytest.raises(httpx2.ConnectError):
            client.get("http://nobody.invalid/")


PRIVATE = (
    "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433", "0.0.0.0", "169.254.169.254", "10.0.0.1",
    "192.168.1.1", "172.16.0.1", "100.64.0.1", "[fe80::1]", "[fc00::1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "224.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_an_address_of_a_stranger_leads_into_no_network_of_ours(serve, host):
    """Whatever it is written like, and whatever its name leads to."""
    port = serve(HEAD, b"").url.rpartition(":")[2]
    transport = exchange.public_only(())
    with (
        exchange.client(timeout_seconds=FAR_SECONDS, transport=transport) as client,
        pytest.raises(httpx2.ConnectError, match=r"no address that may be called|not known|[Nn]ame"),
    ):
        client.get(f"http://{host}:{port}")


OWN = """
import subprocess, sys
from stormjib.exchange import public_only
for step in ("link set lo up", "addr add 11.22.33.44/32 dev lo", "addr add 2a00:1::44/128 dev lo"):
    subprocess.run(["ip", *step.split()], check=True)
allows = public_only(())._pool._network_backend._allows
print([allows(one) for one in ("11.22.33.44", "::ffff:11.22.33.44", "2a00:1::44", "11.22.33.45", "2a00:1::45")])
"""


def test_no_address_of_this_machine_itself_is_called():
    """A public one that stands on an interface, in a network of the test's own."""
    found = subprocess.run(
        ["unshare", "--map-root-user", "--net", sys.executable, "-c", OWN], capture_output=True, text=True, check=False
    )
    if "unshare failed" in found.stderr:
        pytest.skip(f"no network namespace can be made here: {found.stderr}")
    assert (found.stdout.strip(), found.stderr) == ("[False, False, False, True, True]", "")


def test_a_network_of_ours_that_is_allowed_can_be_called(serve):
    answering = serve(b"HTTP/1.1 204 No Content\r\n\r\n", b"")
    with exchange.client(timeout_seconds=FAR_SECONDS, transport=exchange.public_only(("127.0.0.0/8",))) as client:
        assert client.get(answering.url).status_code == 204


def test_the_address_that_was_looked_up_is_the_one_that_is_called(serve, monkeypatch):
    """A name that leads elsewhere the second time is looked up once."""
    answering, asked = serve(b"HTTP/1.1 204 No Content\r\n\r\n", b""), []
    port = int(answering.url.rstrip("/").rpartition(":")[2])

    real = socket.getaddrinfo

    def rebound(host, port, *rest, **more):
        if host != "rebinding.example":
            return real(host, port, *rest, **more)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    with exchange.client(timeout_seconds=FAR_SECONDS, transport=exchange.public_only(("127.0.0.1/32",))) as client:
        assert client.get(f"http://rebinding.example:{port}").status_code == 204
    assert asked == ["rebinding.example"]
