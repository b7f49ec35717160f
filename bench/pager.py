"""A pager for the kill test: it outlives every server, counts what it took by key, and refuses now and then."""

import json
import random
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

REFUSED_SHARE: Final = 0.15


class Pager:
    """``taken``: of each obligation (incident, rung) the keys under which its page was taken.

    ``seen``: of each obligation to somebody (incident, rung, who) also the refused ones.
    """

    def __init__(self, seed: int) -> None:
        self.taken: dict[tuple[str, int], set[str]] = defaultdict(set)
        self.seen: dict[tuple[str, int, str], set[str]] = defaultdict(set)
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        pager = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    # Its sender was killed in the middle.
                    self.close_connection = True
                    return
                message = json.loads(body)
                self.send_response(pager.answer(message))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Whoever is killed in the middle of a request leaves a broken connection behind."""

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/page"

    def answer(self, message: dict[str, Any]) -> int:
        """Take it or refuse it."""
        with self._lock:
            refused = self._chance.random() < REFUSED_SHARE
            if "who" in message:
                obligation = (message["incident"], message["rung"])
                self.seen[*obligation, message["who"]].add(message["dedup_key"])
                if not refused:
                    self.taken[obligation].add(message["dedup_key"])
            return 503 if refused else 202

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
