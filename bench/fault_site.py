"""A server for the faults of paging, as a process of its own, and the pager that it pages: away, slow, or well."""

import contextlib
import http.client
import json
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from stormjib.core.log import Entry
from stormjib.drill import processes
from stormjib.offline import create_tokens
from stormjib.store.database import open_reader

RUNBOOK: Final = "# Faults\n\n## Mitigation (30-120 minutes)\n\nAsk a person.\n"
SERVER: Final = Path(__file__).with_name("clock_server.py")
READY_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.02
DRIP_SECONDS: Final = 0.5
DRIP_HEAD: Final = -1
"""A status line that goes on and on."""
DRIP_BODY: Final = -2
"""200 at once, and a body that goes on and on."""
REFUSED: Final = 503
TAKEN: Final = 202

Message = dict[str, Any]


class Pager:
    """``taken``: each page that was answered with 2xx, with the moment (monotonic seconds); ``answer`` decides, by the message."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, Message]] = []
        self.tries: Counter[str] = Counter()
        self.answer: Callable[[Message], int] = lambda _: TAKEN
        self._over = threading.Event()
        pager = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = pager.take(message)
                if status in {DRIP_HEAD, DRIP_BODY}:
                    with contextlib.suppress(OSError):
                        pager.drip(self.wfile, status)
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 128

            def handle_error(self, *_: Any) -> None:
                """Who is killed, or has waited long enough, hangs up."""

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/page"

    def take(self, message: Message) -> int:
        """Note what came, and say what is answered; a body that drips is an answer all the same."""
        if "who" not in message:
            return TAKEN
        status = self.answer(message)
        self.tries[message["dedup_key"]] += 1
        if status in {TAKEN, DRIP_BODY}:
            self.taken.append((time.monotonic(), message))
        return status

    def drip(self, wfile: Any, status: int) -> None:
        """A byte now and then, until the other side hangs up or it is over."""
        wfile.write(b"HTTP/1.1 202 " if status == DRIP_HEAD else b"HTTP/1.1 202 OK\r\nContent-Length: 100000\r\n\r\n")
        while not self._over.wait(DRIP_SECONDS):
            wfile.write(b"x")
            wfile.flush()

    def pages(self, *, since: float = 0.0) -> list[tuple[float, Message]]:
        """Those taken since then."""
        return [(at, message) for at, message in list(self.taken) if at >= since]

    def doubled(self) -> int:
        """Keys under which more than one page was taken."""
        keys = Counter(message["dedup_key"] for _, message in list(self.taken))
        return sum(count > 1 for count in keys.values())

    def close(self) -> None:
        """End it."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


class FaultSite:
    """The server, its settings, and its log, which is read beside it."""

    def __init__(self, where: Path, pager: Pager, *, speed: float = 1.0, **settings: object) -> None:
        where.mkdir(parents=True, exist_ok=True)
        self.where = where
        self.pager = pager
        self.speed = speed
        self.port = processes.free_port()
        self.tokens = create_tokens(where / "data", {"watcher": ("alert",), "ana": ("read", "respond")})
        (where / "runbook.md").write_text(RUNBOOK)
        given: dict[str, object] = {
            "data_dir": str(where / "data"),
            "port": self.port,
            "runbook": str(where / "runbook.md"),
            "webhook_url": pager.url,
            "free_bytes_min": 1_048_576,
            "reads_logs": False,
            "check_every_hours": 0,
        }
        self._settings = where / "stormjib.toml"
        given |= {name: value for name, value in settings.items() if value != ""}
        lines = (f"{name} = {json.dumps(value)}\n" for name, value in given.items())
        processes.write_secret(self._settings, "".join(lines))
        self._offset = where / "offset"
        self.offset_seconds = 0.0
        self._offset.write_bytes(struct.pack("d", 0.0))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        argv = [sys.executable, str(SERVER), str(self._settings), str(self._offset), str(self.speed)]
        with (self.where / "server.log").open("ab") as log:
            self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/healthz", "ana")[0] == http.client.OK:
                    return
            time.sleep(LOOK_SECONDS)
        self.stop()
        raise processes.StartError(f"The server did not come up. {processes.said(self.where / 'server.log')}")

    @property
    def pid(self) -> int:
        """Of the server; 0 where none was started."""
        return self._process.pid if self._process else 0

    def kill(self) -> None:
        """As the power goes."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it politely."""
        if self._process:
            processes.stop(self._process)

    def step(self, seconds: float) -> None:
        """Step the server's wall clock."""
        self.offset_seconds += seconds
        with self._offset.open("r+b") as file:
            file.write(struct.pack("d", self.offset_seconds))

    def ask(self, method: str, path: str, who: str, body: object = None) -> tuple[int, Any]:
        """The status and what was answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json"}
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")

    def alert(self, services: list[str], severity: str = "P1") -> list[str]:
        """One request that says that all of these are down; the incidents. Asked again where there was no room."""
        alerts = [{"name": "Down", "service": service, "severity": severity} for service in services]
        while True:
            status, answer = self.ask("POST", "/api/v1/alerts", "watcher", alerts)
            if status == http.client.OK:
                return [str(one) for one in answer["incidents"]]
            if status != http.client.SERVICE_UNAVAILABLE:
                raise RuntimeError(f"{status}: {answer}")
            time.sleep(1)

    def acknowledge(self, incident: str) -> None:
        """By ana."""
        status, answer = self.ask("POST", f"/api/v1/incidents/{incident}/acknowledge", "ana", {})
        if status != http.client.OK:
            raise RuntimeError(f"{incident}: {status}: {answer}")

    def entries(self) -> Iterator[Entry]:
        """Everything in the log, in its order."""
        reader = open_reader(self.where / "data" / "log.db")
        try:
            position = 0
            while found := reader.entries_after(position, 5_000):
                yield from (entry for _, entry in found)
                position = found[-1][0]
        finally:
            reader.close()


@contextlib.contextmanager
def site(where: Path, **settings: Any) -> Iterator[tuple[FaultSite, Pager]]:
    """A pager and a running server; both end with it."""
    pager = Pager()
    server = FaultSite(where, pager, **settings)
    try:
        server.start()
        yield server, pager
    finally:
        server.stop()
        pager.close()


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to hold within so long."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_SECONDS)
    return True
